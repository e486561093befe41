// terminal: what a terminal needs without its looks: the screen, the process behind it, the line that is typed.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/terminal/line.h"

namespace glassdock::terminal {

// Keys that are no characters. F keys are the studio's own.
enum class Key {
  enter,
  tab,
  backspace,
  escape,
  up,
  down,
  left,
  right,
  insert,
  delete_forward,
  home,
  end,
  page_up,
  page_down,
};

struct Modifiers {
  bool shift = false;
  bool alt = false;
  bool control = false;
};

// A terminal's screen: bytes go in, rows of cells come out. Understands what xterm does as far as libvterm has it:
// colours, cursor moves, the alternate screen, wide characters, UTF-8. Any bytes are safe: what is no UTF-8 becomes
// U+FFFD, and memory stays bounded. One thread.
class Screen {
 public:
  struct Limits {
    std::size_t lines = 10'000;           // that scrolled away
    std::size_t bytes = 8 * 1024 * 1024;  // of these
  };
  static constexpr Size largest{500, 1000};

  // `size` is cut to 1x2 … largest.
  explicit Screen(Size size);
  Screen(Size size, Limits limits);
  Screen(Screen&&) noexcept;
  Screen& operator=(Screen&&) noexcept;
  ~Screen();

  void feed(std::string_view bytes);
  // Rows that no longer fit go to what scrolled away, and so do all above the cursor where the columns change: they
  // stay as they were printed. None comes back. Fold wraps them anew for who looks at them.
  void resize(Size size);
  Size size() const;

  // From the top; valid until the next feed or resize, shared beyond that.
  const std::vector<SharedLine>& rows() const;
  Cursor cursor() const;
  // A program that fills the screen (an editor, top) is at work; nothing scrolls away from it.
  bool alternate() const;

  // The first line behind the last time that all of the screen was erased (`clear`): what is older has to be scrolled
  // to. first_line() <= cleared() <= first_row().
  std::uint64_t cleared() const;

  // What scrolled away: the oldest kept line is number first_line(), the uppermost row of the screen first_row().
  std::uint64_t first_line() const;
  std::uint64_t first_row() const;
  // first_line() <= number < first_row().
  const SharedLine& scrolled(std::uint64_t number) const;

  // What a real terminal would send for them, in the mode that the program asked for; it goes to the process.
  std::string keys(Key key, Modifiers modifiers = {});
  // One Unicode character, with Ctrl or Alt or plain.
  std::string keys(char32_t character, Modifiers modifiers = {});
  std::string paste(std::string_view text);
  // Answers to questions that the program asked its terminal (where is the cursor?); at most 4 KiB are kept.
  std::string take_replies();

 private:
  class Terminal;
  std::unique_ptr<Terminal> terminal_;
};

}  // namespace glassdock::terminal
