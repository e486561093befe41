#include "engine/vm/root.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/memory_file.h"
#include "engine/snapshot/merged_tree.h"
#include "engine/vm/guest.h"

extern "C" const char glassdock_guest_init_begin[];
extern "C" const char glassdock_guest_init_end[];

namespace glassdock::vm {
namespace {

using Entry = std::unique_ptr<archive_entry, void (*)(archive_entry*)>;

std::string_view init_bytes() {
  return {glassdock_guest_init_begin, static_cast<std::size_t>(glassdock_guest_init_end - glassdock_guest_init_begin)};
}

// Writes a "newc" archive. Of a file with several names the content goes with the last of them, as the format has it:
// the resolver keeps the others back until then.
class CpioWriter {
 public:
  CpioWriter(int fd, std::uint64_t most_bytes)
      : most_bytes_(most_bytes),
        writer_(::archive_write_new(), ::archive_write_free),
        links_(::archive_entry_linkresolver_new(), ::archive_entry_linkresolver_free) {
    ::archive_write_set_format_cpio_newc(writer_.get());
    ::archive_write_set_bytes_in_last_block(writer_.get(), 1);
    ::archive_entry_linkresolver_set_strategy(links_.get(), ::archive_format(writer_.get()));
    check(::archive_write_open_fd(writer_.get(), fd));
  }

  void add(const snapshot::MergedEntry& from) {
    if (S_ISCHR(from.status.st_mode) || S_ISBLK(from.status.st_mode) || S_ISSOCK(from.status.st_mode)) return;
    archive_entry* entry = ::archive_entry_new();
    ::archive_entry_copy_stat(entry, &from.status);
    ::archive_entry_copy_pathname(entry, from.name.c_str());
    ::archive_entry_copy_sourcepath(entry, from.path.c_str());
    if (S_ISLNK(from.status.st_mode)) {
      ::archive_entry_copy_symlink(entry, std::filesystem::read_symlink(from.path).c_str());
    }
    resolve(entry);
  }

  void add_folder(const char* name) { put(own(name, AE_IFDIR | 0700, 0), {}); }
  void add_file(const char* name, std::string_view bytes) { put(own(name, AE_IFREG | 0700, bytes.size()), bytes); }

  void finish() {
    resolve_rest();
    check(::archive_write_close(writer_.get()));
  }
  std::uint64_t bytes() const { return static_cast<std::uint64_t>(::archive_filter_bytes(writer_.get(), -1)); }
  std::uint64_t entries() const { return entries_; }

 private:
  void check(la_ssize_t result) {
    if (result >= ARCHIVE_WARN) return;
    const char* why = ::archive_error_string(writer_.get());
    throw Error(ErrorKind::internal, fmt::format("write the guest's root: {}", why ? why : "failed"));
  }

  // Takes the entry, or keeps it back until the last name of its file comes.
  void resolve(archive_entry* entry) {
    archive_entry* rest = nullptr;
    ::archive_entry_linkify(links_.get(), &entry, &rest);
    const Entry first(entry, ::archive_entry_free), second(rest, ::archive_entry_free);
    if (first) write(first.get());
    if (second) write(second.get());
  }

  // Files of which a name stands in no layer: nothing else will bring their content.
  void resolve_rest() {
    for (;;) {
      archive_entry *entry = nullptr, *rest = nullptr;
      ::archive_entry_linkify(links_.get(), &entry, &rest);
      const Entry kept(entry, ::archive_entry_free);
      if (!kept) return;
      write(kept.get());
    }
  }

  void write(archive_entry* entry) {
    check(::archive_write_header(writer_.get(), entry));
    ++entries_;
    if (::archive_entry_filetype(entry) == AE_IFREG && ::archive_entry_size(entry) > 0) copy_content(entry);
    check_size();
  }

  void copy_content(archive_entry* entry) {
    const char* path = ::archive_entry_sourcepath(entry);
    const UniqueFd file(::open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file) throw Error::from_errno(errno, "open", path);
    for (;;) {
      const ssize_t got = ::read(file.get(), piece_.data(), piece_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw Error::from_errno(errno, "read", path);
      if (got == 0) return;
      check(::archive_write_data(writer_.get(), piece_.data(), static_cast<std::size_t>(got)));
      check_size();
    }
  }

  static Entry own(const char* name, unsigned mode, std::size_t size) {
    Entry entry(::archive_entry_new(), ::archive_entry_free);
    ::archive_entry_set_pathname(entry.get(), name);
    ::archive_entry_set_mode(entry.get(), mode);
    ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
    return entry;
  }

  void put(const Entry& entry, std::string_view bytes) {
    check(::archive_write_header(writer_.get(), entry.get()));
    if (!bytes.empty()) check(::archive_write_data(writer_.get(), bytes.data(), bytes.size()));
  }

  void check_size() const {
    if (bytes() <= most_bytes_) return;
    throw Error(ErrorKind::not_supported,
                fmt::format("the image is too large for a guest: its files are more than {}, and a guest holds them in "
                            "its memory",
                            human_size(static_cast<double>(most_bytes_))),
                "take a smaller image, or give the guest more: --memory 2g");
  }

  const std::uint64_t most_bytes_;
  std::unique_ptr<archive, int (*)(archive*)> writer_;
  std::unique_ptr<archive_entry_linkresolver, void (*)(archive_entry_linkresolver*)> links_;
  std::uint64_t entries_ = 0;
  std::vector<char> piece_ = std::vector<char>(128 * 1024);  // a connection's thread has a small stack
};

}  // namespace

GuestRoot make_root(const snapshot::LayerStore& store, const std::vector<std::uint64_t>& layers,
                    std::uint64_t most_bytes) {
  GuestRoot root;
  root.file = os::begin_memory_file("guest-root");
  CpioWriter writer(root.file.get(), most_bytes);
  writer.add_folder(guest::folder);
  writer.add_file(guest::init_name, init_bytes());
  const std::string own = std::string(guest::folder) + "/";
  snapshot::walk_merged(store, layers, [&](const snapshot::MergedEntry& entry) {
    if (entry.name != guest::folder && !starts_with(entry.name, own)) writer.add(entry);
  });
  writer.finish();
  root.bytes = writer.bytes();
  root.entries = writer.entries();
  os::seal_memory_file(root.file.get());
  return root;
}

std::uint64_t least_guest_memory(std::uint64_t kernel_bytes, std::uint64_t root_bytes) {
  // Page tables, the kernel's own heap, and the processes: Debian's cloud kernel comes up in less than this.
  constexpr std::uint64_t kernel_needs = 40 << 20;
  return kernel_bytes + 2 * root_bytes + kernel_needs;
}

}  // namespace glassdock::vm
