#include "engine/content/json_reader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/base/error.h"

namespace glassdock::content {

using nlohmann::json;

JsonReader::JsonReader(const json& object, std::string what) : object_(object), what_(std::move(what)) {
  if (!object_.is_object()) throw Error(ErrorKind::corrupt, fmt::format("invalid {}: not a JSON object", what_));
}

void JsonReader::fail(std::string_view field, std::string_view fault) const {
  throw Error(ErrorKind::corrupt, fmt::format("invalid {}: {} {}", what_, field, fault));
}

const json* JsonReader::find(const char* field) const {
  auto found = object_.find(field);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

bool JsonReader::has(const char* field) const {
  return find(field) != nullptr;
}

std::string JsonReader::text(const char* field) const {
  const json* value = find(field);
  if (!value) return {};
  if (!value->is_string()) fail(field, "is not a string");
  return value->get<std::string>();
}

std::string JsonReader::required_text(const char* field) const {
  if (!has(field)) fail(field, "is missing");
  return text(field);
}

std::uint64_t JsonReader::required_number(const char* field) const {
  const json* value = find(field);
  if (!value) fail(field, "is missing");
  if (!value->is_number_unsigned()) fail(field, "is not a whole positive number");
  return value->get<std::uint64_t>();
}

bool JsonReader::flag(const char* field) const {
  const json* value = find(field);
  if (!value) return false;
  if (!value->is_boolean()) fail(field, "is neither true nor false");
  return value->get<bool>();
}

Digest JsonReader::required_digest(const char* field) const {
  try {
    return Digest::parse(required_text(field));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::corrupt) throw;
    fail(field, error.message());
  }
}

std::vector<std::string> JsonReader::texts(const char* field) const {
  std::vector<std::string> values;
  const json* value = find(field);
  if (!value) return values;
  if (!value->is_array()) fail(field, "is not a list");
  for (const json& item : *value) {
    if (!item.is_string()) fail(field, "holds something that is not a string");
    values.push_back(item.get<std::string>());
  }
  return values;
}

std::map<std::string, std::string> JsonReader::text_map(const char* field) const {
  std::map<std::string, std::string> values;
  const json* value = find(field);
  if (!value) return values;
  if (!value->is_object()) fail(field, "is not an object");
  for (const auto& [key, item] : value->items()) {
    if (!item.is_string()) fail(field, "holds something that is not a string");
    values[key] = item.get<std::string>();
  }
  return values;
}

std::vector<std::string> JsonReader::keys(const char* field) const {
  std::vector<std::string> names;
  const json* value = find(field);
  if (!value) return names;
  if (!value->is_object()) fail(field, "is not an object");
  for (const auto& [key, item] : value->items()) names.push_back(key);
  return names;
}

JsonReader JsonReader::object(const char* field) const {
  const json* value = find(field);
  if (!value) fail(field, "is missing");
  if (!value->is_object()) fail(field, "is not an object");
  return JsonReader(*value, what_);
}

const json& JsonReader::array(const char* field) const {
  const json* value = find(field);
  if (!value) fail(field, "is missing");
  if (!value->is_array()) fail(field, "is not a list");
  return *value;
}

namespace {

constexpr int deepest = 64;

bool nests_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > deepest) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

json parse_json(std::string_view text) {
  if (nests_too_deep(text)) return json(json::value_t::discarded);
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

json parse_json_object(std::string_view text, std::string_view what) {
  json document = parse_json(text);
  if (!document.is_object()) throw Error(ErrorKind::corrupt, fmt::format("invalid {}: not a JSON object", what));
  return document;
}

}  // namespace glassdock::content
