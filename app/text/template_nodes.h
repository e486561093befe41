#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/text/template.h"

namespace glassdock::text {

// A stretch of the source, for errors.
struct TemplatePlace {
  std::size_t from = 0;
  std::size_t to = 0;
  std::size_t pointed_at = 0;  // where Go says that it is, for a chain of fields its second; 0: from
};

// One word of a command: ".A.B", "$x.A", "\"text\"", "json", "(…).A".
struct TemplateOperand {
  enum class Kind { dot, field, variable, literal, function, group };
  Kind kind = Kind::dot;
  TemplatePlace place;
  std::string name;                 // of a variable or a function
  std::vector<std::string> fields;  // behind the dot, the variable or the group
  Value literal;
  std::vector<TemplatePipeline> group;  // one, of a group
};

struct TemplateCommand {
  TemplatePlace place;
  std::vector<TemplateOperand> operands;
};

// "$i, $e := .A | json": the variables come first.
struct TemplatePipeline {
  TemplatePlace place;
  std::vector<std::string> variables;
  bool assigns = false;  // "=" to variables that are there already
  std::vector<TemplateCommand> commands;
};

struct TemplateNode {
  enum class Kind { text, action, if_, with, range };
  Kind kind = Kind::text;
  std::string text;
  TemplatePipeline pipeline;
  std::vector<TemplateNode> then;
  std::vector<TemplateNode> otherwise;
};

// Throws as Template's constructor.
std::vector<TemplateNode> parse_template(std::string_view source, std::string_view name);

// The functions' names.
bool is_template_function(std::string_view name);
// Calls one. `root`: what "." was at first, which json writes as Go's encoder does a formatter's. Throws Error with the
// words that Go puts behind "error calling NAME: ".
Value call_template_function(std::string_view name, std::span<const Value> arguments, Template::Functions functions,
                             const Value& root);

// As Go's fmt prints it with %v: "[a b]", "map[k:v]", "<no value>".
std::string template_text(const Value& value);
// What if, with, and, or, not take for true: not null, 0, "", [] or {}.
bool is_true_value(const Value& value);

// As Go's json.Marshal writes it, which escapes <, > and &.
std::string escaped_json(const Value& value);

}  // namespace glassdock::text
