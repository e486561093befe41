// support: events as a window has them: their history, and when each is shown.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "app/player/player.h"
#include "app/scene/panels.h"

namespace glassdock::support {

struct Shown {
  model::History history;
  player::ViewTimes times;
  explicit Shown(const std::vector<trace::Event>& events) {
    for (const trace::Event& event : events) history.add(event);
    times.extend(history);
  }
  // A live view that stands behind its first `count` events.
  player::Position position_at(std::size_t count) const {
    const player::Track track{history, times};
    player::Player player = player::make_live_player();
    player::scrub_to_count(player, track, count);
    return player::position(player, track);
  }
  scene::Scene scene(const scene::View& view, const scene::Viewport& size, const scene::TextMeasure& measure) {
    return scene::build({history.at(view.position.count), history, times, view}, size, measure);
  }
};

// The texts of a scene within a place, or all of them; " | " after each.
inline std::string words_in(const scene::Scene& scene, std::string_view place = {}) {
  std::string all;
  for (const scene::Text& text : scene.layers[scene::Scene::ground].texts) {
    const bool within = std::any_of(scene.places.begin(), scene.places.end(), [&](const scene::Place& one) {
      return one.name == place && one.rect.contains(text.room.centre());
    });
    if (place.empty() || within) all += text.words + (text.cut ? " (cut)" : "") + " | ";
  }
  return all;
}

// Of class mode's line of keys: how far each text stands behind the one before it, and where the last one ends.
struct KeyLine {
  struct Gap {
    double wide = 0;
    std::string words;  // of the text behind it
  };
  std::vector<Gap> gaps;
  double end = 0;
};
inline KeyLine key_line(const scene::Scene& scene) {
  constexpr double top = 830;
  KeyLine line;
  for (const scene::Text& text : scene.layers[scene::Scene::ground].texts) {
    if (text.room.y < top) continue;
    line.gaps.push_back({text.at.x - line.end, text.words});
    line.end = text.at.x + text.width;
  }
  return line;
}

// All texts of the ground as one line: a paragraph's lines are joined again.
inline std::string joined_words(const scene::Scene& scene) {
  std::string all;
  for (const scene::Text& text : scene.layers[scene::Scene::ground].texts) all += text.words + " ";
  return all;
}

}  // namespace glassdock::support
