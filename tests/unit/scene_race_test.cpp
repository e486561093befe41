// The race of a container against a virtual machine: two stacks, one axis, a table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/render/palette.h"
#include "tests/support/race_story.h"
#include "tests/support/scene_faults.h"
#include "tests/support/scene_test.h"

namespace glassdock::scene {
namespace {

using support::Faults;
using support::lines_of;
using support::RaceStory;
using support::Shown;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Viewport sizes[] = {{800, 600}, {1024, 700}, {1200, 760}, {1366, 768}, {1600, 900}, {2560, 1440}};
constexpr trace::Language languages[] = {trace::Language::english, trace::Language::korean};

class SceneRace : public SceneTest {
 protected:
  SceneRace() { view_.arrangement.race = true; }
  std::string words(Shown& shown, std::size_t count) { return support::joined_words(scene(shown, count)); }

  // The parts of a story, each with what is odd in it.
  static std::vector<RaceStory> stories() {
    std::vector<RaceStory> all(8);
    all[0].whole();
    all[1].begin();
    all[1].machine_boot(0, "kernel");
    all[1].held("vm.init", 1);
    all[2].begin();
    all[2].container_run(0);
    all[2].machine_boot(0, "init");
    all[2].end("whoever asked for the race has gone");
    all[3].begin();
    all[3].begin_run("vm", 0);
    all[3].end_run({{"failed", true},
                    {"error", std::string("the guest's kernel did not get to init within 30 s; its last line: (none)")},
                    {"left_out", std::string("output: the machine did not get there\n")}});
    all[3].end();
    all[4].baseline();
    all[5].begin();
    all[5].machine_boot(0, "init");
    hold_both(all[5], "isolate.descriptors", "vm.mounted");
    all[6].refused();
    all[7].begin();
    stop_exactly(all[7]);
    hold_both(all[7], "isolate.clone", "vm.init");
    return all;
  }
  static void stop_exactly(RaceStory& story) {
    story.machine_boot(0, "stopped");
    story.events.back().arguments = {{"symbol", std::string("kernel_init")},
                                     {"address", std::string("ffffffff81a07a30")}};
    story.events.back().evidence = {{"QEMU's monitor: info registers", "", "RIP=ffffffff81a07a30\n", ""}};
  }
  static void hold_both(RaceStory& story, const std::string& container, const std::string& machine) {
    story.held(container, 1);
    story.events.back().arguments.push_back({"with", machine});
    story.held(machine, 2);
    story.events.back().arguments.push_back({"with", container});
  }
};

TEST_F(SceneRace, NoTextStandsOnAnotherOrIsCutAtAnySizeInBothLanguages) {
  for (const bool controls : {false, true}) {
    for (RaceStory& story : stories()) {
      Shown shown(story.events);
      Faults faults;
      for (const Viewport& size : sizes) {
        for (const trace::Language language : languages) {
          view_.controls = view_.can_race = controls;
          for (std::size_t count = 0; count <= story.events.size(); ++count) {
            support::find_faults(scene(shown, count, size, language), fonts_, view_.arrangement, faults);
          }
        }
      }
      EXPECT_EQ(lines_of(faults), "");
    }
  }
}

TEST_F(SceneRace, NorInClassModeWhichHasNoSmallText) {
  view_.arrangement.class_mode = true;
  for (RaceStory& story : stories()) {
    Shown shown(story.events);
    Faults faults;
    for (const Viewport& size : {Viewport{1600, 900}, {1280, 720}, {800, 600}}) {
      const float least = std::max(26 * class_scale(size) - 0.1F, least_text);
      for (const trace::Language language : languages) {
        for (std::size_t count = 0; count <= story.events.size(); ++count) {
          const Scene scene = this->scene(shown, count, size, language);
          support::find_faults(scene, fonts_, view_.arrangement, faults);
          for (const Text& text : scene.layers[Scene::ground].texts) EXPECT_GE(text.font.size, least) << text.words;
        }
      }
    }
    EXPECT_EQ(lines_of(faults), "");
  }
}

TEST_F(SceneRace, ABlockStandsWhenItsMilestoneHasCome) {
  RaceStory story;
  story.begin();
  story.machine_boot(0, "init");
  Shown shown(story.events);
  const Scene scene = end(shown);
  for (const char* here : {"race:vm:hardware", "race:vm:kernel", "race:vm:init"}) {
    EXPECT_EQ(box_of(scene, here).dash, Dash::solid) << here;
  }
  for (const char* to_come : {"race:vm:files", "race:vm:command", "race:container:files", "race:container:command"}) {
    EXPECT_EQ(box_of(scene, to_come).dash, Dash::dashed) << to_come;
  }
}

TEST_F(SceneRace, AHeldGateIsSeenAtItsBlock) {
  RaceStory story;
  story.begin();
  story.machine_boot(0, "init");
  story.held("vm.mounted", 1);
  Shown shown(story.events);
  view_.own_runs = {1, 0};
  const Scene held = end(shown);
  EXPECT_THAT(support::words_in(held, "race:vm:files"), HasSubstr("HELD"));
  EXPECT_THAT(support::words_in(held, "race:vm:command"), Not(HasSubstr("HELD")));
}

TEST_F(SceneRace, LanesThatAreHeldTogetherAreBothSeenAndNamed) {
  RaceStory story;
  story.begin();
  story.machine_boot(0, "init");
  hold_both(story, "isolate.descriptors", "vm.mounted");
  Shown shown(story.events);
  view_.own_runs = {1, 0};
  const std::string words = support::joined_words(end(shown));
  EXPECT_THAT(words, HasSubstr("before: isolate.descriptors + vm.mounted"));
}

TEST_F(SceneRace, HowExactlyTheGuestWasStoppedIsSaidInBandAxisAndEvidence) {
  RaceStory exact, late;
  exact.begin();
  stop_exactly(exact);
  late.begin();
  late.machine_boot(0, "stopped");
  for (RaceStory* story : {&exact, &late}) hold_both(*story, "isolate.clone", "vm.init");
  view_.own_runs = {1, 0};
  Shown shown_exact(exact.events), shown_late(late.events);
  EXPECT_THAT(support::joined_words(end(shown_exact)), HasSubstr(" stopped exactly at kernel_init "));
  EXPECT_THAT(support::joined_words(end(shown_late)), HasSubstr(" stopped up to 0.40 ms after its first line "));
  choose_each(shown_exact, "race:vm:kernel", [](const Place&, const std::string& words) {
    EXPECT_THAT(words, HasSubstr("0xffffffff81a07a30")) << "what was told";
    EXPECT_THAT(words, HasSubstr("RIP=ffffffff81a07a30")) << "what was read";
  });
  view_.thing.clear();
  view_.selected.reset();
  // Where the evidence has no room beside the picture the band says what stands.
  size_ = {800, 600};
  EXPECT_THAT(support::joined_words(end(shown_exact)),
              HasSubstr("The guest's own kernel has begun: stopped exactly at kernel_init."));
  EXPECT_THAT(support::joined_words(end(shown_late)),
              HasSubstr("The guest's own kernel has begun: stopped up to 0.40 ms after its first line."));
  view_.language = trace::Language::korean;
  EXPECT_THAT(support::joined_words(end(shown_exact)),
              HasSubstr("게스트의 커널이 돌기 시작했어요: 정확히 kernel_init에서 일시 정지."));
}

TEST_F(SceneRace, ARootOnADiskIsNoCopyInMemory) {
  RaceStory story;
  story.begin();
  story.events.back().arguments.push_back({"root", std::string("disk")});
  story.machine_boot(0, "mounted");
  Shown shown(story.events);
  EXPECT_THAT(support::words_in(end(shown), "race:vm:files"), HasSubstr("disk"));
}

TEST_F(SceneRace, TimesOfWhatWasHeldAreNoMeasurement) {
  RaceStory story;
  story.begin();
  story.machine_boot(0, "init");
  story.held("vm.mounted", 1);
  story.released("vm.mounted", 1, 3'000'000'000);
  Shown shown(story.events);
  EXPECT_THAT(support::joined_words(end(shown)), HasSubstr("held at gates for 3.00 s: such a run is no measurement"));
}

TEST_F(SceneRace, WhatIsOverIsHollowWithItsTimes) {
  RaceStory story;
  story.whole();
  Shown shown(story.events);
  const Scene scene = end(shown);
  EXPECT_NE(box_of(scene, "race:vm:kernel").fill, Colour::pull_soft);
  EXPECT_THAT(support::words_in(scene, "race:vm:kernel"), HasSubstr("120 ms"));
}

TEST_F(SceneRace, TheTableHasTheFiguresThatWereRead) {
  RaceStory story;
  story.whole();
  Shown shown(story.events);
  const Scene scene = end(shown);
  const std::string output = support::words_in(scene, "race:output");
  EXPECT_THAT(output, HasSubstr("3.00 ms"));
  EXPECT_THAT(output, HasSubstr("1.57 s"));
  EXPECT_THAT(output, HasSubstr("523x"));
  EXPECT_THAT(support::words_in(scene, "race:memory"), HasSubstr("115x"));
  EXPECT_THAT(support::joined_words(scene), HasSubstr("EXTRAPOLATED: about 76,000"));
  EXPECT_THAT(support::joined_words(scene), HasSubstr("TCG"));
}

TEST_F(SceneRace, WhatWasNotReadIsLeftOutAndTheViewSaysWhy) {
  RaceStory story;
  story.begin();
  story.machine_run(0);
  story.summaries();
  const std::size_t goes_on = story.events.size();
  story.end();
  Shown shown(story.events);
  EXPECT_EQ(support::words_in(scene(shown, goes_on), "race:memory"), "");
  EXPECT_THAT(words(shown, goes_on), HasSubstr("To come: memory"));
  EXPECT_THAT(words(shown, story.events.size()), HasSubstr("--times-only"));
  RaceStory silent = stories()[3];
  Shown failed(silent.events);
  EXPECT_THAT(support::joined_words(end(failed)), HasSubstr("did not get to init"));
}

TEST_F(SceneRace, ARunThatGoesOnGrowsOnTheAxis) {
  RaceStory story;
  story.begin();
  story.machine_boot(0, "init");
  const std::size_t early = story.events.size();
  story.machine_run(0);
  Shown shown(story.events);
  EXPECT_THAT(words(shown, early), HasSubstr("the guest's kernel boots"));
  EXPECT_THAT(words(shown, early), Not(HasSubstr("First output 1")));
  EXPECT_THAT(words(shown, story.events.size()), HasSubstr("First output 1.57 s"));
}

TEST_F(SceneRace, TwoScalesAreNeverShownWithoutAWord) {
  RaceStory story;
  story.whole();
  Shown shown(story.events);
  for (const Viewport& size : sizes) {
    size_ = size;
    EXPECT_THAT(support::joined_words(end(shown)), HasSubstr("zoomed 1")) << size.width;
  }
}

TEST_F(SceneRace, BlocksAndFiguresSayWhatTheyAreAndWhyTheOtherSideLacksThem) {
  RaceStory story;
  story.whole();
  Shown shown(story.events);
  choose_each(shown, "race:", [](const Place& place, const std::string& words) {
    if (place.name == "race:vm:kernel") {
      EXPECT_THAT(words, HasSubstr("system calls go to the host's kernel"));
    }
    if (place.name == "race:vm:hardware") {
      EXPECT_THAT(words, HasSubstr("microvm,accel=tcg -S"));
    }
    if (place.name == "race:memory") {
      EXPECT_THAT(words, HasSubstr("glassdock vm-race --image alpine"));
    }
  });
}

TEST_F(SceneRace, WithoutARaceItSaysHowOneBegins) {
  RaceStory story;
  story.baseline();
  Shown shown(story.events);
  EXPECT_THAT(support::joined_words(end(shown)), HasSubstr("glassdock vm-race --image alpine"));
}

TEST_F(SceneRace, WithoutARaceAClassIsToldSo) {
  RaceStory story;
  story.baseline();
  Shown shown(story.events);
  view_.arrangement.class_mode = view_.controls = true;
  const std::string words = support::joined_words(end(shown));
  EXPECT_THAT(words, HasSubstr("No race yet"));
  EXPECT_THAT(words, Not(HasSubstr("Measured here")));
}

// It was refused before anything was known of its sides.
TEST_F(SceneRace, ARaceThatWasRefusedSaysSoAndInventsNoFigure) {
  RaceStory story;
  story.refused();
  Shown shown(story.events);
  view_.controls = true;
  for (const bool class_mode : {false, true}) {
    view_.arrangement.class_mode = class_mode;
    const Scene scene = end(shown);
    const std::string words = support::joined_words(scene);
    EXPECT_THAT(words, HasSubstr("The race was given up there is no kernel")) << class_mode;
    EXPECT_THAT(words, Not(HasSubstr("0 CPU")));
    EXPECT_THAT(words, Not(HasSubstr("0 B")));
    EXPECT_THAT(words, Not(HasSubstr("nothing has come yet")));
    EXPECT_TRUE(std::any_of(scene.places.begin(), scene.places.end(), [](const Place& place) {
      return place.act == Act::show_recordings;
    })) << class_mode;
  }
}

TEST_F(SceneRace, OneMomentIsOneScene) {
  RaceStory story;
  story.whole();
  Shown shown(story.events);
  std::vector<std::uint64_t> hashes;
  for (std::size_t count = 0; count <= story.events.size(); ++count) hashes.push_back(hash(scene(shown, count)));
  for (std::size_t count = story.events.size(); count > 0; --count) EXPECT_EQ(hash(scene(shown, count)), hashes[count]);
}

}  // namespace
}  // namespace glassdock::scene
