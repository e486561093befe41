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
