#include <nlohmann/json.hpp>

#include <algorithm>

#include "engine/api/answers.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

hub::Fault read_fault(const json& value) {
  if (value.is_string()) {
    if (auto fault = hub::parse_fault(value.get_ref<const std::string&>())) return *fault;
  }
  throw Error(ErrorKind::invalid_argument, "unknown \"fault\": " + value.dump(-1, ' ', true).substr(0, 64),
              "one of none, down, not-found, wrong-digest, cut-off");
}

std::uint64_t read_count(const std::string& key, const json& value) {
  if (!value.is_number_unsigned()) {
    throw Error(ErrorKind::invalid_argument, "\"" + key + "\" is no number from 0 up");
  }
  return value.get<std::uint64_t>();
}

// What is not named is as it is when all is well. A day is the longest latency: a line that is slower is down.
hub::HubConditions read_conditions(const json& body) {
  if (!body.is_object()) throw Error(ErrorKind::invalid_argument, "the hub's conditions are no JSON object");
  constexpr std::uint64_t longest_latency_ms = 86'400'000;
  hub::HubConditions conditions;
  for (const auto& [key, value] : body.items()) {
    if (key == "fault") {
      conditions.fault = read_fault(value);
    } else if (key == "bytes_per_second") {
      conditions.bytes_per_second = read_count(key, value);
    } else if (key == "latency_ms") {
      conditions.latency = std::chrono::milliseconds(std::min(read_count(key, value), longest_latency_ms));
    } else if (key == "cut_off_after") {
      conditions.cut_off_after = read_count(key, value);
    } else if (key == "fault_times") {
      conditions.fault_times = read_count(key, value);
    } else {
      throw Error(ErrorKind::invalid_argument, "the hub knows no condition \"" + key.substr(0, 64) + "\"",
                  "bytes_per_second, latency_ms, fault, cut_off_after and fault_times are known");
    }
  }
  return conditions;
}

}  // namespace

void Api::glass_hub_set(Call& call) {
  const hub::HubConditions conditions = read_conditions(read_json(call));
  if (!hub_) {
    throw Error(ErrorKind::conflict, "this engine has no hub", "start it without --hub off");
  }
  hub_->set_conditions(conditions);
  const trace::Context context{.tracer = &service_.tracer(), .actor = trace::Actor::hub};
  context.tell(trace::Stage::pull, "hub.conditions", {},
               {{"bytes_per_second", conditions.bytes_per_second},
                {"latency_ms", conditions.latency.count()},
                {"fault", hub::to_string(conditions.fault)},
                {"cut_off_after", conditions.cut_off_after},
                {"fault_times", conditions.fault_times}});
  send_empty(call, 204);
}

}  // namespace glassdock::api
