// Which region stands where at which window size: the folding of the visual language.
#pragma once

#include "app/scene/scene.h"
#include "app/scene/view.h"
#include "app/terminal/line.h"

namespace glassdock::scene {

struct Layout {
  bool too_small = false;                                      // one line instead of everything
  Rect top_bar, stages, canvas, evidence, timeline, terminal;  // an empty rectangle: folded away
  Rect play;  // in the place of the stages; in a narrow window it lies over the canvas. Empty: none is played
  bool play_is_drawer = false;
  bool stages_are_rail = false;  // six badges
  bool one_lane = false;         // the timeline shows stages and one lane of processes
  bool no_process_lanes = false;
  bool evidence_is_drawer = false;  // it lies over the canvas
  bool tabs = false;                // timeline and terminal share one strip
  bool terminal_is_drawer = false;  // it lies over the canvas with more lines than its strip has room for
};

Layout lay_out(const Viewport& viewport, const Arrangement& arrangement = {});

// Whether table and life of the containers stand beside the picture.
bool has_room_for_containers(const Layout& layout);

// How many rows and columns of text the terminal's panel has at most.
terminal::Size terminal_size(const Viewport& viewport, const Arrangement& arrangement, const TextMeasure& measure);

}  // namespace glassdock::scene
