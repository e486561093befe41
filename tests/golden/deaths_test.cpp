// The death table of the design with real processes: who is killed at which gate, and what becomes of the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <memory>

#include "engine/base/text.h"
#include "engine/http/client.h"
#include "tests/golden/processes.h"

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

// Process 1 gives up root by itself.
const std::vector<std::string> changes_its_user = {"alpine", "su", "-s", "/bin/sh", "guest", "-c", "exec sleep 1000"};

void PrintTo(const Place& place, std::ostream* out) {
  *out << to_string(place.owner) << " at " << place.gate;
}

// One engine of each owner for all cases of a program.
class WithEngine {
 public:
  static void end_all() { engines_.clear(); }

 protected:
  // Why there is none here; empty where there is.
  std::string begin(Owner owner) {
    if (std::string why = RealEngine::missing(owner); !why.empty()) return why;
    auto& engine = engines_[owner];
    if (!engine) engine = make(owner, {});
    engine_ = engine.get();
    before_ = engine_->traces();
    return {};
  }
  static std::unique_ptr<RealEngine> make(Owner owner, std::vector<std::string> options) {
    auto engine = std::make_unique<RealEngine>(owner, std::move(options));
    EXPECT_EQ(engine->docker({"pull", "-q", "alpine"}).code, 0);
    // The launcher's first spare monitor and the lock files come with the first run.
    EXPECT_EQ(engine->docker({"run", "--rm", "alpine", "true"}).code, 0);
    return engine;
  }
  // Counted twice: before anything is removed only the records of containers may have come, and afterwards not even
  // they.
  void end() {
    if (!engine_) return;
    EXPECT_EQ(engine_->differs_but_for_files(before_), "");
    for (const std::string& id : split(trim(engine_->docker({"ps", "-aq"}).out), '\n')) {
      EXPECT_EQ(engine_->docker({"rm", id}).code, 0) << engine_->docker({"ps", "-a"}).out;
    }
    EXPECT_EQ(engine_->differs_from(before_), "");
  }
  std::string table() const { return engine_->docker({"ps", "-a"}).out; }

  static std::map<Owner, std::unique_ptr<RealEngine>> engines_;
  RealEngine* engine_ = nullptr;
  Traces before_;
};
std::map<Owner, std::unique_ptr<RealEngine>> WithEngine::engines_;

// What `docker inspect` prints as .State.
nlohmann::json state_of(const RealEngine& engine, const std::string& name) {
  http::Client client = http::Client::connect_unix(engine.socket());
  http::Response answer = client.request("GET", "/containers/" + name + "/json", {}, "");
  return nlohmann::json::parse(answer.read_body()).at("State");
}

class Deaths : public WithEngine, public ::testing::TestWithParam<Place> {
 protected:
  static void TearDownTestSuite() { end_all(); }
  void SetUp() override {
    if (std::string why = begin(GetParam().owner); !why.empty()) GTEST_SKIP() << why;
  }
  void TearDown() override { end(); }
  const char* gate() const { return GetParam().gate; }
};

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

// The monitor alone kills, undoes and records: no daemon comes until all that is looked at.
TEST_P(Deaths, OfTheDaemonForGoodEndsTheHeldStart) {
  const std::unique_ptr<RealEngine> engine = make(GetParam().owner, {"--adoption-ms", "1500"});
  engine->kill();
  ASSERT_TRUE(comes_true([&] { return engine->traces().processes.empty(); }));
  const Traces without_daemon = engine->traces();
  engine->start();

  HeldRun run(*engine, gate(), {"--name", "given-up", "alpine", "sh", "-c", "exit 7"});
  const std::string id(trim(engine->docker({"ps", "-aq", "--no-trunc"}).out));
  const ProcessMark child(run.pid()), monitor(parent_of(run.pid()));
  engine->kill();
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  EXPECT_TRUE(child.alive()) << "too early";
  EXPECT_TRUE(comes_true([&] { return !child.alive() && !monitor.alive(); }));
  EXPECT_EQ(engine->differs_but_for_files(without_daemon), "");
  EXPECT_THAT(os::read_file(engine->data() / "containers" / id / "status"),
              AllOf(HasSubstr("started "), HasSubstr(fmt::format("\nfailed {} {} ", gate(), ECANCELED))));

  engine->start();
  const nlohmann::json state = state_of(*engine, "given-up");
  EXPECT_EQ(state.at("Status"), "created");
  EXPECT_EQ(state.at("Error"), "the start was cancelled");
  EXPECT_EQ(engine->docker({"rm", "given-up"}).code, 0);
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
  std::string name = std::string(to_string(one.param.owner)) + "_";
  for (const char* c = one.param.gate; *c; ++c) name += *c == '.' ? '_' : *c;
  return name;
});

