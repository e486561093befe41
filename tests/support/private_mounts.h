#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "engine/base/error.h"
#include "engine/base/unique_fd.h"

namespace glassdock::tests {

// From now on no mount made by this process reaches the machine, and none of the machine's reaches it. Needs root.
inline void have_own_mounts() {
  if (::unshare(CLONE_NEWNS) != 0) throw Error::from_errno(errno, "unshare", "mounts");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    throw Error::from_errno(errno, "make private", "/");
  }
}

// A mount namespace of this process's own while it lives: no mount made in it reaches the machine. Programs started
// meanwhile share it. Needs root, and no other thread at its end (setns(2)).
class PrivateMounts {
 public:
  PrivateMounts()
      : before_(::open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC)),
        folder_(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (!before_ || !folder_) throw Error::from_errno(errno, "open", "what a return needs");
    have_own_mounts();
  }
  ~PrivateMounts() {
    // Whoever goes on in the wrong namespace would make all that follows wrong.
    if (::setns(before_.get(), CLONE_NEWNS) != 0 || ::fchdir(folder_.get()) != 0) ::abort();
  }
  PrivateMounts(const PrivateMounts&) = delete;
  PrivateMounts& operator=(const PrivateMounts&) = delete;

 private:
  UniqueFd before_, folder_;
};

// Something mounted over a folder, which is made where it is missing, until the end of the object. Only inside
// PrivateMounts.
class MountedOver {
 public:
  // A disk of `bytes`, for everybody to write.
  static MountedOver tmpfs(const std::filesystem::path& folder, std::size_t bytes) {
    std::filesystem::create_directories(folder);
    const std::string options = fmt::format("size={},mode=1777", bytes);
    must(::mount("tmpfs", folder.c_str(), "tmpfs", 0, options.c_str()), "mount a tmpfs on", folder);
    return MountedOver(folder);
  }
  // The folder itself, with all in it, but read-only.
  static MountedOver read_only(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    must(::mount(folder.c_str(), folder.c_str(), nullptr, MS_BIND, nullptr), "bind", folder);
    MountedOver mounted(folder);
    must(::mount(nullptr, folder.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr), "remount", folder);
    return mounted;
  }
  ~MountedOver() {
    if (!folder_.empty()) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  MountedOver(MountedOver&& other) noexcept : folder_(std::move(other.folder_)) { other.folder_.clear(); }
  MountedOver& operator=(MountedOver&&) = delete;

 private:
  explicit MountedOver(std::filesystem::path folder) : folder_(std::move(folder)) {}
  static void must(int done, const char* tried, const std::filesystem::path& folder) {
    if (done != 0) throw Error::from_errno(errno, tried, folder.string());
  }
  std::filesystem::path folder_;
};

}  // namespace glassdock::tests
