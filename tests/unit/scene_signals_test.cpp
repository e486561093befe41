// The lanes of stop and kill: what signals did, along one line of seconds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/scene/panels.h"
#include "tests/support/life_story.h"
#include "tests/support/scene_faults.h"
#include "tests/support/scene_test.h"
#include "tests/support/shown.h"

namespace glassdock::scene {
namespace {

using support::LifeStory;
using support::Shown;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SceneSignals : public SceneTest {
 protected:
  SceneSignals() {
    view_.containers.open = view_.containers.signals = true;
    view_.controls = true;
    view_.engine = EngineState::there;
  }
  Scene scene(const LifeStory& story) {
    Shown shown(story.events);
    return end(shown);
  }
  static LifeStory story() {
    LifeStory story;
    story.baseline();
    story.baseline_image();
    for (const char* name : {"polite", "stubborn", "wild"}) story.runs(name);
    story.stop("polite", {.handles = true});
    story.kill("wild", 9, "SIGKILL", true);
    return story;
  }
  static const Place* tag(const Scene& scene, const std::string& words) {
    for (const Text& text : scene.layers[Scene::ground].texts) {
      if (text.words != words) continue;
      for (const Place& place : scene.places) {
        if (place.act == Act::select_event && place.name.starts_with("signal:") &&
            place.rect.contains(text.room.centre())) {
          return &place;
        }
      }
    }
    return nullptr;
  }
};

TEST_F(SceneSignals, StopAsksAndWaitsKillDoesNot) {
  LifeStory told = story();
  told.stop("stubborn", {.handles = false});
  const Scene now = scene(told);
  const std::string words = support::words_in(now);
  EXPECT_THAT(words, HasSubstr("docker stop polite | Exited (0) |"));
  EXPECT_THAT(words, HasSubstr("it ended by itself: "));
  EXPECT_THAT(words, HasSubstr("docker kill wild | Exited (137) = 128 + 9 | "));
  EXPECT_THAT(words, AllOf(HasSubstr("docker stop stubborn"), HasSubstr("10 s to end by itself"), HasSubstr("10 s |")));
  EXPECT_THAT(words, HasSubstr("the kernel ended it by SIGKILL: 10.00 s in all"));
  ASSERT_TRUE(tag(now, "SIGTERM"));
  ASSERT_TRUE(tag(now, "SIGKILL"));
}

TEST_F(SceneSignals, WhatIsWaitedForHasNoEndYet) {
  LifeStory told = story();
  told.stop("stubborn", {.handles = false, .until_signal = true});
  view_.waited_ns = 7'000'000'000;
  const Scene now = scene(told);
  EXPECT_THAT(support::words_in(now), AllOf(HasSubstr("docker stop stubborn"), HasSubstr("10 s to end by itself"),
                                            HasSubstr("7 s |"), Not(HasSubstr("8 s |"))));
}

TEST_F(SceneSignals, WhatWasBeforeAnotherStartStaysBesideIt) {
  LifeStory told = story();
  told.stop("stubborn", {.handles = false});
  told.container = "stubborn";
  told.begin_start(0);
  told.prepared();
  told.execute(0);
  told.kill("stubborn", 9, "SIGKILL", true);
  const std::string words = support::words_in(scene(told));
  EXPECT_THAT(words, AllOf(HasSubstr("docker kill stubborn"), HasSubstr("docker stop stubborn")));
  EXPECT_THAT(words, HasSubstr("the kernel ended it by SIGKILL: 10.00 s in all"));
}

TEST_F(SceneSignals, OneThatGoesOnDoesNotStretchTheSecondsOfOthers) {
  LifeStory told = story();
  told.kill("stubborn", 1, "SIGHUP", false);
  view_.waited_ns = 3'600'000'000'000;
  const std::string words = support::words_in(scene(told));
  EXPECT_THAT(words, AllOf(HasSubstr("docker kill -s SIGHUP stubborn"), HasSubstr("1 s |"), Not(HasSubstr("100 s |"))));
}

TEST_F(SceneSignals, WhatIsEmptySaysWhatWillStandThere) {
  LifeStory told;
  told.baseline();
  told.baseline_image();
  told.runs("tea");
  EXPECT_THAT(support::words_in(scene(told)), HasSubstr("No signal was sent to a container that is here."));
}

TEST_F(SceneSignals, ATableOfContainersIsAClickAway) {
  const Scene now = scene(story());
  const bool there = std::any_of(now.places.begin(), now.places.end(),
                                 [](const Place& place) { return place.act == Act::show_signals; });
  EXPECT_TRUE(there);
}

TEST_F(SceneSignals, NoTextStandsOnAnotherAtAnySizeInBothLanguages) {
  LifeStory told = story();
  told.stop("stubborn", {.handles = false});
  Shown shown(told.events);
  view_.position = shown.position_at(told.events.size());
  support::Faults faults;
  for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
    view_.language = language;
    for (const Viewport size : {Viewport{800, 600}, Viewport{1280, 720}, Viewport{1600, 900}, Viewport{2560, 1440}}) {
      support::find_faults(shown.scene(view_, size, fonts_), fonts_, view_.arrangement, faults);
    }
  }
  EXPECT_EQ(support::lines_of(faults), "");
}

}  // namespace
}  // namespace glassdock::scene
