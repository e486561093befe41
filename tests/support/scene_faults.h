// What is wrong with where a scene's texts stand, in words for a test's message.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "app/scene/layout.h"
#include "app/scene/scene.h"

namespace glassdock::support {

// Each fault once, however many scenes have it.
using Faults = std::set<std::string>;

inline std::string lines_of(const Faults& faults) {
  std::string all;
  for (const std::string& fault : faults) all += fault + "\n";
  return all;
}

inline bool meet(scene::Rect a, scene::Rect b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}
inline bool inside(scene::Rect inner, scene::Rect outer, float slack = 0.6F) {
  return inner.x >= outer.x - slack && inner.y >= outer.y - slack && inner.right() <= outer.right() + slack &&
         inner.bottom() <= outer.bottom() + slack;
}

// What of a text really bears ink: a line is 1.5 times as high as its letters.
inline scene::Rect ink(const scene::Text& text, const scene::TextMeasure& measure) {
  constexpr float side = 1, above = 2;
  return {text.at.x + side, text.at.y + above, text.width - 2 * side, measure.line_height(text.font) - 2 * above};
}

// Texts of the ground that meet, cross a wall's line, or leave their room or region.
inline void find_collisions(const scene::Scene& scene, const scene::TextMeasure& measure,
                            const scene::Arrangement& arrangement, Faults& faults) {
  const scene::Layout layout = scene::lay_out({scene.width, scene.height}, arrangement);
  const std::vector<scene::Text>& texts = scene.layers[scene::Scene::ground].texts;
  const auto fault = [&](const std::string& what) {
    faults.insert(std::to_string(static_cast<int>(scene.width)) + ": " + what);
  };
  if (texts.empty()) fault("nothing is shown");
  const auto regions = {layout.top_bar,  layout.stages,   layout.canvas,
                        layout.evidence, layout.timeline, layout.terminal};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const scene::Rect here = ink(texts[i], measure);
    if (!arrangement.class_mode &&
        std::none_of(regions.begin(), regions.end(), [&](scene::Rect one) { return inside(here, one); })) {
      fault("\"" + texts[i].words + "\" leaves its region");
    }
    if (!inside(here, texts[i].room)) fault("\"" + texts[i].words + "\" leaves its room");
    for (std::size_t j = 0; j < i; ++j) {
      if (meet(here, ink(texts[j], measure))) fault("\"" + texts[j].words + "\" and \"" + texts[i].words + "\"");
    }
    for (const scene::Place& place : scene.places) {
      if (place.name.starts_with("wall:") && meet(here, place.rect) && !inside(here, place.rect)) {
        fault("\"" + texts[i].words + "\" and " + place.name);
      }
    }
  }
}

// Words of the interface that are cut short; what is typed, read or named by others stands in the mono face and may be
// as long as it likes.
inline void find_cut_words(const scene::Scene& scene, Faults& faults) {
  for (const scene::Layer& layer : scene.layers) {
    for (const scene::Text& text : layer.texts) {
      const bool words = text.font.face == scene::Face::sans || text.font.face == scene::Face::sans_bold;
      if (words && text.cut) faults.insert(std::to_string(static_cast<int>(scene.width)) + ": cut: " + text.words);
    }
  }
}

// All of it: of the ground, and of what lies over that, whose texts may cross the walls beneath.
inline void find_faults(scene::Scene scene, const scene::TextMeasure& measure, const scene::Arrangement& arrangement,
                        Faults& faults) {
  find_collisions(scene, measure, arrangement, faults);
  find_cut_words(scene, faults);
  if (scene.layers[scene::Scene::drawers].texts.empty()) return;
  std::erase_if(scene.places, [](const scene::Place& place) { return place.name.starts_with("wall:"); });
  scene.layers[scene::Scene::ground] = scene.layers[scene::Scene::drawers];
  find_collisions(scene, measure, arrangement, faults);
}

}  // namespace glassdock::support
