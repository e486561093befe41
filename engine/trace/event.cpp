#include "engine/trace/event.h"

#include <fmt/format.h>

#include <array>

#include "engine/base/error.h"

namespace glassdock::trace {
namespace {

constexpr std::array<std::string_view, 11> stage_words = {"request", "cache",   "pull",   "snapshot",  "isolate", "run",
                                                          "build",   "network", "volume", "lifecycle", "vm"};
constexpr std::array<std::string_view, 4> kind_words = {"begin", "end", "instant", "sample"};
constexpr std::array<std::string_view, 6> actor_words = {"client", "daemon", "hub", "launcher", "monitor", "child"};

template <typename Enum, std::size_t size>
Enum parse_word(const std::array<std::string_view, size>& words, std::string_view word, std::string_view what) {
  for (std::size_t i = 0; i < size; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  throw Error(ErrorKind::corrupt, fmt::format("unknown {} \"{}\"", what, word.substr(0, 64)));
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
Stage parse_stage(std::string_view word) {
  return parse_word<Stage>(stage_words, word, "stage");
}
Kind parse_kind(std::string_view word) {
  return parse_word<Kind>(kind_words, word, "kind");
}
Actor parse_actor(std::string_view word) {
  return parse_word<Actor>(actor_words, word, "actor");
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

}  // namespace glassdock::trace
