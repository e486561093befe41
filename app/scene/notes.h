// notes: what a presenter sees in a window of their own while the class sees the scenario: notes, answers, what comes.
#pragma once

#include <cstdint>

#include "app/scenarios/player.h"
#include "app/scene/scene.h"
#include "app/scene/view.h"

namespace glassdock::scene {

struct NotesView {
  trace::Language language = trace::Language::english;
  const scenarios::Player* player = nullptr;  // nullptr: no scenario is played
  std::int64_t elapsed_ns = 0;                // since it began
  int first_row = 0;                          // of the text, that is seen
};

// The whole window.
Scene build_notes(const NotesView& view, const Viewport& viewport, const TextMeasure& measure);

}  // namespace glassdock::scene
