// Puts shapes and texts into a scene: the few drawing words that the picture and the panels share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/scene/scene.h"

namespace glassdock::scene {

enum class Align : std::uint8_t { left, centre, right };

// Draws into one layer of a scene. Positions are transformed by `scale` and `origin`, so that a picture can be made at
// its own size (visual-language: the canvas scales as a whole). Cheap to copy.
class Brush {
 public:
  Brush(Scene& scene, const TextMeasure& measure, std::size_t layer = Scene::ground);

  // Everything after is drawn as if (0,0) were `origin` and one unit `scale` pixels.
  Brush placed(Point origin, float scale) const;
  float scale() const { return scale_; }

  void box(const Box& box) const;
  void line(const Line& line) const;
  void arc(const Arc& arc) const;
  void circle(Point centre, float radius, Colour fill, Colour edge = Colour::none, float stroke = 1.6F,
              Dash dash = Dash::solid) const;
  void polygon(std::initializer_list<Point> points, Colour fill) const;
  void place(const Place& place) const;

  // One line in the middle of `room`'s height, also where the smallest readable size made it higher than the room was
  // meant to be. Shortened with "…" where it is too wide; nothing is drawn where not even one letter would fit. Returns
  // the width that it took.
  float text(Rect room, std::string_view words, Font font, Colour colour, Align align = Align::left) const;
  // The first of `choices` that stands whole; the last one is shortened.
  float text_of(Rect room, std::initializer_list<std::string_view> choices, Font font, Colour colour,
                Align align = Align::left) const;
  // Several lines, broken at blanks, or within a word that is wider than a line; returns the height that they took. At
  // most `lines` lines; the last is shortened.
  float paragraph(Rect room, std::string_view words, Font font, Colour colour, int lines = 100) const;
  // The lines of such a paragraph; the last of so many holds all the rest.
  std::vector<std::string> lines(std::string_view words, Font font, float wide, int most) const;
  // How many lines a paragraph of this width takes.
  int lines_of(std::string_view words, Font font, float wide) const;
  // Whether a paragraph of so many lines has all of the words.
  bool stands_whole(std::string_view words, Font font, float wide, int lines) const;
  // How many bytes of `words` are as wide as that, in whole letters and at least one.
  std::size_t fitting(std::string_view words, Font font, float wide) const;
  float width(std::string_view words, Font font) const;
  float line_height(Font font) const;

 private:
  std::string_view take_line(std::string_view& words, Font font, float wide) const;
  Font out(Font font) const;
  Rect out(Rect rect) const;
  Point out(Point point) const;
  Layer& layer() const { return scene_->layers[layer_]; }

  Scene* scene_;
  const TextMeasure* measure_;
  std::size_t layer_;
  Point origin_;
  float scale_ = 1;
};

// The smallest text that is drawn (visual-language.md, "Grid and regions").
inline constexpr float least_text = 11;

}  // namespace glassdock::scene
