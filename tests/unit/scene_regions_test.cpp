// Which region stands where, at any size of the window.
#include <gtest/gtest.h>

#include "app/scene/layout.h"
#include "tests/support/scene_faults.h"

namespace glassdock::scene {
namespace {

TEST(Layout, FoldsAsTheWindowShrinks) {
  const Layout wide = lay_out({1600, 900});
  EXPECT_EQ(wide.stages, (Rect{8, 52, 260, 608}));
  EXPECT_EQ(wide.canvas, (Rect{276, 52, 956, 608}));
  EXPECT_EQ(wide.evidence, (Rect{1240, 52, 352, 608}));
  EXPECT_EQ(wide.timeline.bottom(), 892);
  const Layout middle = lay_out({1300, 900});
  EXPECT_EQ(middle.terminal.w, 0);
  EXPECT_EQ(middle.stages.w, 208);
  EXPECT_GT(middle.evidence.w, 0);
  const Layout narrow = lay_out({1100, 900});
  EXPECT_EQ(narrow.evidence.w, 0);
  EXPECT_FALSE(narrow.stages_are_rail);
  const Layout least = lay_out({800, 600});
  EXPECT_TRUE(least.stages_are_rail);
  EXPECT_EQ(least.top_bar.h, 36);
  EXPECT_EQ(least.canvas, (Rect{60, 44, 732, 444}));
  EXPECT_EQ(least.timeline.h, 96);
  EXPECT_TRUE(lay_out({479, 900}).too_small);
  const Layout large = lay_out({2560, 1440});
  EXPECT_EQ(large.evidence.w, 440);
  EXPECT_EQ(large.canvas.h, 36 + 1.5F * 572);
  EXPECT_EQ(large.timeline.bottom(), 1432);
}

// The picture stays as large as it is; the terminal lies over it, as high as its lines want.
TEST(Layout, InALowWindowTheTerminalRisesForItsLines) {
  const Layout least = lay_out({800, 600}, {.terminal_tab = true, .terminal_lines = 1});
  EXPECT_EQ(least.terminal.h, 96);
  EXPECT_FALSE(least.terminal_is_drawer);
  float before = 0;
  for (const int lines : {4, 6, 30}) {
    const Layout risen = lay_out({800, 600}, {.terminal_tab = true, .terminal_lines = lines});
    EXPECT_TRUE(risen.terminal_is_drawer);
    EXPECT_GT(risen.terminal.h, before);
    EXPECT_LE(risen.terminal.h, 224);
    EXPECT_EQ(risen.terminal.bottom(), 592);
    EXPECT_EQ(risen.canvas, least.canvas);
    EXPECT_LT(risen.stages.bottom(), risen.terminal.y);
    before = risen.terminal.h;
  }
  const Layout beside = lay_out({800, 600}, {.terminal_tab = true, .terminal_lines = 30, .evidence_drawer = true});
  EXPECT_LT(beside.evidence.bottom(), beside.terminal.y);
  EXPECT_FALSE(lay_out({1024, 800}, {.terminal_tab = true, .terminal_lines = 30}).terminal_is_drawer);
}

TEST(Layout, ALargeTerminalHasTheWidthOfTheWindowAndLeavesThePictureItsPlace) {
  for (const Viewport& size : {Viewport{1600, 900}, Viewport{1280, 720}, Viewport{800, 600}}) {
    const Layout layout = lay_out(size, {.terminal_large = true});
    EXPECT_EQ(layout.terminal.w, size.width - 16);
    EXPECT_GT(layout.terminal.h, lay_out(size).timeline.h);
    EXPECT_EQ(layout.timeline.w, 0);
    EXPECT_LT(layout.canvas.bottom(), layout.terminal.y);
  }
}

// With the terminal as it is, and larger.
class LayoutSizes : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Large, LayoutSizes, testing::Bool());

TEST_P(LayoutSizes, NoRegionStandsOnAnother) {
  for (float width = 480; width <= 2600; width += 53) {
    for (float height = 320; height <= 1500; height += 47) {
      const Layout layout = lay_out({width, height}, {.terminal_large = GetParam()});
      const Rect regions[] = {layout.top_bar,  layout.stages,   layout.canvas,
                              layout.evidence, layout.timeline, layout.terminal};
      for (std::size_t i = 0; i < std::size(regions); ++i) {
        if (regions[i].w == 0) continue;
        ASSERT_TRUE(support::inside(regions[i], {0, 0, width, height}, 0.01F))
            << width << "x" << height << " region " << i;
        ASSERT_GT(regions[i].h, 0);
        for (std::size_t j = 0; j < i; ++j) {
          ASSERT_FALSE(regions[j].w > 0 && support::meet(regions[i], regions[j]))
              << width << "x" << height << " " << i << j;
        }
      }
    }
  }
}

}  // namespace
}  // namespace glassdock::scene
