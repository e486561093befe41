#include "app/lessons/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "engine/trace/words.h"

namespace glassdock::lessons {
namespace {

constexpr std::size_t most_line = 500;  // bytes

const std::string& scalar(const YamlNode& node, const Source& source, std::string_view what) {
  if (node.kind != YamlNode::Kind::text) throw source.fault(node.mark, fmt::format("{} is needed here", what));
  return node.text;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

std::string meant(std::string_view typed, const std::vector<std::string>& names, const std::string& lists = {}) {
  const std::string_view name = meant_name(typed, {names.begin(), names.end()});
  if (!lists.empty() && name.empty()) return fmt::format("{} lists them", lists);
  if (!lists.empty()) return fmt::format("did you mean {}? {} lists them", name, lists);
  if (!name.empty()) return fmt::format("did you mean {}?", name);
  return fmt::format("known here: {}", join(names, ", "));
}

std::size_t present(const YamlNode& node, const std::vector<std::string>& keys) {
  return static_cast<std::size_t>(
      std::count_if(keys.begin(), keys.end(), [&](const std::string& key) { return node.find(key) != nullptr; }));
}

void check_rule(const YamlNode& node, const Source& source, const Rule& rule) {
  const std::string all = join(rule.keys, ", ");
  const std::size_t count = present(node, rule.keys);
  if (rule.of == Rule::Of::exactly_one && count != 1) {
    throw source.fault(node.mark, fmt::format("exactly one of these keys is needed: {}", all));
  }
  if (rule.of == Rule::Of::at_least_one && count == 0) {
    throw source.fault(node.mark, fmt::format("at least one of these keys is needed: {}", all));
  }
  if (rule.of == Rule::Of::at_most_one && count > 1) {
    throw source.fault(node.mark, fmt::format("at most one of these keys is allowed: {}", all));
  }
  if (rule.of == Rule::Of::needs && node.find(rule.keys[0]) && count != rule.keys.size()) {
    const std::vector<std::string> wanted(rule.keys.begin() + 1, rule.keys.end());
    throw source.fault(node.find(rule.keys[0])->mark, fmt::format("\"{}\" goes with {}", rule.keys[0], listed(wanted)));
  }
}

}  // namespace

Kind<std::string> text(std::size_t most_characters) {
  return {[most_characters](const YamlNode& node, const Source& source) {
            std::string words(trim(scalar(node, source, "a text")));
            if (words.empty()) throw source.fault(node.mark, "the text is empty");
            if (characters(words) > most_characters) {
              throw source.fault(node.mark,
                                 fmt::format("the text has {} characters, and {} at most are read gladly",
                                             characters(words), most_characters),
                                 "say one thing in a step");
            }
            return words;
          },
          [most_characters](Definitions&) {
            return Json{{"type", "string"}, {"minLength", 1}, {"maxLength", most_characters}};
          }};
}

bool is_line(std::string_view words) {
  return !words.empty() && words.size() <= most_line && trim(words) == words &&
         words.find('\n') == std::string_view::npos;
}

Kind<std::string> line() {
  return checked([](const std::string&) { return std::pair<std::string, std::string>(); });
}

Kind<std::string> checked(const std::function<std::pair<std::string, std::string>(const std::string&)>& check) {
  return {[check](const YamlNode& node, const Source& source) {
            const std::string& words = scalar(node, source, "a line of text");
            if (!is_line(words)) throw source.fault(node.mark, "a line of text is needed here");
            auto [fault, hint] = check(words);
            if (!fault.empty()) throw source.fault(node.mark, fault, hint);
            return words;
          },
          [](Definitions&) {
            return Json{{"type", Json::array({"string", "number", "boolean"})}, {"minLength", 1}};
          }};
}

Kind<std::string> word(const std::string& pattern, const std::string& what) {
  const std::regex form(pattern);
  return {[form, what](const YamlNode& node, const Source& source) {
            const std::string& words = scalar(node, source, what);
            if (words.size() > most_line || !std::regex_match(words, form)) {
              throw source.fault(node.mark, fmt::format("{} is needed here", what));
            }
            return words;
          },
          [pattern](Definitions&) {
            return Json{{"type", "string"}, {"pattern", "^" + pattern + "$"}};
          }};
}

Kind<std::string> one_of(std::vector<std::string> words, const std::string& what, const std::string& lists) {
  return {[words, what, lists](const YamlNode& node, const Source& source) {
            const std::string& typed = scalar(node, source, what);
            if (std::find(words.begin(), words.end(), typed) == words.end()) {
              throw source.fault(node.mark, fmt::format("\"{}\" is not {}", shown_key(typed), what),
                                 meant(typed, words, lists));
            }
            return typed;
          },
          [words](Definitions&) {
            return Json{{"enum", words}};
          }};
}

Kind<int> whole(int least, int most) {
  return {[least, most](const YamlNode& node, const Source& source) {
            const auto number =
                node.kind == YamlNode::Kind::text && node.plain ? parse_number(node.text) : std::nullopt;
            if (!number || *number < static_cast<std::uint64_t>(least) || *number > static_cast<std::uint64_t>(most)) {
              throw source.fault(node.mark, fmt::format("a number from {} to {} is needed here", least, most));
            }
            return static_cast<int>(*number);
          },
          [least, most](Definitions&) {
            return Json{{"type", "integer"}, {"minimum", least}, {"maximum", most}};
          }};
}

Kind<bool> truth() {
  return {[](const YamlNode& node, const Source& source) {
            const bool right = node.plain && (node.text == "true" || node.text == "false");
            if (!right) throw source.fault(node.mark, "true or false is needed here");
            return node.text == "true";
          },
          [](Definitions&) {
            return Json{{"type", "boolean"}};
          }};
}

void check_list(const YamlNode& node, const Source& source, std::size_t least) {
  if (node.kind != YamlNode::Kind::list) throw source.fault(node.mark, "a list is needed here", "- FIRST, - SECOND, …");
  if (node.items.size() < least) {
    throw source.fault(node.mark, fmt::format("the list has {} of at least {}", node.items.size(), least));
  }
}

void check_map(const YamlNode& node, const Source& source, const std::vector<KeyWords>& keys,
               const std::vector<Rule>& rules) {
  std::vector<std::string> known;
  known.reserve(keys.size());
  for (const KeyWords& key : keys) known.push_back(key.key);
  if (node.kind != YamlNode::Kind::map) {
    throw source.fault(node.mark, "keys and values are needed here", "known here: " + join(known, ", "));
  }
  for (const auto& [key, value] : node.pairs) {
    if (std::find(known.begin(), known.end(), key.text) != known.end()) continue;
    throw source.fault(key.mark, fmt::format("unknown key \"{}\"", shown_key(key.text)), meant(key.text, known));
  }
  for (const KeyWords& key : keys) {
    if (key.required && !node.find(key.key)) {
      throw source.fault(node.mark, fmt::format("the key \"{}\" is missing", key.key));
    }
  }
  for (const Rule& rule : rules) check_rule(node, source, rule);
}

void add_rules(Json& schema, const std::vector<Rule>& rules) {
  for (const Rule& rule : rules) {
    if (rule.of == Rule::Of::needs) {
      schema["dependentRequired"][rule.keys[0]] = std::vector<std::string>(rule.keys.begin() + 1, rule.keys.end());
      continue;
    }
    Json each = Json::array();
    for (const std::string& key : rule.keys) each.push_back({{"required", Json::array({key})}});
    if (rule.of == Rule::Of::at_most_one) each.push_back({{"not", {{"anyOf", each}}}});
    schema["allOf"].push_back({{rule.of == Rule::Of::at_least_one ? "anyOf" : "oneOf", std::move(each)}});
  }
}

}  // namespace glassdock::lessons
