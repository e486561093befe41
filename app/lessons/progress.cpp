#include "app/lessons/progress.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/system.h"

namespace glassdock::lessons {
namespace {

using Json = nlohmann::ordered_json;
constexpr int version = 1;

Json json_of(const LessonProgress& lesson) {
  Json answers = Json::object();
  for (const auto& [step, one] : lesson.answers) {
    answers[step] = {{"answer", one.answer}, {"scored", one.scored}, {"right", one.right}};
  }
  return {{"step", lesson.step}, {"finished", lesson.finished}, {"hints", lesson.hints}, {"answers", answers}};
}

LessonProgress lesson_of(const Json& json) {
  LessonProgress lesson;
  json.at("step").get_to(lesson.step);
  json.at("finished").get_to(lesson.finished);
  json.at("hints").get_to(lesson.hints);
  for (const auto& [step, one] : json.at("answers").items()) {
    lesson.answers[step] = {one.at("answer").get<std::string>(), one.at("scored").get<bool>(),
                            one.at("right").get<bool>()};
  }
  return lesson;
}

}  // namespace

std::filesystem::path state_folder(const std::string& state_home, const std::string& home) {
  if (starts_with(state_home, "/")) return std::filesystem::path(state_home) / "glassdock";
  if (starts_with(home, "/")) return std::filesystem::path(home) / ".local/state/glassdock";
  return {};
}

std::string to_json(const Progress& progress) {
  Json lessons = Json::object();
  for (const auto& [id, lesson] : progress) lessons[id] = json_of(lesson);
  constexpr int indent = 2;
  return Json{{"version", version}, {"lessons", lessons}}.dump(indent, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

Progress progress_from_json(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("version").get<int>() > version) throw Error(ErrorKind::corrupt, "it is of a newer glassdock");
    Progress progress;
    for (const auto& [id, lesson] : json.at("lessons").items()) progress[id] = lesson_of(lesson);
    return progress;
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::corrupt, error.what());
  }
}

Progress load_progress(const std::filesystem::path& file, std::string* fault) {
  const std::optional<std::string> text = os::try_read_file(file);
  if (!text) return {};
  try {
    return progress_from_json(*text);
  } catch (const Error& error) {
    const std::filesystem::path aside = file.native() + ".damaged";
    std::error_code unseen;
    std::filesystem::rename(file, aside, unseen);
    if (fault) *fault = fmt::format("{} cannot be understood; it is kept as {}", file.native(), aside.native());
    return {};
  }
}

void save_progress(const std::filesystem::path& file, const Progress& progress) {
  os::make_folders(file.parent_path());
  os::write_file_atomically(os::real_system(), file, to_json(progress));
}

}  // namespace glassdock::lessons
