#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "app/text/go_types.h"
#include "app/text/template_nodes.h"
#include "app/text/words.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

using Arguments = std::span<const Value>;

Error bad(std::string why) {
  return Error(ErrorKind::invalid_argument, std::move(why));
}

std::string text_of(const Value& value) {
  if (!value.is_string()) throw bad("wrong type for value; expected string; got " + template_text(value));
  return value.get<std::string>();
}

std::int64_t whole_of(const Value& value) {
  if (!value.is_number_integer()) throw bad("wrong type for value; expected int; got " + template_text(value));
  return value.get<std::int64_t>();
}

std::size_t index_in(const Value& value, std::size_t size) {
  const std::int64_t index = whole_of(value);
  if (index < 0 || static_cast<std::uint64_t>(index) >= size) throw bad(fmt::format("index out of range: {}", index));
  return static_cast<std::size_t>(index);
}

Value json_of(Arguments arguments, const Value& root) {
  // A formatter's own marshaller has escaped its words already; docker's json leaves others as they are.
  if (arguments[0].is_object() && arguments[0] == root) return escaped_json(arguments[0]);
  return arguments[0].dump(-1, ' ', false, Value::error_handler_t::replace);
}

Value split_words(Arguments arguments) {
  const std::string text = text_of(arguments[0]), separator = text_of(arguments[1]);
  Value parts = Value::array();
  if (separator.empty()) {
    for (char c : text) parts.push_back(std::string(1, c));
    return parts;
  }
  std::size_t at = 0;
  for (auto next = text.find(separator); next != std::string::npos; next = text.find(separator, at)) {
    parts.push_back(text.substr(at, next - at));
    at = next + separator.size();
  }
  parts.push_back(text.substr(at));
  return parts;
}

Value join_words(Arguments arguments) {
  if (!arguments[0].is_array())
    throw bad("wrong type for value; expected []string; got " + template_text(arguments[0]));
  std::vector<std::string> words;
  for (const Value& word : arguments[0]) words.push_back(text_of(word));
  return join(words, text_of(arguments[1]));
}

template <int (*change)(int)>
Value letters(Arguments arguments) {
  std::string text = text_of(arguments[0]);
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(change(c)); });
  return text;
}

Value title(Arguments arguments) {
  std::string text = text_of(arguments[0]);
  bool begins = true;
  for (char& c : text) {
    if (begins) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    begins = c == ' ' || c == '\t' || c == '\n';
  }
  return text;
}

Value pad(Arguments arguments) {
  const std::string text = text_of(arguments[0]);
  if (text.empty()) return text;
  constexpr std::int64_t widest = 4096;
  const auto blanks = [&](const Value& count) {
    return std::string(static_cast<std::size_t>(std::clamp<std::int64_t>(whole_of(count), 0, widest)), ' ');
  };
  return blanks(arguments[1]) + text + blanks(arguments[2]);
}

Value truncate(Arguments arguments) {
  const std::string text = text_of(arguments[0]);
  const std::int64_t most = whole_of(arguments[1]);
  return most >= 0 && static_cast<std::uint64_t>(most) < text.size() ? text.substr(0, static_cast<std::size_t>(most))
                                                                     : text;
}

Value length(Arguments arguments) {
  const Value& value = arguments[0];
  if (value.is_string()) return value.get_ref<const std::string&>().size();
  if (value.is_structured()) return value.size();
  throw bad("len of type " + template_text(value));
}

Value element(Arguments arguments) {
  Value value = arguments[0];
  for (const Value& key : arguments.subspan(1)) {
    if (value.is_array()) {
      value = Value(value[index_in(key, value.size())]);
    } else if (value.is_object()) {
      const auto found = value.find(text_of(key));
      value = found == value.end() ? Value(nullptr) : Value(*found);
    } else if (value.is_string()) {
      const std::string text = value.get<std::string>();
      value = static_cast<std::int64_t>(static_cast<unsigned char>(text[index_in(key, text.size())]));
    } else {
      throw bad(value.is_null() ? "index of untyped nil" : "can't index item of type " + template_text(value));
    }
  }
  return value;
}

