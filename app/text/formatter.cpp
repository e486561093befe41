#include "app/text/formatter.h"

#include <fmt/format.h>

#include <map>

#include "app/text/tables.h"
#include "app/text/template_nodes.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

constexpr std::string_view table_word = "table";

std::string body_of(std::string_view format) {
  if (starts_with(format, table_word)) format.remove_prefix(table_word.size());
  std::string body(format);
  const auto first = body.find_first_not_of(' ');
  body = first == std::string::npos ? std::string() : body.substr(first, body.find_last_not_of(' ') + 1 - first);
  replace_all(body, "\\t", "\t");
  replace_all(body, "\\n", "\n");
  return body;
}

// A method in a header, as {{.Label "com.example.web-site"}}: the last part of its argument (docker's
// SubHeaderContext).
std::optional<Value> header_of_method(std::string_view, std::span<const Value> arguments) {
  if (arguments.size() != 1 || !arguments[0].is_string()) return std::nullopt;
  std::string word = arguments[0].get<std::string>();
  word.erase(0, word.rfind('.') + 1);
  replace_all(word, "-", " ");
  replace_all(word, "_", " ");
  return word;
}

std::string fill_in(const Template& form, const TemplateData& data, Template::Functions functions) {
  try {
    return form.execute(data, functions) + "\n";
  } catch (const Error& fault) {
    throw FormatError("failed to execute template: " + fault.message());
  }
}

std::string aligned(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : split(text, '\n')) rows.push_back(split(line, '\t'));
  if (!rows.empty()) rows.pop_back();  // behind the last line feed
  return table(rows);
}

}  // namespace

Template template_of(std::string_view format) {
  try {
    return Template(body_of(format));
  } catch (const Error& fault) {
    throw FormatError("failed to parse template: " + fault.message());
  }
}

std::string formatted(std::string_view format, const LineForm& form, std::span<const TemplateData> lines) {
  std::string text;
  if (format == "json") {
    for (const TemplateData& line : lines) text += escaped_json(line.fields) + "\n";
    return text;
  }
  const Template filled = template_of(format);
  const bool is_table = starts_with(format, table_word);
  if (is_table) text = fill_in(filled, {form.headers, form.type, header_of_method}, Template::Functions::header);
  for (const TemplateData& line : lines) text += fill_in(filled, line, Template::Functions::full);
  return is_table ? aligned(text) : text;
}

Value sorted_members(std::initializer_list<std::pair<const char*, Value>> members) {
  std::map<std::string, Value> sorted;
  for (const auto& [name, value] : members) sorted.emplace(name, value);
  Value object = Value::object();
  for (auto& [name, value] : sorted) object[name] = std::move(value);
  return object;
}

}  // namespace glassdock::text
