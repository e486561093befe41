#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "engine/base/unique_fd.h"

namespace glassdock::daemon {

// A monitor that is at its end mostly takes milliseconds for it; where processes do not leave a cgroup it waits as long
// as runtime::remove_cgroup does, for each. After this time nobody waits any more.
inline constexpr std::chrono::milliseconds monitor_end_time{2000};

// A container whose monitor lives and has not spoken to this daemon: one that is still being asked, one of another
// version, or one that hangs. It can be signalled all the same, and its end stands in the status file.
struct Orphan {
  enum class Talk : std::uint8_t {
    asked,   // it may still introduce itself, and is no orphan any more then
    silent,  // it will not
    over,    // the container has ended, and its end is being taken
  };
  Talk talk = Talk::asked;  // guarded by the service's mutex; nothing else changes

  UniqueFd monitor;  // pidfd
  UniqueFd process;  // pidfd of process 1; empty where there is none yet, or any more

  pid_t pid = 0;                 // of process 1, or 0
  std::int64_t executed_ns = 0;  // CLOCK_REALTIME; 0: no command runs yet, as far as its status file tells

  // To process 1; where there is none, SIGKILL goes to the monitor, which is making it. False where nobody is there.
  bool signal(int number) const;
  // Readable at the end of process 1, or of the monitor where there is none.
  int end() const noexcept { return process ? process.get() : monitor.get(); }
};

// Nothing where no monitor of `folder` lives: then the status file is final. Does not wait. Throws Error where that
// cannot be told, as the two below.
std::shared_ptr<Orphan> find_orphan(const std::filesystem::path& folder);

// Gives the monitor of `folder` monitor_end_time to write the container's end down, and ends it where it does not. The
// status file is final afterwards. Process 1 has ended, or is ending.
void end_monitor(const std::filesystem::path& folder);
// The same for a container that nobody has taken over: process 1 is ended first, where it lives.
void end_container(const std::filesystem::path& folder);

}  // namespace glassdock::daemon
