// The four pictures of the way to containers, and the sizes: what is measured stands there, what is not says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/scene/ways_view.h"
#include "tests/support/scene_faults.h"
#include "tests/support/scene_test.h"
#include "tests/support/ways_story.h"

namespace glassdock::scene {
namespace {

using support::Faults;
using support::lines_of;
using support::Shown;
using support::WaysStory;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Viewport sizes[] = {{800, 600}, {1024, 700}, {1200, 760}, {1280, 720}, {1600, 900}, {2560, 1440}};
constexpr trace::Language languages[] = {trace::Language::english, trace::Language::korean};
constexpr Way ways[] = {Way::alone, Way::together, Way::machines, Way::containers, Way::sizes};

class SceneWays : public SceneTest {
 protected:
  // Nothing; a run alone; a part of the figures; all of them with containers that stand.
  static std::vector<WaysStory> stories() {
    std::vector<WaysStory> all(4);
    all[1].baseline();
    all[1].baseline_image();
    all[1].create();
    all[1].warm_start();
    all[2].alone();
    all[2].saw("port", "docker exec server httpd -p 8080", "httpd: bind: Address already in use\n", 1);
    all[3].all();
    all[3].create();
    all[3].begin_start();
    all[3].prepared();
    all[3].execute();
    return all;
  }
  std::string words(Way way, const WaysStory& story) {
    view_.arrangement.way = way;
    Shown shown(story.events);
    return support::joined_words(end(shown));
  }
};

TEST_F(SceneWays, InClassModeTheKeyThatBringsWhatIsMissingIsNamed) {
  view_.arrangement.class_mode = true;
  WaysStory nothing;
  nothing.baseline();
  EXPECT_THAT(words(Way::alone, nothing), AllOf(HasSubstr("Not measured yet. Alt P"), HasSubstr("Shift F12")));
  EXPECT_THAT(words(Way::machines, nothing), HasSubstr("Not measured yet. F12"));
  WaysStory measured;
  measured.all();
  EXPECT_THAT(words(Way::alone, measured), Not(HasSubstr("Not measured yet.")));
}

// What is left out for that stands in the list of keys.
TEST_F(SceneWays, InClassModeTheKeysStandApart) {
  view_.arrangement.class_mode = true;
  view_.arrangement.way = Way::alone;
  for (const trace::Language language : languages) {
    view_.language = language;
    Shown shown(stories()[1].events);
    const Scene now = end(shown);
    const support::KeyLine keys = support::key_line(now);
    for (const auto& gap : keys.gaps) EXPECT_GE(gap.wide, 12) << gap.words;
    EXPECT_GT(keys.end, 0);
  }
}

TEST_F(SceneWays, NoTextStandsOnAnotherOrIsCutAtAnySizeInBothLanguages) {
  for (const WaysStory& story : stories()) {
    Shown shown(story.events);
    for (const Way way : ways) {
      Faults faults;
      view_.arrangement.way = way;
      for (const bool controls : {false, true}) {
        view_.controls = controls;
        view_.machine = "lab-07, 2 CPUs, 4.13 GB, x86_64";
        view_.kernel = "Linux 6.18.7";
        for (const Viewport& size : sizes) {
          for (const trace::Language language : languages) {
            size_ = size, view_.language = language;
            support::find_faults(end(shown), fonts_, view_.arrangement, faults);
          }
        }
      }
      EXPECT_EQ(lines_of(faults), "") << static_cast<int>(way);
    }
  }
}

TEST_F(SceneWays, NorInClassModeWhichHasNoSmallText) {
  view_.arrangement.class_mode = true;
  for (const WaysStory& story : stories()) {
    Shown shown(story.events);
    for (const Way way : ways) {
      view_.arrangement.way = way;
      Faults faults;
      for (const Viewport& size : {Viewport{1600, 900}, {1280, 720}, {800, 600}}) {
        for (const trace::Language language : languages) {
          size_ = size, view_.language = language;
          const Scene scene = end(shown);
          support::find_faults(scene, fonts_, view_.arrangement, faults);
          const float least = std::max(26 * class_scale(size) - 0.1F, least_text);
          for (const Text& text : scene.layers[Scene::ground].texts) EXPECT_GE(text.font.size, least) << text.words;
        }
      }
      EXPECT_EQ(lines_of(faults), "") << static_cast<int>(way);
    }
  }
}

TEST_F(SceneWays, WhatWasMeasuredStandsThere) {
  WaysStory story;
  story.all();
  const std::string alone = words(Way::alone, story);
  EXPECT_THAT(alone, HasSubstr("422 kB of 4.13 GB"));
  EXPECT_THAT(alone, Not(HasSubstr("Not measured")));
  const std::string together = words(Way::together, story);
  EXPECT_THAT(together, HasSubstr("httpd: bind: Address already in use"));
  EXPECT_THAT(together, HasSubstr("exit code 137"));
  EXPECT_THAT(words(Way::machines, story), HasSubstr("VM 1: -smp 1 -m 128M"));
  EXPECT_THAT(words(Way::machines, story), HasSubstr("10 VMs: 1.51 GB; 200 containers: 41.5 MB"));
  EXPECT_THAT(words(Way::containers, story), HasSubstr("I am the cafe"));
  const std::string large = words(Way::sizes, story);
  EXPECT_THAT(large, HasSubstr("14.2 MB"));
  EXPECT_THAT(large, HasSubstr("\"5-100 MB\""));
  EXPECT_THAT(large, HasSubstr("quoted, measured by nobody here"));
}

TEST_F(SceneWays, WhatIsMissingSaysWhatWouldBeThereAndWhatGetsIt) {
  WaysStory story;
  for (const Way way : {Way::alone, Way::together, Way::containers}) {
    EXPECT_THAT(words(way, story), HasSubstr("glassdock scenario record from-servers-to-containers"));
    EXPECT_THAT(words(way, story), HasSubstr("will stand here"));
  }
  EXPECT_THAT(words(Way::machines, story), HasSubstr("glassdock vm-race --image alpine"));
  EXPECT_THAT(words(Way::sizes, story), HasSubstr("glassdock vm-race --image alpine"));
  story.whole();
  EXPECT_THAT(words(Way::machines, story), Not(HasSubstr("glassdock vm-race")));
}

TEST_F(SceneWays, WhatComesLaterInARecordingNeedNotBeMeasured) {
  WaysStory story;
  story.all();
  Shown shown(story.events);
  view_.arrangement.way = Way::together;
  const std::string early = support::joined_words(scene(shown, 1));
  EXPECT_THAT(early, HasSubstr("will stand here"));
  EXPECT_THAT(early, Not(HasSubstr("glassdock scenario record")));
}

TEST_F(SceneWays, AFigureIsBrokenWhereItsCommandFailed) {
  WaysStory story;
  story.together();
  view_.arrangement.way = Way::together;
  Shown shown(story.events);
  const Scene all = end(shown), none = scene(shown, 0);
  const auto dash_of = [](const Scene& scene, std::string_view name) { return box_of(scene, name).dash; };
  EXPECT_EQ(dash_of(all, "way:port"), Dash::long_dashes);
  EXPECT_EQ(dash_of(none, "way:port"), Dash::dashed);
}

TEST_F(SceneWays, AClickShowsWhatTheCommandPrinted) {
  WaysStory story;
  story.all();
  Shown shown(story.events);
  for (const Way way : ways) {
    view_.arrangement.way = way;
    view_.thing.clear();
    view_.selected.reset();
    choose_each(shown, "way:", [](const Place& place, const std::string& words) {
      if (place.name == "way:library") {
        EXPECT_THAT(words, HasSubstr("One path holds one version."));
        EXPECT_THAT(words, HasSubstr("what it printed"));
      }
    });
  }
}

TEST_F(SceneWays, InWordsItIsTheSame) {
  WaysStory story;
  story.together();
  const Shown shown(story.events);
  const std::string words = way_in_words(shown.history.now(), Way::together, trace::Language::english);
  EXPECT_THAT(words, HasSubstr("Several programs on one server"));
  EXPECT_THAT(words, HasSubstr("One port, wanted twice: httpd: bind: Address already in use (exit code 1)"));
}

TEST_F(SceneWays, SoAreTheSizes) {
  WaysStory story;
  story.whole();
  const Shown shown(story.events);
  const std::string words = way_in_words(shown.history.now(), Way::sizes, trace::Language::english);
  EXPECT_THAT(words, HasSubstr("How large is all of this? Images"));
  EXPECT_THAT(words, HasSubstr("Guest kernel, its file: 14.2 MB;"));
}

TEST_F(SceneWays, OneMomentIsOneScene) {
  WaysStory story;
  story.all();
  Shown shown(story.events);
  view_.arrangement.way = Way::together;
  std::vector<std::uint64_t> hashes;
  for (std::size_t count = 0; count <= story.events.size(); ++count) hashes.push_back(hash(scene(shown, count)));
  for (std::size_t count = story.events.size(); count > 0; --count) EXPECT_EQ(hash(scene(shown, count)), hashes[count]);
}

}  // namespace
}  // namespace glassdock::scene
