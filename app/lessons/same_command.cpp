#include "app/lessons/same_command.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/terminal/shell_words.h"
#include "app/text/docker_line.h"
#include "app/text/flags.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::lessons {
namespace {

// The words of a line that is one plain command; nothing where the shell does more with it.
std::optional<std::vector<std::string>> plain_words(std::string_view line) {
  if (line.find_first_of("|&;<>()$`#*?[]{}~\n") != std::string_view::npos) return std::nullopt;
  const terminal::ShellWord last = terminal::word_at(line);
  if (!last.plain) return std::nullopt;
  std::vector<std::string> words = last.before;
  if (!last.text.empty()) words.push_back(last.text);
  return words;
}

std::string without_latest(std::string word) {
  constexpr std::string_view latest = ":latest";
  if (ends_with(word, latest)) word.resize(word.size() - latest.size());
  return word;
}

// The command with its flags in one order and its words; nothing where it is none that docker takes.
std::optional<std::vector<std::string>> canonical(std::string_view line) {
  const auto words = plain_words(line);
  if (!words || words->empty() || words->front() != "docker") return std::nullopt;
  std::span<const std::string> rest = std::span(*words).subspan(1);
  const auto command = text::take_command(rest);
  if (!command) return std::nullopt;
  const bool runs = command->name == "run" || command->name == "create" || command->name == "exec";
  try {
    const auto placement = runs ? text::Placement::before_first_word : text::Placement::anywhere;
    const text::ParsedFlags flags = text::parse_flags(command->flags, rest, placement);
    std::vector<std::string> parts{std::string(command->name)};
    for (const text::Flag& flag : command->flags) {
      if (flag.type == text::FlagType::boolean) {
        if (flags.on(flag.name)) parts.push_back("--" + std::string(flag.name));
        continue;
      }
      for (const std::string& value : flags.values(flag.name)) {
        parts.push_back("--" + std::string(flag.name) + "=" + value);
      }
    }
    parts.emplace_back("--");
    for (const std::string& word : flags.words()) parts.push_back(without_latest(word));
    return parts;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

bool same_command(std::string_view line, std::string_view other) {
  if (split_words(line) == split_words(other)) return true;
  const auto mine = canonical(line);
  return mine && mine == canonical(other);
}

}  // namespace glassdock::lessons
