#include "engine/daemon/restart_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/error.h"
#include "engine/daemon/container.h"

namespace glassdock::daemon {
namespace {

constexpr std::array<std::string_view, 4> words = {"no", "on-failure", "always", "unless-stopped"};

Error invalid(const std::string& what) {
  return Error(ErrorKind::invalid_argument, "invalid restart policy: " + what);
}

}  // namespace

std::string_view to_string(RestartPolicy::When when) {
  return words[static_cast<std::size_t>(when)];
}

std::string to_string(const RestartPolicy& policy) {
  if (policy.most_restarts == 0) return std::string(to_string(policy.when));
  return fmt::format("{}:{}", to_string(policy.when), policy.most_restarts);
}

RestartPolicy parse_restart_policy(std::string_view name, std::int64_t most_restarts) {
  const auto word = std::find(words.begin(), words.end(), name.empty() ? words[0] : name);
  if (word == words.end()) {
    throw invalid(
        fmt::format("unknown policy '{}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'", name));
  }
  const auto when = static_cast<RestartPolicy::When>(word - words.begin());
  if (when != RestartPolicy::When::on_failure && most_restarts != 0) {
    throw invalid(std::string("maximum retry count can only be used with 'on-failure'") +
                  (most_restarts < 0 ? " and cannot be negative" : ""));
  }
  if (most_restarts < 0) throw invalid("maximum retry count cannot be negative");
  return {when, static_cast<int>(std::min<std::int64_t>(most_restarts, INT32_MAX))};
}

bool wants_restart(const Status& status, int exit_code) {
  const RestartPolicy& policy = status.restart_policy;
  switch (policy.when) {
    case RestartPolicy::When::never:
      return false;
    case RestartPolicy::When::on_failure:
      return exit_code != 0 && (policy.most_restarts == 0 || status.restart_count < policy.most_restarts);
    case RestartPolicy::When::always:
      return true;
    case RestartPolicy::When::unless_stopped:
      return !status.stopped_by_hand;
  }
  return false;
}

bool wants_restart_with_engine(const Status& status) {
  // Docker's manual: `on-failure` does not start it again with the daemon.
  return status.state == State::exited && status.started_ns != 0 &&
         status.restart_policy.when != RestartPolicy::When::on_failure && wants_restart(status, status.exit_code);
}

std::chrono::milliseconds restart_delay(std::chrono::milliseconds last, std::chrono::nanoseconds ran) {
  using namespace std::chrono;
  constexpr milliseconds first{100};
  constexpr milliseconds longest = minutes(1);
  constexpr seconds good_run{10};
  if (last.count() == 0 || ran >= good_run) return first;
  return std::min(2 * last, longest);
}

}  // namespace glassdock::daemon
