// --explain, --step, --hold, --trace and the engine's own comings and goings, against a real engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "engine/client/glass.h"
#include "engine/trace/recording.h"
#include "tests/support/alpine_home.h"

namespace glassdock::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CliWatch : public AlpineHome {
 protected:
  void TearDown() override { EXPECT_EQ(home_->docker({"ps", "-aq"}).out, ""); }
};

std::vector<std::string> lines_with(const std::string& text, const std::string& words) {
  std::vector<std::string> lines;
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);) {
    if (line.find(words) != std::string::npos) lines.push_back(line);
  }
  return lines;
}

TEST_F(CliWatch, ExplainsOnStderrAndKeepsStdoutClean) {
  Outcome outcome = home_->glassdock({"--explain", "docker", "run", "--rm", "alpine", "echo", "hello"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "hello\n");
  std::size_t at = 0;
  for (const char* stage : {" request ", " cache ", " snapshot ", " isolate ", " run "}) {
    auto found = outcome.err.find(stage, at);
    ASSERT_NE(found, std::string::npos) << stage << "\n" << outcome.err;
    at = found;
  }
  // The image is here: no event of the pull stage, and the table says so.
  EXPECT_THAT(outcome.err, Not(HasSubstr("ms  pull ")));
  EXPECT_THAT(outcome.err, HasSubstr("$ unshare"));
}

TEST_F(CliWatch, StepsFromGateToGate) {
  Program program(home_->command({"--step", "docker", "run", "--rm", "alpine", "echo", "done"}));
  int gates = 0;
  while (program.wait_for_err("q: give up > ")) {
    ++gates;
    program.type("\n");
  }
  Outcome outcome = program.finish();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "done\n");
  EXPECT_GT(gates, 5) << outcome.err;
  EXPECT_EQ(lines_with(outcome.err, "--- Held before ").size(), static_cast<std::size_t>(gates));
}

// The seconds that a person looks around at a gate are no work of the engine's.
TEST_F(CliWatch, CountsNoHeldTimeAndSaysEachCommandOnce) {
  Program program(home_->command({"--step", "docker", "run", "--rm", "alpine", "true"}));
  while (program.wait_for_err("q: give up > ")) {
    if (program.err().find("--- Held before run.exec.") != std::string::npos) ::usleep(1'200'000);
    program.type("\n");
  }
  Outcome outcome = program.finish();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(lines_with(outcome.err, "$ exec env -i").size(), 1u) << outcome.err;
  std::vector<std::string> around = lines_with(outcome.err, "The container's command runs now. (");
  for (const std::string& line : lines_with(outcome.err, "The engine answers ")) around.push_back(line);
  EXPECT_GT(around.size(), 2u) << outcome.err;
  for (const std::string& line : around) EXPECT_LT(std::stod(line.substr(line.rfind('(') + 1)), 1000.0) << line;
}

TEST_F(CliWatch, RunsOnWhenTold) {
  Outcome outcome = home_->glassdock({"--step", "docker", "run", "--rm", "alpine", "echo", "done"}, "c\n");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "done\n");
  EXPECT_EQ(lines_with(outcome.err, "--- Held before ").size(), 1u);
}

TEST_F(CliWatch, ExplainsItsKeys) {
  Outcome outcome = home_->glassdock({"--step", "docker", "run", "--rm", "alpine", "echo", "done"}, "?\nc\n");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("q gives the start up"));
  EXPECT_EQ(lines_with(outcome.err, "--- Held before ").size(), 1u);
}

TEST_F(CliWatch, SaysWhatEnterDoesAtANamedGate) {
  Program program(home_->command(
      {"--hold", "isolate.clone", "--hold", "after:isolate.pivot", "docker", "run", "--rm", "alpine", "true"}));
  ASSERT_TRUE(program.wait_for_err("--- Held before isolate.clone."));
  ASSERT_TRUE(program.wait_for_err("    Enter: run on to the next place you named   c: to the end   q: give up > "));
  program.type("?\n");
  ASSERT_TRUE(program.wait_for_err("the run is held again where it comes to the next place you named."));
  program.type("\n");
  ASSERT_TRUE(program.wait_for_err("--- Held before isolate.user.")) << program.err();
  ASSERT_TRUE(program.wait_for_err("    Enter: run on   q: give up > "));
  program.type("?\n");
  ASSERT_TRUE(program.wait_for_err("the run goes to its end"));
  program.type("\n");
  const Outcome outcome = program.finish();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err,
              AllOf(Not(HasSubstr("next gate")), Not(HasSubstr("nobody answers")), Not(HasSubstr("Nothing was held"))));
}

