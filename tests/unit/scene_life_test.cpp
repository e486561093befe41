// What the picture shows of a container's life: commands beside its first process, signals, the requests of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/render/fonts.h"
#include "app/scene/life_words.h"
#include "app/scene/picture_parts.h"
#include "app/scene/thing.h"
#include "tests/support/life_story.h"
#include "tests/support/scene_faults.h"
#include "tests/support/shown.h"

namespace glassdock::scene {
namespace {

using support::LifeStory;
using support::Shown;
using support::words_in;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SceneLife : public testing::Test {
 protected:
  void SetUp() override {
    story_.baseline();
    story_.baseline_image();
    story_.runs("tea");
  }
  Scene scene() {
    Shown shown(story_.events);
    view_.position = shown.position_at(story_.events.size());
    return shown.scene(view_, {1600, 900}, fonts_);
  }
  Thing thing(const std::string& name) {
    Shown shown(story_.events);
    view_.position = shown.position_at(story_.events.size());
    return thing_of({shown.history.now(), shown.history, shown.times, view_}, name, model::no_event);
  }
  // Wherever their lines are broken.
  std::string sentences() {
    std::string words = words_in(scene());
    for (std::size_t at = 0; (at = words.find(" | ", at)) != std::string::npos;) words.replace(at, 3, " ");
    return words;
  }
  const model::Container& tea() {
    history_.emplace();
    for (const trace::Event& event : story_.events) history_->add(event);
    return *history_->now().container("tea");
  }
  static std::size_t polygons(const Scene& scene, Colour fill) {
    const auto& shapes = scene.layers[Scene::ground].shapes;
    return static_cast<std::size_t>(std::count_if(shapes.begin(), shapes.end(), [&](const Shape& shape) {
      return shape.kind == Shape::Kind::polygon && shape.polygon.fill == fill;
    }));
  }

  LifeStory story_;
  std::optional<model::History> history_;
  render::Fonts fonts_;
  View view_;
};

TEST_F(SceneLife, ACommandStandsBesideTheFirstProcessWithinTheSameWalls) {
  EXPECT_THAT(words_in(scene(), "process"), HasSubstr("pid 48121 outside"));
  story_.begin_exec("tea", "sh");
  const std::string id = tea().life.execs.back().id;
  EXPECT_THAT(words_in(scene(), "exec:" + id), HasSubstr("will become: | sh")) << "there is no process yet";
  story_.exec_operation("exec.pid-namespace").actor = trace::Actor::monitor;
  story_.exec_clone(48760, 7);
  EXPECT_THAT(words_in(scene(), "exec:" + id), HasSubstr("pid 7 in here, by exec | 48760 outside: | sh"));
  const std::size_t before = polygons(scene(), Colour::run_line);  // it is not through the walls
  story_.exec_operation("exec.namespaces");
  EXPECT_EQ(polygons(scene(), Colour::run_line), before + 1) << "the way in";
  EXPECT_THAT(words_in(scene(), "walls"), HasSubstr("6 of 6")) << "none were made";
  EXPECT_THAT(words_in(scene()), HasSubstr("48755 monitor, of exec"));
}

TEST_F(SceneLife, AnEndedCommandIsSeenUntilSomethingElseHappens) {
  story_.exec("tea", "false", 48760, 7);
  story_.exec_ends(1);
  const std::string id = tea().life.execs.back().id;
  EXPECT_THAT(words_in(scene(), "exec:" + id), HasSubstr("ended with code 1"));
  story_.pause("tea");
  EXPECT_EQ(words_in(scene(), "exec:" + id), "");
  EXPECT_THAT(words_in(scene(), "process"), HasSubstr("pid 48121 outside"));
}

TEST_F(SceneLife, ASignalTravelsWithItsNameAndTheGracePeriodCounts) {
  story_.stop("tea", {.handles = false, .until_signal = true});
  EXPECT_EQ(polygons(scene(), Colour::failed_soft), 1U) << "it asks";
  EXPECT_THAT(words_in(scene(), "process"), HasSubstr("SIGTERM: 0 of 10 s to end"));
  view_.waited_ns = 4'000'000'000;
  EXPECT_THAT(words_in(scene(), "process"), HasSubstr("SIGTERM: 4 of 10 s to end"));
}

TEST_F(SceneLife, ASignalIsNotCutInTheSmallestWindow) {
  story_.stop("tea", {.handles = false});
  const auto killed = std::find_if(story_.events.rbegin(), story_.events.rend(),
                                   [](const trace::Event& event) { return event.name == "container.signal"; });
  story_.events.erase(killed.base(), story_.events.end());
  Shown shown(story_.events);
  view_.position = shown.position_at(story_.events.size());
  const Scene scene = shown.scene(view_, {800, 600}, fonts_);
  EXPECT_THAT(words_in(scene, "process"), HasSubstr("SIGKILL"));
  support::Faults faults;
  support::find_cut_words(scene, faults);
  EXPECT_EQ(support::lines_of(faults), "");
}

TEST_F(SceneLife, OneThatCannotBeRefusedIsFull) {
  story_.kill("tea", 9, "SIGKILL", false);
  EXPECT_EQ(polygons(scene(), Colour::failed_soft), 0U);
  EXPECT_EQ(polygons(scene(), Colour::failed), 1U);
  EXPECT_THAT(words_in(scene(), "process"), HasSubstr("SIGKILL was sent"));
}

TEST_F(SceneLife, TheSignalIsWhereItsWayHasCome) {
  story_.kill("tea", 9, "SIGKILL", false);
  std::vector<Point> places;
  for (const float far : {0.0F, 0.5F, 1.0F}) {
    view_.progress = [far](model::EventIndex, player::Motion) { return far; };
    const Scene now = scene();
    for (const Text& text : now.layers[Scene::ground].texts) {
      if (text.words == "SIGKILL" && text.font.face == Face::mono_bold) places.push_back(text.at);
    }
  }
  ASSERT_EQ(places.size(), 3U);
  EXPECT_LT(places[0].y, places[1].y);
  EXPECT_LT(places[1].x, places[2].x);
  EXPECT_EQ(places[1].y, places[2].y);
}

TEST_F(SceneLife, ThePictureIsOfTheContainerThatSomethingIsDoneTo) {
  story_.runs("shop");
  EXPECT_THAT(words_in(scene(), "container"), HasSubstr("shop"));
  story_.pause("tea");
  EXPECT_THAT(words_in(scene(), "container"), HasSubstr("tea"));
  EXPECT_THAT(words_in(scene(), "process"), HasSubstr("frozen in its cgroup"));
  view_.container = "shop";
  EXPECT_THAT(words_in(scene(), "container"), HasSubstr("shop")) << "it was chosen";
}

TEST_F(SceneLife, ARequestOfAnotherClientIsDrawnWhileItWaits) {
  story_.runs("shop");
  const std::uint64_t asked = story_.request("POST /containers/tea/stop", 0);
  EXPECT_THAT(words_in(scene()), HasSubstr("POST stop | waits, beside the run"));
  story_.answer(asked, "POST /containers/tea/stop", 204, 0);
  EXPECT_THAT(words_in(scene()), HasSubstr("204, beside the run"));
}

TEST_F(SceneLife, TheEvidenceHasTheMovesInOrderWithTheirCommands) {
  story_.pause("tea");
  story_.unpause("tea");
  story_.exec("tea", "sh", 48760, 7);
  story_.stop("tea", {.handles = false});
  std::vector<std::string> names;
  for (const Part& part : thing("container").parts) names.push_back(part.name);
  EXPECT_THAT(names, ::testing::ElementsAre("docker create --name tea alpine ls -l", "docker start tea",
                                            "docker pause tea", "docker unpause tea", "docker stop tea", "SIGTERM",
                                            "SIGKILL", "docker exec tea sh"));
}

TEST_F(SceneLife, ARestartByPolicyIsTheEnginesNoCommandOfAClient) {
  story_.restarts_by_policy("tea", "on-failure:3");
  std::vector<std::string> names;
  for (const Part& part : thing("container").parts) names.push_back(part.name);
  EXPECT_THAT(names, ::testing::ElementsAre("docker create --name tea alpine ls -l", "docker start tea",
                                            "it ended by itself", "again by its policy on-failure:3"));
}

TEST_F(SceneLife, AnEndIsToldByTheSignalThatBroughtItAbout) {
  story_.kill("tea", 9, "SIGKILL", false);
  story_.kill("tea", 1, "SIGHUP", false);
  story_.exits("tea", 137, 9);
  EXPECT_EQ(thing("container").parts.at(2).name, "docker kill tea");
}

TEST_F(SceneLife, ARemovalIsToldAsWhatItWas) {
  using Removal = LifeStory::Removal;
  for (const auto& [how, words] : {std::pair{Removal::asked, "docker rm tea"},
                                   {Removal::forced, "docker rm -f tea"},
                                   {Removal::pruned, "docker container prune"},
                                   {Removal::by_option, "removed at its end: --rm"}}) {
    LifeStory story = story_;
    story.remove("tea", how);
    Shown shown(story.events);
    view_.position = shown.position_at(story.events.size());
    const Thing whole =
        thing_of({shown.history.now(), shown.history, shown.times, view_}, "container", model::no_event);
    std::vector<std::string> names;
    for (const Part& part : whole.parts) names.push_back(part.name);
    EXPECT_THAT(names, ::testing::Contains(words));
  }
}

TEST_F(SceneLife, TheMovesOfOneThatWasThereBeforeCountFromWhenItWasMade) {
  story_.was_here("old", "running", 90'000'000'000, 80'000'000'000, 0);
  story_.pause("old");
  const Part pause = thing("container").parts.at(0);
  EXPECT_EQ(pause.name, "docker pause tea");  // as the baseline names it
  EXPECT_THAT(pause.beside, ::testing::StartsWith("90.0"));
  EXPECT_THAT(thing("container").note, HasSubstr("was not watched"));
}

TEST_F(SceneLife, WhereItIsNotKnownWhenItWasMadeNoTimeIsSaid) {
  story_.baseline_container("old", "running");
  story_.pause("old");
  EXPECT_EQ(thing("container").parts.at(0).beside, "");
}

// What the panel rests on behind a move: what was done, not the answer to who asked for it.
TEST_F(SceneLife, AMoveIsExplainedByWhatWasReallyDone) {
  story_.pause("tea");
  for (trace::Event& event : story_.events) {
    if (event.name == "container.pause") event.plain_command = "echo 1 > /sys/fs/cgroup/tea/cgroup.freeze";
  }
  EXPECT_THAT(sentences(), AllOf(HasSubstr("The freezer holds every process"), HasSubstr("cgroup.freeze"),
                                 HasSubstr("SIGSTOP is not sent"), Not(HasSubstr("A client asks"))));
  story_.unpause("tea");
  story_.exec("tea", "sh", 48760, 7);
  EXPECT_THAT(sentences(), HasSubstr("setns puts it into the namespaces of process 1"));
  story_.exec_ends(0);
  const std::string id = tea().life.execs.back().id;
  const std::uint64_t asked = story_.request("GET /exec/" + id + "/json", 0);
  story_.answer(asked, "GET /exec/" + id + "/json", 200, 0);
  EXPECT_THAT(sentences(), HasSubstr("Process 1 goes on, and so does the container."));
}

TEST_F(SceneLife, AMoveIsExplainedBeforeAnythingHasRunInThisWindow) {
  story_ = LifeStory();
  story_.baseline();
  story_.was_here("old", "running", 90'000'000'000, 80'000'000'000, 0);
  story_.pause("old");
  EXPECT_THAT(sentences(), AllOf(HasSubstr("The freezer holds every process"), Not(HasSubstr("Nothing to show yet"))));
}

TEST_F(SceneLife, WhatIsTakenDownHadItsCgroup) {
  story_.runs("shop");
  story_.kill("tea", 9, "SIGKILL", true);
  story_.container = "tea";
  story_.teardown("lifecycle.cgroups-remove");
  view_.container = "tea";
  EXPECT_THAT(words_in(scene()), Not(HasSubstr("NO CGROUP")));
}

TEST_F(SceneLife, AStopIsExplainedByTheSignalsThatWereSent) {
  LifeStory obeys = story_;
  story_.stop("tea", {.handles = false});
  story_.container = "tea";
  story_.teardown("lifecycle.cgroups-remove");
  EXPECT_THAT(sentences(), AllOf(HasSubstr("SIGTERM went to process 1, which was still there after 10 s."),
                                 HasSubstr("137 = 128 + 9: the kernel ended process 1 by SIGKILL.")));
  story_ = obeys;
  story_.stop("tea", {.handles = true});
  EXPECT_THAT(sentences(), AllOf(HasSubstr("It ended by itself after"), HasSubstr("SIGKILL was not needed")));
  story_ = obeys;
  story_.exits("tea", 137);
  EXPECT_THAT(sentences(), Not(HasSubstr("128"))) << "it said so itself: no signal did";
}

TEST_F(SceneLife, WhatWasTypedIsNamedAsItWasTyped) {
  story_.request("POST /containers/tea/pause", 77);
  Shown shown({});
  shown.history.name_next_run(77, "docker pause tea");
  for (const trace::Event& event : story_.events) shown.history.add(event);
  shown.times.extend(shown.history);
  view_.position = shown.position_at(story_.events.size());
  const std::string words = words_in(shown.scene(view_, {1600, 900}, fonts_));
  EXPECT_THAT(words, AllOf(HasSubstr("$ docker pause tea"), Not(HasSubstr("beside the run"))));
}

TEST_F(SceneLife, EachSignalSaysWhatBecameOfIt) {
  story_.stop("tea", {.handles = false});
  const auto& signals = tea().life.signals;
  EXPECT_EQ(effect_words(signals[0], trace::Language::english), "it was still there when 10 s were over");
  EXPECT_THAT(effect_words(signals[1], trace::Language::english), HasSubstr("the kernel ended it by this, after"));
  const Thing killed = thing("signal:" + std::to_string(signals[1].event));
  EXPECT_EQ(killed.event, signals[1].event);
  EXPECT_THAT(killed.facts[0].value, HasSubstr("SIGKILL (9)"));
}

TEST_F(SceneLife, ACommandThatLivesCanBeSeen) {
  story_.exec("tea", "sh", 48760, 7);
  const std::string name = "exec:" + tea().life.execs.back().id;
  EXPECT_EQ(thing(name).command, "lsns -p 48760");
  story_.exec_ends(0);
  EXPECT_EQ(thing(name).command, "");
  EXPECT_TRUE(thing(name).gone);
}

}  // namespace
}  // namespace glassdock::scene
