#include "app/scene/brush.h"

#include <algorithm>
#include <cassert>

namespace glassdock::scene {
namespace {

// The length of the UTF-8 character that begins at `at`.
std::size_t character_length(std::string_view text, std::size_t at) {
  std::size_t length = 1;
  while (at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80) ++length;
  return length;
}

constexpr std::string_view ellipsis = "…";

// The longest beginning of `words` that fits with "…" behind it; empty where not even one character does.
std::string brief(const TextMeasure& measure, std::string_view words, Font font, float room) {
  float dots = measure.width(ellipsis, font);
  std::size_t low = 0, high = words.size();  // `low` bytes fit, `high` do not
  while (high - low > 1) {
    std::size_t middle = (low + high) / 2;
    while (middle > low && (static_cast<unsigned char>(words[middle]) & 0xC0) == 0x80) --middle;
    if (middle == low) {
      middle = low + character_length(words, low);
      if (middle >= high) break;
    }
    (measure.width(words.substr(0, middle), font) + dots <= room ? low : high) = middle;
  }
  if (low == 0) return {};
  std::string_view kept = words.substr(0, low);
  while (!kept.empty() && kept.back() == ' ') kept.remove_suffix(1);
  return std::string(kept) + std::string(ellipsis);
}

}  // namespace

Brush::Brush(Scene& scene, const TextMeasure& measure, std::size_t layer)
    : scene_(&scene), measure_(&measure), layer_(layer) {}

Brush Brush::placed(Point origin, float scale) const {
  Brush other = *this;
  other.origin_ = out(origin);
  other.scale_ = scale_ * scale;
  return other;
}

Font Brush::out(Font font) const {
  return {font.face, std::max(font.size * scale_, least_text)};
}

Rect Brush::out(Rect rect) const {
  return {origin_.x + rect.x * scale_, origin_.y + rect.y * scale_, rect.w * scale_, rect.h * scale_};
}

Point Brush::out(Point point) const {
  return {origin_.x + point.x * scale_, origin_.y + point.y * scale_};
}

void Brush::box(const Box& box) const {
  if (box.rect.w <= 0 || box.rect.h <= 0) return;
  Shape shape;
  shape.kind = Shape::Kind::box;
  shape.box = box;
  shape.box.rect = out(box.rect);
  shape.box.radius = box.radius * scale_;
  shape.box.stroke = box.stroke * std::max(scale_, 0.8F);
  shape.box.glow = box.glow * scale_;
  layer().shapes.push_back(shape);
}

void Brush::line(const Line& line) const {
  Shape shape;
  shape.kind = Shape::Kind::line;
  shape.line = line;
  shape.line.from = out(line.from);
  shape.line.to = out(line.to);
  shape.line.width = line.width * std::max(scale_, 0.8F);
  layer().shapes.push_back(shape);
}

void Brush::arc(const Arc& arc) const {
  if (arc.radius <= 0) return;
  Shape shape;
  shape.kind = Shape::Kind::arc;
  shape.arc = arc;
  shape.arc.centre = out(arc.centre);
  shape.arc.radius = arc.radius * scale_;
  shape.arc.stroke = arc.stroke * scale_;
  layer().shapes.push_back(shape);
}

void Brush::circle(Point centre, float radius, Colour fill, Colour edge, float stroke, Dash dash) const {
  if (fill != Colour::none) arc({.centre = centre, .radius = radius, .colour = fill});
  if (edge != Colour::none) {
    arc({.centre = centre, .radius = radius, .stroke = stroke, .colour = edge, .dash = dash});
  }
}

void Brush::polygon(std::initializer_list<Point> points, Colour fill) const {
  Shape shape;
  shape.kind = Shape::Kind::polygon;
  assert(points.size() <= shape.polygon.points.size());
  for (Point point : points) shape.polygon.points[shape.polygon.count++] = out(point);
  shape.polygon.fill = fill;
  layer().shapes.push_back(shape);
}

void Brush::place(const Place& place) const {
  Place placed = place;
  placed.rect = out(place.rect);
  scene_->places.push_back(std::move(placed));
}

float Brush::width(std::string_view words, Font font) const {
  return measure_->width(words, out(font)) / scale_;
}

float Brush::line_height(Font font) const {
  return measure_->line_height(out(font)) / scale_;
}

float Brush::text(Rect room, std::string_view words, Font font, Colour colour, Align align) const {
  if (words.empty()) return 0;
  font = out(font);
  Rect space = out(room);
  // Of a line so much bears letters; they would stand on what is above and below.
  constexpr float letters = 0.7F;
  const float line = measure_->line_height(font);
  if (space.h < line * letters) return 0;
  std::string shown(words);
  float wide = measure_->width(words, font);
  if (wide > space.w) {
    shown = brief(*measure_, words, font, space.w);
    if (shown.empty()) return 0;
    wide = measure_->width(shown, font);
  }
  Text text;
  text.cut = shown != words;
  text.words = std::move(shown);
  text.width = wide;
  text.room = space;
  text.font = font;
  text.colour = colour;
  text.at.x = space.x;
  if (align == Align::centre) text.at.x += (space.w - wide) / 2;
  if (align == Align::right) text.at.x += space.w - wide;
  text.at.y = space.y + (space.h - line) / 2;
  layer().texts.push_back(std::move(text));
  return wide / scale_;
}

float Brush::text_of(Rect room, std::initializer_list<std::string_view> choices, Font font, Colour colour,
                     Align align) const {
  std::string_view chosen;
  for (std::string_view choice : choices) {
    chosen = choice;
    if (width(choice, font) <= room.w) break;
  }
  return text(room, chosen, font, colour, align);
}

std::size_t Brush::fitting(std::string_view words, Font font, float wide) const {
  std::size_t fits = 0;
  for (std::size_t at = 0; at < words.size();) {
    do ++at;
    while (at < words.size() && (static_cast<unsigned char>(words[at]) & 0xC0) == 0x80);
    if (fits > 0 && width(words.substr(0, at), font) > wide) break;
    fits = at;
  }
  return fits;
}

// Takes a paragraph's first line off its words: as many words as fit; of one that is wider than the room, a part.
std::string_view Brush::take_line(std::string_view& words, Font font, float wide) const {
  const std::size_t feed = std::min(words.find('\n'), words.size());
  std::size_t taken = feed;
  if (width(words.substr(0, feed), font) > wide) {
    taken = 0;
    for (std::size_t blank = words.find(' '); blank < feed; blank = words.find(' ', blank + 1)) {
      if (width(words.substr(0, blank), font) > wide) break;
      taken = blank;
    }
    if (taken == 0) taken = fitting(words.substr(0, feed), font, wide);
  }
  const std::string_view line = words.substr(0, taken);
  const bool broken = taken < words.size() && words[taken] != ' ' && words[taken] != '\n';
  words.remove_prefix(std::min(taken + (broken ? 0 : 1), words.size()));
  return line;
}

std::vector<std::string> Brush::lines(std::string_view words, Font font, float wide, int most) const {
  std::vector<std::string> all;
  while (!words.empty() && static_cast<int>(all.size()) + 1 < most) all.emplace_back(take_line(words, font, wide));
  if (!words.empty()) all.emplace_back(words.substr(0, words.find('\n')));
  return all;
}

int Brush::lines_of(std::string_view words, Font font, float wide) const {
  int lines = 0;
  for (; !words.empty(); ++lines) take_line(words, font, wide);
  return lines;
}

bool Brush::stands_whole(std::string_view words, Font font, float wide, int lines) const {
  for (; !words.empty() && lines > 0; --lines) take_line(words, font, wide);
  return words.empty();
}

float Brush::paragraph(Rect room, std::string_view words, Font font, Colour colour, int lines) const {
  const float step = line_height(font);
  float used = 0;
  for (int line = 0; line < lines && !words.empty() && used + step <= room.h + 0.5F; ++line) {
    const bool last = line + 1 == lines || used + 2 * step > room.h + 0.5F;
    std::string_view rest = words;
    const std::string_view whole = take_line(words, font, room.w);
    // The last line says that there is more.
    text({room.x, room.y + used, room.w, step}, last ? rest.substr(0, rest.find('\n')) : whole, font, colour);
    used += step;
  }
  return used;
}

}  // namespace glassdock::scene
