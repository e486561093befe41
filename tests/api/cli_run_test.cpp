// `glassdock docker …` against a real engine, as a user types it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "tests/support/alpine_home.h"

namespace glassdock::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class CliRun : public AlpineHome {
 protected:
  // Every test leaves the engine without containers.
  void TearDown() override { EXPECT_EQ(docker({"ps", "-aq"}).out, ""); }
};

TEST_F(CliRun, PullsOnceAndRuns) {
  docker({"rmi", "-f", "hello-world"});
  Outcome first = docker({"run", "--rm", "hello-world"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.err, AllOf(HasSubstr("Unable to find image 'hello-world:latest' locally\n"),
                               HasSubstr("latest: Pulling from "), HasSubstr(": Pull complete\n"),
                               HasSubstr("Status: Downloaded newer image for hello-world:latest\n")));
  EXPECT_THAT(first.out, Not(IsEmpty()));
  Outcome second = docker({"run", "--rm", "hello-world"});
  EXPECT_EQ(second.code, 0);
  EXPECT_EQ(second.err, "");
  EXPECT_EQ(second.out, first.out);
}

TEST_F(CliRun, GoesOnWhereNobodyCanReadWhatIsOnItsWay) {
  docker({"rmi", "-f", "hello-world"});
  std::string line = "exec 2> /dev/full;";
  for (const std::string& word : home_->command({"docker", "run", "--rm", "hello-world"})) {
    line += " " + shell_quote(word);
  }
  const Outcome outcome = run({"/bin/sh", "-c", line});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("Hello from"));
}

TEST_F(CliRun, GivesTheCommandsOwnExitCode) {
  EXPECT_EQ(docker({"run", "--rm", "alpine", "true"}).code, 0);
  EXPECT_EQ(docker({"run", "--rm", "alpine", "sh", "-c", "exit 3"}).code, 3);
  EXPECT_EQ(docker({"run", "--rm", "alpine", "sh", "-c", "exec sh -c 'exit 255'"}).code, 255);
}

TEST_F(CliRun, EndsStayAsTheyWereWhenTheEngineComesBack) {
  EXPECT_EQ(docker({"run", "--name", "three", "alpine", "sh", "-c", "exit 3"}).code, 3);
  for (int restart = 0; restart < 2; ++restart) {
    home_->glassdock({"engine", "stop"});
    Outcome list = docker({"ps", "-a", "--no-trunc"});
    EXPECT_THAT(list.out, HasSubstr("Exited (3) "));
  }
  docker({"rm", "three"});
}

TEST_F(CliRun, ToldApartCannotBeExecutedAndNotFound) {
  Outcome missing = docker({"run", "--rm", "alpine", "no-such-program"});
  EXPECT_EQ(missing.code, 127);
  EXPECT_THAT(missing.err, AllOf(StartsWith("docker: Error response from daemon: "), HasSubstr("no-such-program")));
  Outcome refused = docker({"run", "--rm", "alpine", "/etc/passwd"});
  EXPECT_EQ(refused.code, 126);
  EXPECT_THAT(refused.err, AllOf(StartsWith("docker: Error response from daemon: "), HasSubstr("/etc/passwd")));
}

TEST_F(CliRun, KeepsStdoutAndStderrApart) {
  Outcome outcome = docker({"run", "--rm", "alpine", "sh", "-c", "echo out; echo err >&2"});
  EXPECT_EQ(outcome.out, "out\n");
  EXPECT_EQ(outcome.err, "err\n");
}

TEST_F(CliRun, PassesStdinOnlyWhenAskedTo) {
  std::string much(3'000'000, 'x');
  Outcome outcome = docker({"run", "--rm", "-i", "alpine", "wc", "-c"}, much);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, MatchesRegex(" *3000000\n"));
  EXPECT_EQ(docker({"run", "--rm", "alpine", "cat"}, "not for the container").out, "");
}

