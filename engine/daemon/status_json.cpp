#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/base/error.h"
#include "engine/daemon/container.h"

namespace glassdock::daemon {

using nlohmann::json;

std::string to_json(const Status& status, std::int64_t created_ns) {
  json stored = {{"state", to_string(status.state)}, {"pid", status.pid},
                 {"exit_code", status.exit_code},    {"error", status.error},
                 {"oom_killed", status.oom_killed},  {"created_ns", created_ns},
                 {"started_ns", status.started_ns},  {"finished_ns", status.finished_ns}};
  if (status.restart_policy.when != RestartPolicy::When::never) {
    stored["restart_policy"] = to_string(status.restart_policy.when);
    stored["most_restarts"] = status.restart_policy.most_restarts;
    stored["restart_count"] = status.restart_count;
    stored["stopped_by_hand"] = status.stopped_by_hand;
  }
  return stored.dump(-1, ' ', false, json::error_handler_t::replace);
}

Status status_from_json(std::string_view text, std::int64_t& created_ns) {
  try {
    json stored = json::parse(text);
    Status status;
    auto state = parse_state(stored.at("state").get<std::string>());
    if (!state) throw Error(ErrorKind::corrupt, "a container's stored state is unknown: " + stored.at("state").dump());
    status.state = *state;
    status.pid = stored.at("pid").get<pid_t>();
    status.exit_code = stored.at("exit_code").get<int>();
    status.error = stored.at("error").get<std::string>();
    status.oom_killed = stored.at("oom_killed").get<bool>();
    created_ns = stored.at("created_ns").get<std::int64_t>();
    status.started_ns = stored.at("started_ns").get<std::int64_t>();
    status.finished_ns = stored.at("finished_ns").get<std::int64_t>();
    status.restart_policy = parse_restart_policy(stored.value("restart_policy", ""), stored.value("most_restarts", 0));
    status.restart_count = stored.value("restart_count", 0);
    status.stopped_by_hand = stored.value("stopped_by_hand", false);
    return status;
  } catch (const json::exception& fault) {
    throw Error(ErrorKind::corrupt, fmt::format("a container's stored state cannot be read: {}", fault.what()));
  }
}

}  // namespace glassdock::daemon
