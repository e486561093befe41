// `glassdock scenario`, as a program: scenarios that ship hold on the real engine, are shown, recorded and replayed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <set>

#include "app/lessons/common_format.h"
#include "app/model/reducer.h"
#include "app/scenarios/scenario.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "engine/trace/recording.h"
#include "tests/golden/real_engine.h"
#include "tests/support/comes_true.h"
#include "tests/support/places.h"
#include "tests/support/pty_program.h"
#include "tests/support/reachable_programs.h"
#include "tests/support/yaml_example.h"

namespace glassdock::testing {
namespace {

using golden::Owner;
using golden::RealEngine;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

const std::string program = program_path("glassdock");

std::vector<std::string> scenario_files() {
  return lessons::yaml_files(source_path("scenarios"));
}

// What plays have left whose labs were in the folder: those, and processes that name one.
std::vector<std::string> left_in(const fs::path& folder) {
  const std::string lab = folder / "glassdock-lab.";
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (starts_with(entry.path().native(), lab)) all.push_back(entry.path());
  }
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string words = os::try_read_file(entry.path() / "cmdline").value_or("");
    if (words.find(lab) != std::string::npos) all.push_back(words);
  }
  return all;
}

// A folder with a scenario, in which the labs of its plays stand too.
class ScenarioRun : public ::testing::Test {
 protected:
  ScenarioRun() : folder_(fs::temp_directory_path(), "glassdock-scenario-test.") {
    fs::create_directory(folder_.path() / "labs");
    write("tea.yaml", yaml_example("scenarios.md"));
  }

  std::string file(const std::string& name = "tea.yaml") const { return folder_.path() / name; }
  void write(const std::string& name, const std::string& text) {
    os::write_file_atomically(os::real_system(), file(name), text);
  }
  std::vector<std::string> command(std::vector<std::string> words) const {
    words.insert(words.begin(), {"/usr/bin/env", "TMPDIR=" + (folder_.path() / "labs").native(), program, "--language",
                                 "en", "scenario"});
    return words;
  }
  Outcome scenario(std::vector<std::string> words, std::string_view input = {}) const {
    return run(command(std::move(words)), input);
  }
  // The example with the first `what` in it made `with`, checked; 1 is the code for what does not hold.
  Outcome checked_with(const std::string& what, const std::string& with) {
    const lessons::Source damaged = source_with(yaml_example("scenarios.md"), what, with);
    EXPECT_NE(damaged.text, yaml_example("scenarios.md")) << what;
    write("b.yaml", damaged.text);
    return scenario({"check", file("b.yaml")});
  }
  std::vector<std::string> left() const { return left_in(folder_.path() / "labs"); }

  os::TempDir folder_;
};

TEST_F(ScenarioRun, ChecksTheExampleAndLeavesNothing) {
  const Outcome outcome = scenario({"check", file()});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("ok   tea: 3 of 3 steps hold"));
  EXPECT_THAT(left(), ::testing::IsEmpty());
}

TEST_F(ScenarioRun, ShowsEachFaultAsADifference) {
  struct Fault {
    const char *what, *with, *says;
  };
  for (const Fault& fault : {
           Fault{"- exit_code: 0", "- exit_code: 7", "  - wanted: exit code 7\n  + seen: exit code 0\n"},
           Fault{"has: [milk, hello]", "has: [milk, honey]",
                 "  - wanted: printed: honey\n  + seen:\n  +   milk\n  +   hello\n"},
           Fault{"state: exited, exit_code: 0", "state: running", "  + seen: tea (exited 0)"},
           Fault{"name: container.exit, with: {exit_code: 0}", "name: container.exit, times: 3",
                 "  - wanted: event container.exit: 3 times\n  + seen: 1 times\n"},
           Fault{"expect: {proc: {namespace: pid}}", "expect: {proc: {namespace: pid, shared: true}}",
                 "  - wanted: pid namespace shared with the host"},
           Fault{"at: run.exec", "at: pull.blob", "nothing was held at pull.blob"},
           Fault{"{event: {name: pull.done}}", "{event: {name: pull.done, times: 2}}",
                 "exactly one answer is to be what happens, and these are: none"},
           Fault{"hub: {latency_ms: 20}", "hub: {fault: down}", "  - wanted: exit code 0\n  + seen: exit code 1\n"},
           Fault{"lab: [echo milk > recipe]", "lab: [\"false\"]",
                 "to make the lab of the scenario, \"false\" ended with code 1"},
           Fault{"run: cat recipe;", "limit: 2\n    run: sleep 600;", "did not end within 2 s"},
           Fault{"minutes:", "minuts:", "unknown key"},
       }) {
    const Outcome outcome = checked_with(fault.what, fault.with);
    EXPECT_EQ(outcome.code, 1) << fault.with;
    EXPECT_THAT(outcome.out, HasSubstr(fault.says)) << fault.with;
    EXPECT_THAT(outcome.out, ::testing::ContainsRegex("b\\.yaml:[0-9]+:[0-9]+: ")) << fault.with;
  }
  EXPECT_THAT(left(), ::testing::IsEmpty());
}

