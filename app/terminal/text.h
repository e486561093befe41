#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace glassdock::terminal {

// Appends a character as UTF-8; U+FFFD for what is none (a surrogate, beyond U+10FFFF).
void append_utf8(std::string& text, char32_t character);

// Valid UTF-8 on one line: what is not UTF-8 becomes U+FFFD, line ends and tabs become spaces, other control characters
// go.
std::string typed_text(std::string_view text);

// What was copied as several lines, as one: "; " stands where a line ends, nothing but a blank where the shell would
// read on anyway (behind `&&`, `do`, an opened quote), and a line that ends with a backslash goes on in the next one.
// Empty lines and comments go, for they would take the rest with them. Text of one line stays as it is, without its
// line end.
struct JoinedLines {
  std::string text;
  std::size_t lines = 0;  // of which it consists
};
JoinedLines join_lines(std::string_view text);

// Where the character before or after the byte offset `at` begins; combining marks, joined emoji and the parts of a
// Hangul syllable belong to the character that they follow. `text` is valid UTF-8. 0 and text.size() are the ends.
std::size_t character_before(std::string_view text, std::size_t at);
std::size_t character_after(std::string_view text, std::size_t at);

}  // namespace glassdock::terminal
