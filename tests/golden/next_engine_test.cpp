// An engine that comes while descriptors are scarce, or upon leftovers that it cannot remove, and one that goes while a
// start hangs: nothing is lost, and nobody waits for ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <iterator>
#include <list>

#include "engine/base/text.h"
#include "tests/golden/held_run.h"
#include "tests/golden/processes.h"
#include "tests/golden/real_engine.h"
#include "tests/support/api_call.h"
#include "tests/support/places.h"
#include "tests/support/private_mounts.h"

namespace glassdock::golden {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class NextEngine : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(engine_.docker({"run", "--rm", "alpine", "true"}).code, 0);
    before_ = engine_.traces();
  }
  void TearDown() override {
    for (const std::string& id : split(trim(engine_.docker({"ps", "-aq"}).out), '\n')) engine_.docker({"rm", "-f", id});
    EXPECT_EQ(engine_.differs_from(before_), "");
  }
  std::string run_detached(std::vector<std::string> words) const {
    words.insert(words.begin(), {"run", "-d"});
    return std::string(trim(engine_.docker(std::move(words)).out));
  }
  std::string status(const std::string& name) const {
    const testing::ApiAnswer answer = call_("GET", "/containers/" + name + "/json");
    return answer.status == 200 ? answer.json()["State"].value("Status", "") : answer.refusal();
  }

  RealEngine engine_;
  const testing::ApiCaller call_{engine_.socket()};
  Traces before_;
};

TEST_F(NextEngine, WithTooFewDescriptorsLosesNoContainer) {
  constexpr char prlimit[] = "/usr/bin/prlimit";
  if (::access(prlimit, X_OK) != 0) GTEST_SKIP() << "no prlimit here (package util-linux)";
  const auto in_use =
      std::distance(fs::directory_iterator(fmt::format("/proc/{}/fd", engine_.pid())), fs::directory_iterator());
  constexpr int many = 24, few = 12;
  std::list<ProcessMark> processes;
  for (int i = 0; i < many; ++i)
    processes.emplace_back(first_process(engine_, run_detached({"alpine", "sleep", "1000"})));
  engine_.kill();
  {
    const std::string limit = fmt::format("--nofile={0}:{0}", in_use + few);
    Program scarce({prlimit, limit, program_path("glassdockd"), "--data", engine_.data().string(), "--socket",
                    engine_.socket().string()});
    EXPECT_TRUE(scarce.wait_for_err("Too many open files"));
    scarce.wait_for_out("ready on ");
    scarce.send_signal(SIGTERM);
    scarce.finish();
  }
  for (const ProcessMark& process : processes) EXPECT_TRUE(process.alive());
  engine_.start();
  EXPECT_EQ(split(trim(engine_.docker({"ps", "-q"}).out), '\n').size(), std::size_t{many});
}

TEST_F(NextEngine, ComesUponLeftoversThatItCannotRemove) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to mount";
  const fs::path command = engine_.data() / "containers" / run_detached({"alpine", "sleep", "1000"}) / "execs" / "left";
  const fs::path layer = engine_.data() / "layers" / "unpack.left";
  engine_.kill();
  {
    const auto in_command = tests::MountedOver::tmpfs(command / "mounted", 4096);
    const auto in_layer = tests::MountedOver::tmpfs(layer / "mounted", 4096);
    engine_.start();
    EXPECT_EQ(engine_.docker({"run", "--rm", "alpine", "echo", "works"}).out, "works\n");
    EXPECT_THAT(engine_.stop().err, HasSubstr("something is mounted at " + (command / "mounted").string()));
  }
  engine_.start();
  EXPECT_FALSE(fs::exists(command));
  EXPECT_FALSE(fs::exists(layer));
}

TEST_F(NextEngine, FindsAStartSettledThatHungWhenTheLastOneWasAskedToEnd) {
  HeldRun run(engine_, "isolate.pivot", {"--name", "stuck", "alpine", "true"});
  const ProcessMark child(run.pid()), monitor(parent_of(run.pid()));
  ASSERT_EQ(::kill(monitor.pid(), SIGSTOP), 0);
  auto end = std::async(std::launch::async, [&] { return engine_.stop().code; });
  const bool ended = end.wait_for(std::chrono::seconds(60)) == std::future_status::ready;
  EXPECT_TRUE(ended) << "it waits for a monitor that hangs";
  if (!ended) ::kill(monitor.pid(), SIGCONT);
  EXPECT_EQ(end.get(), 0);
  run.client().finish();
  EXPECT_FALSE(child.alive());
  EXPECT_FALSE(monitor.alive());
  engine_.start();
  EXPECT_EQ(status("stuck"), "created");
  EXPECT_EQ(engine_.docker({"rm", "stuck"}).code, 0);
}

// Its end is that of the restart's stop: one of --rm stays for the start.
TEST_F(NextEngine, IsNotNeededForARestartWhoseMonitorIsLost) {
  const std::string id =
      run_detached({"--rm", "--name", "again", "alpine", "sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"});
  const ProcessMark child(first_process(engine_, id)), monitor(parent_of(child.pid()));
  auto restart =
      std::async(std::launch::async, [&] { return call_("POST", "/containers/again/restart?t=30").refusal(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // its signal is sent by then
  ASSERT_EQ(::kill(monitor.pid(), SIGKILL), 0);
  EXPECT_EQ(restart.get(), "204 ");
  EXPECT_EQ(status("again"), "running");
}

}  // namespace
}  // namespace glassdock::golden
