// The marks where the timeline draws time shorter than it was: a zigzag, and how long it really took.
#pragma once

#include <string>
#include <vector>

#include "app/scene/brush.h"
#include "app/scene/timeline.h"

namespace glassdock::scene {

struct BreakRooms {
  Rect stages, lanes;  // each as wide as the axis; `lanes` without height: none
  Rect words;          // a row for how long; without height: none
};
// What of the words' row is taken then.
std::vector<Rect> draw_breaks(const Brush& brush, const Lanes& lanes, const BreakRooms& rooms, const Subject& subject);
// Two zigzags side by side at `x`, over what is there.
void draw_zigzag(const Brush& brush, float x, float top, float bottom);

// "2.0 s", "3 min 5 s".
std::string seconds_text(std::int64_t nanoseconds, trace::Language language);

}  // namespace glassdock::scene
