// What is known where the stream of events has a gap: lost events, an engine that has gone, what a baseline tells anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/reduced.h"
#include "tests/support/run_story.h"

namespace glassdock::model {
namespace {

using support::reduce;
using support::RunStory;
using ::testing::IsEmpty;
using trace::Kind;
using trace::Stage;

TEST(Reducer, AfterALossTheNewBaselineCounts) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.baseline_container("e1", "exited");
  story.baseline_container("e2", "running");
  story.tell(Stage::lifecycle, Kind::instant, "trace.lost", "", 0, 0, {{"count", std::int64_t{7}}});
  story.baseline();
  story.baseline_container("e2", "exited");
  story.request("GET /info", 0);
  const Model model = reduce(story.events);
  EXPECT_EQ(model.lost, 7);
  EXPECT_THAT(model.images, IsEmpty());
  EXPECT_EQ(model.container("e1"), nullptr);
  ASSERT_NE(model.container("e2"), nullptr);
  EXPECT_EQ(model.container("e2")->phase, Phase::exited);
}

TEST(Reducer, WhatIsHeldHoldsOnlyUntilTheEnginesEventsBreakOff) {
  for (const char* end : {"trace.lost", "trace.ended"}) {
    RunStory story;
    story.held_start();
    ASSERT_EQ(reduce(story.events).held.size(), 1u);
    story.tell(Stage::lifecycle, Kind::instant, end, "");
    const Model model = reduce(story.events);
    EXPECT_THAT(model.held, IsEmpty()) << end;
    EXPECT_EQ(model.current()->process_state, State::there) << end;
  }
}

TEST(Reducer, ARunEndsWithItsEngineAndTheNextEnginesSpansAreOthers) {
  RunStory story;
  story.held_start();
  story.tell(Stage::lifecycle, Kind::instant, "trace.ended", "");
  Model model = reduce(story.events);
  EXPECT_TRUE(model.run.ended);
  EXPECT_EQ(model.run.stages[trace::index_of(Stage::isolate)].state, State::there);
  for (const Request& request : model.run.requests) EXPECT_NE(request.end, no_event) << request.words;
  const EventIndex first = model.run.first;
  // Numbers of spans begin anew with each engine.
  story.baseline();
  story.container.assign(64, 'e');
  story.create();
  story.begin_start();
  model = reduce(story.events);
  EXPECT_GT(model.run.first, first);
  EXPECT_EQ(model.run.container, story.container);
  EXPECT_FALSE(model.run.ended);
}

TEST(Reducer, AfterALossARunGoesOnOnlyWhereItsContainerStillRuns) {
  for (const char* state : {"running", "exited"}) {
    RunStory story;
    story.baseline();
    story.cold();
    story.events.pop_back();  // the exit
    ASSERT_TRUE(reduce(story.events).run.executing);
    story.tell(Stage::lifecycle, Kind::instant, "trace.lost", "", 0, 0, {{"count", std::int64_t{7}}});
    story.baseline();
    story.baseline_container(story.container, state);
    story.request("GET /info", 0);
    const bool runs = std::string_view(state) == "running";
    const Model model = reduce(story.events);
    EXPECT_EQ(model.run.executing, runs) << state;
    EXPECT_EQ(model.run.ended, !runs) << state;
  }
}

TEST(Reducer, AfterALossARunThatIsHeldGoesOn) {
  for (const bool held : {false, true}) {
    RunStory story;
    story.held_start();
    story.tell(Stage::lifecycle, Kind::instant, "trace.lost", "", 0, 0, {{"count", std::int64_t{7}}});
    story.baseline();
    story.baseline_container(story.container, "created");
    if (held) {
      story.tell(Stage::lifecycle, Kind::instant, "baseline.held", story.container, 1, 0,
                 {{"id", std::int64_t{2}}, {"gate", std::string("isolate.proc")}, {"stage", std::string("isolate")}});
    }
    story.request("GET /info", 0);
    const Model model = reduce(story.events);
    EXPECT_EQ(model.run.ended, !held) << "a start takes milliseconds: it is over, or its exit will come";
    EXPECT_EQ(model.held.size(), held ? 1U : 0U);
  }
}

TEST(Reducer, ABaselineWithoutALossEndsNoRun) {
  RunStory story;
  story.baseline();
  story.pull();
  story.events.pop_back();  // it goes on
  ASSERT_FALSE(reduce(story.events).run.ended);
  // What is held elsewhere, told behind an event that came first.
  story.tell(Stage::lifecycle, Kind::instant, "baseline.held", "alpine", 99, 0, {{"id", std::int64_t{1}}});
  story.request("GET /info", 0);
  EXPECT_FALSE(reduce(story.events).run.ended);
}

TEST(Reducer, ABaselineTellsWhatIsHeld) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.baseline_container("e1", "created");
  const auto held = [&] {
    story.tell(Stage::lifecycle, Kind::instant, "baseline.held", "e1", 7, 0,
               {{"id", std::int64_t{1}},
                {"gate", std::string("isolate.pivot")},
                {"stage", std::string("isolate")},
                {"waits", std::string("child")},
                {"pid", std::int64_t{5000}}});
  };
  held();
  held();
  Model model = reduce(story.events);
  ASSERT_EQ(model.held.size(), 1u) << "told twice, it is one";
  EXPECT_EQ(model.held.front().who, trace::Actor::child);
  EXPECT_EQ(model.container("e1")->process, 5000);
  EXPECT_EQ(model.container("e1")->process_state, State::held);
  story.tell(Stage::lifecycle, Kind::instant, "gate.released", "e1", 7, 0, {{"id", std::int64_t{1}}});
  model = reduce(story.events);
  EXPECT_THAT(model.held, IsEmpty());
}

