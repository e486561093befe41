#include "app/terminal/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "engine/trace/utf8.h"

namespace glassdock::terminal {
namespace {

constexpr char32_t zero_width_joiner = 0x200D;

struct Range {
  char32_t first, last;
};

// What does not begin a character of its own (UAX #29, the part of Extend, SpacingMark and Hangul that people type).
constexpr std::array followers{
    Range{0x0300, 0x036F},  // combining diacritical marks
    Range{0x1160, 0x11FF},  // Hangul vowels and final consonants
    Range{0x1AB0, 0x1AFF},   Range{0x1DC0, 0x1DFF},   Range{zero_width_joiner, zero_width_joiner},
    Range{0x20D0, 0x20FF},   Range{0x302A, 0x302F},   Range{0x3099, 0x309A},
    Range{0xFE00, 0xFE0F},                             // variation selectors
    Range{0xFE20, 0xFE2F},   Range{0x1F3FB, 0x1F3FF},  // skin tones
    Range{0xE0100, 0xE01EF},
};

bool follows(char32_t character) {
  return std::any_of(followers.begin(), followers.end(),
                     [&](const Range& range) { return character >= range.first && character <= range.last; });
}

char32_t decode(std::string_view text, std::size_t at, std::size_t length) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (length == 1) return byte(0);
  char32_t character = byte(0) & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) character = character << 6 | (byte(i) & 0x3Fu);
  return character;
}

std::size_t length_at(std::string_view text, std::size_t at) {
  return std::max<std::size_t>(trace::utf8_length(text, at), 1);
}

std::size_t code_point_before(std::string_view text, std::size_t at) {
  do --at;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  return at;
}

// Whether a character begins at `at`.
bool begins(std::string_view text, std::size_t at) {
  if (at == 0 || at >= text.size()) return true;
  if (follows(decode(text, at, length_at(text, at)))) return false;
  std::size_t before = code_point_before(text, at);
  return decode(text, before, at - before) != zero_width_joiner;
}

// As much of the shell's grammar as says where a line ends: quotes, comments, and what asks for more.
class LineJoiner {
 public:
  void add(std::string_view line) {
    const bool goes_on = quote_ != 0 || continued_;
    if (!goes_on) line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    line = read(line);
    if (quote_ == 0 && !continued_) line = line.substr(0, line.find_last_not_of(blanks) + 1);
    if (line.find_first_not_of(blanks) == std::string_view::npos) {
      if (between_.empty()) between_ = "; ";  // what was to go on here does not
      return;
    }
    if (out_.lines++ > 0) out_.text += between_;
    out_.text += line;
    between_ = continued_ ? "" : asks_for_more() ? " " : "; ";
  }
  JoinedLines joined() && { return std::move(out_); }

 private:
  static constexpr std::string_view blanks = " \t";

  // Up to its comment, or to the backslash that joins it with the next one.
  std::string_view read(std::string_view line) {
    continued_ = opened_ = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char one = line[i];
      if (one == '\\' && quote_ != '\'') {
        continued_ = ++i == line.size();
        if (continued_) return line.substr(0, line.size() - 1);
      } else if (quote_ == 0 && one == '#' && (i == 0 || blanks.find(line[i - 1]) != std::string_view::npos)) {
        return line.substr(0, i);
      } else if (quote_ == one) {
        quote_ = 0;
      } else if (quote_ == 0 && (one == '\'' || one == '"')) {
        quote_ = one;
        opened_ = i + 1 == line.size();
      }
    }
    return line;
  }
  // `&&`, `|`, `;`, `{`, `(`, an opened quote, and the words behind which a command has to come.
  bool asks_for_more() const {
    const std::string_view text(out_.text);
    if (opened_ || text.empty()) return true;
    if (std::string_view("&|;{(").find(text.back()) != std::string_view::npos) return true;
    const std::size_t word = text.find_last_of(" \t;") + 1;
    constexpr std::string_view words[] = {"do", "then", "else", "if", "while", "until"};
    if (std::find(std::begin(words), std::end(words), text.substr(word)) == std::end(words)) return false;
    const std::size_t before = text.substr(0, word).find_last_not_of(blanks);
    return before == std::string_view::npos || text[before] == ';';
  }

  JoinedLines out_;
  std::string_view between_;
  char quote_ = 0;
  bool continued_ = false;
  bool opened_ = false;  // a quote, by the line's last character
};

}  // namespace

void append_utf8(std::string& text, char32_t character) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  const std::uint32_t code = character;
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if ((code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) {
    text += trace::replacement_character;
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

std::string typed_text(std::string_view text) {
  std::string typed;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = trace::utf8_length(text, at);
    const auto first = static_cast<unsigned char>(text[at]);
    if (length == 0) {
      typed += trace::replacement_character;
      length = 1;
    } else if (first == '\n' || first == '\t') {
      typed += ' ';
    } else if (first == '\r') {
      if (at + 1 >= text.size() || text[at + 1] != '\n') typed += ' ';
    } else if (first >= 0x20 && first != 0x7F) {
      typed += text.substr(at, length);
    }
    at += length;
  }
  return typed;
}

JoinedLines join_lines(std::string_view text) {
  LineJoiner joiner;
  const bool several = text.find_first_of("\r\n") < text.find_last_not_of("\r\n");
  for (std::size_t at = 0; several && at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    joiner.add(text.substr(at, end - at));
    at = end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
  }
  if (several) return std::move(joiner).joined();
  return {std::string(text.substr(0, text.find_first_of("\r\n"))), 1};
}

std::size_t character_before(std::string_view text, std::size_t at) {
  if (at == 0) return 0;
  do at = code_point_before(text, at);
  while (!begins(text, at));
  return at;
}

std::size_t character_after(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  do at += length_at(text, at);
  while (!begins(text, at));
  return std::min(at, text.size());
}

}  // namespace glassdock::terminal
