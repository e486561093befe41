#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(Lifecycle, ABaselineDoesNotMoveTheBeginThatWasWatched) {
  LifeStory story;
  story.runs("tea");
  const std::int64_t created = reduce(story.events).container("tea")->life.created_ns.value();
  story.baseline();
  story.was_here("tea", "running", 7'000'000'000, 6'000'000'000, 0);
  EXPECT_EQ(reduce(story.events).container("tea")->life.created_ns, created);
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
