#include "app/render/painter.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace glassdock::render {
namespace {

using scene::Colour;
using scene::Point;
using scene::Shape;

struct Rgba {
  float r = 0, g = 0, b = 0, a = 0;
};

Rgba rgba(Colour colour, Theme theme) {
  if (colour == Colour::none) return {};
  std::uint32_t value = value_of(colour, theme);
  auto channel = [&](int shift) { return static_cast<float>((value >> shift) & 0xFF) / 255.0F; };
  return {channel(16), channel(8), channel(0), 1};
}

// One instance, in the order of shape.vert's attributes.
struct ShapeInstance {
  std::array<float, 4> bounds{}, first{}, second{}, third{};
  Rgba fill, edge;
  std::array<float, 4> style{};
  std::array<float, 2> pattern{};
};
static_assert(sizeof(ShapeInstance) == 30 * sizeof(float));

struct GlyphInstance {
  std::array<float, 4> target{}, source{};
  Rgba ink;
};
static_assert(sizeof(GlyphInstance) == 12 * sizeof(float));

std::array<float, 4> around(Point a, Point b, float margin) {
  return {std::min(a.x, b.x) - margin, std::min(a.y, b.y) - margin, std::max(a.x, b.x) + margin,
          std::max(a.y, b.y) + margin};
}

constexpr float soft = 1;  // room for a soft edge

ShapeInstance of_box(const scene::Box& box, Theme theme) {
  ShapeInstance out;
  out.bounds = around({box.rect.x, box.rect.y}, {box.rect.right(), box.rect.bottom()}, soft + std::max(box.glow, 0.0F));
  out.first = {box.rect.x, box.rect.y, box.rect.w, box.rect.h};
  out.fill = rgba(box.fill, theme);
  out.edge = rgba(box.line, theme);
  out.style = {0, box.radius, box.line == Colour::none ? 0 : box.stroke, box.glow};
  out.pattern = {static_cast<float>(box.dash), box.hatched ? 1.0F : 0.0F};
  return out;
}

ShapeInstance of_line(const scene::Line& line, Theme theme) {
  ShapeInstance out;
  out.bounds = around(line.from, line.to, soft + line.width);
  out.first = {line.from.x, line.from.y, line.to.x, line.to.y};
  out.fill = rgba(line.colour, theme);
  out.style = {1, 0, line.width, 0};
  out.pattern = {static_cast<float>(line.dash), 0};
  return out;
}

ShapeInstance of_arc(const scene::Arc& arc, Theme theme) {
  ShapeInstance out;
  out.bounds = around(arc.centre, arc.centre, arc.radius + arc.stroke + soft);
  out.first = {arc.centre.x, arc.centre.y, arc.radius, arc.stroke};
  out.second = {arc.from, arc.to, 0, 0};
  out.fill = rgba(arc.colour, theme);
  out.style = {2, 0, arc.stroke, 0};
  out.pattern = {static_cast<float>(arc.dash), 0};
  return out;
}

ShapeInstance of_polygon(const scene::Polygon& polygon, Theme theme) {
  ShapeInstance out;
  Point least = polygon.points[0], most = polygon.points[0];
  std::array<float, 12> flat{};
  for (std::size_t i = 0; i < polygon.points.size(); ++i) {
    Point point = polygon.points[std::min<std::size_t>(i, polygon.count - 1)];
    least = {std::min(least.x, point.x), std::min(least.y, point.y)};
    most = {std::max(most.x, point.x), std::max(most.y, point.y)};
    flat[2 * i] = point.x;
    flat[2 * i + 1] = point.y;
  }
  out.bounds = around(least, most, soft);
  std::copy_n(flat.begin(), 4, out.first.begin());
  std::copy_n(flat.begin() + 4, 4, out.second.begin());
  std::copy_n(flat.begin() + 8, 4, out.third.begin());
  out.fill = rgba(polygon.fill, theme);
  out.style = {3, static_cast<float>(polygon.count), 0, 0};
  return out;
}

ShapeInstance of_shape(const Shape& shape, Theme theme) {
  switch (shape.kind) {
    case Shape::Kind::line:
      return of_line(shape.line, theme);
    case Shape::Kind::arc:
      return of_arc(shape.arc, theme);
    case Shape::Kind::polygon:
      return of_polygon(shape.polygon, theme);
    case Shape::Kind::box:
      break;
  }
  return of_box(shape.box, theme);
}

// The part of a large box that is nothing but its fill, or shows what lies beneath: whole device pixels, away from the
// stroke and the round corners. Empty where the box is small, or not the same all over.
scene::Rect inside_of(const Shape& shape, float pixels) {
  constexpr float worth_it = 2500;  // square pixels; a smaller one is drawn faster as a whole
  const scene::Box& box = shape.box;
  if (shape.kind != Shape::Kind::box || box.hatched || box.rect.w * box.rect.h < worth_it) return {};
  constexpr float corner = 0.3F;  // of the radius: there the arc is as far away as the sides
  const float from_edge = (box.line == Colour::none ? 0 : box.stroke) + corner * box.radius + 1 / pixels;
  const scene::Rect room = box.rect.inset(from_edge);
  const float left = std::ceil(room.x * pixels) / pixels, top = std::ceil(room.y * pixels) / pixels;
  const float right = std::floor(room.right() * pixels) / pixels, bottom = std::floor(room.bottom() * pixels) / pixels;
  if (right <= left || bottom <= top) return {};
  return {left, top, right - left, bottom - top};
}

// What lies round the inside, as four stripes of the same shape.
std::array<std::array<float, 4>, 4> stripes_round(const scene::Rect& inside, const std::array<float, 4>& bounds) {
  const float left = inside.x, top = inside.y, right = inside.right(), bottom = inside.bottom();
  return {{{bounds[0], bounds[1], bounds[2], top},
           {bounds[0], top, left, bottom},
           {right, top, bounds[2], bottom},
           {bounds[0], bottom, bounds[2], bounds[3]}}};
}

template <typename Instance>
void append(std::vector<float>& values, const Instance& instance) {
  const auto* begin = reinterpret_cast<const float*>(&instance);
  values.insert(values.end(), begin, begin + sizeof(Instance) / sizeof(float));
}

}  // namespace

