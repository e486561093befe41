// What moves a container from state to state, but start and remove, and what looks at its processes.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/api/answers.h"
#include "engine/api/create_request.h"
#include "engine/api/filters.h"
#include "engine/api/request_fields.h"
#include "engine/base/signals.h"
#include "engine/base/time_text.h"
#include "engine/daemon/process_list.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

daemon::StopWish stop_wish(const Call& call) {
  daemon::StopWish wish{query_text(call.request, "signal"), {}};
  if (const auto seconds = query_number(call.request, "t")) wish.grace = std::chrono::seconds(*seconds);
  return wish;
}

}  // namespace

void Api::container_kill(Call& call) {
  const std::string word = query_text(call.request, "signal");
  int signal = 0;
  try {
    signal = require_signal(word.empty() ? "KILL" : word);
  } catch (const Error& fault) {
    throw Error(fault.kind(), fmt::format("cannot kill container: {}: {}", call.name, fault.message()));
  }
  service_.kill(call.name, signal, call.caller);
  send_empty(call, 204);
}

void Api::container_stop(Call& call) {
  send_empty(call, service_.stop(call.name, stop_wish(call), call.caller) ? 204 : 304);
}

void Api::container_restart(Call& call) {
  service_.restart(call.name, stop_wish(call), call.caller);
  send_empty(call, 204);
}

// The limits of a container that exists are not changed yet: a client that sends every field sends their zeros.
void Api::container_update(Call& call) {
  const json body = read_json(call);
  for (const auto& [key, value] : body.items()) {
    if (key == "RestartPolicy" || is_unset(value)) continue;
    throw Error(ErrorKind::not_supported,
                fmt::format("changing {} of a container is not supported yet by Glassdock {}", key, GLASSDOCK_VERSION));
  }
  const daemon::ContainerPtr container = service_.find(call.name);
  const std::string name = read<std::string>(field(body, "RestartPolicy"), "Name");
  const daemon::RestartPolicy policy = read_restart_policy(body);
  if (!name.empty()) service_.update(container->id, policy, call.caller);
  send_json(call, 200, {{"Warnings", nullptr}});
}

void Api::container_pause(Call& call) {
  service_.pause(call.name, call.caller);
  send_empty(call, 204);
}

void Api::container_unpause(Call& call) {
  service_.unpause(call.name, call.caller);
  send_empty(call, 204);
}

void Api::container_rename(Call& call) {
  service_.rename(call.name, query_text(call.request, "name"), call.caller);
  send_empty(call, 204);
}

void Api::container_top(Call& call) {
  const daemon::ContainerPtr container = service_.find(call.name);
  const daemon::Status status = service_.containers().status(*container);
  if (!daemon::is_alive(status.state)) {
    throw Error(ErrorKind::conflict, fmt::format("container {} is not running", container->id));
  }
  if (status.state == daemon::State::restarting) throw daemon::restarting_error("Container " + container->id);
  const daemon::ProcessTable table =
      daemon::list_processes(query_text(call.request, "ps_args"), daemon::processes_of(container->folder, status.pid));
  {
    auto lock = service_.containers().lock();
    service_.events().tell_locked(*container, "top");
  }
  send_json(call, 200,
            {{"Titles", table.titles}, {"Processes", table.rows.empty() ? json(nullptr) : json(table.rows)}});
}

void Api::container_prune(Call& call) {
  const Filters filters = parse_filters(query_text(call.request, "filters"), {"label", "label!", "until"});
  const std::int64_t until_ns = until_of(filters);
  json deleted = nullptr;
  std::uint64_t bytes = 0;
  for (const daemon::ContainerPtr& container : service_.containers().all()) {
    if (container->created_ns > until_ns || !labels_match(filters, container->config.labels)) continue;
    try {
      const auto written = service_.remove_stopped(container, call.caller);
      if (!written) continue;
      bytes += *written;
      deleted.push_back(container->id);
    } catch (const Error&) {
      // As docker: what cannot be removed stays, and its state says why.
    }
  }
  service_.events().tell("container", "prune", {}, {{"reclaimed", std::to_string(bytes)}});
  send_json(call, 200, {{"ContainersDeleted", deleted}, {"SpaceReclaimed", bytes}});
}

// There are no networks to be made yet, and no build cache.
void Api::network_prune(Call& call) {
  parse_filters(query_text(call.request, "filters"), {"label", "label!", "until"});
  send_json(call, 200, {{"NetworksDeleted", nullptr}});
}

void Api::build_prune(Call& call) {
  send_json(call, 200, {{"CachesDeleted", nullptr}, {"SpaceReclaimed", 0}});
}

}  // namespace glassdock::api
