#include "app/lessons/recording.h"

#include <nlohmann/json.hpp>

#include "engine/base/error.h"
#include "engine/trace/json.h"
#include "engine/trace/redact.h"

namespace glassdock::lessons {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const ContainerSeen& one) {
  return {{"id", one.id},       {"name", one.name},           {"image", one.image}, {"command", one.command},
          {"state", one.state}, {"exit_code", one.exit_code}, {"pid", one.pid}};
}

ContainerSeen container_of(const Json& json) {
  return {.id = json.at("id"),
          .name = json.at("name"),
          .image = json.at("image"),
          .command = json.at("command"),
          .state = json.at("state"),
          .exit_code = json.at("exit_code"),
          .pid = json.at("pid")};
}

Json json_of(const Looks& looks) {
  Json json{{"images", looks.images}, {"texts", looks.texts}};
  if (!looks.absent.empty()) json["absent"] = looks.absent;
  if (!looks.unseen.empty()) json["unseen"] = looks.unseen;
  if (!looks.containers) return json;
  json["containers"] = Json::array();
  for (const ContainerSeen& one : *looks.containers) json["containers"].push_back(json_of(one));
  return json;
}

Looks looks_of(const Json& json) {
  Looks looks{.containers = {}, .images = json.at("images"), .texts = json.at("texts"), .absent = {}, .unseen = {}};
  if (json.contains("absent")) looks.absent = json.at("absent");
  if (json.contains("unseen")) looks.unseen = json.at("unseen");
  if (!json.contains("containers")) return looks;
  looks.containers.emplace();
  for (const Json& one : json.at("containers")) looks.containers->push_back(container_of(one));
  return looks;
}

}  // namespace

std::string to_json(const StepRecording& recording) {
  Json json;
  if (recording.observed.exit_code) json["exit_code"] = *recording.observed.exit_code;
  json["output"] = recording.observed.output;
  json["events"] = Json::array();
  for (trace::Event event : recording.observed.events) {
    trace::redact(event, {});
    json["events"].push_back(Json::parse(trace::to_json_line(event)));
  }
  json["looks"] = json_of(recording.looks);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

StepRecording recording_from_json(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    StepRecording recording;
    if (json.contains("exit_code")) recording.observed.exit_code = json.at("exit_code").get<int>();
    recording.observed.output = json.at("output");
    for (const Json& event : json.at("events")) {
      recording.observed.events.push_back(trace::from_json_line(event.dump()));
    }
    recording.looks = looks_of(json.at("looks"));
    return recording;
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::corrupt, error.what());
  }
}

Judgement judge(const Conditions& conditions, const StepRecording& recording) {
  Looks looks = recording.looks;
  KeptWorld world(nullptr, looks);
  return judge(conditions, recording.observed, world);
}

}  // namespace glassdock::lessons
