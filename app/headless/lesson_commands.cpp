#include "app/headless/lesson_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "app/headless/check_command.h"
#include "app/headless/help.h"
#include "app/headless/lab.h"
#include "app/headless/lesson_assess.h"
#include "app/headless/lesson_check.h"
#include "app/headless/lesson_show.h"
#include "app/headless/session.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/lessons/catalog.h"
#include "app/lessons/common_format.h"
#include "app/lessons/folders.h"
#include "app/lessons/misconceptions.h"
#include "app/lessons/own_engine.h"
#include "app/lessons/progress.h"
#include "app/lessons/say.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/trace/columns.h"

namespace glassdock::headless {
namespace {

using lessons::Lesson;
using lessons::said;
using lessons::Say;

lessons::Progress loaded_progress() {
  std::string fault;
  lessons::Progress progress = lessons::load_progress(lessons::progress_file(), &fault);
  if (!fault.empty()) write_out(STDERR_FILENO, "glassdock: " + fault + "\n");
  return progress;
}

std::string state_of(const Lesson& lesson, const lessons::Progress& progress, trace::Language language) {
  const lessons::Standing standing = lessons::standing_of(lesson, progress);
  if (standing.finished) return said(Say::state_finished, language);
  if (standing.step == 0) return said(Say::state_new, language);
  return said(Say::state_begun, language, standing.step, lesson.steps.size());
}

int list(const Options& options) {
  const lessons::Progress progress = loaded_progress();
  constexpr int number_width = 3, title_width = 52, minutes_width = 9;
  for (const Lesson& lesson : lessons::load_lessons(lessons::shipped_folder("lessons"))) {
    write_out(STDOUT_FILENO,
              fmt::format("{} {}{}{}\n", trace::right(std::to_string(lesson.number), number_width),
                          trace::padded(" " + lesson.title.in(options.language), title_width),
                          trace::padded(said(Say::minutes, options.language, lesson.minutes), minutes_width),
                          state_of(lesson, progress, options.language)));
  }
  return 0;
}

void check_step_name(const Lesson& lesson, const std::string& name) {
  std::vector<std::string> names;
  names.reserve(lesson.steps.size());
  for (const lessons::Step& step : lesson.steps) names.push_back(step.id);
  if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
  throw Error(ErrorKind::not_found, fmt::format("the lesson has no step {}", name),
              fmt::format("its steps: {}", join(names, ", ")));
}

int list_misconceptions() {
  constexpr int id_width = 22;
  for (const lessons::Misconception& one : lessons::misconceptions()) {
    write_out(STDOUT_FILENO, fmt::format("{}{}\n{}{}\n", trace::padded(one.id, id_width), one.english,
                                         std::string(id_width, ' '), one.korean));
  }
  return 0;
}

Played played(const Lesson& lesson) {
  return {lesson.id, lesson.images, place_in_file(lesson.file, lesson.images_mark)};
}

int run(const Options& options, const text::ParsedFlags& flags) {
  if (flags.words().size() != 1) throw usage_error("one word is missing or one is too many", "lesson");
  const Lesson lesson = lessons::find_lesson(flags.words()[0]);
  const std::string from = flags.value("from");
  check_report_name(flags, "lesson");
  check_step_name(lesson, from);
  const bool shared = flags.on("my-engine");
  if (shared && lesson.own_engine) {
    throw Error(
        ErrorKind::invalid_argument,
        fmt::format("lesson {} removes whatever an engine has, and yours is not to lose anything", lesson.number),
        "play it without --my-engine");
  }
  Options of_lab = options;
  if (!shared && of_lab.place.data.empty() && of_lab.place.socket.empty()) {
    of_lab.place = lessons::own_engine();
  }
  if (!shared) lessons::claim_engine(place_of(of_lab), of_lab.place);
  Lab lab(place_of(of_lab), shared ? LabKind::shared : LabKind::own, played(lesson),
          lessons::lessons_state_folder() / "work");
  lessons::Progress progress = loaded_progress();
  CheckedFile report{lesson.file, lesson.id};
  const bool finished = play_lesson(lesson, lab, options, from, progress, report);
  write_report(flags, {report});
  return finished ? 0 : 1;
}

CheckedFile check_file(const std::string& file, const live::LabEngine& engine, std::chrono::seconds limit) {
  const Lesson lesson = lessons::load_lesson(file);
  Lab lab(engine.place(), LabKind::own, played(lesson), engine.work_folder());
  return check_lesson(lesson, lab, limit);
}

}  // namespace

int run_lesson_command(const Options& options) {
  std::span<const std::string> words = options.words;
  if (!words.empty() && words[0] == "lesson") words = words.subspan(1);
  if (words.empty()) throw usage_error("list, run, check, export, grade, misconceptions or schema", "lesson");
  text::ParsedFlags flags;
  try {
    flags = text::parse_flags(own_command("lesson").flags, words.subspan(1), text::Placement::anywhere);
  } catch (const Error& error) {
    throw usage_error(error.message(), "lesson");
  }
  if (words[0] == "list" && flags.words().empty()) return list(options);
  if (words[0] == "run") return run(options, flags);
  if (words[0] == "check") {
    return check_files(flags, "lesson", lessons::yaml_files(lessons::shipped_folder("lessons")), check_file);
  }
  const std::span<const std::string> names = flags.words();
  if (words[0] == "export" && names.size() == 1) {
    return export_lessons(options, lessons::progress_file(), loaded_progress(), names[0], flags.value("name"));
  }
  if (words[0] == "grade" && names.size() == 1) return grade_lessons(options, names[0], flags.on("csv"));
  if (words[0] == "misconceptions" && names.empty()) return list_misconceptions();
  if (words[0] == "schema" && flags.words().empty()) {
    write_out(STDOUT_FILENO, lessons::lesson_schema());
    return 0;
  }
  throw usage_error(fmt::format("there is no \"lesson {}\"", words[0]), "lesson");
}

}  // namespace glassdock::headless
