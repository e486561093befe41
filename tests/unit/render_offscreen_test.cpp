// Pictures without a display: shapes and texts really reach the pixels.
#include <gtest/gtest.h>

#include <array>

#include "app/render/offscreen.h"
#include "app/scene/brush.h"
#include "engine/base/error.h"
#include "tests/support/places.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace glassdock::render {
namespace {

// Mesa's driver leaks some hundred bytes for each context and is unloaded before anybody could name it in a list of
// exceptions: what is allocated while it is in use is not counted.
#ifdef __SANITIZE_ADDRESS__
using DriverLeaks = __lsan::ScopedDisabler;
#else
struct DriverLeaks {};
#endif

using scene::Brush;
using scene::Colour;
using scene::Rect;

std::uint32_t pixel(const Pixels& picture, int x, int y) {
  const std::uint8_t* at =
      &picture
           .rgb[(static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x)) *
                3];
  return static_cast<std::uint32_t>(at[0] << 16 | at[1] << 8 | at[2]);
}

class OffscreenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    try {
      offscreen_ = std::make_unique<Offscreen>(source_path("shaders"), fonts_);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_supported) throw;
      GTEST_SKIP() << error.what();
    }
  }
  scene::Scene scene() const {
    scene::Scene scene;
    scene.width = 200;
    scene.height = 100;
    return scene;
  }
  [[no_unique_address]] DriverLeaks driver_leaks_;
  Fonts fonts_;
  std::unique_ptr<Offscreen> offscreen_;
};

TEST_F(OffscreenTest, ABoxHasItsFillInsideAndItsLineAtTheEdge) {
  scene::Scene scene = this->scene();
  Brush(scene, fonts_).box({.rect = {10, 10, 100, 50}, .fill = Colour::card, .line = Colour::snapshot, .stroke = 2});
  for (Theme theme : {Theme::dark, Theme::light}) {
    Pixels picture = offscreen_->paint(scene, theme);
    ASSERT_EQ(picture.width, 200);
    EXPECT_EQ(pixel(picture, 60, 35), value_of(Colour::card, theme));
    EXPECT_EQ(pixel(picture, 60, 11), value_of(Colour::snapshot, theme));
    EXPECT_EQ(pixel(picture, 150, 80), value_of(Colour::window, theme));
  }
}

// A large box is drawn in parts: none is missing, none is drawn twice, and one without a fill hides nothing.
TEST_F(OffscreenTest, ALargeBoxHasNoSeams) {
  scene::Scene scene = this->scene();
  Brush brush(scene, fonts_);
  brush.box({.rect = {10.3F, 10.6F, 180, 80}, .radius = 8, .fill = Colour::card, .line = Colour::pull, .stroke = 1.2F});
  brush.box({.rect = {20, 20, 160, 60}, .radius = 6, .line = Colour::cache, .stroke = 2, .dash = scene::Dash::dashed});
  const Pixels picture = offscreen_->paint(scene, Theme::dark);
  const auto differs = [&](const Rect& room, Colour colour) {
    int count = 0;
    for (int y = static_cast<int>(room.y); y < static_cast<int>(room.bottom()); ++y) {
      for (int x = static_cast<int>(room.x); x < static_cast<int>(room.right()); ++x) {
        if (pixel(picture, x, y) != value_of(colour, Theme::dark)) ++count;
      }
    }
    return count;
  };
  EXPECT_EQ(differs({24, 24, 152, 52}, Colour::card), 0);
  EXPECT_EQ(differs({14, 14, 170, 5}, Colour::card), 0);
  EXPECT_EQ(differs({0, 0, 200, 9}, Colour::window), 0);
  EXPECT_EQ(differs({0, 92, 200, 8}, Colour::window), 0);
  EXPECT_GT(differs({20, 20, 160, 3}, Colour::card), 100);
}

TEST_F(OffscreenTest, TextStandsWhereItWasPutAndNowhereElse) {
  scene::Scene scene = this->scene();
  Brush(scene, fonts_).text({20, 20, 150, 30}, "glass 유리", {scene::Face::sans, 16}, Colour::ink);
  ASSERT_EQ(scene.layers[0].texts.size(), 1u);
  const scene::Text& text = scene.layers[0].texts[0];
  EXPECT_GT(text.width, 50);
  Pixels picture = offscreen_->paint(scene, Theme::dark);
  int inside = 0, outside = 0;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      if (pixel(picture, x, y) == value_of(Colour::window, Theme::dark)) continue;
      Rect line{text.at.x - 1, text.at.y, text.width + 2, fonts_.line_height(text.font)};
      ++(line.contains({static_cast<float>(x), static_cast<float>(y)}) ? inside : outside);
    }
  }
  EXPECT_GT(inside, 200);
  EXPECT_EQ(outside, 0);
}