TEST_F(CliRun, CarriesAFloodOfOutputWhole) {
  Outcome outcome = docker({"run", "--rm", "alpine", "sh", "-c", "head -c 5000000 /dev/zero | tr '\\0' x"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, std::string(5'000'000, 'x'));
}

TEST_F(CliRun, SetsWhatTheFlagsSay) {
  Outcome outcome = docker({"run", "--rm", "-e", "A=1 2", "-w", "/tmp", "-u", "65534:65534", "-h", "box", "--read-only",
                            "--tmpfs", "/scratch", "alpine", "sh", "-c",
                            "echo $A; pwd; id -u; id -g; hostname; touch /x 2>/dev/null || echo read-only; "
                            "grep -q ' /scratch tmpfs ' /proc/mounts && echo scratch"});
  EXPECT_EQ(outcome.out, "1 2\n/tmp\n65534\n65534\nbox\nread-only\nscratch\n") << outcome.err;
  EXPECT_EQ(docker({"run", "--rm", "--entrypoint", "echo", "alpine", "from", "entrypoint"}).out, "from entrypoint\n");
}

TEST_F(CliRun, MountsAFolderOfTheHost) {
  std::string folder = (home_->path() / "shared").string();
  std::filesystem::create_directory(folder);
  Outcome outcome = docker({"run", "--rm", "-v", folder + ":/s:ro", "alpine", "sh", "-c",
                            "ls -d /s; touch /s/x 2>/dev/null || echo read-only"});
  EXPECT_EQ(outcome.out, "/s\nread-only\n") << outcome.err;
  EXPECT_EQ(docker({"run", "--rm", "-v", folder + ":/s", "alpine", "touch", "/s/made"}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder + "/made"));
}

TEST_F(CliRun, ListsAndRemovesContainers) {
  Outcome outcome = docker({"run", "--name", "left", "alpine", "sh", "-c", "exit 3"});
  EXPECT_EQ(outcome.code, 3);
  std::string table = docker({"ps", "-a"}).out;
  EXPECT_THAT(table, StartsWith("CONTAINER ID   IMAGE     COMMAND"));
  EXPECT_THAT(table, AllOf(HasSubstr("\"sh -c 'exit 3'\""), HasSubstr("Exited (3) "), HasSubstr("left\n")));
  EXPECT_THAT(docker({"ps"}).out, Not(HasSubstr("left")));
  EXPECT_THAT(docker({"ps", "-aq", "--filter", "status=exited"}).out, MatchesRegex("[0-9a-f]{12}\n"));
  Outcome again = docker({"run", "--name", "left", "alpine", "true"});
  EXPECT_EQ(again.code, 125);
  EXPECT_THAT(again.err, HasSubstr("Conflict. The container name \"/left\" is already in use"));
  EXPECT_EQ(docker({"rm", "left"}).out, "left\n");
  Outcome gone = docker({"rm", "left"});
  EXPECT_EQ(gone.code, 1);
  EXPECT_EQ(gone.err, "Error response from daemon: No such container: left\n");
  Outcome forced = docker({"rm", "-f", "left"});
  EXPECT_EQ(forced.code, 0);
  EXPECT_EQ(forced.err, "Error response from daemon: No such container: left\n");
}

TEST_F(CliRun, ListsAndRemovesImages) {
  ASSERT_EQ(docker({"pull", "-q", "busybox"}).code, 0);
  EXPECT_THAT(docker({"images", "busybox"}).out,
              AllOf(StartsWith("REPOSITORY   TAG       IMAGE ID"), HasSubstr("busybox      latest")));
  EXPECT_THAT(docker({"images", "-q", "busybox"}).out, MatchesRegex("[0-9a-f]{12}\n"));
  EXPECT_THAT(docker({"rmi", "busybox"}).out, HasSubstr("Untagged: busybox:latest\n"));
  Outcome gone = docker({"rmi", "busybox"});
  EXPECT_EQ(gone.code, 1);
  EXPECT_THAT(gone.err, StartsWith("Error response from daemon: No such image: busybox:latest"));
}

TEST_F(CliRun, RunsInTheBackground) {
  Outcome outcome = docker({"run", "-d", "--name", "back", "alpine", "sleep", "1000"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, MatchesRegex("[0-9a-f]{64}\n"));
  EXPECT_THAT(docker({"ps"}).out, AllOf(HasSubstr("Up "), HasSubstr("back\n")));
  const Outcome refused = docker({"rm", "back"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_EQ(refused.err,
            "Error response from daemon: cannot remove container \"/back\": container is running: stop the container "
            "before removing or force remove\n"
            "glassdock: docker stop back ends it first; docker rm -f back ends and removes it\n");
  EXPECT_EQ(docker({"rm", "-f", "back"}).out, "back\n");
}

TEST_F(CliRun, PassesSignalsOn) {
  Program program(home_->command({"docker", "run", "--rm", "alpine", "sh", "-c",
                                  "trap 'echo caught; exit 9' TERM; echo ready; while :; do sleep 0.05; done"}));
  ASSERT_TRUE(program.wait_for_out("ready\n"));
  program.send_signal(SIGTERM);
  Outcome outcome = program.finish();
  EXPECT_EQ(outcome.code, 9) << outcome.err;
  EXPECT_EQ(outcome.out, "ready\ncaught\n");
}

// `glassdock WORDS…` on a terminal of its own, which turns ^C into SIGINT.
std::vector<std::string> on_terminal(const std::vector<std::string>& words) {
  std::string line = "stty cols 300; export NO_COLOR=1; exec";
  for (const std::string& word : words) line += " " + shell_quote(word);
  return {"/usr/bin/script", "-qec", line, "/dev/null"};
}

TEST_F(CliRun, ThatIsLeftByCtrlCSaysWhatStillRuns) {
  if (::access("/usr/bin/script", X_OK) != 0) GTEST_SKIP() << "no /usr/bin/script here";
  Program program(on_terminal(
      home_->command({"docker", "run", "--name", "deaf", "alpine", "sh", "-c", "echo ready; exec sleep 60"})));
  ASSERT_TRUE(program.wait_for_out("ready\r\n"));
  const std::string ends = "glassdock --data " + home_->data().string() + " docker rm -f deaf";
  program.type("\x03");
  EXPECT_TRUE(
      program.wait_for_out("glassdock: deaf still runs: it was sent SIGINT, which a process 1 without a handler "
                           "for it never gets (pid_namespaces(7)). This ends it: " +
                           ends))
      << program.out();
  program.type("\x03");
  ::usleep(1'000'000);  // two that wait at once are one (signal(7)), and a busy machine takes its time for the first
  program.type("\x03");
  EXPECT_TRUE(program.wait_for_out("glassdock: deaf still runs; this ends it: " + ends)) << program.out();
  EXPECT_EQ(program.finish().code, 130);
  EXPECT_THAT(docker({"ps"}).out, HasSubstr(" deaf"));
  EXPECT_EQ(docker({"rm", "-f", "deaf"}).code, 0);
}

TEST_F(CliRun, ThatEndsAtCtrlCSaysNoMore) {
  if (::access("/usr/bin/script", X_OK) != 0) GTEST_SKIP() << "no /usr/bin/script here";
  Program program(on_terminal(home_->command(
      {"docker", "run", "--rm", "alpine", "sh", "-c", "trap 'exit 9' INT; echo ready; while :; do sleep 0.05; done"})));
  ASSERT_TRUE(program.wait_for_out("ready\r\n"));
  program.type("\x03");
  const Outcome outcome = program.finish();
  EXPECT_EQ(outcome.code, 9) << outcome.out;
  EXPECT_THAT(outcome.out, Not(HasSubstr("glassdock: ")));
}

// As docker's client: what a script reads has no word of ours.
TEST_F(CliRun, ThatIsLeftWithoutATerminalSaysNothing) {
  Program program(
      home_->command({"docker", "run", "--name", "deaf", "alpine", "sh", "-c", "echo ready; exec sleep 60"}));
  ASSERT_TRUE(program.wait_for_out("ready\n"));
  for (int i = 0; i < 3; ++i) {
    program.send_signal(SIGINT);
    ::usleep(i == 0 ? 1'300'000 : 200'000);  // past the moment at which a terminal would be told
  }
  const Outcome outcome = program.finish();
  EXPECT_EQ(outcome.code, 130);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(docker({"rm", "-f", "deaf"}).code, 0);
}

TEST_F(CliRun, CanBeLeftThoughTheEngineDoesNotAnswer) {
  ASSERT_EQ(docker({"create", "--name", "old", "alpine", "sh", "-c", "echo ready; exec sleep 60"}).code, 0);
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"docker", "run", "--name", "new", "alpine", "sh", "-c", "echo ready; exec sleep 60"},
           {"docker", "start", "-a", "old"}}) {
    Program program(home_->command(words));
    ASSERT_TRUE(program.wait_for_out("ready\n"));
    {
      const StoppedEngine stopped(*home_);
      ASSERT_TRUE(stopped.is_there());
      for (int i = 0; i < 3; ++i) {
        program.send_signal(SIGINT);
        ::usleep(200'000);  // two that wait at once are one (signal(7))
      }
      EXPECT_TRUE(program.ends()) << words[1];
    }
    EXPECT_EQ(program.finish().code, 130) << words[1];
  }
  EXPECT_EQ(docker({"rm", "-f", "old", "new"}).code, 0);
}

TEST_F(CliRun, SaysWhatIsWrongInOneLine) {
  struct Case {
    std::vector<std::string> words;
    int code;
    std::string says;
  };
  for (const Case& one : std::vector<Case>{
           {{"run", "--rm", "-m", "1m", "alpine"}, 125, "Minimum memory limit allowed is 6MB"},
           {{"run", "--rm", "-w", "rel", "alpine"}, 125, "it needs to be an absolute path"},
           {{"run", "--name", "x y", "alpine"}, 125, "Invalid container name (x y)"},
           {{"run", "--rm", "Alpine"}, 125, "must be lowercase"},
           {{"run", "--rm", "alpine:"}, 125, "invalid reference format"},
           {{"run", "--rm", "--pull=never", "nosuch"}, 125, "No such image: nosuch:latest"},
           {{"run", "--rm", "-u", "nosuch", "alpine"}, 125, "unable to find user nosuch"},
           {{"run", "--rm", "-v", "/nosuch:relative", "alpine"}, 125, "mount path must be absolute"},
       }) {
    Outcome outcome = docker(one.words);
    EXPECT_EQ(outcome.code, one.code) << one.says;
    EXPECT_THAT(outcome.err, AllOf(StartsWith("docker: "), HasSubstr(one.says)));
    EXPECT_EQ(outcome.out, "");
    docker({"rm", "-f", "x y"});
  }
  for (const std::string& id : {docker({"ps", "-aq"}).out}) {
    if (!id.empty()) docker({"rm", "-f", id.substr(0, 12)});
  }
}

TEST_F(CliRun, SaysInOneMoreLineWhatWasProbablyMeant) {
  struct Case {
    std::vector<std::string> words;
    int code;
    std::string first;  // as docker has it
    std::string hint;
  };
  for (const Case& one : std::vector<Case>{
           {{"run", "--rm", "alpine", "ls -l"},
            127,
            "docker: Error response from daemon: unable to start container process: exec: \"ls -l\": executable file "
            "not "
            "found in $PATH",
            "the quotes made one word of 'ls -l': did you mean alpine ls -l, or alpine sh -c 'ls -l'?"},
           {{"run", "--rm", "-m", "4", "alpine"},
            125,
            "docker: Error response from daemon: Minimum memory limit allowed is 6MB\nSee 'docker run --help'.\n",
            "a number alone is bytes: did you mean -m 4g? The least is -m 6m"},
           {{"run", "--mem", "64m", "alpine"},
            125,
            "unknown flag: --mem\nSee 'docker run --help'.\n",
            "did you mean --memory (-m)?"},
           {{"run", "-m", "4k", "alpine"},
            125,
            "docker: Error response from daemon: Minimum memory limit allowed is 6MB\nSee 'docker run --help'.\n",
            "the least is -m 6m"},
           {{"run", "-m", "64q", "alpine"},
            125,
            "invalid argument \"64q\" for \"-m, --memory\" flag: invalid size: '64q'\nSee 'docker run --help'.\n",
            "a size is a number and b, k, m or g, as in 64m"},
           {{"run", "-p", "80:80", "alpine"},
            125,
            "-p, --publish is not supported yet\nSee 'docker run --help'.\n",
            "there are no networks yet, a container has lo only: leave it out"},
           {{"rnu", "alpine"}, 1, "docker: 'rnu' is not a docker command.\n", "did you mean run?"},
       }) {
    Outcome outcome = docker(one.words);
    EXPECT_EQ(outcome.code, one.code) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(StartsWith(one.first), EndsWith("\nglassdock: " + one.hint + "\n")));
  }
}

TEST_F(CliRun, TellsItsVersion) {
  Outcome outcome = docker({"version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("1.45 (minimum version 1.24)"));
}

}  // namespace
}  // namespace glassdock::testing