Value slice(Arguments arguments) {
  const Value& value = arguments[0];
  if (!value.is_string() && !value.is_array()) throw bad("can't slice item of type " + template_text(value));
  const std::size_t size = value.is_string() ? value.get_ref<const std::string&>().size() : value.size();
  const std::size_t from = arguments.size() > 1 ? index_in(arguments[1], size + 1) : 0;
  const std::size_t to = arguments.size() > 2 ? index_in(arguments[2], size + 1) : size;
  if (from > to) throw bad(fmt::format("invalid slice index: {} > {}", from, to));
  if (value.is_string()) return value.get_ref<const std::string&>().substr(from, to - from);
  return Value(value.begin() + static_cast<std::ptrdiff_t>(from), value.begin() + static_cast<std::ptrdiff_t>(to));
}

bool are_comparable(const Value& one, const Value& other) {
  return (one.is_number() && other.is_number()) || one.type() == other.type();
}

Value is_equal(Arguments arguments) {
  return std::any_of(arguments.begin() + 1, arguments.end(), [&](const Value& other) {
    if (!are_comparable(arguments[0], other)) throw bad("incompatible types for comparison");
    return arguments[0] == other;
  });
}

bool is_less(Arguments arguments) {
  if (!are_comparable(arguments[0], arguments[1])) throw bad("incompatible types for comparison");
  if (!arguments[0].is_number() && !arguments[0].is_string()) throw bad("invalid type for comparison");
  return arguments[0] < arguments[1];
}

// Go's fmt.Sprint: a blank between two that are no strings.
Value print(Arguments arguments) {
  std::string text;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0 && !arguments[i].is_string() && !arguments[i - 1].is_string()) text += ' ';
    text += template_text(arguments[i]);
  }
  return text;
}

Value print_line(Arguments arguments) {
  std::vector<std::string> words;
  for (const Value& value : arguments) words.push_back(template_text(value));
  return join(words, " ") + "\n";
}

// "%-8s": what stands between the percent sign and the verb.
struct Verb {
  bool to_left = false, zeros = false, plus = false;
  std::size_t width = 0;
  std::optional<std::size_t> precision;
  char letter = 0;
};

std::size_t take_size(std::string_view form, std::size_t& at) {
  constexpr std::size_t widest = 4096;
  std::size_t size = 0;
  for (; at < form.size() && form[at] >= '0' && form[at] <= '9'; ++at) {
    size = std::min(widest, size * 10 + static_cast<std::size_t>(form[at] - '0'));
  }
  return size;
}

Verb take_verb(std::string_view form, std::size_t& at) {
  Verb verb;
  for (; at < form.size() && (form[at] == '-' || form[at] == '0' || form[at] == '+' || form[at] == ' '); ++at) {
    verb.to_left = verb.to_left || form[at] == '-';
    verb.zeros = verb.zeros || form[at] == '0';
    verb.plus = verb.plus || form[at] == '+';
  }
  verb.width = take_size(form, at);
  if (at < form.size() && form[at] == '.') {
    ++at;
    verb.precision = take_size(form, at);
  }
  if (at < form.size()) verb.letter = form[at++];
  return verb;
}

// As Go names what a verb cannot print: "string=x".
std::string shown(const Value& value) {
  if (value.is_null()) return "<nil>";
  const char* type = value.is_string()         ? "string"
                     : value.is_boolean()      ? "bool"
                     : value.is_number_float() ? "float64"
                     : value.is_number()       ? "int"
                     : value.is_array()        ? "[]interface {}"
                                               : "map[string]interface {}";
  return fmt::format("{}={}", type, template_text(value));
}

std::string printed(const Verb& verb, const Value& value) {
  switch (verb.letter) {
    case 'q':
      return quote(template_text(value));
    case 'd':
      if (!value.is_number_integer()) break;
      return (verb.plus && value >= 0 ? "+" : "") + template_text(value);
    case 'x':
    case 'X':
    case 'o':
    case 'b':
      if (!value.is_number_integer()) break;
      return fmt::format(fmt::runtime(fmt::format("{{:{}}}", verb.letter)), value.get<std::int64_t>());
    case 'f':
      if (!value.is_number()) break;
      return fmt::format("{:.{}f}", value.get<double>(), verb.precision.value_or(6));
    case 's':
    case 'v':
    case 't': {
      const std::string text = template_text(value);
      return verb.precision && value.is_string() ? text.substr(0, *verb.precision) : text;
    }
    default:
      break;
  }
  return fmt::format("%!{}({})", verb.letter, shown(value));
}

