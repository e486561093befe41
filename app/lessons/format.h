#pragma once

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/lessons/document.h"
#include "engine/base/text.h"

namespace glassdock::lessons {

// One description of a file's format, of which both the reader and the JSON Schema (draft 2020-12) are made: a kind
// says how a value of it is read from a node, and what the schema says of it. Kinds are put together to larger ones.

using Json = nlohmann::ordered_json;
// Kinds with a name, which stand once in a schema ("$defs") and are referred to. A kind may be part of itself.
using Definitions = std::map<std::string, Json>;

template <typename T>
struct Kind {
  std::function<T(const YamlNode&, const Source&)> read;  // throws Source::fault
  std::function<Json(Definitions&)> schema;
};

// ---- Single values

Kind<std::string> text(std::size_t most_characters);
// One line without blanks at its ends, of at most 500 bytes.
bool is_line(std::string_view words);
Kind<std::string> line();
// `pattern`: of ECMAScript, for the whole; `what` it is, for errors: "a name of small letters".
Kind<std::string> word(const std::string& pattern, const std::string& what);
// Refused by `check`, which says why and what to do (empty: it is right). The schema has no more than a line.
Kind<std::string> checked(const std::function<std::pair<std::string, std::string>(const std::string&)>& check);
// `lists`: the command that lists the words, where they are too many for an error; empty: the error does.
Kind<std::string> one_of(std::vector<std::string> words, const std::string& what, const std::string& lists = {});
Kind<int> whole(int least, int most);
Kind<bool> truth();

// ---- Lists

// The error of a node that is no list with enough in it; nothing where it is one.
void check_list(const YamlNode& node, const Source& source, std::size_t least);

template <typename T>
Kind<std::vector<T>> list(Kind<T> item, std::size_t least = 1) {
  return {[item, least](const YamlNode& node, const Source& source) {
            check_list(node, source, least);
            std::vector<T> all;
            all.reserve(node.items.size());
            for (const YamlNode& one : node.items) all.push_back(item.read(one, source));
            return all;
          },
          [item, least](Definitions& definitions) {
            return Json{{"type", "array"}, {"minItems", least}, {"items", item.schema(definitions)}};
          }};
}

// A list, or where there is but one, that alone.
template <typename T>
Kind<std::vector<T>> some(Kind<T> item) {
  const Kind<std::vector<T>> many = list(item);
  return {[item, many](const YamlNode& node, const Source& source) {
            if (node.kind == YamlNode::Kind::list) return many.read(node, source);
            return std::vector<T>{item.read(node, source)};
          },
          [item, many](Definitions& definitions) {
            return Json{{"oneOf", Json::array({item.schema(definitions), many.schema(definitions)})}};
          }};
}

// ---- Maps

template <typename T>
struct Field {
  std::string key;
  std::string help;  // one sentence, for the schema
  bool required = false;
  std::function<void(T&, const YamlNode&, const Source&)> read;
  std::function<Json(Definitions&)> schema;
};

template <typename T, typename Member, typename Value>
Field<T> field(std::string key, Member T::*member, Kind<Value> kind, std::string help, bool required) {
  return {std::move(key), std::move(help), required,
          [member, kind](T& all, const YamlNode& node, const Source& source) { all.*member = kind.read(node, source); },
          kind.schema};
}
template <typename T, typename Member, typename Value>
Field<T> needed(std::string key, Member T::*member, Kind<Value> kind, std::string help) {
  return field<T>(std::move(key), member, std::move(kind), std::move(help), true);
}
template <typename T, typename Member, typename Value>
Field<T> maybe(std::string key, Member T::*member, Kind<Value> kind, std::string help) {
  return field<T>(std::move(key), member, std::move(kind), std::move(help), false);
}

// That field, and `mark` notes where its value stands.
template <typename T>
Field<T> marked(Field<T> field, Mark T::*mark) {
  field.read = [read = std::move(field.read), mark](T& all, const YamlNode& node, const Source& source) {
    all.*mark = node.mark;
    read(all, node, source);
  };
  return field;
}

// What is to hold between the keys of a map.
struct Rule {
  enum class Of { exactly_one, at_least_one, at_most_one, needs } of;  // needs: the first wants each other one
  std::vector<std::string> keys;
};

struct KeyWords {
  std::string key;
  bool required = false;
};
// Throws where the node is no map, has a key that is not among `keys`, lacks one, or breaks a rule.
void check_map(const YamlNode& node, const Source& source, const std::vector<KeyWords>& keys,
               const std::vector<Rule>& rules);
void add_rules(Json& schema, const std::vector<Rule>& rules);

// `begin` notes where it stands, `check` looks at the whole; both may be empty.
template <typename T>
struct RecordHooks {
  std::function<void(T&, Mark)> begin;
  std::function<void(const T&, const YamlNode&, const Source&)> check;
};

template <typename T>
Kind<T> record(std::string help, std::vector<Field<T>> fields, std::vector<Rule> rules = {},
               RecordHooks<T> hooks = {}) {
  std::vector<KeyWords> keys;
  keys.reserve(fields.size());
  for (const Field<T>& one : fields) keys.push_back({one.key, one.required});
  struct Description {
    std::string help;
    std::vector<Field<T>> fields;
    std::vector<Rule> rules;
    RecordHooks<T> hooks;
    std::vector<KeyWords> keys;
  };
  // Shared: kinds are copied into those that they are part of.
  const auto of = std::make_shared<const Description>(
      Description{std::move(help), std::move(fields), std::move(rules), std::move(hooks), std::move(keys)});
  return {[of](const YamlNode& node, const Source& source) {
            check_map(node, source, of->keys, of->rules);
            T all{};
            if (of->hooks.begin) of->hooks.begin(all, node.mark);
            for (const Field<T>& one : of->fields) {
              if (const YamlNode* value = node.find(one.key)) one.read(all, *value, source);
            }
            if (of->hooks.check) of->hooks.check(all, node, source);
            return all;
          },
          [of](Definitions& definitions) {
            Json properties = Json::object();
            Json required = Json::array();
            for (const Field<T>& one : of->fields) {
              Json schema = one.schema(definitions);
              schema["description"] = one.help;
              properties[one.key] = std::move(schema);
              if (one.required) required.push_back(one.key);
            }
            Json schema{{"type", "object"}, {"description", of->help}, {"additionalProperties", false}};
            if (!required.empty()) schema["required"] = std::move(required);
            schema["properties"] = std::move(properties);
            add_rules(schema, of->rules);
            return schema;
          }};
}

// A kind with a name. `make` is called once, when it is first needed, so that it may use itself. One thread.
template <typename T>
Kind<T> named(const std::string& name, std::function<Kind<T>()> make) {
  const auto made = [make, kept = std::make_shared<std::optional<Kind<T>>>()]() -> const Kind<T>& {
    if (!*kept) *kept = make();
    return **kept;
  };
  return {[made](const YamlNode& node, const Source& source) { return made().read(node, source); },
          [name, made](Definitions& definitions) {
            if (definitions.emplace(name, Json()).second) definitions[name] = made().schema(definitions);
            return Json{{"$ref", "#/$defs/" + name}};
          }};
}

// As another type. `turn` never fails.
template <typename To, typename From>
Kind<To> as(Kind<From> kind, std::function<To(From)> turn) {
  return {[kind, turn](const YamlNode& node, const Source& source) { return turn(kind.read(node, source)); },
          kind.schema};
}

// The whole schema of files of that kind, as text.
template <typename T>
std::string schema_text(const Kind<T>& kind, std::string_view title) {
  Definitions definitions;
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  schema.update(kind.schema(definitions));
  schema["$defs"] = definitions;
  constexpr int indent = 2;
  return schema.dump(indent) + "\n";
}

}  // namespace glassdock::lessons
