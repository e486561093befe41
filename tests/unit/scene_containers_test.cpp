// The containers' panel: docker's table, the life of one, what it takes and prints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "app/render/fonts.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "tests/support/life_story.h"
#include "tests/support/scene_faults.h"
#include "tests/support/shown.h"

namespace glassdock::scene {
namespace {

using support::LifeStory;
using support::Shown;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Viewport sizes[] = {{800, 600}, {1024, 700}, {1280, 720}, {1366, 768}, {1600, 900}, {2560, 1440}};
constexpr trace::Language languages[] = {trace::Language::english, trace::Language::korean};

LifeStory lived() {
  LifeStory story;
  story.baseline();
  story.baseline_image();
  story.was_here("old", "exited", 90'000'000'000, 80'000'000'000, 60'000'000'000);
  story.runs("tea");
  story.pause("tea");
  story.unpause("tea");
  story.pause("tea");
  story.runs("shop");
  story.stop("shop", {.handles = false});
  story.restart("shop");
  return story;
}

class SceneContainers : public testing::Test {
 protected:
  SceneContainers() {
    view_.containers.open = true;
    view_.controls = true;
    view_.engine = EngineState::there;
  }
  Scene scene(Shown& shown, std::size_t count, Viewport size = {1600, 900}) {
    view_.position = shown.position_at(count);
    return shown.scene(view_, size, fonts_);
  }
  Scene scene(const LifeStory& story, Viewport size = {1600, 900}) {
    Shown shown(story.events);
    return scene(shown, story.events.size(), size);
  }
  static std::string row(const Scene& scene, const std::string& id) {
    for (const Place& place : scene.places) {
      if (place.act != Act::choose_container || place.name != id) continue;
      std::string all;
      for (const Text& text : scene.layers[Scene::ground].texts) {
        if (place.rect.contains(text.room.centre())) all += text.words + " | ";
      }
      return all;
    }
    return {};
  }

  // Whether the diagram has this state as the present one.
  static bool is_now(const Scene& scene, std::string_view state) {
    for (const Text& text : scene.layers[Scene::ground].texts) {
      if (text.words == state && text.font == strong) return true;
    }
    return false;
  }

  render::Fonts fonts_;
  View view_;
};

TEST_F(SceneContainers, TheTableHasDockersSevenColumnsInDockersWords) {
  const Scene now = scene(lived());
  EXPECT_THAT(support::words_in(now), HasSubstr("CONTAINER ID | IMAGE | COMMAND | CREATED | STATUS | PORTS | NAMES"));
  EXPECT_EQ(row(now, "tea"), "tea | alpine | \"ls -l\" | 10 seconds ago | Up 10 seconds (Paused) | tea | ");
  EXPECT_EQ(row(now, "shop"), "shop | alpine | \"ls -l\" | 10 seconds ago | Up Less than a second | shop | ");
  EXPECT_THAT(row(now, "old"), HasSubstr("Exited (3) About a minute ago"));
}

TEST_F(SceneContainers, OneThatWasOnlyCreatedHasItsCommandToo) {
  LifeStory story = lived();
  story.container = "new";
  story.create(0);
  EXPECT_THAT(row(scene(story), "new"), AllOf(HasSubstr("\"ls -l\""), HasSubstr("Created")));
}

TEST_F(SceneContainers, WhatItsPolicyLetsWaitIsRestartingInTableDiagramAndPicture) {
  view_.container = "shop";
  LifeStory story = lived();
  EXPECT_THAT(support::words_in(scene(story)), HasSubstr("restarting")) << "what may come";
  story.waits_for_restart("shop", "always");
  view_.waited_ns = 5'000'000'000;
  const Scene waits = scene(story);
  EXPECT_THAT(row(waits, "shop"), HasSubstr("Restarting (3) 5 seconds ago"));
  EXPECT_TRUE(is_now(waits, "restarting"));
  EXPECT_THAT(support::words_in(waits), HasSubstr("code 3, restarts"));
  view_.containers.all = false;
  EXPECT_NE(row(scene(story), "shop"), "") << "docker ps lists it";
  view_.arrangement.class_mode = true;
  EXPECT_THAT(support::words_in(scene(story)), HasSubstr("code 3, restarts"));
}

TEST_F(SceneContainers, TheDiagramSaysWhyItEnded) {
  struct Case {
    std::function<void(LifeStory&)> ends;
    const char *english, *korean, *in_moves;
  };
  const Case cases[] = {
      {[](LifeStory& story) { story.exits("tea", 3); }, "by itself, code 3", "스스로 끝남, 코드 3",
       "it ended by itself"},
      {[](LifeStory& story) { story.stop("tea", {.handles = true}); }, "by docker stop, code 0", "docker stop, 코드 0",
       "docker stop tea"},
      {[](LifeStory& story) { story.kill("tea", 9, "SIGKILL", true); }, "by docker kill, code 137",
       "docker kill, 코드 137", "docker kill tea"},
      {[](LifeStory& story) { story.exits("tea", 139, 11); }, "by SIGSEGV, code 139", "SIGSEGV, 코드 139",
       "SIGSEGV ended it"},
      {[](LifeStory& story) {
         story.exits("tea", 137, 9);
         story.events.back().arguments.push_back({"oom_killed", true});
       },
       "memory limit, code 137", "메모리 제한, 코드 137", "the kernel killed it: memory"},
      {[](LifeStory& story) {
         story.exits("tea", 255);
         story.events.back().arguments.push_back({"error", std::string("its monitor is gone")});
       },
       "how is not known", "이유는 알 수 없어요", "it ended unseen"},
  };
  view_.container = "tea";
  for (const Case& one : cases) {
    LifeStory story;
    story.baseline();
    story.baseline_image();
    story.runs("tea");
    one.ends(story);
    view_.language = trace::Language::english;
    view_.thing = "container:tea";
    EXPECT_THAT(support::words_in(scene(story)), AllOf(HasSubstr(one.english), HasSubstr(one.in_moves)));
    view_.language = trace::Language::korean;
    EXPECT_THAT(support::words_in(scene(story)), HasSubstr(one.korean));
    support::Faults faults;
    for (const Viewport size : sizes) support::find_faults(scene(story, size), fonts_, view_.arrangement, faults);
    EXPECT_EQ(support::lines_of(faults), "") << one.english;
    // Where a policy's words need the room, fewer say it.
    story.restarts_by_policy("tea", "always");
    story.exits("tea", 1);
    for (const Viewport size : sizes) support::find_faults(scene(story, size), fonts_, view_.arrangement, faults);
    EXPECT_EQ(support::lines_of(faults), "");
  }
}

TEST_F(SceneContainers, WhatWaitsForItsPolicySaysWhenItStarts) {
  view_.container = "shop";
  view_.thing = "container:shop";
  LifeStory story = lived();
  EXPECT_THAT(support::words_in(scene(story)), Not(HasSubstr("next start")));
  story.waits_for_restart("shop", "always");
  EXPECT_THAT(support::words_in(scene(story)), HasSubstr("next start in 100 ms"));
  *std::find_if(story.events.back().arguments.begin(), story.events.back().arguments.end(),
                [](const trace::Argument& one) { return one.name == "delay_ms"; }) = {"delay_ms", std::int64_t{12'800}};
  EXPECT_THAT(support::words_in(scene(story)),
              AllOf(HasSubstr("next start in 13 s"), HasSubstr("in 13 s | next start")));
  view_.waited_ns = 9'000'000'000;
  EXPECT_THAT(support::words_in(scene(story)), HasSubstr("next start in 4 s"));
  view_.language = trace::Language::korean;
  EXPECT_THAT(support::words_in(scene(story)), HasSubstr("4초 뒤에 시작"));
  support::Faults faults;
  for (const Viewport size : sizes) support::find_faults(scene(story, size), fonts_, view_.arrangement, faults);
  view_.waited_ns = 13'000'000'000;
  EXPECT_THAT(support::words_in(scene(story)), HasSubstr("이제 시작"));
  for (const Viewport size : sizes) support::find_faults(scene(story, size), fonts_, view_.arrangement, faults);
  EXPECT_EQ(support::lines_of(faults), "");
}

TEST_F(SceneContainers, AHeldStartLeavesItWhatItWas) {
  LifeStory story = lived();
  story.kill("shop", 9, "SIGKILL", true);
  story.container = "shop";
  story.begin_start(0);
  story.held("isolate.clone", 1, 48117, 0);
  view_.container = "shop";
  const Scene held = scene(story);
  EXPECT_TRUE(is_now(held, "exited"));
  EXPECT_FALSE(is_now(held, "created"));
  EXPECT_THAT(row(held, "shop"), HasSubstr("Exited (137)"));
}

TEST_F(SceneContainers, WhatIsMeasuredForTheFirstTimeIsNoShareYet) {
  const client::UsageSample first{.id = "tea", .cpu_ns = 900, .machine_cpu_ns = 1'000, .cpus = 2, .processes = 3};
  view_.containers.usage = text::UsageLine{"tea", first, first};
  EXPECT_THAT(support::words_in(scene(lived())), AllOf(HasSubstr("not yet"), Not(HasSubstr("0.00%"))));
}

TEST_F(SceneContainers, AnOlderOneThatIsChosenStandsForItself) {
  LifeStory story = lived();
  view_.container = "old";
  EXPECT_THAT(support::words_in(scene(story)),
              AllOf(HasSubstr("nobody has asked anything"), HasSubstr("All went with its last")));
  const std::uint64_t asked = story.request("POST /containers/old/pause", 0);
  story.answer(asked, "POST /containers/old/pause", 409, 0);
  EXPECT_THAT(support::words_in(scene(story)), HasSubstr("409, beside the run")) << "that is about it";
  view_.container = "tea";
  EXPECT_THAT(support::words_in(scene(story)),
              AllOf(HasSubstr("docker pause tea"), HasSubstr("asked last of this"), Not(HasSubstr("beside the run"))));
}

TEST_F(SceneContainers, TimesGoOnWhileItIsOpen) {
  view_.waited_ns = 7'000'000'000;
  EXPECT_THAT(row(scene(lived()), "shop"), HasSubstr("Up 7 seconds"));
}

TEST_F(SceneContainers, WithoutAllOnlyThoseThatRun) {
  view_.containers.all = false;
  const Scene now = scene(lived());
  EXPECT_EQ(row(now, "old"), "");
  EXPECT_NE(row(now, "tea"), "");
  EXPECT_THAT(support::words_in(now), HasSubstr("with -a: all 3"));
}

TEST_F(SceneContainers, TheLifeTellsEachMoveHowOftenAndWhen) {
  view_.container = "tea";
  EXPECT_THAT(support::words_in(scene(lived())), HasSubstr("pause 2×"));
  view_.container = "shop";
  const std::string words = support::words_in(scene(lived()));
  EXPECT_THAT(words, HasSubstr("start 1×, +10"));
  EXPECT_THAT(words, HasSubstr("exit 2×"));
}

TEST_F(SceneContainers, ARestartByPolicyIsCountedForItself) {
  view_.container = "shop";
  EXPECT_THAT(support::words_in(scene(lived())), Not(HasSubstr("restart 1×")));
  LifeStory story = lived();
  story.restarts_by_policy("shop", "always");
  const std::string words = support::words_in(scene(story));
  EXPECT_THAT(words, HasSubstr("restart 1×"));
  EXPECT_THAT(words, HasSubstr("exit 3×"));
}

TEST_F(SceneContainers, AMomentBeforeHasItsOwnTable) {
  Shown shown(lived().events);
  std::size_t created = 0;
  while (shown.history.event(created).name != "container.pause") ++created;
  view_.container = "tea";
  const Scene then = scene(shown, created);
  EXPECT_THAT(row(then, "tea"), HasSubstr("Up Less than a second"));
  EXPECT_EQ(row(then, "shop"), "");
}

TEST_F(SceneContainers, WhatIsEmptySaysWhatWillStandThere) {
  LifeStory story;
  story.baseline();
  const std::string words = support::words_in(scene(story));
  EXPECT_THAT(words, HasSubstr("Empty. A container stands here as soon as one is made"));
  EXPECT_THAT(words, HasSubstr("The life of a container will stand here"));
  const std::string lives = support::words_in(scene(lived()));
  EXPECT_THAT(lives, HasSubstr("Measured each second while it runs"));
  EXPECT_THAT(lives, HasSubstr("Read at the newest moment.")) << "nobody has asked it yet";
  view_.containers.log = std::vector<std::string>{};
  EXPECT_THAT(support::words_in(scene(lived())), HasSubstr("What it prints will stand here."));
}

TEST_F(SceneContainers, TheGaugesAreDockersStats) {
  client::UsageSample before{.id = "tea", .cpu_ns = 0, .machine_cpu_ns = 0, .cpus = 2}, now = before;
  now.cpu_ns = 250'000'000;
  now.machine_cpu_ns = 2'000'000'000;
  now.memory_bytes = 1u << 20;
  now.memory_limit_bytes = 64u << 20;
  now.processes = 3;
  view_.containers.usage = text::UsageLine{"tea", before, now};
  view_.containers.log = {"one", "two\x1b[31m"};
  const std::string words = support::words_in(scene(lived()));
  EXPECT_THAT(words, HasSubstr("1MiB / 64MiB"));
  EXPECT_THAT(words, HasSubstr("25.00%"));
  EXPECT_THAT(words, HasSubstr("one | two"));
  EXPECT_THAT(words, Not(HasSubstr("\x1b")));
}

TEST_F(SceneContainers, NoTextStandsOnAnotherAtAnySizeInBothLanguages) {
  support::Faults faults;
  LifeStory story = lived();
  story.restarts_by_policy("shop", "always");
  story.waits_for_restart("shop", "always");
  story.container = "tea";
  story.kill("tea", 9, "SIGKILL", true);
  story.begin_start(0);
  story.held("isolate.clone", 1, 48117, 0);
  Shown shown(story.events);
  for (const bool measured : {false, true}) {
    if (measured) {
      view_.containers.usage =
          text::UsageLine{"tea", {}, {.id = "tea", .memory_bytes = 5'000'000'000, .processes = 12}};
      view_.containers.log = std::vector<std::string>(30, "a line that is as long as a line can be, and longer");
    }
    for (const Viewport size : sizes) {
      for (const trace::Language language : languages) {
        view_.language = language;
        for (std::size_t count = 0; count <= story.events.size(); count += 7) {
          support::find_faults(scene(shown, count, size), fonts_, view_.arrangement, faults);
        }
      }
    }
  }
  EXPECT_EQ(support::lines_of(faults), "");
}

TEST_F(SceneContainers, InANarrowWindowNothingOfThePictureIsSeenBetweenThem) {
  const Scene now = scene(lived(), {800, 600});
  const Rect canvas = lay_out({800, 600}, view_.arrangement).canvas;
  const auto& shapes = now.layers[Scene::drawers].shapes;
  EXPECT_TRUE(std::any_of(shapes.begin(), shapes.end(), [&](const Shape& shape) {
    return shape.kind == Shape::Kind::box && shape.box.rect == canvas && shape.box.fill == Colour::window &&
           shape.box.radius == 0;
  }));
  EXPECT_TRUE(std::none_of(now.places.begin(), now.places.end(),
                           [](const Place& place) { return place.name.starts_with("wall:"); }));
}

TEST_F(SceneContainers, TheEvidenceLiesOverTheCanvasAlone) {
  view_.arrangement.evidence_drawer = true;
  view_.selected = 3;
  Scene now = scene(lived(), {800, 600});
  now.layers[Scene::ground] = now.layers[Scene::drawers];
  support::Faults faults;
  support::find_collisions(now, fonts_, view_.arrangement, faults);
  EXPECT_EQ(support::lines_of(faults), "");
  EXPECT_EQ(row(now, "tea"), "");
  EXPECT_THAT(support::words_in(now), HasSubstr("EVIDENCE"));
}

TEST_F(SceneContainers, OfOneThatWasThereBeforeNothingIsMadeUp) {
  LifeStory story = lived();
  story.was_here("new", "created", 90'000'000'000, 0, 0);
  story.events.back().arguments.pop_back();  // it never started
  view_.container = "new";
  EXPECT_THAT(support::words_in(scene(story)), AllOf(HasSubstr("to come"), Not(HasSubstr("not watched"))));
  view_.container = "old";
  EXPECT_THAT(support::words_in(scene(story)), AllOf(HasSubstr("not watched"), Not(HasSubstr("not reached"))));
  story.was_here("up", "running", 90'000'000'000, 80'000'000'000, 0);
  story.events.back().arguments.push_back({"command", std::string("sleep 9")});
  story.events.back().arguments.push_back({"pid", std::int64_t{4711}});
  view_.container = "up";
  EXPECT_THAT(support::words_in(scene(story)),
              AllOf(HasSubstr("is now:"), HasSubstr("It was there before: its mounts")));
}

TEST_F(SceneContainers, InClassModeTheLifeTakesThePicturesPlace) {
  support::Faults faults;
  view_.arrangement.class_mode = true;
  view_.arrangement.class_panel = Arrangement::ClassPanel::containers;
  view_.container = "tea";
  for (const trace::Language language : languages) {
    view_.language = language;
    const Scene now = scene(lived());
    support::find_collisions(now, fonts_, view_.arrangement, faults);
    support::find_cut_words(now, faults);
    EXPECT_THAT(support::words_in(now), HasSubstr("pause 2×"));
    for (const Text& text : now.layers[Scene::ground].texts) EXPECT_GE(text.font.size, 26) << text.words;
  }
  EXPECT_EQ(support::lines_of(faults), "");
}

}  // namespace
}  // namespace glassdock::scene
