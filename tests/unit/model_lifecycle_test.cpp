#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "app/model/history.h"
#include "app/model/reducer.h"
#include "tests/support/life_story.h"
#include "tests/support/reduced.h"

namespace glassdock::model {
namespace {

using support::LifeStory;
using support::reduce;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<Move> moves_of(const Container& container) {
  std::vector<Move> moves;
  for (const Moved& one : container.life.moves) moves.push_back(one.move);
  return moves;
}

TEST(Lifecycle, MovesStandInTheirOrderWithTheRequestsThatAskedForThem) {
  LifeStory story;
  story.runs("tea");
  story.pause("tea");
  story.unpause("tea");
  story.stop("tea", {.handles = true});
  const Model model = reduce(story.events);
  const Container* tea = model.container("tea");
  ASSERT_NE(tea, nullptr);
  EXPECT_THAT(moves_of(*tea), ElementsAre(Move::create, Move::start, Move::pause, Move::unpause, Move::exit));
  const auto& moves = tea->life.moves;
  EXPECT_EQ(moves[0].cause.asked, "create");
  EXPECT_EQ(moves[1].cause.asked, "start");
  EXPECT_EQ(moves[2].cause.asked, "pause");
  EXPECT_EQ(moves[3].cause.asked, "unpause");
  EXPECT_EQ(moves[4].cause.asked, "stop");
  EXPECT_EQ(story.events[moves[4].cause.event].subject, "POST /containers/tea/stop");
  EXPECT_EQ(tea->life.tally(Move::pause).count, 1);
  EXPECT_EQ(tea->life.tally(Move::pause).event, moves[2].event);
  EXPECT_EQ(tea->life.ended_ns, moves[4].time_ns);
  EXPECT_EQ(tea->life.stop, 0u);
  EXPECT_THAT(model.asked, IsEmpty());
}

TEST(Lifecycle, AProcessThatHandlesTheSignalEndsWithItsOwnCode) {
  LifeStory story;
  story.runs("tea");
  story.stop("tea", {.handles = true});
  const Model model = reduce(story.events);
  const auto& signals = model.container("tea")->life.signals;
  ASSERT_EQ(signals.size(), 1u);
  EXPECT_EQ(signals[0].name, "SIGTERM");
  EXPECT_EQ(signals[0].effect, Effect::ended);
  EXPECT_EQ(signals[0].grace_s, 10);
  EXPECT_EQ(signals[0].cause.asked, "stop");
}

TEST(Lifecycle, OneThatOutlivesTheGracePeriodIsKilled) {
  LifeStory story;
  story.runs("tea");
  story.stop("tea", {.handles = false});
  const Model model = reduce(story.events);
  const auto& signals = model.container("tea")->life.signals;
  ASSERT_EQ(signals.size(), 2u);
  EXPECT_EQ(signals[0].effect, Effect::outlived);
  EXPECT_EQ(signals[0].effect_ns, signals[1].time_ns);
  EXPECT_EQ(signals[1].name, "SIGKILL");
  EXPECT_EQ(signals[1].effect, Effect::killed);
  EXPECT_FALSE(signals[1].grace_s) << "the kernel does not wait";
}

TEST(Lifecycle, WhileItIsStoppedTheGracePeriodIsKnown) {
  LifeStory story;
  story.runs("tea");
  story.stop("tea", {.handles = false, .until_signal = true});
  const Model model = reduce(story.events);
  EXPECT_NE(model.container("tea")->life.stop, 0u);
  EXPECT_EQ(model.container("tea")->life.grace_s, 10);
  ASSERT_EQ(model.container("tea")->life.signals.size(), 1u);
  EXPECT_EQ(model.container("tea")->life.signals[0].effect, Effect::sent);
  story.engine_ends();
  EXPECT_EQ(reduce(story.events).container("tea")->life.stop, 0u) << "nobody would tell its end";
}

TEST(Lifecycle, AKillHasNoGracePeriodAndAnotherSignalNoEnd) {
  LifeStory story;
  story.runs("tea");
  story.kill("tea", 1, "SIGHUP", false);
  story.kill("tea", 9, "SIGKILL", true);
  const auto model = reduce(story.events);
  const auto& signals = model.container("tea")->life.signals;
  ASSERT_EQ(signals.size(), 2u);
  EXPECT_EQ(signals[0].effect, Effect::sent) << "whether it has a handler nobody tells";
  EXPECT_EQ(signals[1].effect, Effect::killed);
  EXPECT_EQ(signals[1].cause.asked, "kill");
  EXPECT_FALSE(signals[1].grace_s);
}

TEST(Lifecycle, ARestartIsAnExitAndAStartOfOneRequest) {
  LifeStory story;
  story.runs("tea");
  story.restart("tea");
  const Model model = reduce(story.events);
  const auto& moves = model.container("tea")->life.moves;
  EXPECT_THAT(moves_of(*model.container("tea")), ElementsAre(Move::create, Move::start, Move::exit, Move::again));
  EXPECT_EQ(moves[2].cause.asked, "restart");
  EXPECT_EQ(moves[3].cause.asked, "restart");
  EXPECT_EQ(moves[2].cause.event, moves[3].cause.event);
  EXPECT_EQ(model.container("tea")->life.tally(Move::start).count, 1);
  EXPECT_EQ(model.container("tea")->life.tally(Move::again).count, 1);
  EXPECT_THAT(model.container("tea")->life.signals, IsEmpty()) << "they were sent to the process before";
}

TEST(Lifecycle, ARestartByPolicyIsAMoveOfItsOwnWithThePolicyAsItsCause) {
  LifeStory story;
  story.runs("tea");
  story.restarts_by_policy("tea", "on-failure:3");
  Model model = reduce(story.events);
  const auto& moves = model.container("tea")->life.moves;
  EXPECT_THAT(moves_of(*model.container("tea")), ElementsAre(Move::create, Move::start, Move::exit, Move::by_policy));
  EXPECT_EQ(moves[2].cause.asked, "") << "it ended by itself";
  EXPECT_EQ(moves[3].cause.asked, "on-failure:3");
  EXPECT_EQ(story.events[moves[3].cause.event].name, "container.restart-policy");
  EXPECT_EQ(model.container("tea")->life.started_ns, moves[3].time_ns);
  EXPECT_EQ(model.container("tea")->life.tally(Move::again).count, 0);
  EXPECT_FALSE(model.container("tea")->life.policy) << "it is done";
}

TEST(Lifecycle, AfterARestartByPolicyThatDoesNotComeAStartIsTheClients) {
  for (const bool cancelled : {true, false}) {
    LifeStory story;
    story.runs("tea");
    story.waits_for_restart("tea", "always");
    ASSERT_TRUE(reduce(story.events).container("tea")->life.policy);
    cancelled ? story.restart_is_cancelled("tea", "always") : story.engine_ends();
    ASSERT_FALSE(reduce(story.events).container("tea")->life.policy);
    story.starts_again("tea");
    const Model model = reduce(story.events);
    EXPECT_THAT(moves_of(*model.container("tea")), ElementsAre(Move::create, Move::start, Move::exit, Move::again));
    EXPECT_EQ(model.container("tea")->life.moves[3].cause.asked, "start");
  }
}

TEST(Lifecycle, ThePictureIsOfWhatIsDoneWhileTheRunDoesNothing) {
  LifeStory story;
  story.runs("tea");
  story.runs("shop");
  EXPECT_EQ(reduce(story.events).in_picture()->id, "shop");
  story.pause("tea");
  const Model paused = reduce(story.events);
  EXPECT_EQ(paused.in_picture()->id, "tea");
  EXPECT_EQ(paused.current()->id, "shop") << "the run is what it was";
  story.unpause("tea");
  story.stop("tea", {.handles = true});
  const Model stopped = reduce(story.events);
  ASSERT_EQ(stopped.in_picture()->id, "tea");
  EXPECT_EQ(stopped.in_picture()->walls[0].state, State::leaving) << "what goes is still seen";
  story.remove("tea");
  EXPECT_EQ(reduce(story.events).in_picture()->phase, Phase::removed);
  story.kill("shop", 9, "SIGKILL", true);
  const Model back = reduce(story.events);
  EXPECT_EQ(back.in_picture()->id, "shop");
  EXPECT_EQ(back.container("tea"), nullptr) << "what nobody looks at any more is forgotten";
}

// A health check between another client's create and start.
TEST(Lifecycle, ARunThatGoesOnHasThePictureAgain) {
  LifeStory story;
  story.runs("old");
  story.container = "tea";
  story.create(0);
  story.pause("old");
  ASSERT_EQ(reduce(story.events).in_picture()->id, "old");
  story.begin_start(0);
  EXPECT_EQ(reduce(story.events).in_picture()->id, "tea");
}

TEST(Lifecycle, TheBaselineTellsSinceWhen) {
  LifeStory story;
  story.was_here("old", "exited", 90'000'000'000, 80'000'000'000, 60'000'000'000);
  const Model model = reduce(story.events);
  const Life& life = model.container("old")->life;
  EXPECT_EQ(model.now_ns - life.created_ns.value(), 90'000'000'000);
  EXPECT_EQ(model.now_ns - life.started_ns.value(), 80'000'000'000);
  EXPECT_EQ(model.now_ns - life.ended_ns.value(), 60'000'000'000);
  EXPECT_THAT(life.moves, IsEmpty()) << "what happened before is not known";
}

// It was handled an hour ago; what ends the process now, nobody tells.
TEST(Lifecycle, AnEndOfItsOwnIsBlamedOnNoSignalOfBefore) {
  LifeStory story;
  story.runs("tea");
  story.kill("tea", 1, "SIGHUP", false);
  story.wait(3'600'000'000'000);
  story.exits("tea", 0);
  const Model model = reduce(story.events);
  const Life& life = model.container("tea")->life;
  EXPECT_EQ(life.signals.at(0).effect, Effect::sent);
  EXPECT_EQ(life.moves.back().cause.asked, "") << "it ended by itself";
}

TEST(Lifecycle, TheSignalThatTheKernelNamesIsTheCauseWhicheverCameLast) {
  LifeStory story;
  story.runs("tea");
  story.kill("tea", 9, "SIGKILL", false);
  story.kill("tea", 1, "SIGHUP", false);
  story.exits("tea", 137, 9);
  const Model model = reduce(story.events);
  const Life& life = model.container("tea")->life;
  EXPECT_EQ(life.signals.at(0).effect, Effect::killed);
  EXPECT_EQ(life.signals.at(1).effect, Effect::sent);
  EXPECT_EQ(life.moves.back().cause.event, life.signals[0].cause.event);
}

TEST(Lifecycle, WhileItsPolicyWaitsItIsRestarting) {
  LifeStory story;
  story.runs("tea");
  story.waits_for_restart("tea", "always");
  const Model waits = reduce(story.events);
  EXPECT_EQ(waits.container("tea")->phase, Phase::restarting);
  EXPECT_EQ(waits.container("tea")->life.ended_code, 3);
  LifeStory cancelled = story;
  cancelled.restart_is_cancelled("tea", "always");
  EXPECT_EQ(reduce(cancelled.events).container("tea")->phase, Phase::exited);
  story.container = "tea";
  story.begin_start_of(0);
  EXPECT_EQ(reduce(story.events).container("tea")->standing(), Phase::restarting) << "it has not started yet";
  story.walls();
  story.end_start_of(0);
  EXPECT_EQ(reduce(story.events).container("tea")->phase, Phase::running);
}

TEST(Lifecycle, AnEndIsKnownWithItsCauseAlsoBehindTheNextStart) {
  LifeStory story;
  story.runs("tea");
  EXPECT_FALSE(reduce(story.events).container("tea")->life.exit);
  story.kill("tea", 9, "SIGKILL", true);
  story.starts_again("tea");
  const Model killed = reduce(story.events);
  ASSERT_TRUE(killed.container("tea")->life.exit);
  EXPECT_EQ(killed.container("tea")->life.exit->cause.asked, "kill");
  EXPECT_EQ(killed.container("tea")->life.exit->end.code, 137);
  EXPECT_EQ(killed.container("tea")->life.exit->end.signal, 9);
  EXPECT_EQ(killed.container("tea")->life.exit->end.sent, 9);
  story.stop("tea", {.handles = true});
  const Model stopped = reduce(story.events);
  EXPECT_EQ(stopped.container("tea")->life.exit->cause.asked, "stop");
  EXPECT_EQ(stopped.container("tea")->life.exit->end.signal, 0) << "it ended by itself";
  EXPECT_EQ(stopped.container("tea")->life.exit->end.sent, 15);
  story.starts_again("tea");
  story.exits("tea", 137, 9);
  story.events.back().arguments.push_back({"oom_killed", true});
  const Model limited = reduce(story.events);
  EXPECT_EQ(limited.container("tea")->life.exit->cause.asked, "");
  EXPECT_TRUE(limited.container("tea")->life.exit->end.out_of_memory);
  EXPECT_TRUE(limited.container("tea")->life.exit->end.told);
  story.starts_again("tea");
  story.exits("tea", 255);
  story.events.back().arguments.push_back({"error", std::string("its monitor is gone")});
  EXPECT_FALSE(reduce(story.events).container("tea")->life.exit->end.told);
}

TEST(Lifecycle, TheNextStartIsDueAsTheEventSaysUntilItIsMade) {
  constexpr std::int64_t delay_ns = 100'000'000;
  LifeStory story;
  story.runs("tea");
  story.waits_for_restart("tea", "always");
  const std::int64_t told_ns = story.events.back().time_ns;
  EXPECT_EQ(reduce(story.events).container("tea")->life.next_start_ns, told_ns + delay_ns);
  LifeStory hostile = story;
  hostile.events.back().arguments.back().value = std::numeric_limits<std::int64_t>::max();
  EXPECT_GT(reduce(hostile.events).container("tea")->life.next_start_ns, told_ns);
  LifeStory cancelled = story;
  cancelled.restart_is_cancelled("tea", "always");
  EXPECT_FALSE(reduce(cancelled.events).container("tea")->life.next_start_ns);
  story.starts_again("tea");
  EXPECT_FALSE(reduce(story.events).container("tea")->life.next_start_ns);
  // One who comes while it waits.
  LifeStory later;
  later.was_here("tea", "restarting", 90'000'000'000, 80'000'000'000, 60'000'000'000);
  EXPECT_FALSE(reduce(later.events).container("tea")->life.next_start_ns) << "an older engine does not tell";
  later.events.back().arguments.push_back({"policy", std::string("on-failure:3")});
  later.events.back().arguments.push_back({"restart_in_ns", std::int64_t{7}});
  const Model waits = reduce(later.events);
  EXPECT_EQ(waits.container("tea")->life.next_start_ns, later.events.back().time_ns + 7);
  EXPECT_EQ(waits.container("tea")->life.policy->asked, "on-failure:3");
}

TEST(Lifecycle, ABaselineTellsOfOneThatIsRestarting) {
  LifeStory story;
  story.was_here("tea", "restarting", 90'000'000'000, 80'000'000'000, 60'000'000'000);
  EXPECT_EQ(reduce(story.events).container("tea")->phase, Phase::restarting);
  story.container = "tea";
  story.begin_start_of(0);
  story.walls();
  story.end_start_of(0);
  const Model model = reduce(story.events);
  EXPECT_THAT(moves_of(*model.container("tea")), ElementsAre(Move::by_policy));
}

TEST(Lifecycle, AHeldStartLeavesItWhatItWas) {
  LifeStory story;
  story.runs("tea");
  story.exits("tea", 3);
  story.container = "tea";
  story.begin_start(0);
  story.held("isolate.clone", 1, 48117, 0);
  const Model again = reduce(story.events);
  EXPECT_EQ(again.container("tea")->standing(), Phase::exited);
  EXPECT_EQ(again.container("tea")->life.ended_code, 3);
  story.fail_to_execute(0);
  EXPECT_EQ(reduce(story.events).container("tea")->phase, Phase::exited) << "as docker has it";
  LifeStory first;
  first.held_start();
  EXPECT_EQ(reduce(first.events).current()->standing(), Phase::created);
}

TEST(Lifecycle, ARemovalIsWhosItIs) {
  using Removal = LifeStory::Removal;
  for (const auto& [how, cause] : {std::pair{Removal::asked, "rm"},
                                   {Removal::forced, "rm -f"},
                                   {Removal::pruned, "prune"},
                                   {Removal::by_option, "--rm"}}) {
    LifeStory story;
    story.runs("tea");
    story.remove("tea", how);
    const Model model = reduce(story.events);
    const auto& moves = model.container("tea")->life.moves;
    EXPECT_EQ(moves.back().cause.asked, cause);
    if (how != Removal::forced) continue;
    EXPECT_EQ(moves[moves.size() - 2].cause.asked, "rm -f") << "it ends it, too";
  }
  LifeStory lost;
  lost.runs("tea");
  lost.tell(trace::Stage::lifecycle, trace::Kind::end, "container.remove", "tea", 999, 998);
  EXPECT_EQ(reduce(lost.events).container("tea")->life.moves.back().cause.asked, "") << "not told";
}

// docker-py sends what Python prints.
TEST(Lifecycle, AFlagOfTheRequestIsReadAsTheEngineReadsIt) {
  for (const auto& [value, asked] : {std::pair{"False", "rm"}, {"false", "rm"}, {"True", "rm -f"}, {"1", "rm -f"}}) {
    LifeStory story;
    story.runs("tea");
    const std::uint64_t request = story.request("DELETE /containers/tea", 0);
    story.events.back().arguments.push_back(
        {"path", "/v1.45/containers/tea?v=False&link=False&force=" + std::string(value)});
    story.tell(trace::Stage::lifecycle, trace::Kind::begin, "container.remove", "tea", 999, request);
    story.tell(trace::Stage::lifecycle, trace::Kind::end, "container.remove", "tea", 999, request);
    EXPECT_EQ(reduce(story.events).container("tea")->life.moves.back().cause.asked, asked) << value;
  }
}

// As a baseline behind a loss tells of what still runs.
void is_still_running(LifeStory& story) {
  story.baseline();
  story.was_here("tea", "running", 9'000'000'000, 8'000'000'000, 0);
  story.events.back().arguments.push_back({"pid", std::int64_t{48121}});
}

TEST(Lifecycle, ABaselineDoesNotMoveTheTimesThatWereWatched) {
  LifeStory story;
  story.runs("tea");
  const Life watched = reduce(story.events).container("tea")->life;
  is_still_running(story);
  const Life runs = reduce(story.events).container("tea")->life;
  EXPECT_EQ(runs.created_ns, watched.created_ns);
  EXPECT_EQ(runs.started_ns, watched.started_ns);
  story.exits("tea", 3);
  const Life ended = reduce(story.events).container("tea")->life;
  story.baseline();
  story.was_here("tea", "exited", 9'000'000'000, 8'000'000'000, 1'000'000'000);
  const Life after = reduce(story.events).container("tea")->life;
  EXPECT_EQ(after.started_ns, watched.started_ns);
  EXPECT_EQ(after.ended_ns, ended.ended_ns);
}

TEST(Lifecycle, WhatWasMissedTheBaselineTells) {
  LifeStory story;
  story.runs("tea");
  story.exits("tea", 3);
  story.wait(60'000'000'000);
  story.baseline();
  story.was_here("tea", "running", 60'000'000'000, 5'000'000'000, 7'000'000'000);
  story.events.back().arguments.push_back({"pid", std::int64_t{50001}});
  Model model = reduce(story.events);
  EXPECT_EQ(model.now_ns - model.container("tea")->life.started_ns.value(), 5'000'000'000) << "another start";
  story.baseline();
  story.was_here("tea", "exited", 60'000'000'000, 5'000'000'000, 1'000'000'000);
  model = reduce(story.events);
  EXPECT_EQ(model.now_ns - model.container("tea")->life.ended_ns.value(), 1'000'000'000) << "its end was missed, too";
}

TEST(Lifecycle, ALossInTheMiddleOfAStopLeavesItsGracePeriod) {
  LifeStory story;
  story.runs("tea");
  story.stop("tea", {.handles = false, .until_signal = true});
  story.tell(trace::Stage::lifecycle, trace::Kind::instant, "trace.lost", "", 0, 0, {{"count", std::int64_t{9}}});
  is_still_running(story);
  EXPECT_NE(reduce(story.events).container("tea")->life.stop, 0u);
  story.grace_is_over("tea");
  const Model model = reduce(story.events);
  const auto& signals = model.container("tea")->life.signals;
  ASSERT_EQ(signals.size(), 2u);
  EXPECT_EQ(signals[0].effect, Effect::outlived);
  EXPECT_NE(signals[1].work, 0u);
  EXPECT_EQ(signals[1].work, signals[0].work);
}

TEST(Lifecycle, KeepsNoMoreThanItMay) {
  LifeStory story;
  story.runs("tea");
  for (int i = 0; i < 100; ++i) {
    story.pause("tea");
    story.unpause("tea");
    story.kill("tea", 1, "SIGHUP", false);
  }
  const Model model = reduce(story.events);
  const Life& life = model.container("tea")->life;
  EXPECT_EQ(life.moves.size(), most_moves);
  EXPECT_EQ(life.signals.size(), most_signals);
  EXPECT_EQ(life.tally(Move::pause).count, 100);
}

TEST(Lifecycle, AnyMomentOfTheHistoryHasItAsItWas) {
  LifeStory story;
  story.runs("tea");
  History history;
  for (const trace::Event& event : story.events) history.add(event);
  for (int i = 0; i < 400; ++i) {
    story.events.clear();
    story.pause("tea");
    story.unpause("tea");
    for (const trace::Event& event : story.events) history.add(event);
  }
  Model again;
  for (std::size_t i = 0; i < history.size(); ++i) apply(again, history.event(i), i);
  EXPECT_EQ(hash(again), hash(history.now()));
  const std::size_t middle = history.size() / 2;
  Model half;
  for (std::size_t i = 0; i < middle; ++i) apply(half, history.event(i), i);
  EXPECT_EQ(hash(half), hash(history.at(middle)));
}

}  // namespace
}  // namespace glassdock::model
