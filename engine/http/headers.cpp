#include "engine/http/headers.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

auto named(std::string_view name) {
  return [name](const Headers::Field& field) { return equal_ignoring_case(field.first, name); };
}

}  // namespace

bool equal_ignoring_case(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::string_view Headers::get(std::string_view name) const {
  auto found = std::find_if(fields_.begin(), fields_.end(), named(name));
  return found == fields_.end() ? std::string_view() : std::string_view(found->second);
}

bool Headers::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), named(name));
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
  for (const auto& [field, value] : fields_) {
    if (!equal_ignoring_case(field, name)) continue;
    for (const std::string& word : split(value, ',')) {
      if (equal_ignoring_case(trim(word), token)) return true;
    }
  }
  return false;
}

void Headers::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void Headers::add(std::string_view name, std::string_view value) {
  fields_.emplace_back(name, value);
}

void Headers::remove(std::string_view name) {
  fields_.erase(std::remove_if(fields_.begin(), fields_.end(), named(name)), fields_.end());
}

std::string to_wire(const Headers& headers) {
  static constexpr std::string_view forbidden("\r\n\0", 3);
  std::string wire;
  for (const auto& [name, value] : headers) {
    if (name.find_first_of(forbidden) != std::string::npos || value.find_first_of(forbidden) != std::string::npos) {
      throw Error(ErrorKind::invalid_argument, "a header holds a line break");
    }
    wire.append(name).append(": ").append(value).append("\r\n");
  }
  return wire;
}

}  // namespace glassdock::http