TEST_F(OffscreenTest, TheSameSceneGivesTheSamePixels) {
  scene::Scene scene = this->scene();
  Brush brush(scene, fonts_);
  brush.circle({50, 50}, 20, Colour::run, Colour::run_line);
  brush.line({{100, 20}, {180, 80}, 2, Colour::pull, scene::Dash::dashed});
  brush.polygon({{120, 10}, {140, 10}, {150, 20}, {140, 30}, {120, 30}}, Colour::failed);
  EXPECT_EQ(offscreen_->paint(scene, Theme::dark).rgb, offscreen_->paint(scene, Theme::dark).rgb);
}

// Letters, their left stems in sight, so large that the largest atlas has room for a few: it fills between two
// pictures, and within one.
TEST_F(OffscreenTest, LettersAreDrawnWhenTheAtlasIsFull) {
  constexpr scene::Font large{scene::Face::sans, 3000};
  const auto scene_of = [&](std::string_view letters) {
    scene::Scene scene = this->scene();
    for (char letter : letters) {
      scene.layers[0].texts.push_back(
          {.words = std::string(1, letter), .at = {-200, -2200}, .font = large, .colour = Colour::ink});
    }
    return scene;
  };
  // Each with an atlas of its own; one context is current at a time.
  offscreen_.reset();
  constexpr std::array<std::string_view, 9> all{"B", "D", "E", "F", "HK", "LM", "NP", "RB", "DE"};
  std::array<Pixels, all.size()> wanted;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Fonts fonts;
    wanted[i] = Offscreen(source_path("shaders"), fonts).paint(scene_of(all[i]), Theme::dark);
  }
  offscreen_ = std::make_unique<Offscreen>(source_path("shaders"), fonts_);
  const Pixels nothing = offscreen_->paint(scene(), Theme::dark);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_TRUE(wanted[i].rgb != nothing.rgb) << all[i];
    EXPECT_TRUE(offscreen_->paint(scene_of(all[i]), Theme::dark).rgb == wanted[i].rgb) << all[i];
  }
  EXPECT_FALSE(fonts_.full());
}

TEST(BrushTest, ShortensWhatDoesNotFit) {
  Fonts fonts;
  scene::Scene scene;
  Brush brush(scene, fonts);
  brush.text({0, 0, 80, 20}, "a long sentence that does not fit", {scene::Face::sans, 13}, Colour::ink);
  brush.text({0, 0, 3, 20}, "nothing", {scene::Face::sans, 13}, Colour::ink);
  const Brush half = brush.placed({0, 0}, 0.5F);
  half.text({0, 40, 300, 26}, "half as large", {scene::Face::sans, 13}, Colour::ink);
  half.text({0, 80, 300, 20}, "its letters would stand on the next line's", {scene::Face::sans, 13}, Colour::ink);
  ASSERT_EQ(scene.layers[0].texts.size(), 2u);
  EXPECT_EQ(scene.layers[0].texts[1].font.size, scene::least_text);
  EXPECT_TRUE(scene.layers[0].texts[0].words.ends_with("…"));
  EXPECT_LE(scene.layers[0].texts[0].width, 80);
}

TEST(PaletteTest, TextCanBeReadOnItsGround) {
  constexpr double least = 4.5;  // WCAG 2.1, 1.4.3
  for (Theme theme : {Theme::dark, Theme::light}) {
    for (Colour ink : {Colour::ink, Colour::ink2, Colour::ink3}) {
      for (Colour ground : {Colour::panel, Colour::card, Colour::inset}) {
        EXPECT_GE(contrast(value_of(ink, theme), value_of(ground, theme)), least);
      }
    }
    EXPECT_GE(contrast(value_of(Colour::on_plate, theme), value_of(Colour::plate, theme)), least);
    EXPECT_GE(contrast(value_of(Colour::on_run_fill, theme), value_of(Colour::run, theme)), least);
  }
}

}  // namespace
}  // namespace glassdock::render
