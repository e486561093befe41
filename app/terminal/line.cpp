#include "app/terminal/line.h"

namespace glassdock::terminal {

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
