#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/picture.h"
#include "app/scene/strings.h"

namespace glassdock::scene {

Scene build(const Subject& subject, const Viewport& viewport, const TextMeasure& measure) {
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
  const bool containers = subject.view.containers.open;
  const bool beside = containers && has_room_for_containers(layout);
  if (beside) {
    draw_life(brush, layout.stages, subject);
  } else {
    draw_stages(brush, layout.stages, layout.stages_are_rail, subject);
  }
  draw_canvas(brush, layout.canvas, subject, layout.evidence.w == 0 || layout.evidence_is_drawer);
  // Both would lie over the canvas: the evidence goes before, until it is closed.
  if (containers && !beside && !layout.evidence_is_drawer)
    draw_containers_over(Brush(scene, measure, Scene::drawers), layout.canvas, subject);
  if (layout.evidence.w > 0) {
    draw_evidence(layout.evidence_is_drawer ? Brush(scene, measure, Scene::drawers) : brush, layout.evidence, subject);
  }
  if (layout.timeline.w > 0 && beside) {
    draw_container_table(brush, layout.timeline, subject);
  } else if (layout.timeline.w > 0) {
    draw_timeline(brush, layout.timeline, layout, subject);
  }
  if (layout.terminal.w > 0) {
    draw_terminal(layout.terminal_is_drawer ? Brush(scene, measure, Scene::drawers) : brush, layout.terminal,
                  layout.tabs, subject);
  }
  mark_places(scene, measure, subject.view);
  return scene;
}

}  // namespace glassdock::scene