TEST_F(ScenarioRun, LeavesOutARaceWhereNoneCanBeRun) {
  const bool here =
      run({program, "--language", "en", "doctor"}).out.find("QEMU and a kernel are here") != std::string::npos;
  if (here) GTEST_SKIP() << "QEMU and a kernel are here: ShippedScenario runs a race";
  const Outcome outcome = checked_with("    opinion:\n", "    race: {command: uname -r}\n    opinion:\n");
  EXPECT_EQ(outcome.code, 1) << "two actions in a step";
  const std::string text = yaml_example("scenarios.md");
  write("b.yaml", text.substr(0, text.find("    opinion:\n")) + "    race: {command: uname -r}\n");
  const Outcome left_out = scenario({"check", file("b.yaml"), "--report", file("r.xml")});
  EXPECT_EQ(left_out.code, 0) << left_out.out;
  EXPECT_THAT(left_out.out, HasSubstr("2 of 3 steps hold, 1 left out"));
  EXPECT_THAT(left_out.out, HasSubstr("opinion: left out: there is no "));
  EXPECT_THAT(os::read_file(file("r.xml")), HasSubstr("<skipped message=\"there is no "));
}

TEST_F(ScenarioRun, ReportsInThreeForms) {
  write("b.yaml", source_with(yaml_example("scenarios.md"), "has: [milk, hello]", "has: [\"<honey>\"]").text);
  EXPECT_EQ(scenario({"check", file("b.yaml"), "--report", file("r.xml")}).code, 1);
  EXPECT_THAT(os::read_file(file("r.xml")),
              HasSubstr("<testsuite name=\"b\" tests=\"3\" failures=\"1\" skipped=\"0\">"));
  EXPECT_THAT(os::read_file(file("r.xml")), HasSubstr("&lt;honey&gt;"));
  EXPECT_EQ(scenario({"check", file("b.yaml"), "--report", file("r.json")}).code, 1);
  const auto json = nlohmann::json::parse(os::read_file(file("r.json")));
  const auto& drink = json.at("files").at(0).at("steps").at(1);
  EXPECT_EQ(drink.at("result"), "failed");
  EXPECT_EQ(drink.at("exit_code"), 0);
  EXPECT_EQ(drink.at("output"), "milk\nhello\n");
  EXPECT_EQ(scenario({"check", file("b.yaml"), "--report", file("r.html")}).code, 1);
  EXPECT_THAT(os::read_file(file("r.html")), HasSubstr("<section class=\"failed\">"));
  EXPECT_THAT(os::read_file(file("r.html")), Not(HasSubstr("<honey>")));
  EXPECT_EQ(scenario({"check", file("b.yaml"), "--report", file("r.txt")}).code, 2) << "no such form";
}

TEST_F(ScenarioRun, IsShownByAPresenter) {
  // Enter for each stop: the command, behind the step; the command, the gate, behind it; behind the opinion. In between
  // a look around at the gate.
  const Outcome outcome = scenario({"run", file()}, "\n\n\ndocker ps -a --format '{{.Names}} {{.State}}'\n\n\n\n");
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Scenario: Tea for the class (5 minutes)"));
  EXPECT_THAT(outcome.out, HasSubstr("For you: Ask who has seen this at home."));
  EXPECT_THAT(outcome.out, HasSubstr("What happens: Yes, but slowly"));
  EXPECT_THAT(outcome.out, HasSubstr("Many believe: Images come with docker."));
  EXPECT_THAT(outcome.out, HasSubstr("All walls stand."));
  EXPECT_THAT(outcome.out, HasSubstr("tea created")) << "held, and looked at";
  EXPECT_THAT(outcome.out, HasSubstr("Ask the class. No run decides it."));
  EXPECT_THAT(outcome.out, HasSubstr("The end: Tea for the class."));
  EXPECT_EQ(scenario({"run", file()}, "docker pull alpine\nquit\n").code, 0) << "left, and as expected so far";
  const Outcome korean = run({program, "--language", "ko", "scenario", "run", file()}, "?\n");
  EXPECT_THAT(korean.out, HasSubstr("시나리오: 수업에서 마시는 차 (5분)"));
  EXPECT_THAT(left(), ::testing::IsEmpty());
}

