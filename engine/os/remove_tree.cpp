#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/os/open_in.h"

namespace fs = std::filesystem;

namespace glassdock::os {
namespace {

// A folder on the way down. Only the lowest one is open, so that no depth uses up the process's descriptors.
struct Level {
  std::string name;
  dev_t device = 0;
  ino_t inode = 0;
  std::vector<std::string> folders;  // in it, still to be removed
};

// Neither a mount, also one of the same file system, nor a link that took the folder's place is gone into.
constexpr std::uint64_t stay = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;

// A folder may be closed to its own owner: overlay's work folder is, and those of a layer may be. An owner opens it.
UniqueFd open_to_empty(int above, const char* name) {
  UniqueFd fd(open_in(above, name, O_RDONLY | O_DIRECTORY, stay));
  if (!fd && errno == EACCES) {
    UniqueFd closed(open_in(above, name, O_PATH | O_DIRECTORY, stay));
    const std::string path = fmt::format("/proc/self/fd/{}", closed.get());
    if (closed && ::chmod(path.c_str(), S_IRWXU) == 0) fd.reset(open_in(above, name, O_RDONLY | O_DIRECTORY, stay));
    if (!fd) errno = EACCES;
  }
  return fd;
}

class TreeRemover {
 public:
  // `parent` is the folder in which the tree stands; `path` only for messages.
  TreeRemover(UniqueFd parent, const fs::path& path) : parent_(std::move(parent)), path_(path) {}

  void remove(const std::string& name) {
    if (!unlink_file(parent_.get(), name.c_str())) return;
    descend(name);
    while (!way_.empty()) {
      if (way_.back().folders.empty()) {
        ascend();
      } else {
        std::string next = std::move(way_.back().folders.back());
        way_.back().folders.pop_back();
        descend(next);
      }
    }
  }

 private:
  std::string shown(const char* last) const {
    fs::path shown = path_.parent_path();
    for (const Level& level : way_) shown /= level.name;
    return (shown / last).string();
  }

  [[noreturn]] void fail(int error, const char* name) const {
    if (error == EXDEV || error == EBUSY) {
      throw Error(ErrorKind::conflict, "something is mounted at " + shown(name), "umount it, then try again");
    }
    throw Error::from_errno(error, "remove", shown(name));
  }

  // True where `name` is a folder.
  bool unlink_file(int folder, const char* name) const {
    if (::unlinkat(folder, name, 0) == 0 || errno == ENOENT) return false;
    if (errno != EISDIR) fail(errno, name);
    return true;
  }

  // Takes the files out of the folder `name` of the current one and makes it the current one.
  void descend(const std::string& name) {
    int above = way_.empty() ? parent_.get() : current_.get();
    UniqueFd fd = open_to_empty(above, name.c_str());
    if (!fd && errno == ENOENT) return;
    struct stat info {};
    if (!fd || ::fstat(fd.get(), &info) != 0) fail(errno, name.c_str());
    // Where it may be read but not changed; who may not do this is told by what is to be removed in it.
    if ((info.st_mode & S_IRWXU) != S_IRWXU) static_cast<void>(::fchmod(fd.get(), S_IRWXU));
    way_.push_back({name, info.st_dev, info.st_ino, {}});
    current_ = std::move(fd);
    alignas(dirent64) char entries[32 * 1024];
    for (;;) {
      ssize_t got = ::getdents64(current_.get(), entries, sizeof entries);
      if (got < 0) fail(errno, "");
      if (got == 0) return;
      for (ssize_t at = 0; at < got;) {
        auto* entry = reinterpret_cast<dirent64*>(entries + at);
        at += entry->d_reclen;
        if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
        if (entry->d_type == DT_DIR || unlink_file(current_.get(), entry->d_name)) {
          way_.back().folders.emplace_back(entry->d_name);
        }
      }
    }
  }

  // Back into the folder above, where the current one, empty now, is removed.
  void ascend() {
    Level done = std::move(way_.back());
    way_.pop_back();
    if (!way_.empty()) {
      UniqueFd above(open_in(current_.get(), "..", O_PATH | O_DIRECTORY, RESOLVE_NO_XDEV));
      struct stat info {};
      if (!above || ::fstat(above.get(), &info) != 0) fail(errno, done.name.c_str());
      // Somebody moved it meanwhile: whatever is above it now is not ours.
      if (info.st_dev != way_.back().device || info.st_ino != way_.back().inode) fail(ESTALE, done.name.c_str());
      current_ = std::move(above);
    }
    int above = way_.empty() ? parent_.get() : current_.get();
    if (::unlinkat(above, done.name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) fail(errno, done.name.c_str());
  }

  UniqueFd parent_;
  UniqueFd current_;
  fs::path path_;
  std::vector<Level> way_;
};

}  // namespace

void remove_tree(const fs::path& path) {
  fs::path tree = path.has_filename() ? path : path.parent_path();
  fs::path above = tree.has_parent_path() ? tree.parent_path() : fs::path(".");
  UniqueFd parent(::open(above.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!parent && (errno == ENOENT || errno == ENOTDIR)) return;
  if (!parent) throw Error::from_errno(errno, "remove", path.string());
  TreeRemover(std::move(parent), tree).remove(tree.filename().string());
}

}  // namespace glassdock::os
