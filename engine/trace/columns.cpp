#include "engine/trace/columns.h"

#include <algorithm>

#include "engine/trace/utf8.h"

namespace glassdock::trace {
namespace {

constexpr std::string_view firm_blank = "\xC2\xA0";  // U+00A0

std::string with_plain_blanks(std::string_view text) {
  std::string out(text);
  for (auto at = out.find(firm_blank); at != std::string::npos; at = out.find(firm_blank, at)) {
    out.replace(at, firm_blank.size(), " ");
  }
  return out;
}

}  // namespace

int columns(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = std::max<std::size_t>(utf8_length(text, at), 1);
    const auto first = static_cast<unsigned char>(text[at]);
    const bool wide = length == 3 && first >= 0xE1 && first <= 0xED && text.substr(at, length) >= "\xE1\x84\x80" &&
                      (first != 0xE2 || static_cast<unsigned char>(text[at + 1]) >= 0xBA);
    width += wide ? 2 : 1;
    at += length;
  }
  return width;
}

std::string padded(std::string_view text, int width) {
  return std::string(text) + std::string(static_cast<std::size_t>(std::max(width - columns(text), 0)), ' ');
}

std::string right(std::string_view text, int width) {
  return std::string(static_cast<std::size_t>(std::max(width - columns(text), 0)), ' ') + std::string(text);
}

std::string wrapped(std::string_view text, int width, int left, std::string_view before) {
  if (width <= left + 20) return with_plain_blanks(text);
  std::string out;
  const int start = left + columns(before);
  int used = start;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    const int needed = columns(word);
    const bool begins_line = used == start;
    if (!begins_line && used + 1 + needed > width) {
      out += '\n';
      out.append(static_cast<std::size_t>(left), ' ');
      out += before;
      used = start;
    } else if (!begins_line) {
      out += ' ';
      ++used;
    }
    out += with_plain_blanks(word);
    used += needed;
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return out;
}

std::string firm(std::string text) {
  if (const std::size_t blank = text.find(' '); blank != std::string::npos) text.replace(blank, 1, firm_blank);
  return text;
}

}  // namespace glassdock::trace
