#include "app/headless/lecture_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include "app/headless/play_text.h"
#include "app/headless/scenario_show.h"
#include "app/headless/terminal.h"
#include "app/lessons/folders.h"
#include "app/lessons/say.h"
#include "engine/base/text.h"

namespace glassdock::headless {
namespace {

using lessons::said;
using lessons::Say;
using scenarios::Lecture;
using scenarios::Scenario;

std::vector<Scenario> parts_of(const Lecture& lecture) {
  return scenarios::scenarios_of(lecture, lessons::shipped_folder("scenarios"));
}

// Its steps as the lecture's: "noisy-neighbour/limit".
void take_over(CheckedFile& whole, const std::string& part, CheckedFile file) {
  for (CheckedStep& step : file.steps) {
    step.id = part + "/" + step.id;
    whole.steps.push_back(std::move(step));
  }
  for (std::string& warning : file.warnings) whole.warnings.push_back(std::move(warning));
}

void print(const std::string& text) {
  write_out(STDOUT_FILENO, text);
}

// False: the presenter leaves.
bool wait_for_enter(trace::Language language) {
  print(said(Say::continue_on, language));
  const TypedLine typed = read_typed_line(STDIN_FILENO, -1);
  return typed.line && trim(*typed.line) != "quit";
}

}  // namespace

ShownLecture show_lecture(const Lecture& lecture, const Options& options) {
  const trace::Language language = options.language;
  const std::vector<Scenario> parts = parts_of(lecture);
  const live::LabEngine engine;
  ShownLecture shown{{lecture.file, lecture.id}};
  print("\n" + said(Say::lecture_title, language, lecture.title.in(language), lecture.minutes) + "\n");
  print(paragraph_text(lecture.goal, language));
  int minute = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const scenarios::LecturePart& part = lecture.chain[i];
    print("\n" +
          said(Say::lecture_part, language, i + 1, parts.size(), parts[i].title.in(language), minute,
               minute + parts[i].minutes) +
          "\n");
    minute += parts[i].minutes;
    print(paragraph_text(part.say, language));
    if (!part.notes.empty()) print(notes_text(part.notes, language));
    if (!wait_for_enter(language)) return shown;
    Shown one = show_scenario(parts[i], engine, options);
    shown.as_expected = shown.as_expected && one.as_expected;
    take_over(shown.file, parts[i].id, std::move(one.file));
  }
  if (!lecture.then.empty()) print("\n" + paragraph_text(lecture.then, language));
  return shown;
}

CheckedFile check_lecture(const Lecture& lecture, const live::LabEngine& engine, std::chrono::seconds limit) {
  CheckedFile whole{lecture.file, lecture.id};
  for (const Scenario& scenario : parts_of(lecture)) {
    take_over(whole, scenario.id, check_scenario(scenario, engine, limit));
  }
  return whole;
}

}  // namespace glassdock::headless
