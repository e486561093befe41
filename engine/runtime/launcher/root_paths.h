#pragma once

#include <unistd.h>

#include "engine/runtime/launcher/kernel.h"

namespace glassdock::runtime {

// Paths below the container's root, whatever links its image has. Called between clone3 and exec: none allocates, none
// takes a lock. Descriptors are the caller's; -1 with errno where there is none.

// Inside the container's root an absolute symbolic link means the root's own "/"; nothing resolves out of it.
inline constexpr uint64_t inside = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
// For /proc, /sys and /dev: an image that makes them links would aim the masks at other files than the mounts.
inline constexpr uint64_t plain = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS;

// Closes at the end of the block.
struct Fd {
  int value;
  explicit Fd(int fd) : value(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() {
    if (value >= 0) ::close(value);
  }
  bool bad() const { return value < 0; }
};

// How a path is to be resolved.
uint64_t resolve_for(const char* path);

enum class Want { folder, file };

// Opens a mount's target below the root and makes it where it is missing: links that lead nowhere yet are followed, and
// what they name is made inside the root (an image's /etc/resolv.conf is often one). Trailing slashes are harmless.
int open_target(int root, const char* path, Want want);
// The folder that holds the last part of `path`, made where it is missing; `last` points to that part.
int open_parent(int root, const char* path, const char*& last);
bool is_null_device(int fd);
// Without a client's input descriptor 0 is the null device, opened by the monitor: the machine's own node, whose mode
// and owner root in a container could change through /proc/self/fd/0. It becomes the container's. 0 or an errno.
int take_own_null_input(int root);
// 0 or an errno. The image's links lead wherever they like: also into /proc, where a mount would hide the container's
// own or what the masks protect (as runc refuses it).
int put_mount(int mount, int target);

}  // namespace glassdock::runtime
