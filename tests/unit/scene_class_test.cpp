// Class mode: what the back row of a room sees of a failure, of walls, of a moment that has passed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "app/render/fonts.h"
#include "app/scene/strings.h"
#include "tests/support/run_story.h"
#include "tests/support/shown.h"

namespace glassdock::scene {
namespace {

using support::RunStory;
using support::Shown;
using support::words_in;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SceneClass : public testing::Test {
 protected:
  SceneClass() { view_.arrangement.class_mode = true; }

  Scene scene(const RunStory& story, std::size_t behind = 0) {
    Shown shown(story.events);
    view_.position = shown.position_at(story.events.size() - behind);
    return shown.scene(view_, {1600, 900}, fonts_);
  }
  template <typename Condition>
  static std::ptrdiff_t boxes(const Scene& scene, Condition condition) {
    const auto& shapes = scene.layers[Scene::ground].shapes;
    return std::count_if(shapes.begin(), shapes.end(),
                         [&](const Shape& shape) { return shape.kind == Shape::Kind::box && condition(shape.box); });
  }
  static std::ptrdiff_t walls_up(const Scene& scene) {
    return boxes(scene, [](const Box& box) { return box.fill == Colour::isolate; });
  }

  render::Fonts fonts_;
  View view_;
};

RunStory begun() {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.create();
  story.begin_start();
  return story;
}

TEST_F(SceneClass, AStartThatFailedSaysWhatAndWhyUntilTheNextRun) {
  RunStory story = begun();
  story.walls();
  story.files();
  story.powers();
  story.fail_to_execute();
  story.answer(story.request("POST /containers/" + story.container + "/wait"), "POST /wait", 200);
  story.remove();
  const Scene failed = scene(story);
  EXPECT_THAT(words_in(failed), AllOf(HasSubstr("exit code 127 | could not become: | ls -l | exec: \"nosuch\": "
                                                "executable file not found in $PATH | "),
                                      Not(HasSubstr("will become")), Not(HasSubstr("The engine answers"))));
  const auto& shapes = failed.layers[Scene::ground].shapes;
  EXPECT_TRUE(std::any_of(shapes.begin(), shapes.end(), [](const Shape& shape) {
    return shape.kind == Shape::Kind::arc && shape.arc.dash == Dash::long_dashes &&
           shape.arc.colour == Colour::failed_line;
  }));
  // The client's card says it, too.
  view_.arrangement.class_mode = false;
  EXPECT_THAT(words_in(scene(story), "client"), HasSubstr("exec: \"nosuch\": executable file | not found in $PATH | "));
}

TEST_F(SceneClass, SoDoesAPullThatFailed) {
  RunStory story;
  story.baseline();
  story.missing(1, "alpin");
  story.pull_in_vain("alpin:latest");
  story.events.back().arguments.push_back({"error", std::string("pull access denied for alpin")});
  EXPECT_THAT(words_in(scene(story)),
              AllOf(HasSubstr("Pull: failed | pull access denied for alpin | "), Not(HasSubstr("The engine answers"))));
}

TEST_F(SceneClass, SoDoesACommandThatEndedBadly) {
  RunStory story = begun();
  story.walls();
  story.files();
  story.powers();
  story.execute();
  story.exit(3);
  story.remove();
  const Scene ended = scene(story);
  EXPECT_THAT(words_in(ended), AllOf(HasSubstr("ended with code 3 | "), HasSubstr("code 3. | ")));
  // Nor does its process look as if it lived.
  const auto& shapes = ended.layers[Scene::ground].shapes;
  EXPECT_TRUE(std::none_of(shapes.begin(), shapes.end(), [](const Shape& shape) {
    return shape.kind == Shape::Kind::arc && shape.arc.colour == Colour::run_line;
  }));
}

TEST_F(SceneClass, AStartThatWasGivenUpNeitherFailedNorIsItToCome) {
  RunStory story;
  story.held_start();
  story.given_up("isolate.proc", 2);
  story.give_up();
  EXPECT_THAT(words_in(scene(story)), AllOf(HasSubstr("command: | ls -l"), Not(HasSubstr("become"))));
}

// What a gate holds back is drawn as what is to come, its name plate too.
TEST_F(SceneClass, AWallThatIsHeldDoesNotStandYet) {
  RunStory story = begun();
  const auto solid = [&](const Scene& scene) {
    return boxes(scene, [](const Box& box) { return box.rect.h == 52 && box.radius == 8 && box.dash == Dash::solid; });
  };
  const std::ptrdiff_t before = solid(scene(story));
  EXPECT_EQ(before, 0);
  story.limits({});
  story.held("isolate.clone", 1, 48117);
  EXPECT_EQ(solid(scene(story)), before);
  story.released("isolate.clone", 1, 1'000'000);
  story.clone();
  EXPECT_EQ(solid(scene(story)), 6);
}

TEST_F(SceneClass, TheContainerStaysInThePictureAtEachGateOfItsStart) {
  for (const char* gate : {"isolate.cgroups", "snapshot.overlay", "isolate.proc"}) {
    RunStory story = begun();
    story.walls();
    story.held(gate, 1);
    story.events.back().arguments[2].value =
        std::string(std::string_view(gate).starts_with("snapshot") ? "snapshot" : "isolate");
    EXPECT_THAT(words_in(scene(story)), AllOf(HasSubstr("CONTAINER | "), Not(HasSubstr("HUB | ")))) << gate;
  }
  RunStory story;
  story.baseline();
  story.create();
  EXPECT_THAT(words_in(scene(story)), AllOf(HasSubstr("HUB | "), Not(HasSubstr("CONTAINER | "))));
}

TEST_F(SceneClass, EachStretchOfWallTellsOfThePlateThatItBears) {
  RunStory story = begun();
  EXPECT_EQ(walls_up(scene(story)), 0);
  story.operation("isolate.clone", trace::Stage::isolate, {{"pid", std::int64_t{48121}}});
  EXPECT_EQ(walls_up(scene(story)), 5);
  story.operation("isolate.cgroup-namespace");
  EXPECT_EQ(walls_up(scene(story)), 6);
}

TEST_F(SceneClass, AnOrdinaryUsersWallStandsAboveThem) {
  RunStory story;
  story.baseline(true);
  story.baseline_image();
  story.create();
  story.begin_start();
  EXPECT_THAT(words_in(scene(story)), HasSubstr("user | "));
  story.clone();
  const Scene scene = this->scene(story);
  EXPECT_EQ(walls_up(scene), 7);
  const auto& texts = scene.layers[Scene::ground].texts;
  const auto user = std::find_if(texts.begin(), texts.end(), [](const Text& text) { return text.words == "user"; });
  ASSERT_NE(user, texts.end());
  constexpr float frame = 204;
  EXPECT_GT(user->room.y, frame + 4) << "its plate lies on the picture's frame";
}

TEST_F(SceneClass, ThePastHasAFormOfItsOwnAndTheWayBack) {
  view_.controls = true;
  RunStory story = begun();
  story.walls();
  story.files();
  const auto dashed_frame = [](const Box& box) { return box.dash == Dash::dashed && box.rect.w > 1500; };
  const auto band_end = [](const Box& box) { return box.hatched && box.rect.y < 92; };
  for (const std::size_t behind : {0U, 3U}) {
    const Scene scene = this->scene(story, behind);
    const bool past = behind > 0;
    EXPECT_EQ(boxes(scene, dashed_frame), past ? 1 : 0);
    EXPECT_EQ(boxes(scene, band_end), past ? 2 : 0);
    EXPECT_EQ(words_in(scene).find("before now") != std::string::npos, past);
    const auto way = std::find_if(scene.places.begin(), scene.places.end(),
                                  [](const Place& place) { return place.act == Act::go_live; });
    EXPECT_EQ(way != scene.places.end() && way->rect.y < 92, past);
  }
}

TEST_F(SceneClass, ANoticeStandsInTheBand) {
  view_.notice = "An engine answers on that socket already.";
  EXPECT_THAT(words_in(scene(begun())), HasSubstr(view_.notice + " | "));
}

TEST_F(SceneClass, TheKeyLineSaysWhatEscDoes) {
  using ClassPanel = Arrangement::ClassPanel;
  const RunStory story = begun();
  EXPECT_THAT(words_in(scene(story)), AllOf(HasSubstr("Esc | leave class mode"), Not(HasSubstr("Esc | close"))));
  for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
    view_.language = language;
    view_.arrangement.class_panel = ClassPanel::evidence;
    const std::string words = words_in(scene(story));
    EXPECT_THAT(words, AllOf(HasSubstr("Esc | " + std::string(say(Word::close_panel, language))),
                             HasSubstr("F11 | " + std::string(say(Word::leave_class, language)))));
  }
}

}  // namespace
}  // namespace glassdock::scene
