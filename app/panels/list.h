#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/panels/imgui_compat.h"
#include "app/session/session.h"

namespace glassdock::panels {

// What a panel is given and what it says.
struct Frame {
  session::Session& session;
  float pixels;
  ImFont* mono;
  std::vector<session::Command>& commands;
  bool text_waits = false;  // what was typed has not come to the field yet: keys that choose a row wait for it
  trace::Language language() const { return session.settings().language; }
};

// The row that the arrow keys are at. Keys are taken from the window itself: ImGui before 1.87 would lose those that
// are pressed and released within one frame.
struct Cursor {
  std::size_t at = 0;
  bool moved = false;    // it must be scrolled into sight
  bool entered = false;  // Enter was pressed

  bool press(session::Chord chord);
  void keep_within(std::size_t rows);
};

// How many lines a list without a cursor is to be scrolled on, by the same keys.
struct Scroll {
  int lines = 0;

  bool press(session::Chord chord);
  void apply();  // within the list's own window
};

class EventList {
 public:
  bool press(session::Chord chord);
  // True while it still searches.
  bool draw(Frame& frame, bool appears);

 private:
  bool search(Frame& frame);
  void draw_row(Frame& frame, std::size_t index, std::size_t row);
  void toggle_gate(Frame& frame, std::size_t index);
  std::string filter_, searched_for_;
  std::vector<std::size_t> found_;  // of the filter, in their order
  std::size_t searched_ = 0;
  bool toggles_ = false;  // the gate of the row that the cursor is at
  bool answers_ = false;  // what came of that is said: the list may lie over the band that says it
  bool names_ = true;     // there is room for them
  int settles_ = 0;       // frames until the table's size is known: until then the cursor is not in sight for good
  Cursor cursor_;
};

class Palette {
 public:
  bool press(session::Chord chord) { return cursor_.press(chord); }
  // True: a command was chosen, and it closes.
  bool draw(Frame& frame, bool appears);

 private:
  std::string filter_;
  Cursor cursor_;
};

// Of lessons or scenarios.
class PickList {
 public:
  bool press(session::Chord chord) { return cursor_.press(chord); }
  // True: one was chosen, and it closes.
  bool draw(Frame& frame, bool appears);

 private:
  Cursor cursor_;
};

class RecordingList {
 public:
  bool press(session::Chord chord) { return cursor_.press(chord); }
  // True: one was chosen, and it closes.
  bool draw(Frame& frame, bool appears);

 private:
  Cursor cursor_;
};

void draw_keys(Frame& frame, Scroll& scroll);
void draw_images(Frame& frame, Scroll& scroll);

// Whether all words of the filter stand in the text, capitals or not.
bool matches(std::string_view text, std::string_view filter);

}  // namespace glassdock::panels
