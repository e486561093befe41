#include "app/terminal/line.h"

namespace glassdock::terminal {

int end_of(const Line& line) {
  return line.runs.empty() ? 0 : line.runs.back().column + line.runs.back().columns();
}

Run& add_character(Line& line, int column, std::uint8_t cell_width, const Style& style) {
  const bool goes_on = !line.runs.empty() && line.runs.back().cell_width == cell_width &&
                       line.runs.back().style == style && end_of(line) == column;
  if (!goes_on) {
    line.runs.push_back({.column = static_cast<std::uint16_t>(column), .cell_width = cell_width, .style = style});
  }
  ++line.runs.back().characters;
  return line.runs.back();
}

std::string plain_text(const Line& line) {
  std::string text;
  int column = 0;
  for (const Run& run : line.runs) {
    text.append(static_cast<std::size_t>(run.column - column), ' ');
    text += run.text;
    column = run.column + run.columns();
  }
  return text;
}

std::size_t memory_of(const Line& line) {
  std::size_t bytes = sizeof(Line) + 2 * sizeof(void*);  // the counts of a shared line
  for (const Run& run : line.runs) bytes += sizeof(Run) + run.text.capacity();
  return bytes;
}

}  // namespace glassdock::terminal
