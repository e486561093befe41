#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/daemon/container_config.h"

namespace glassdock::daemon {
namespace {

using nlohmann::json;

json throttles_to_json(const std::vector<plan::Throttle>& throttles) {
  json stored = json::array();
  for (const plan::Throttle& one : throttles) {
    stored.push_back({{"kind", plan::names_of(one.kind).key}, {"path", one.path}, {"rate", one.rate}});
  }
  return stored;
}

std::vector<plan::Throttle> throttles_from_json(const json& stored) {
  std::vector<plan::Throttle> throttles;
  for (const json& one : stored) {
    const auto key = one.at("kind").get<std::string>();
    const auto names = std::find_if(plan::throttle_names.begin(), plan::throttle_names.end(),
                                    [&](const plan::ThrottleNames& row) { return key == row.key; });
    if (names == plan::throttle_names.end()) {
      throw Error(ErrorKind::corrupt, fmt::format("a container's stored configuration has a limit \"{}\"", key));
    }
    throttles.push_back({names->kind, one.at("path").get<std::string>(), one.at("rate").get<std::uint64_t>()});
  }
  return throttles;
}

// Calls `field(KEY, MEMBER)` for every member that is stored as it is: the one list for writing and reading.
template <typename Config, typename Field>
void for_each_field(Config& config, Field&& field) {
  field("image", config.image);
  field("layers", config.layers);
  field("entrypoint", config.entrypoint);
  field("command", config.command);
  field("environment", config.environment);
  field("preset_variables", config.preset_variables);
  field("working_folder", config.working_folder);
  field("user", config.user);
  field("hostname", config.hostname);
  field("labels", config.labels);
  field("attach_stdin", config.attach_stdin);
  field("attach_stdout", config.attach_stdout);
  field("attach_stderr", config.attach_stderr);
  field("tty", config.tty);
  field("open_stdin", config.open_stdin);
  field("stdin_once", config.stdin_once);
  field("stop_signal", config.stop_signal);
  field("tmpfs", config.tmpfs);
  field("console_size", config.console_size);
  field("network_mode", config.network_mode);
  field("init", config.init);
  field("log_driver", config.log_driver);
  field("log_options", config.log_options);
  field("annotations", config.annotations);
  field("auto_remove", config.auto_remove);
  field("read_only_root", config.read_only_root);
  field("groups_added", config.groups_added);
  field("no_new_privileges", config.no_new_privileges);
  field("memory_bytes", config.memory_bytes);
  field("nano_cpus", config.nano_cpus);
  field("pids_limit", config.pids_limit);
  field("shm_bytes", config.shm_bytes);
}

}  // namespace

std::string to_json(const ContainerConfig& config) {
  json stored = json::object();
  for_each_field(config, [&](const char* key, const auto& value) { stored[key] = value; });
  stored["image_id"] = config.image_id.text();
  if (config.stop_timeout_seconds) stored["stop_timeout_seconds"] = *config.stop_timeout_seconds;
  stored["throttles"] = throttles_to_json(config.throttles);
  json& binds = stored["binds"] = json::array();
  for (const Bind& bind : config.binds) binds.push_back(bind.text);
  // A command line need not be UTF-8; what is not is kept as the replacement character rather than refused.
  return stored.dump(-1, ' ', false, json::error_handler_t::replace);
}

ContainerConfig config_from_json(std::string_view text) {
  try {
    json stored = json::parse(text);
    ContainerConfig config;
    for_each_field(config, [&](const char* key, auto& value) {
      if (auto found = stored.find(key); found != stored.end()) found->get_to(value);
    });
    config.image_id = Digest::parse(stored.at("image_id").get<std::string>());
    if (auto found = stored.find("stop_timeout_seconds"); found != stored.end()) {
      config.stop_timeout_seconds = found->get<std::int64_t>();
    }
    // A container of an earlier version has none.
    if (auto found = stored.find("throttles"); found != stored.end()) config.throttles = throttles_from_json(*found);
    for (const json& bind : stored.at("binds")) config.binds.push_back(parse_bind(bind.get<std::string>()));
    if (config.image.empty() || config.arguments().empty()) {
      throw Error(ErrorKind::corrupt, "a container's stored configuration lacks its image or its command");
    }
    return config;
  } catch (const json::exception& fault) {
    throw Error(ErrorKind::corrupt, fmt::format("a container's stored configuration cannot be read: {}", fault.what()));
  }
}

}  // namespace glassdock::daemon
