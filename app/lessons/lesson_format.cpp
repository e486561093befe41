#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/lessons/condition_format.h"
#include "app/lessons/format.h"
#include "app/lessons/lesson.h"
#include "app/lessons/misconceptions.h"
#include "app/lessons/places.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::lessons {
namespace {

// Short: what stands beside the picture is read while one looks at something else.
constexpr std::size_t most_title = 80, most_answer = 200, most_say = 600;  // characters
constexpr int most_number = 99, most_minutes = 90;

Kind<Words> say_kind() {
  return words_kind(most_say);
}

Kind<std::string> id_kind() {
  return word("[a-z][a-z0-9-]*", "a name of small letters, digits and -");
}

Kind<std::string> misconception_kind() {
  std::vector<std::string> ids;
  for (const Misconception& one : misconceptions()) ids.emplace_back(one.id);
  return one_of(std::move(ids), "a misconception that is known here");
}

Kind<std::string> point_kind() {
  return checked([](const std::string& name) {
    return std::pair<std::string, std::string>(
        fault_of_place(name), fmt::format("known: {}", join({place_names().begin(), place_names().end()}, ", ")));
  });
}

Kind<std::string> gate_kind() {
  return checked([](const std::string& name) {
    std::pair<std::string, std::string> fault;
    try {
      trace::check_hold(name);
    } catch (const Error& error) {
      fault = {error.message(), error.hint()};
    }
    return fault;
  });
}

Kind<Answer> answer_kind() {
  using T = Answer;
  return record<T>(
      "An answer to choose.",
      {needed<T>("id", &T::id, id_kind(), "Its name: progress keeps it."),
       needed<T>("text", &T::text, words_kind(most_answer), "What the learner reads."),
       needed<T>("when", &T::when, conditions_kind(), "What holds after the step where this is what happens."),
       maybe<T>("misconception", &T::misconception, misconception_kind(), "Of a wrong answer: what it comes from."),
       maybe<T>("look", &T::look, say_kind(), "Of a wrong answer: what to look at, to see how it is.")},
      {{Rule::Of::needs, {"misconception", "look"}}, {Rule::Of::needs, {"look", "misconception"}}},
      {.begin = [](T& answer, Mark mark) { answer.mark = mark; }, .check = {}});
}

Kind<Answer> belief_kind() {
  using T = Answer;
  return record<T>("An answer to choose; no run decides it.",
                   {needed<T>("id", &T::id, id_kind(), "Its name: progress keeps it."),
                    needed<T>("text", &T::text, words_kind(most_answer), "What the learner reads."),
                    maybe<T>("misconception", &T::misconception, misconception_kind(), "What it leans on.")},
                   {}, {.begin = [](T& answer, Mark mark) { answer.mark = mark; }, .check = {}});
}

// The ids of a list, each once.
template <typename T>
void check_ids(const std::vector<T>& all, const Source& source, std::string_view what) {
  std::set<std::string> ids;
  for (const T& one : all) {
    if (!ids.insert(one.id).second) throw source.fault(one.mark, fmt::format("a second {} \"{}\"", what, one.id));
  }
}

Kind<Prediction> prediction_kind() {
  using T = Prediction;
  return record<T>("A question before the step's command, which decides it.",
                   {needed<T>("question", &T::question, say_kind(), "What will happen?"),
                    needed<T>("answers", &T::answers, list(answer_kind(), 2), "Exactly one is true afterwards."),
                    maybe<T>("new_case", &T::new_case, truth(), "Of a case that the lesson has not shown.")},
                   {},
                   {.begin = [](T& question, Mark mark) { question.mark = mark; },
                    .check =
                        [](const T& question, const YamlNode&, const Source& source) {
                          check_ids(question.answers, source, "answer");
                          const auto right =
                              std::count_if(question.answers.begin(), question.answers.end(),
                                            [](const Answer& answer) { return answer.misconception.empty(); });
                          if (right == 1) return;
                          throw source.fault(question.mark, fmt::format("{} answers name no misconception", right),
                                             "each wrong one names its own, the right one none");
                        }});
}

Kind<Opinion> opinion_kind() {
  using T = Opinion;
  return record<T>("A question that no run decides: kept, and not scored.",
                   {needed<T>("question", &T::question, say_kind(), "What do you think?"),
                    needed<T>("answers", &T::answers, list(belief_kind(), 2), "To choose from.")},
                   {}, {.begin = {}, .check = [](const T& question, const YamlNode&, const Source& source) {
                          check_ids(question.answers, source, "answer");
                        }});
}

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
       maybe<T>("opinion", &T::opinion, opinion_kind(), "A question that no run decides."),
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

Kind<int> version_kind() {
  const Kind<int> number = whole(1, most_number);
  return {[number](const YamlNode& node, const Source& source) {
            const int version = number.read(node, source);
            if (version <= format_version) return version;
            throw source.fault(node.mark,
                               fmt::format("the file is of version {} of the format; this glassdock knows {}", version,
                                           format_version),
                               "use a newer glassdock");
          },
          [](Definitions&) {
            return Json{{"const", format_version}};
          }};
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
  return record<T>("A lesson of Glassdock: what a learner reads, does and is asked. docs/lessons.md explains it.",
                   {needed<T>("version", &T::version, version_kind(), "Of the format."),
                    needed<T>("number", &T::number, whole(1, most_number), "Its place among the lessons."),
                    needed<T>("title", &T::title, words_kind(most_title), "What it is called."),
                    needed<T>("goal", &T::goal, say_kind(), "What one can do afterwards."),
                    needed<T>("minutes", &T::minutes, whole(1, most_minutes), "How long it takes."),
                    maybe<T>("images", &T::images, list(line()), "Images that are in the local cache at its start."),
                    maybe<T>("own_engine", &T::own_engine, truth(),
                             "true: it removes whatever is there, so it is not played on the user's own engine."),
                    needed<T>("steps", &T::steps, list(step_kind()), "One after the other.")},
                   {}, {.begin = {}, .check = check_lesson});
}

// "02-flow-of-run.yaml" is "flow-of-run".
std::string id_of(const std::filesystem::path& file) {
  const std::string stem = file.stem().string();
  const std::size_t letter = stem.find_first_not_of("0123456789-");
  return letter == std::string::npos ? stem : stem.substr(letter);
}

}  // namespace

std::vector<std::string> Step::lines() const {
  if (!run.empty()) return {run};
  if (!type.empty()) return {type};
  return solution;
}

Lesson parse_lesson(const Source& source) {
  const YamlNode root = parse_yaml(source);
  // A newer file may have other keys: that it is newer is what there is to say of it.
  if (const YamlNode* version = root.find("version")) version_kind().read(*version, source);
  Lesson lesson = lesson_kind().read(root, source);
  lesson.file = source.name;
  lesson.id = id_of(source.name);
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
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") all.push_back(load_lesson(entry.path()));
  }
  std::sort(all.begin(), all.end(), [](const Lesson& a, const Lesson& b) { return a.number < b.number; });
  const auto twice =
      std::adjacent_find(all.begin(), all.end(), [](const Lesson& a, const Lesson& b) { return a.number == b.number; });
  if (twice == all.end()) return all;
  throw Error(ErrorKind::invalid_argument,
              fmt::format("{} and {} both have number {}", twice->file, std::next(twice)->file, twice->number));
}

}  // namespace glassdock::lessons
