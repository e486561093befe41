#pragma once

#include <nlohmann/json.hpp>

#include <string>

#include "engine/base/error.h"

namespace glassdock::client {

// Throws Error(corrupt).
nlohmann::json parse_answer(const std::string& text);
Error strange_member(const char* name);

// The member, or `otherwise` where it is missing or null. Throws Error(corrupt) for one of another type.
template <typename Value>
Value field(const nlohmann::json& json, const char* name, Value otherwise = {}) {
  auto found = json.find(name);
  if (found == json.end() || found->is_null()) return otherwise;
  try {
    return found->get<Value>();
  } catch (const nlohmann::json::exception&) {
    throw strange_member(name);
  }
}

}  // namespace glassdock::client
