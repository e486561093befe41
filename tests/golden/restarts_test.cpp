// Restart policies, bounded logs and --init with real processes, while the daemon or a monitor is killed; as root and
// as an ordinary user.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <unistd.h>

#include <memory>

#include "engine/base/text.h"
#include "tests/golden/processes.h"

namespace glassdock::golden {
namespace {

class Restarts : public ::testing::TestWithParam<Owner> {
 protected:
  void SetUp() override {
    if (std::string why = RealEngine::missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
    engine_ = std::make_unique<RealEngine>(GetParam());
    ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
    ASSERT_EQ(engine_->docker({"run", "--rm", "alpine", "true"}).code, 0);
    before_ = engine_->traces();
  }

  std::string run(std::vector<std::string> options, const std::string& script) const {
    options.insert(options.begin(), {"run", "-d"});
    options.insert(options.end(), {"alpine", "sh", "-c", script});
    const Outcome ran = engine_->docker(options);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return std::string(trim(ran.out));
  }
  nlohmann::json inspect(const std::string& name) const {
    const Outcome outcome = engine_->docker({"inspect", name});
    const auto list = nlohmann::json::parse(outcome.out, nullptr, false);
    return list.is_array() && !list.empty() ? list[0] : nlohmann::json{{"State", nlohmann::json::object()}};
  }
  std::string status(const std::string& name) const { return inspect(name)["State"].value("Status", ""); }
  int restarts(const std::string& name) const { return inspect(name).value("RestartCount", -1); }

  std::unique_ptr<RealEngine> engine_;
  Traces before_;
};

TEST_P(Restarts, GoOnInTheNextDaemonAndLeaveNothing) {
  run({"--restart", "on-failure:6", "--name", "r1"}, "echo again; exit 3");
  ASSERT_TRUE(comes_true([&] { return restarts("r1") >= 3 && status("r1") == "restarting"; }));
  engine_->kill();
  engine_->start();
  ASSERT_TRUE(comes_true([&] { return status("r1") == "exited"; }));
  EXPECT_EQ(restarts("r1"), 6) << "the count goes on";
  std::string wanted;
  for (int i = 0; i < 7; ++i) wanted += "again\n";
  EXPECT_EQ(engine_->docker({"logs", "r1"}).out, wanted);
  EXPECT_EQ(engine_->docker({"rm", "r1"}).code, 0);
  EXPECT_EQ(engine_->differs_from(before_), "");
}

// Each line once, whenever its monitor is killed: what comes behind it is a further run's.
TEST_P(Restarts, AKilledMonitorLosesNoLineOfARotatedLogAndDoublesNone) {
  const std::string id =
      run({"--restart", "always", "--log-opt", "max-size=4k", "--log-opt", "max-file=4", "--name", "w1"},
          "i=0; while :; do echo line $i; i=$((i+1)); done");
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(comes_true([&] { return status("w1") == "running"; }));
    ::usleep(150'000 + round * 7'000);
    const pid_t first = inspect("w1")["State"].value("Pid", 0);
    ASSERT_GT(first, 0);
    const pid_t monitor = parent_of(first);
    ASSERT_EQ(name_of(monitor), monitor_name);
    ::kill(monitor, SIGKILL);
    ASSERT_TRUE(comes_true([&] { return restarts("w1") > round; }));
    const std::vector<std::string> lines = split(std::string(trim(engine_->docker({"logs", "w1"}).out)), '\n');
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const auto before = parse_number(std::string_view(lines[i - 1]).substr(5));
      const auto now = parse_number(std::string_view(lines[i]).substr(5));
      ASSERT_TRUE(before && now) << lines[i];
      EXPECT_TRUE(*now == *before + 1 || *now == 0) << lines[i - 1] << ", " << lines[i];
    }
  }
  EXPECT_EQ(engine_->docker({"rm", "-f", "w1"}).code, 0);
  EXPECT_EQ(engine_->differs_from(before_), "");
}

TEST_P(Restarts, InitPassesOnWhatStopSends) {
  run({"--init", "--name", "i1"}, "trap 'exit 9' TERM; while :; do sleep 0.05; done");
  ::usleep(200'000);
  EXPECT_EQ(engine_->docker({"stop", "i1"}).code, 0);
  EXPECT_EQ(inspect("i1")["State"].value("ExitCode", 0), 9);
  EXPECT_EQ(engine_->docker({"run", "--rm", "--init", "alpine", "sh", "-c", "exit 7"}).code, 7);
}

INSTANTIATE_TEST_SUITE_P(Of, Restarts, ::testing::Values(Owner::self, Owner::ordinary_user),
                         [](const auto& which) { return std::string(to_string(which.param)); });

}  // namespace
}  // namespace glassdock::golden
