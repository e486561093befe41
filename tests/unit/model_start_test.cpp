// A start: what it plans, does, is held at and fails in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/model/reducer.h"
#include "tests/support/reduced.h"
#include "tests/support/run_story.h"

namespace glassdock::model {
namespace {

using support::mount;
using support::reduce;
using support::RunStory;
using support::stage;
using support::wall;
using ::testing::IsEmpty;
using trace::Stage;

TEST(ModelStart, WhatIsToComeIsPlannedFromTheStartsFirstEvent) {
  RunStory story;
  story.begun();
  Model model = reduce(story.events);
  const Container& container = *model.current();
  ASSERT_EQ(container.operations.size(), 13u);
  EXPECT_EQ(container.operations[2].name, "isolate.clone");
  EXPECT_EQ(container.operations[2].state, State::planned);
  EXPECT_EQ(container.operations[12].stage, Stage::run);
  EXPECT_EQ(wall(container, WallKind::net).state, State::planned);
  EXPECT_EQ(wall(container, WallKind::cgroup).state, State::planned);
  EXPECT_EQ(wall(container, WallKind::user).state, State::gone);
  ASSERT_EQ(container.mounts.size(), 4u);
  EXPECT_EQ(container.mounts[1].target, "/proc");
  EXPECT_EQ(container.mounts[1].state, State::planned);
  EXPECT_EQ(container.mounts[3].target, "") << "where a volume goes is told when it is done";

  const std::size_t before = story.events.size();
  story.walls();
  for (std::size_t i = before; i < story.events.size(); ++i) apply(model, story.events[i], i);
  EXPECT_EQ(wall(*model.current(), WallKind::net).state, State::there);
  EXPECT_EQ(model.current()->operations.size(), 13u);
  EXPECT_EQ(model.current()->operations[2].state, State::there);
  EXPECT_EQ(model.current()->operations[5].state, State::planned);
}

// Limits of a start that reads no evidence.
Model with_limits(const std::string& told) {
  RunStory story;
  story.begun();
  story.limits(told.empty() ? std::vector<trace::Argument>{} : std::vector<trace::Argument>{{"limits", told}});
  return reduce(story.events);
}

TEST(ModelStart, LimitsAreWhatWasWrittenAndNoneWhereNoneWas) {
  const Model v2 = with_limits("memory.max=67108864\nmemory.swap.max=67108864\ncpu.max=50000 100000");
  EXPECT_EQ(v2.current()->memory.limit, 67108864);
  EXPECT_EQ(v2.current()->cpu.limit, 50000);
  EXPECT_EQ(v2.current()->pids.limit, 0);
  const Model v1 = with_limits("memory.limit_in_bytes=67108864\ncpu.cfs_period_us=100000\ncpu.cfs_quota_us=50000");
  EXPECT_EQ(v1.current()->memory.limit, 67108864);
  EXPECT_EQ(v1.current()->cpu.limit, 50000);
  EXPECT_EQ(with_limits("").current()->memory.limit, std::nullopt) << "an engine that does not tell them";
}

TEST(ModelStart, AStartThatAnnouncesNoLimitsHasNone) {
  RunStory story;
  story.baseline();
  story.create();
  story.begin_start();
  EXPECT_EQ(reduce(story.events).current()->pids.limit, std::nullopt) << "they are to come";
  for (trace::Argument& argument : story.events[story.events.size() - 1].arguments) {
    if (argument.name == "operations") argument.value = std::string("isolate.cgroups isolate.clone run.exec");
  }
  EXPECT_EQ(reduce(story.events).current()->pids.limit, 0);
}

TEST(ModelStart, TheUserWallOfAnOrdinaryUsersEngineIsTheEnginesAndStays) {
  RunStory story;
  story.baseline(true);
  story.baseline_image();
  story.create();
  story.begin_start();
  EXPECT_EQ(wall(*reduce(story.events).current(), WallKind::user).state, State::planned);
  story.limits({});
  story.clone();
  EXPECT_EQ(wall(*reduce(story.events).current(), WallKind::user).state, State::there);
  EXPECT_EQ(wall(*reduce(story.events).current(), WallKind::user).inode, "4026531837");
  story.execute();
  story.exit();
  const Model model = reduce(story.events);
  EXPECT_EQ(wall(*model.current(), WallKind::user).state, State::there);
  EXPECT_EQ(wall(*model.current(), WallKind::pid).state, State::leaving);
}

TEST(ModelStart, WhatTheMonitorDidLastBringsItNotBack) {
  RunStory story;
  story.begun();
  story.walls();
  story.fail_to_execute();
  story.teardown("lifecycle.cgroups-remove");
  EXPECT_EQ(reduce(story.events).current()->monitor, 0);
}

TEST(ModelStart, AHeldGateMarksWhatWaitsAndIsForgottenWhenItIsDone) {
  RunStory story;
  story.baseline();
  story.create();
  story.begin_start();
  story.walls();
  story.held("isolate.proc", 1);
  Model model = reduce(story.events);
  ASSERT_EQ(model.held.size(), 1u);
  EXPECT_EQ(model.held[0].who, trace::Actor::child);
  EXPECT_EQ(model.held[0].id, "1");
  EXPECT_EQ(model.current()->process_state, State::held);
  EXPECT_EQ(mount(*model.current(), "/proc")->state, State::held);
  EXPECT_EQ(stage(model, Stage::isolate), State::held);

  RunStory released = story;
  released.released("isolate.proc", 1, 5'000'000'000);
  model = reduce(released.events);
  EXPECT_THAT(model.held, IsEmpty());
  EXPECT_EQ(model.held_ns, 5'000'000'000);
  EXPECT_EQ(model.current()->process_state, State::there);
  EXPECT_EQ(mount(*model.current(), "/proc")->state, State::planned);

  RunStory lost = story;  // the event of the release is missing
  lost.files();
  EXPECT_THAT(reduce(lost.events).held, IsEmpty());
  EXPECT_EQ(reduce(lost.events).current()->process_state, State::there);
}

TEST(ModelStart, TwoRunsMayHoldUnderTheSameNumber) {
  RunStory story;
  story.held("isolate.proc", 1, 0, 1);
  story.held("isolate.dev", 1, 0, 2);
  story.released("isolate.dev", 1, 10, 2);
  const Model model = reduce(story.events);
  ASSERT_EQ(model.held.size(), 1u);
  EXPECT_EQ(model.held[0].gate, "isolate.proc");
}

TEST(ModelStart, ACommandThatIsNotThereFailsTheRunAndTakesTheWallsDown) {
  RunStory story;
  story.baseline();
  story.create();
  story.begin_start();
  story.prepared();
  story.fail_to_execute();
  const Model model = reduce(story.events);
  EXPECT_TRUE(model.run.failed);
  EXPECT_TRUE(model.run.ended);
  EXPECT_EQ(stage(model, Stage::run), State::failed);
  EXPECT_EQ(stage(model, Stage::isolate), State::there);
  const Container& container = *model.current();
  EXPECT_EQ(container.error, "unable to start container process: exec: \"nosuch\": executable file not found in $PATH");
  EXPECT_EQ(container.failed_code, 127);
  EXPECT_FALSE(container.exit_code) << "nothing ran that could have ended";
  EXPECT_EQ(container.program, "");
  EXPECT_EQ(container.operations.back().state, State::failed);
  EXPECT_EQ(container.operations.back().error_number, 2);
  EXPECT_EQ(wall(container, WallKind::pid).state, State::leaving);
}

TEST(ModelStart, AFailureAfterWhichTheStartGoesOnIsNone) {
  RunStory story;
  story.create();
  story.begin_start();
  story.operation("isolate.hostname", Stage::isolate, {{"errno", std::int64_t{2}}});
  EXPECT_EQ(reduce(story.events).current()->operations[4].state, State::failed);
  story.operation("isolate.proc");
  const Model model = reduce(story.events);
  EXPECT_EQ(model.current()->operations[4].state, State::there);
  EXPECT_EQ(model.current()->operations[4].error_number, 2);
}

// The events of a trial that leaves `operation` out.
RunStory trial_of(const std::string& operation) {
  RunStory story;
  story.begun();
  story.tell(Stage::isolate, trace::Kind::instant, "isolate.left-out", story.container, 0, 0,
             {{"operation", operation}});
  return story;
}

TEST(ModelStart, AWallThatIsLeftOutIsNeitherPlannedNorThere) {
  RunStory story = trial_of("namespace.network");
  const Model planned = reduce(story.events);
  EXPECT_EQ(wall(*planned.current(), WallKind::net).state, State::gone);
  EXPECT_EQ(wall(*planned.current(), WallKind::user).state, State::planned);
  EXPECT_TRUE(planned.current()->is_trial());
  EXPECT_TRUE(planned.current()->lacks(WallKind::net));
  EXPECT_FALSE(planned.current()->lacks(WallKind::pid));
  story.operation("isolate.clone", Stage::isolate,
                  {{"pid", std::int64_t{48121}}, {"walls", std::string("pid, mount, UTS, IPC, user")}});
  const Model made = reduce(story.events);
  EXPECT_EQ(wall(*made.current(), WallKind::net).state, State::gone);
  EXPECT_EQ(wall(*made.current(), WallKind::pid).state, State::there);
  EXPECT_EQ(wall(*made.current(), WallKind::user).state, State::there);
}

TEST(ModelStart, LimitsOfDisksAreReadOfBothVersions) {
  const auto told = [](const std::string& limits) {
    const Model model = with_limits(limits);
    std::string words;
    for (const Throttle& one : model.current()->io.set) {
      words += std::string(one.writes ? "write" : "read") + (one.operations ? " operations " : " bytes ") +
               std::to_string(one.rate) + "; ";
    }
    return words;
  };
  EXPECT_EQ(told("memory.max=67108864\nio.max=8:0 rbps=1048576 wiops=5\nio.max=8:16 wbps=7"),
            "read bytes 1048576; write operations 5; write bytes 7; ");
  EXPECT_EQ(told("blkio.throttle.read_iops_device=8:0 9\nblkio.throttle.write_bps_device=8:16 7"),
            "read operations 9; write bytes 7; ");
  EXPECT_EQ(told("memory.max=67108864\nio.max=8:0\nio.max=x rbps=\nblkio.throttle.read_bps_device=8:0"), "");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "io.max=8:0 rbps=1\n";
  EXPECT_EQ(with_limits(many).current()->io.set.size(), most_throttles);
}

TEST(ModelStart, OfATrialTheLimitsAreThoseThatWereWritten) {
  RunStory story = trial_of("isolate.mask");
  story.operation("isolate.trial-limits", Stage::isolate, {{"limits", std::string("pids.max=256")}});
  story.limits({{"limits", std::string("memory.max=67108864")}});
  const Model model = reduce(story.events);
  EXPECT_EQ(model.current()->pids.limit, 256);
  EXPECT_EQ(model.current()->memory.limit, 67108864);
}

TEST(ModelStart, TheOrderOfATrialIsKept) {
  RunStory story;
  story.begun();
  story.tell(Stage::isolate, trace::Kind::instant, "isolate.order", story.container, 0, 0,
             {{"operations", std::string("isolate.pivot, snapshot.overlay")}});
  const Model model = reduce(story.events);
  EXPECT_EQ(model.current()->trial.operations, "isolate.pivot, snapshot.overlay");
  for (std::size_t i = 0; i < wall_count; ++i) EXPECT_FALSE(model.current()->lacks(static_cast<WallKind>(i)));
}

}  // namespace
}  // namespace glassdock::model
