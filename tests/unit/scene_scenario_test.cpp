// The scenario's panel and its presenter's notes: every step of every scenario, in both languages and several windows,
// without cut or meeting texts; the same of a recording.
#include <gmock/gmock.h>

#include <algorithm>
#include <climits>

#include "app/scenarios/scenario.h"
#include "app/scene/notes.h"
#include "tests/support/narration_story.h"
#include "tests/support/places.h"
#include "tests/support/scene_faults.h"
#include "tests/support/scene_test.h"

namespace glassdock::scene {
namespace {

using lessons::Wants;
using scenarios::Player;
using support::Faults;
using support::Shown;
using ::testing::HasSubstr;
using ::testing::Not;

class ScenarioScene : public SceneTest {
 protected:
  ScenarioScene() {
    view_.arrangement.play = true;
    view_.controls = true;
  }
  Shown shown_{support::ended_story().events};
  std::ptrdiff_t panels_ = 0;  // that were drawn

  // Both ends of what can be scrolled.
  void find(Faults& faults, Shown& shown) {
    for (const int first : {0, INT_MAX}) {
      view_.scenario.first_row = first;
      const Scene scene = end(shown);
      support::find_faults(scene, fonts_, view_.arrangement, faults);
      panels_ += std::count_if(scene.places.begin(), scene.places.end(),
                               [](const Place& place) { return place.act == Act::scroll_play; });
    }
  }
  // As a recording's view has it.
  void find_recorded(Faults& faults, Shown& shown) {
    view_.position = shown.position_at(shown.history.size());
    view_.position.mode = player::Mode::recorded;
    const Scene scene = shown.scene(view_, size_, fonts_);
    support::find_faults(scene, fonts_, view_.arrangement, faults);
    panels_ += std::count_if(scene.places.begin(), scene.places.end(),
                             [](const Place& place) { return place.act == Act::scroll_play; });
  }
  void find(Faults& faults, const Player& player) {
    view_.scenario.player = &player;
    view_.point = player.wants() == Wants::nothing ? std::string() : player.step().point;
    find(faults, shown_);
    find_in_notes(faults, player);
  }
  void find_in_notes(Faults& faults, const Player& player) {
    constexpr std::int64_t an_hour = 3'600'000'000'000;
    for (const int first : {0, INT_MAX}) {
      const Scene scene = build_notes({view_.language, &player, an_hour, first}, {760, 720}, fonts_);
      Arrangement whole;
      whole.class_mode = true;  // one region
      support::find_faults(scene, fonts_, whole, faults);
    }
  }
  // Each step as it begins, at its gates, done as expected and not.
  void walk(Faults& faults, const scenarios::Scenario& scenario) {
    Player player(scenario);
    player.start(std::vector<std::string>(scenario.steps.size()));
    while (player.wants() != Wants::nothing) {
      find(faults, player);
      if (player.wants() != Wants::on) {
        const scenarios::Step& step = player.step();
        player.begin();
        for (const scenarios::Hold& hold : step.holds) {
          player.at_gate(hold.at);
          view_.scenario.held = true;
          find(faults, player);
          view_.scenario.held = false;
        }
        scenarios::Verdict verdict;
        if (step.predict) verdict.true_answers = {step.predict->answers.size() - 1};
        verdict.faults.push_back({{}, {"not as expected\n  - wanted: exit code 0\n  + seen: exit code 137", ""}, {}});
        player.judged(std::move(verdict));
        find(faults, player);
      }
      player.go_on();
    }
    find(faults, player);
  }
};

class ScenarioSceneIn : public ScenarioScene, public ::testing::WithParamInterface<std::tuple<Viewport, bool, bool>> {
 protected:
  void SetUp() override {
    const auto& [size, korean, class_mode] = GetParam();
    size_ = size;
    view_.language = korean ? trace::Language::korean : trace::Language::english;
    view_.arrangement.class_mode = class_mode;
    if (class_mode) view_.arrangement.class_panel = Arrangement::ClassPanel::play;
  }
};

TEST_P(ScenarioSceneIn, CutsNothingAndLetsNothingMeet) {
  Faults faults;
  for (const auto& scenario : scenarios::load_scenarios(source_path("scenarios"))) walk(faults, scenario);
  EXPECT_TRUE(faults.empty()) << support::lines_of(faults);
  constexpr std::ptrdiff_t least = 150;
  EXPECT_GT(panels_, least) << "all steps of all scenarios";
}

TEST_P(ScenarioSceneIn, ShowsWhatARecordingTells) {
  Faults faults;
  for (const auto& scenario : scenarios::load_scenarios(source_path("scenarios"))) {
    support::NarrationStory story;
    story.baseline();
    Player player(scenario);
    player.start(std::vector<std::string>(scenario.steps.size()));
    story.follow(player);
    while (player.wants() != Wants::nothing) {
      player.begin();
      story.follow(player);
      Shown slow(story.events);
      find_recorded(faults, slow);
      if (player.wants() == Wants::end) player.judged({});
      story.follow(player);
      Shown shown(story.events);
      find_recorded(faults, shown);
      player.go_on();
      story.follow(player);
    }
  }
  EXPECT_TRUE(faults.empty()) << support::lines_of(faults);
  EXPECT_GT(panels_, 50);
}

INSTANTIATE_TEST_SUITE_P(Windows, ScenarioSceneIn,
                         ::testing::Combine(::testing::Values(Viewport{1600, 900}, Viewport{1280, 720},
                                                              Viewport{800, 600}),
                                            ::testing::Bool(), ::testing::Bool()));

TEST_F(ScenarioScene, SaysWhatTheHubIsLikeWhileItHolds) {
  support::NarrationStory story;
  story.baseline();
  const auto scenario = scenarios::load_scenario(source_path("scenarios/slow-network.yaml"));
  Player player(scenario);
  player.start(std::vector<std::string>(scenario.steps.size()));
  view_.scenario.player = &player;
  story.hub({.bytes_per_second = 20'000, .latency_ms = 200});
  Shown slow(story.events);
  EXPECT_THAT(support::joined_words(end(slow)), HasSubstr("Slow line: 20.0 kB/s, 200 ms before each answer"));
  story.hub({});
  Shown well(story.events);
  EXPECT_THAT(support::joined_words(end(well)), Not(HasSubstr("Slow line")));
}

TEST_F(ScenarioScene, NeverShowsNotes) {
  for (const auto& scenario : scenarios::load_scenarios(source_path("scenarios"))) {
    Player player(scenario);
    player.start(std::vector<std::string>(scenario.steps.size()));
    view_.scenario.player = &player;
    while (player.wants() != Wants::nothing) {
      const lessons::Words& notes = player.step().notes;
      for (const int first : {0, INT_MAX}) {
        view_.scenario.first_row = first;
        const std::string words = support::joined_words(end(shown_));
        if (notes.empty()) continue;
        EXPECT_THAT(words, Not(HasSubstr(notes.english.substr(0, 20)))) << scenario.id;
      }
      player.skip();
    }
  }
}

TEST_F(ScenarioScene, NamesInItsNotesWhatIsRightAndWhatComes) {
  const auto scenario = scenarios::load_scenario(source_path("scenarios/slow-network.yaml"));
  Player player(scenario);
  player.start(std::vector<std::string>(scenario.steps.size()));
  player.skip(), player.skip();
  const Scene notes = build_notes({trace::Language::english, &player, 61'000'000'000, 0}, {760, 900}, fonts_);
  const std::string words = support::joined_words(notes);
  EXPECT_THAT(words, HasSubstr("1:01 of 8 min"));
  EXPECT_THAT(words, HasSubstr("Now: step 3 of"));
  EXPECT_THAT(words, HasSubstr("It waits until all of it is here"));
  EXPECT_THAT(words, HasSubstr("Next: step 4 of"));
}

}  // namespace
}  // namespace glassdock::scene
