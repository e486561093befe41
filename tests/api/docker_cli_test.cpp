// The real `docker` against a real engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "tests/support/docker_client.h"
#include "tests/support/program.h"

namespace glassdock::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class DockerCli : public ::testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    home_ = new EngineHome();
    // A proxy where nobody listens: docker.io is out of reach, whatever the network.
    ::setenv("https_proxy", "http://127.0.0.1:1", 1);
    home_->glassdock({"engine", "start"});
    ::unsetenv("https_proxy");
  }
  static void TearDownTestSuite() {
    delete home_;
    home_ = nullptr;
  }
  void SetUp() override { ASSERT_NE(GetParam(), "") << no_docker_client; }
  // Every test leaves the engine without containers.
  void TearDown() override { EXPECT_EQ(docker({"ps", "-aq"}).out, ""); }

  static std::vector<std::string> command(std::vector<std::string> words) {
    return docker_words(GetParam(), home_->data() / "engine.sock", home_->path(), std::move(words));
  }
  static Outcome docker(std::vector<std::string> words) { return run(command(std::move(words))); }
  static void need_alpine() { ASSERT_EQ(docker({"pull", "-q", "alpine"}).code, 0); }

  static EngineHome* home_;
};
EngineHome* DockerCli::home_ = nullptr;
INSTANTIATE_TEST_SUITE_P(By, DockerCli, ::testing::ValuesIn(docker_clients()),
                         [](const auto& client) { return name_of_client(client.param); });

TEST_P(DockerCli, RunsColdAndWarm) {
  docker({"rmi", "alpine"});
  Outcome cold = docker({"run", "--rm", "alpine", "ls"});
  EXPECT_EQ(cold.code, 0) << cold.err;
  EXPECT_THAT(cold.out, AllOf(StartsWith("bin\ndev\netc\n"), HasSubstr("\nusr\n")));
  EXPECT_THAT(cold.err,
              AllOf(HasSubstr("Unable to find image 'alpine:latest' locally\n"), HasSubstr("latest: Pulling from "),
                    HasSubstr(": Pull complete\n"), HasSubstr("Status: Downloaded newer image for alpine:latest\n")));
  Outcome warm = docker({"run", "--rm", "alpine", "ls"});
  EXPECT_EQ(warm.code, 0);
  EXPECT_EQ(warm.err, "");
  EXPECT_EQ(warm.out, cold.out);
}