Painter::Painter(const std::filesystem::path& shaders, const Fonts& fonts)
    : fonts_(fonts),
      shape_program_(shaders, "shape", "shape"),
      box_program_(shaders, "shape", "shape", "ONLY_BOXES"),
      plain_program_(shaders, "shape", "plain"),
      text_program_(shaders, "text", "text"),
      shapes_({4, 4, 4, 4, 4, 4, 4, 2}),
      glyphs_({4, 4, 4}) {
  glGenTextures(1, &atlas_);
}

Painter::~Painter() {
  glDeleteTextures(1, &atlas_);
}

void Painter::paint(const scene::Scene& scene, Theme theme, float pixels) {
  glViewport(0, 0, static_cast<GLsizei>(std::lround(scene.width * pixels)),
             static_cast<GLsizei>(std::lround(scene.height * pixels)));
  Rgba ground = rgba(Colour::window, theme);
  glClearColor(ground.r, ground.g, ground.b, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  glDisable(GL_DEPTH_TEST);
  glDisable(GL_CULL_FACE);
  glDisable(GL_SCISSOR_TEST);
  glEnable(GL_BLEND);
  glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
  for (const scene::Layer& layer : scene.layers) {
    paint_shapes(layer, scene, theme, pixels);
    paint_texts(layer, scene, theme, pixels);
  }
}

// Draws the values that wait.
void Painter::flush(const Program& program, const scene::Scene& scene, float pixels) {
  if (values_.empty()) return;
  if (&program == &plain_program_) {
    glDisable(GL_BLEND);
  } else {
    glEnable(GL_BLEND);
  }
  program.use();
  glUniform2f(program.uniform("size"), scene.width, scene.height);
  glUniform1f(program.uniform("pixels"), pixels);
  shapes_.draw(values_.data(), values_.size() * sizeof(float) / sizeof(ShapeInstance));
  values_.clear();
}

void Painter::paint_shapes(const scene::Layer& layer, const scene::Scene& scene, Theme theme, float pixels) {
  values_.clear();
  const Program* program = &box_program_;  // of what waits
  const auto add = [&](const Program& wanted, const ShapeInstance& instance) {
    if (program != &wanted) flush(*program, scene, pixels);
    program = &wanted;
    append(values_, instance);
  };
  for (const Shape& shape : layer.shapes) {
    ShapeInstance instance = of_shape(shape, theme);
    const scene::Rect inside = inside_of(shape, pixels);
    if (inside.w <= 0) {
      add(shape.kind == Shape::Kind::box ? box_program_ : shape_program_, instance);
      continue;
    }
    const std::array<float, 4> whole = instance.bounds;
    for (const std::array<float, 4>& stripe : stripes_round(inside, whole)) {
      instance.bounds = stripe;
      add(box_program_, instance);
    }
    if (shape.box.fill == Colour::none) continue;
    instance.bounds = {inside.x, inside.y, inside.right(), inside.bottom()};
    add(plain_program_, instance);
  }
  flush(*program, scene, pixels);
}

void Painter::append_glyphs(const scene::Layer& layer, Theme theme, float pixels) {
  values_.clear();
  for (const scene::Text& text : layer.texts) {
    Rgba ink = rgba(text.colour, theme);
    float pen = text.at.x * pixels;
    float base = std::round((text.at.y + fonts_.baseline(text.font)) * pixels);
    for (std::size_t at = 0; at < text.words.size();) {
      char32_t character = next_character(text.words, at);
      float whole = std::floor(pen);
      const Glyph& glyph = fonts_.glyph(character, text.font, static_cast<int>((pen - whole) * 4));
      if (glyph.w > 0) {
        float left = whole + static_cast<float>(glyph.left), top = base - static_cast<float>(glyph.top);
        float x = glyph.x, y = glyph.y, w = glyph.w, h = glyph.h;
        append(values_, GlyphInstance{{left, top, left + w, top + h}, {x, y, x + w, y + h}, ink});
      }
      pen += glyph.advance;
    }
  }
}

void Painter::paint_texts(const scene::Layer& layer, const scene::Scene& scene, Theme theme, float pixels) {
  append_glyphs(layer, theme, pixels);
  if (fonts_.full()) {
    // Layers before this one are drawn already; of this one everything is placed again.
    fonts_.start_anew();
    append_glyphs(layer, theme, pixels);
  }
  if (values_.empty()) return;
  glEnable(GL_BLEND);
  update_atlas();
  text_program_.use();
  glUniform2f(text_program_.uniform("size"), scene.width * pixels, scene.height * pixels);
  glyphs_.draw(values_.data(), values_.size() * sizeof(float) / sizeof(GlyphInstance));
}

void Painter::update_atlas() {
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, atlas_);
  if (atlas_revision_ == fonts_.revision()) return;
  atlas_revision_ = fonts_.revision();
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_R8, fonts_.atlas_side(), fonts_.atlas_side(), 0, GL_RED, GL_UNSIGNED_BYTE,
               fonts_.atlas().data());
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
}

}  // namespace glassdock::render
