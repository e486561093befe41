// Two recordings side by side: both pictures, and under them each stage's times on one scale.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "app/scene/view.h"

namespace glassdock::scene {

struct Compared {
  std::array<const Subject*, 2> runs;
  std::array<std::string, 2> titles;
  // Of the common axis: where each stage begins, its end, where both stand. Nanoseconds of view time.
  std::array<std::int64_t, trace::main_stage_count + 1> borders{};
  std::int64_t at_ns = 0;
};

// The first one's view says how the window is looked at.
Scene build_comparison(const Compared& compared, const Viewport& viewport, const TextMeasure& measure);

// "second: 1.204 ms less", "neither needed it": what a stage of the second run is beside the first one's.
std::string difference_words(std::optional<std::int64_t> first_ns, std::optional<std::int64_t> second_ns,
                             trace::Language language);

}  // namespace glassdock::scene
