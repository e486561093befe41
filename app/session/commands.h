// What a user can want of the studio. Keys, clicks, the palette and tests all say it with the same words.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/scene/scene.h"
#include "app/session/keys.h"
#include "engine/trace/words.h"

namespace glassdock::session {

enum class Action : std::uint8_t {
  none,
  toggle_play,
  step,
  step_back,
  run_on,
  step_engine,
  go_live,
  to_begin,
  to_end,
  slower,
  faster,
  set_speed,   // number: the divisor; 0: the next one
  seek_event,  // number
  seek_time,   // number: nanoseconds of the view
  next_stage,
  run_to,             // name: a gate or a stage; or number: an event
  select,             // number: the event to explain; name: the thing of the picture
  toggle_gate,        // name: a gate or a stage
  toggle_event_gate,  // number: an event of the list; otherwise the event that is shown
  clear_gates,
  start_typed,  // the typed command runs
  give_up,      // the held start
  hold_others,  // the commands of other clients are held here, or no longer
  focus_next,
  focus_before,
  focus_up,
  focus_down,
  activate,
  focus_terminal,
  scroll_up,  // the terminal, by a page
  scroll_down,
  evidence_up,  // the evidence, by a page
  evidence_down,
  switch_tab,
  enlarge_terminal,
  toggle_evidence,
  toggle_terminal,
  toggle_timeline,
  show_events,
  show_images,
  show_containers,
  show_all_containers,
  show_signals,      // in the place of the containers' table, or the table again
  choose_container,  // name: its id
  show_play,         // of a lesson or scenario; where none is played, the list of lessons
  show_lessons,      // the list
  show_scenarios,    // likewise
  open_lesson,       // name: its id
  open_scenario,     // likewise
  leave_play,
  play_on,      // what Enter on an empty line means to what is played
  play_answer,  // number: which, from 0
  play_hint,
  play_restart,
  play_skip,
  show_notes,       // the presenter's, in a window of their own, or no longer
  make_scenario,    // of what was done here, or of the recording
  show_recordings,  // the list of those that came with the program
  open_recording,   // name: its file; empty: the engine again
  show_way,         // number: which picture of the way to containers (scene::Way); -1: the next one
  show_race,        // a container against a virtual machine, in the place of the picture, or no longer
  show_palette,
  show_keys,
  class_mode,
  timeline_closer,
  timeline_wider,
  zoom_in,
  zoom_out,
  zoom_reset,
  switch_language,
  switch_theme,
  reduce_motion,
  copy,  // name: the text
  close,
  quit,
};

struct Command {
  Action action = Action::none;
  std::string name;
  std::int64_t number = -1;
};

// One row of what can be done by a key or from the palette.
struct CommandRow {
  Action action;
  Chord chord;       // Key::none: by the palette and the pointer alone
  Chord also;        // a second one
  bool in_terminal;  // also while the terminal has the keys
  bool of_engine;    // means nothing for a recording
  std::string_view english, korean;
  std::string_view words(trace::Language language) const {
    return language == trace::Language::korean ? korean : english;
  }
};
// In the order in which the list of keys shows them.
std::span<const CommandRow> command_rows();
// nullptr where the chord means nothing.
const CommandRow* find_command(Chord chord);

// What a click on the place means; `fraction`: how far along its width the pointer stands, 0 … 1.
Command command_of(const scene::Place& place, double fraction);

}  // namespace glassdock::session
