// Commands that are executed beside the first process of a container.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/model/reducer.h"
#include "tests/support/life_story.h"
#include "tests/support/reduced.h"

namespace glassdock::model {
namespace {

using support::LifeStory;
using support::reduce;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Execs, ACommandBesideTheFirstProcessIsAProcessOfItsOwn) {
  LifeStory story;
  story.runs("tea");
  story.exec("tea", "sh", 48760, 7);
  Model model = reduce(story.events);
  ASSERT_EQ(model.container("tea")->life.execs.size(), 1u);
  const Exec* exec = &model.container("tea")->life.execs[0];
  EXPECT_EQ(exec->command, "sh");
  EXPECT_EQ(exec->process, 48760);
  EXPECT_EQ(exec->inside, 7);
  EXPECT_TRUE(exec->joined);
  EXPECT_TRUE(exec->executed);
  EXPECT_EQ(exec->state, State::there);
  EXPECT_EQ(model.container("tea")->process, 48121) << "the first process stays what it was";
  EXPECT_TRUE(model.container("tea")->operations.empty() ||
              model.container("tea")->operations.back().name.rfind("exec.", 0) != 0)
      << "its operations are none of the start's";
  story.exec_ends(2);
  model = reduce(story.events);
  exec = &model.container("tea")->life.execs[0];
  EXPECT_EQ(exec->state, State::leaving);
  EXPECT_EQ(exec->exit_code, 2);
}

TEST(Execs, WithTheFirstProcessAllOthersEnd) {
  LifeStory story;
  story.runs("tea");
  story.exec("tea", "sh", 48760, 7);
  story.kill("tea", 9, "SIGKILL", true);
  const Model model = reduce(story.events);
  const Exec& exec = model.container("tea")->life.execs.at(0);
  EXPECT_EQ(exec.state, State::leaving);
  EXPECT_FALSE(exec.exit_code) << "none has been told yet";
}

TEST(Execs, AnExecThatFailsSaysWhy) {
  LifeStory story;
  story.runs("tea");
  story.exec_fails("tea", "nope", "exec failed: not found");
  const Model model = reduce(story.events);
  EXPECT_EQ(model.container("tea")->life.execs.at(0).state, State::failed);
  EXPECT_EQ(model.container("tea")->life.execs.at(0).error, "exec failed: not found");
}

TEST(Execs, OneThatRunsIsRememberedHoweverManyEndMeanwhile) {
  LifeStory story;
  story.runs("tea");
  story.exec("tea", "sh", 48760, 7);
  for (int i = 0; i < 100; ++i) {
    story.exec("tea", "true", 50000 + i, 8 + i);
    story.exec_ends(0);
  }
  const Model model = reduce(story.events);
  const auto& execs = model.container("tea")->life.execs;
  ASSERT_THAT(execs, SizeIs(most_ended_execs + 1));
  EXPECT_EQ(execs.front().command, "sh");
  EXPECT_EQ(execs.back().process, 50099);
}

TEST(Execs, SoManyThatRunAreKeptAndNoMore) {
  LifeStory story;
  story.runs("tea");
  for (int i = 0; i < 300; ++i) story.exec("tea", "sh", 50000 + i, 8 + i);
  EXPECT_THAT(reduce(story.events).container("tea")->life.execs, SizeIs(most_execs));
}

// Its end was lost, or was told by an engine that has gone: a baseline names none.
TEST(Execs, ABaselineReplacesWhatWasKnownToRun) {
  LifeStory story;
  story.runs("tea");
  story.exec("tea", "true", 48759, 6);
  story.exec_ends(0);
  story.exec("tea", "sh", 48760, 7);
  story.tell(trace::Stage::lifecycle, trace::Kind::instant, "trace.lost", "", 0, 0, {{"count", std::int64_t{9}}});
  story.baseline();
  story.was_here("tea", "running", 7'000'000'000, 6'000'000'000, 0);
  story.events.back().arguments.push_back({"pid", std::int64_t{48121}});
  const std::vector<Exec> execs = reduce(story.events).container("tea")->life.execs;
  ASSERT_THAT(execs, SizeIs(1)) << "that which was seen to end";
  EXPECT_EQ(execs[0].command, "true");
  story.events.back().arguments.back().value = std::int64_t{50000};
  EXPECT_THAT(reduce(story.events).container("tea")->life.execs, IsEmpty()) << "another process 1";
}

}  // namespace
}  // namespace glassdock::model
