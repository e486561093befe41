#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/model/reducer.h"
#include "engine/trace/words.h"
#include "tests/support/reduced.h"
#include "tests/support/run_story.h"

namespace glassdock::model {
namespace {

using support::mount;
using support::reduce;
using support::RunStory;
using support::story_base;
using support::story_container;
using support::story_image;
using support::story_top;
using support::wall;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using trace::Stage;

TEST(Reducer, KnowsEveryEventThatTheEngineTells) {
  for (const trace::EventWords& words : trace::event_words()) {
    const auto unneeded = names_without_picture();
    const bool listed = std::find(unneeded.begin(), unneeded.end(), words.name) != unneeded.end();
    EXPECT_NE(has_picture(words.name), listed) << words.name << " must be in one of the two tables of reducer.cpp";
  }
  for (const std::string_view name : names_without_picture()) EXPECT_NE(trace::find_words(name), nullptr) << name;
  EXPECT_TRUE(has_picture("isolate.volume-12"));
  EXPECT_FALSE(has_picture("isolate.unheard-of"));
}

TEST(Reducer, AnUnknownEventChangesNothingButTheCount) {
  Model model;
  trace::Event event;
  event.name = "later.version";
  event.subject = story_container;
  apply(model, event, 0);
  EXPECT_EQ(model.events, 1u);
  EXPECT_THAT(model.containers, IsEmpty());
}

TEST(Reducer, TheBaselineTellsWhatIsHere) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.baseline_container("e1", "exited");
  const Model model = reduce(story.events);
  EXPECT_EQ(model.engine.hub, "127.0.0.1:41873");
  EXPECT_EQ(model.engine.cgroups, "v2");
  EXPECT_EQ(model.engine.launcher, 47981);
  EXPECT_EQ(model.engine.namespaces[static_cast<std::size_t>(WallKind::pid)], "4026531836");
  ASSERT_EQ(model.images.size(), 1u);
  EXPECT_THAT(model.images[0].layers, ElementsAre(story_base, story_top));
  ASSERT_NE(model.layer(story_top), nullptr);
  EXPECT_EQ(model.layer(story_top)->number, 2);
  EXPECT_EQ(model.layer(story_top)->bytes, 1141);
  EXPECT_EQ(model.layer(story_top)->entries, 312);
  ASSERT_NE(model.container("e1"), nullptr);
  EXPECT_EQ(model.container("e1")->phase, Phase::exited);
  EXPECT_EQ(model.container("e1")->exit_code, 3);
  EXPECT_THAT(model.container("e1")->layers, ElementsAre(story_base, story_top));
}

TEST(Reducer, AColdRunPutsEverythingInItsPlace) {
  RunStory story;
  story.baseline();
  story.cold();
  const Model model = reduce(story.events);
  ASSERT_NE(model.current(), nullptr);
  const Container& container = *model.current();
  EXPECT_EQ(container.name, "brave_lovelace");
  EXPECT_EQ(container.command, "ls -l");
  EXPECT_EQ(container.program, "ls");
  EXPECT_EQ(container.phase, Phase::exited);
  EXPECT_EQ(container.exit_code, 0);
  EXPECT_THAT(container.layers, ElementsAre(story_base, story_top));
  EXPECT_EQ(container.memory.limit, 67108864);
  EXPECT_EQ(container.memory.used, 778240);
  EXPECT_EQ(container.cpu.limit, 50000);
  EXPECT_EQ(container.pids.limit, 20);
  EXPECT_EQ(container.capability_count, 14);
  EXPECT_EQ(container.capability_count_before, 41);
  EXPECT_EQ(container.monitor, 48117);
  EXPECT_EQ(container.process, 48121);
  EXPECT_EQ(wall(container, WallKind::pid).inode, "4026532256");
  EXPECT_EQ(wall(container, WallKind::pid).host_inode, "4026531836");
  EXPECT_EQ(wall(container, WallKind::cgroup).inode, "4026532324");
  EXPECT_EQ(wall(container, WallKind::cgroup).host_inode, "4026531835");
  EXPECT_EQ(wall(container, WallKind::user).state, State::gone) << "it is the engine's own";
  ASSERT_NE(mount(container, "/x"), nullptr);
  EXPECT_TRUE(mount(container, "/x")->read_only);
  EXPECT_EQ(mount(container, "/x")->type, "bind");
  EXPECT_NE(mount(container, "/y"), nullptr);
  EXPECT_EQ(mount(container, "/")->type, "overlay");
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    EXPECT_EQ(model.run.stages[i].state, State::there) << trace::to_string(static_cast<Stage>(i));
  }
  EXPECT_TRUE(model.run.ended);
  EXPECT_FALSE(model.run.failed) << "the first create's 404 leads to the pull";
  ASSERT_EQ(model.transfers.size(), 2u);
  EXPECT_TRUE(model.transfers[0].verified);
  EXPECT_EQ(model.layer(story_base)->entries, 312);
  EXPECT_EQ(model.image("alpine:latest")->id, story_image);
}

}  // namespace
}  // namespace glassdock::model
