#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "engine/base/error.h"
#include "engine/daemon/run.h"

namespace glassdock::daemon {
namespace {

using trace::Stage;
using trace::Tracer;

// A start's gates as a test sees them: which bits are set, what was opened.
struct FakePlan {
  PlanGates gates;
  std::uint64_t held = 0;
  std::vector<std::uint32_t> opened;
  bool cancelled = false;
  FakePlan() {
    gates.gates = {{"isolate.cgroups", Stage::isolate},
                   {"isolate.clone", Stage::isolate},
                   {"snapshot.overlay", Stage::snapshot},
                   {"isolate.pivot", Stage::isolate},
                   {"run.exec", Stage::run}};
    gates.set_hold = [this](std::uint64_t low, std::uint64_t) { held = low; };
    gates.open = [this](std::uint32_t operation) { opened.push_back(operation); };
    gates.cancel = [this] { cancelled = true; };
  }
};

std::vector<Wish> wishes(std::initializer_list<const char*> texts) {
  std::vector<Wish> parsed;
  for (const char* text : texts) parsed.push_back(parse_wish(text));
  return parsed;
}

// The id of what the run tells as held next.
std::uint64_t next_held(trace::Subscription& subscription) {
  for (;;) {
    auto event = subscription.next(std::chrono::seconds(30));
    if (!event) return 0;
    if (event->name == "gate.held") return static_cast<std::uint64_t>(trace::argument_number(*event, "id"));
  }
}

// A race's lanes: the container's gates are its plan's, the machine's a thread's.
struct FakeLanes {
  Tracer tracer;
  daemon::Runs runs{tracer};
  std::shared_ptr<Run> run = runs.begin(RunMode::step, {}, false);
  std::shared_ptr<trace::Subscription> told = tracer.subscribe(false);
  FakePlan plan;

