// A draft as a scenario's file.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <variant>

#include "app/lessons/common_format.h"
#include "app/lessons/condition_format.h"
#include "app/lessons/unwritten.h"
#include "app/scenarios/draft.h"
#include "app/scenarios/scenario.h"
#include "engine/base/text.h"
#include "engine/trace/utf8.h"
#include "engine/trace/words.h"

namespace glassdock::scenarios {
namespace {

using lessons::to_be_written;
using lessons::Words;

// The number of the UTF-8 character of `length` bytes (RFC 3629, section 3).
std::uint32_t code_point(std::string_view character) {
  constexpr unsigned first_bits[] = {0x7F, 0x1F, 0x0F, 0x07};
  std::uint32_t code = static_cast<unsigned char>(character[0]) & first_bits[character.size() - 1];
  for (const char byte : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(byte) & 0x3Fu);
  return code;
}

// In double quotes. What an editor would not show as it is, control characters and marks of direction, is written by
// its number, so that who reads the file reads what it says; bytes that are no UTF-8 are left out.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = trace::utf8_length(text, at);
    const std::string_view character = text.substr(at, std::max<std::size_t>(length, 1));
    at += character.size();
    if (length == 0) continue;
    if (character == "\t") {
      out += "\\t";
    } else if (trace::visible(character) != character) {
      out += fmt::format("\\u{:04x}", code_point(character));  // all of them are below U+10000
    } else {
      if (character == "\"" || character == "\\") out += '\\';
      out += character;
    }
  }
  return out + '"';
}

// A scalar (YAML 1.2.2, chapters 7.3.1 and 7.3.3): plain where it can mean nothing else, otherwise in double quotes.
std::string scalar(const std::string& text) {
  const auto is_plain = [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("/._-").find(letter) != std::string_view::npos);
  };
  constexpr std::string_view values[] = {"true", "false", "null", "yes", "no", "on", "off"};
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  const bool is_value = std::find(std::begin(values), std::end(values), lower) != std::end(values);
  const bool begins_as_word = !text.empty() && (std::isalpha(static_cast<unsigned char>(text[0])) != 0);
  if (begins_as_word && !is_value && std::all_of(text.begin(), text.end(), is_plain)) return text;
  return in_quotes(text);
}

std::string listed_scalars(const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  parts.reserve(texts.size());
  for (const std::string& text : texts) parts.push_back(scalar(text));
  return parts.size() == 1 ? parts[0] : fmt::format("[{}]", join(parts, ", "));
}

// The conditions that drafts have; docs/lessons.md, "Conditions".
struct Writer {
  std::string operator()(const lessons::ExitCodeCondition& wish) const {
    return fmt::format("exit_code: {}", wish.code);
  }
  std::string operator()(const lessons::OutputCondition& wish) const {
    return fmt::format("output: {{has: {}}}", listed_scalars(wish.has));
  }
  std::string operator()(const lessons::ImageCondition& wish) const {
    return fmt::format("image: {{name: {}{}}}", scalar(wish.name), wish.here ? "" : ", here: false");
  }
  std::string operator()(const lessons::ContainerCondition& wish) const {
    std::vector<std::string> parts;
    const auto add = [&](const char* key, const std::optional<std::string>& value) {
      if (value) parts.push_back(fmt::format("{}: {}", key, scalar(*value)));
    };
    add("name", wish.name);
    add("image", wish.image);
    add("command", wish.command);
    add("state", wish.state);
    if (wish.exit_code) parts.push_back(fmt::format("exit_code: {}", *wish.exit_code));
    if (wish.count) parts.push_back(fmt::format("count: {}", *wish.count));
    return fmt::format("container: {{{}}}", join(parts, ", "));
  }
  std::string operator()(const lessons::EventCondition& wish) const {
    std::vector<std::string> arguments;
    arguments.reserve(wish.arguments.size());
    for (const lessons::EventArgument& one : wish.arguments) {
      arguments.push_back(fmt::format("{}: {}", one.name, scalar(one.value)));
    }
    const std::string with = arguments.empty() ? "" : fmt::format(", with: {{{}}}", join(arguments, ", "));
    return fmt::format("event: {{name: {}{}}}", wish.name, with);
  }
  template <typename Other>
  std::string operator()(const Other&) const {
    throw Error(ErrorKind::internal, "a draft has no condition of this kind");
  }
};

std::string words_lines(std::string_view key, const Words& words, std::string_view indent) {
  return fmt::format("{0}{1}:\n{0}  en: {2}\n{0}  ko: {3}\n", indent, key, scalar(words.english), scalar(words.korean));
}

