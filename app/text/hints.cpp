#include "app/text/hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "app/text/docker_line.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

using namespace std::string_view_literals;

// `docker run alpine 'ls -l'`
std::string hint_for_quoted_word(const RunCommand& run, std::string_view message) {
  if (run.create.command.empty() || run.create.entrypoint) return {};
  const std::string& word = run.create.command[0];
  const bool executed = message.find(fmt::format("exec: \"{}\": ", word)) != std::string_view::npos;
  if (!executed || word.find(' ') == std::string::npos) return {};
  const std::string with_shell = fmt::format("{} sh -c {}", run.create.image, shell_quote(word));
  constexpr std::string_view for_a_shell = "'\"\\$`|&;<>()*?[]~#";
  if (word.find_first_of(for_a_shell) != std::string::npos) {
    return fmt::format("the quotes made one word of {}: did you mean {}?", shell_quote(word), with_shell);
  }
  return fmt::format("the quotes made one word of {}: did you mean {} {}, or {}?", shell_quote(word), run.create.image,
                     word, with_shell);
}

// `docker run -m 4`, `-m 4k`. The words are those of the engine's plan.
std::string hint_for_memory(const RunCommand& run, std::string_view message) {
  if (message.find("Minimum memory limit allowed is 6MB") == std::string_view::npos) return {};
  const auto number = parse_number(run.memory);
  if (!number) return "the least is -m 6m";
  constexpr std::uint64_t least_megabytes = 6;
  constexpr std::uint64_t most_gigabytes = 1024;  // nobody means more
  std::vector<std::string> meant;
  if (*number >= least_megabytes && *number <= most_gigabytes * 1024) meant.push_back(fmt::format("-m {}m", *number));
  if (*number > 0 && *number <= most_gigabytes) meant.push_back(fmt::format("-m {}g", *number));
  if (meant.empty()) return "a number alone is bytes: the least is -m 6m";
  return fmt::format("a number alone is bytes: did you mean {}? The least is -m 6m", join(meant, ", "));
}

}  // namespace

std::string hint_for_flag(std::span<const Flag> flags, std::string_view typed) {
  std::vector<std::string_view> names;
  for (const Flag& flag : flags) {
    if (flag.type != FlagType::unsupported) names.push_back(flag.name);
  }
  const std::string_view name = meant_name(typed, names);
  for (const Flag& flag : flags) {
    if (name.empty() || flag.name != name) continue;
    return flag.letter ? fmt::format("did you mean --{} (-{})?", name, flag.letter)
                       : fmt::format("did you mean --{}?", name);
  }
  return {};
}

std::string hint_for_unsupported(std::string_view flag) {
  constexpr std::array of_networks = {"publish"sv, "publish-all"sv, "expose"sv,        "ip"sv,
                                      "ip6"sv,     "link"sv,        "network-alias"sv, "mac-address"sv};
  const bool of_network = std::find(of_networks.begin(), of_networks.end(), flag) != of_networks.end();
  return of_network ? "there are no networks yet, a container has lo only: leave it out" : std::string();
}

std::string hint_for_command(std::string_view typed) {
  std::vector<std::string_view> names;
  for (const CommandWords& command : command_words()) names.push_back(command.name);
  const std::string_view name = meant_name(typed, names);
  return name.empty() ? std::string() : fmt::format("did you mean {}?", name);
}

std::string hint_for_refusal(const RunCommand& run, std::string_view message) {
  std::string hint = hint_for_quoted_word(run, message);
  return hint.empty() ? hint_for_memory(run, message) : hint;
}

std::string hint_for_removal(std::string_view name, std::string_view message) {
  if (message.find("stop the container before removing or force remove") == std::string_view::npos) return {};
  return fmt::format("docker stop {0} ends it first; docker rm -f {0} ends and removes it", shell_quote(name));
}

}  // namespace glassdock::text
