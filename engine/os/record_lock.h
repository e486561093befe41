#pragma once

#include <fcntl.h>
#include <sys/types.h>

namespace glassdock::os {

// POSIX record locks of a whole file (fcntl(2)): the kernel drops them with the process that took them. Header only and
// free of everything but the system call, for a process between fork and exec and for the launcher.

enum class LockWait { no, yes };

// Takes the write lock. 0, or -1 with errno: EACCES or EAGAIN where another process has it, EINTR while it waits.
inline int take_record_lock(int fd, LockWait wait = LockWait::no) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(fd, wait == LockWait::yes ? F_SETLKW : F_SETLK, &lock);
}

inline void drop_record_lock(int fd) {
  struct flock lock {};
  lock.l_type = F_UNLCK;
  lock.l_whence = SEEK_SET;
  ::fcntl(fd, F_SETLK, &lock);
}

// The other process that has a lock, or 0: none has, or it is of a pid namespace that does not show here. -1 with errno
// where that cannot be told.
inline pid_t record_lock_holder(int fd) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd, F_GETLK, &lock) != 0) return -1;
  return lock.l_type != F_UNLCK && lock.l_pid > 0 ? lock.l_pid : 0;
}

}  // namespace glassdock::os
