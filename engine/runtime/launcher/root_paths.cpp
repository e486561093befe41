#include "engine/runtime/launcher/root_paths.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <initializer_list>

#include "engine/plan/plan.h"

namespace glassdock::runtime {
namespace {

// A path below the root while its missing parts are made.
struct Target {
  char path[4096];
};

enum class Made { all, link, failed };

// The part of the path from `name` to `end` is a link that leads nowhere yet: its text takes its place.
Made follow_link(int parent, Target& target, const char* name, const char* end) {
  char part[256], text[4096], rest[4096];
  ::snprintf(part, sizeof part, "%.*s", static_cast<int>(end - name), name);
  ssize_t length = ::readlinkat(parent, part, text, sizeof text - 1);
  if (length < 0) return Made::failed;  // EINVAL: no link; somebody else made it at this moment
  text[length] = 0;
  ::strcpy(rest, end);
  size_t before = text[0] == '/' ? 0 : static_cast<size_t>(name - target.path);
  if (before + static_cast<size_t>(length) + ::strlen(rest) >= sizeof target.path) {
    errno = ENAMETOOLONG;
    return Made::failed;
  }
  ::strcpy(target.path + before, text);
  ::strcat(target.path, rest);
  return Made::link;
}

// Makes the part `name` of the path, which ends at `end`, in the folder that holds it.
Made make_part(int parent, Target& target, const char* name, const char* end, Want want) {
  char part[256];
  auto length = static_cast<size_t>(end - name);
  if (length >= sizeof part) {
    errno = ENAMETOOLONG;
    return Made::failed;
  }
  ::memcpy(part, name, length);
  part[length] = 0;
  int made = want == Want::folder ? ::mkdirat(parent, part, 0755) : ::mknodat(parent, part, S_IFREG | 0644, 0);
  if (made == 0) return Made::all;
  return errno == EEXIST ? follow_link(parent, target, name, end) : Made::failed;
}

// Makes what is missing of the path, part by part.
Made make_missing(int root, Target& target, uint64_t resolve, Want want) {
  Fd parent(kernel::open_in(root, "/", O_PATH | O_DIRECTORY, resolve));
  char* name = target.path;
  while (!parent.bad()) {
    name += ::strspn(name, "/");
    char* end = name + ::strcspn(name, "/");
    if (*name == 0) return Made::all;
    bool last = end[::strspn(end, "/")] == 0;
    // From the root each time, so that a link on the way is resolved inside it.
    char after = *end;
    *end = 0;
    int next = kernel::open_in(root, target.path, O_PATH, resolve);
    *end = after;
    if (next < 0 && errno == ENOENT) {
      Made made = make_part(parent.value, target, name, end, last ? want : Want::folder);
      if (made != Made::all) return made;
      continue;  // and opened now
    }
    ::close(parent.value);
    parent.value = next;
    name = end;
  }
  return Made::failed;
}

}  // namespace

uint64_t resolve_for(const char* path) {
  for (const char* top : {"/proc", "/sys", "/dev"}) {
    size_t length = ::strlen(top);
    if (::strncmp(path, top, length) == 0 && (path[length] == 0 || path[length] == '/')) return plain;
  }
  return inside;
}

int open_target(int root, const char* path, Want want) {
  constexpr int most_links = 40;  // the kernel's own limit (path_resolution(7))
  uint64_t resolve = resolve_for(path);
  Target target;
  if (::strlen(path) >= sizeof target.path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  ::strcpy(target.path, path);
  for (int links = 0; links <= most_links; ++links) {
    int fd = kernel::open_in(root, target.path, O_PATH, resolve);
    if (fd >= 0 || errno != ENOENT) return fd;
    if (make_missing(root, target, resolve, want) == Made::failed) return -1;
  }
  errno = ELOOP;
  return -1;
}

int open_parent(int root, const char* path, const char*& last) {
  char folder[4096];
  const char* slash = ::strrchr(path, '/');
  last = slash ? slash + 1 : path;
  int size = ::snprintf(folder, sizeof folder, "/%.*s", static_cast<int>(last - path), path);
  if (static_cast<size_t>(size) >= sizeof folder) {
    errno = ENAMETOOLONG;
    return -1;
  }
  return open_target(root, folder, Want::folder);
}

bool is_null_device(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && S_ISCHR(info.st_mode) && info.st_rdev == makedev(1, 3);
}

int take_own_null_input(int root) {
  if (!is_null_device(0)) return 0;
  // The container may have put something else there, a FIFO that nobody writes into.
  Fd own(kernel::open_in(root, "/dev/null", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, plain));
  if (own.value < 0 || !is_null_device(own.value)) return own.value < 0 ? errno : ENODEV;
  if (::fcntl(own.value, F_SETFL, 0) != 0) return errno;
  return ::dup2(own.value, 0) < 0 ? errno : 0;
}

int put_mount(int mount, int target) {
  struct statfs info {};
  if (::fstatfs(target, &info) != 0) return errno;
  if (info.f_type == PROC_SUPER_MAGIC) return plan::inside_proc;
  return kernel::move_mount(mount, target) == 0 ? 0 : errno;
}

}  // namespace glassdock::runtime
