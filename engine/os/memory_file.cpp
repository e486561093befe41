#include "engine/os/memory_file.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>

#include "engine/base/error.h"
#include "engine/os/files.h"

namespace glassdock::os {

UniqueFd begin_memory_file(const char* name) {
  UniqueFd file(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) throw Error::from_errno(errno, "memfd_create", name);
  return file;
}

void seal_memory_file(int fd) {
  if (::fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
    throw Error::from_errno(errno, "seal", "a memory file");
  }
}

UniqueFd make_memory_file(const char* name, std::string_view bytes) {
  UniqueFd file = begin_memory_file(name);
  write_all(real_system(), file.get(), bytes, name);
  seal_memory_file(file.get());
  return file;
}

}  // namespace glassdock::os
