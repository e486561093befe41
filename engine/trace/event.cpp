#include "engine/trace/event.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/error.h"

namespace glassdock::trace {
namespace {

constexpr std::array<std::string_view, stage_count> stage_words = {
    "request", "cache", "pull", "snapshot", "isolate", "run", "build", "network", "volume", "lifecycle", "vm"};
constexpr std::array<std::string_view, 4> kind_words = {"begin", "end", "instant", "sample"};
constexpr std::array<std::string_view, actor_count> actor_words = {"client",   "daemon",  "hub",
                                                                   "launcher", "monitor", "child"};

template <typename Enum, std::size_t size>
Enum parse_word(const std::array<std::string_view, size>& words, std::string_view word, std::string_view what) {
  for (std::size_t i = 0; i < size; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  const bool plain = std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  throw Error(ErrorKind::corrupt,
              plain ? fmt::format("unknown {} \"{}\"", what, word.substr(0, 64)) : fmt::format("unknown {}", what));
}

}  // namespace

std::string_view to_string(Stage stage) {
  return stage_words[static_cast<std::size_t>(stage)];
}
std::string_view to_string(Kind kind) {
  return kind_words[static_cast<std::size_t>(kind)];
}
std::string_view to_string(Actor actor) {
  return actor_words[static_cast<std::size_t>(actor)];
}
std::optional<Stage> find_stage(std::string_view word, std::size_t most) {
  const auto end = stage_words.begin() + static_cast<std::ptrdiff_t>(most);
  const auto found = std::find(stage_words.begin(), end, word);
  if (found == end) return std::nullopt;
  return static_cast<Stage>(found - stage_words.begin());
}
Stage parse_stage(std::string_view word) {
  return parse_word<Stage>(stage_words, word, "stage");
}
Kind parse_kind(std::string_view word) {
  return parse_word<Kind>(kind_words, word, "kind");
}
Actor parse_actor(std::string_view word) {
  return parse_word<Actor>(actor_words, word, "actor");
}

std::vector<Argument> to_arguments(Arguments arguments) {
  std::vector<Argument> owned;
  owned.reserve(arguments.size());
  for (const ArgumentView& argument : arguments) {
    owned.push_back({std::string(argument.name), std::visit(
                                                     [](auto value) -> Value {
                                                       if constexpr (std::is_same_v<decltype(value), std::string_view>)
                                                         return std::string(value);
                                                       else
                                                         return value;
                                                     },
                                                     argument.value)});
  }
  return owned;
}

const Value* find_argument(const Event& event, std::string_view name) {
  for (const auto& argument : event.arguments) {
    if (argument.name == name) return &argument.value;
  }
  return nullptr;
}

std::string argument_text(const Event& event, std::string_view name) {
  const Value* value = find_argument(event, name);
  if (!value) return {};
  struct AsText {
    std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(bool yes) const { return yes ? "true" : "false"; }
    std::string operator()(const std::string& text) const { return text; }
  };
  return std::visit(AsText{}, *value);
}

std::int64_t argument_number(const Event& event, std::string_view name, std::int64_t otherwise) {
  const Value* value = find_argument(event, name);
  const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
  return number ? *number : otherwise;
}

std::int64_t argument_length(const Event& event, std::string_view name) {
  constexpr std::int64_t longest = std::int64_t{1} << 60;  // 36 years
  return std::clamp<std::int64_t>(argument_number(event, name), 0, longest);
}

bool argument_flag(const Event& event, std::string_view name) {
  const Value* value = find_argument(event, name);
  const bool* yes = value ? std::get_if<bool>(value) : nullptr;
  return yes && *yes;
}

bool has_failed(const Event& event) {
  return argument_flag(event, "failed") || !argument_text(event, "error").empty();
}

std::string_view base_name(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash + 1 == name.size()) return name;
  const bool numbered = name.find_first_not_of("0123456789", dash + 1) == std::string_view::npos;
  return numbered ? name.substr(0, dash) : name;
}

std::size_t footprint(const Event& event) {
  std::size_t bytes = sizeof(Event) + event.name.size() + event.subject.size() + event.gate.size() +
                      event.plain_command.size() + event.source.file.size();
  for (const Argument& argument : event.arguments) {
    const auto* text = std::get_if<std::string>(&argument.value);
    bytes += sizeof(Argument) + argument.name.size() + (text ? text->size() : 0);
  }
  for (const Evidence& evidence : event.evidence) {
    bytes += sizeof(Evidence) + evidence.source.size() + evidence.before.size() + evidence.content.size() +
             evidence.command.size();
  }
  return bytes;
}

}  // namespace glassdock::trace
