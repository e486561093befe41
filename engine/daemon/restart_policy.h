#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace glassdock::daemon {

struct Status;

// When a container that has ended is started again by itself (Docker Engine API, HostConfig.RestartPolicy).
struct RestartPolicy {
  enum class When : std::uint8_t { never, on_failure, always, unless_stopped };
  When when = When::never;
  int most_restarts = 0;  // of on_failure; 0: no limit
  bool operator==(const RestartPolicy&) const = default;
};

// The API's words: "no", "on-failure", "always", "unless-stopped".
std::string_view to_string(RestartPolicy::When when);
// "on-failure:3", as a command line has it.
std::string to_string(const RestartPolicy& policy);
// "" is "no". Throws Error(invalid_argument) in docker's words.
RestartPolicy parse_restart_policy(std::string_view name, std::int64_t most_restarts);

// Whether a container that ended with `exit_code` is to be started again; `status` is that of before. moby
// restartmanager, ShouldRestart.
bool wants_restart(const Status& status, int exit_code);
// The same where a daemon comes up and finds it ended. As docker's, it starts even those of `always` that were stopped
// by hand, and none that never ran.
bool wants_restart_with_engine(const Status& status);

// How long the next restart waits: `last` is the time that the one before it waited, 0 for none, `ran` how long the
// command ran since.
std::chrono::milliseconds restart_delay(std::chrono::milliseconds last, std::chrono::nanoseconds ran);

}  // namespace glassdock::daemon
