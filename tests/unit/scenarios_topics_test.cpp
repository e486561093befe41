// docs/topics.md: each topic of the course, its lessons and scenarios, and what these show; written from the files.
// GLASSDOCK_UPDATE_DOCS=1 writes it anew.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

#include "app/lessons/lesson.h"
#include "app/lessons/topics.h"
#include "app/scenarios/scenario.h"
#include "app/terminal/shell_words.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/trace/gates.h"
#include "engine/trace/words.h"
#include "tests/support/places.h"

namespace glassdock::scenarios {
namespace {

const std::string page = source_path("docs/topics.md");

// What a topic's files show.
struct Shown {
  std::vector<std::string> lessons, scenarios;
  std::set<std::string> commands, misconceptions;
  std::set<trace::Stage> stages;
};

// The stage that a command is about; of a run and an exec, the one that all others lead to.
trace::Stage stage_of(const std::string& command) {
  using trace::Stage;
  if (command == "run") return Stage::run;
  if (command == "pull") return Stage::pull;
  if (command == "images") return Stage::cache;
  return command == "vm-race" ? Stage::vm : Stage::lifecycle;
}

void add_line(Shown& shown, const std::string& line) {
  const std::vector<std::string> words = split_words(line);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const bool docker = words[i] == "docker" || ends_with(words[i], "(docker") || ends_with(words[i], "'docker");
    if (!docker && words[i] != "glassdock") continue;
    std::string command = words[i + 1];
    command.resize(std::min(command.size(), command.find_first_of(";|)'\"")));
    const bool group = command == "system" || command == "container" || command == "image";
    if (group && i + 2 < words.size()) command += " " + words[i + 2];
    shown.commands.insert(command);
    shown.stages.insert(stage_of(command));
  }
}

void add_conditions(Shown& shown, const lessons::Conditions& conditions) {
  for (const lessons::Condition& one : conditions) {
    const auto* event = std::get_if<lessons::EventCondition>(&one.what);
    if (event) shown.stages.insert(trace::find_words(event->name)->stage);
  }
}

template <typename Step>
void add_step(Shown& shown, const Step& step) {
  for (const auto& hold : step.holds) {
    if (const trace::Gate* gate = trace::find_gate(hold.at)) shown.stages.insert(gate->stage);
  }
  add_conditions(shown, step.expect);
  if (!step.predict) return;
  for (const lessons::Answer& answer : step.predict->answers) {
    add_conditions(shown, answer.when);
    if (!answer.misconception.empty()) shown.misconceptions.insert(answer.misconception);
  }
}

std::string listed(const std::set<std::string>& parts, std::string_view quote) {
  std::vector<std::string> all;
  for (const std::string& part : parts) all.push_back(fmt::format("{0}{1}{0}", quote, part));
  return join(all, ", ");
}

std::string row(const lessons::Topic& topic, const Shown& shown) {
  if (shown.lessons.empty() && shown.scenarios.empty()) {
    return fmt::format("| {} {} | still to come | | | | |\n", topic.number, topic.name);
  }
  std::vector<std::string> stages;
  for (const trace::Stage stage : shown.stages) stages.emplace_back(trace::to_string(stage));
  return fmt::format("| {} {} | {} | {} | {} | {} | {} |\n", topic.number, topic.name, join(shown.lessons, ", "),
                     join(shown.scenarios, ", "), listed(shown.commands, "`"), join(stages, ", "),
                     listed(shown.misconceptions, ""));
}

bool is_about(const std::vector<int>& topics, int number) {
  return std::find(topics.begin(), topics.end(), number) != topics.end();
}

TEST(Topics, AreInTheTableOfTheDocsWithTheirLessonsAndScenarios) {
  std::string text =
      "# Topics\n\n"
      "Written from `app/lessons/topics.cpp` and the files in `lessons/` and `scenarios/` (their key `topics`) by the "
      "test\n`unit_scenarios`; edit those, not this page.\n\n"
      "The commands are those that the files have somebody run; the stages those of their gates, of the events that "
      "they\nexpect and of their commands.\n\n"
      "| topic | lessons | scenarios | commands | stages | misconceptions |\n|---|---|---|---|---|---|\n";
  const std::vector<lessons::Lesson> lessons = lessons::load_lessons(source_path("lessons"));
  const std::vector<Scenario> scenarios = load_scenarios(source_path("scenarios"));
  for (const lessons::Topic& topic : lessons::topics()) {
    Shown shown;
    for (const lessons::Lesson& lesson : lessons) {
      if (!is_about(lesson.topics, topic.number)) continue;
      shown.lessons.push_back(std::to_string(lesson.number));
      for (const lessons::Step& step : lesson.steps) {
        for (const std::string& line : step.lines()) add_line(shown, line);
        add_step(shown, step);
      }
    }
    for (const Scenario& scenario : scenarios) {
      if (!is_about(scenario.topics, topic.number)) continue;
      shown.scenarios.push_back(fmt::format("`{}`", scenario.id));
      for (const Step& step : scenario.steps) {
        add_line(shown, step.line());
        add_step(shown, step);
      }
    }
    text += row(topic, shown);
  }
  if (std::getenv("GLASSDOCK_UPDATE_DOCS")) std::ofstream(page, std::ios::binary) << text;
  EXPECT_EQ(os::try_read_file(page).value_or(""), text)
      << "run this test with GLASSDOCK_UPDATE_DOCS=1 to write docs/topics.md anew";
}

TEST(Topics, AreNamedByEachLessonAndScenario) {
  for (const lessons::Lesson& lesson : lessons::load_lessons(source_path("lessons"))) {
    EXPECT_FALSE(lesson.topics.empty()) << lesson.file << " has no key topics";
  }
  for (const Scenario& scenario : load_scenarios(source_path("scenarios"))) {
    EXPECT_FALSE(scenario.topics.empty()) << scenario.file << " has no key topics";
  }
}

}  // namespace
}  // namespace glassdock::scenarios
