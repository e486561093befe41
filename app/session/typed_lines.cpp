#include "app/session/typed_lines.h"

#include <algorithm>
#include <utility>

#include "app/terminal/text.h"

namespace glassdock::session {
namespace {

constexpr std::size_t most_printed = 64 * 1024;  // of a line, in bytes
constexpr std::size_t most_read = 4096, most_inside = 100;

// As a terminal sends them (termios(3), VEOF and VERASE).
constexpr char end_of_input = '\x04', erase = '\x7f';

}  // namespace

void TypedLines::begin(std::string line) {
  current_.emplace();
  current_->line = std::move(line);
  reading_.clear();
  was_edited_ = false;
}

void TypedLines::opened(std::uint64_t run, std::size_t events) {
  if (!current_) return;
  current_->run = run;
  current_->first = events;
}

// A terminal's line ends have a carriage return in front.
void TypedLines::printed(std::string_view bytes) {
  if (!current_) return;
  for (const char byte : bytes.substr(0, most_printed - std::min(most_printed, current_->output.size()))) {
    if (byte != '\r') current_->output += byte;
  }
}

void TypedLines::read(std::string_view bytes) {
  if (!current_) return;
  for (const char byte : bytes) read_one(byte);
}

void TypedLines::read_one(char byte) {
  constexpr unsigned char first_printed = 0x20;
  if (byte == '\r' || byte == '\n') {
    if (current_->inside.size() < most_inside) current_->inside.push_back(std::exchange(reading_, {}));
    was_edited_ = was_edited_ || current_->inside.size() == most_inside;
  } else if (byte == erase) {
    reading_.erase(terminal::character_before(reading_, reading_.size()));
  } else if (byte == end_of_input && reading_.empty()) {
    return;
  } else if (static_cast<unsigned char>(byte) < first_printed || reading_.size() >= most_read) {
    was_edited_ = true;
  } else {
    reading_ += byte;
  }
}

void TypedLines::ended(std::optional<int> exit_code) {
  if (!current_) return;
  scenarios::TypedLine line = std::move(*current_);
  current_.reset();
  if (line.run == 0) return;
  line.exit_code = exit_code;
  // What a program printed between the lines that it read has its echo and its prompts.
  if (!line.inside.empty() || was_edited_) line.output.clear();
  if (was_edited_ || !reading_.empty()) line.inside.clear();
  lines_.push_back(std::move(line));
  if (lines_.size() > scenarios::most_draft_lines) lines_.erase(lines_.begin());
}

}  // namespace glassdock::session
