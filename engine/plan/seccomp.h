#pragma once

#include <string>
#include <string_view>

namespace glassdock::plan {

// Docker's default seccomp table as a program for the kernel: every system call that is not listed fails with EPERM,
// clone3 (so that the C library falls back to clone, whose flags the filter can read) and what is newer than the table
// with ENOSYS.
// Source: docs.docker.com/engine/security/seccomp; seccomp(2); libseccomp compiles it.
class SeccompProgram {
 public:
  enum class Architectures {
    native,  // this machine's only: programs of other kinds are killed
    all,     // x86_64 with x86 and x32, arm64 with arm, as docker does
  };
  // Takes some milliseconds: make one and keep it. Throws Error(internal). Any thread may read it afterwards.
  explicit SeccompProgram(Architectures architectures = Architectures::all);

  // An array of struct sock_filter.
  std::string_view bytes() const noexcept { return bytes_; }

 private:
  std::string bytes_;
};

// What stands in front of a program's bytes where a container has the machine's IPC namespace: nothing would take away
// what is made there (sysvipc(7), mq_overview(7)). Calls that make shared memory, semaphores or message queues fail
// with EPERM; to find one that is there is let through, except by ipc(2) of 32-bit x86.
std::string refuse_ipc_objects();

}  // namespace glassdock::plan
