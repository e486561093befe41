#include "app/terminal/completion.h"

#include <algorithm>
#include <array>
#include <optional>

#include "app/terminal/completion_sources.h"
#include "app/terminal/shell_words.h"
#include "app/text/docker_line.h"
#include "app/text/flags.h"
#include "engine/base/text.h"

namespace glassdock::terminal {
namespace {

enum class Operand { none, image, container, any };

// Which kind of thing word `index` of a command is, from its usage line: "[OPTIONS] CONTAINER [CONTAINER...]".
Operand operand_at(std::string_view usage, std::size_t index) {
  std::vector<std::string> words;
  for (std::string& word : split(usage, ' ')) {
    if (word != "[OPTIONS]") words.push_back(std::move(word));
  }
  if (words.empty()) return Operand::none;
  if (index >= words.size() && words.back().find("...") == std::string::npos) return Operand::none;
  std::string_view word = words[std::min(index, words.size() - 1)];
  if (starts_with(word, "[")) word.remove_prefix(1);
  if (starts_with(word, "CONTAINER")) return Operand::container;
  if (starts_with(word, "NAME|ID")) return Operand::any;
  for (std::string_view image : {"IMAGE", "SOURCE_IMAGE", "TARGET_IMAGE", "REPOSITORY", "NAME[:TAG"}) {
    if (starts_with(word, image)) return Operand::image;
  }
  return Operand::none;
}

// The flag that wants the next word as its value: "--volume", "-v", "-itv".
const text::Flag* waiting_flag(std::span<const text::Flag> flags, std::string_view word) {
  if (word.size() < 2 || word[0] != '-' || word.find('=') != std::string_view::npos) return nullptr;
  const bool long_name = word[1] == '-';
  for (const text::Flag& flag : flags) {
    if (flag.type == text::FlagType::boolean) continue;
    if (long_name ? flag.name == word.substr(2) : flag.letter != 0 && flag.letter == word.back()) return &flag;
  }
  return nullptr;
}

struct DockerWord {
  std::optional<text::CommandWords> command;
  const text::Flag* value_of = nullptr;  // the word is this flag's value
  std::size_t operand = 0;               // otherwise which word beside the flags it is
};

// `words` stand between "docker" and the word that is completed; the first one is the command.
DockerWord place_of(std::span<const std::string> words) {
  DockerWord place;
  place.command = text::take_command(words);
  if (!place.command) return place;
  for (const std::string& word : words) {
    if (place.value_of) {
      place.value_of = nullptr;
      continue;
    }
    if (place.operand == 0) place.value_of = waiting_flag(place.command->flags, word);
    if (!place.value_of && !starts_with(word, "-")) ++place.operand;
  }
  return place;
}

std::vector<Candidate> flags_of(const text::CommandWords& command) {
  std::vector<Candidate> candidates;
  for (const text::Flag& flag : command.flags) {
    if (flag.type != text::FlagType::unsupported) {
      candidates.push_back({"--" + std::string(flag.name), std::string(flag.help)});
    }
  }
  return candidates;
}

std::vector<Candidate> commands_of(const std::vector<text::CommandWords>& commands) {
  std::vector<Candidate> candidates;
  for (const text::CommandWords& command : commands) {
    candidates.push_back({std::string(command.name), std::string(command.does)});
  }
  return candidates;
}

void add_names(std::vector<Candidate>& candidates, const std::vector<std::string>& names, std::string_view remark) {
  for (const std::string& name : names) candidates.push_back({shell_quote(name), std::string(remark)});
}

bool takes_path(const text::Flag& flag) {
  static constexpr std::array<std::string_view, 5> names{"cidfile", "env-file", "file", "label-file", "volume"};
  return std::find(names.begin(), names.end(), flag.name) != names.end();
}

std::vector<Candidate> docker_candidates(std::span<const std::string> words, const std::string& word,
                                         const CompletionSource& source, const std::filesystem::path& folder) {
  if (words.empty()) return commands_of(text::command_words());
  if (words.size() == 1) {
    if (const auto verbs = text::group_words(words[0]); !verbs.empty()) return commands_of(verbs);
  }
  const DockerWord place = place_of(words);
  if (!place.command) return {};
  if (place.value_of) return takes_path(*place.value_of) ? paths(word, folder) : std::vector<Candidate>();
  const Operand operand = operand_at(place.command->usage, place.operand);
  // Behind the image begins the command that runs in the container.
  if (starts_with(word, "-"))
    return operand == Operand::none && place.operand > 0 ? std::vector<Candidate>() : flags_of(*place.command);
  std::vector<Candidate> candidates;
  if (operand == Operand::image || operand == Operand::any) add_names(candidates, source.images(), "image");
  if (operand == Operand::container || operand == Operand::any) add_names(candidates, source.containers(), "container");
  return candidates;
}

// The words behind "docker"; nothing where the command is another one.
std::optional<std::span<const std::string>> behind_docker(const std::vector<std::string>& words) {
  std::span<const std::string> rest(words);
  if (rest.empty()) return std::nullopt;
  if (rest[0] == "docker") return rest.subspan(1);
  if (rest[0] != "glassdock") return std::nullopt;
  const auto docker = std::find(rest.begin(), rest.end(), "docker");
  if (docker == rest.end()) return std::nullopt;
  return rest.subspan(static_cast<std::size_t>(docker - rest.begin()) + 1);
}

}  // namespace

Completion complete(std::string_view text, std::size_t cursor, const CompletionSource& source,
                    const std::filesystem::path& folder) {
  const ShellWord at = word_at(text.substr(0, cursor));
  Completion completion{at.from, cursor, {}};
  if (!at.plain) return completion;
  if (auto words = behind_docker(at.before)) {
    completion.candidates = docker_candidates(*words, at.text, source, folder);
  } else if (at.before.empty() && at.text.find('/') == std::string::npos) {
    completion.candidates = programs(at.text);
  } else {
    completion.candidates = paths(at.text, folder);
  }
  std::erase_if(completion.candidates, [&](const Candidate& candidate) {
    return !starts_with(candidate.text, at.text) && !starts_with(candidate.text, "'" + at.text);
  });
  return completion;
}

}  // namespace glassdock::terminal
