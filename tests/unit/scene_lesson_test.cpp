// The lesson's panel: every step of every lesson, in both languages and several windows, without cut or meeting texts.
#include <gtest/gtest.h>

#include <algorithm>
#include <climits>

#include "app/lessons/lesson.h"
#include "app/lessons/player.h"
#include "tests/support/places.h"
#include "tests/support/scene_faults.h"
#include "tests/support/scene_test.h"

namespace glassdock::scene {
namespace {

using lessons::Player;
using lessons::Verdict;
using support::Faults;
using support::Shown;

class LessonScene : public SceneTest {
 protected:
  LessonScene() {
    view_.arrangement.play = true;
    view_.controls = true;
  }
  Shown shown_{support::ended_story().events};
  std::ptrdiff_t panels_ = 0;  // that were drawn

  // Both ends of what can be scrolled.
  void find(Faults& faults, const Player& player) {
    view_.lesson.player = &player;
    const bool asks_again =
        player.wants() != lessons::Wants::nothing && player.step().opinion && player.step().opinion->again;
    view_.lesson.earlier = asks_again ? &player.step().opinion->answers.back() : nullptr;
    view_.point = player.wants() == lessons::Wants::nothing ? std::string() : player.step().point;
    for (const int first : {0, INT_MAX}) {
      view_.lesson.first_row = first;
      const Scene scene = end(shown_);
      support::find_faults(scene, fonts_, view_.arrangement, faults);
      panels_ += std::count_if(scene.places.begin(), scene.places.end(),
                               [](const Place& place) { return place.act == Act::scroll_play; });
    }
  }
  // Each step as it is asked, done wrong, and with all its hints.
  void walk(Faults& faults, const lessons::Lesson& lesson) {
    lessons::LessonProgress progress;
    Player player(lesson, progress, "");
    while (player.wants() != lessons::Wants::nothing) {
      find(faults, player);
      const lessons::Step& step = player.step();
      for (std::size_t i = 0; i <= step.hints.size(); ++i) player.hint();
      player.choose(0);
      Verdict verdict;
      if (step.predict) verdict.holding = {step.predict->answers.size() - 1};
      verdict.expected.holds = false;
      verdict.expected.finding.wanted =
          verdict.expected.finding.seen = {"container tea: running", "컨테이너 tea: running"};
      player.begin();
      player.judged(verdict);
      find(faults, player);
      verdict.expected.holds = true;
      player.begin();
      player.judged(verdict);
      find(faults, player);
      ASSERT_TRUE(player.go_on()) << step.id;
    }
    find(faults, player);
  }
};

class LessonSceneIn : public LessonScene, public ::testing::WithParamInterface<std::tuple<Viewport, bool, bool>> {};

TEST_P(LessonSceneIn, CutsNothingAndLetsNothingMeet) {
  const auto& [size, korean, class_mode] = GetParam();
  size_ = size;
  view_.language = korean ? trace::Language::korean : trace::Language::english;
  view_.arrangement.class_mode = class_mode;
  if (class_mode) view_.arrangement.class_panel = Arrangement::ClassPanel::play;
  Faults faults;
  for (const lessons::Lesson& lesson : lessons::load_lessons(source_path("lessons"))) walk(faults, lesson);
  EXPECT_TRUE(faults.empty()) << support::lines_of(faults);
  constexpr std::ptrdiff_t least = 500;
  EXPECT_GT(panels_, least) << "all steps of all lessons";
}

INSTANTIATE_TEST_SUITE_P(
    Windows, LessonSceneIn,
    ::testing::Values(std::tuple{Viewport{800, 600}, false, false}, std::tuple{Viewport{800, 600}, true, false},
                      std::tuple{Viewport{1100, 720}, false, false}, std::tuple{Viewport{1100, 720}, true, false},
                      std::tuple{Viewport{1600, 900}, false, false}, std::tuple{Viewport{1600, 900}, true, false},
                      std::tuple{Viewport{1600, 900}, false, true}, std::tuple{Viewport{1600, 900}, true, true},
                      std::tuple{Viewport{1280, 720}, false, true}, std::tuple{Viewport{1280, 720}, true, true},
                      std::tuple{Viewport{800, 600}, false, true}, std::tuple{Viewport{800, 600}, true, true}));

const Place* place_of(const Scene& scene, Act act, std::int64_t number = -1) {
  for (const Place& place : scene.places) {
    if (place.act == act && place.number == number) return &place;
  }
  return nullptr;
}

TEST_F(LessonScene, OffersAnswersUntilOneIsGiven) {
  const lessons::Lesson lesson = lessons::load_lesson(source_path("lessons/01-what-is-a-container.yaml"));
  lessons::LessonProgress progress;
  Player player(lesson, progress, "kernel");
  view_.lesson.player = &player;
  EXPECT_TRUE(place_of(end(shown_), Act::play_answer, 1));
  EXPECT_FALSE(place_of(end(shown_), Act::play_on)) << "the answer comes before the line";
  player.choose(1);
  EXPECT_FALSE(place_of(end(shown_), Act::play_answer, 1));
  EXPECT_TRUE(place_of(end(shown_), Act::play_on));
}

// The answer is "they are the same": no kernel says so before it was given.
TEST_F(LessonScene, NothingInThePictureGivesTheAnswerAway) {
  const lessons::Lesson lesson = lessons::load_lesson(source_path("lessons/01-what-is-a-container.yaml"));
  lessons::LessonProgress progress;
  Player player(lesson, progress, "kernel");
  view_.lesson.player = &player;
  const std::string asked = support::joined_words(end(shown_));
  EXPECT_EQ(asked.find("every container will share it"), std::string::npos);
  EXPECT_EQ(asked.find("one for all"), std::string::npos);
  EXPECT_NE(asked.find("already running"), std::string::npos);
  player.choose(1);
  const std::string answered = support::joined_words(end(shown_));
  EXPECT_TRUE(answered.find("share it") != std::string::npos || answered.find("one for all") != std::string::npos);
}

TEST_F(LessonScene, RingsTheOneThingThatTheStepIsAbout) {
  const lessons::Lesson lesson = lessons::load_lesson(source_path("lessons/01-what-is-a-container.yaml"));
  lessons::LessonProgress progress;
  Player player(lesson, progress, "kernel");
  view_.lesson.player = &player;
  const auto rings = [&] { return end(shown_).layers[Scene::overlay].shapes.size(); };
  const std::size_t before = rings();
  view_.point = "kernel";
  EXPECT_EQ(rings(), before + 2) << "a line, and a dark one round it";
  view_.point = "nowhere";
  EXPECT_EQ(rings(), before);
}

}  // namespace
}  // namespace glassdock::scene
