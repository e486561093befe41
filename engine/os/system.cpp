#include "engine/os/system.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace glassdock::os {

int System::openat(int dir, const char* path, int flags, mode_t mode) {
  return ::openat(dir, path, flags, mode);
}
ssize_t System::write(int fd, const void* data, std::size_t size) {
  return ::write(fd, data, size);
}
int System::fsync(int fd) {
  return ::fsync(fd);
}
int System::ftruncate(int fd, off_t size) {
  return ::ftruncate(fd, size);
}
int System::renameat(int old_dir, const char* old_path, int new_dir, const char* new_path) {
  return ::renameat(old_dir, old_path, new_dir, new_path);
}
int System::linkat(int old_dir, const char* old_path, int new_dir, const char* new_path, int flags) {
  return ::linkat(old_dir, old_path, new_dir, new_path, flags);
}
int System::symlinkat(const char* target, int dir, const char* path) {
  return ::symlinkat(target, dir, path);
}
int System::unlinkat(int dir, const char* path, int flags) {
  return ::unlinkat(dir, path, flags);
}
int System::mkdirat(int dir, const char* path, mode_t mode) {
  return ::mkdirat(dir, path, mode);
}
int System::mknodat(int dir, const char* path, mode_t mode, dev_t device) {
  return ::mknodat(dir, path, mode, device);
}
int System::fchownat(int dir, const char* path, uid_t user, gid_t group, int flags) {
  return ::fchownat(dir, path, user, group, flags);
}
int System::fchmodat(int dir, const char* path, mode_t mode) {
  return ::fchmodat(dir, path, mode, 0);
}
int System::fsetxattr(int fd, const char* name, const void* value, std::size_t size) {
  return ::fsetxattr(fd, name, value, size, 0);
}

System& real_system() {
  static System system;
  return system;
}

}  // namespace glassdock::os