TEST_F(ScenarioRun, LeavesNothingWhenItIsKilled) {
  PtyProgram player(command({"run", file()}));
  ASSERT_TRUE(player.wait_for("$ "));
  player.type("docker run -d --name stays alpine sleep 600\r");
  ASSERT_TRUE(player.wait_for("$ "));
  ASSERT_THAT(left(), Not(::testing::IsEmpty()));
  ::kill(player.pid(), SIGKILL);
  EXPECT_EQ(player.finish(), 128 + SIGKILL);
  EXPECT_TRUE(comes_true([&] { return left().empty(); })) << join(left(), "\n");
}

TEST_F(ScenarioRun, LeavesNothingWhenItIsKilledWhileACommandIsHeld) {
  PtyProgram player(command({"run", file()}));
  for (const char* until : {"$ ", "Enter goes on: ", "Enter runs it: "}) {
    ASSERT_TRUE(player.wait_for(until));
    player.type("\r");
  }
  ASSERT_TRUE(player.wait_for("All walls stand."));
  ::kill(player.pid(), SIGKILL);
  EXPECT_EQ(player.finish(), 128 + SIGKILL);
  EXPECT_TRUE(comes_true([&] { return left().empty(); })) << join(left(), "\n");
}

TEST_F(ScenarioRun, IsRecordedAndReplayedWithWhatWasSaid) {
  const std::string trace = file("tea.gdtrace");
  const Outcome outcome = scenario({"record", file(), "--trace", trace});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  const trace::Recording recording(trace);
  EXPECT_EQ(recording.header().command, "scenario record tea");
  // The recording alone makes the model that the play ended in: its container, its image, and no request but the
  // play's.
  model::Model model;
  std::size_t index = 0;
  for (const trace::Event& event : recording.events()) {
    model::apply(model, event, static_cast<model::EventIndex>(index++));
    EXPECT_EQ(event.subject.find("/glass/"), std::string::npos);
    EXPECT_FALSE(event.name == "request.received" && event.parent == 0) << event.subject;
  }
  ASSERT_EQ(model.containers.size(), 1u);
  EXPECT_EQ(model.containers[0].name, "tea");
  EXPECT_EQ(model.images.size(), 1u);
  const Outcome replayed = scenario({"replay", trace});
  EXPECT_EQ(replayed.code, 0) << replayed.err;
  // Each in its place.
  std::size_t at = 0;
  for (const char* part :
       {"Tea for the class", "The line to the hub is slow.", "Will it come?", "20 ms before each answer",
        "$ docker pull alpine", "pull      ", "The hub is set to be well.", "What happens: Yes, but slowly",
        "It came all the same.", "Now it runs.", "Held before run.exec", "All walls stand.",
        "execve: the process becomes the command.", "Nothing runs here.", "The end: Tea for the class."}) {
    const std::size_t found = replayed.out.find(part, at);
    ASSERT_NE(found, std::string::npos) << part << " is not behind\n" << replayed.out.substr(0, at);
    at = found;
  }
  EXPECT_THAT(replayed.out, Not(HasSubstr("Ask who has seen this"))) << "the presenter's notes";
  EXPECT_THAT(run({program, "--language", "ko", "scenario", "replay", trace}).out,
              HasSubstr("허브까지의 회선이 느려요."));
  EXPECT_THAT(run({program, "--language", "en", "replay", trace}).out, HasSubstr("All walls stand."));
  // At a terminal it stops before each step.
  PtyProgram reader(command({"replay", trace}));
  for (int step = 0; step < 3; ++step) {
    ASSERT_TRUE(reader.wait_for("Enter goes on: ")) << step;
    reader.type("\r");
  }
  EXPECT_EQ(reader.finish(), 0);
}

TEST_F(ScenarioRun, RefusesWrongUse) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"lsit"}, {"run"}, {"list", "--fast"}, {"record", file()}}) {
    const Outcome outcome = scenario(words);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("usage: glassdock scenario list"));
  }
  EXPECT_THAT(scenario({"run", "nowhere"}).err, HasSubstr("there is no scenario nowhere"));
  const std::string trace = file("run.gdtrace");
  ASSERT_EQ(run({program, "--data", folder_.path() / "data", "--trace", trace, "docker", "images"}).code, 0);
  EXPECT_THAT(scenario({"replay", trace}).err, HasSubstr("is the recording of no scenario"));
  run({program, "--data", folder_.path() / "data", "engine", "stop"});
  EXPECT_THAT(scenario({"list"}).out, HasSubstr("slow-network"));
  EXPECT_EQ(scenario({"schema"}).out, os::read_file(source_path("scenarios/scenario.schema.json")));
}

