#include "app/headless/lesson_show.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "app/headless/lesson_run.h"
#include "app/headless/live_file.h"
#include "app/lessons/changes.h"
#include "app/lessons/folders.h"

namespace glassdock::headless {
namespace {

void add_what_was_not_come_to(CheckedFile& report, const lessons::Lesson& lesson) {
  for (const lessons::Step& step : lesson.steps) {
    const bool is_there = std::any_of(report.steps.begin(), report.steps.end(),
                                      [&](const CheckedStep& one) { return one.id == step.id; });
    if (!is_there) report.steps.push_back({.id = step.id, .skipped = "not come to"});
  }
}

}  // namespace

bool play_lesson(lessons::Lesson lesson, Lab& lab, const Options& options, const std::string& from,
                 lessons::Progress& progress, CheckedFile& report) {
  LiveFile file(lesson.file);
  std::string step = from;
  for (auto begin = LessonInTerminal::Begin::lesson;;) {
    LessonInTerminal terminal(lesson, {lab, options, progress, lessons::progress_file(), file, report}, step);
    const LessonInTerminal::End end = terminal.play(begin);
    if (end != LessonInTerminal::End::saved) {
      add_what_was_not_come_to(report, lesson);
      return end == LessonInTerminal::End::finished;
    }
    begin = terminal.begin_of_newer();
    lessons::Lesson newer = std::move(terminal.newer());
    step =
        newer.steps[lessons::place_in(lessons::ids_of(newer.steps), lessons::ids_of(lesson.steps), terminal.step())].id;
    lesson = std::move(newer);
  }
}

}  // namespace glassdock::headless
