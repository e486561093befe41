// Where texts stand: at every event of several runs, at three sizes of the window, in both languages.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "app/render/fonts.h"
#include "app/render/palette.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "tests/support/life_story.h"
#include "tests/support/run_story.h"
#include "tests/support/scene_faults.h"
#include "tests/support/shown.h"

namespace glassdock::scene {
namespace {

using support::Faults;
using support::lines_of;
using support::RunStory;
using support::Shown;
using support::words_in;

struct Told {
  const char* name;
  std::vector<trace::Event> events;
};

std::vector<Told> stories() {
  std::vector<Told> all;
  RunStory cold;
  cold.baseline();
  cold.cold();
  cold.remove();
  all.push_back({"cold", cold.events});

  RunStory held;
  held.begun();
  held.held("isolate.cgroups", 1, 0);
  held.released("isolate.cgroups", 1, 3'000'000'000);
  held.walls();
  held.held("isolate.proc", 2);
  all.push_back({"held", held.events});

  RunStory failed;
  failed.begun();
  failed.prepared();
  failed.fail_to_execute();
  failed.remove();
  all.push_back({"failed", failed.events});

  RunStory wrong;
  wrong.baseline();
  wrong.cold();
  wrong.events.back().arguments = {{"exit_code", std::int64_t{137}}, {"signal", std::int64_t{9}}};
  all.push_back({"killed", wrong.events});

  RunStory rootless;
  rootless.baseline(true);
  rootless.baseline_image();
  rootless.create();
  rootless.begin_start();
  rootless.limits({{"limits", std::string("memory.max=1610612736\ncpu.max=50000 100000\npids.max=20")}});
  rootless.clone();
  rootless.files();
  rootless.powers();
  rootless.execute();
  rootless.exit();
  all.push_back({"rootless", rootless.events});

  RunStory pulled;
  pulled.baseline();
  for (const char* name : {"busybox:latest", "hello-world:latest", "me/tools:1.2", "me/tools:1.3", "me/more:1"}) {
    pulled.baseline_other_image(name);
  }
  pulled.pull();
  all.push_back({"pulled", pulled.events});

  support::LifeStory lived;
  lived.baseline();
  lived.baseline_image();
  lived.was_here("old", "exited", 90'000'000'000, 80'000'000'000, 60'000'000'000);
  lived.runs("tea");
  lived.exec("tea", "sh -c 'sleep 1000; echo woken'", 48760, 7);
  lived.pause("tea");
  lived.unpause("tea");
  lived.exec("tea", "true", 48790, 1234);
  lived.exec_ends(3);
  lived.runs("shop");
  lived.stop("tea", {.handles = false});
  lived.exec_fails("shop", "nosuch", "exec failed: no such file");
  lived.exec("shop", "top", 48800, 0);
  lived.restart("shop");
  lived.restarts_by_policy("shop", "on-failure:3");
  lived.kill("shop", 1, "SIGHUP", false);
  lived.kill("shop", 9, "SIGKILL", true);
  lived.remove("tea");
  all.push_back({"lived", lived.events});

  for (const bool stocked : {false, true}) {
    RunStory typo;
    typo.baseline();
    if (stocked) typo.baseline_image();
    typo.missing(1, "alpin");
    typo.pull_in_vain("alpin:latest");
    all.push_back({stocked ? "typo" : "typo in an empty cache", typo.events});
  }
  return all;
}

class SceneLayout : public testing::Test {
 protected:
  Scene scene(Shown& shown, std::size_t count, Viewport size, trace::Language language) {
    View view;
    view.language = language;
    view.position = shown.position_at(count);
    view.machine = "vm, 2 CPUs, 25.3 GB, x86_64";
    view.kernel = "Linux 6.18.44-generic";
    view.controls = controls_;
    view.timeline_zoom = timeline_zoom_;
    view.arrangement = arrangement_;
    if (controls_) {
      view.engine = EngineState::there;
      view.terminal.typed = "docker run hello-world";
      view.breakpoints = {"isolate", "isolate.proc"};
    }
    return shown.scene(view, size, fonts_);
  }

  Faults faults();

  render::Fonts fonts_;
  bool controls_ = false;
  int timeline_zoom_ = 1;
  Arrangement arrangement_;
};

constexpr Viewport sizes[] = {{800, 600}, {1200, 760}, {1366, 768}, {1600, 900}, {2560, 1440}};
constexpr trace::Language languages[] = {trace::Language::english, trace::Language::korean};

Faults SceneLayout::faults() {
  Faults faults;
  for (const Told& told : stories()) {
    Shown shown(told.events);
    for (Viewport size : sizes) {
      for (trace::Language language : languages) {
        for (std::size_t count = 0; count <= told.events.size(); ++count) {
          support::find_collisions(scene(shown, count, size, language), fonts_, arrangement_, faults);
        }
      }
    }
  }
  return faults;
}

TEST_F(SceneLayout, NoTextStandsOnAnotherOrLeavesItsPlace) {
  EXPECT_EQ(lines_of(faults()), "");
}

TEST_F(SceneLayout, NorWithTheControlsOfTheWindow) {
  controls_ = true;
  EXPECT_EQ(lines_of(faults()), "");
  timeline_zoom_ = 8;
  EXPECT_EQ(lines_of(faults()), "");
  timeline_zoom_ = most_timeline_zoom;
  EXPECT_EQ(lines_of(faults()), "");
  arrangement_.terminal_tab = true;
  EXPECT_EQ(lines_of(faults()), "");
  arrangement_.terminal_large = true;
  EXPECT_EQ(lines_of(faults()), "");
}

TEST_F(SceneLayout, NoWordIsCut) {
  Faults cut;
  const auto look = [&](const Viewport& size) {
    for (const Told& told : stories()) {
      Shown shown(told.events);
      for (trace::Language language : languages) {
        for (std::size_t count = 0; count <= told.events.size(); ++count) {
          support::find_cut_words(scene(shown, count, size, language), cut);
        }
      }
    }
  };
  for (bool controls : {false, true}) {
    controls_ = controls;
    for (Viewport size : {Viewport{1024, 700}, Viewport{800, 600}, Viewport{1280, 720}, Viewport{1600, 900}}) {
      arrangement_ = {};
      look(size);
      arrangement_.class_mode = true;
      look(size);
    }
  }
  EXPECT_EQ(lines_of(cut), "");
}

// One who waits at a gate is told what stands and what comes, in every window.
TEST_F(SceneLayout, AGateSaysWhatStandsNowAndWhatComesNext) {
  controls_ = true;
  const Told held = stories()[1];
  ASSERT_STREQ(held.name, "held");
  Shown shown(held.events);
  const auto said = [&](Viewport size, bool class_mode) {
    arrangement_ = {.class_mode = class_mode};
    std::string all;
    const Scene scene = this->scene(shown, held.events.size(), size, trace::Language::english);
    for (const Text& text : scene.layers[Scene::ground].texts) all += text.words + "\n";
    return all;
  };
  for (Viewport size : {Viewport{1600, 900}, Viewport{1024, 700}, Viewport{800, 600}}) {
    for (bool class_mode : {false, true}) {
      const std::string words = said(size, class_mode);
      EXPECT_NE(words.find("The layers are one tree; nothing is mounted in it."), std::string::npos) << size.width;
      EXPECT_NE(words.find("A new /proc shows only the processes in here."), std::string::npos) << size.width;
    }
  }
}

TEST_F(SceneLayout, TheStagesListSaysWhatAnOperationDoesAndItsName) {
  Shown shown(stories()[1].events);
  const Scene scene = this->scene(shown, shown.history.size(), {1600, 900}, trace::Language::english);
  const Rect panel = lay_out({1600, 900}).stages;
  std::string words;
  for (const Text& text : scene.layers[Scene::ground].texts) {
    if (support::inside(text.room, panel)) words += text.words + " ";
  }
  EXPECT_NE(words.find("A new /proc shows only the processes in here. isolate.proc"), std::string::npos) << words;
}

TEST_F(SceneLayout, ACommandThatNeedsThoseBeforeItSaysSo) {
  RunStory story;
  story.baseline();
  story.create();
  story.begin_start();
  const auto says_so = [&](const std::string& command) {
    story.events.back().plain_command = command;
    Shown shown(story.events);
    const Scene scene = this->scene(shown, story.events.size(), {1600, 900}, trace::Language::english);
    std::string words;
    for (const Text& text : scene.layers[Scene::ground].texts) words += text.words + " ";
    EXPECT_NE(words.find("BY HAND"), std::string::npos) << words;
    return words.find("in one bash") != std::string::npos;
  };
  EXPECT_TRUE(says_so("mkdir ${R:?}/dev"));
  EXPECT_FALSE(says_so("mkdir /dev"));
}

TEST_F(SceneLayout, NorInClassModeWhichHasNoSmallText) {
  controls_ = true;
  using ClassPanel = Arrangement::ClassPanel;
  for (ClassPanel panel : {ClassPanel::none, ClassPanel::evidence, ClassPanel::terminal, ClassPanel::timeline}) {
    arrangement_ = {.class_mode = true, .class_panel = panel};
    EXPECT_EQ(lines_of(faults()), "") << static_cast<int>(panel);
  }
  arrangement_ = {.class_mode = true};
  for (const Told& told : stories()) {
    Shown shown(told.events);
    for (std::size_t count = 0; count <= told.events.size(); ++count) {
      const Scene scene = this->scene(shown, count, {1600, 900}, trace::Language::korean);
      for (const Text& text : scene.layers[Scene::ground].texts) EXPECT_GE(text.font.size, 26) << text.words;
    }
  }
}

// The fill that the middle of the text stands on, as it is painted: the last of what lies there.
Colour ground_under(const Scene& scene, const Text& text, float line_height) {
  Colour found = Colour::window;
  const Point middle{text.at.x + text.width / 2, text.at.y + line_height / 2};
  for (const Shape& shape : scene.layers[Scene::ground].shapes) {
    if (shape.kind == Shape::Kind::box && shape.box.fill != Colour::none && shape.box.rect.contains(middle)) {
      found = shape.box.fill;
    }
    const float dx = middle.x - shape.arc.centre.x, dy = middle.y - shape.arc.centre.y;
    if (shape.kind == Shape::Kind::arc && shape.arc.stroke == 0 && std::hypot(dx, dy) < shape.arc.radius) {
      found = shape.arc.colour;
    }
  }
  return found;
}

TEST_F(SceneLayout, EveryTextCanBeReadOnWhatLiesBeneathIt) {
  constexpr double least = 4.5;  // WCAG 2.1, 1.4.3
  Faults faults;
  for (const Told& told : stories()) {
    Shown shown(told.events);
    for (std::size_t count = 0; count <= told.events.size(); ++count) {
      const Scene scene = this->scene(shown, count, {1600, 900}, trace::Language::english);
      for (const Text& text : scene.layers[Scene::ground].texts) {
        const Colour ground = ground_under(scene, text, fonts_.line_height(text.font));
        for (render::Theme theme : {render::Theme::dark, render::Theme::light}) {
          const double is = render::contrast(render::value_of(text.colour, theme), render::value_of(ground, theme));
          if (is < least) {
            faults.insert(text.words + ": " + std::to_string(is) +
                          (theme == render::Theme::light ? " in light" : " in dark"));
          }
        }
      }
    }
  }
  EXPECT_EQ(lines_of(faults), "");
}

TEST_F(SceneLayout, OneMomentIsOneSceneHoweverOneComesToIt) {
  const std::vector<trace::Event> events = stories().front().events;
  Shown shown(events);
  std::vector<std::uint64_t> first;
  std::set<std::uint64_t> different;
  for (std::size_t count = 0; count <= events.size(); ++count) {
    first.push_back(hash(scene(shown, count, {1600, 900}, trace::Language::english)));
    different.insert(first.back());
  }
  EXPECT_GT(different.size(), events.size() / 2);
  for (std::size_t count = events.size() + 1; count-- > 0;) {
    ASSERT_EQ(hash(scene(shown, count, {1600, 900}, trace::Language::english)), first[count]) << count;
    const std::size_t other = (count * 37) % first.size();
    ASSERT_EQ(hash(scene(shown, other, {1600, 900}, trace::Language::english)), first[other]) << other;
  }
}

TEST_F(SceneLayout, AMarkedEventAndItsLanguageAreSeen) {
  Shown shown(stories().front().events);
  const std::size_t all = shown.history.size();
  EXPECT_NE(hash(scene(shown, all, {1600, 900}, trace::Language::english)),
            hash(scene(shown, all, {1600, 900}, trace::Language::korean)));
}

// Only where none can have been before is it the learner's first.
TEST_F(SceneLayout, TheContainerToComeIsCalledTheFirstOnce) {
  RunStory story;
  story.baseline();
  const std::size_t before = story.events.size();
  story.cold();
  story.remove();
  story.missing(2);  // a second run, which has none yet
  Shown shown(story.events);
  const auto says = [&](std::size_t count, std::string_view words) {
    const Scene scene = this->scene(shown, count, {1600, 900}, trace::Language::english);
    const std::vector<Text>& texts = scene.layers[Scene::ground].texts;
    return std::any_of(texts.begin(), texts.end(), [&](const Text& text) { return text.words == words; });
  };
  EXPECT_TRUE(says(before, "Your first container will stand here"));
  EXPECT_FALSE(says(story.events.size(), "Your first container will stand here"));
  EXPECT_TRUE(says(story.events.size(), "The container will stand here"));

  RunStory stocked;
  stocked.baseline();
  stocked.baseline_image();
  Shown before_it(stocked.events);
  EXPECT_TRUE(before_it.history.now().had_container);
}

Told story_called(std::string_view name) {
  for (Told& told : stories()) {
    if (told.name == name) return std::move(told);
  }
  return {};
}

// Of the local cache, from its heading on.
std::string cache_words(const Scene& scene) {
  const std::vector<Text>& texts = scene.layers[Scene::ground].texts;
  const auto heading =
      std::find_if(texts.begin(), texts.end(), [](const Text& text) { return text.words == "LOCAL CACHE"; });
  if (heading == texts.end()) return {};
  std::string all;
  for (const Text& text : texts) {
    const bool below = text.at.y > heading->at.y && text.at.y < heading->at.y + 200;
    if (below && text.at.x < heading->at.x + 190 && text.at.x > heading->at.x - 40) all += text.words + "|";
  }
  return all;
}

// What the engine has, at this moment; what it has not is never drawn as if it had.
TEST_F(SceneLayout, TheLocalCacheShowsTheEnginesImagesAndPicksOutTheRuns) {
  const auto says = [&](const std::vector<trace::Event>& events) {
    Shown shown(events);
    return cache_words(scene(shown, events.size(), {1600, 900}, trace::Language::english));
  };
  EXPECT_EQ(says(story_called("typo").events), "alpine:latest|alpin:latest|not here|");
  EXPECT_EQ(says(story_called("typo in an empty cache").events), "Empty yet|alpin:latest|not here|");
  EXPECT_EQ(says(story_called("pulled").events),
            "busybox:latest|and 4 more|alpine:latest|layer 1|312 files|layer 2|312 files|");

  // Before the engine has looked, what is there stands there, and nothing answers for the engine.
  RunStory held;
  held.baseline();
  held.baseline_image();
  held.baseline_other_image("busybox:latest");
  EXPECT_EQ(says(held.events), "alpine:latest|busybox:latest|");
  held.request("POST /containers/create");
  held.tell(trace::Stage::lifecycle, trace::Kind::instant, "gate.held", "alpine", 1, 0,
            {{"id", std::int64_t{1}}, {"gate", std::string("cache.lookup")}, {"stage", std::string("cache")}});
  EXPECT_EQ(says(held.events), "alpine:latest|busybox:latest|alpine:latest|asked for|");

  RunStory comes;
  comes.baseline();
  comes.pull();
  while (comes.events.back().name != "pull.manifest") comes.events.pop_back();
  EXPECT_NE(says(comes.events).find("alpine:latest|on its way|"), std::string::npos) << says(comes.events);
}

TEST_F(SceneLayout, WhatHasEndedPromisesNothing) {
  const auto all_words = [&](std::string_view name, Viewport size, trace::Language language) {
    const Told told = story_called(name);
    Shown shown(told.events);
    return words_in(scene(shown, told.events.size(), size, language));
  };
  for (const Viewport& size : {Viewport{1600, 900}, Viewport{1280, 720}, Viewport{1024, 700}}) {
    for (const trace::Language language : languages) {
      for (const char* name : {"pulled", "typo", "failed"}) {
        const std::string words = all_words(name, size, language);
        for (const Word promise : {Word::to_come, Word::next_container, Word::container_to_come}) {
          EXPECT_EQ(words.find(std::string(say(promise, language)) + " | "), std::string::npos)
              << name << ": " << words;
        }
      }
      EXPECT_NE(all_words("pulled", size, language).find(say(Word::not_in_pull, language)), std::string::npos);
      EXPECT_NE(all_words("typo", size, language).find(say(Word::not_reached, language)), std::string::npos);
      EXPECT_NE(all_words("typo", size, language).find(say(Word::no_container, language)), std::string::npos);
    }
  }
}

TEST_F(SceneLayout, TheWallsThatAreCountedAreDrawn) {
  for (const Told& told : stories()) {
    Shown shown(told.events);
    for (std::size_t count = 0; count <= told.events.size(); ++count) {
      const Scene scene = this->scene(shown, count, {1600, 900}, trace::Language::english);
      const auto drawn = std::count_if(scene.places.begin(), scene.places.end(),
                                       [](const Place& place) { return place.name.starts_with("wall:"); });
      if (drawn == 0) continue;
      const bool user = std::any_of(scene.places.begin(), scene.places.end(),
                                    [](const Place& place) { return place.name == "wall:user"; });
      const std::string own = std::to_string(drawn - (user ? 1 : 0)), all = words_in(scene);
      EXPECT_TRUE(all.find(" of " + own + " walls up") != std::string::npos ||
                  all.find("its " + own + " walls are gone") != std::string::npos)
          << told.name << " at " << count;
      EXPECT_EQ(user, std::string_view(told.name) == "rootless");
    }
  }
}

TEST_F(SceneLayout, AMonitorIsGoneWithItsContainerAndTheStartPlanNeverGrows) {
  RunStory story;
  story.begun();
  const std::size_t planned = story.events.size();
  story.walls();
  const std::size_t runs = story.events.size();
  story.files();
  story.powers();
  story.execute();
  story.exit();
  Shown shown(story.events);
  const auto english = [&](std::size_t count) {
    return words_in(scene(shown, count, {1600, 900}, trace::Language::english));
  };
  EXPECT_NE(english(runs).find("48117 monitor | "), std::string::npos);
  EXPECT_NE(english(shown.history.size()).find("48117 monitor, gone | "), std::string::npos);
  EXPECT_NE(english(planned).find("start plan: 1 of 13"), std::string::npos);
  for (std::size_t count : {shown.history.size() - 1, shown.history.size()}) {
    EXPECT_NE(english(count).find("start plan of 13 operations, over"), std::string::npos) << english(count);
  }
}

TEST(Parts, OneFileIsOneFile) {
  EXPECT_EQ(files_text(1, trace::Language::english), "1 file");
  EXPECT_EQ(files_text(412, trace::Language::english), "412 files");
}

// The folding of the visual language.
}  // namespace
}  // namespace glassdock::scene
