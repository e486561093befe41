#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "app/terminal/completion.h"
#include "app/terminal/history.h"

namespace glassdock::terminal {

// The line that is typed: its text, its cursor, and what keys do to it. The names of the moves are GNU Readline's. The
// cursor never stands inside a character or between it and its combining marks. One thread.
class CommandLine {
 public:
  static constexpr std::size_t longest = 32 * 1024;  // bytes; what would go beyond is not taken

  explicit CommandLine(LineHistory& history) : history_(history) {}

  const std::string& text() const noexcept { return text_; }
  std::size_t cursor() const noexcept { return cursor_; }  // byte offset
  void set_text(std::string_view text);                    // the cursor goes to its end

  // Typed or pasted. Line ends and tabs become spaces, other control characters go, what is no UTF-8 becomes U+FFFD.
  void insert(std::string_view text);
  void backspace();
  void delete_forward();

  void left();
  void right();
  void word_left();   // Alt+B
  void word_right();  // Alt+F
  void home();
  void end();

  void kill_to_end();     // Ctrl+K
  void kill_to_start();   // Ctrl+U
  void kill_word_left();  // Ctrl+W
  void yank();            // Ctrl+Y: what was killed last

  // Through the history: only lines that begin with what stood before the cursor when the walk began. Down beyond the
  // newest brings back what was typed.
  void up();
  void down();

  // Tab: as far as it is clear, then from one candidate to the next.
  void complete(const CompletionSource& source, const std::filesystem::path& folder);
  // To show below the line while more than one is possible; nothing otherwise.
  const std::optional<Completion>& candidates() const noexcept { return completion_; }
  // Which of them stands in the line; nothing yet: candidates.size().
  std::size_t chosen() const noexcept { return chosen_; }

  // Enter: the line, which is added to the history and leaves an empty one behind. A failure to keep the history is in
  // `fault`, in words.
  std::string accept(std::string* fault = nullptr);

 private:
  void edited();
  void kill(std::size_t from, std::size_t to);
  void show_history(std::size_t at);
  void replace(std::size_t from, std::size_t to, std::string_view by);

  LineHistory& history_;
  std::string text_;
  std::size_t cursor_ = 0;
  std::string killed_;
  // While walking through the history.
  std::optional<std::size_t> walk_;
  std::string walk_prefix_, draft_;
  std::optional<Completion> completion_;
  std::size_t chosen_ = 0;
};

}  // namespace glassdock::terminal