TEST_F(CliWatch, SaysWhereItNeverHeld) {
  ASSERT_EQ(home_->docker({"pull", "-q", "alpine"}).code, 0);
  Outcome outcome =
      home_->glassdock({"--hold", "pull.blob", "--hold", "run.exec", "docker", "run", "--rm", "alpine", "true"}, "c\n");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(lines_with(outcome.err, "Nothing was held at pull.blob").size(), 1u) << outcome.err;
  EXPECT_THAT(outcome.err, Not(HasSubstr("Nothing was held at run.exec")));

  outcome = home_->glassdock({"--hold", "isolate.volume", "docker", "run", "--rm", "alpine", "true"});
  EXPECT_EQ(lines_with(outcome.err,
                       "Nothing was held at isolate.volume: the start of this run has no such operation. "
                       "It is there with docker run -v.")
                .size(),
            1u)
      << outcome.err;
}

TEST_F(CliWatch, SaysWhereAnOptionStands) {
  Outcome behind = home_->docker({"run", "--explain", "alpine"});
  EXPECT_EQ(behind.code, 125);
  EXPECT_THAT(behind.err, HasSubstr("unknown flag: --explain"));
  EXPECT_THAT(behind.err, HasSubstr("glassdock --explain docker"));
  Outcome bare = home_->glassdock({"run", "alpine"});
  EXPECT_EQ(bare.code, 2);
  EXPECT_THAT(bare.err, HasSubstr("glassdock docker run"));
}

TEST_F(CliWatch, RunsOnWhenNobodyAnswers) {
  Outcome outcome = home_->glassdock({"--step", "docker", "run", "--rm", "alpine", "echo", "done"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "done\n");
  EXPECT_THAT(outcome.err, HasSubstr("nobody answers"));
}

TEST_F(CliWatch, GivesUpAHeldStart) {
  Program program(home_->command({"--hold", "isolate", "docker", "run", "--rm", "alpine", "echo", "never"}));
  ASSERT_TRUE(program.wait_for_err("q: give up > "));
  program.type("q\n");
  Outcome outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_EQ(outcome.out, "");
}

// As docker's: without --rm a start that came to nothing leaves its container.
TEST_F(CliWatch, SaysWhatIsLeftOfARunThatWasGivenUp) {
  for (const bool by_key : {true, false}) {
    Program program(home_->command({"--hold", "isolate", "docker", "run", "--name", "tea", "alpine", "echo", "never"}));
    ASSERT_TRUE(program.wait_for_err("q: give up > "));
    if (by_key) {
      program.type("q\n");
    } else {
      program.send_signal(SIGINT);
    }
    Outcome outcome = program.finish();
    EXPECT_EQ(outcome.code, 130) << outcome.err;
    const std::string id = home_->docker({"ps", "-aq"}).out.substr(0, 12);
    EXPECT_EQ(lines_with(outcome.err, "Given up."),
              std::vector<std::string>{"glassdock: Given up. Container tea (" + id +
                                       ") is left, not started. This removes it: glassdock --data " +
                                       home_->data().string() + " docker rm -f tea"})
        << outcome.err;
    EXPECT_EQ(home_->docker({"rm", "-f", "tea"}).out, "tea\n");
  }
  for (const char* gate : {"cache.lookup", "run.exec"}) {
    Outcome outcome = home_->glassdock({"--hold", gate, "docker", "run", "--rm", "alpine", "true"}, "q\n");
    EXPECT_EQ(outcome.code, 130) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("Given up. No container of it is left."));
  }
}

