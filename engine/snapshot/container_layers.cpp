#include "engine/snapshot/container_layers.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/unique_fd.h"
#include "engine/os/files.h"
#include "engine/snapshot/overlay_names.h"

namespace glassdock::snapshot {

namespace fs = std::filesystem;

namespace {

using SeenInodes = std::set<std::pair<dev_t, ino_t>>;

// Deeper folders are not counted: each level holds a descriptor, and PATH_MAX ends at 2048 levels anyway.
constexpr int depth_limit = 256;

std::uint64_t folder_bytes(UniqueFd folder, SeenInodes& seen, int depth) {
  DIR* stream = ::fdopendir(folder.get());
  if (!stream) return 0;
  folder.release();
  std::uint64_t bytes = 0;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat status;
    if (::fstatat(::dirfd(stream), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISDIR(status.st_mode) && depth < depth_limit) {
      UniqueFd child(::openat(::dirfd(stream), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (child) bytes += folder_bytes(std::move(child), seen, depth + 1);
    } else if (S_ISREG(status.st_mode)) {
      if (status.st_nlink > 1 && !seen.emplace(status.st_dev, status.st_ino).second) continue;
      bytes += static_cast<std::uint64_t>(status.st_size);
    }
  }
  ::closedir(stream);
  return bytes;
}

void make_layer_folder(os::System& system, const fs::path& path, mode_t mode) {
  if (system.mkdirat(AT_FDCWD, path.c_str(), mode) != 0) {
    throw os::write_error(errno, "create folder", path);
  }
  // mkdir's mode is cut by the daemon's umask; the upper folder's mode is the one of the container's root.
  if (system.fchmodat(AT_FDCWD, path.c_str(), mode) != 0) {
    const Error error = os::write_error(errno, "chmod", path);
    system.unlinkat(AT_FDCWD, path.c_str(), AT_REMOVEDIR);
    throw error;
  }
}

}  // namespace

ContainerLayers::ContainerLayers(os::System& system, const LayerStore& layers, fs::path data)
    : system_(system), layers_(layers), data_(std::move(data)) {}

OverlayFolders ContainerLayers::make(const std::string& id, const std::vector<std::uint64_t>& layers) {
  for (std::uint64_t number : layers) {
    if (!layers_.has(number)) {
      throw Error(ErrorKind::not_found,
                  "layer " + std::to_string(number) + " is missing from " + layers_.folder().string(),
                  "pull the image again");
    }
  }
  OverlayFolders made = folders(id, layers);
  os::make_folders(data_ / "containers" / id);
  make_layer_folder(system_, data_ / made.upper, 0755);
  try {
    make_layer_folder(system_, data_ / made.work, 0700);
  } catch (...) {
    system_.unlinkat(AT_FDCWD, (data_ / made.upper).c_str(), AT_REMOVEDIR);
    throw;
  }
  return made;
}

OverlayFolders ContainerLayers::folders(const std::string& id, const std::vector<std::uint64_t>& layers) const {
  OverlayFolders found{.base = data_,
                       .lower = {},
                       .upper = fs::path("containers") / id / "upper",
                       .work = fs::path("containers") / id / "work"};
  for (auto number = layers.rbegin(); number != layers.rend(); ++number) {
    const fs::path layer = layers_.path(*number);
    // An image may have a layer twice, and overlay takes no folder twice (ELOOP): the upper one hides all of the lower.
    fs::path relative = layer.lexically_relative(data_);
    if (std::find(found.lower.begin(), found.lower.end(), relative) != found.lower.end()) continue;
    found.lower.push_back(std::move(relative));
    if (is_opaque(layer, layers_.rootless())) break;
  }
  return found;
}

bool ContainerLayers::is_whole(const std::string& id) const {
  std::error_code missing;
  return fs::is_directory(data_ / "containers" / id / "upper", missing);
}

void ContainerLayers::remove(const std::string& id) {
  const fs::path folder = data_ / "containers" / id;
  const fs::path upper = folder / "upper", going = folder / "going";
  // At once, and without room on the disk.
  if (system_.renameat(AT_FDCWD, upper.c_str(), AT_FDCWD, going.c_str()) != 0 && errno != ENOENT) {
    throw os::write_error(errno, "rename", upper);
  }
  os::remove_tree(going);
  os::remove_tree(folder / "work");
}

void ContainerLayers::forget_volatile(const std::string& id) {
  // Linux Documentation/filesystems/overlayfs.rst, "Volatile mount".
  os::remove_tree(data_ / "containers" / id / "work" / "work" / "incompat");
}

std::uint64_t ContainerLayers::upper_bytes(const std::string& id) const {
  const fs::path upper = data_ / "containers" / id / "upper";
  UniqueFd folder(::open(upper.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder) return 0;
  SeenInodes seen;
  return folder_bytes(std::move(folder), seen, 0);
}

}  // namespace glassdock::snapshot
