// The pictures of the way to containers in the studio: what opens them, and what leads out of them.
#include <gmock/gmock.h>

#include "tests/support/session_test.h"
#include "tests/support/shown.h"
#include "tests/support/ways_story.h"

namespace glassdock::session {
namespace {

using scene::Way;
using ::testing::HasSubstr;

constexpr Chord f2{.key = Key::f2}, f12{.key = Key::f12}, shift_f12{.key = Key::f12, .shift = true};

class SessionWays : public SessionTest {
 protected:
  Way way() { return session_.settings().arrangement.way; }
  scene::Place place_of(scene::Act act, std::int64_t number) {
    const scene::Scene scene = build();
    const auto found = std::find_if(scene.places.begin(), scene.places.end(), [&](const scene::Place& place) {
      return place.act == act && place.number == number;
    });
    if (found != scene.places.end()) return *found;
    ADD_FAILURE() << "no such place";
    return {};
  }
};

TEST_F(SessionWays, AKeyLeadsThroughThemAndOutAgain) {
  for (const Way next : {Way::alone, Way::together, Way::machines, Way::containers, Way::sizes, Way::none}) {
    session_.press(shift_f12);
    EXPECT_EQ(way(), next);
  }
}

TEST_F(SessionWays, AClickOnATabChoosesOne) {
  session_.press(shift_f12);
  session_.click(place_of(scene::Act::show_way, 3), 0.5);
  EXPECT_EQ(way(), Way::machines);
  EXPECT_THAT(support::joined_words(build()), HasSubstr("Virtual machines on a hypervisor"));
  session_.click(place_of(scene::Act::show_race, -1), 0.5);
  EXPECT_EQ(way(), Way::none);
  EXPECT_TRUE(session_.settings().arrangement.race);
}

TEST_F(SessionWays, EscapeLeavesThem) {
  session_.press(shift_f12);
  session_.press(escape);  // leaves the terminal
  session_.press(escape);
  EXPECT_EQ(way(), Way::none);
}

TEST_F(SessionWays, OneViewAtATime) {
  session_.press(f12);
  session_.press(shift_f12);
  EXPECT_FALSE(session_.settings().arrangement.race);
  session_.press(f2);
  EXPECT_EQ(way(), Way::none);
  session_.press(shift_f12);
  EXPECT_FALSE(session_.shows_containers());
  session_.press(f12);
  EXPECT_EQ(way(), Way::none);
}

TEST_F(SessionWays, ARecordingOfThemBeginsThere) {
  support::WaysStory story;
  story.all();
  model::History history;
  for (const trace::Event& event : story.events) history.add(event);
  Session session{std::move(history), Settings{}, lines_};
  EXPECT_EQ(session.settings().arrangement.way, Way::alone);
  EXPECT_FALSE(session.settings().arrangement.race);
}

TEST_F(SessionWays, TheyAreSaidInWords) {
  support::WaysStory story;
  story.together();
  session_.set_engine(scene::EngineState::there);
  tell(story);
  session_.press(shift_f12);
  session_.press(shift_f12);
  EXPECT_THAT(session_.in_words(), HasSubstr("Several programs on one server"));
}

TEST_F(SessionWays, ARecordingIsChosenFromTheList) {
  session_.press(f12);
  session_.click(place_of(scene::Act::show_recordings, -1), 0.5);
  const auto panels = wished<ShowPanel>();
  ASSERT_EQ(panels.size(), 1u);
  EXPECT_EQ(panels[0].panel, Action::show_recordings);
  session_.execute({.action = Action::open_recording, .name = "/x/race.gdtrace"});
  const auto wishes = wished<OpenRecording>();
  ASSERT_EQ(wishes.size(), 1u);
  EXPECT_EQ(wishes[0].file, "/x/race.gdtrace");
}

TEST_F(SessionWays, ARecordingThatWasOpenedFromAnEngineLeadsBackThere) {
  const auto way_back = [&] {
    const scene::Scene scene = build();
    return std::any_of(scene.places.begin(), scene.places.end(),
                       [](const scene::Place& place) { return place.act == scene::Act::go_live; });
  };
  EXPECT_FALSE(way_back());
  session_.press(to_now);
  EXPECT_TRUE(wished<OpenRecording>().empty());
  session_.set_leads_back(true);
  for (const bool class_mode : {false, true}) {
    if (class_mode) session_.execute({.action = Action::class_mode});
    EXPECT_TRUE(way_back()) << class_mode;
    session_.press(to_now);
    const auto wishes = wished<OpenRecording>();
    ASSERT_EQ(wishes.size(), 1u);
    EXPECT_TRUE(wishes[0].file.empty());
  }
}

}  // namespace
}  // namespace glassdock::session
