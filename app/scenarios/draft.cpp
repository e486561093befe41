#include "app/scenarios/draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string_view>

#include "app/lessons/format.h"
#include "engine/base/text.h"

namespace glassdock::scenarios {
namespace {

using lessons::Condition;
using lessons::ContainerCondition;
using lessons::ContainerSeen;

std::map<std::string_view, const ContainerSeen*> by_id(const Standing& standing) {
  std::map<std::string_view, const ContainerSeen*> all;
  for (const ContainerSeen& one : standing.containers) all.emplace(one.id, &one);
  return all;
}

// Words as docker's command line has them: also behind an = and within quotes.
bool has_word(std::string_view line, std::string_view word) {
  const auto is_part = [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '-' || letter == '.';
  };
  for (std::size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_part(line[at - 1])) && (end == line.size() || !is_part(line[end]))) return true;
  }
  return false;
}

bool is_typed(const ContainerSeen& container, const std::vector<std::string>& typed) {
  return std::any_of(typed.begin(), typed.end(),
                     [&](const std::string& line) { return has_word(line, container.name); });
}

bool is_same(const ContainerSeen& a, const ContainerSeen& b) {
  return a.name == b.name && a.state == b.state && a.exit_code == b.exit_code && a.pid == b.pid;
}

Condition expect_container(const ContainerSeen& container, bool by_name) {
  ContainerCondition wish;
  if (by_name) {
    wish.name = container.name;
  } else {
    wish.image = container.image;
    if (lessons::is_line(container.command)) wish.command = container.command;
  }
  wish.state = container.state;
  if (container.state == "exited") wish.exit_code = container.exit_code;
  return {wish, {}};
}

void add_containers(const Standing& before, const Standing& after, const std::vector<std::string>& typed,
                    lessons::Conditions& all) {
  const auto earlier = by_id(before), later = by_id(after);
  for (const ContainerSeen& one : after.containers) {
    const auto found = earlier.find(one.id);
    if (found != earlier.end() && is_same(*found->second, one)) continue;
    all.push_back(expect_container(one, is_typed(one, typed)));
  }
  bool lost_one = false;
  for (const ContainerSeen& one : before.containers) {
    if (later.contains(one.id)) continue;
    lost_one = true;
    if (!is_typed(one, typed)) continue;
    ContainerCondition wish;
    wish.name = one.name;
    wish.count = 0;
    all.push_back({wish, {}});
  }
  if (lost_one && after.containers.empty()) {
    ContainerCondition none;
    none.count = 0;
    all.push_back({none, {}});
  }
}

void add_images(const Standing& before, const Standing& after, lessons::Conditions& all) {
  const auto add = [&](const std::vector<std::string>& of, const std::vector<std::string>& not_of, bool here) {
    for (const std::string& name : of) {
      if (std::find(not_of.begin(), not_of.end(), name) != not_of.end()) continue;
      all.push_back({lessons::ImageCondition{name, here}, {}});
    }
  };
  add(after.images, before.images, true);
  add(before.images, after.images, false);
}

// What says nothing of this time (the head of a table), or differs from one time to the next: ids, digests, ages and
// amounts that travel.
bool says_little(const std::string& line) {
  constexpr std::size_t short_id = 12;
  std::size_t hexadecimal = 0;
  for (const char letter : line) {
    hexadecimal = std::isxdigit(static_cast<unsigned char>(letter)) != 0 ? hexadecimal + 1 : 0;
    if (hexadecimal == short_id) return true;
  }
  const auto is_small = [](char letter) { return std::islower(static_cast<unsigned char>(letter)) != 0; };
  const bool is_head = line.find(' ') != std::string::npos && std::none_of(line.begin(), line.end(), is_small);
  if (is_head && line.find_first_of("0123456789") == std::string::npos) return true;  // of a table: no row stands in it
  for (const char* word : {" ago", " second", " minute", "kB", "MB", "GB", "Up ", " ms"}) {
    if (line.find(word) != std::string::npos) return true;
  }
  return false;
}

