// An engine without root, by `glassdock docker` and by the real `docker`: terminals, and what needs a cgroup is refused
// in one line. What else an ordinary user can do the case table holds (api_cases) and docker_py_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "engine/base/text.h"
#include "tests/golden/real_engine.h"
#include "tests/support/docker_client.h"
#include "tests/support/pty_program.h"

namespace glassdock::testing {
namespace {

using golden::Owner;
using golden::RealEngine;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char asks_cursor[] = "\x1b[6n";  // BusyBox's shell behind its prompt: from then on it reads keys

// With each client.
class OrdinaryUser : public ::testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    if (!RealEngine::missing(Owner::ordinary_user).empty()) return;
    engine_ = std::make_unique<RealEngine>(Owner::ordinary_user);
    EXPECT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
  }
  static void TearDownTestSuite() { engine_.reset(); }
  void SetUp() override {
    if (!engine_) GTEST_SKIP() << RealEngine::missing(Owner::ordinary_user);
    ASSERT_NE(GetParam(), "") << no_docker_client;
  }
  void TearDown() override {
    if (!engine_) return;
    for (const std::string& id : split(trim(engine_->docker({"ps", "-aq"}).out), '\n')) {
      if (!id.empty()) engine_->docker({"rm", "-f", id});
    }
  }

  // Docker's client may be any user's: it only needs the socket.
  static std::vector<std::string> command(std::vector<std::string> words) {
    if (GetParam() != own_client) {
      return docker_words(GetParam(), engine_->socket(), engine_->folder(), std::move(words));
    }
    words.insert(words.begin(), "docker");
    return engine_->command(std::move(words));
  }
  static Outcome docker(std::vector<std::string> words) { return run(command(std::move(words))); }

  static inline std::unique_ptr<RealEngine> engine_;
};

TEST_P(OrdinaryUser, HasAShellInARunningContainer) {
  ASSERT_EQ(docker({"run", "-d", "--name", "box", "alpine", "sleep", "1000"}).code, 0);
  PtyProgram shell(command({"exec", "-it", "box", "sh"}));
  ASSERT_TRUE(shell.wait_for(asks_cursor)) << shell.seen();
  shell.type("stty size; id -u; tty\r");
  EXPECT_TRUE(shell.wait_for("31 97\r\n0\r\n/dev/pts/0\r\n")) << shell.seen();
  ASSERT_TRUE(shell.wait_for(asks_cursor));
  shell.type(tell_next_size);
  ASSERT_TRUE(shell.wait_for("armed\r\n"));
  shell.resize(9, 40);
  EXPECT_TRUE(shell.wait_for("9 40\r\n")) << shell.seen();
  ASSERT_TRUE(shell.wait_for(asks_cursor));
  shell.type("(exit 7)\r");
  ASSERT_TRUE(shell.wait_for(asks_cursor));
  shell.type("\x04");
  EXPECT_EQ(shell.finish(), 7) << "Ctrl-D";
  EXPECT_TRUE(shell.is_cooked());
}

TEST_P(OrdinaryUser, RunsInATerminalAndLeavesIt) {
  PtyProgram shell(command({"run", "--name", "box", "-it", "alpine", "sh"}));
  ASSERT_TRUE(shell.wait_for(asks_cursor)) << shell.seen();
  shell.type("\x10\x11");
  EXPECT_EQ(shell.finish(), 0) << "ctrl-p ctrl-q";
  EXPECT_EQ(docker({"inspect", "-f", "{{.State.Status}}", "box"}).out, "running\n");
}

TEST_P(OrdinaryUser, IsToldInOneLineWhatNeedsACgroup) {
  if (engine_->has_cgroup()) GTEST_SKIP() << "this user has a cgroup";
  ASSERT_EQ(docker({"run", "-d", "--name", "box", "alpine", "sleep", "1000"}).code, 0);
  const auto refused = [](const std::vector<std::string>& words) {
    const Outcome outcome = docker(words);
    EXPECT_EQ(outcome.code, 1) << words[0];
    return outcome.err;
  };
  EXPECT_THAT(
      refused({"pause", "box"}),
      ::testing::MatchesRegex(
          "Error response from daemon: cannot pause container box: [^\n]*cgroup[^\n]*glassdock doctor[^\n]*\n"));
  EXPECT_THAT(refused({"unpause", "box"}), HasSubstr("is not paused"));
  EXPECT_THAT(docker({"stats", "--no-stream", "box"}).err,
              ::testing::ContainsRegex("cannot measure container [^\n]*cgroup[^\n]*"));
  EXPECT_EQ(docker({"inspect", "-f", "{{.State.Status}}", "box"}).out, "running\n");

  const Outcome limited = docker({"run", "--rm", "-m", "64m", "alpine", "echo", "it runs"});
  EXPECT_EQ(limited.out, "it runs\n");
  EXPECT_THAT(limited.err, AllOf(HasSubstr("does not support memory limit"), HasSubstr("glassdock doctor")));
  const Outcome unlimited = docker({"run", "--rm", "--cpus", "0.5", "alpine", "echo", "it runs"});
  EXPECT_EQ(unlimited.code, 125);
  EXPECT_EQ(unlimited.out, "");
  EXPECT_THAT(unlimited.err, AllOf(HasSubstr("NanoCPUs can not be set"), HasSubstr("glassdock doctor")));
}

INSTANTIATE_TEST_SUITE_P(By, OrdinaryUser, ::testing::ValuesIn(docker_clients_and_own()),
                         [](const auto& client) { return name_of_client(client.param); });

}  // namespace
}  // namespace glassdock::testing
