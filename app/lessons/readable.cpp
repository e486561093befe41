#include <algorithm>

#include "app/lessons/condition.h"

namespace glassdock::lessons {
namespace {

constexpr char escape = '\x1b';

// How many bytes the control sequence takes that begins at `at` with an escape (ECMA-48, 5.3 and 5.4; of operating
// system commands, 5.6, up to BEL as xterm has them).
std::size_t sequence_length(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  if (end >= text.size()) return 1;
  if (text[end] == '[') {
    ++end;
    while (end < text.size() && (text[end] < 0x40 || text[end] > 0x7E)) ++end;
  } else if (text[end] == ']') {
    while (end < text.size() && text[end] != '\a') ++end;
  }
  return std::min(end + 1, text.size()) - at;
}

}  // namespace

std::string readable(std::string_view output) {
  std::string text, line;
  bool returned = false;  // what comes next is written over the line
  for (std::size_t at = 0; at < output.size();) {
    const char letter = output[at];
    if (letter == escape) {
      at += sequence_length(output, at);
      continue;
    }
    ++at;
    if (letter == '\n') {
      text += line + "\n";
      line.clear();
      returned = false;
    } else if (letter == '\r') {
      returned = true;
    } else if (letter == '\t' || static_cast<unsigned char>(letter) >= 0x20) {
      if (returned) line.clear();
      returned = false;
      line += letter;
    }
  }
  return text + line;
}

}  // namespace glassdock::lessons
