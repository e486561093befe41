// The terminal: what the command prints, who has the keys, which of its lines are seen.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "app/scene/layout.h"
#include "app/scene/panels.h"
#include "app/scene/strings.h"
#include "app/session/session.h"
#include "app/terminal/fold.h"
#include "app/terminal/text.h"

namespace glassdock::session {

void Session::take_output(std::string_view bytes, std::int64_t time_ns) {
  printed_ = printed_ || !bytes.empty();
  printed_ns_ = std::max(printed_ns_, time_ns);
  constexpr std::size_t most_observed = 1024 * 1024;  // that conditions look at
  if (play_ && play_->observes && play_->output.size() < most_observed) play_->output += bytes;
  typed_.printed(bytes);
  output_.receive(bytes, printed_ns_);
  show_output();
}

void Session::send_input(std::string bytes) {
  typed_.read(bytes);
  wishes_.push_back(SendInput{std::move(bytes)});
}

// On the terminal's screen, as far as there is time before the next picture; a program that asks its terminal something
// gets the answer.
void Session::show_output() {
  output_budget_ = output_.advance(output_budget_);
  std::string answer = output_.screen().take_replies();
  if (command_runs_ && !answer.empty()) wishes_.push_back(SendInput{std::move(answer), true});
}

// As at any prompt (readline(3), clear-screen): what was printed is still there for one who scrolls.
void Session::clear_terminal() {
  output_.receive("\x1b[H\x1b[2J", printed_ns_ = std::max(printed_ns_, now_ns_));
  output_.finish();
  scrolled_to_.reset();
}

// At its end, where one has neither used the picture nor left the terminal, its output is what is looked at: in a
// narrow window the terminal shares the timeline's place.
bool Session::shows_output() const {
  if (is_recording() || command_runs_ || !printed_ || used_picture_ || left_terminal_) return false;
  return at_now() && position().behind == 0;
}

void Session::command_ended(std::optional<int> exit_code) {
  typed_.ended(exit_code);
  command_runs_ = command_reads_ = false;
  // What left the picture as it was wanted only its answer: the next line can be typed at once.
  if (history_.now().run.first == run_before_) focus_terminal();
}

void Session::command_asks() {
  if (!command_runs_) return;
  command_reads_ = true;
  // In class mode it is answered where its question is seen.
  using ClassPanel = scene::Arrangement::ClassPanel;
  if (settings_.arrangement.class_panel == ClassPanel::play) settings_.arrangement.class_panel = ClassPanel::terminal;
  if (!used_picture_) focus_terminal();
}

std::vector<std::string> Session::images() const {
  std::vector<std::string> names;
  for (const model::Image& image : history_.now().images) names.push_back(image.reference);
  return names;
}

std::vector<std::string> Session::containers() const {
  std::vector<std::string> names;
  for (const model::Container& container : history_.now().containers) {
    if (container.phase != model::Phase::removed) names.push_back(container.name);
  }
  return names;
}

bool Session::terminal_in_sight() const {
  const scene::Arrangement& arrangement = settings_.arrangement;
  using ClassPanel = scene::Arrangement::ClassPanel;
  // The panel of what is played has the line that is typed, too.
  return !arrangement.class_mode || arrangement.class_panel == ClassPanel::terminal ||
         (play_ && arrangement.class_panel == ClassPanel::play);
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

// What stands there by no hand, suggested or brought back by a key, gives way to what is typed.
void Session::insert(std::string_view text) {
  if (std::exchange(gives_way_, false)) line_.set_text("");
  line_.insert(text);
}

void Session::type(std::string_view text) {
  if (std::exchange(chord_taken_, false) || play_takes_text(text) || !turn_to_terminal()) return;
  if (command_runs_) {
    send_input(std::string(text));
  } else {
    insert(text);
  }
}

void Session::paste(std::string_view text) {
  if (!turn_to_terminal()) return;
  if (command_runs_) {
    send_input(output_.screen().paste(text));
    return;
  }
  // Nothing runs before Enter, which shells hold so, too; but there is one line to see it in.
  const terminal::JoinedLines joined = terminal::join_lines(text);
  insert(joined.text);
  if (joined.lines > 1) set_notice(std::string(say(scene::Word::lines_joined, settings_.language)));
}

const terminal::Frame& Session::terminal_frame(const player::Position& position) const {
  // Who types has seen enough of the rest: a line that is typed stands behind all of the output, and a program that
  // reads has its prompt there.
  const bool reads = command_runs_ && command_reads_ && terminal_focused_;
  const bool types = at_now() && (reads || (!command_runs_ && !line_.text().empty()));
  const bool late = position.behind > 0 && position.event != model::no_event && !is_recording() && !types;
  return late ? output_.at(history_.row(position.event).time_ns) : output_.now();
}

Session::Lines Session::terminal_lines(const terminal::Frame& frame, bool shows_cursor) const {
  std::size_t used = 0;
  for (std::size_t i = 0; i < frame.rows.size(); ++i) {
    if (!frame.rows[i]->runs.empty()) used = i + 1;
  }
  if (shows_cursor) used = std::max(used, static_cast<std::size_t>(frame.cursor.row) + 1);
  const std::uint64_t first = std::min(output_.dropped_lines(), frame.first_row);
  return {first, frame.first_row + used, std::clamp(frame.cleared, first, frame.first_row)};
}

// Enough lines for any panel.
scene::TerminalText Session::terminal_text(const player::Position& position) const {
  scene::TerminalText text;
  const terminal::Frame& frame = terminal_frame(position);
  const bool late = position.behind > 0 && &frame != &output_.now();
  text.late = late;
  const bool shows_cursor = command_runs_ && !late && frame.cursor.visible;
  const Lines all = terminal_lines(frame, shows_cursor);
  const std::uint64_t end = std::min(scrolled_to_.value_or(all.end), all.end);
  constexpr std::uint64_t most = 200;
  const std::uint64_t first = scrolled_to_ ? all.first : all.cleared;
  text.below = all.end - end;
  const std::uint64_t cursor_row = frame.first_row + static_cast<std::uint64_t>(frame.cursor.row);
  terminal::Fold fold(output_.screen().size().columns);
  for (std::uint64_t number = std::max(first, end > most ? end - most : 0); number < end; ++number) {
    const terminal::SharedLine line = output_.line(frame, number);
    const bool has_cursor = shows_cursor && text.below == 0 && number == cursor_row;
    if (line) fold.add(line, has_cursor ? std::optional(frame.cursor.column) : std::nullopt);
  }
  terminal::Fold::Lines folded = fold.take();
  text.lines = std::move(folded.lines);
  if (folded.cursor) text.cell = {folded.cursor->line, static_cast<std::size_t>(folded.cursor->column)};
  text.prompt = !command_runs_ && &frame == &output_.now();  // not before output that is held back
  text.typed = line_.text();
  text.first_line = text.typed == first_command;
  text.suggested = gives_way_;
  text.folder = folder_.string();
  text.cursor = line_.cursor();
  if (const auto& candidates = line_.candidates()) {
    for (const terminal::Candidate& one : candidates->candidates) text.candidates.push_back(one.text);
    text.chosen = line_.chosen();
  }
  text.focused = terminal_focused_;
  return text;
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
    if (!bytes.empty()) send_input(std::move(bytes));
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

void Session::layout_terminal(const scene::Viewport& viewport, const scene::TextMeasure& measure) {
  const terminal::Size size = scene::terminal_size(viewport, settings_.arrangement, measure);
  if (size == output_.screen().size()) return;
  output_.resize(size);
  wishes_.push_back(ResizeTerminal{output_.screen().size()});
}

}  // namespace glassdock::session
