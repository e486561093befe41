#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/unique_fd.h"

namespace glassdock::daemon {

// What a monitor wrote about its container (engine/runtime/protocol.h): the lines of the status file put together.
struct StatusRecord {
  pid_t pid = 0;                 // from "started"
  std::uint64_t start_time = 0;  // field 22 of /proc/PID/stat (proc_pid_stat(5)), clock ticks since boot
  std::int64_t executed_ns = 0;  // of "executed", CLOCK_REALTIME; 0 where the command never began
  bool ended = false;            // "exited" or "failed"
  bool failed = false;
  int wait_status = 0;  // of "exited"
  std::int64_t oom_kills = 0;
  std::string operation;  // of "failed": its name; empty where it was none
  int error = 0;
  std::string object;         // of "failed": what it was at
  std::int64_t ended_ns = 0;  // CLOCK_REALTIME
};

// Nothing for a file without a whole line. Lines that were cut short or that nobody knows are left out, and told to
// `left_out` one by one.
std::optional<StatusRecord> parse_status_file(std::string_view text,
                                              const std::function<void(std::string_view)>& left_out = {});

// The line of an end, for a daemon that records it in a lost monitor's place behind `text`.
std::string exited_line(std::string_view text, int wait_status, std::int64_t ended_ns);

// The lines of a record whose machine was started anew: it runs nothing any more, whoever has its pid now.
std::string forgotten_lines(std::string_view text, const StatusRecord& record);

// Of this boot of the machine (random(4)); empty where it cannot be told. A pid and its start time, which counts from
// the boot, name one process only within it.
std::string boot_id();

// Both throw Error where it cannot be told.
// Whether `pid` is still the process that began at `start_time`.
bool is_same_process(pid_t pid, std::uint64_t start_time);
// A pidfd of that process; empty where it is gone.
UniqueFd open_process(pid_t pid, std::uint64_t start_time);
// False where the process is gone.
bool signal_process(const UniqueFd& pidfd, int number);

}  // namespace glassdock::daemon
