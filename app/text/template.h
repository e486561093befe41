#pragma once

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glassdock::text {

// Values keep the order of their members, as the documents do from which they come.
using Value = nlohmann::ordered_json;

struct GoType;  // go_types.h

// What a template is executed on.
struct TemplateData {
  Value fields;      // what "." is
  std::string type;  // as Go names it in errors: "*formatter.ContainerContext"; empty where any member may be asked for
  // {{.Label "x"}}: a method of "." with arguments; nothing where there is none of that name. May be empty.
  std::function<std::optional<Value>(std::string_view method, std::span<const Value> arguments)> method;
  // Members that are Go's own: one that is not there is an error wherever it is asked for. Where there is a `type`,
  // their names may differ from the JSON's in case alone (ID, NanoCPUs), and null stands for an empty list or map, or
  // for a nil pointer.
  bool of_structs = false;
  // What "." is in Go: its members are asked for and printed as those of that structure. Null: as the JSON shows them.
  const GoType* go_type = nullptr;
};

struct TemplateNode;
struct TemplatePipeline;

// Go's text/template as far as docker's --format needs it: fields, pipelines, variables, if, with, range, break and
// continue left out; Go's functions and, or, not, len, index, slice, print, printf, println, eq, ne, lt, le, gt, ge;
// and docker's json, split, join, title, lower, upper, pad, truncate. A value is JSON.
class Template {
 public:
  enum class Functions {
    full,
    header,  // as docker fills in a table's header: the functions leave their words as they are
  };
  // Throws Error(invalid_argument) in Go's words: "template: :1: unclosed action".
  // `name` is what those call the template; docker has one for some.
  explicit Template(std::string_view source, std::string_view name = {});
  ~Template();
  Template(Template&&) noexcept;
  Template& operator=(Template&&) noexcept;

  // Throws Error(invalid_argument) in Go's words: "template: :1:2: executing "" at <.Foo>: can't evaluate field Foo in
  // type T".
  std::string execute(const TemplateData& data, Functions functions = Functions::full) const;
  // Whether the text may depend on this member of "." (also where all of "." is asked for).
  bool asks_for(std::string_view field) const;

 private:
  std::string source_, name_;
  std::vector<TemplateNode> nodes_;
};

}  // namespace glassdock::text