TEST(Narration, IsRefusedWithoutItsTexts) {
  const RealEngine engine;
  const auto refusal = [&](const std::string& body) -> std::string {
    try {
      engine.post("/glass/narration", body);
    } catch (const std::exception& fault) {
      return fault.what();
    }
    return "taken";
  };
  const std::string texts = R"("scenario":"tea","step":"","part":"say","english":"Hi.","korean":"안녕하세요.")";
  EXPECT_EQ(refusal("{" + texts + "}"), "taken");
  EXPECT_THAT(refusal(R"({"scenario":"tea"})"), HasSubstr("\\\"step\\\" is no text of at most 4096 bytes"));
  EXPECT_THAT(refusal("{" + texts + R"(,"english":7})"), HasSubstr("\\\"english\\\" is no text"));
  EXPECT_THAT(refusal("{" + texts + R"(,"korean":")" + std::string(4097, 'a') + "\"}"), HasSubstr("korean"));
  EXPECT_THAT(refusal("[]"), HasSubstr("the request body is no object"));
}

TEST(Sights, AreRefusedWithoutWhatTheyNeed) {
  const RealEngine engine;
  const auto refusal = [&](const std::string& body) -> std::string {
    try {
      engine.post("/glass/sights", body);
    } catch (const std::exception& fault) {
      return fault.what();
    }
    return "taken";
  };
  const std::string texts = R"("scenario":"tea","step":"s","sight":"port","command":"ls","output":"a\n")";
  EXPECT_EQ(refusal("{" + texts + R"(,"exit_code":0})"), "taken");
  EXPECT_THAT(refusal("{" + texts + "}"), HasSubstr("exit_code"));
  EXPECT_THAT(refusal(R"({"scenario":"tea","exit_code":0})"), HasSubstr("is no text of at most 4096 bytes"));
}

// What its command printed is told where it was said, whatever bytes that were.
TEST_F(ScenarioRun, AStepWithASightTellsWhatItPrinted) {
  const std::string trace = file("tea.gdtrace");
  const lessons::Source with =
      source_with(yaml_example("scenarios.md"), "run: cat recipe; docker run --name tea alpine echo hello",
                  "run: printf '\\377 milk\\n'; docker run --name tea alpine echo hello\n    sight: port");
  write("b.yaml", with.text);
  scenario({"record", file("b.yaml"), "--trace", trace});
  std::vector<trace::Event> seen;
  for (const trace::Event& event : trace::Recording(trace).events()) {
    if (event.name == "scenario.saw") seen.push_back(event);
  }
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].subject, "drink");
  EXPECT_EQ(trace::argument_text(seen[0], "sight"), "port");
  EXPECT_THAT(trace::argument_text(seen[0], "output"), HasSubstr("milk\nhello"));
  EXPECT_EQ(trace::argument_number(seen[0], "exit_code", -1), 0);
  ASSERT_FALSE(seen[0].evidence.empty());
  EXPECT_THAT(seen[0].evidence[0].content, HasSubstr("hello"));
}

class ShippedScenario : public ::testing::TestWithParam<std::string> {};

// By record, which plays it as check does.
TEST_P(ShippedScenario, HoldsOnTheRealEngineAndIsRecordedWhole) {
  const os::TempDir folder(fs::temp_directory_path(), "glassdock-scenario-test.");
  const std::string trace = folder.path() / "shown.gdtrace";
  const Outcome outcome = run({program, "scenario", "record", GetParam(), "--trace", trace});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("ok"));
  std::set<std::string> told, wanted;
  for (const trace::Event& event : trace::Recording(trace).events()) {
    EXPECT_NE(event.name, "trace.lost");
    if (event.name == "scenario.say") told.insert(event.subject);
  }
  for (const scenarios::Step& step : scenarios::load_scenario(GetParam()).steps) wanted.insert(step.id);
  wanted.insert("");  // of the whole scenario
  EXPECT_EQ(told, wanted);
  EXPECT_EQ(run({program, "scenario", "replay", trace}).code, 0);
}

TEST_P(ShippedScenario, HoldsForAnOrdinaryUser) {
  const std::string missing = RealEngine::missing(Owner::ordinary_user);
  if (!missing.empty()) GTEST_SKIP() << missing;
  const RealEngine engine(Owner::ordinary_user, {}, golden::Begin::later);
  // Where an ordinary user may read: a source tree in root's home is closed to others.
  const fs::path programs = programs_for_others(program_path(""));
  const fs::path file = programs.parent_path() / "share/glassdock/scenarios" / fs::path(GetParam()).filename();
  const Outcome outcome = run(engine.as_owner(
      {"/usr/bin/env", "TMPDIR=" + engine.folder().native(), programs / "glassdock", "scenario", "check", file}));
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("ok"));
  EXPECT_THAT(left_in(engine.folder()), ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Each, ShippedScenario, ::testing::ValuesIn(scenario_files()), [](const auto& scenario) {
  std::string name = fs::path(scenario.param).stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace glassdock::testing
