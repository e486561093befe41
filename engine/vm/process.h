#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/unique_fd.h"

namespace glassdock::vm {

// Whom the hypervisor runs as: root's becomes nobody, an ordinary user's stays what it is.
struct RunAs {
  bool change = false;
  uid_t user = 0;
  gid_t group = 0;
  gid_t device_group = 0;  // one more group; 0: none
  const char* words() const noexcept { return change ? "nobody" : "the engine's own user"; }
};
// 65534 where this process is root and has that id (user_namespaces(7): an ordinary user's engine may not), with the
// group of `device` where that group, and not everybody, may use it: "kvm" on most machines.
RunAs unprivileged_user(const char* device = "/dev/kvm");
// In a child after fork(2): 0, or an errno. Calls nothing but the kernel.
int become(const RunAs& who) noexcept;

// A process of ours that dies with the thread that started it (PR_SET_PDEATHSIG), so that none is left when the engine
// is killed. That thread must live as long.
class Process {
 public:
  struct Plan {
    std::vector<std::string> words;  // the program's path first
    RunAs who;
    std::vector<int> descriptors;  // become first_descriptor and the following ones; all others are closed
    int output = -1;               // stdout and stderr; -1: nowhere
    int input = -1;                // stdin; -1: nothing comes
  };
  static constexpr int first_descriptor = 3;
  // Returns once execve(2) has succeeded, or throws Error.
  explicit Process(const Plan& plan);
  ~Process();  // killed and reaped where it is still there
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const noexcept { return pid_; }
  int pidfd() const noexcept { return pidfd_.get(); }
  std::int64_t executed_ns() const noexcept { return executed_ns_; }  // CLOCK_MONOTONIC
  void kill() noexcept;
  // Waits for the end and gives the wait status of waitpid(2).
  int reap() noexcept;

 private:
  pid_t pid_ = 0;
  UniqueFd pidfd_;
  std::int64_t executed_ns_ = 0;
  std::optional<int> status_;
};

}  // namespace glassdock::vm
