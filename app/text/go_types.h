// What the members of docker's documents are in Go (moby api/types of 26.1), as far as a template shows it: a struct is
// printed without its members' names and in their order, a map with its keys, and what is not there by what it would
// be.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/text/template.h"

namespace glassdock::text {

struct GoType;

struct GoField {
  std::string_view name;  // in Go
  std::string_view json;  // in the document; empty: embedded, its fields are members of the document itself
  const GoType* type;
};

struct GoType {
  enum class Kind { text, number, truth, time, list, map, structure };
  Kind kind = Kind::text;
  bool pointer = false;               // null stands for nil
  const GoType* element = nullptr;    // of a list or a map
  std::span<const GoField> fields{};  // of a structure, in Go's order
  bool with_colons = false;           // a structure with a String() of its own: its fields, and ':' between them
};

// A value and what it is; null: as the document shows it.
struct TypedValue {
  Value value;
  const GoType* type = nullptr;

  bool is_structure() const { return type && type->kind == GoType::Kind::structure; }
};

// The documents of GET /containers/NAME/json and /images/NAME/json.
extern const GoType container_document;
extern const GoType image_document;

// The field of that name, also of what is embedded. `of` is a structure that is there. False where it has none.
bool find_go_field(const TypedValue& of, std::string_view name, TypedValue& found);

// As Go's fmt prints it with %v. Docker prints a pointer within a struct as an address of its client's memory; here it
// is what stands there.
std::string go_text(const TypedValue& value);

}  // namespace glassdock::text
