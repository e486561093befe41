#include "app/terminal/command_line.h"

#include <algorithm>
#include <utility>

#include "app/terminal/text.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::terminal {
namespace {

// A word of a move is a stretch of letters and digits; all that is no ASCII counts as letters.
bool in_word(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return value >= 0x80 || (value >= '0' && value <= '9') || ((value | 0x20) >= 'a' && (value | 0x20) <= 'z');
}

// What all candidates begin with; nothing where quotes stand in the way.
std::string common_beginning(const std::vector<Candidate>& candidates) {
  std::string common = candidates.front().text;
  for (const Candidate& candidate : candidates) {
    if (candidate.text.find('\'') != std::string::npos) return {};
    const auto differs = std::mismatch(common.begin(), common.end(), candidate.text.begin(), candidate.text.end());
    common.erase(differs.first, common.end());
  }
  while (typed_text(common) != common) common.pop_back();  // cut inside a character
  return common;
}

}  // namespace

void CommandLine::edited() {
  walk_.reset();
  completion_.reset();
}

void CommandLine::set_text(std::string_view text) {
  edited();
  text_ = typed_text(text);
  cursor_ = text_.size();
}

void CommandLine::replace(std::size_t from, std::size_t to, std::string_view by) {
  if (text_.size() - (to - from) + by.size() > longest) return;
  text_.replace(from, to - from, by);
  cursor_ = from + by.size();
  // A combining mark may join what now stands before it.
  if (cursor_ < text_.size()) cursor_ = character_after(text_, character_before(text_, cursor_));
}

void CommandLine::insert(std::string_view text) {
  edited();
  replace(cursor_, cursor_, typed_text(text));
}

void CommandLine::backspace() {
  edited();
  replace(character_before(text_, cursor_), cursor_, {});
}

void CommandLine::delete_forward() {
  edited();
  replace(cursor_, character_after(text_, cursor_), {});
}

void CommandLine::left() {
  edited();
  cursor_ = character_before(text_, cursor_);
}

void CommandLine::right() {
  edited();
  cursor_ = character_after(text_, cursor_);
}

void CommandLine::word_left() {
  edited();
  while (cursor_ > 0 && !in_word(text_[cursor_ - 1])) --cursor_;
  while (cursor_ > 0 && in_word(text_[cursor_ - 1])) --cursor_;
}

void CommandLine::word_right() {
  edited();
  while (cursor_ < text_.size() && !in_word(text_[cursor_])) ++cursor_;
  while (cursor_ < text_.size() && in_word(text_[cursor_])) ++cursor_;
}

void CommandLine::home() {
  edited();
  cursor_ = 0;
}

void CommandLine::end() {
  edited();
  cursor_ = text_.size();
}

void CommandLine::kill(std::size_t from, std::size_t to) {
  edited();
  if (from == to) return;
  killed_ = text_.substr(from, to - from);
  replace(from, to, {});
}

void CommandLine::kill_to_end() {
  kill(cursor_, text_.size());
}

void CommandLine::kill_to_start() {
  kill(0, cursor_);
}

void CommandLine::kill_word_left() {
  std::size_t from = cursor_;
  while (from > 0 && text_[from - 1] == ' ') --from;
  while (from > 0 && text_[from - 1] != ' ') --from;
  kill(from, cursor_);
}

void CommandLine::yank() {
  insert(killed_);
}

void CommandLine::show_history(std::size_t at) {
  completion_.reset();
  walk_ = at;
  text_ = at < history_.lines().size() ? history_.lines()[at] : draft_;
  cursor_ = text_.size();
}

void CommandLine::up() {
  const auto& lines = history_.lines();
  if (!walk_) {
    draft_ = text_;
    walk_prefix_ = text_.substr(0, cursor_);
  }
  for (std::size_t at = std::min(walk_.value_or(lines.size()), lines.size()); at > 0; --at) {
    const std::string& line = lines[at - 1];
    if (starts_with(line, walk_prefix_) && line != text_) return show_history(at - 1);
  }
}

void CommandLine::down() {
  if (!walk_) return;
  const auto& lines = history_.lines();
  for (std::size_t at = *walk_ + 1; at < lines.size(); ++at) {
    if (starts_with(lines[at], walk_prefix_) && lines[at] != text_) return show_history(at);
  }
  show_history(lines.size());
  cursor_ = walk_prefix_.size();
  walk_.reset();
}

void CommandLine::complete(const CompletionSource& source, const std::filesystem::path& folder) {
  walk_.reset();
  if (!completion_) {
    Completion found = glassdock::terminal::complete(text_, cursor_, source, folder);
    if (found.candidates.empty()) return;
    if (found.candidates.size() == 1) {
      const Candidate& only = found.candidates.front();
      return replace(found.from, found.to, only.text + (only.goes_on ? "" : " "));
    }
    const std::string common = common_beginning(found.candidates);
    if (common.size() > found.to - found.from) replace(found.from, found.to, common);
    found.to = cursor_;
    chosen_ = found.candidates.size();
    completion_ = std::move(found);
    return;
  }
  chosen_ = chosen_ + 1 < completion_->candidates.size() ? chosen_ + 1 : 0;
  replace(completion_->from, completion_->to, completion_->candidates[chosen_].text);
  completion_->to = cursor_;
}

std::string CommandLine::accept(std::string* fault) {
  edited();
  std::string line = std::exchange(text_, {});
  cursor_ = 0;
  try {
    history_.add(line);
  } catch (const Error& error) {
    if (fault) *fault = error.what();
  }
  return line;
}

}  // namespace glassdock::terminal