class DeathsAfterExec : public WithEngine, public ::testing::TestWithParam<Owner> {
 protected:
  static void TearDownTestSuite() { end_all(); }
  void SetUp() override {
    if (std::string why = begin(GetParam()); !why.empty()) GTEST_SKIP() << why;
  }
  void TearDown() override { end(); }

  struct Running {
    std::string id;
    ProcessMark first;
    ProcessMark monitor;
  };
  Running run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"run", "-d", "--name", "lost"});
    const std::string id(trim(engine_->docker(std::move(words)).out));
    const pid_t pid = first_process(*engine_, id);
    return {id, ProcessMark(pid), ProcessMark(parent_of(pid))};
  }
  void expect_lost() const {
    EXPECT_TRUE(comes_true([&] { return table().find("Exited (137)") != std::string::npos; })) << table();
    const nlohmann::json state = state_of(*engine_, "lost");
    EXPECT_EQ(state.at("ExitCode"), 137);
    EXPECT_EQ(state.at("Error"), "monitor lost");
    EXPECT_EQ(engine_->differs_but_for_files(before_), "");
  }
};

// Of another user where there is one, and with a child in the background.
TEST_P(DeathsAfterExec, OfTheMonitorEndTheContainer) {
  std::vector<std::string> words = {"alpine", "sh", "-c", "sleep 1000 & sleep 1000; true"};
  if (GetParam() == Owner::self && !engine_->rootless()) words.insert(words.begin(), {"-u", "405"});
  const Running running = run(words);
  ASSERT_TRUE(running.first.alive());
  pid_t below = 0;
  ASSERT_TRUE(comes_true([&] { return (below = child_named(running.first.pid(), "sleep")) != 0; }));
  const ProcessMark background(below);
  ASSERT_EQ(::kill(running.monitor.pid(), SIGKILL), 0);
  EXPECT_TRUE(comes_true([&] { return !running.first.alive() && !background.alive(); }));
  expect_lost();
}

// A process that changes its ids is not told of its parent's death any more (prctl(2)): the daemon's own pidfd ends it.
TEST_P(DeathsAfterExec, OfTheMonitorEndAContainerThatChangedItsUser) {
  if (engine_->rootless()) GTEST_SKIP() << "an ordinary user's container may have no other user";
  const Running running = run(changes_its_user);
  ASSERT_TRUE(comes_true([&] { return name_of(running.first.pid()) == "sleep"; }));
  ASSERT_EQ(::kill(running.monitor.pid(), SIGKILL), 0);
  EXPECT_TRUE(comes_true([&] { return !running.first.alive(); }));
  expect_lost();
}

TEST_P(DeathsAfterExec, OfTheDaemonAndTheMonitorEndTheContainerWithTheNextDaemon) {
  const Running running =
      run(engine_->rootless() ? std::vector<std::string>{"alpine", "sleep", "1000"} : changes_its_user);
  ASSERT_TRUE(comes_true([&] { return name_of(running.first.pid()) == "sleep"; }));
  engine_->kill();
  ASSERT_EQ(::kill(running.monitor.pid(), SIGKILL), 0);
  ASSERT_TRUE(comes_true([&] { return !running.monitor.alive(); }));
  if (!engine_->rootless()) {
    EXPECT_TRUE(running.first.alive()) << "nobody is there to end it";
  }
  engine_->start();
  EXPECT_TRUE(comes_true([&] { return !running.first.alive(); }));
  expect_lost();
}

TEST_P(DeathsAfterExec, AStartThatFailsWithoutADaemonIsToldByTheNextOne) {
  HeldRun held(*engine_, "run.exec", {"--name", "absent", "alpine", "no-such-program"});
  const ProcessMark child(held.pid()), monitor(parent_of(held.pid()));
  // Stopped it stays where it is until the daemon has gone, though it is let go.
  ASSERT_EQ(::kill(child.pid(), SIGSTOP), 0);
  held.client().type("c\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  engine_->kill();
  ASSERT_EQ(::kill(child.pid(), SIGCONT), 0);
  EXPECT_TRUE(comes_true([&] { return !monitor.alive(); }));
  held.client().finish();
  engine_->start();
  const nlohmann::json state = state_of(*engine_, "absent");
  EXPECT_EQ(state.at("Status"), "created");
  EXPECT_EQ(state.at("ExitCode"), 127);
  EXPECT_THAT(std::string(state.at("Error")),
              HasSubstr("exec: \"no-such-program\": executable file not found in $PATH"));
}

INSTANTIATE_TEST_SUITE_P(As, DeathsAfterExec, ::testing::Values(Owner::self, Owner::ordinary_user),
                         [](const auto& one) { return to_string(one.param); });

}  // namespace
}  // namespace glassdock::golden
