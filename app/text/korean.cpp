#include "app/text/korean.h"

#include <optional>
#include <vector>

#include "engine/base/text.h"

namespace glassdock::text {
namespace {

// What stands in the places of "{}" where `text` has the form of `pattern`: each as short as can be.
std::optional<std::vector<std::string_view>> values_in(std::string_view text, std::string_view pattern) {
  constexpr std::string_view place = "{}";
  std::vector<std::string_view> values;
  std::size_t at = pattern.find(place);
  if (text.substr(0, at) != pattern.substr(0, at)) return std::nullopt;
  if (at == std::string_view::npos) return values;
  text.remove_prefix(at);
  for (;;) {
    pattern.remove_prefix(at + place.size());
    at = pattern.find(place);
    const bool last = at == std::string_view::npos;
    const std::string_view next = pattern.substr(0, at);
    if (last && !ends_with(text, next)) return std::nullopt;
    const std::size_t end = last ? text.size() - next.size() : text.find(next);
    if (end == std::string_view::npos) return std::nullopt;
    values.push_back(text.substr(0, end));
    if (last) return values;
    text.remove_prefix(end + next.size());
  }
}

std::string by_rows(std::span<const KoreanRow> rows, std::string_view english);

// "{1}" becomes the second value, "[1]" the same in Korean.
std::string filled(std::span<const KoreanRow> rows, std::string_view pattern,
                   const std::vector<std::string_view>& values) {
  std::string text;
  for (std::size_t at = 0; at < pattern.size();) {
    const char open = pattern[at];
    const bool place =
        (open == '{' || open == '[') && at + 2 < pattern.size() && (pattern[at + 2] == '}' || pattern[at + 2] == ']');
    if (!place) {
      text += pattern[at++];
      continue;
    }
    const std::string_view value = values.at(static_cast<std::size_t>(pattern[at + 1] - '0'));
    text += open == '[' ? by_rows(rows, value) : std::string(value);
    at += 3;
  }
  return text;
}

std::string by_rows(std::span<const KoreanRow> rows, std::string_view english) {
  for (const KoreanRow& row : rows) {
    const auto values = values_in(english, row.english);
    if (values) return filled(rows, row.korean, *values);
  }
  return std::string(english);
}

// "the built-in hub has no image alpin; did you mean alpine?": each sentence by itself, but for a row of two.
std::string sentences_by_rows(std::string_view english) {
  constexpr std::string_view between = "; ";
  const std::size_t at = english.find(between);
  if (at == std::string_view::npos) return by_rows(refusal_rows(), english);
  for (const KoreanRow& row : refusal_rows()) {
    if (row.english == english) return std::string(row.korean);
  }
  return by_rows(refusal_rows(), english.substr(0, at)) + std::string(between) +
         sentences_by_rows(english.substr(at + between.size()));
}

std::string line_in_korean(std::string_view line) {
  // "MESSAGE (HINT)": either may hold parentheses of its own.
  constexpr std::string_view opens = " (";
  for (std::size_t at = line.find(opens); at != std::string_view::npos && ends_with(line, ")");
       at = line.find(opens, at + 1)) {
    const std::string_view hint = line.substr(at + opens.size(), line.size() - at - opens.size() - 1);
    const std::string said = sentences_by_rows(hint);
    if (said != hint) return sentences_by_rows(line.substr(0, at)) + std::string(opens) + said + ")";
  }
  return sentences_by_rows(line);
}

}  // namespace

std::string korean(std::string_view english) {
  return by_rows(korean_rows(), english);
}

std::string korean_refusal(std::string_view refusal) {
  const std::size_t end = refusal.find('\n');
  std::string said = line_in_korean(refusal.substr(0, end));
  if (end != std::string_view::npos) said += "\n" + korean_refusal(refusal.substr(end + 1));
  return said;
}

}  // namespace glassdock::text