  FakeLanes() { run->begin_pairs({race_pairs.begin(), race_pairs.end()}); }
  std::future<void> machine(const char* gate) {
    return std::async(std::launch::async, [this, gate] { run->pass(gate, "machine", 0); });
  }
  // The next thing told of a gate: "held isolate.clone with vm.init"; empty: nothing comes.
  std::string next(std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    const auto event = told->next(patience);
    if (!event) return {};
    const std::string with = trace::argument_text(*event, "with");
    return event->name.substr(event->name.find('.') + 1) + " " + trace::argument_text(*event, "gate") +
           (with.empty() ? "" : " with " + with);
  }
};

TEST(Run, SaysBeforehandWhereItMayHold) {
  Tracer tracer;
  daemon::Runs runs(tracer);
  const auto of = [&](RunMode mode, std::initializer_list<const char*> texts) {
    return runs.begin(mode, wishes(texts), false);
  };
  EXPECT_FALSE(of(RunMode::run, {})->may_hold("vm.init"));
  EXPECT_TRUE(of(RunMode::step, {})->may_hold("vm.init"));
  for (const char* wish : {"vm.init", "vm", "after:vm.processor"}) {
    EXPECT_TRUE(of(RunMode::hold, {"run.exec", wish})->may_hold("vm.init")) << wish;
  }
  EXPECT_FALSE(of(RunMode::hold, {"vm.mounted", "run", "after:isolate.clone", "request"})->may_hold("vm.init"));
  const auto in_pairs = of(RunMode::step, {});
  in_pairs->begin_pairs({race_pairs.begin(), race_pairs.end()});
  EXPECT_TRUE(in_pairs->may_hold("vm.init"));
  in_pairs->begin_pairs({});
  EXPECT_FALSE(in_pairs->may_hold("vm.init")) << "what is measured behind the pairs";
}

TEST(RunPairs, BothLanesAreToldAsHeldWhenBothStandThereAndAreLetGoTogether) {
  FakeLanes lanes;
  lanes.run->begin_plan(lanes.plan.gates);
  EXPECT_EQ(lanes.plan.held, 0b10011u) << "the gates of pairs alone";
  ASSERT_TRUE(lanes.run->held_in_plan(lanes.plan.gates, 0, "box", 7));
  EXPECT_EQ(lanes.next(std::chrono::milliseconds(50)), "") << "the machine is not there yet";
  std::future<void> machine = lanes.machine("vm.processor");
  EXPECT_EQ(lanes.next(), "held isolate.cgroups with vm.processor");
  EXPECT_EQ(lanes.next(), "held vm.processor with isolate.cgroups");
  lanes.run->release(1);
  machine.get();
  EXPECT_EQ(lanes.plan.opened, std::vector<std::uint32_t>{0});
  EXPECT_EQ(lanes.next(), "released isolate.cgroups");
  EXPECT_EQ(lanes.next(), "released vm.processor");
  EXPECT_GT(lanes.run->held_ns(), 0);
  lanes.run->end_plan(lanes.plan.gates);
}

// As an ordinary user's start is.
TEST(RunPairs, AGateThatTheOtherLaneDoesNotHaveIsHeldWithItsNextOne) {
  FakeLanes lanes;
  std::future<void> machine = lanes.machine("vm.processor");
  EXPECT_EQ(lanes.next(std::chrono::milliseconds(50)), "");
  lanes.plan.gates.gates.erase(lanes.plan.gates.gates.begin());
  lanes.run->begin_plan(lanes.plan.gates);
  ASSERT_TRUE(lanes.run->held_in_plan(lanes.plan.gates, 0, "box", 7));
  EXPECT_EQ(lanes.next(), "held vm.processor with isolate.clone");
  EXPECT_EQ(lanes.next(), "held isolate.clone with vm.processor");
  lanes.run->release(1);
  machine.get();
  machine = lanes.machine("vm.init");
  for (int i = 0; i < 2; ++i) EXPECT_THAT(lanes.next(), ::testing::StartsWith("released"));
  EXPECT_EQ(lanes.next(), "held vm.init") << "nothing is left that it could be held with";
  lanes.run->release(3);
  machine.get();
  lanes.run->end_plan(lanes.plan.gates);
}

TEST(RunPairs, WhoWaitsForALaneThatEndsIsHeldAlone) {
  FakeLanes lanes;
  lanes.run->begin_plan(lanes.plan.gates);
  ASSERT_TRUE(lanes.run->held_in_plan(lanes.plan.gates, 4, "box", 7));
  lanes.run->leave_pairs(Lane::machine);
  EXPECT_EQ(lanes.next(), "held run.exec");
  lanes.run->end_plan(lanes.plan.gates);
  EXPECT_EQ(lanes.next(), "released run.exec");
  std::future<void> machine = lanes.machine("vm.command");
  EXPECT_EQ(lanes.next(), "held vm.command") << "and so is one whose container has gone";
  lanes.run->set_mode(RunMode::run, {});
  machine.get();
}

TEST(RunPairs, ARunThatIsGivenUpWakesWhoWaitsForTheOtherLane) {
  FakeLanes lanes;
  std::future<void> machine = lanes.machine("vm.init");
  EXPECT_EQ(lanes.next(std::chrono::milliseconds(50)), "");
  lanes.run->cancel();
  EXPECT_THROW(machine.get(), Error);
  EXPECT_EQ(lanes.next(std::chrono::milliseconds(50)), "") << "what was never told is not told as released";
}

TEST(RunPairs, BehindThemAStepHoldsAsBefore) {
  FakeLanes lanes;
  lanes.run->begin_pairs({});
  lanes.run->begin_plan(lanes.plan.gates);
  EXPECT_EQ(lanes.plan.held, 0u) << "what is measured is held nowhere";
  lanes.run->end_plan(lanes.plan.gates);
  lanes.run->end_pairs();
  lanes.run->begin_plan(lanes.plan.gates);
  EXPECT_EQ(lanes.plan.held, 0b11111u);
  lanes.run->end_plan(lanes.plan.gates);
}

TEST(RunGates, WhoBeginsToWatchIsToldWhatIsHeld) {
  Tracer tracer;
  daemon::Runs runs(tracer);
  const auto run = runs.begin(RunMode::step, {}, false);
  auto first = tracer.subscribe(false);
  std::thread held([&] { run->pass("cache.lookup", "alpine", 0); });
  const std::uint64_t id = next_held(*first);
  auto late = tracer.subscribe(false);
  runs.tell_held(late);
  run->release(id);
  held.join();
  const auto told = late->next(std::chrono::seconds(30)), then = late->next(std::chrono::seconds(30));
  ASSERT_TRUE(told && then);
  EXPECT_EQ(told->name, "baseline.held");
  EXPECT_EQ(told->subject, "alpine");
  EXPECT_EQ(trace::argument_text(*told, "gate"), "cache.lookup");
  EXPECT_EQ(then->name, "gate.released");
  EXPECT_EQ(then->span, told->span);
  EXPECT_EQ(trace::argument_number(*then, "id"), trace::argument_number(*told, "id"));
  for (const auto& one : {first, late}) tracer.unsubscribe(one);
}

TEST(Wish, GateStageAndAfter) {
  EXPECT_FALSE(parse_wish("isolate.clone").is_stage);
  EXPECT_TRUE(parse_wish("isolate").is_stage);
  EXPECT_TRUE(parse_wish("after:isolate.clone").after);
  EXPECT_THROW(parse_wish("nowhere"), Error);
  EXPECT_THROW(parse_wish("isolate.nothing"), Error);
  EXPECT_THROW(parse_wish("after:isolate"), Error);
}

TEST(RunGates, StraightThroughHoldsNothing) {
  Tracer tracer;
  daemon::Run run("r", tracer, RunMode::run, {}, false);
  FakePlan plan;
  run.pass("cache.lookup", "alpine", 0);
  run.begin_plan(plan.gates);
  EXPECT_EQ(plan.held, 0u);
  run.end_plan(plan.gates);
}

TEST(RunGates, MasksFollowWishes) {
  Tracer tracer;
  FakePlan plan;
  auto mask = [&](std::initializer_list<const char*> texts) {
    daemon::Run run("r", tracer, RunMode::hold, wishes(texts), false);
    run.begin_plan(plan.gates);
    std::uint64_t held = plan.held;
    run.end_plan(plan.gates);
    return held;
  };
  EXPECT_EQ(mask({"isolate.clone"}), 0b00010u);
  EXPECT_EQ(mask({"after:isolate.clone"}), 0b00100u);
  EXPECT_EQ(mask({"isolate"}), 0b00001u) << "a stage's first gate only";
  EXPECT_EQ(mask({"snapshot", "run"}), 0b10100u);
  daemon::Run step("s", tracer, RunMode::step, {}, false);
  step.begin_plan(plan.gates);
  EXPECT_NE(plan.held & 0b11111u, 0u);
  step.end_plan(plan.gates);
}

TEST(RunGates, AStageHeldInTheDaemonIsNotHeldAgainInThePlan) {
  Tracer tracer;
  auto events = tracer.subscribe(false);
  daemon::Run run("r", tracer, RunMode::hold, wishes({"snapshot"}), false);
  auto waiting = std::async(std::launch::async, [&] { run.pass("snapshot.prepare", "c", 0); });
  run.release(next_held(*events));
  waiting.get();
  FakePlan plan;
  run.begin_plan(plan.gates);
  EXPECT_EQ(plan.held, 0u);
  run.end_plan(plan.gates);
  run.begin_plan(plan.gates);
  EXPECT_EQ(plan.held, 0b00100u) << "the next start holds at it again";
  run.end_plan(plan.gates);
  tracer.unsubscribe(events);
}

TEST(RunGates, AHeldThreadGoesOnWhenReleased) {
  Tracer tracer;
  auto events = tracer.subscribe(false);
  daemon::Run run("r", tracer, RunMode::step, {}, false);
  auto waiting = std::async(std::launch::async, [&] { run.pass("cache.lookup", "alpine", 0); });
  std::uint64_t held = next_held(*events);
  EXPECT_THROW(run.release(held + 1), Error);
  EXPECT_EQ(waiting.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  run.release(held);
  waiting.get();
  tracer.unsubscribe(events);
}

TEST(RunGates, HeldInThePlanIsOpenedByRelease) {
  Tracer tracer;
  auto events = tracer.subscribe(false);
  daemon::Run run("r", tracer, RunMode::step, {}, false);
  FakePlan plan;
  run.begin_plan(plan.gates);
  EXPECT_TRUE(run.held_in_plan(plan.gates, 3, "c", 42));
  run.release(next_held(*events));
  EXPECT_EQ(plan.opened, std::vector<std::uint32_t>{3});
  run.set_mode(RunMode::run, {});
  EXPECT_EQ(plan.held, 0u);
  EXPECT_FALSE(run.held_in_plan(plan.gates, 4, "c", 42)) << "nothing holds in mode run";
  run.end_plan(plan.gates);
  tracer.unsubscribe(events);
}

TEST(RunGates, ALostClientOpensWhatItHeld) {
  Tracer tracer;
  auto events = tracer.subscribe(false);
  Runs runs(tracer);
  auto run = runs.begin(RunMode::step, {}, true);
  FakePlan plan;
  run->begin_plan(plan.gates);
  ASSERT_TRUE(run->held_in_plan(plan.gates, 1, "c", 42));
  auto waiting = std::async(std::launch::async, [&] { run->pass("cache.lookup", "alpine", 0); });
  next_held(*events);
  next_held(*events);
  EXPECT_EQ(runs.any(), run);
  runs.end(run);
  waiting.get();
  EXPECT_EQ(plan.opened, std::vector<std::uint32_t>{1});
  EXPECT_FALSE(plan.cancelled);
  EXPECT_EQ(runs.any(), nullptr);
  EXPECT_THROW(runs.find(run->id()), Error);
  run->end_plan(plan.gates);
  tracer.unsubscribe(events);
}

TEST(RunGates, TheFirstGateOfEachRequestHolds) {
  Tracer tracer;
  auto events = tracer.subscribe(false);
  daemon::Run run("r", tracer, RunMode::hold, wishes({"request"}), true);
  run.pass("cache.lookup", "alpine", 1);  // of a request that came before
  run.begin_request(2);
  auto create = std::async(std::launch::async, [&] { run.pass("cache.lookup", "alpine", 2); });
  const std::uint64_t held = next_held(*events);
  // What others ask meanwhile, and what comes to no gate, stops neither this request again nor another for it.
  run.begin_request(3);
  run.end_request(3);
  run.release(held);
  create.get();
  run.pass("snapshot.prepare", "alpine", 2);
  run.end_request(2);
  run.pass("cache.lookup", "alpine", 3);
  tracer.unsubscribe(events);
}

TEST(RunGates, AStartIsHeldThoughAnotherRequestIsMovedOn) {
  Tracer tracer;
  auto events = tracer.subscribe(false);
  daemon::Run run("r", tracer, RunMode::hold, wishes({"request"}), true);
  run.begin_request(2);
  run.begin_request(3);
  FakePlan plan;
  plan.gates.request = 3;
  run.begin_plan(plan.gates);
  EXPECT_EQ(plan.held, 1u) << "the start's first operation";
  auto other = std::async(std::launch::async, [&] { run.pass("cache.lookup", "alpine", 2); });
  run.release(next_held(*events));
  run.set_mode(RunMode::hold, wishes({"run.exec", "request"}));
  other.get();
  EXPECT_EQ(plan.held, 17u) << "still its first, and the gate that was set";
  EXPECT_TRUE(run.held_in_plan(plan.gates, 0, "c", 42));
  run.set_mode(RunMode::hold, wishes({"run.exec", "request"}));
  EXPECT_EQ(plan.held, 16u) << "this request has been held";
  run.end_plan(plan.gates);
  tracer.unsubscribe(events);
}

TEST(RunGates, RequestsOfOtherClientsStandForThemselves) {
  Tracer tracer;
  daemon::Run own("r", tracer, RunMode::run, {}, false), any("s", tracer, RunMode::run, {}, true);
  EXPECT_EQ(own.context().span, own.span());
  EXPECT_EQ(any.context().span, 0u);
}

TEST(RunGates, CancelEndsWaitsAndStarts) {
  Tracer tracer;
  auto events = tracer.subscribe(false);
  daemon::Run run("r", tracer, RunMode::step, {}, false);
  FakePlan plan;
  run.begin_plan(plan.gates);
  auto waiting = std::async(std::launch::async, [&] { run.pass("cache.lookup", "alpine", 0); });
  next_held(*events);
  run.cancel();
  EXPECT_THROW(waiting.get(), Error);
  EXPECT_TRUE(plan.cancelled);
  EXPECT_TRUE(run.cancelled());
  EXPECT_THROW(run.pass("pull.blob", "x", 0), Error) << "what comes later is given up too";
  run.end_plan(plan.gates);
  tracer.unsubscribe(events);
}

}  // namespace
}  // namespace glassdock::daemon
