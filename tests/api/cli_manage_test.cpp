// `glassdock docker …` for what manages containers and images. Outputs are those of docker's own client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "engine/base/text.h"
#include "tests/support/alpine_home.h"

namespace glassdock::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class CliManage : public AlpineHome {
 protected:
  static void run_named(const std::string& name, const std::string& script = "exec sleep 1000") {
    EXPECT_EQ(docker({"run", "-d", "--name", name, "alpine", "sh", "-c", script}).code, 0);
  }
};

TEST_F(CliManage, MovesEachContainerAndNamesIt) {
  run_named("one");
  run_named("two");
  Outcome restarted = docker({"restart", "-t", "0", "one", "nosuch", "two"});
  EXPECT_EQ(restarted.out, "one\ntwo\n");
  EXPECT_EQ(restarted.err, "Error response from daemon: No such container: nosuch\n");
  EXPECT_EQ(restarted.code, 1);
  EXPECT_EQ(docker({"kill", "-s", "foo", "one"}).err,
            "Error response from daemon: cannot kill container: one: invalid signal: foo\n");
  EXPECT_EQ(docker({"kill", "--signal=HUP", "one"}).out, "one\n");
  EXPECT_EQ(docker({"stop", "-t", "0", "one"}).out, "one\n");
  EXPECT_EQ(docker({"kill", "two"}).code, 0);
  EXPECT_EQ(docker({"wait", "one", "two"}).out, "137\n137\n");
  EXPECT_EQ(docker({"pause", "one"}).code, 1);
  EXPECT_EQ(docker({"restart"}).err,
            "\"docker restart\" requires at least 1 argument.\nSee 'docker restart --help'.\n");
}

TEST_F(CliManage, PausesAndUnpauses) {
  run_named("held");
  Outcome paused = docker({"pause", "held"});
  if (paused.code != 0) {
    EXPECT_THAT(paused.err,
                StartsWith("Error response from daemon: cannot pause container held: it has no cgroup in which "
                           "its processes could be held (glassdock doctor"));
    GTEST_SKIP() << "no cgroup to freeze here";
  }
  EXPECT_EQ(paused.out, "held\n");
  EXPECT_THAT(docker({"ps"}).out, HasSubstr(" (Paused) "));
  EXPECT_EQ(docker({"unpause", "held"}).out, "held\n");
}