// The input stays open: at a terminal, too, nobody presses Enter.
TEST_F(CliWatch, AsksNoMoreWhenAnotherClientRemovesTheHeldContainer) {
  for (const bool auto_remove : {false, true}) {
    std::vector<std::string> words = {"--hold", "run.exec", "docker", "run", "--name", "tea", "alpine", "true"};
    if (auto_remove) words.insert(words.begin() + 4, "--rm");
    Program program(home_->command(words));
    ASSERT_TRUE(program.wait_for_err("q: give up > "));
    // With --rm the engine may come first with the removal, which the other client then learns.
    EXPECT_TRUE(home_->docker({"rm", "-f", "tea"}).code == 0 || auto_remove);
    EXPECT_TRUE(program.wait_for_err("\ndocker: Error response from daemon: the start was cancelled\n"))
        << program.err();
    EXPECT_TRUE(program.wait_for_err(auto_remove ? "glassdock: Another client gave the start up."
                                                 : "glassdock: Another client removed the container, "))
        << program.err();
    EXPECT_TRUE(program.ends()) << "it still asks: " << program.err();
    EXPECT_EQ(program.finish().code, 125);
  }
}

TEST_F(CliWatch, GivesUpAHeldStartAtCtrlC) {
  Program program(home_->command({"--hold", "isolate", "docker", "run", "--rm", "alpine", "echo", "never"}));
  ASSERT_TRUE(program.wait_for_err("q: give up > "));
  program.send_signal(SIGINT);
  EXPECT_TRUE(program.ends()) << "the end of its input would be an answer, too";
  Outcome outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_EQ(outcome.out, "");
}

// As in the studio's terminal: the studio holds the run, and Ctrl-C is typed at the command.
TEST_F(CliWatch, GivesUpAStartThatSomebodyElseHoldsAtCtrlC) {
  ASSERT_EQ(home_->docker({"pull", "-q", "alpine"}).code, 0);
  client::RunOptions options;
  options.mode = client::RunMode::hold;
  options.holds = {"isolate.clone"};
  client::GlassStream holder = client::Glass(home_->data() / "engine.sock").open_run(options);
  std::vector<std::string> words = home_->command({"docker", "run", "--name", "tea", "alpine", "echo", "never"});
  words.insert(words.begin(), {"/usr/bin/env", "GLASSDOCK_RUN=" + holder.run()});
  Program program(words);
  for (bool held = false; !held;) {
    auto line = holder.next();
    ASSERT_TRUE(line);
    const auto* event = std::get_if<trace::Event>(&*line);
    held = event && event->name == "gate.held";
  }
  program.send_signal(SIGINT);
  const Outcome outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("Given up. Container tea ("));
  EXPECT_EQ(home_->docker({"rm", "-f", "tea"}).out, "tea\n");
}

TEST_F(CliWatch, ReallyHoldsTheContainersFirstProcess) {
  Program program(home_->command({"--hold", "run", "docker", "run", "--rm", "alpine", "echo", "late"}));
  ASSERT_TRUE(program.wait_for_err("The container's process really waits here (process "));
  ASSERT_TRUE(program.wait_for_err("q: give up > "));
  Outcome listed = home_->docker({"ps", "-a"});  // the engine answers others meanwhile
  EXPECT_EQ(listed.code, 0);
  program.type("\n");
  while (program.wait_for_err("q: give up > ")) program.type("\n");
  Outcome outcome = program.finish();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "late\n");
}