TEST_P(DockerCli, PullsListsAndRemovesImages) {
  docker({"rmi", "busybox"});
  Outcome first = docker({"pull", "busybox"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, AllOf(StartsWith("Using default tag: latest\n"), HasSubstr("Digest: sha256:"),
                               HasSubstr("Status: Downloaded newer image for busybox:latest\n"),
                               HasSubstr("docker.io/library/busybox:latest\n")));
  EXPECT_THAT(docker({"pull", "busybox"}).out, HasSubstr("Status: Image is up to date for busybox:latest\n"));
  EXPECT_THAT(docker({"images"}).out, HasSubstr("busybox"));
  EXPECT_THAT(docker({"images", "-q", "busybox"}).out, MatchesRegex("[0-9a-f]{12}\n"));
  EXPECT_THAT(docker({"rmi", "busybox"}).out,
              AllOf(StartsWith("Untagged: busybox:latest\n"), HasSubstr("Deleted: sha256:")));
  Outcome gone = docker({"rmi", "busybox"});
  EXPECT_EQ(gone.code, 1);
  EXPECT_THAT(gone.err, HasSubstr("No such image: busybox"));
}

TEST_P(DockerCli, ListsAndRemovesContainers) {
  need_alpine();
  EXPECT_EQ(docker({"run", "--name", "left", "alpine", "sh", "-c", "exit 3"}).code, 3);
  EXPECT_THAT(docker({"ps"}).out, AllOf(StartsWith("CONTAINER ID   IMAGE"), Not(HasSubstr("left"))));
  EXPECT_THAT(docker({"ps", "-a"}).out, AllOf(HasSubstr("Exited (3) "), HasSubstr("left\n")));
  Outcome used = docker({"rmi", "alpine"});
  EXPECT_EQ(used.code, 1);
  EXPECT_THAT(used.err, HasSubstr("conflict"));
  EXPECT_EQ(docker({"rm", "left"}).out, "left\n");
  Outcome gone = docker({"rm", "left"});
  EXPECT_EQ(gone.code, 1);
  EXPECT_THAT(gone.err, HasSubstr("No such container: left"));
}

TEST_P(DockerCli, TellsItsVersion) {
  EXPECT_EQ(docker({"version", "--format", "{{.Server.APIVersion}} {{.Server.Os}}"}).out, "1.45 linux\n");
  EXPECT_THAT(docker({"version"}).out, HasSubstr("Server: Glassdock"));
}

TEST_P(DockerCli, CreatesInspectsAndReadsTheLog) {
  need_alpine();
  const Outcome created = docker({"create", "--name", "tea", "-l", "a=b", "--stop-signal", "INT", "--stop-timeout", "3",
                                  "alpine", "sh", "-c", "echo out; echo err >&2; sleep 1; echo last"});
  EXPECT_THAT(created.out, MatchesRegex("[0-9a-f]{64}\n"));
  // Docker's client reads the answer into its own types, and prints members by their names in Go.
  EXPECT_EQ(docker({"inspect", "-f",
                    "{{.ID}} {{.Config.StopSignal}} {{.Config.StopTimeout}} {{.Config.Labels.a}} "
                    "{{.HostConfig.NanoCPUs}} {{.State.Status}}",
                    "tea"})
                .out,
            std::string(trim(created.out)) + " INT 3 b 0 created\n");
  EXPECT_EQ(docker({"start", "tea"}).code, 0);
  const Outcome followed = docker({"logs", "-f", "--since", "1h", "tea"});
  EXPECT_EQ(followed.out, "out\nlast\n");
  EXPECT_EQ(followed.err, "err\n");
  EXPECT_EQ(docker({"logs", "-n", "1", "tea"}).out, "last\n");
  EXPECT_THAT(docker({"logs", "-t", "--details", "-n", "1", "tea"}).out, MatchesRegex("[0-9T:.Z-]+  last\n"));
  EXPECT_EQ(docker({"logs", "--until", "1h", "tea"}).out, "");
  EXPECT_EQ(docker({"image", "inspect", "-f", "<{{.Config.User}}> {{.Config.Cmd}}", "alpine"}).out, "<> [/bin/sh]\n");
  EXPECT_EQ(docker({"ps", "-f", "exited=0", "--format", "{{.Names}}"}).out, "") << "as with dockerd, -a is wanted too";
  EXPECT_EQ(docker({"ps", "-af", "exited=0", "--format", "{{.Names}}"}).out, "tea\n");
  EXPECT_EQ(docker({"rm", "tea"}).code, 0);
  EXPECT_EQ(docker({"info", "-f", "{{.Containers}} {{.Driver}}"}).out, "0 overlay2\n");
}

TEST_P(DockerCli, GivesTheExitCodes) {
  need_alpine();
  EXPECT_EQ(docker({"run", "--rm", "alpine", "sh", "-c", "exit 42"}).code, 42);
  Outcome missing = docker({"run", "--rm", "alpine", "no-such-program"});
  EXPECT_EQ(missing.code, 127);
  EXPECT_THAT(missing.err, HasSubstr("no-such-program"));
  Outcome refused = docker({"run", "--rm", "alpine", "/etc/passwd"});
  EXPECT_EQ(refused.code, 126);
  EXPECT_THAT(refused.err, HasSubstr("permission denied"));
}

TEST_P(DockerCli, TellsOfADeathBySignal) {
  need_alpine();
  Program program(command({"run", "--rm", "--name", "long", "alpine", "sh", "-c", "echo ready; exec sleep 1000"}));
  ASSERT_TRUE(program.wait_for_out("ready\n"));
  EXPECT_EQ(docker({"kill", "long"}).out, "long\n");
  EXPECT_EQ(program.finish().code, 137);
}

TEST_P(DockerCli, RefusesAMalformedReference) {
  Outcome run_it = docker({"run", "--rm", "alpine:"});
  EXPECT_EQ(run_it.code, 125);
  EXPECT_THAT(run_it.err, HasSubstr("invalid reference format"));
  Outcome pull_it = docker({"pull", "Alpine"});
  EXPECT_EQ(pull_it.code, 1);
  EXPECT_THAT(pull_it.err, HasSubstr("must be lowercase"));
}

TEST_P(DockerCli, TellsWhatImagesThereAreWhereOneIsMistyped) {
  Outcome image = docker({"run", "--rm", "alpin", "ls"});
  EXPECT_EQ(image.code, 125);
  EXPECT_THAT(image.err,
              AllOf(StartsWith("Unable to find image 'alpin:latest' locally\n"),
                    HasSubstr("Error response from daemon: the built-in hub has no image alpin, only alpine, busybox, "
                              "hello-world and three-layers; registry-1.docker.io cannot be reached: "),
                    HasSubstr("(did you mean alpine?)")));
  Outcome tag = docker({"run", "--rm", "alpine:3.99", "ls"});
  EXPECT_EQ(tag.code, 125);
  EXPECT_THAT(tag.err, HasSubstr("the built-in hub has no alpine:3.99, only the tags 3 and latest; "));
  Outcome pulled = docker({"pull", "helloworld"});
  EXPECT_EQ(pulled.code, 1);
  EXPECT_THAT(pulled.err, HasSubstr("(did you mean hello-world?)"));
}

TEST_P(DockerCli, IsHeldByAWatcherAndReleased) {
  need_alpine();
  Program watch(home_->command({"--hold", "run.exec", "watch"}));
  ASSERT_TRUE(watch.wait_for_err("export DOCKER_HOST="));
  // The stream opens just after the greeting; what comes before it is not seen.
  for (int attempt = 0; attempt < 3; ++attempt) {
    docker({"ps"});
    if (watch.wait_for_err("GET /containers/json")) break;
  }
  Program program(command({"run", "--rm", "alpine", "echo", "late"}));
  ASSERT_TRUE(watch.wait_for_err("Held before run.exec. The container's process really waits here"));
  ASSERT_TRUE(watch.wait_for_err("q: give up > "));
  Outcome listed = docker({"ps", "-a", "--format", "{{.State}}"});
  EXPECT_EQ(listed.out, "created\n");
  watch.type("\n");
  Outcome outcome = program.finish();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "late\n");
  watch.send_signal(SIGINT);
  Outcome watched = watch.finish();
  EXPECT_EQ(watched.code, 0);
  EXPECT_THAT(watched.err, AllOf(HasSubstr("The run goes on."), HasSubstr("execve: the process becomes the command.")));
}

}  // namespace
}  // namespace glassdock::testing