TEST_F(CliManage, RenamesAndSaysWhyNot) {
  run_named("before");
  run_named("taken");
  EXPECT_EQ(docker({"rename", "before", "behind"}).out, "");
  Outcome refused = docker({"rename", "behind", "taken"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(StartsWith("Error response from daemon: Error when allocating new name: Conflict."),
                                 EndsWith("\nError: failed to rename container named behind\n")));
  EXPECT_EQ(docker({"rename", "behind", ""}).err, "Error: Neither old nor new names may be empty\n");
}

TEST_F(CliManage, TopIsTheHostsPsInColumnsOfTwenty) {
  if (testing::run({"/usr/bin/env", "ps"}).code != 0) GTEST_SKIP() << "no ps here";
  run_named("busy");
  EXPECT_THAT(
      docker({"top", "busy"}).out,
      MatchesRegex("UID                 PID                 PPID                C                   STIME +TTY +"
                   "TIME                CMD\n[a-z0-9]+ +[0-9]+ .*sleep 1000\n"));
  EXPECT_THAT(docker({"top", "busy", "-o", "pid,comm"}).out,
              MatchesRegex("PID                 COMMAND\n[0-9]+ +sleep\n"));
}

TEST_F(CliManage, ListsInTheFormatThatIsAskedFor) {
  run_named("web", "echo something > /file; exec sleep 1000");
  EXPECT_EQ(docker({"ps", "--format", "{{.Names}}|{{.Image}}|{{.Command}}|{{.State}}|{{.LocalVolumes}}"}).out,
            "web|alpine|\"sh -c 'echo somethi…\"|running|0\n");
  EXPECT_EQ(docker({"ps", "--format", "table {{.Names}}\\t{{.Label \"x\"}}\\t{{.State}}"}).out,
            "NAMES     x         STATE\nweb                 running\n");
  EXPECT_THAT(docker({"ps", "--format", "json"}).out,
              MatchesRegex("\\{\"Command\":.*\"Names\":\"web\".*\"Size\":\"0B\",\"State\":\"running\".*\\}\n"));
  EXPECT_THAT(docker({"ps", "-s"}).out, MatchesRegex("CONTAINER ID .* NAMES     SIZE\n.* web       [0-9.]+B \\(virtual "
                                                     "[0-9.]+MB\\)\n"));
  EXPECT_THAT(docker({"ps", "--format", "{{.Size}}"}).out, HasSubstr("B (virtual "));
  Outcome quiet = docker({"ps", "-q", "--format", "{{.Names}}"});
  EXPECT_EQ(quiet.err, "WARNING: Ignoring custom format, because both --format and --quiet are set.\n");
  EXPECT_THAT(quiet.out, MatchesRegex("[0-9a-f]{12}\n"));
  Outcome unknown = docker({"ps", "--format", "{{.Foo}}"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_EQ(unknown.err,
            "failed to execute template: template: :1:2: executing \"\" at <.Foo>: can't evaluate field Foo in type "
            "*formatter.ContainerContext\n");
  EXPECT_EQ(docker({"ps", "-f", "foo=x"}).err, "Error response from daemon: invalid filter 'foo'\n");
  EXPECT_THAT(docker({"images", "--format", "{{.Repository}}:{{.Tag}} {{.Size}}"}).out,
              MatchesRegex("(.|\n)*alpine:latest [0-9.]+MB\n(.|\n)*"));
}

TEST_F(CliManage, PrunesAfterAQuestion) {
  run_named("running");
  docker({"run", "--name", "over", "alpine", "true"});
  const std::string question =
      "WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ";
  EXPECT_EQ(docker({"container", "prune"}, "n\n").out, question);
  Outcome pruned = docker({"container", "prune"}, "y\n");
  EXPECT_THAT(pruned.out,
              AllOf(StartsWith(question + "Deleted Containers:\n"), EndsWith("\n\nTotal reclaimed space: 0B\n")));
  EXPECT_EQ(docker({"container", "prune", "-f"}).out, "Total reclaimed space: 0B\n");
  docker({"run", "--name", "again", "alpine", "true"});
  docker({"pull", "-q", "hello-world"});
  EXPECT_THAT(
      docker({"system", "prune", "-a", "-f"}).out,
      AllOf(StartsWith("Deleted Containers:\n"), HasSubstr("\n\nDeleted Images:\nuntagged: hello-world:latest\n"),
            HasSubstr("\n\nTotal reclaimed space: ")));
  EXPECT_EQ(docker({"ps", "--format", "{{.Names}}"}).out, "running\n") << "what runs stays, with its image";
  EXPECT_THAT(docker({"images"}).out, HasSubstr("alpine"));
}

TEST_F(CliManage, TagsAndTellsTheHistory) {
  EXPECT_EQ(docker({"tag", "alpine", "mine:1"}).code, 0);
  EXPECT_THAT(docker({"images", "mine"}).out, HasSubstr("mine         1         "));
  EXPECT_THAT(docker({"history", "mine:1"}).out,
              MatchesRegex("IMAGE          CREATED       CREATED BY .*\n[0-9a-f]{12} .*\n<missing> .*\n"));
  EXPECT_THAT(
      docker({"tag", "alpine", "MINE"}).err,
      StartsWith("Error parsing reference: \"MINE\" is not a valid repository/tag: invalid reference format: "));
  EXPECT_THAT(docker({"history", "nosuch"}).err,
              StartsWith("Error response from daemon: No such image: nosuch:latest"));
  docker({"rmi", "mine:1"});
}

TEST_F(CliManage, TellsEventsAsTheyCome) {
  Program events(home_->command({"docker", "events", "--filter", "type=container", "--format",
                                 "{{.Action}} {{index .Actor.Attributes \"name\"}}"}));
  // The stream stands once an event comes through.
  bool stands = false;
  for (int attempt = 0; attempt < 50 && !stands; ++attempt) {
    docker({"run", "--rm", "--name", "probe", "alpine", "true"});
    stands = events.out().find("destroy probe") != std::string::npos || events.wait_for_out("destroy probe\n");
  }
  ASSERT_TRUE(stands);
  run_named("told");
  EXPECT_TRUE(events.wait_for_out("create told\nstart told\n"));
  docker({"stop", "-t", "0", "told"});
  EXPECT_TRUE(events.wait_for_out("kill told\nkill told\ndie told\nstop told\n"));
  Outcome past = docker({"events", "--since", "1h", "--until", "0s", "--filter", "container=told"});
  EXPECT_THAT(past.out, MatchesRegex("(.|\n)*T[0-9:.]{18}.* container die [0-9a-f]{64} \\(execDuration=0, "
                                     "exitCode=137, image=alpine, name=told.*\\)\n(.|\n)*"));
}

TEST_F(CliManage, MeasuresWhatAContainerTakes) {
  run_named("busy", "while :; do :; done");
  Outcome stats = docker({"stats", "--no-stream", "busy"});
  if (stats.code != 0) {
    EXPECT_THAT(stats.err,
                StartsWith("Error response from daemon: cannot measure container busy: it has no cgroup that "
                           "counts what it takes (glassdock doctor"));
    GTEST_SKIP() << "no cgroup to measure here";
  }
  EXPECT_THAT(stats.out,
              MatchesRegex("CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT .*PIDS\n[0-9a-f]{12}   busy    "
                           "  [0-9.]+% +[0-9.]+[KM]iB / [0-9.]+[MGT]iB .* 1\n"));
  EXPECT_THAT(docker({"stats", "--no-stream", "--format", "{{.CPUPerc}}"}).out, Not(AnyOf("0.00%\n", "")));
  docker({"stop", "-t", "0", "busy"});
  EXPECT_THAT(docker({"stats", "--no-stream", "-a", "--format", "{{.Name}} {{.CPUPerc}} {{.MemUsage}} {{.PIDs}}"}).out,
              "busy 0.00% 0B / 0B 0\n");
  EXPECT_EQ(docker({"stats", "--no-stream", "nosuch"}).err, "Error response from daemon: No such container: nosuch\n");
}

TEST_F(CliManage, ShowsTheDisk) {
  run_named("one");
  EXPECT_THAT(
      docker({"system", "df"}).out,
      MatchesRegex("TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE\nImages +[0-9]+ +1 +(.|\n)*"
                   "Containers      1         1         0B        0B\n(.|\n)*Build Cache     0         0         "
                   "0B        0B\n"));
  EXPECT_THAT(docker({"system", "df", "-v"}).out, HasSubstr("Containers space usage:\n\nCONTAINER ID   IMAGE "));
}

// What a container has put in place of its null device holds nobody up.
TEST_F(CliManage, AFifoForANullDeviceHoldsNoExecUp) {
  run_named("fifo", "rm /dev/null; mkfifo /dev/null; echo made; exec sleep 1000");
  for (int i = 0; i < 100 && docker({"exec", "-i", "fifo", "test", "-p", "/dev/null"}).code != 0; ++i) ::usleep(50'000);
  const Outcome outcome = docker({"exec", "fifo", "echo", "done"});
  EXPECT_EQ(outcome.out, "done\n") << outcome.err;
}

// Each of them waits for the end of the same process, and one takes it from the other's hands.
TEST_F(CliManage, ARemovalBesideAPauseOrARestartEnds) {
  for (const std::vector<std::string>& move :
       {std::vector<std::string>{"pause", "web"}, std::vector<std::string>{"restart", "-t", "0", "web"}}) {
    for (int i = 0; i < 6; ++i) {
      run_named("web");
      std::thread beside([&] { docker(move); });
      const Outcome removed = docker({"rm", "-f", "web"});
      beside.join();
      EXPECT_EQ(removed.code, 0) << removed.err;
      docker({"rm", "-f", "web"});  // a restart that came last is refused, or has left it
    }
  }
}

}  // namespace
}  // namespace glassdock::testing
