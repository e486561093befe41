#include "app/text/go_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "app/text/template_nodes.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

using Kind = GoType::Kind;

// "2024-05-01T10:00:00.5Z" as Go's time.Time prints itself.
std::string time_text(const Value& value) {
  std::string text = value.is_string() ? value.get<std::string>() : "0001-01-01T00:00:00Z";
  if (const auto at = text.find('T'); at != std::string::npos) text[at] = ' ';
  if (ends_with(text, "Z")) text.replace(text.size() - 1, 1, " +0000 UTC");
  return text;
}

std::string text_of_null(const GoType& type) {
  if (type.pointer) return "<nil>";
  switch (type.kind) {
    case Kind::text:
      return {};
    case Kind::number:
      return "0";
    case Kind::truth:
      return "false";
    case Kind::list:
      return "[]";
    case Kind::map:
      return "map[]";
    case Kind::time:
    case Kind::structure:
      break;
  }
  return go_text({Value::object(), &type});
}

std::string parts_text(const TypedValue& value) {
  std::vector<std::string> parts;
  const GoType* element = value.type ? value.type->element : nullptr;
  for (const auto& [key, part] : value.value.items()) {
    const std::string text = go_text({part, element});
    parts.push_back(value.value.is_object() ? fmt::format("{}:{}", key, text) : text);
  }
  if (value.value.is_object()) std::sort(parts.begin(), parts.end());
  return (value.value.is_object() ? "map[" : "[") + join(parts, " ") + "]";
}

TypedValue field_of(const Value& structure, const GoField& field) {
  if (field.json.empty()) return {structure, field.type};
  const auto found = structure.find(field.json);
  return {found == structure.end() ? Value(nullptr) : Value(*found), field.type};
}

}  // namespace

bool find_go_field(const TypedValue& of, std::string_view name, TypedValue& found) {
  for (const GoField& field : of.type->fields) {
    if (field.name == name) {
      found = field_of(of.value, field);
      return true;
    }
  }
  for (const GoField& field : of.type->fields) {
    if (field.json.empty() && find_go_field({of.value, field.type}, name, found)) return true;
  }
  return false;
}

std::string go_text(const TypedValue& value) {
  if (!value.type && value.value.is_null()) return "<nil>";
  if (!value.type) return value.value.is_structured() ? parts_text(value) : template_text(value.value);
  const GoType& type = *value.type;
  if (type.kind == Kind::time) return time_text(value.value);
  if (value.value.is_null()) return text_of_null(type);
  if (type.kind == Kind::structure && value.value.is_object()) {
    std::vector<std::string> parts;
    for (const GoField& field : type.fields) parts.push_back(go_text(field_of(value.value, field)));
    return type.with_colons ? join(parts, ":") : "{" + join(parts, " ") + "}";
  }
  return value.value.is_structured() ? parts_text(value) : template_text(value.value);
}

}  // namespace glassdock::text