TEST_F(CliWatch, RecordsReplaysAndExports) {
  std::string file = (home_->path() / "run.gdtrace").string();
  Outcome run =
      home_->glassdock({"--trace", file, "docker", "run", "--rm", "-e", "SECRET=swordfish", "alpine", "true"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err, "");
  std::string recorded = os::read_file(file);
  EXPECT_THAT(recorded, Not(HasSubstr("swordfish")));
  Outcome replayed = home_->glassdock({"replay", file});
  EXPECT_EQ(replayed.code, 0) << replayed.err;
  EXPECT_THAT(replayed.out, AllOf(HasSubstr("docker run"), HasSubstr(" isolate "), HasSubstr(" run ")));
  Outcome perfetto = home_->glassdock({"export", file, "--to", "perfetto"});
  EXPECT_EQ(perfetto.code, 0);
  EXPECT_THAT(perfetto.out, HasSubstr("traceEvents"));
  std::string page = (home_->path() / "run.html").string();
  EXPECT_EQ(home_->glassdock({"export", file, "--to", "html", "-o", page}).code, 0);
  EXPECT_THAT(os::read_file(page), StartsWith("<!"));
}

TEST_F(CliWatch, RecordsTheLastCommandButForWhatTheUserGave) {
  const std::string file = (home_->path() / "held.gdtrace").string();
  const Outcome run = home_->glassdock({"--trace", file, "--hold", "run.exec", "docker", "run", "--rm", "-e",
                                        "SECRET=swordfish", "-e", "TERM=perch", "--hostname", "box", "alpine", "true"});
  ASSERT_EQ(run.code, 0) << run.err;
  const std::string recorded = os::read_file(file);
  EXPECT_THAT(recorded, HasSubstr("\"gate.held\"")) << "which announces the command too";
  for (const char* given : {"swordfish", "perch"}) EXPECT_THAT(recorded, Not(HasSubstr(given)));
  std::string command;
  for (const trace::Event& event : trace::Recording(file).events()) {
    if (event.name == "run.exec") command = event.plain_command;
  }
  EXPECT_THAT(command, AllOf(StartsWith("exec env -i HOME=\"$home\" "), HasSubstr(" HOSTNAME=box "),
                             HasSubstr(" PATH=/usr/local/sbin:"), HasSubstr(" 'SECRET=(hidden)' 'TERM=(hidden)' ")));
}

TEST_F(CliWatch, EachEventNamesTheLineOfTheEngineThatToldIt) {
  EngineHome home;  // with nothing pulled: the layers' events too
  std::string file = (home.path() / "run.gdtrace").string();
  ASSERT_EQ(home.glassdock({"--trace", file, "docker", "run", "--rm", "alpine", "true"}).code, 0);
  trace::Recording recording(file);
  ASSERT_GT(recording.size(), 40u);
  for (const trace::Event& event : recording.events()) {
    EXPECT_THAT(event.source.file, StartsWith("engine/")) << event.name;
    EXPECT_GT(event.source.line, 0u) << event.name;
  }
}

TEST_F(CliWatch, ShowsEvidenceWhenAsked) {
  Outcome outcome = home_->glassdock({"--explain", "--evidence", "docker", "run", "--rm", "alpine", "true"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("see it: "));
}

TEST_F(CliWatch, WatchesOtherClients) {
  Program watch(home_->command({"watch"}));
  ASSERT_TRUE(watch.wait_for_err("DOCKER_HOST"));
  ASSERT_TRUE(watch.wait_for_err("\n"));
  home_->docker({"ps"});
  EXPECT_TRUE(watch.wait_for_err("/containers/json"));
  watch.send_signal(SIGINT);
  Outcome outcome = watch.finish();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("/containers/json"));
}

TEST(CliEngine, TwoFirstCommandsStartOneEngine) {
  EngineHome home;
  EXPECT_EQ(home.glassdock({"engine", "status"}).code, 3);
  Outcome outcomes[2];
  std::thread other([&] { outcomes[1] = home.docker({"ps"}); });
  outcomes[0] = home.docker({"ps"});
  other.join();
  for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.code, 0) << outcome.err;
  Outcome status = home.glassdock({"engine", "status"});
  EXPECT_EQ(status.code, 0);
  EXPECT_THAT(status.out, HasSubstr("runs as process"));
  EXPECT_EQ(home.glassdock({"engine", "stop"}).code, 0);
  EXPECT_EQ(home.glassdock({"engine", "status"}).code, 3);
}

TEST(CliEngine, SaysWhyItCannotStart) {
  EngineHome home;
  std::ofstream(home.data()) << "a file stands where the folder should";
  Outcome outcome = home.docker({"ps"});
  EXPECT_NE(outcome.code, 0);
  EXPECT_THAT(outcome.err, AllOf(StartsWith("glassdock: "), HasSubstr(home.data().string())));
}

}  // namespace
}  // namespace glassdock::testing
