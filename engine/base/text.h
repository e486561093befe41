#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glassdock {

// "a:b:c" at ':' is {"a","b","c"}; "" is {}.
std::vector<std::string> split(std::string_view text, char separator);
// What stands between blanks; none of it is empty: " a  b" is {"a","b"}.
std::vector<std::string> split_words(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
// As a sentence has it: "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& parts);
std::string_view trim(std::string_view text);
bool starts_with(std::string_view text, std::string_view prefix);
bool ends_with(std::string_view text, std::string_view suffix);
// From left to right; what was put in is not looked through again.
void replace_all(std::string& text, std::string_view what, std::string_view with);

// One digit at least, and lower-case hexadecimal ones alone.
bool is_hex(std::string_view text);
// An absolute path without "." and "..", by its text alone: "/a/../b/" is "/b".
std::string clean_path(std::string_view path);

// A whole decimal number without sign or blanks; nothing on anything else or overflow.
std::optional<std::uint64_t> parse_number(std::string_view text);

// Docker's sizes: "64m", "1.5g", "512k", "100b", "1024"; units of 1024, any case, with or without "b" or "ib".
// Nothing on anything else. (docker/go-units RAMInBytes.)
std::optional<std::int64_t> parse_memory_size(std::string_view text);

// 1234567 as "1.23MB": units of 1000, three or four significant digits as docker prints image sizes.
std::string human_size(double bytes);

// How many letters must be put in, left out, changed or swapped with the next to make one word of the other (the
// optimal string alignment distance, Levenshtein's with swaps).
std::size_t edit_distance(std::string_view a, std::string_view b);
// Whether `typed` may be a slip for `name`: a third of its letters may be wrong, and two at most, lest "go" is taken
// for "tin".
bool resembles(std::string_view typed, std::string_view name);
// The name that was probably meant: the shortest that begins with what was typed (three letters at least), or the
// nearest that it resembles; empty for none.
std::string_view meant_name(std::string_view typed, const std::vector<std::string_view>& names);

// A word as a POSIX shell needs it: unchanged where harmless, otherwise in single quotes.
std::string shell_quote(std::string_view word);
// The words as one line of its: each quoted where that is needed, a blank between.
std::string shell_line(const std::vector<std::string>& words);

}  // namespace glassdock