// An engine that was killed and its next one that has tidied up: what that one does not list is gone.
TEST(Reducer, AContainerThatTheNextEngineDoesNotListIsGone) {
  RunStory story;
  story.begun();
  story.walls();
  story.files();
  story.tell(Stage::lifecycle, Kind::instant, "trace.ended", "");
  story.baseline();
  story.request("GET /info", 0);
  const Model model = reduce(story.events);
  const Container* container = model.container(story.container);
  ASSERT_TRUE(container) << "the picture is still of it";
  EXPECT_EQ(container->phase, Phase::removed);
  EXPECT_TRUE(container->is_ended());
  EXPECT_FALSE(container->exit_code.has_value());
  EXPECT_EQ(container->walls[static_cast<std::size_t>(WallKind::pid)].state, State::leaving);
}

// Its first gate stands in front of the container: only the request tells whose it is, when it opens, too.
TEST(Reducer, AGateOfAnotherClientIsOverWhenItOpens) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  const std::uint64_t request = story.request("POST /containers/create", 0);
  const auto gate = [&](const char* name, std::vector<trace::Argument> more) {
    more.insert(more.end(), {{"id", std::int64_t{1}},
                             {"gate", std::string("cache.lookup")},
                             {"stage", std::string("cache")},
                             {"any_client", true},
                             {"request", static_cast<std::int64_t>(request)}});
    story.tell(Stage::lifecycle, Kind::instant, name, "alpine", 7, 0, std::move(more));
  };
  gate("gate.held", {});
  constexpr std::int64_t held_ns = 2'000'000'000;
  story.wait(held_ns);
  gate("gate.released", {{"held_ns", held_ns}});
  story.lookup(request, true);
  story.wait(1'000'000'000);
  story.answer(request, "POST /containers/create", 201, 0);
  const Model model = reduce(story.events);
  EXPECT_EQ(model.run.clock.times(model.now_ns).all_held_ns, held_ns);
  EXPECT_GT(model.stage_times()[trace::index_of(Stage::request)].value_or(0), 900'000'000);
}

}  // namespace
}  // namespace glassdock::model
