#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "engine/base/unique_fd.h"

namespace glassdock::daemon {

// A container whose monitor lives and does not speak to this daemon: one of another version, or one that hangs. It can
// still be signalled, and its end stands in the status file.
struct Orphan {
  UniqueFd monitor;  // pidfd
  UniqueFd process;  // pidfd of process 1; empty where there is none yet, or any more

  std::int64_t executed_ns = 0;  // CLOCK_REALTIME; 0: no command runs yet, as far as its status file tells

  // To process 1; where there is none, SIGKILL goes to the monitor, which is making it. False where nobody is there.
  bool signal(int number) const;
  // Readable at the container's end.
  int end() const noexcept { return process ? process.get() : monitor.get(); }
  // After its end: gives the monitor the time to write it down, and no more. The status file is final afterwards.
  void finish() const;
};

// Nothing where no monitor of `folder` lives, or where it ends within a moment: then the status file is final.
std::shared_ptr<Orphan> find_orphan(const std::filesystem::path& folder);

}  // namespace glassdock::daemon
