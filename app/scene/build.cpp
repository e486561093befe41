#include <algorithm>
#include <optional>

#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/picture.h"
#include "app/scene/play_panel.h"
#include "app/scene/race_view.h"
#include "app/scene/strings.h"
#include "app/scene/ways_view.h"

namespace glassdock::scene {
namespace {

// What of a place looks out beside `drawer`, the largest part of it.
Rect beside(const Rect& place, const Rect& drawer) {
  const Rect parts[] = {{place.x, place.y, drawer.x - place.x, place.h},
                        {drawer.right(), place.y, place.right() - drawer.right(), place.h},
                        {place.x, place.y, place.w, drawer.y - place.y},
                        {place.x, drawer.bottom(), place.w, place.bottom() - drawer.bottom()}};
  const auto area = [](const Rect& one) { return std::max(one.w, 0.0F) * std::max(one.h, 0.0F); };
  return *std::max_element(std::begin(parts), std::end(parts),
                           [&](const Rect& a, const Rect& b) { return area(a) < area(b); });
}

// A drawer is about to be drawn there: what it hides is no place any more, for the pointer, for Tab and for rings.
void cover(Scene& scene, const Rect& drawer) {
  constexpr float ring = 6;    // as far as one stands outside of its place
  constexpr float least = 20;  // of a part that is worth a ring of its own
  const Rect hidden = drawer.inset(-ring);
  std::erase_if(scene.places, [&](Place& place) {
    const Rect& of = place.rect;
    if (of.x >= hidden.right() || of.right() <= hidden.x || of.y >= hidden.bottom() || of.bottom() <= hidden.y) {
      return false;
    }
    place.rect = beside(of, hidden);
    return place.rect.w < least || place.rect.h < least;
  });
}

// Of a recording, before its first run: the model with the run that comes, as it begins. Nothing where none does.
std::optional<model::Model> before_first_run(const Subject& subject) {
  const model::History& history = subject.history;
  const bool recorded = subject.view.is_recorded();
  if (!recorded || subject.model.run.first != model::no_event || history.now().run.first == model::no_event) return {};
  model::EventIndex first = subject.view.position.count;
  while (first < history.size() && (history.row(first).marks & model::row_begins_run) == 0) ++first;
  if (first == history.size()) return {};
  model::Model model = subject.model;
  model.run.first = first;
  model.run.begin_ns = model.run.latest_ns = history.row(first).time_ns;
  if (history.header()) model.run.command = history.header()->command;
  return model;
}

}  // namespace

Scene build(const Subject& at_moment, const Viewport& viewport, const TextMeasure& measure) {
  const std::optional<model::Model> to_come = before_first_run(at_moment);
  const Subject subject{to_come ? *to_come : at_moment.model,
                        at_moment.history,
                        at_moment.times,
                        at_moment.view,
                        at_moment.bars,
                        to_come.has_value()};
  Scene scene;
  scene.width = viewport.width;
  scene.height = viewport.height;
  Brush brush(scene, measure);
  Layout layout = lay_out(viewport, subject.view.arrangement);
  if (layout.too_small) {
    brush.paragraph({8, 8, viewport.width - 16, viewport.height - 16}, say(Word::enlarge_window, subject.view.language),
                    body, Colour::ink);
    return scene;
  }
  if (subject.view.arrangement.class_mode) {
    draw_class(brush, viewport, subject);
    mark_places(scene, measure, subject.view);
    return scene;
  }
  draw_top_bar(brush, layout.top_bar, subject);
  const bool race = subject.view.arrangement.race;
  const bool way = subject.view.arrangement.way != Way::none, wide = race || way;
  const bool containers = subject.view.containers.open && !wide;
  const bool has_room = has_room_for_containers(layout);
  const bool play_panel = layout.play.w > 0 && has_play(subject);
  if (race) draw_race(brush, layout.canvas, subject, layout.evidence.w == 0 || layout.evidence_is_drawer);
  if (way) draw_ways(brush, layout.canvas, subject, layout.evidence.w == 0 || layout.evidence_is_drawer);
  if (play_panel && !layout.play_is_drawer) {
    draw_play(brush, layout.play, subject);
  } else if (wide) {
    // It stands in the place of the stages, too.
  } else if (containers && has_room) {
    draw_life(brush, layout.stages, subject);
  } else {
    draw_stages(brush, layout.stages, layout.stages_are_rail, subject);
  }
  if (!wide) draw_canvas(brush, layout.canvas, subject, layout.evidence.w == 0 || layout.evidence_is_drawer);
  const Brush drawers(scene, measure, Scene::drawers);
  // Both would lie over the canvas: the evidence goes before, until it is closed or the containers are asked for.
  if (containers && !has_room && !layout.evidence_is_drawer) {
    cover(scene, layout.canvas);
    draw_containers_over(drawers, layout.canvas, subject);
  }
  // Of several that lie over the canvas the others were asked for last.
  if (play_panel && layout.play_is_drawer && !containers && !layout.evidence_is_drawer) {
    cover(scene, layout.play);
    draw_play(drawers, layout.play, subject);
  }
  if (layout.evidence.w > 0) {
    if (layout.evidence_is_drawer) cover(scene, layout.evidence);
    draw_evidence(layout.evidence_is_drawer ? drawers : brush, layout.evidence, subject);
  }
  if (layout.timeline.w > 0 && race) {
    draw_race_axis(brush, layout.timeline, layout, subject);
  } else if (layout.timeline.w > 0 && containers && has_room) {
    draw_container_table(brush, layout.timeline, subject);
  } else if (layout.timeline.w > 0) {
    draw_timeline(brush, layout.timeline, layout, subject);
  }
  if (layout.terminal.w > 0) {
    if (layout.terminal_is_drawer) cover(scene, layout.terminal);
    draw_terminal(layout.terminal_is_drawer ? drawers : brush, layout.terminal, layout.tabs, subject);
  }
  mark_places(scene, measure, subject.view);
  return scene;
}

}  // namespace glassdock::scene
