// os: the one door to the kernel for everything that tests must be able to make fail.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>

namespace glassdock::os {

// The file system calls that the store, the unpacker and the daemon make. Each returns what the system call returns
// (-1 and errno on failure). tests/support/failing_system.h puts a recording, failing stand-in behind it. The
// container's own start goes through the start plan instead, whose operations carry their injected failures.
// Any thread may call; implementations hold no state that callers see.
class System {
 public:
  virtual ~System() = default;
  virtual int openat(int dir, const char* path, int flags, mode_t mode);
  virtual ssize_t write(int fd, const void* data, std::size_t size);
  virtual int fsync(int fd);
  virtual int ftruncate(int fd, off_t size);
  virtual int renameat(int old_dir, const char* old_path, int new_dir, const char* new_path);
  virtual int linkat(int old_dir, const char* old_path, int new_dir, const char* new_path, int flags);
  virtual int symlinkat(const char* target, int dir, const char* path);
  virtual int unlinkat(int dir, const char* path, int flags);
  virtual int mkdirat(int dir, const char* path, mode_t mode);
  virtual int mknodat(int dir, const char* path, mode_t mode, dev_t device);
  virtual int fchownat(int dir, const char* path, uid_t user, gid_t group, int flags);
  virtual int fchmodat(int dir, const char* path, mode_t mode);
  virtual int fsetxattr(int fd, const char* name, const void* value, std::size_t size);
};

// The real one. Lives as long as the program.
System& real_system();

}  // namespace glassdock::os
