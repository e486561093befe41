// The death table of the design with real processes: who is killed at which gate, and what becomes of the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>

#include "engine/base/text.h"
#include "tests/golden/held_run.h"
#include "tests/golden/real_engine.h"

namespace glassdock::golden {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Place {
  Owner owner;
  const char* gate;
};

// After clone3, after the mounts, and before exec; as root, and as an ordinary user without and with cgroups.
const Place places[] = {
    {Owner::self, "isolate.descriptors"},
    {Owner::self, "isolate.pivot"},
    {Owner::self, "run.exec"},
    {Owner::ordinary_user, "isolate.descriptors"},
    {Owner::ordinary_user, "isolate.pivot"},
    {Owner::ordinary_user, "run.exec"},
    {Owner::session_user, "isolate.descriptors"},
    {Owner::session_user, "isolate.pivot"},
    {Owner::session_user, "run.exec"},
};

class Deaths : public ::testing::TestWithParam<Place> {
 protected:
  static void TearDownTestSuite() { engines_.clear(); }
  void SetUp() override {
    if (std::string why = RealEngine::missing(GetParam().owner); !why.empty()) GTEST_SKIP() << why;
    auto& engine = engines_[GetParam().owner];
    if (!engine) {
      engine = std::make_unique<RealEngine>(GetParam().owner);
      ASSERT_EQ(engine->docker({"pull", "-q", "alpine"}).code, 0);
      // The launcher's first spare monitor and the lock files come with the first run.
      ASSERT_EQ(engine->docker({"run", "--rm", "alpine", "true"}).code, 0);
    }
    engine_ = engine.get();
    before_ = engine_->traces();
  }
  void TearDown() override {
    if (!engine_) return;
    for (const std::string& id : split(trim(engine_->docker({"ps", "-aq"}).out), '\n')) {
      engine_->docker({"rm", "-f", id});
    }
    EXPECT_EQ(engine_->differs_from(before_), "");
  }
  std::string table() const { return engine_->docker({"ps", "-a"}).out; }
  const char* gate() const { return GetParam().gate; }

  static std::map<Owner, std::unique_ptr<RealEngine>> engines_;
  RealEngine* engine_ = nullptr;
  Traces before_;
};
std::map<Owner, std::unique_ptr<RealEngine>> Deaths::engines_;

TEST_P(Deaths, NobodysDeathAndTheRunGoesOnFromItsGate) {
  HeldRun run(*engine_, gate(), {"--rm", "alpine", "echo", "released"});
  const Outcome outcome = run.release();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "released\n");
}

TEST_P(Deaths, OfTheClientOpensItsGates) {
  {
    HeldRun run(*engine_, gate(), {"--name", "orphan", "alpine", "sh", "-c", "exit 7"});
    EXPECT_THAT(table(), AllOf(HasSubstr("orphan"), Not(HasSubstr("Exited"))));
    run.client().send_signal(SIGKILL);
    EXPECT_EQ(run.client().finish().code, 128 + SIGKILL);
  }
  EXPECT_TRUE(comes_true([&] { return table().find("Exited (7)") != std::string::npos; })) << table();
}

TEST_P(Deaths, OfTheDaemonLeavesTheHeldStartToTheNextOne) {
  HeldRun run(*engine_, gate(), {"--name", "adopted", "alpine", "sh", "-c", "exit 7"});
  const ProcessMark child(run.pid());
  engine_->kill();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_TRUE(child.alive()) << "held without a daemon";
  engine_->start();
  // Whoever held it went with the engine that he spoke to: the new one lets it go on.
  EXPECT_TRUE(comes_true([&] { return table().find("Exited (7)") != std::string::npos; })) << table();
  EXPECT_NE(run.client().finish().code, 0) << "its engine went away";
}

TEST_P(Deaths, OfTheDaemonForGoodEndsTheHeldStart) {
  if (!std::getenv("GLASSDOCK_LONG_TESTS")) GTEST_SKIP() << "waits for 30 s: GLASSDOCK_LONG_TESTS=1 runs it";
  HeldRun run(*engine_, gate(), {"--name", "given-up", "alpine", "sh", "-c", "exit 7"});
  const ProcessMark child(run.pid()), monitor(parent_of(run.pid()));
  engine_->kill();
  constexpr std::chrono::seconds adoption(30), grace(20);
  EXPECT_FALSE(comes_true([&] { return !child.alive(); }, adoption - std::chrono::seconds(5))) << "too early";
  EXPECT_TRUE(comes_true([&] { return !child.alive() && !monitor.alive(); }, grace));
  engine_->start();
  EXPECT_THAT(table(), AllOf(HasSubstr("given-up"), Not(HasSubstr("Exited (7)")), Not(HasSubstr("Up "))));
}

TEST_P(Deaths, OfTheMonitorBeforeExecEndsTheStart) {
  HeldRun run(*engine_, gate(), {"--rm", "alpine", "echo", "never"});
  const ProcessMark child(run.pid());
  ASSERT_EQ(::kill(parent_of(run.pid()), SIGKILL), 0);
  EXPECT_TRUE(comes_true([&] { return !child.alive(); }));
  const Outcome outcome = run.client().finish();
  EXPECT_THAT(outcome.code, AnyOf(125, 137)) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("monitor"));
}

TEST_P(Deaths, OfTheMonitorAfterExecEndsTheContainer) {
  const std::string id(trim(engine_->docker({"run", "-d", "--name", "lost", "alpine", "sleep", "1000"}).out));
  ASSERT_EQ(id.size(), 64u);
  // The status file names process 1: "started PID STARTTIME".
  std::istringstream status(os::read_file(engine_->data() / "containers" / id / "status"));
  std::string word;
  pid_t pid = 0;
  status >> word >> pid;
  ASSERT_EQ(word, "started");
  const ProcessMark child(pid);
  ASSERT_TRUE(child.alive());
  ASSERT_EQ(::kill(parent_of(pid), SIGKILL), 0);
  EXPECT_TRUE(comes_true([&] { return !child.alive(); }));
  EXPECT_TRUE(comes_true([&] { return table().find("Exited (137)") != std::string::npos; })) << table();
}

TEST_P(Deaths, OfTheLauncherIsNotNoticed) {
  HeldRun run(*engine_, gate(), {"--rm", "alpine", "echo", "released"});
  const pid_t launcher = parent_of(parent_of(run.pid()));
  ASSERT_GT(launcher, 1);
  ASSERT_EQ(::kill(launcher, SIGKILL), 0);
  const Outcome beside = engine_->docker({"run", "--rm", "alpine", "echo", "beside"});
  EXPECT_EQ(beside.out, "beside\n") << beside.err;
  const Outcome outcome = run.release();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "released\n");
}

INSTANTIATE_TEST_SUITE_P(AtGates, Deaths, ::testing::ValuesIn(places), [](const auto& one) {
  std::string name = one.param.owner == Owner::self ? "Own_" : "OrdinaryUser_";
  if (one.param.owner == Owner::session_user) name = "SessionUser_";
  for (const char* c = one.param.gate; *c; ++c) name += *c == '.' ? '_' : *c;
  return name;
});

}  // namespace
}  // namespace glassdock::golden
