#pragma once

#include <string>
#include <string_view>

namespace glassdock::trace {

// Text in the columns of a terminal.

// How many it takes: Hangul and other wide characters take two (Unicode TR 11; the blocks that our words use).
int columns(std::string_view text);
// With blanks up to `width` behind it, or in front of it.
std::string padded(std::string_view text, int width);
std::string right(std::string_view text, int width);
// Broken at blanks so that no line is longer than `width` (0: never); a word that is longer stays whole. The text
// begins at column `left`, where the lines that follow begin too; all have `before` in front, which the caller writes
// for the first.
std::string wrapped(std::string_view text, int width, int left, std::string_view before = {});
// A command of a shell, in lines no longer than `width` (0: as it is): broken with a backslash, so that it can still be
// copied into a shell, and so only at blanks outside quotes; a word that is longer stays whole. Begins at column
// `left`, where its own further lines begin too; what a break leaves begins two columns further right.
std::string wrapped_command(std::string_view command, int width, int left);
// The first blank made one that wrapped() does not break at: a number is not torn from its unit.
std::string firm(std::string text);

}  // namespace glassdock::trace
