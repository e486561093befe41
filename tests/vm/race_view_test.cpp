// The studio's view of a real race, at each of its events: what golden_scenes holds of a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/render/fonts.h"
#include "engine/trace/recording.h"
#include "tests/support/alpine_home.h"
#include "tests/support/guest_lab.h"
#include "tests/support/scene_faults.h"
#include "tests/support/shown.h"

namespace glassdock::testing {
namespace {

using ::testing::HasSubstr;

class RaceViews : public AlpineHome {
 protected:
  void SetUp() override {
    if (const std::string reason = support::no_guest_reason(); !reason.empty()) GTEST_SKIP() << reason;
  }
};

TEST_F(RaceViews, NoTextStandsOnAnotherOrIsCutAtAnyEventOfARealRace) {
  const auto trace_file = home_->path() / "race.gdtrace";
  const Outcome ran = home_->glassdock({"--evidence", "--trace", trace_file, "vm-race", "--image", "alpine", "--kernel",
                                        support::guest_kernel(), "--command", "ls /", "--runs", "1"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  support::Shown shown(trace::Recording(trace_file).events());
  const render::Fonts fonts;
  scene::View view;
  view.arrangement.race = true;
  support::Faults faults;
  std::string last;
  for (const scene::Viewport& size : {scene::Viewport{800, 600}, {1280, 720}, {1600, 900}}) {
    for (const trace::Language language : {trace::Language::korean, trace::Language::english}) {
      view.language = language;
      std::uint64_t before = 0;
      for (std::size_t count = 0; count <= shown.history.size(); ++count) {
        view.position = shown.position_at(count);
        const scene::Scene scene = shown.scene(view, size, fonts);
        if (const std::uint64_t now = scene::hash(scene); now != before) {
          support::find_faults(scene, fonts, view.arrangement, faults);
          before = now;
        }
        if (count == shown.history.size()) last = support::joined_words(scene);
      }
    }
  }
  EXPECT_EQ(support::lines_of(faults), "");
  EXPECT_THAT(last, HasSubstr("First output"));
  EXPECT_THAT(last, HasSubstr("Memory of all its parts"));
  EXPECT_THAT(last, HasSubstr("Linux version"));
}

}  // namespace
}  // namespace glassdock::testing
