// The race of a container against a virtual machine, in the place of stages and picture; its lanes on one axis stand in
// that of the timeline. One file for each part.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "app/scene/brush.h"
#include "app/scene/layout.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"
#include "app/scene/thing.h"
#include "app/scene/view.h"

namespace glassdock::scene {

// All of it but the axis; `tells_gate` as for draw_canvas.
void draw_race(const Brush& brush, Rect canvas, const Subject& subject, bool tells_gate);
// The same for the back row of a room: in place of the stages what it is about, with the accelerator in the largest
// letters, on class mode's own grid; and without the words around it at the size of class mode's panels.
void draw_race_head_for_class(const Brush& brush, const Subject& subject);
void draw_race_for_class(const Brush& brush, Rect room, const Subject& subject);
void draw_race_axis(const Brush& brush, Rect panel, const Layout& layout, const Subject& subject);
// What it is about, and on which accelerator.
void draw_race_head(const Brush& brush, Rect room, const Subject& subject);
// Two stacks on one kernel, block by block as they really came up.
void draw_race_stacks(const Brush& brush, Rect room, const Subject& subject);
// The figures with their ratios, what was left out and why, what was ready beforehand.
void draw_race_table(const Brush& brush, Rect room, const Subject& subject);
// What a lane printed, and what the host's ps showed of it.
void draw_race_console(const Brush& brush, Rect room, const Subject& subject, model::Lane lane);
// How many stood at once, as areas of their memory.
void draw_race_density(const Brush& brush, Rect room, const Subject& subject);

// What is compared. An empty cell was not read.
struct RaceRow {
  std::string_view place;  // "race:output": what a click explains
  Word title = Word::race_first_output, brief = title;
  std::string container, vm;
  std::string container_spread, vm_spread;  // the middle half; empty: one value alone
  double less = 0, more = 0;                // of which the ratio is; 0: there is none
  bool named = false;                       // the cells are words of ours, not figures
  model::EventIndex event = model::no_event;
};
std::vector<RaceRow> race_rows(const model::Race& race, trace::Language language);
// Why a figure is not among them, one sentence each.
std::vector<std::string> race_left_out(const model::Race& race, trace::Language language);
// "run 2", "run 0, cold".
std::string race_run_words(const model::RaceRun& run, trace::Language language);
// How exactly the guest was stopped in its kernel: "stopped exactly at kernel_init"; empty where it was not.
std::string race_stop_words(const model::RaceRun& run, trace::Language language);
// A lane's newest run is over, and nothing of it stands any more.
bool is_over(const model::RaceRun& run);

// What thing_of says of a place of the race: "race:vm:kernel" for a block, "race:memory" for a figure.
void explain_race(const Subject& subject, std::string_view name, Thing& thing);

// What an engine says in English, in the language of the view.
std::string in_language(std::string_view english, trace::Language language);

// The first of `choices` that stands whole, or nothing. Returns the width that it took.
float draw_whole(const Brush& brush, Rect room, std::initializer_list<std::string_view> choices, Font font,
                 Colour colour, Align align = Align::left);

// The smallest words of the race; class mode has none so small.
inline Font note_of(const Subject& subject) {
  return {Face::sans, subject.view.arrangement.class_mode ? 12.0F : 11.0F};
}
inline Font caption_of(const Subject& subject) {
  return {Face::sans_bold, subject.view.arrangement.class_mode ? 12.0F : caption.size};
}

// "container" has a square of snapshot's hue, "VM" a ring of pull's.
inline void draw_lane_mark(const Brush& brush, Point at, float size, model::Lane lane) {
  if (lane == model::Lane::container) {
    brush.box({.rect = {at.x, at.y, size, size},
               .radius = 2,
               .fill = Colour::snapshot_soft,
               .line = Colour::snapshot_line,
               .stroke = 1.6F});
  } else {
    brush.circle({at.x + size / 2, at.y + size / 2}, size / 2, Colour::pull_soft, Colour::pull_line);
  }
}

}  // namespace glassdock::scene
