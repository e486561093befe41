#include "engine/vm/drivers.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <memory>
#include <set>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"

namespace glassdock::vm {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_driver_bytes = 64 << 20;

Error missing(const GuestKernel& kernel, const std::string& why) {
  return {ErrorKind::not_supported,
          fmt::format("the guest's kernel {} cannot have its root on a disk: {}", kernel.release, why),
          "take --root initramfs, or a kernel with its modules: sudo apt install linux-image-cloud-amd64"};
}

// Of "kernel/drivers/block/virtio_blk.ko.xz" "virtio_blk"; empty for what is no module.
std::string module_name(const fs::path& path) {
  std::string name = path.filename();
  const std::size_t end = name.find(".ko");
  if (end == std::string::npos) return {};
  name.resize(end);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

fs::path find_modules(const GuestKernel& kernel) {
  const fs::path beside = kernel.path.parent_path().parent_path();
  for (const fs::path& root : {beside / "lib", beside / "usr/lib", fs::path("/lib")}) {
    std::error_code none;
    if (fs::path folder = root / "modules" / kernel.release; fs::is_directory(folder, none)) return folder;
  }
  return {};
}

// As they lie there: plain, or packed by a filter of libarchive's (.ko.xz, .ko.zst).
std::string read_module(const fs::path& path) {
  std::string file = os::read_file(path, most_driver_bytes);
  if (path.extension() == ".ko") return file;
  const std::unique_ptr<archive, int (*)(archive*)> reader(::archive_read_new(), ::archive_read_free);
  ::archive_read_support_filter_all(reader.get());
  ::archive_read_support_format_raw(reader.get());
  archive_entry* entry = nullptr;
  la_ssize_t got = -1;
  std::string plain;
  if (::archive_read_open_memory(reader.get(), file.data(), file.size()) == ARCHIVE_OK &&
      ::archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
    std::vector<char> piece(256 * 1024);
    while ((got = ::archive_read_data(reader.get(), piece.data(), piece.size())) > 0 &&
           plain.size() <= most_driver_bytes) {
      plain.append(piece.data(), static_cast<std::size_t>(got));
    }
  }
  if (got != 0) throw Error(ErrorKind::corrupt, path.native() + " cannot be unpacked");
  return plain;
}

// The modules of one kernel, and what of them is built in.
class Modules {
 public:
  explicit Modules(const GuestKernel& kernel) : kernel_(kernel), folder_(find_modules(kernel)) {
    if (!folder_.empty()) {
      std::error_code none;
      for (auto at = fs::recursive_directory_iterator(folder_, none); at != fs::recursive_directory_iterator();
           at.increment(none)) {
        if (std::string name = module_name(at->path()); !name.empty()) files_.emplace(std::move(name), at->path());
      }
      for (const std::string& line : split(os::try_read_file(folder_ / "modules.builtin").value_or(""), '\n')) {
        built_in_.insert(module_name(line));
      }
    }
    configuration_ = "\n" + os::try_read_file(kernel.path.parent_path() / ("config-" + kernel.release)).value_or("");
  }

  // Behind what it depends on; once.
  void add(const std::string& name, std::vector<Driver>& drivers) {
    if (is_built_in(name) || !seen_.insert(name).second) return;
    const auto file = files_.find(name);
    if (file == files_.end()) {
      throw missing(kernel_, folder_.empty()
                                 ? fmt::format("there is no lib/modules/{} with its drivers", kernel_.release)
                                 : fmt::format("there is no driver {} in {}", name, folder_.native()));
    }
    Driver driver{name, read_module(file->second)};
    for (const std::string& needed : driver_dependencies(driver.bytes)) add(needed, drivers);
    drivers.push_back(std::move(driver));
  }

 private:
  bool is_built_in(const std::string& name) const {
    if (built_in_.contains(name)) return true;
    struct Option {
      std::string_view module, words;
    };
    static constexpr std::array options{
        Option{"virtio_mmio", "\nCONFIG_VIRTIO_MMIO=y\n"}, Option{"virtio_blk", "\nCONFIG_VIRTIO_BLK=y\n"},
        Option{"squashfs", "\nCONFIG_SQUASHFS=y\n"}, Option{"overlay", "\nCONFIG_OVERLAY_FS=y\n"}};
    return std::any_of(options.begin(), options.end(), [&](const Option& option) {
      return option.module == name && configuration_.find(option.words) != std::string::npos;
    });
  }

  const GuestKernel& kernel_;
  const fs::path folder_;  // empty: there is none
  std::map<std::string, fs::path> files_;
  std::set<std::string> built_in_, seen_;
  std::string configuration_;
};

}  // namespace

std::vector<std::string> driver_dependencies(std::string_view module) {
  constexpr std::string_view key("\0depends=", 9);
  const std::size_t at = module.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = module.substr(at + key.size());
  const std::string list(rest.substr(0, rest.find('\0')));
  std::vector<std::string> names = split(list, ',');
  std::erase(names, "");
  return names;
}

std::vector<Driver> load_drivers(const GuestKernel& kernel, const std::vector<std::string>& names) {
  std::vector<Driver> drivers;
  Modules modules(kernel);
  for (const std::string& name : names) modules.add(name, drivers);
  return drivers;
}

}  // namespace glassdock::vm