// What is still to be written, or is.
Words written(const Words& words, const Words& otherwise) {
  return {words.english.empty() ? otherwise.english : words.english,
          words.korean.empty() ? otherwise.korean : words.korean};
}

std::string remark_lines(const std::string& remark, std::string_view indent) {
  std::string lines;
  if (remark.empty()) return lines;
  constexpr std::size_t most_line = 1000;  // bytes
  for (const std::string& line : split(remark, '\n')) {
    lines += fmt::format("{}# {}\n", indent, lessons::shortened(trace::visible(line), most_line));
  }
  return lines;
}

std::string hub_keys(const client::HubConditions& hub) {
  std::vector<std::string> parts;
  if (hub.bytes_per_second != 0) parts.push_back(fmt::format("bytes_per_second: {}", hub.bytes_per_second));
  if (hub.latency_ms != 0) parts.push_back(fmt::format("latency_ms: {}", hub.latency_ms));
  if (hub.fault != "none") parts.push_back("fault: " + scalar(hub.fault));
  if (hub.cut_off_after != 0) parts.push_back(fmt::format("cut_off_after: {}", hub.cut_off_after));
  if (hub.fault_times != 0) parts.push_back(fmt::format("fault_times: {}", hub.fault_times));
  return join(parts, ", ");
}

std::string step_lines(const DraftStep& step) {
  std::string text = fmt::format("\n  - id: {}\n", scalar(step.id));
  text += remark_lines(step.remark, "    ");
  text += words_lines(
      "say", written(step.say, to_be_written("what the class is about to see.", "학생들이 곧 볼 것을 써 주세요.")),
      "    ");
  if (const std::string keys = step.hub ? hub_keys(*step.hub) : std::string(); !keys.empty()) {
    text += fmt::format("    hub: {{{}}}\n", keys);
  }
  text += fmt::format("    run: {}\n", scalar(step.line));
  if (!step.inside.empty()) {
    text += "    inside:\n";
    for (const std::string& line : step.inside) text += fmt::format("      - {}\n", scalar(line));
  }
  if (!step.gates.empty()) text += "    hold:\n";
  for (const std::string& gate : step.gates) {
    text += fmt::format("      - at: {}\n", gate);
    const auto said = step.gate_words.find(gate);
    text += words_lines(
        "say",
        written(said == step.gate_words.end() ? Words() : said->second,
                to_be_written("what stands here, and where to look.", "여기에 무엇이 있는지, 어디를 볼지 써 주세요.")),
        "        ");
  }
  if (!step.expect.empty()) text += "    expect:\n";
  for (const lessons::Condition& one : step.expect) {
    text += fmt::format("      - {}\n", to_yaml(one));
  }
  if (!step.then.empty()) text += words_lines("then", step.then, "    ");
  return text;
}

template <typename Read>
bool is_read(std::string yaml, Read&& read) {
  try {
    const lessons::Source source{"draft", std::move(yaml)};
    read(lessons::parse_yaml(source), source);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::string to_yaml(const lessons::Condition& condition) {
  return std::visit(Writer{}, condition.what);
}

bool can_be_written(const lessons::Condition& condition) {
  return is_read(to_yaml(condition), lessons::condition_kind().read);
}

bool can_be_written(const std::string& line) {
  return lessons::is_line(line) && trace::visible(line) == line;
}

bool can_be_written(const lessons::Words& say) {
  return is_read(words_lines("say", say, ""), [](const lessons::YamlNode& root, const lessons::Source& source) {
    lessons::say_kind().read(*root.find("say"), source);
  });
}

bool can_be_written(const client::HubConditions& hub) {
  try {
    parse_hub(hub_keys(hub));
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::string to_yaml(const Draft& draft) {
  std::string text = remark_lines(draft.remark, "");
  text += fmt::format("version: {}\n", lessons::format_version);
  text += words_lines("title", to_be_written("a title", "제목을 써 주세요"), "");
  text += words_lines(
      "goal", to_be_written("what the class has seen afterwards.", "학생들이 무엇을 보게 되는지 써 주세요."), "");
  constexpr std::size_t minutes_a_step = 2, most_minutes = 90;
  text += fmt::format("minutes: {}\n", std::clamp(draft.steps.size() * minutes_a_step, minutes_a_step, most_minutes));
  if (!draft.images.empty()) {
    std::vector<std::string> images;
    images.reserve(draft.images.size());
    for (const std::string& image : draft.images) images.push_back(scalar(image));
    text += fmt::format("images: [{}]\n", join(images, ", "));
  }
  text += "steps:";
  for (const DraftStep& step : draft.steps) text += step_lines(step);
  return text;
}

}  // namespace glassdock::scenarios
