#pragma once

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

#include "engine/base/error.h"

namespace glassdock::api {

// null, absent, false, 0, "", [] and {} are all the same to docker: not asked for.
inline bool is_unset(const nlohmann::json& value) {
  if (value.is_null()) return true;
  if (value.is_boolean()) return !value.get<bool>();
  if (value.is_number()) return value.get<double>() == 0;
  return value.empty() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

inline const nlohmann::json& field(const nlohmann::json& object, const char* key) {
  static const nlohmann::json nothing;
  if (!object.is_object()) return nothing;
  auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

// A whole number that Value cannot hold would be another one.
template <typename Value>
bool fits(const nlohmann::json& value) {
  if constexpr (std::is_integral_v<Value> && !std::is_same_v<Value, bool>) {
    if (value.is_number_unsigned()) return std::in_range<Value>(value.get<std::uint64_t>());
    if (value.is_number_integer()) return std::in_range<Value>(value.get<std::int64_t>());
    return !value.is_number();
  }
  return true;
}

template <typename Value>
Value read(const nlohmann::json& object, const char* key, Value otherwise = {}) {
  const nlohmann::json& value = field(object, key);
  if (value.is_null()) return otherwise;
  try {
    if (fits<Value>(value)) return value.get<Value>();
  } catch (const nlohmann::json::exception&) {
  }
  throw Error(ErrorKind::invalid_argument, fmt::format("invalid JSON: {} has a wrong type", key));
}

}  // namespace glassdock::api
