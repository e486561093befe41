#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace glassdock::headless {

// Writes all of it, waiting as long as it takes. A reader that has gone away ends the program by SIGPIPE, as it does
// other commands; other failures throw Error.
void write_out(int fd, std::string_view text);
// Which of the standard streams are a terminal: 0, 1, 2. To be asked while it is there.
std::array<bool, 3> terminal_streams();
// From now on nothing is read from these, and what is written to them goes nowhere.
void leave_terminal(const std::array<bool, 3>& streams);

// Columns of the terminal at `fd`; 0 where there is none.
int terminal_columns(int fd);

// Whether text there may carry colours: a terminal, and NO_COLOR unset (no-color.org).
bool wants_colour(int fd);

struct TypedLine {
  std::optional<std::string> line;  // without its line feed; nothing at the end of input
  bool interrupted = false;         // `interrupt` became readable first
};

// A line typed by the user; `fd` may be -1: nobody is there. Reads byte by byte, so that nothing is taken from whoever
// reads the same input next.
TypedLine read_typed_line(int fd, int interrupt);

}  // namespace glassdock::headless
