// The race in the studio: what opens its view, and what leads out of it.
#include <gmock/gmock.h>

#include "app/scene/layout.h"
#include "tests/support/race_story.h"
#include "tests/support/session_test.h"
#include "tests/support/shown.h"

namespace glassdock::session {
namespace {

using ::testing::HasSubstr;

constexpr Chord f2{.key = Key::f2}, f12{.key = Key::f12};

class SessionRace : public SessionTest {
 protected:
  bool shows_race() {
    const scene::Scene scene = build();
    return support::joined_words(scene).find("The same seconds, side by side") != std::string::npos;
  }
  bool has_button() {
    const scene::Scene scene = build();
    return std::any_of(scene.places.begin(), scene.places.end(),
                       [](const scene::Place& place) { return place.act == scene::Act::show_race; });
  }
};

TEST_F(SessionRace, ARaceOpensItsViewAndEscapeLeavesIt) {
  support::RaceStory story;
  story.begin();
  EXPECT_FALSE(shows_race());
  tell(story);
  EXPECT_TRUE(shows_race());
  session_.press(escape);  // leaves the terminal
  session_.press(escape);
  EXPECT_FALSE(shows_race());
  session_.press(f12);
  EXPECT_TRUE(shows_race());
  session_.press(f12);
  EXPECT_FALSE(shows_race());
}

TEST_F(SessionRace, AnotherClientsRaceTakesNoPictureFromACommandThatRuns) {
  session_.press(enter);
  session_.set_run(7);
  support::RaceStory story;
  story.begin();
  tell(story);
  EXPECT_FALSE(shows_race());
}

TEST_F(SessionRace, TheBarHasItWhereTheMachineCanDoIt) {
  EXPECT_FALSE(has_button());
  session_.set_can_race(true);
  EXPECT_TRUE(has_button());
  session_.press(f12);
  EXPECT_THAT(support::joined_words(build()), HasSubstr("No race yet"));
}

TEST_F(SessionRace, OneViewAtATime) {
  support::RaceStory story;
  story.begin();
  tell(story);
  session_.press(f2);
  EXPECT_FALSE(shows_race());
  session_.press(f12);
  EXPECT_TRUE(shows_race());
  EXPECT_FALSE(session_.shows_containers());
}

TEST_F(SessionRace, AClickOnABlockExplainsIt) {
  support::RaceStory story;
  story.whole();
  tell(story);
  watch();
  const scene::Scene scene = build();
  const auto kernel = std::find_if(scene.places.begin(), scene.places.end(),
                                   [](const scene::Place& place) { return place.name == "race:vm:kernel"; });
  ASSERT_NE(kernel, scene.places.end());
  session_.click(*kernel, 0.5);
  EXPECT_THAT(support::joined_words(build()), HasSubstr("Guest kernel: a second kernel."));
  session_.press(escape);
  EXPECT_TRUE(shows_race()) << "what was explained is closed first";
}

TEST_F(SessionRace, AGateOfTheMachineIsSteppedAsOthers) {
  support::RaceStory story;
  story.begin();
  story.machine_boot(0, "init");
  story.held("vm.mounted", 3);
  tell(story);
  watch();
  session_.take_wishes();
  session_.press(f10);
  const auto wishes = wished<Proceed>();
  ASSERT_EQ(wishes.size(), 1u);
  EXPECT_EQ(wishes[0].held, 3u);
  EXPECT_EQ(wishes[0].mode, client::RunMode::step);
}

TEST_F(SessionRace, WhileOneGoesOnSecondsCount) {
  support::RaceStory story;
  story.begin();
  story.machine_boot(0, "kernel");
  tell(story);
  EXPECT_TRUE(session_.counts_seconds());
  story.end();
  tell(story);
  EXPECT_FALSE(session_.counts_seconds());
}

TEST_F(SessionRace, ARecordingOfOneBeginsInItsView) {
  // Without an engine the same events are a recording's; its file is read by tests/api.
  support::RaceStory story;
  story.whole();
  model::History history;
  for (const trace::Event& event : story.events) history.add(event);
  Session session{std::move(history), Settings{}, lines_};
  EXPECT_THAT(support::joined_words(session.build({1600, 900}, fonts_)), HasSubstr("The same seconds, side by side"));
}

}  // namespace
}  // namespace glassdock::session
