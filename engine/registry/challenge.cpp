#include "engine/registry/challenge.h"

#include "engine/base/text.h"

namespace glassdock::registry {
namespace {

std::string lower(std::string_view text) {
  std::string copy(text);
  for (char& c : copy) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return copy;
}

void skip_blanks(std::string_view& rest) {
  auto first = rest.find_first_not_of(" \t,");
  rest.remove_prefix(first == std::string_view::npos ? rest.size() : first);
}

std::string take_token(std::string_view& rest) {
  auto end = rest.find_first_of(" \t,=\"");
  std::string token(rest.substr(0, end));
  rest.remove_prefix(token.size());
  return token;
}

// After '=': a token, or a quoted string in which a backslash keeps the next character (RFC 9110, 5.6.4).
std::string take_value(std::string_view& rest) {
  if (!starts_with(rest, "\"")) return take_token(rest);
  rest.remove_prefix(1);
  std::string value;
  while (!rest.empty() && rest.front() != '"') {
    if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
    value += rest.front();
    rest.remove_prefix(1);
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return value;
}

}  // namespace

std::vector<Challenge> parse_challenges(std::string_view rest) {
  std::vector<Challenge> challenges;
  for (skip_blanks(rest); !rest.empty(); skip_blanks(rest)) {
    std::string word = take_token(rest);
    if (word.empty()) {  // neither a name nor a separator: skip one character
      rest.remove_prefix(1);
      continue;
    }
    if (starts_with(rest, "=")) {  // a parameter of the challenge before it
      rest.remove_prefix(1);
      std::string value = take_value(rest);
      if (!challenges.empty()) challenges.back().parameters[lower(word)] = std::move(value);
    } else {
      challenges.push_back({lower(word), {}});
    }
  }
  return challenges;
}

}  // namespace glassdock::registry
