#include <algorithm>

#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/terms.h"

namespace glassdock::scene {
namespace {

// Nothing is above what is raised; it goes back to the card, on which every ink can be read, too.
Colour one_step_up(Colour ground) {
  switch (ground) {
    case Colour::inset:
      return Colour::panel;
    case Colour::panel:
    case Colour::raised:
      return Colour::card;
    case Colour::card:
      return Colour::raised;
    default:
      return ground;
  }
}

// The box that was drawn for the place, if it has one of its own.
Box* box_of(Scene& scene, const Rect& rect) {
  for (auto layer = scene.layers.rbegin(); layer != scene.layers.rend(); ++layer) {
    for (auto shape = layer->shapes.rbegin(); shape != layer->shapes.rend(); ++shape) {
      if (shape->kind == Shape::Kind::box && shape->box.rect == rect) return &shape->box;
    }
  }
  return nullptr;
}

void draw_ring(const Brush& brush, Rect rect, float outside, float radius) {
  brush.box({.rect = rect.inset(-outside), .radius = radius + outside, .line = Colour::ink, .stroke = 2});
}

// What is explained is marked where it stands, too: the thing that was chosen, or all that its event made.
bool is_selected(const Place& place, const View& view) {
  if (!view.thing.empty()) return place.name == view.thing;
  return view.selected && place.number == static_cast<std::int64_t>(*view.selected);
}

// The one thing that a step is about: the first of that name; nullptr: it is not in the picture.
const Place* pointed_at(const Scene& scene, std::string_view point) {
  if (point.empty()) return nullptr;
  const auto found = std::find_if(scene.places.begin(), scene.places.end(), [&](const Place& place) {
    const bool named = point.ends_with(':') ? place.name.starts_with(point) : place.name == point;
    return named && place.act == Act::select_event && place.row == 0;
  });
  return found == scene.places.end() ? nullptr : &*found;
}

// Within a dark line, so that it stands out on whatever is there.
void draw_point(const Brush& brush, Rect rect) {
  brush.box({.rect = rect.inset(-5), .radius = 8, .line = Colour::edge, .stroke = 2});
  brush.box({.rect = rect.inset(-3), .radius = 6, .line = Colour::ink, .stroke = 4});
}

// At `scale`: class mode has no small letters.
void draw_tip(const Brush& window, const Scene& scene, const Place& place, std::string_view words, float scale) {
  const Brush brush = window.placed({0, 0}, scale);
  constexpr float padding = 10, widest = 360;
  const Rect of{place.rect.x / scale, place.rect.y / scale, place.rect.w / scale, place.rect.h / scale};
  const float wide = std::min(widest, brush.width(words, body) + 2 * padding + 2);
  const int lines = brush.width(words, body) + 2 > wide - 2 * padding ? 2 : 1;
  const float high = brush.line_height(body) * static_cast<float>(lines) + 10;
  float x = std::clamp(of.x, 4.0F, std::max(4.0F, scene.width / scale - wide - 4));
  float y = of.bottom() + 6;
  if (y + high > scene.height / scale) y = of.y - high - 6;
  brush.box({.rect = {x, y, wide, high}, .radius = 6, .fill = Colour::raised, .line = Colour::edge, .stroke = 1});
  brush.paragraph({x + padding, y + 5, wide - 2 * padding, high - 8}, words, body, Colour::ink, lines);
}

}  // namespace

void draw_rings(const Brush& brush, const Place& place, const View& view) {
  if (view.focused && key_of(place) == view.focused) draw_ring(brush, place.rect, 2, 4);
  if (place.act == Act::select_event && is_selected(place, view)) draw_ring(brush, place.rect, 4, 4);
}

void mark_places(Scene& scene, const TextMeasure& measure, const View& view) {
  const Brush brush(scene, measure, Scene::overlay);
  const Place* tip = nullptr;
  if (const Place* pointed = pointed_at(scene, view.point)) draw_point(brush, pointed->rect);
  for (const Place& place : scene.places) {
    const PlaceKey key = key_of(place);
    if (view.hovered && key == view.hovered) {
      if (Box* box = box_of(scene, place.rect)) box->fill = one_step_up(box->fill);
      // What is explained beside the picture needs no second word, and the free ground of a large thing none at all.
      constexpr float large = 200;
      const bool explained = !view.thing.empty() && place.name == view.thing;
      if (view.tip && !explained && place.rect.h < large) tip = &place;
    }
    // Nothing moves: a ring says what the last event has changed.
    if (view.reduced_motion && place.act == Act::select_event && place.row == 0 &&
        view.position.event != model::no_event && place.number == static_cast<std::int64_t>(view.position.event)) {
      draw_ring(brush, place.rect, 2, 4);
    }
    if (!place.ring_beneath) draw_rings(brush, place, view);
  }
  if (!tip) return;
  const std::string_view words = tip->tip.empty() ? term_of(tip->name, view.language) : std::string_view(tip->tip);
  constexpr float of_class = 2;
  const float scale = view.arrangement.class_mode ? of_class * class_scale({scene.width, scene.height}) : 1;
  if (!words.empty()) draw_tip(brush, scene, *tip, words, scale);
}

}  // namespace glassdock::scene
