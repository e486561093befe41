// Class mode: what the back row of a room sees of a failure, of walls, of a moment that has passed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "app/render/fonts.h"
#include "app/scene/strings.h"
#include "app/scene/terms.h"
#include "tests/support/life_story.h"
#include "tests/support/scene_faults.h"
#include "tests/support/shown.h"

namespace glassdock::scene {
namespace {

using support::LifeStory;
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
  story.begun();
  return story;
}

TEST_F(SceneClass, AStartThatFailedSaysWhatAndWhyUntilTheNextRun) {
  RunStory story = begun();
  story.prepared();
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
  story.prepared();
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
  EXPECT_THAT(words_in(scene(story)), AllOf(HasSubstr("F11 | leave"), Not(HasSubstr("Esc | "))));
  for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
    view_.language = language;
    view_.arrangement.class_panel = ClassPanel::evidence;
    const std::string words = words_in(scene(story));
    EXPECT_THAT(words, AllOf(HasSubstr("Esc | " + std::string(say(Word::close_panel, language))),
                             HasSubstr("F11 | " + std::string(say(Word::leave_class, language)))));
  }
}

// Whoever asks what a wall is clicks it, and the back row reads the answer.
TEST_F(SceneClass, WhatIsClickedIsExplainedBelowThePicture) {
  RunStory story = begun();
  story.walls();
  support::Faults faults;
  for (const auto panel : {Arrangement::ClassPanel::none, Arrangement::ClassPanel::terminal}) {
    view_.arrangement.class_panel = panel;
    for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
      view_.language = language;
      view_.thing.clear();
      const Scene plain = scene(story);
      std::size_t things = 0;
      for (const Place& place : plain.places) {
        if (place.act != Act::select_event) continue;
        const std::string_view term = term_of(place.name, language);
        ASSERT_NE(term, "") << place.name;
        ++things;
        view_.thing = place.name;
        const Scene explained = scene(story);
        EXPECT_THAT(support::joined_words(explained), HasSubstr(std::string(term))) << place.name;
        support::find_collisions(explained, fonts_, view_.arrangement, faults);
        support::find_cut_words(explained, faults);
      }
      EXPECT_EQ(things, 6U + 1 + 2 + 1) << "walls, process, engine and monitor, kernel";
    }
  }
  EXPECT_EQ(support::lines_of(faults), "");
}

TEST_F(SceneClass, TheActorsOfARequestAreExplainedToo) {
  RunStory story;
  story.baseline();
  story.create();
  for (const char* name : {"client", "engine", "hub", "cache"}) {
    view_.thing = name;
    EXPECT_THAT(support::joined_words(scene(story)), HasSubstr(std::string(term_of(name, view_.language)))) << name;
  }
}

// The tip of what is pointed at has letters for a room, too.
TEST_F(SceneClass, ATipIsNoSmaller) {
  RunStory story = begun();
  story.walls();
  const Scene plain = scene(story);
  const auto wall = std::find_if(plain.places.begin(), plain.places.end(),
                                 [](const Place& place) { return place.name == "wall:pid"; });
  ASSERT_NE(wall, plain.places.end());
  view_.hovered = key_of(*wall);
  view_.tip = true;
  const Scene pointed = scene(story);
  ASSERT_FALSE(pointed.layers[Scene::overlay].texts.empty());
  for (const Text& text : pointed.layers[Scene::overlay].texts) EXPECT_GE(text.font.size, 26) << text.words;
}

