#include "engine/snapshot/layer_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/open_in.h"
#include "engine/snapshot/overlay_names.h"

namespace glassdock::snapshot {

namespace {

constexpr mode_t permission_bits = 07777;
constexpr mode_t implied_folder_mode = 0755;
// More device nodes than any /dev has; beyond it a link to a device left out is an error.
constexpr std::size_t remembered_devices = 4096;

// For calls that take no descriptor. The last component is not followed by those that we make.
std::string path_of(int folder, const char* name) {
  return "/proc/self/fd/" + std::to_string(folder) + "/" + name;
}

std::array<timespec, 2> modification_time(const TarEntry& entry) {
  return {timespec{0, UTIME_OMIT}, entry.modified};
}

}  // namespace

LayerTree::LayerTree(os::System& system, const std::filesystem::path& root, bool rootless)
    : system_(system), rootless_(rootless), root_path_(root), root_(os::open_folder(root)) {}

std::string LayerTree::plain_name(std::string_view name) {
  std::string plain;
  plain.reserve(name.size());
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    const std::string_view part = name.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (plain.empty()) {
        throw Error(ErrorKind::corrupt, "'" + std::string(name) + "' climbs out of the layer",
                    "do not use this image: no honest tool writes such a layer");
      }
      const std::size_t slash = plain.rfind('/');
      plain.resize(slash == std::string::npos ? 0 : slash);
      continue;
    }
    if (!plain.empty()) plain += '/';
    plain += part;
  }
  return plain;
}

void LayerTree::fail(std::string_view tried) const {
  const int error = errno;
  const std::string object = "'" + (name_ ? *name_ : std::string()) + "'";
  if (error == ENAMETOOLONG) throw Error(ErrorKind::corrupt, object + ": its name is too long for the file system");
  Error fault = Error::from_errno(error, tried, object);
  if (fault.kind() != ErrorKind::no_space) throw fault;
  throw Error::from_errno(error, tried, object,
                          os::write_hint(error) + "; it is the disk of " + root_path_.parent_path().string());
}

UniqueFd LayerTree::open_inside(const std::string& path, int flags) const {
  return UniqueFd(os::open_in(root_.get(), path.empty() ? "." : path.c_str(), static_cast<std::uint64_t>(flags),
                              RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS));
}

LayerTree::Place LayerTree::place(const std::string& name) {
  name_ = &name;
  if (!missing_.empty()) missing_.erase(name);
  const std::size_t slash = name.rfind('/');
  const char* last = name.c_str() + (slash == std::string::npos ? 0 : slash + 1);
  const std::string_view folder = std::string_view(name).substr(0, slash == std::string::npos ? 0 : slash);
  if (folder.empty()) return {root_.get(), last};
  if (!parent_ || parent_name_ != folder) {
    parent_name_ = folder;
    parent_ = open_inside(parent_name_, O_PATH | O_DIRECTORY);
    if (!parent_ && errno == ENOSYS) {
      throw Error(ErrorKind::not_supported, "this kernel has no openat2(2)", "use Linux 5.11 or newer");
    }
    if (!parent_) {
      make_missing_folders(parent_name_);
      parent_ = open_inside(parent_name_, O_PATH | O_DIRECTORY);
    }
    if (!parent_) fail("open folder of");
  }
  return {parent_.get(), last};
}

