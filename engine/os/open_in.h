#pragma once

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace glassdock::os {

// openat2(2), younger than the oldest C library that we build with. -1 and errno on failure. Always close-on-exec.
// Header only: the launcher, which links no other room, uses it between clone and exec.
inline int open_in(int folder, const char* path, std::uint64_t flags, std::uint64_t resolve, std::uint64_t mode = 0) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.mode = mode;
  how.resolve = resolve;
  // EAGAIN: a rename or a mount anywhere on the machine while a ".." was resolved. So many in a row are no accident:
  // somebody keeps renaming to hold us up.
  constexpr int most_tries = 10'000;
  for (int tries = 1;; ++tries) {
    auto fd = static_cast<int>(::syscall(SYS_openat2, folder, path, &how, sizeof how));
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR) || tries == most_tries) return fd;
  }
}

}  // namespace glassdock::os
