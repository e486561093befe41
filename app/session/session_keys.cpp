// What keys do: to the picture, to the line that is typed, to the command that runs.
#include <algorithm>
#include <optional>

#include "app/session/session.h"

namespace glassdock::session {
namespace {

std::optional<terminal::Key> terminal_key(Key key) {
  switch (key) {
    case Key::enter:
      return terminal::Key::enter;
    case Key::tab:
      return terminal::Key::tab;
    case Key::backspace:
      return terminal::Key::backspace;
    case Key::escape:
      return terminal::Key::escape;
    case Key::up:
      return terminal::Key::up;
    case Key::down:
      return terminal::Key::down;
    case Key::left:
      return terminal::Key::left;
    case Key::right:
      return terminal::Key::right;
    case Key::insert:
      return terminal::Key::insert;
    case Key::del:
      return terminal::Key::delete_forward;
    case Key::home:
      return terminal::Key::home;
    case Key::end:
      return terminal::Key::end;
    case Key::page_up:
      return terminal::Key::page_up;
    case Key::page_down:
      return terminal::Key::page_down;
    default:
      return std::nullopt;
  }
}

bool is_letter(Key key) {
  return key >= Key::a && key <= Key::z;
}

// Whether the chord comes as text, too.
bool is_text(Chord chord) {
  return !chord.ctrl && !chord.alt && (is_letter(chord.key) || (chord.key >= Key::zero && chord.key <= Key::space));
}

}  // namespace

bool Session::press(Chord chord, bool repeats) {
  close_tip();
  key_repeats_ = repeats;
  const bool taken = take_chord(chord);
  key_repeats_ = false;
  chord_taken_ = taken && is_text(chord);
  return taken;
}

// A run takes the keys to the picture by itself; who types then begins the next line, or answers the command, and no
// first letter may be lost to a key of the picture. Letters are such keys once a key has left the terminal for it, and
// where no line stands: looking back, in class mode without its terminal, in a recording.
bool Session::letters_are_typed() const {
  return !is_recording() && !left_terminal_ && terminal_in_sight() && at_now();
}

bool Session::take_chord(Chord chord) {
  const CommandRow* row = find_command(chord);
  if (command_runs_ && chord == interrupt) return send_chord(chord);
  if (row && row->action == Action::close && closes_class_panel()) {
    close();
    return true;
  }
  // What has the focus of the picture is opened by Enter; otherwise an empty line is for what is played.
  if (chord == Chord{.key = Key::enter} && (terminal_focused_ || !focused_) && play_goes_on()) return true;
  if (terminal_focused_) {
    // A line that is typed has no use for the page keys; a command may have.
    const bool pages =
        row && !command_runs_ && (row->action == Action::evidence_up || row->action == Action::evidence_down);
    if (row && (row->in_terminal || is_function_key(chord.key) || pages)) {
      execute({.action = row->action});
      return true;
    }
    return press_in_terminal(chord);
  }
  if (chord == Chord{.key = chord.key} && move_in_table(chord.key)) return true;
  if (!row) return false;
  // A blank within a line that goes nowhere is none of the picture's keys: it would let the gate go.
  const bool letter = is_text(chord) && (chord.key != Key::space || typed_in_vain_);
  if (letter && letters_are_typed()) return false;
  // Nor are the letters of a line that goes nowhere, but for the one that brings the terminal.
  const bool of_hidden_line = typed_in_vain_ == scene::Word::terminal_hidden;
  if (letter && of_hidden_line && row->action != Action::toggle_terminal) return false;
  // Nothing is chosen: Enter is for the command that stands typed, the one next thing to do, and runs it, as F10 does.
  // An empty line repeats nothing: the keys only go back to it.
  if (row->action == Action::activate && !focused_ && !is_recording()) {
    if (!terminal_in_sight()) goes_nowhere();
    const bool runs = !line_.text().empty() && !command_runs_ && terminal_in_sight() && at_now();
    runs ? start_typed(mode_with_gates()) : focus_terminal();
    return true;
  }
  if (!row->in_terminal && !is_function_key(chord.key)) used_picture_ = true;
  execute({.action = row->action});
  return true;
}

// Esc is a program's that fills the terminal; for a line it means nothing that the next key does not mean.
bool Session::closes_class_panel() const {
  const bool open = settings_.arrangement.class_panel != scene::Arrangement::ClassPanel::none;
  return settings_.arrangement.class_mode && open && !(terminal_focused_ && command_runs_ && output_.now().alternate);
}

bool Session::press_in_terminal(Chord chord) {
  if (!command_runs_) return edit_line(chord);
  if (!waits_at_gate()) return send_chord(chord);
  if (is_text(chord) || (!terminal_key(chord.key) && !is_letter(chord.key))) return false;  // it may come as text
  if (chord.key == Key::escape) {
    leave_terminal();
  } else {
    goes_nowhere();
  }
  return true;
}

bool Session::send_chord(Chord chord) {
  std::string bytes;
  const terminal::Modifiers held{chord.shift, chord.alt, chord.ctrl};
  if (const auto key = terminal_key(chord.key)) {
    bytes = output_.screen().keys(*key, held);
  } else if (is_letter(chord.key) && (chord.ctrl || chord.alt)) {
    const auto letter = static_cast<char32_t>('a' + static_cast<int>(chord.key) - static_cast<int>(Key::a));
    bytes = output_.screen().keys(letter, held);
  }
  if (bytes.empty()) return false;
  send_input(std::move(bytes));
  return true;
}

// What edits a line that was suggested makes it one's own.
bool Session::edit_line(Chord chord) {
  const bool edited = edits_line(chord);
  if (edited && chord.key != Key::enter && chord.key != Key::escape && chord.key != Key::l) gives_way_ = false;
  return edited;
}

bool Session::edits_line(Chord chord) {
  switch (chord.key) {
    case Key::enter:
      start_typed(mode_with_gates());
      return true;
    case Key::tab:
      line_.complete(*this, folder_);
      return true;
    case Key::backspace:
      line_.backspace();
      return true;
    case Key::del:
      line_.delete_forward();
      return true;
    case Key::left:
      chord.ctrl ? line_.word_left() : line_.left();
      return true;
    case Key::right:
      line_.right();
      return true;
    case Key::home:
      line_.home();
      return true;
    case Key::end:
      line_.end();
      return true;
    case Key::up:
      line_.up();
      return true;
    case Key::down:
      line_.down();
      return true;
    case Key::escape:
      leave_terminal();
      return true;
    default:
      break;
  }
  // As GNU Readline has them; Ctrl and the arrow to the right is the window's.
  if (chord.alt && chord.key == Key::b) return line_.word_left(), true;
  if (chord.alt && chord.key == Key::f) return line_.word_right(), true;
  if (!chord.ctrl) return false;
  switch (chord.key) {
    case Key::a:
      line_.home();
      return true;
    case Key::e:
      line_.end();
      return true;
    case Key::k:
      line_.kill_to_end();
      return true;
    case Key::l:
      clear_terminal();
      return true;
    case Key::u:
      line_.kill_to_start();
      return true;
    case Key::w:
      line_.kill_word_left();
      return true;
    case Key::y:
      line_.yank();
      return true;
    default:
      return false;
  }
}

}  // namespace glassdock::session