// Slow road: some folder of `path` is missing, or stands there as something else.
void LayerTree::make_missing_folders(const std::string& path) {
  UniqueFd above;
  for (std::size_t end = 0; end != std::string::npos;) {
    const std::size_t begin = end == 0 ? 0 : end + 1;
    end = path.find('/', begin);
    const std::string prefix = path.substr(0, end);
    UniqueFd folder = open_inside(prefix, O_PATH | O_DIRECTORY);
    if (!folder) {
      const std::string part = path.substr(begin, end == std::string::npos ? end : end - begin);
      const int parent = above ? above.get() : root_.get();
      struct stat status;
      const bool missing = ::fstatat(parent, part.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0;
      if (missing && errno != ENOENT) fail("look up");
      if (!missing && !is_whiteout(status)) {
        throw Error(ErrorKind::corrupt,
                    "'" + *name_ + "' lies below '" + prefix + "', which is " +
                        (S_ISLNK(status.st_mode) ? "a link that leads to no folder of the layer" : "no folder"),
                    "do not use this image: no honest tool writes such a layer");
      }
      fresh_folder(parent, part.c_str(), implied_folder_mode);
      if (system_.fchmodat(parent, part.c_str(), implied_folder_mode) != 0) fail("set the mode of");
      folder = open_inside(prefix, O_PATH | O_DIRECTORY);
      if (!folder) fail("open folder of");
    }
    above = std::move(folder);
  }
}

// Makes the folder where nothing or a whiteout stands. Lower content that a whiteout hid stays hidden.
void LayerTree::fresh_folder(int parent, const char* name, mode_t mode) {
  bool hidden = false;
  if (system_.mkdirat(parent, name, mode & 0777) != 0) {
    if (errno != EEXIST) fail("create folder");
    struct stat status;
    if (::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0) fail("look up");
    hidden = is_whiteout(status);
    clear({parent, name});
    if (system_.mkdirat(parent, name, mode & 0777) != 0) fail("create folder");
  }
  if (hidden) set_opaque(parent, name);
}

void LayerTree::clear(const Place& at) {
  // The kept folder may stand below what goes now; it cannot where it is the one that we work in.
  if (at.folder != parent_.get()) parent_.reset();
  struct stat status;
  if (::fstatat(at.folder, at.name, &status, AT_SYMLINK_NOFOLLOW) != 0) fail("look up");
  if (!S_ISDIR(status.st_mode)) {
    if (system_.unlinkat(at.folder, at.name, 0) != 0) fail("replace");
    return;
  }
  os::remove_tree(path_of(at.folder, at.name));
}

void LayerTree::make_folder(const std::string& name, const TarEntry& entry) {
  UniqueFd folder;
  if (name.empty()) {
    name_ = &name;
    folder = open_inside(name, O_RDONLY | O_DIRECTORY);
  } else {
    const Place at = place(name);
    struct stat status;
    if (system_.mkdirat(at.folder, at.name, entry.mode & 0777) != 0) {
      if (errno != EEXIST) fail("create folder");
      if (::fstatat(at.folder, at.name, &status, AT_SYMLINK_NOFOLLOW) != 0) fail("look up");
      if (!S_ISDIR(status.st_mode)) fresh_folder(at.folder, at.name, entry.mode);
    }
    folder.reset(system_.openat(at.folder, at.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0));
  }
  if (!folder) fail("open folder");
  finish_open(folder.get(), entry);
  folder_times_.add(name, entry.modified);
  if (!name.empty()) {  // its content comes next, as a rule
    parent_ = std::move(folder);
    parent_name_ = name;
  }
}

void LayerTree::begin_file(const std::string& name, const TarEntry& entry) {
  const Place at = place(name);
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  file_.reset(system_.openat(at.folder, at.name, flags, entry.mode & 0777));
  if (!file_ && errno == EEXIST) {
    clear(at);
    file_.reset(system_.openat(at.folder, at.name, flags, entry.mode & 0777));
  }
  if (!file_) fail("create");
  file_position_ = 0;
}

void LayerTree::write(std::span<const std::byte> bytes, std::uint64_t offset) {
  if (bytes.empty()) return;
  if (offset != file_position_) {
    if (::lseek(file_.get(), static_cast<off_t>(offset), SEEK_SET) < 0) fail("seek in");
    file_position_ = offset;
  }
  while (!bytes.empty()) {
    const ssize_t written = system_.write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    file_position_ += static_cast<std::uint64_t>(written);
  }
}

void LayerTree::end_file(const TarEntry& entry) {
  if (file_position_ < entry.size && system_.ftruncate(file_.get(), static_cast<off_t>(entry.size)) != 0) {
    fail("set the size of");
  }
  finish_open(file_.get(), entry);
  const auto times = modification_time(entry);
  if (::futimens(file_.get(), times.data()) != 0) fail("set the time of");
  file_.reset();
}

void LayerTree::make_symlink(const std::string& name, const TarEntry& entry) {
  const Place at = place(name);
  const std::string target(entry.target);
  if (system_.symlinkat(target.c_str(), at.folder, at.name) != 0) {
    if (errno != EEXIST) fail("create link");
    clear(at);
    if (system_.symlinkat(target.c_str(), at.folder, at.name) != 0) fail("create link");
  }
  finish_node(at, entry);
}

void LayerTree::make_hard_link(const std::string& name, const std::string& target) {
  if (name == target) return;
  const Place at = place(name);
  if (missing_.contains(target)) {
    ++left_out_.links;
    return;
  }
  const std::size_t slash = target.rfind('/');
  const char* last = target.c_str() + (slash == std::string::npos ? 0 : slash + 1);
  const UniqueFd folder = open_inside(target.substr(0, slash == std::string::npos ? 0 : slash), O_PATH | O_DIRECTORY);
  struct stat status;
  if (!folder || ::fstatat(folder.get(), last, &status, AT_SYMLINK_NOFOLLOW) != 0 || S_ISDIR(status.st_mode)) {
    throw Error(ErrorKind::corrupt, "'" + name + "' is a hard link to '" + target + "', which is no file of the layer",
                "the layer is damaged where it comes from: push or build the image again");
  }
  if (system_.linkat(folder.get(), last, at.folder, at.name, 0) == 0) return;
  if (errno != EEXIST) fail("create hard link");
  clear(at);
  if (system_.linkat(folder.get(), last, at.folder, at.name, 0) != 0) fail("create hard link");
}

void LayerTree::make_node(const std::string& name, const TarEntry& entry) {
  const Place at = place(name);
  const mode_t type = entry.type == TarEntry::Type::fifo               ? S_IFIFO
                      : entry.type == TarEntry::Type::character_device ? S_IFCHR
                                                                       : S_IFBLK;
  const mode_t mode = type | (entry.mode & 0777);
  int result = system_.mknodat(at.folder, at.name, mode, entry.device);
  if (result != 0 && errno == EEXIST) {
    clear(at);
    result = system_.mknodat(at.folder, at.name, mode, entry.device);
  }
  if (result != 0 && errno == EPERM && type != S_IFIFO) {
    ++left_out_.devices;
    if (missing_.size() < remembered_devices) missing_.insert(name);
    return;
  }
  if (result != 0) fail("create device");
  finish_node(at, entry);
}

void LayerTree::make_whiteout(const std::string& name) {
  const Place at = place(name);
  if (system_.mknodat(at.folder, at.name, S_IFCHR, makedev(0, 0)) == 0) return;
  if (errno != EEXIST) fail("create whiteout");
  struct stat status;
  if (::fstatat(at.folder, at.name, &status, AT_SYMLINK_NOFOLLOW) != 0) fail("look up");
  if (S_ISDIR(status.st_mode)) set_opaque(at.folder, at.name);
}

void LayerTree::make_opaque(const std::string& name) {
  if (name.empty()) {
    name_ = &name;
    set_opaque(root_.get(), ".");
    return;
  }
  // Only place() makes what is missing of a name, and only in front of the last part.
  const std::string inside = name + "/.";
  const Place at = place(inside);
  set_opaque(at.folder, ".");
}

void LayerTree::set_opaque(int folder, const char* name) {
  const UniqueFd fd(::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) fail("open folder");
  if (system_.fsetxattr(fd.get(), opaque_attribute(rootless_), "y", 1) != 0) {
    if (errno != EOPNOTSUPP && errno != EPERM) fail("make opaque");
    throw Error::from_errno(
        errno, std::string("set ") + opaque_attribute(rootless_) + " on", "'" + *name_ + "'",
        "put the data folder on a file system with extended attributes, such as ext4, xfs or btrfs");
  }
  // A trial of root's engine mounts the layer in a user namespace too (docs/trials.md). Where the file system takes no
  // such attribute it takes none of the trial's either.
  if (rootless_ || system_.fsetxattr(fd.get(), opaque_attribute(true), "y", 1) == 0 || errno == EOPNOTSUPP) return;
  fail("make opaque");
}

void LayerTree::set_owner(int folder, const char* name, const TarEntry& entry, int flags) {
  if (system_.fchownat(folder, name, entry.user, entry.group, flags) == 0) return;
  // EINVAL: the id is not mapped into our user namespace.
  if (!rootless_ || (errno != EINVAL && errno != EPERM)) fail("set the owner of");
  ++left_out_.owners;
}

// Owner before mode, because a change of owner clears setuid; both before the attributes, because it clears
// capabilities. Only what came out otherwise is set: most entries need neither.
void LayerTree::finish_open(int fd, const TarEntry& entry) {
  struct stat status;
  if (::fstat(fd, &status) != 0) fail("look up");
  if (status.st_uid != entry.user || status.st_gid != entry.group) set_owner(fd, "", entry, AT_EMPTY_PATH);
  if ((status.st_mode & permission_bits) != entry.mode && ::fchmod(fd, entry.mode) != 0) fail("set the mode of");
  if (entry.attributes.empty()) return;
  set_attributes(entry, [&](const char* attribute, const void* value, std::size_t size) {
    return system_.fsetxattr(fd, attribute, value, size);
  });
}

void LayerTree::finish_node(const Place& at, const TarEntry& entry) {
  struct stat status;
  if (::fstatat(at.folder, at.name, &status, AT_SYMLINK_NOFOLLOW) != 0) fail("look up");
  if (status.st_uid != entry.user || status.st_gid != entry.group) {
    set_owner(at.folder, at.name, entry, AT_SYMLINK_NOFOLLOW);
  }
  const bool has_mode = !S_ISLNK(status.st_mode);
  if (has_mode && (status.st_mode & permission_bits) != entry.mode &&
      system_.fchmodat(at.folder, at.name, entry.mode) != 0) {
    fail("set the mode of");
  }
  if (!entry.attributes.empty()) {
    const std::string path = path_of(at.folder, at.name);
    set_attributes(entry, [&](const char* attribute, const void* value, std::size_t size) {
      return ::lsetxattr(path.c_str(), attribute, value, size, 0);
    });
  }
  const auto times = modification_time(entry);
  if (::utimensat(at.folder, at.name, times.data(), AT_SYMLINK_NOFOLLOW) != 0) fail("set the time of");
}

void LayerTree::set_attributes(const TarEntry& entry, const SetAttribute& set) {
  for (const TarEntry::ExtendedAttribute& attribute : entry.attributes) {
    if (is_overlay_attribute(attribute.name)) continue;  // would redirect the mount itself
    const std::string name(attribute.name);
    if (set(name.c_str(), attribute.value.data(), attribute.value.size()) == 0) continue;
    if (errno != EOPNOTSUPP && errno != EPERM) fail("set attribute " + name + " of");
    ++left_out_.attributes;
  }
}

void LayerTree::finish() {
  parent_.reset();
  parent_name_.clear();
  folder_times_.for_each([this](const std::string& name, const timespec& time) {
    name_ = &name;
    const UniqueFd folder = open_inside(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (!folder) return;  // a later entry took its place
    const timespec times[2] = {{0, UTIME_OMIT}, time};
    if (::futimens(folder.get(), times) != 0) fail("set the time of");
  });
}

}  // namespace glassdock::snapshot
