// Which requests are one run, and what another one takes over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/model/reducer.h"
#include "engine/trace/json.h"
#include "engine/trace/stages.h"
#include "tests/support/reduced.h"
#include "tests/support/run_story.h"

namespace glassdock::model {
namespace {

using support::reduce;
using support::RunStory;
using support::stage;
using support::story_base;
using support::story_container;
using support::story_top;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using trace::Stage;

TEST(ModelRuns, AWarmRunNeedsNoPull) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.create();
  const Model model = reduce(story.events);
  EXPECT_EQ(stage(model, Stage::pull), State::gone);
  EXPECT_EQ(model.lookup.state, State::there);
  EXPECT_EQ(stage(model, Stage::isolate), State::planned);
  EXPECT_THAT(model.current()->layers, ElementsAre(story_base, story_top));
  EXPECT_EQ(model.current()->writable, State::there);
}

// A gate may hold it from here on: one explains the cache while it says so.
TEST(ModelRuns, WhatTheCacheHasNeedsNoPullFromThatMomentOn) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  const std::uint64_t request = story.request("POST /containers/create");
  story.lookup(request, true);
  story.held("snapshot.prepare", 1);
  EXPECT_EQ(stage(reduce(story.events), Stage::pull), State::gone);
  EXPECT_EQ(stage(reduce(story.events), Stage::run), State::planned);
  RunStory missing;
  missing.baseline();
  missing.missing();
  EXPECT_EQ(stage(reduce(missing.events), Stage::pull), State::planned);
  missing.pull();
  missing.lookup(missing.request("POST /containers/create"), true);
  EXPECT_EQ(stage(reduce(missing.events), Stage::pull), State::there);
}

TEST(ModelRuns, TheRealDockersRequestsAreOneRun) {
  RunStory story;
  story.cold(0);
  const Model model = reduce(story.events);
  EXPECT_EQ(model.run.first, 0u);
  EXPECT_EQ(model.run.requests.size(), 4u);
  EXPECT_EQ(model.run.container, story_container);
  EXPECT_EQ(stage(model, Stage::run), State::there);
}

TEST(ModelRuns, TheStudiosOwnLooksAreNobodysRequests) {
  RunStory story;
  story.cold(1);
  const Model before = reduce(story.events);
  const std::uint64_t list = story.request("GET /containers/json", 0);
  story.events.back().arguments.push_back({"aside", true});
  story.answer(list, "GET /containers/json", 200, 0);
  const Model model = reduce(story.events);
  EXPECT_EQ(model.other.begin, no_event);
  EXPECT_EQ(model.telling, before.telling) << "nor what is explained";
}

TEST(ModelRuns, ANewRunTakesThePictureOverAndOtherRequestsDoNot) {
  RunStory story;
  story.cold(1);
  const std::uint64_t list = story.request("GET /containers/json", 0);
  story.answer(list, "GET /containers/json", 200, 0);
  Model model = reduce(story.events);
  EXPECT_EQ(model.run.container, story_container);
  EXPECT_EQ(model.other.words, "GET /containers/json");
  EXPECT_EQ(model.other.status, 200);

  story.container = std::string(64, 'e');
  const std::size_t begin = story.events.size();
  story.create(2);
  model = reduce(story.events);
  EXPECT_EQ(model.run.first, begin);
  EXPECT_EQ(model.run.root, 2u);
  EXPECT_EQ(model.run.container, story.container);
  EXPECT_THAT(model.transfers, IsEmpty());
  ASSERT_NE(model.container(story_container), nullptr);
  EXPECT_THAT(model.container(story_container)->operations, IsEmpty()) << "only the run in the picture needs them";
}

