#include <fmt/format.h>

#include <algorithm>

#include "app/lessons/common_format.h"
#include "app/lessons/lesson.h"

namespace glassdock::lessons {
namespace {

constexpr int most_number = 99;

Kind<Hold> hold_kind() {
  using T = Hold;
  return record<T>("Where the step's command is held, for the learner to look around.",
                   {needed<T>("at", &T::at, gate_kind(), "A gate (docs/gates.md)."),
                    needed<T>("say", &T::say, say_kind(), "What stands there, and what to look at."),
                    maybe<T>("point", &T::point, point_kind(), "The place of the picture that it is about."),
                    maybe<T>("expect", &T::expect, conditions_kind(), "What holds meanwhile.")});
}

void check_step(const Step& step, const YamlNode& node, const Source& source) {
  const bool runs = !step.run.empty() || !step.type.empty();
  const auto only_with_command = [&](std::string_view key, bool there) {
    if (there && !runs) {
      throw source.fault(node.find(key)->mark, fmt::format("\"{}\" goes with run or type", key));
    }
  };
  only_with_command("predict", step.predict.has_value());
  only_with_command("hold", !step.holds.empty());
  only_with_command("inside", !step.inside.empty());
  if (step.is_challenge() && step.expect.empty()) {
    throw source.fault(step.mark, "a challenge says what it expects", "add the key \"expect\"");
  }
  if (step.opinion && !step.expect.empty()) {
    throw source.fault(node.find("expect")->mark, "an opinion has nothing to expect: nothing runs");
  }
}

Kind<Step> step_kind() {
  using T = Step;
  const Kind<std::string> command = line();
  return record<T>(
      "One thing that the learner does.",
      {needed<T>("id", &T::id, id_kind(), "Its name: progress keeps it."),
       needed<T>("say", &T::say, say_kind(), "What it is about; of a challenge: the task."),
       maybe<T>("point", &T::point, point_kind(), "The place of the picture that it is about."),
       maybe<T>("lab", &T::lab, list(command), "Lines that bring an empty lab to the step's start."),
       maybe<T>("predict", &T::predict, prediction_kind(), "A question that the command decides."),
       maybe<T>("opinion", &T::opinion, opinion_kind(AsksAgain::maybe), "A question that no run decides."),
       maybe<T>("run", &T::run, command, "A line that Enter runs."),
       maybe<T>("type", &T::type, command, "A line that the learner types."),
       maybe<T>("accept", &T::accept, list(command), "Lines that do the same as the one to type."),
       maybe<T>("inside", &T::inside, list(command), "Lines that are typed into it while it runs; Ctrl-D ends it."),
       maybe<T>("solution", &T::solution, list(command), "Of a challenge: lines that solve it."),
       maybe<T>("hold", &T::holds, list(hold_kind()), "Gates at which the command is held."),
       maybe<T>("expect", &T::expect, conditions_kind(), "What holds when it is done."),
       maybe<T>("hints", &T::hints, list(say_kind()), "One after the other, for who asks."),
       maybe<T>("then", &T::then, say_kind(), "What was seen.")},
      {{Rule::Of::exactly_one, {"run", "type", "opinion", "solution"}}, {Rule::Of::needs, {"accept", "type"}}},
      {.begin = [](T& step, Mark mark) { step.mark = mark; }, .check = check_step});
}

void check_lesson(const Lesson& lesson, const YamlNode& node, const Source& source) {
  check_ids(lesson.steps, source, "step");
  const auto is_new_case = [](const Step& step) { return step.predict && step.predict->new_case; };
  const auto& steps = lesson.steps;
  if (std::none_of(steps.begin(), steps.end(), [](const Step& step) { return step.is_challenge(); })) {
    throw source.fault(node.mark, "the lesson has no challenge", "add a step with \"solution\" and \"expect\"");
  }
  if (std::none_of(steps.begin(), steps.end(), is_new_case)) {
    throw source.fault(node.mark, "the lesson asks nothing about a case that it has not shown",
                       "mark such a prediction with new_case: true");
  }
}

Kind<Lesson> lesson_kind() {
  using T = Lesson;
  return record<T>(
      "A lesson of Glassdock: what a learner reads, does and is asked. docs/lessons.md explains it.",
      {needed<T>("version", &T::version, version_kind(), "Of the format."),
       needed<T>("number", &T::number, whole(1, most_number), "Its place among the lessons."),
       needed<T>("title", &T::title, title_kind(), "What it is called."),
       needed<T>("goal", &T::goal, say_kind(), "What one can do afterwards."),
       needed<T>("minutes", &T::minutes, minutes_kind(), "How long it takes."),
       maybe<T>("topics", &T::topics, topics_kind(), "Of the course (docs/topics.md)."),
       marked(maybe<T>("images", &T::images, list(line()), "Images that are in the local cache at its start."),
              &T::images_mark),
       maybe<T>("own_engine", &T::own_engine, truth(),
                "true: it removes whatever is there, so it is not played on the user's own engine."),
       needed<T>("steps", &T::steps, list(step_kind()), "One after the other.")},
      {}, {.begin = {}, .check = check_lesson});
}

}  // namespace

std::vector<std::string> Step::lines() const {
  if (!run.empty()) return {run};
  if (!type.empty()) return {type};
  return solution;
}

Lesson parse_lesson(const Source& source) {
  Lesson lesson = read_whole<lesson_kind>(source);
  lesson.file = source.name;
  lesson.id = id_of(source.name);
  if (!is_id(lesson.id)) {  // progress and recordings are kept by it
    throw source.fault({}, fmt::format("the file's name gives no lesson its id: \"{}\"", trace::visible(lesson.id)),
                       "NUMBER-NAME.yaml, with a NAME of small letters, digits and -");
  }
  return lesson;
}

Lesson load_lesson(const std::filesystem::path& file) {
  return parse_lesson(read_source(file));
}

std::string lesson_schema() {
  return schema_text(lesson_kind(), "Glassdock lesson");
}

std::vector<Lesson> load_lessons(const std::filesystem::path& folder) {
  std::vector<Lesson> all;
  for (const std::string& file : yaml_files(folder)) all.push_back(load_lesson(file));
  std::sort(all.begin(), all.end(), [](const Lesson& a, const Lesson& b) { return a.number < b.number; });
  const auto twice =
      std::adjacent_find(all.begin(), all.end(), [](const Lesson& a, const Lesson& b) { return a.number == b.number; });
  if (twice == all.end()) return all;
  throw Error(ErrorKind::invalid_argument,
              fmt::format("{} and {} both have number {}", twice->file, std::next(twice)->file, twice->number));
}

}  // namespace glassdock::lessons