// A container that runs beside the run, and was chosen.
class SceneClassOther : public SceneClass {
 protected:
  static LifeStory told() {
    LifeStory story;
    story.baseline();
    story.baseline_image();
    story.runs("tea");
    story.wait(5'000'000'000);
    story.pause("tea");
    story.container = support::story_container;
    story.create(7000);
    story.begin_start(7000);
    story.walls();
    return story;
  }
};

TEST_F(SceneClassOther, HeadingTimesPictureAndWordsAreOfTheChosenContainer) {
  const LifeStory story = told();
  const std::string of_run = words_in(scene(story));
  EXPECT_THAT(of_run, AllOf(HasSubstr("Request | "), Not(HasSubstr("Paused"))));
  view_.container = "tea";
  const std::string words = words_in(scene(story));
  EXPECT_THAT(words, HasSubstr("tea  Up 5 seconds (Paused) | "));
  EXPECT_THAT(words, AllOf(HasSubstr("created | "), HasSubstr("running | 5.00 s | paused | "), HasSubstr("freezer")));
  for (const char* stage : {"Request | ", "Isolate | ", "another client"}) EXPECT_THAT(words, Not(HasSubstr(stage)));
}

// It is the stop that one waits for; how many seconds stands at the process.
TEST_F(SceneClassOther, AStopThatWaitsIsTheHeading) {
  LifeStory story = told();
  story.unpause("tea");
  const std::size_t before = story.events.size();
  story.stop("tea", {.handles = false});
  Shown shown(story.events);
  view_.container = "tea";
  bool headed = false;
  for (std::size_t count = before; count <= story.events.size(); ++count) {
    view_.position = shown.position_at(count);
    const std::string words = words_in(shown.scene(view_, {1600, 900}, fonts_));
    const bool waits = words.find(" s to end | ") != std::string::npos;
    headed = headed || waits;
    if (waits) {
      EXPECT_THAT(words, HasSubstr("docker stop ")) << count;
    }
  }
  EXPECT_TRUE(headed);
  EXPECT_THAT(words_in(scene(story)), HasSubstr("tea  Exited (137)"));
}

// It was there before the window was.
TEST_F(SceneClassOther, WhatIsNotToldOfALifeHasNoTime) {
  LifeStory story;
  story.baseline();
  story.was_here("old", "paused", 90'000'000'000, 80'000'000'000, 0);
  story.wait(5'000'000'000);
  story.unpause("old");
  story.wait(2'000'000'000);
  story.stop("old", {});
  view_.container = "old";
  EXPECT_THAT(words_in(scene(story)), HasSubstr("paused | running | 2.00 s | exited | "));
}

// What is held is what is told of, whatever was chosen before.
TEST_F(SceneClassOther, AGateOfTheRunBringsTheRunBack) {
  LifeStory story = told();
  story.held("isolate.proc", 2);
  view_.container = "tea";
  EXPECT_THAT(words_in(scene(story)), AllOf(HasSubstr("Isolate | "), HasSubstr("HELD | "), Not(HasSubstr("Paused"))));
}

// The command that is executed in it waits, not the run.
TEST_F(SceneClassOther, AGateOfAnotherContainerBringsThatOne) {
  LifeStory story = told();
  story.execute(7000);
  story.container = "tea";
  story.held("exec.clone", 3);
  view_.container = support::story_container;
  EXPECT_THAT(words_in(scene(story)), AllOf(HasSubstr("tea  Up 5 seconds (Paused) | "), HasSubstr("HELD | "),
                                            HasSubstr("exec.clone"), Not(HasSubstr("Isolate | "))));
}

// What is tidied behind its end, and what happens to others meanwhile, is not.
TEST_F(SceneClassOther, WhatWasDoneToItIsTold) {
  LifeStory story = told();
  story.execute(7000);
  story.unpause("tea");
  story.stop("tea", {.handles = true});
  const auto end = HasSubstr("The first process of tea ended with code 0. | ");
  view_.container = "tea";
  EXPECT_THAT(words_in(scene(story)), end);
  story.tell(trace::Stage::lifecycle, trace::Kind::instant, "lifecycle.cgroups-remove", "tea");
  EXPECT_THAT(words_in(scene(story)), end);
  story.pause(support::story_container);
  story.unpause(support::story_container);
  EXPECT_THAT(words_in(scene(story)), end);
}

// A live view in each of its panels and both languages, at each moment of what happens to a container.
TEST_F(SceneClassOther, NothingOfItIsCutOrStandsOnAnother) {
  LifeStory story = told();
  story.unpause("tea");
  story.kill("tea", 15, "SIGTERM", false);
  story.exec("tea", "ls -l /very/long/path", 48300, 7);
  story.stop("tea", {.handles = false});
  support::Faults faults;
  Shown shown(story.events);
  for (const char* chosen : {"", "tea"}) {
    view_.container = chosen;
    for (const auto panel : {Arrangement::ClassPanel::none, Arrangement::ClassPanel::terminal}) {
      view_.arrangement.class_panel = panel;
      for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
        view_.language = language;
        for (std::size_t count = 0; count <= story.events.size(); ++count) {
          view_.position = shown.position_at(count);
          const Scene now = shown.scene(view_, {1600, 900}, fonts_);
          support::find_collisions(now, fonts_, view_.arrangement, faults);
          support::find_cut_words(now, faults);
          for (const Text& text : now.layers[Scene::ground].texts) EXPECT_GE(text.font.size, 26) << text.words;
        }
      }
    }
  }
  EXPECT_EQ(support::lines_of(faults), "");
}

TEST_F(SceneClass, TheTerminalStandsBelowThePicture) {
  view_.arrangement.class_panel = Arrangement::ClassPanel::terminal;
  view_.terminal.typed = "docker ps";
  view_.terminal.cursor = view_.terminal.typed.size();
  RunStory story = begun();
  story.walls();
  const Scene walls = scene(story);
  EXPECT_EQ(walls_up(walls), 6);
  EXPECT_THAT(words_in(walls), AllOf(HasSubstr("Isolate | "), HasSubstr("CONTAINER | "), HasSubstr("docker ps")));
  const auto terminal = std::find_if(walls.places.begin(), walls.places.end(),
                                     [](const Place& place) { return place.act == Act::focus_terminal; });
  ASSERT_NE(terminal, walls.places.end());
  const auto on_it = [&](const Box& box) {
    return box.fill == Colour::isolate && support::meet(box.rect, terminal->rect);
  };
  EXPECT_EQ(boxes(walls, on_it), 0);
  story.held("isolate.proc", 1);
  EXPECT_THAT(words_in(scene(story)), HasSubstr("A new /proc shows only the processes in here. | "));
}

// F5 lets go on, F2 shows the containers, and no key is left out for want of room.
TEST_F(SceneClass, TheKeyLineHasEveryKey) {
  using ClassPanel = Arrangement::ClassPanel;
  const RunStory story = begun();
  for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
    view_.language = language;
    for (const ClassPanel panel : {ClassPanel::none, ClassPanel::evidence, ClassPanel::terminal}) {
      view_.arrangement.class_panel = panel;
      const Scene now = scene(story);
      for (const char* key : {"F10 | ", "F5 | ", "F2 | ", "F1 | ", "E | ", "L | "}) {
        EXPECT_THAT(words_in(now), HasSubstr(key));
      }
      const support::KeyLine keys = support::key_line(now);
      for (const auto& gap : keys.gaps) EXPECT_GE(gap.wide, 8) << gap.words;
      EXPECT_LE(keys.end, 1580);
    }
  }
}

// There is room for little, and what one can do oneself comes first.
TEST_F(SceneClass, TheEvidenceBeginsWithTheCommandForOnesOwnTerminal) {
  view_.arrangement.class_panel = Arrangement::ClassPanel::evidence;
  RunStory story = begun();
  story.walls();
  for (trace::Event& event : story.events) {
    for (trace::Evidence& evidence : event.evidence) evidence.command = "lsns -p 48121";
    if (event.name == "isolate.clone") view_.selected = static_cast<std::size_t>(&event - story.events.data());
  }
  const std::string words = words_in(scene(story));
  EXPECT_THAT(words, HasSubstr("See it yourself, in your own terminal | "));
  EXPECT_LT(words.find("$ lsns -p 48121"), words.find("READ FROM"));
}

TEST_F(SceneClass, APausedProcessDoesNotLookLikeOneThatRuns) {
  view_.engine = EngineState::there;
  const auto bright = [](const Scene& scene) {
    const auto& shapes = scene.layers[Scene::ground].shapes;
    return std::count_if(shapes.begin(), shapes.end(), [](const Shape& shape) {
      return shape.kind == Shape::Kind::arc && shape.arc.stroke == 0 && shape.arc.colour == Colour::run;
    });
  };
  LifeStory story;
  story.baseline();
  story.baseline_image();
  story.runs("tea");
  const auto running = bright(scene(story));
  story.pause("tea");
  EXPECT_LT(bright(scene(story)), running);
}

TEST_F(SceneClass, WallsThatAreGoneSaySoAndAreNoColourOfWalls) {
  RunStory story = begun();
  story.prepared();
  story.execute();
  EXPECT_THAT(words_in(scene(story)), Not(HasSubstr("walls are gone")));
  story.exit();
  const Scene now = scene(story);
  EXPECT_THAT(words_in(now), HasSubstr("CONTAINER: its 6 walls are gone"));
  EXPECT_EQ(boxes(now, [](const Box& box) { return box.hatched && box.line == Colour::isolate_line; }), 0);
  EXPECT_GT(boxes(now, [](const Box& box) { return box.hatched; }), 0);
}

}  // namespace
}  // namespace glassdock::scene