Value print_form(Arguments arguments) {
  const std::string form = text_of(arguments[0]);
  std::string text;
  std::size_t next = 1;
  for (std::size_t at = 0; at < form.size();) {
    if (form[at] != '%') {
      text += form[at++];
      continue;
    }
    const Verb verb = take_verb(form, ++at);
    if (verb.letter == '%') {
      text += '%';
      continue;
    }
    if (next >= arguments.size()) {
      text += fmt::format("%!{}(MISSING)", verb.letter);
      continue;
    }
    std::string word = printed(verb, arguments[next++]);
    if (const std::size_t width = width_of(word); width < verb.width) {
      const bool zeros =
          verb.zeros && !verb.to_left && std::string_view("bdfoxX").find(verb.letter) != std::string_view::npos;
      const std::string filling(verb.width - width, zeros ? '0' : ' ');
      word = verb.to_left ? word + filling : filling + word;
    }
    text += word;
  }
  if (next < arguments.size()) {
    std::vector<std::string> left;
    for (const Value& value : arguments.subspan(next)) left.push_back(shown(value));
    text += fmt::format("%!(EXTRA {})", join(left, ", "));
  }
  return text;
}

struct Function {
  std::string_view name;
  std::size_t least, most;
  Value (*call)(Arguments);
  bool of_docker = false;
};

constexpr std::size_t any = SIZE_MAX;

const std::array functions{
    Function{"json", 1, 1, nullptr, true},
    Function{"split", 2, 2, split_words, true},
    Function{"join", 2, 2, join_words, true},
    Function{"title", 1, 1, title, true},
    Function{"lower", 1, 1, letters<std::tolower>, true},
    Function{"upper", 1, 1, letters<std::toupper>, true},
    Function{"pad", 3, 3, pad},
    Function{"truncate", 2, 2, truncate, true},
    // The arguments before the last have been looked at (Execution::run_command).
    Function{"and", 1, any, [](Arguments all) { return Value(all.back()); }},
    Function{"or", 1, any, [](Arguments all) { return Value(all.back()); }},
    Function{"not", 1, 1, [](Arguments all) { return Value(!is_true_value(all[0])); }},
    Function{"len", 1, 1, length},
    Function{"index", 1, any, element},
    Function{"slice", 1, 3, slice},
    Function{"print", 0, any, print},
    Function{"printf", 1, any, print_form},
    Function{"println", 0, any, print_line},
    Function{"eq", 2, any, is_equal},
    Function{"ne", 2, 2, [](Arguments all) { return Value(!is_equal(all).get<bool>()); }},
    Function{"lt", 2, 2, [](Arguments all) { return Value(is_less(all)); }},
    Function{"le", 2, 2, [](Arguments all) { return Value(is_less(all) || all[0] == all[1]); }},
    Function{"gt", 2, 2, [](Arguments all) { return Value(!is_less(all) && all[0] != all[1]); }},
    Function{"ge", 2, 2, [](Arguments all) { return Value(!is_less(all)); }},
};

const Function* find_function(std::string_view name) {
  const auto found =
      std::find_if(functions.begin(), functions.end(), [&](const Function& one) { return one.name == name; });
  return found == functions.end() ? nullptr : &*found;
}

}  // namespace

bool is_template_function(std::string_view name) {
  return find_function(name) != nullptr;
}

Value call_template_function(std::string_view name, std::span<const Value> arguments, Template::Functions mode,
                             const Value& root) {
  const Function& function = *find_function(name);
  if (arguments.size() < function.least || arguments.size() > function.most) {
    throw bad(fmt::format("wrong number of args for {}: want {}{} got {}", name,
                          function.most == any ? "at least " : "", function.least, arguments.size()));
  }
  if (mode == Template::Functions::header && function.of_docker) return arguments[0];
  return function.call ? function.call(arguments) : json_of(arguments, root);
}

std::string template_text(const Value& value) {
  if (value.is_null()) return "<no value>";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  if (value.is_number()) return value.dump();
  return go_text({value});
}

bool is_true_value(const Value& value) {
  if (value.is_null()) return false;
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value != 0;
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return !value.empty();
}

std::string escaped_json(const Value& value) {
  std::string text = value.dump(-1, ' ', false, Value::error_handler_t::replace);
  replace_all(text, "<", "\\u003c");
  replace_all(text, ">", "\\u003e");
  replace_all(text, "&", "\\u0026");
  return text;
}

}  // namespace glassdock::text