// Of a container that is started twice, what the start in the picture took is told; the roots are those of two
// commands, of `watch`, and of the real docker.
TEST(ModelRuns, ARestartsTimesAreItsOwn) {
  constexpr std::int64_t second = 1'000'000'000;
  for (const auto& [first_root, second_root] : {std::pair{1U, 2U}, {1U, 1U}, {0U, 0U}}) {
    RunStory story;
    story.baseline();
    story.missing(first_root);
    story.pull(first_root);
    story.create(first_root);
    story.begin_start(first_root);
    story.walls();
    story.held("isolate.proc", 2, 48121, first_root);
    story.released("isolate.proc", 2, 3 * second, first_root);
    story.files();
    story.powers();
    story.execute(first_root);
    const Model once = reduce(story.events);
    const std::size_t restart = story.events.size();
    story.restart(5 * second, second_root);
    const Model model = reduce(story.events);
    EXPECT_EQ(model.run.first, restart);
    EXPECT_EQ(model.run.root, second_root);
    EXPECT_EQ(model.run.container, story_container);
    EXPECT_TRUE(model.run.executing);
    EXPECT_FALSE(model.run.ended);
    // One start took as long as the other, but for its gate; nothing was pulled, and what ran before is not counted.
    const StageTimes times = model.stage_times(), before = once.stage_times();
    EXPECT_GT(times[trace::index_of(Stage::isolate)], 0);
    EXPECT_LE(times[trace::index_of(Stage::isolate)], before[trace::index_of(Stage::isolate)]);
    EXPECT_LT(times[trace::index_of(Stage::run)].value_or(second), second);
    EXPECT_LT(times[trace::index_of(Stage::request)].value_or(second), second);
    EXPECT_FALSE(times[trace::index_of(Stage::pull)]);
    EXPECT_EQ(stage(model, Stage::pull), State::gone);
    EXPECT_EQ(model.run.clock.times(model.now_ns).all_held_ns, 0);
    // Between its exit and its start the run goes on.
    for (std::size_t count = restart + 1; count <= story.events.size(); ++count) {
      EXPECT_FALSE(reduce({story.events.begin(), story.events.begin() + static_cast<std::ptrdiff_t>(count)}).run.ended)
          << story.events[count - 1].name;
    }
    story.exit();
    EXPECT_TRUE(reduce(story.events).run.ended);
  }
}

// As where its request was lost.
TEST(ModelRuns, ASecondStartThatNobodyAskedForIsARunOfItsOwnToo) {
  RunStory story;
  story.create();
  story.warm_start();
  const Model once = reduce(story.events);
  const std::size_t again = story.events.size();
  story.begin_start_of(0);
  story.prepared();
  story.execute();
  const Model model = reduce(story.events);
  EXPECT_EQ(model.run.first, again);
  EXPECT_EQ(model.run.begin_ns, story.events[again].time_ns);
  EXPECT_EQ(model.run.container, story_container);
  EXPECT_EQ(model.stage_times()[trace::index_of(Stage::isolate)], once.stage_times()[trace::index_of(Stage::isolate)]);
}

TEST(ModelRuns, AStartThatGoesOnIsNotPushedOutOfThePicture) {
  RunStory story;
  story.create(1);
  story.begin_start(1);
  story.container = std::string(64, 'e');
  story.create(2);
  EXPECT_EQ(reduce(story.events).run.container, story_container);
}

TEST(ModelRuns, ARemovedContainerIsGoneUnlessItIsTheRunsOwn) {
  RunStory story;
  story.baseline_container("e1", "exited");
  story.create();
  story.warm_start();
  story.remove();
  EXPECT_EQ(reduce(story.events).current()->phase, Phase::removed);
  EXPECT_EQ(reduce(story.events).current()->writable, State::leaving);
  story.container = "e1";
  story.remove();
  EXPECT_EQ(reduce(story.events).container("e1"), nullptr);
}

TEST(ModelRuns, TheStagesTimesAreThoseOfTheSummary) {
  RunStory story;
  story.baseline();
  story.missing();
  story.pull();
  story.create();
  story.begin_start();
  story.walls();
  story.held("isolate.proc", 1);
  story.released("isolate.proc", 1, 3'000'000'000);
  story.files();
  story.powers();
  const Model model = reduce(story.events);
  const trace::StageSummary summary = trace::summarize(story.events);
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    EXPECT_EQ(model.stage_times()[i].value_or(0), summary.stages[i].own_ns) << trace::to_string(static_cast<Stage>(i));
  }
}

}  // namespace
}  // namespace glassdock::model