void add_output(const std::string& output, lessons::Conditions& all) {
  constexpr std::size_t most_lines = 3, most_bytes = 120;
  lessons::OutputCondition wish;
  std::vector<std::string> lines;
  std::set<std::string> known;
  for (const std::string& one : split(output, '\n')) {
    std::string line = join(split_words(one), " ");
    if (line.size() > most_bytes || !can_be_written(line) || says_little(line)) continue;
    if (known.insert(line).second) lines.push_back(std::move(line));
  }
  // The beginning and the end stand for the whole.
  if (lines.size() > most_lines) lines.erase(lines.begin() + most_lines - 1, lines.end() - 1);
  if (lines.empty()) return;
  wish.has = std::move(lines);
  all.push_back({wish, {}});
}

void add_told(const std::vector<trace::Event>& events, lessons::Conditions& all) {
  const auto told = [&](std::string_view name, std::string_view argument, std::string_view value) {
    return std::any_of(events.begin(), events.end(), [&](const trace::Event& event) {
      return event.name == name && (argument.empty() || trace::argument_text(event, argument) == value);
    });
  };
  const auto add = [&](const char* name, std::vector<lessons::EventArgument> arguments) {
    lessons::EventCondition wish;
    wish.name = name;
    wish.arguments = std::move(arguments);
    all.push_back({std::move(wish), {}});
  };
  if (told("cache.lookup", "result", "hit") && !told("pull.done", "", "")) add("cache.lookup", {{"result", "hit"}});
  if (told("pull.done", "", "")) add("pull.done", {});
  if (told("container.exit", "oom_killed", "true")) add("container.exit", {{"oom_killed", "true"}});
}

}  // namespace

std::string typed_name(const std::string& reference) {
  constexpr std::string_view latest = ":latest";
  return ends_with(reference, latest) ? reference.substr(0, reference.size() - latest.size()) : reference;
}

lessons::Conditions expectations(const Standing& before, const Standing& after, const lessons::Observed& observed,
                                 const std::vector<std::string>& typed) {
  lessons::Conditions all;
  if (observed.exit_code) all.push_back({lessons::ExitCodeCondition{*observed.exit_code}, {}});
  add_output(observed.output, all);
  add_containers(before, after, typed, all);
  add_images(before, after, all);
  add_told(observed.events, all);
  std::erase_if(all, [](const Condition& one) { return !can_be_written(one); });
  return all;
}

const ContainerSeen* names_by_chance(const std::string& line, const Standing& standing,
                                     const std::vector<std::string>& typed) {
  // Fewer digits are likelier a number or a word.
  constexpr std::size_t least_digits = 4;
  for (const ContainerSeen& one : standing.containers) {
    if (!is_typed(one, typed) && has_word(line, one.name)) return &one;
    for (const std::string& word : split_words(line)) {
      const bool may_be_id = word.size() >= least_digits && is_hex(word) && word != one.name;
      if (may_be_id && starts_with(one.id, word)) return &one;
    }
  }
  return nullptr;
}

std::string new_id(const std::string& line, const std::vector<DraftStep>& steps) {
  const std::vector<std::string> words = split_words(line);
  std::string base;
  for (std::size_t i = 0; i < words.size() && base.empty(); ++i) {
    if (i == 0 && (words[i] == "docker" || words[i] == "glassdock")) continue;
    for (const char letter : words[i]) {
      const auto byte = static_cast<unsigned char>(letter);
      if (byte < 0x80 && std::isalpha(byte) != 0) base += static_cast<char>(std::tolower(byte));
    }
  }
  constexpr std::size_t most_letters = 40;
  base.resize(std::min(base.size(), most_letters));
  if (base.empty()) base = "step";
  std::set<std::string_view> taken;
  for (const DraftStep& step : steps) taken.insert(step.id);
  std::string id = base;
  for (int number = 2; taken.contains(id); ++number) id = fmt::format("{}-{}", base, number);
  return id;
}

}  // namespace glassdock::scenarios
