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
  bool operator==(const Settings&) const = default;
};

// `kept` with what differs between `before` and `now`: what the user changed. The rest of `now` may have been asked for
// by a command line, for this once.
Settings with_changes(Settings kept, const Settings& before, const Settings& now);

// JSON. Reading takes what it understands and leaves the rest as it is in `settings`; it never throws.
std::string to_json(const Settings& settings);
Settings settings_from_json(std::string_view text, Settings settings = {});

}  // namespace glassdock::session
