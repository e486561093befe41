#include "engine/vm/root_archive.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/base/unique_fd.h"
#include "engine/vm/guest.h"

namespace glassdock::vm {
namespace {

using Entry = std::unique_ptr<archive_entry, void (*)(archive_entry*)>;

}  // namespace

RootArchive::RootArchive(Format format, int fd, std::uint64_t most_bytes)
    : most_bytes_(most_bytes),
      writer_(::archive_write_new(), ::archive_write_free),
      links_(::archive_entry_linkresolver_new(), ::archive_entry_linkresolver_free) {
  if (format == Format::initramfs) {
    ::archive_write_set_format_cpio_newc(writer_.get());
    ::archive_write_set_bytes_in_last_block(writer_.get(), 1);
  } else {
    ::archive_write_set_format_pax_restricted(writer_.get());
  }
  // Of a file with several names "newc" has the content with the last of them: the resolver keeps the others back
  // until then.
  ::archive_entry_linkresolver_set_strategy(links_.get(), ::archive_format(writer_.get()));
  check(::archive_write_open_fd(writer_.get(), fd));
}

void RootArchive::add_layers(const snapshot::LayerStore& store, const std::vector<std::uint64_t>& layers,
                             const StillWanted& still_wanted) {
  const std::string own = std::string(guest::folder) + "/";
  snapshot::walk_merged(store, layers, [&](const snapshot::MergedEntry& entry) {
    if (still_wanted) still_wanted();
    if (entry.name != guest::folder && !starts_with(entry.name, own)) add(entry);
  });
}

void RootArchive::add(const snapshot::MergedEntry& from) {
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

void RootArchive::add_folder(std::string_view name) {
  put(name, AE_IFDIR | 0700, {});
}

void RootArchive::add_file(std::string_view name, std::string_view bytes) {
  put(name, AE_IFREG | 0700, bytes);
}

void RootArchive::finish() {
  resolve_rest();
  check(::archive_write_close(writer_.get()));
}

// Takes the entry, or keeps it back until the last name of its file comes.
void RootArchive::resolve(archive_entry* entry) {
  archive_entry* rest = nullptr;
  ::archive_entry_linkify(links_.get(), &entry, &rest);
  const Entry first(entry, ::archive_entry_free), second(rest, ::archive_entry_free);
  if (first) write(first.get());
  if (second) write(second.get());
}

// Files of which a name stands in no layer: nothing else will bring their content.
void RootArchive::resolve_rest() {
  for (;;) {
    archive_entry *entry = nullptr, *rest = nullptr;
    ::archive_entry_linkify(links_.get(), &entry, &rest);
    const Entry kept(entry, ::archive_entry_free);
    if (!kept) return;
    write(kept.get());
  }
}

void RootArchive::write(archive_entry* entry) {
  check(::archive_write_header(writer_.get(), entry));
  ++entries_;
  const bool has_content = ::archive_entry_filetype(entry) == AE_IFREG && !::archive_entry_hardlink(entry);
  if (has_content && ::archive_entry_size(entry) > 0) copy_content(entry);
  check_size();
}

void RootArchive::copy_content(archive_entry* entry) {
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

void RootArchive::put(std::string_view name, unsigned mode, std::string_view bytes) {
  const Entry entry(::archive_entry_new(), ::archive_entry_free);
  ::archive_entry_copy_pathname(entry.get(), std::string(name).c_str());
  ::archive_entry_set_mode(entry.get(), mode);
  ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
  check(::archive_write_header(writer_.get(), entry.get()));
  if (!bytes.empty()) check(::archive_write_data(writer_.get(), bytes.data(), bytes.size()));
}

void RootArchive::check(la_ssize_t result) {
  if (result >= ARCHIVE_WARN) return;
  const char* why = ::archive_error_string(writer_.get());
  throw Error(ErrorKind::internal, fmt::format("write the guest's root: {}", why ? why : "failed"));
}

void RootArchive::check_size() const {
  if (bytes() <= most_bytes_) return;
  throw Error(ErrorKind::not_supported,
              fmt::format("the image is too large for a guest: its files are more than {}, and a guest holds them in "
                          "its memory",
                          human_size(static_cast<double>(most_bytes_))),
              "take a smaller image, give the guest more (--memory 2g), or take a disk: --root disk");
}

}  // namespace glassdock::vm
