// What the studio keeps from one start to the next.
#pragma once

#include <string>
#include <string_view>

#include "app/scene/view.h"

namespace glassdock::session {

struct Settings {
  trace::Language language = trace::Language::english;
  bool light = false;
  bool reduced_motion = false;
  double zoom = 1;  // on top of what the screen asks for
  int width = 1600, height = 900;
  scene::Arrangement arrangement;

  static constexpr double least_zoom = 0.5, most_zoom = 3;
};

// JSON. Reading takes what it understands and leaves the rest as it is in `settings`; it never throws.
std::string to_json(const Settings& settings);
Settings settings_from_json(std::string_view text, Settings settings = {});

}  // namespace glassdock::session
