#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace glassdock::terminal {

struct Size {
  int rows = 24;
  int columns = 80;
  bool operator==(const Size&) const = default;
};

// A colour as a program asked for it (ECMA-48 SGR). What the sixteen named ones and the two standard ones look like
// belongs to the theme.
struct Colour {
  enum class Kind : std::uint8_t {
    standard,  // the theme's own: ink for text, the panel's ground behind it
    named,     // `name`
    rgb,
  };
  Kind kind = Kind::standard;
  std::uint8_t name = 0;  // 0 … 7: black red green yellow blue magenta cyan white; 8 … 15: the bright ones
  std::uint8_t red = 0, green = 0, blue = 0;
  bool operator==(const Colour&) const = default;
};

struct Style {
  Colour text, ground;
  bool bold = false;
  bool italic = false;
  bool underline = false;
  bool strike = false;
  bool inverse = false;  // text and ground change places
  bool operator==(const Style&) const = default;
};

// Cells side by side that look alike.
struct Run {
  std::uint16_t column = 0;      // of its first cell
  std::uint16_t characters = 0;  // each with its combining marks
  std::uint8_t cell_width = 1;   // columns of each character: 2 for Hangul and other wide ones
  Style style;
  std::string text;  // UTF-8
  int columns() const { return characters * cell_width; }
  bool operator==(const Run&) const = default;
};

// One row of a screen, from left to right. What no run covers is blank and of the standard look.
struct Line {
  std::vector<Run> runs;
  bool goes_on = false;  // in the next row: it was wrapped where the screen ended
  bool operator==(const Line&) const = default;
};

using SharedLine = std::shared_ptr<const Line>;

// The column behind its last run; 0 of a blank line.
int end_of(const Line& line);
// The run in which the character of that column stands, which is counted in it and whose text is to be added: the last
// one where it goes on there and looks alike, otherwise a new one. Columns do not fall.
Run& add_character(Line& line, int column, std::uint8_t cell_width, const Style& style);

// The text alone, for copying and searching; blanks between runs as spaces.
std::string plain_text(const Line& line);
// About how much memory it takes, in bytes.
std::size_t memory_of(const Line& line);

struct Cursor {
  int row = 0;
  int column = 0;
  bool visible = true;
  bool operator==(const Cursor&) const = default;
};

}  // namespace glassdock::terminal
