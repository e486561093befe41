#include "engine/vm/kernel.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <span>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/memory_file.h"
#include "engine/runtime/shared_memory.h"
#include "engine/vm/bzimage.h"

namespace glassdock::vm {

namespace fs = std::filesystem;

namespace {

constexpr char memory_name[] = "guest-kernel";
constexpr std::size_t most_kernel_bytes = 512 * 1024 * 1024;

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Into a memory file, piece by piece: a vmlinux has some fifty megabytes. Throws Error(corrupt) with libarchive's
// words.
UniqueFd inflate(std::span<const std::byte> payload) {
  const std::unique_ptr<archive, int (*)(archive*)> reader(::archive_read_new(), ::archive_read_free);
  ::archive_read_support_filter_all(reader.get());
  ::archive_read_support_format_raw(reader.get());
  archive_entry* entry = nullptr;
  auto fail = [&] {
    const char* why = ::archive_error_string(reader.get());
    throw Error(ErrorKind::corrupt, why ? why : "damaged");
  };
  // Behind it stands the size of what it unpacks to, in four bytes (Linux arch/x86/boot/compressed/Makefile).
  constexpr std::size_t trailer = 4;
  if (payload.size() < trailer ||
      ::archive_read_open_memory(reader.get(), payload.data(), payload.size() - trailer) != ARCHIVE_OK ||
      ::archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK) {
    fail();
  }
  UniqueFd file = os::begin_memory_file(memory_name);
  std::size_t size = 0;
  std::vector<char> piece(256 * 1024);
  for (;;) {
    const la_ssize_t got = ::archive_read_data(reader.get(), piece.data(), piece.size());
    if (got < 0) fail();
    if (got == 0) return file;
    size += static_cast<std::size_t>(got);
    if (size > most_kernel_bytes) throw Error(ErrorKind::corrupt, "too large");
    os::write_all(os::real_system(), file.get(), {piece.data(), static_cast<std::size_t>(got)}, memory_name);
  }
}

bool has_pvh_entry(int vmlinux) {
  const runtime::Mapping bytes(vmlinux, false, 1);
  return pvh_entry({static_cast<const std::byte*>(bytes.address()), bytes.bytes()}).has_value();
}

// The vmlinux; nothing, with the reason, where the bzImage has to be booted as it is.
UniqueFd take_vmlinux(const std::string& file, const BzImage& image, std::string& reason) {
  const auto payload = bytes_of(file).subspan(image.payload, image.payload_size);
  const std::string format = payload_format(payload);
  if (format.empty()) {
    reason = "its vmlinux is packed in a format that is not known here";
    return {};
  }
  try {
    UniqueFd vmlinux = inflate(payload);
    if (has_pvh_entry(vmlinux.get())) {
      os::seal_memory_file(vmlinux.get());
      return vmlinux;
    }
    reason = "its vmlinux has no entry for hypervisors (CONFIG_PVH)";
  } catch (const Error& fault) {
    reason = fmt::format("its vmlinux cannot be unpacked ({}: {})", format, fault.message());
  }
  return {};
}

std::string read_kernel(const fs::path& path) {
  try {
    return os::read_file(path, most_kernel_bytes);
  } catch (const Error& fault) {
    if (fault.kind() != ErrorKind::permission) throw;
    throw Error(ErrorKind::permission, fault.message(), "sudo chmod +r " + shell_quote(path.native()));
  }
}

fs::path choose(const fs::path& folder) {
  const std::vector<fs::path> kernels = find_kernels(folder);
  for (const fs::path& kernel : kernels) {
    if (::access(kernel.c_str(), R_OK) == 0) return kernel;
  }
  if (!kernels.empty()) return kernels[0];
  throw Error(ErrorKind::not_found, fmt::format("there is no kernel for a guest in {}", folder.native()),
              fmt::format("{}, or name one: --kernel PATH", get_kernel_command));
}

}  // namespace

std::vector<fs::path> find_kernels(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
    if (starts_with(entry.path().filename().native(), "vmlinuz-")) found.push_back(entry.path());
  }
  auto is_cloud = [](const fs::path& path) { return path.native().find("cloud") != std::string::npos; };
  std::sort(found.begin(), found.end(), [&](const fs::path& a, const fs::path& b) {
    if (is_cloud(a) != is_cloud(b)) return is_cloud(a);
    return ::strverscmp(a.c_str(), b.c_str()) > 0;
  });
  return found;
}

GuestKernel load_kernel(const fs::path& wish, const fs::path& folder) {
  GuestKernel kernel;
  kernel.path = wish.empty() ? choose(folder) : wish;
  const std::string file = read_kernel(kernel.path);
  kernel.disk_bytes = file.size();
  if (const auto image = parse_bzimage(bytes_of(file))) {
    kernel.release = image->release();
    kernel.file = take_vmlinux(file, *image, kernel.remark);
    kernel.pvh = static_cast<bool>(kernel.file);
  } else if (is_elf(bytes_of(file))) {
    if (!pvh_entry(bytes_of(file))) {
      throw Error(ErrorKind::corrupt, kernel.path.native() + " is an ELF file without an entry for hypervisors",
                  "name a kernel built with CONFIG_PVH, or its bzImage");
    }
    kernel.pvh = true;
  } else {
    throw Error(ErrorKind::corrupt, kernel.path.native() + " is no Linux kernel for x86-64");
  }
  if (!kernel.file) kernel.file = os::make_memory_file(memory_name, file);
  struct stat info {};
  if (::fstat(kernel.file.get(), &info) == 0) kernel.bytes = static_cast<std::uint64_t>(info.st_size);
  const fs::path configuration = kernel.path.parent_path() / ("config-" + kernel.release);
  if (auto text = os::try_read_file(configuration)) {
    const std::vector<std::string> missing = missing_options(*text);
    if (!missing.empty()) {
      kernel.remark += fmt::format("{}it lacks {}", kernel.remark.empty() ? "" : "; ", listed(missing));
    }
  }
  return kernel;
}

std::vector<std::string> missing_options(const std::string& configuration) {
  constexpr std::array needed{"CONFIG_BLK_DEV_INITRD",
                              "CONFIG_BINFMT_ELF",
                              "CONFIG_SERIAL_8250_CONSOLE",
                              "CONFIG_X86_IOPL_IOPERM",
                              "CONFIG_PROC_FS",
                              "CONFIG_SYSFS",
                              "CONFIG_TMPFS"};
  std::vector<std::string> missing;
  const std::string lines = "\n" + configuration + "\n";
  for (const char* option : needed) {
    if (lines.find(fmt::format("\n{}=y\n", option)) == std::string::npos) missing.emplace_back(option);
  }
  return missing;
}

}  // namespace glassdock::vm
