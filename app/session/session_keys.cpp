// What keys and the pointer do: to the terminal's line, to the command that runs, to the places of the picture.
#include <algorithm>
#include <cmath>
#include <utility>

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

bool Session::press(Chord chord) {
  const bool taken = take_chord(chord);
  chord_taken_ = taken && is_text(chord);
  return taken;
}

bool Session::terminal_in_sight() const {
  const scene::Arrangement& arrangement = settings_.arrangement;
  return !arrangement.class_mode || arrangement.class_panel == scene::Arrangement::ClassPanel::terminal;
}

// What nobody sees gets no keys.
void Session::focus_terminal() {
  if (!terminal_in_sight()) return;
  terminal_focused_ = true;
  left_terminal_ = used_picture_ = false;
}

// Whether nothing takes what is typed, and says so: the terminal is hidden, or its command waits at a gate.
bool Session::goes_nowhere() {
  typed_in_vain_.reset();
  if (waits_at_gate()) {
    typed_in_vain_ = scene::Word::waits_at_gate;
  } else if (!terminal_in_sight()) {
    typed_in_vain_ = scene::Word::terminal_hidden;
  }
  return typed_in_vain_.has_value();
}

void Session::leave_terminal() {
  terminal_focused_ = false;
  left_terminal_ = used_picture_ = true;
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
  if (!row) return false;
  const bool letter = is_text(chord) && chord.key != Key::space;
  if (letter && letters_are_typed()) return false;
  // Nothing is chosen: Enter is for the command that stands typed, the one next thing to do.
  if (row->action == Action::activate && !focused_ && !is_recording()) {
    if (!terminal_in_sight()) goes_nowhere();
    focus_terminal();
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
  wishes_.push_back(SendInput{std::move(bytes)});
  return true;
}

bool Session::edit_line(Chord chord) {
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

void Session::type(std::string_view text) {
  if (std::exchange(chord_taken_, false) || !turn_to_terminal()) return;
  if (command_runs_) {
    wishes_.push_back(SendInput{std::string(text)});
  } else {
    line_.insert(text);
  }
}

void Session::paste(std::string_view text) {
  if (!turn_to_terminal()) return;
  if (command_runs_) {
    wishes_.push_back(SendInput{output_.screen().paste(text)});
  } else {
    line_.insert(text);
  }
}

// Whatever has the focus: text that is no key of the picture is for the terminal, and so is what follows it. False
// where there is none, or nothing takes it.
bool Session::turn_to_terminal() {
  if (is_recording()) return false;
  if (!terminal_in_sight()) {
    goes_nowhere();  // and the band says so
    return false;
  }
  if (!at_now()) move(Action::go_live);  // where it can be seen
  if (goes_nowhere()) return false;
  focus_terminal();
  scrolled_to_.reset();
  return true;
}

void Session::click(const scene::Place& place, double fraction) {
  const Command command = command_of(place, fraction);
  const bool of_terminal = command.action == Action::focus_terminal || command.action == Action::start_typed;
  if (!of_terminal) terminal_focused_ = false, used_picture_ = true;
  focused_ = {};
  execute(command);
}

void Session::scroll(const scene::Place& place, double notches) {
  constexpr double lines_of_a_notch = 3;
  if (place.act == scene::Act::focus_terminal) scroll_terminal(notches * lines_of_a_notch);
  if (place.act == scene::Act::scroll_evidence) {
    scroll_evidence(place, -static_cast<int>(std::lround(notches * lines_of_a_notch)));
  }
  if (place.act == scene::Act::scroll_containers) {
    const int row = std::min(containers_.first_row, static_cast<int>(place.length));
    containers_.first_row = std::clamp(row - static_cast<int>(std::lround(notches)), 0, static_cast<int>(place.length));
  }
  if (place.act == scene::Act::seek_time && notches != 0) {
    execute({.action = notches > 0 ? Action::timeline_closer : Action::timeline_wider});
  }
}

void Session::scroll_evidence(const scene::Place& place, int rows) {
  const int farthest = static_cast<int>(place.length);
  evidence_row_ = std::clamp(std::min(evidence_row_, farthest) + rows, 0, farthest);
}

void Session::page_evidence(bool up) {
  const auto found = std::find_if(places_.begin(), places_.end(),
                                  [](const scene::Place& one) { return one.act == scene::Act::scroll_evidence; });
  if (found == places_.end()) return;
  constexpr float row = 22;  // one is as high at most, with what is free above it
  const int page = std::max(1, static_cast<int>(found->rect.h / row) - 2);
  scroll_evidence(*found, up ? -page : page);
}

void Session::scroll_terminal(double lines) {
  const player::Position at = position();
  const terminal::Frame& frame = terminal_frame(at);
  const auto count = static_cast<std::int64_t>(std::lround(lines));
  if (frame.alternate && command_runs_ && at.behind == 0) {
    std::string bytes;
    for (std::int64_t i = 0; i < std::abs(count); ++i) {
      bytes += output_.screen().keys(count > 0 ? terminal::Key::up : terminal::Key::down, {});
    }
    if (!bytes.empty()) wishes_.push_back(SendInput{std::move(bytes)});
    return;
  }
  const Lines all = terminal_lines(frame, false);
  // As many lines as the panel has stay in it.
  const std::uint64_t rows = static_cast<std::uint64_t>(std::max(output_.screen().size().rows - 1, 1));
  const std::uint64_t least = std::min(all.end, all.first + rows);
  const std::int64_t wanted = static_cast<std::int64_t>(std::min(scrolled_to_.value_or(all.end), all.end)) - count;
  const std::uint64_t end =
      static_cast<std::uint64_t>(std::max<std::int64_t>(wanted, static_cast<std::int64_t>(least)));
  scrolled_to_.reset();
  if (end < all.end) scrolled_to_ = end;
}

void Session::hover(const scene::Place* place) {
  const scene::PlaceKey now = place ? scene::key_of(*place) : scene::PlaceKey{};
  if (now == hovered_) return;
  hovered_ = now;
  tip_ = false;
}

void Session::show_tip(bool shown) {
  tip_ = shown && static_cast<bool>(hovered_);
}

// Tab goes from left to right and from top to bottom; up and down to the nearest thing there.
void Session::move_focus(Action action) {
  if (places_.empty()) return;
  const auto found = std::find_if(places_.begin(), places_.end(),
                                  [&](const scene::Place& place) { return scene::key_of(place) == focused_; });
  const bool on = action == Action::focus_next || action == Action::focus_down;
  if (found == places_.end()) {
    focused_ = scene::key_of(on ? places_.front() : places_.back());
    return;
  }
  if (action == Action::focus_next || action == Action::focus_before) {
    const auto size = static_cast<std::ptrdiff_t>(places_.size());
    const std::ptrdiff_t at = found - places_.begin();
    focused_ = scene::key_of(places_[static_cast<std::size_t>((at + (on ? 1 : size - 1)) % size)]);
    return;
  }
  const scene::Point from = found->rect.centre();
  const scene::Place* best = nullptr;
  float best_way = 0;
  for (const scene::Place& place : places_) {
    const scene::Point to = place.rect.centre();
    const float down = on ? to.y - from.y : from.y - to.y;
    if (down <= 1) continue;
    constexpr float sideways = 2;  // what stands beneath comes before what stands aside
    const float way = down + sideways * std::abs(to.x - from.x);
    if (!best || way < best_way) best = &place, best_way = way;
  }
  if (best) focused_ = scene::key_of(*best);
}

void Session::activate() {
  const auto found = std::find_if(places_.begin(), places_.end(),
                                  [&](const scene::Place& place) { return scene::key_of(place) == focused_; });
  if (found == places_.end()) return;
  const scene::PlaceKey kept = focused_;
  click(*found, 0.5);
  focused_ = kept;
}

}  // namespace glassdock::session
