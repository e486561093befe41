#include "app/text/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <utility>

#include "app/text/go_types.h"
#include "app/text/template_nodes.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

using Functions = Template::Functions;

// "ID" of "Id".
bool is_go_name_of(std::string_view name, std::string_view json) {
  const auto same = [](char one, char other) {
    return std::tolower(static_cast<unsigned char>(one)) == std::tolower(static_cast<unsigned char>(other));
  };
  return name[0] >= 'A' && name[0] <= 'Z' && std::equal(name.begin(), name.end(), json.begin(), json.end(), same);
}

// One execution of a template.
class Execution {
 public:
  Execution(std::string_view source, std::string_view name, const TemplateData& data, Functions functions)
      : source_(source), name_(name), data_(data), functions_(functions) {
    variables_.emplace_back("$", root());
  }

  std::string run(const std::vector<TemplateNode>& nodes) {
    execute(nodes, root());
    return std::move(out_);
  }

 private:
  TypedValue root() const { return {data_.fields, data_.go_type}; }

  [[noreturn]] void fail(const TemplatePlace& place, const std::string& why) const {
    const std::size_t at = place.pointed_at == 0 ? place.from : place.pointed_at;
    const std::string_view before = source_.substr(0, at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto last = before.rfind('\n');
    const std::size_t column = last == std::string_view::npos ? at : at - last - 1;
    throw Error(ErrorKind::invalid_argument,
                fmt::format("template: {0}:{1}:{2}: executing \"{0}\" at <{3}>: {4}", name_, line, column,
                            source_.substr(place.from, place.to - place.from), why));
  }

  void execute(const std::vector<TemplateNode>& nodes, const TypedValue& dot) {
    for (const TemplateNode& node : nodes) {
      const std::size_t scope = variables_.size();
      switch (node.kind) {
        case TemplateNode::Kind::text:
          out_ += node.text;
          continue;
        case TemplateNode::Kind::action: {
          const TypedValue value = evaluate(node.pipeline, dot);
          if (node.pipeline.variables.empty()) out_ += printed(value, node.pipeline);
          continue;  // a variable lives to the end of the list that it stands in
        }
        case TemplateNode::Kind::if_:
        case TemplateNode::Kind::with: {
          const TypedValue value = evaluate(node.pipeline, dot);
          const bool enters = node.kind == TemplateNode::Kind::with;
          if (is_true_value(value.value)) {
            execute(node.then, enters ? value : dot);
          } else {
            execute(node.otherwise, dot);
          }
          break;
        }
        case TemplateNode::Kind::range:
          repeat(node, dot);
          break;
      }
      variables_.resize(scope);
    }
  }

  std::string printed(const TypedValue& value, const TemplatePipeline& pipeline) const {
    if (value.type) return go_text(value);
    const TemplateOperand& last = pipeline.commands.back().operands.back();
    const bool of_structs = data_.of_structs && !data_.type.empty();
    if (!value.value.is_null() || !of_structs || last.fields.empty()) return template_text(value.value);
    return nil_text(last.fields.back());
  }

  // Members of docker's documents that may be null, by what they are in Go (moby api/types); the others are lists.
  static std::string nil_text(const std::string& member) {
    static constexpr std::array<std::string_view, 6> pointers{"Health",           "IPAMConfig",     "Init",
                                                              "MemorySwappiness", "OomKillDisable", "PidsLimit"};
    static constexpr std::array<std::string_view, 4> maps{"Data", "DriverOpts", "Labels", "Volumes"};
    if (std::find(pointers.begin(), pointers.end(), member) != pointers.end()) return "<nil>";
    return std::find(maps.begin(), maps.end(), member) != maps.end() ? "map[]" : "[]";
  }

  void repeat(const TemplateNode& node, const TypedValue& dot) {
    TemplatePipeline pipeline = node.pipeline;
    const std::vector<std::string> names = std::exchange(pipeline.variables, {});
    const TypedValue typed = evaluate(pipeline, dot);
    const Value& list = typed.value;
    const GoType* element = typed.type ? typed.type->element : nullptr;
    if (typed.is_structure() || (!list.is_null() && !list.is_structured())) {
      fail(pipeline.place, "range can't iterate over " + template_text(list));
    }
    if (list.empty()) return execute(node.otherwise, dot);
    // A map is gone through in the order of its keys.
    std::vector<std::pair<Value, const Value*>> elements;
    for (const auto& [key, value] : list.items()) {
      elements.emplace_back(list.is_array() ? Value(elements.size()) : Value(key), &value);
    }
    if (list.is_object()) {
      std::sort(elements.begin(), elements.end(),
                [](const auto& one, const auto& other) { return one.first < other.first; });
    }
    for (const auto& [key, value] : elements) {
      const std::size_t scope = variables_.size();
      const TypedValue one{*value, element};
      if (names.size() == 2) variables_.emplace_back(names[0], TypedValue{key});
      if (!names.empty()) variables_.emplace_back(names.back(), one);
      execute(node.then, one);
      variables_.resize(scope);
    }
  }

  TypedValue evaluate(const TemplatePipeline& pipeline, const TypedValue& dot) {
    std::optional<TypedValue> value;
    for (const TemplateCommand& command : pipeline.commands) value = run_command(command, dot, value);
    for (const std::string& name : pipeline.variables) {
      if (pipeline.assigns) {
        find_variable(name, pipeline.place) = *value;
      } else {
        variables_.emplace_back(name, *value);
      }
    }
    return *value;
  }

  // The parser knows those that were declared before, not whether that was carried out, or has gone out of scope.
  TypedValue& find_variable(const std::string& name, const TemplatePlace& place) {
    const auto found = std::find_if(variables_.rbegin(), variables_.rend(),
                                    [&](const auto& variable) { return variable.first == name; });
    if (found == variables_.rend()) fail(place, fmt::format("undefined variable: {}", name));
    return found->second;
  }

  // What json writes as a formatter's own marshaller does. Go's structs have none.
  const Value& marshalled() const {
    static const Value nothing;
    return data_.of_structs ? nothing : data_.fields;
  }

  // `last`: what the command before in the pipeline gave, which becomes the last argument.
  TypedValue run_command(const TemplateCommand& command, const TypedValue& dot, const std::optional<TypedValue>& last) {
    const TemplateOperand& first = command.operands.front();
    std::vector<TypedValue> arguments;
    if (first.kind == TemplateOperand::Kind::function) {
      // and, or stop where the answer is known.
      const bool is_and = first.name == "and", is_or = first.name == "or";
      for (std::size_t i = 1; i < command.operands.size(); ++i) {
        arguments.push_back(evaluate(command.operands[i], dot));
        const bool holds = is_true_value(arguments.back().value);
        if ((is_and && !holds) || (is_or && holds)) return arguments.back();
      }
      if (last) arguments.push_back(*last);
      return call(first, command.place, arguments);
    }
    if (command.operands.size() == 1 && !last) return evaluate(first, dot);
    std::vector<Value> values;
    for (std::size_t i = 1; i < command.operands.size(); ++i) {
      values.push_back(evaluate(command.operands[i], dot).value);
    }
    if (last) values.push_back(last->value);
    const bool of_root = first.kind == TemplateOperand::Kind::field && first.fields.size() == 1;
    if (of_root && data_.method) {
      if (auto value = data_.method(first.fields[0], values)) return {*value};
    }
    const std::string name = first.fields.empty() ? std::string() : first.fields.back();
    if (first.fields.empty()) fail(first.place, "can't give argument to non-function " + shown(first.place));
    fail(first.place, fmt::format("{} has arguments but cannot be invoked as function", name));
  }

  TypedValue call(const TemplateOperand& function, const TemplatePlace& place,
                  const std::vector<TypedValue>& arguments) const {
    const std::string& name = function.name;
    const bool prints = starts_with(name, "print");
    std::vector<Value> values;
    for (const TypedValue& argument : arguments) {
      const bool as_go_prints = prints && argument.type && (argument.value.is_structured() || argument.value.is_null());
      values.push_back(as_go_prints ? Value(go_text(argument)) : argument.value);
    }
    try {
      if (!arguments.empty() && arguments[0].is_structure() && (name == "len" || name == "index" || name == "slice")) {
        throw Error(ErrorKind::invalid_argument, name + " of a struct");
      }
      return {call_template_function(name, values, functions_, marshalled()), type_of_result(name, arguments)};
    } catch (const Error& fault) {
      fail(place, fmt::format("error calling {}: {}", name, fault.message()));
    }
  }

  static const GoType* type_of_result(std::string_view function, const std::vector<TypedValue>& arguments) {
    if (arguments.empty()) return nullptr;
    if (function == "and" || function == "or") return arguments.back().type;
    const GoType* type = arguments[0].type;
    if (function == "slice") return type;
    if (function != "index") return nullptr;
    for (std::size_t i = 1; i < arguments.size() && type; ++i) type = type->element;
    return type;
  }

  std::string shown(const TemplatePlace& place) const {
    return std::string(source_.substr(place.from, place.to - place.from));
  }

  TypedValue evaluate(const TemplateOperand& operand, const TypedValue& dot) {
    switch (operand.kind) {
      case TemplateOperand::Kind::dot:
        return dot;
      case TemplateOperand::Kind::field:
        return member(operand, dot);
      case TemplateOperand::Kind::variable:
        return member(operand, find_variable(operand.name, operand.place));
      case TemplateOperand::Kind::literal:
        return {operand.literal};
      case TemplateOperand::Kind::group:
        return member(operand, evaluate(operand.group.front(), dot));
      case TemplateOperand::Kind::function:
        break;
    }
    return call(operand, operand.place, {});
  }

  Value::const_iterator find_member(const Value& of, const std::string& name) const {
    const auto found = of.find(name);
    if (found != of.end() || !data_.of_structs || data_.type.empty()) return found;
    for (auto member = of.begin(); member != of.end(); ++member) {
      if (is_go_name_of(name, member.key())) return member;
    }
    return of.end();
  }

  TypedValue member(const TemplateOperand& operand, const TypedValue& of) const {
    TypedValue value = of;
    for (const std::string& field : operand.fields) {
      if (value.value.is_null()) {
        fail(operand.place, fmt::format("nil pointer evaluating interface {{}}.{}", field));
      }
      if (!value.value.is_object()) {
        fail(operand.place, fmt::format("can't evaluate field {} in type {}", field, type_of(value.value)));
      }
      value = value.is_structure() ? field_of(operand, value, field) : member(operand, value, field);
    }
    return value;
  }

  TypedValue field_of(const TemplateOperand& operand, const TypedValue& of, const std::string& name) const {
    TypedValue found;
    if (!find_go_field(of, name, found)) {
      fail(operand.place, fmt::format("can't evaluate field {} in type {}", name, data_.type));
    }
    return found;
  }

  // Of a map, or of a document whose members no type names.
  TypedValue member(const TemplateOperand& operand, const TypedValue& of, const std::string& field) const {
    const auto found = find_member(of.value, field);
    if (found != of.value.end()) return {*found, of.type ? of.type->element : nullptr};
    if (of.type) return {};  // a map's
    if (data_.of_structs && data_.type.empty()) {
      fail(operand.place, fmt::format("map has no entry for key \"{}\"", field));
    }
    const bool typed = !data_.type.empty() && (data_.of_structs || of.value == data_.fields);
    if (typed) fail(operand.place, fmt::format("can't evaluate field {} in type {}", field, data_.type));
    return {};
  }

  static std::string type_of(const Value& value) {
    if (value.is_string()) return "string";
    if (value.is_boolean()) return "bool";
    if (value.is_number_float()) return "float64";
    return value.is_array() ? "[]interface {}" : "int";
  }

  std::string_view source_, name_;
  const TemplateData& data_;
  const Functions functions_;
  std::vector<std::pair<std::string, TypedValue>> variables_;
  std::string out_;
};

bool asks(const std::vector<TemplateNode>& nodes, std::string_view field);

bool asks(const TemplatePipeline& pipeline, std::string_view field) {
  for (const TemplateCommand& command : pipeline.commands) {
    for (const TemplateOperand& operand : command.operands) {
      if (operand.kind == TemplateOperand::Kind::dot) return true;
      const bool of_dot = operand.kind == TemplateOperand::Kind::field || operand.name == "$";
      if (of_dot && (operand.fields.empty() || operand.fields.front() == field)) return true;
      if (!operand.group.empty() && asks(operand.group.front(), field)) return true;
    }
  }
  return false;
}

bool asks(const std::vector<TemplateNode>& nodes, std::string_view field) {
  return std::any_of(nodes.begin(), nodes.end(), [&](const TemplateNode& node) {
    return asks(node.pipeline, field) || asks(node.then, field) || asks(node.otherwise, field);
  });
}

}  // namespace

Template::Template(std::string_view source, std::string_view name)
    : source_(source), name_(name), nodes_(parse_template(source, name)) {}
Template::~Template() = default;
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;

std::string Template::execute(const TemplateData& data, Functions functions) const {
  return Execution(source_, name_, data, functions).run(nodes_);
}

bool Template::asks_for(std::string_view field) const {
  return asks(nodes_, field);
}

}  // namespace glassdock::text
