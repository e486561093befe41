// The format of scenario files: what is read, what is refused and how that is said, and its schema.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>

#include "app/scenarios/scenario.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "tests/support/fault_of.h"
#include "tests/support/places.h"
#include "tests/support/yaml_example.h"

namespace glassdock::scenarios {
namespace {

using lessons::Source;
using ::testing::HasSubstr;
using testing::Slip;
using testing::source_with;
using ::testing::StartsWith;
using testing::yaml_example;

const std::string folder = source_path("scenarios");

Source scenario_with(const std::string& what, const std::string& with) {
  return source_with(yaml_example("scenarios.md"), what, with);
}

TEST(ScenarioFormat, ReadsTheExample) {
  const Scenario scenario = parse_scenario({"tea.yaml", yaml_example("scenarios.md")});
  EXPECT_EQ(scenario.id, "tea");
  EXPECT_EQ(scenario.title.korean, "수업에서 마시는 차");
  EXPECT_EQ(scenario.lab.lines, (std::vector<std::string>{"echo milk > recipe"}));
  ASSERT_EQ(scenario.steps.size(), 3u);
  const Step& fetch = scenario.steps[0];
  EXPECT_EQ(fetch.line(), "docker pull alpine");
  EXPECT_EQ(fetch.hub->latency_ms, 20u);
  EXPECT_EQ(fetch.hub->fault, "none");
  EXPECT_EQ(fetch.predict->answers.size(), 2u);
  EXPECT_EQ(fetch.limit, std::chrono::seconds(60));
  EXPECT_EQ(fetch.notes.english, "Ask who has seen this at home.");
  EXPECT_EQ(scenario.steps[1].holds.at(0).at, "run.exec");
  EXPECT_FALSE(scenario.steps[1].holds[0].hub);
  EXPECT_TRUE(scenario.steps[2].opinion);
  EXPECT_EQ(scenario.steps[2].line(), "");
}

TEST(ScenarioFormat, ReadsFaultsAndNeedsAndRaces) {
  const Scenario scenario = parse_scenario(scenario_with(
      "hub: {latency_ms: 20}",
      "hub: {fault: cut-off, cut_off_after: 65536, fault_times: 2}\n    needs: [cpu-limit, memory-limit]"));
  EXPECT_EQ(scenario.steps[0].hub->fault, "cut-off");
  EXPECT_EQ(scenario.steps[0].hub->cut_off_after, 65536u);
  EXPECT_EQ(scenario.steps[0].hub->fault_times, 2u);
  EXPECT_EQ(scenario.steps[0].needs, (std::vector<Need>{Need::cpu_limit, Need::memory_limit}));
  const Scenario race = parse_scenario(scenario_with("type: docker pull alpine", "race: {command: \"ls /\", runs: 3}"));
  EXPECT_EQ(race.steps[0].line(), "glassdock vm-race --image alpine --command 'ls /' --runs 3 --no-cold --times-only");
  const Scenario held =
      parse_scenario(scenario_with("say: {en: All walls", "hub: {fault: down}\n        say: {en: All walls"));
  EXPECT_EQ(held.steps[1].holds[0].hub->fault, "down");
}

TEST(ScenarioFormat, SaysWhatTheMachineLacks) {
  EXPECT_EQ(missing(Need::memory_limit, R"({"MemoryLimit": true, "PidsLimit": false})"), "");
  EXPECT_THAT(missing(Need::process_limit, R"({"MemoryLimit": true, "PidsLimit": false})"), HasSubstr("pids"));
  EXPECT_THAT(missing(Need::cpu_limit, "{}"), HasSubstr("cpu"));
  EXPECT_EQ(missing(Need::io_limit, R"({"IOLimitDisk": "/dev/sda"})"), "");
  for (const char* info : {R"({"IOLimitDisk": ""})", "{}"}) {
    EXPECT_THAT(missing(Need::io_limit, info), HasSubstr("disk")) << info;
  }
}

class ScenarioSlips : public ::testing::TestWithParam<Slip> {};

TEST_P(ScenarioSlips, IsRefusedAtItsPlaceWithASuggestion) {
  testing::expect_refused(GetParam(), yaml_example("scenarios.md"), parse_scenario);
}

INSTANTIATE_TEST_SUITE_P(
    Each, ScenarioSlips,
    ::testing::Values(
        Slip{"UnknownKey", "minutes: 5", "minuts: 5", "minuts", "unknown key \"minuts\"", "did you mean minutes?"},
        Slip{"UnknownKeyOfAStep", "notes: {en: Ask", "note: {en: Ask", "note: {en: Ask", "unknown key \"note\"",
             "did you mean notes?"},
        Slip{"UnknownKeyOfTheHub", "latency_ms: 20", "latency: 20", "latency: 20", "unknown key \"latency\"",
             "did you mean latency_ms?"},
        Slip{"UnknownFault", "latency_ms: 20", "fault: cutoff", "cutoff", "is not a fault of the hub",
             "did you mean cut-off?"},
        Slip{"UnknownNeed", "point: hub", "needs: [memory]", "memory]", "is not a thing that a machine may lack",
             "memory-limit"},
        Slip{"CutOffOfAnotherFault", "latency_ms: 20", "fault: down, cut_off_after: 7", "7}",
             "goes with fault: cut-off"},
        Slip{"TimesOfNoFault", "latency_ms: 20", "latency_ms: 20, fault_times: 1", "1}", "\"fault_times\" goes with"},
        Slip{"EmptyHub", "{latency_ms: 20}", "{}", "{}", "at least one of these keys is needed"},
        Slip{"TwoActions", "    run: cat", "    type: ls\n    run: cat", "id: drink",
             "at most one of these keys is allowed: run, type, race, opinion"},
        Slip{"ExpectWithoutCommand", "    opinion:", "    expect: {exit_code: 0}\n    opinion:",
             "{exit_code: 0}\n    opinion", "\"expect\" goes with run, type or race"},
        Slip{"HubWithoutCommand", "    opinion:", "    hub: {fault: down}\n    opinion:", "{fault: down}",
             "\"hub\" goes with run, type or race"},
        Slip{"InsideOfARace", "    type: docker pull alpine", "    inside: [ls]\n    race: {runs: 1}", "[ls]",
             "\"inside\" goes with run or type"},
        Slip{"UnknownGate", "at: run.exec", "at: run.exce", "run.exce", "there is no gate or stage", "run.exec"},
        Slip{"UnknownPlace", "point: hub", "point: hob", "hob", "the picture has no place", "hub"},
        Slip{"MissingTranslation", "{en: All walls stand., ko: 벽이 모두 섰어요.}", "{en: All walls stand.}",
             "{en: All walls", "the key \"ko\" is missing"},
        Slip{"LongLimit", "limit: 60", "limit: 99999", "99999", "a number from 1 to 3600"},
        Slip{"StepTwice", "id: drink", "id: fetch", "id: fetch\n    say: {en: Now", "a second step \"fetch\""},
        Slip{"NewerVersion", "version: 1", "version: 2\nnews: 7", "2\nnews", "version 2 of the format",
             "newer glassdock"},
        Slip{"Alias", "minutes: 5", "minutes: *x", "*x", ""},
        Slip{"Tab", "  - id: drink\n    say", "  - id: drink\n\tsay", "\tsay", "", "not with tabs"}),
    testing::name_of);

TEST(ScenarioFormat, HasItsSchemaInTheFolderOfScenarios) {
  const std::string schema = scenario_schema();
  EXPECT_EQ(os::read_file(std::filesystem::path(folder) / "scenario.schema.json"), schema)
      << "write it anew: glassdock scenario schema > scenarios/scenario.schema.json";
  const auto json = nlohmann::json::parse(schema);
  EXPECT_EQ(json.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(json.at("additionalProperties"), false);
  EXPECT_TRUE(json.at("$defs").contains("condition"));
}

// docs/scenarios.md names each scenario, and just the misconceptions that its answers name.
TEST(ScenarioFormat, HasItsScenariosInTheTableOfTheDocs) {
  const std::string page = os::read_file(source_path("docs/scenarios.md"));
  for (const Scenario& scenario : load_scenarios(folder)) {
    const std::string head = fmt::format("| `{}` |", scenario.id);
    const std::size_t at = page.find(head);
    ASSERT_NE(at, std::string::npos) << head;
    const std::vector<std::string> cells = split(page.substr(at, page.find('\n', at) - at), '|');
    std::set<std::string> told, named;
    for (const std::string& one : split(cells.at(5), ',')) told.emplace(trim(one));
    for (const Step& step : scenario.steps) {
      if (!step.predict) continue;
      for (const lessons::Answer& answer : step.predict->answers) named.insert(answer.misconception);
    }
    told.erase("");
    named.erase("");
    EXPECT_EQ(told, named) << head;
  }
}

// An expectation that cannot fail shows nothing: each step that runs something has one.
TEST(ScenarioFormat, HasAnExpectationInEachStepThatRuns) {
  for (const Scenario& scenario : load_scenarios(folder)) {
    for (const Step& step : scenario.steps) {
      EXPECT_TRUE(step.line().empty() || !step.expect.empty()) << scenario.id << ": " << step.id;
    }
  }
}

}  // namespace
}  // namespace glassdock::scenarios
