// A launcher that is there and does nothing (SIGSTOP): a start waits for it a limited time, and it is replaced.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <optional>
#include <thread>

#include "tests/golden/held_run.h"
#include "tests/golden/processes.h"
#include "tests/golden/real_engine.h"

namespace glassdock::golden {
namespace {

using ::testing::HasSubstr;

constexpr std::chrono::milliseconds patience{700};

class StoppedLauncher : public ::testing::TestWithParam<Owner> {
 protected:
  void SetUp() override {
    if (std::string why = RealEngine::missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
    engine_.emplace(GetParam(), std::vector<std::string>{"--launcher-ms", std::to_string(patience.count())});
    expect_works();
    launcher_.emplace(launcher_of(*engine_));
    ASSERT_TRUE(comes_true([&] { return spare_of(launcher_->pid()) > 1; }));
    before_ = engine_->traces();
  }
  void stop_launcher() const { ASSERT_EQ(::kill(launcher_->pid(), SIGSTOP), 0); }
  // With the monitor that it has forked ahead.
  void stop_both() const {
    stop_launcher();
    ASSERT_EQ(::kill(spare_of(launcher_->pid()), SIGSTOP), 0);
  }
  void expect_works() const { EXPECT_EQ(engine_->docker({"run", "--rm", "alpine", "echo", "works"}).out, "works\n"); }
  void expect_refused() const {
    const Outcome outcome = engine_->docker({"run", "--rm", "alpine", "true"});
    EXPECT_EQ(outcome.code, 125);
    EXPECT_THAT(outcome.err, HasSubstr("the launcher took no start for 0.7 s"));
  }

  std::optional<RealEngine> engine_;
  std::optional<ProcessMark> launcher_;
  Traces before_;
};

TEST_P(StoppedLauncher, IsReplacedAndTheStartIsToldSo) {
  stop_both();
  expect_refused();
  EXPECT_FALSE(launcher_->alive());
  expect_works();
  EXPECT_EQ(engine_->differs_from(before_), "");
}

TEST_P(StoppedLauncher, ItsSpareMonitorStillTakesOneStart) {
  stop_launcher();
  expect_works();
  expect_refused();
  expect_works();
  EXPECT_EQ(engine_->differs_from(before_), "");
}

TEST_P(StoppedLauncher, CostsNoStartThatCameLater) {
  stop_both();
  std::thread first([&] { expect_refused(); });
  std::this_thread::sleep_for(patience / 2);
  expect_works();
  first.join();
  EXPECT_EQ(engine_->differs_from(before_), "");
}

TEST_P(StoppedLauncher, AGivenUpStartBeforeItEnds) {
  stop_both();
  std::thread start([&] { EXPECT_NE(engine_->docker({"run", "--name", "waits", "alpine", "true"}).code, 0); });
  std::this_thread::sleep_for(patience / 2);
  EXPECT_EQ(engine_->docker({"rm", "-f", "waits"}).code, 0);
  start.join();
  EXPECT_EQ(engine_->docker({"ps", "-aq"}).out, "");
  expect_works();
  EXPECT_EQ(engine_->differs_from(before_), "");
}

TEST_P(StoppedLauncher, EndsWithItsEngine) {
  stop_both();
  EXPECT_EQ(engine_->stop().code, 0);
  EXPECT_FALSE(launcher_->alive());
  engine_->start();
  expect_works();
}

TEST_P(StoppedLauncher, IsNoneWhileAStartIsHeld) {
  HeldRun held(*engine_, "isolate.clone", {"--rm", "alpine", "echo", "goes on"});
  std::this_thread::sleep_for(2 * patience);
  EXPECT_THAT(held.release().out, HasSubstr("goes on\n"));
  EXPECT_TRUE(launcher_->alive());
}

INSTANTIATE_TEST_SUITE_P(Owners, StoppedLauncher, ::testing::Values(Owner::self, Owner::ordinary_user),
                         [](const auto& one) { return std::string(to_string(one.param)); });

}  // namespace
}  // namespace glassdock::golden
