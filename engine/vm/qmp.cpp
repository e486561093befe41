#include "engine/vm/qmp.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace glassdock::vm {

using nlohmann::json;

namespace {

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', true, json::error_handler_t::replace);
}

std::string version_of(const json& greeting) {
  const json version = greeting.value("/QMP/version/qemu"_json_pointer, json::object());
  return fmt::format("{}.{}.{}", version.value("major", 0), version.value("minor", 0), version.value("micro", 0));
}

}  // namespace

QmpLine parse_qmp(std::string_view text) {
  const json line = json::parse(text, nullptr, false);
  if (!line.is_object()) return {};
  const std::string id = line.contains("id") ? text_of(line["id"]) : "";
  if (line.contains("QMP")) return {QmpLine::Kind::greeting, version_of(line), {}};
  if (line.contains("event"))
    return {QmpLine::Kind::event, text_of(line["event"]), text_of(line.value("data", json()))};
  if (line.contains("return")) return {QmpLine::Kind::answer, id, text_of(line["return"])};
  if (line.contains("error") && line["error"].is_object()) {
    return {QmpLine::Kind::error, id, text_of(line["error"].value("desc", json("")))};
  }
  return {};
}

std::string qmp_command(std::string_view command, std::string_view id) {
  return json{{"execute", command}, {"id", id}}.dump() + "\n";
}

std::string qmp_monitor_command(std::string_view line, std::string_view id) {
  return json{{"execute", "human-monitor-command"}, {"arguments", {{"command-line", line}}}, {"id", id}}.dump() + "\n";
}

}  // namespace glassdock::vm
