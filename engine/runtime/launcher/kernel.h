// launcher: the small static program that forks a monitor for each container. No exceptions, no heap, no library but
// libc.
#pragma once

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "engine/os/open_in.h"

// System calls for which the oldest C library that we build with has no function. Each returns what the kernel returns
// (-1 and errno). <sys/mount.h> is not used: it clashes with <linux/mount.h> in glibc 2.36.
namespace glassdock::kernel {

using os::open_in;
inline int fsopen(const char* type) {
  return static_cast<int>(::syscall(SYS_fsopen, type, FSOPEN_CLOEXEC));
}
inline int fsconfig(int fd, unsigned command, const char* key, const void* value) {
  return static_cast<int>(::syscall(SYS_fsconfig, fd, command, key, value, 0));
}
inline int fsmount(int fd, unsigned attributes) {
  return static_cast<int>(::syscall(SYS_fsmount, fd, FSMOUNT_CLOEXEC, attributes));
}
inline int open_tree(int dir, const char* path, unsigned flags) {
  return static_cast<int>(::syscall(SYS_open_tree, dir, path, flags | OPEN_TREE_CLOEXEC));
}
// Both by descriptor.
inline int move_mount(int mount, int target) {
  return static_cast<int>(
      ::syscall(SYS_move_mount, mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
}
inline int set_mount_attributes(int dir, const char* path, unsigned flags, uint64_t attributes) {
  mount_attr change{};
  change.attr_set = attributes;
  return static_cast<int>(::syscall(SYS_mount_setattr, dir, path, flags, &change, sizeof change));
}
inline int mount(const char* source, const char* target, const char* type, unsigned long flags, const void* data) {
  return static_cast<int>(::syscall(SYS_mount, source, target, type, flags, data));
}
inline int unmount(const char* target, int flags) {
  return static_cast<int>(::syscall(SYS_umount2, target, flags));
}
inline int pivot_root(const char* new_root, const char* put_old) {
  return static_cast<int>(::syscall(SYS_pivot_root, new_root, put_old));
}
inline int close_from(unsigned first) {
  return static_cast<int>(::syscall(SYS_close_range, first, ~0U, 0));
}
inline int send_signal(int pidfd, int signal) {
  return static_cast<int>(::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0));
}
inline int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace glassdock::kernel
