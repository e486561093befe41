#include "engine/runtime/shared_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "engine/base/error.h"
#include "engine/os/memory_file.h"

namespace glassdock::runtime {

UniqueFd seal_plan(std::string_view bytes) {
  return os::make_memory_file("glassdock-plan", bytes);
}

UniqueFd make_shared_state() {
  UniqueFd fd = os::begin_memory_file("glassdock-ring");
  if (::ftruncate(fd.get(), sizeof(trace::SharedState)) != 0) throw Error::from_errno(errno, "ftruncate", "the ring");
  // A length that nobody can change: a mapping of it never ends in SIGBUS.
  ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW);
  const std::uint32_t head[2] = {trace::shared_magic, trace::shared_version};
  if (::pwrite(fd.get(), head, sizeof head, 0) != sizeof head) throw Error::from_errno(errno, "write", "the ring");
  return fd;
}

Mapping::Mapping(int fd, bool writable, std::size_t least_bytes) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) throw Error::from_errno(errno, "fstat", "shared memory");
  if (info.st_size <= 0 || static_cast<std::size_t>(info.st_size) < least_bytes) {
    throw Error(ErrorKind::corrupt, "shared memory is too small");
  }
  bytes_ = static_cast<std::size_t>(info.st_size);
  void* address = ::mmap(nullptr, bytes_, writable ? PROT_READ | PROT_WRITE : PROT_READ,
                         writable ? MAP_SHARED : MAP_PRIVATE, fd, 0);
  if (address == MAP_FAILED) throw Error::from_errno(errno, "mmap", "shared memory");
  address_ = address;
}

Mapping::~Mapping() {
  if (address_) ::munmap(address_, bytes_);
}

}  // namespace glassdock::runtime
