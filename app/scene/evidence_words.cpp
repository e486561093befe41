#include "app/scene/evidence_words.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "app/scene/capabilities.h"
#include "app/scene/strings.h"
#include "engine/base/capabilities.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using trace::Language;

// "Seccomp" and "2" of "Seccomp:\t2" (proc_pid_status(5)).
struct Field {
  std::string_view name, value;
};

std::vector<Field> fields_of(std::string_view status) {
  std::vector<Field> fields;
  for (std::size_t at = 0; at < status.size();) {
    const std::size_t end = std::min(status.find('\n', at), status.size());
    const std::string_view line = status.substr(at, end - at);
    if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
      fields.push_back({line.substr(0, colon), trim(line.substr(colon + 1))});
    }
    at = end + 1;
  }
  return fields;
}

std::optional<std::uint64_t> mask_of(std::string_view digits) {
  std::uint64_t mask = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), mask, 16);
  return error == std::errc() && end == digits.data() + digits.size() && !digits.empty() ? std::optional(mask)
                                                                                         : std::nullopt;
}

// A set of capabilities, and the lines that have it.
struct Set {
  std::uint64_t mask = 0;
  std::vector<std::string> lines;
};

std::vector<Set> sets_of(const std::vector<Field>& fields) {
  std::vector<Set> sets;
  for (const Field& field : fields) {
    if (!starts_with(field.name, "Cap")) continue;
    const std::optional<std::uint64_t> mask = mask_of(field.value);
    if (!mask) continue;
    auto found = std::find_if(sets.begin(), sets.end(), [&](const Set& one) { return one.mask == *mask; });
    if (found == sets.end()) found = sets.insert(sets.end(), Set{*mask, {}});
    found->lines.emplace_back(field.name);
  }
  return sets;
}

// What the process can have is in the bounding set where nothing else was read.
void say_capabilities(const std::vector<Field>& fields, Language language, std::vector<Said>& said) {
  constexpr std::size_t most_powers = 3;
  const std::vector<Set> sets = sets_of(fields);
  std::uint64_t largest = 0;
  for (const Set& set : sets) {
    largest |= set.mask;
    if (set.mask == 0) continue;
    const std::vector<std::string> names = capability_names(set.mask);
    const bool bounding = set.lines.size() == 1 && set.lines.front() == "CapBnd";
    const std::string count = std::to_string(names.size());
    said.push_back({bounding ? say(Word::capabilities_at_most, language, {count})
                             : say(Word::capabilities_kept, language, {count, join(set.lines, ", ")}),
                    join(names, " ")});
  }
  for (const Set& set : sets) {
    if (set.mask == 0) said.push_back({say(Word::capabilities_empty, language, {join(set.lines, ", ")}), {}});
  }
  if (sets.empty()) return;
  const std::vector<std::string> missing = powers_missing(largest, most_powers, language);
  if (!missing.empty()) said.push_back({say(Word::capabilities_missing, language, {join(missing, ", ")}), {}});
}

// As seccomp(2) numbers the modes.
std::optional<Word> word_of_mode(std::string_view mode) {
  if (mode == "0") return Word::seccomp_none;
  if (mode == "1") return Word::seccomp_strict;
  if (mode == "2") return Word::seccomp_filters_calls;
  return std::nullopt;
}

void say_seccomp(const trace::Event& event, const std::vector<Field>& fields, Language language,
                 std::vector<Said>& said) {
  const auto mode = std::find_if(fields.begin(), fields.end(), [](const Field& one) { return one.name == "Seccomp"; });
  if (mode == fields.end()) return;
  const std::optional<Word> word = word_of_mode(mode->value);
  if (!word) return;
  said.push_back({std::string(say(*word, language)), {}});
  for (const Field& field : fields) {
    if (field.name == "Seccomp_filters" && field.value != "0" && field.value != "1") {
      said.push_back({say(Word::seccomp_many, language, {field.value}), {}});
    }
  }
  const std::int64_t allowed = trace::argument_number(event, "calls_allowed");
  const std::int64_t asked = trace::argument_number(event, "calls_by_arguments");
  const std::int64_t refused = trace::argument_number(event, "calls_refused");
  if (mode->value != "2" || allowed + asked + refused <= 0) return;
  said.push_back({say(Word::seccomp_counts, language,
                      {std::to_string(allowed + asked + refused), std::to_string(allowed), std::to_string(refused),
                       std::to_string(asked)}),
                  {}});
  std::vector<std::string> examples = split_words(trace::argument_text(event, "refused_examples"));
  for (std::string& example : examples) example = trace::visible(example) + "(2)";
  if (!examples.empty()) said.push_back({say(Word::seccomp_examples, language, {join(examples, ", ")}), {}});
}

// "138 113 0:51 / /proc ro,nosuid - proc proc rw" (proc_pid_mountinfo(5)).
struct MountLine {
  std::string place, type;
  bool read_only = false;
};

std::optional<MountLine> mount_of(const std::string& line) {
  const std::vector<std::string> words = split(line, ' ');
  const auto dash = std::find(words.begin(), words.end(), "-");
  if (words.size() < 8 || words.end() - dash < 2) return std::nullopt;
  return MountLine{words[4], dash[1], words[5] == "ro" || starts_with(words[5], "ro,")};
}

// In a long table those that carry the container are found nowhere near its end.
void say_mounts(const std::string& table, Language language, std::vector<Said>& said) {
  constexpr std::string_view carrying[] = {"/", "/proc", "/dev", "/sys"};
  constexpr std::size_t short_table = 6, type_column = 8;
  std::vector<MountLine> mounts;
  for (const std::string& line : split(table, '\n')) {
    if (std::optional<MountLine> mount = mount_of(line)) mounts.push_back(std::move(*mount));
  }
  if (mounts.size() < short_table) return;
  std::string lines;
  std::size_t shown = 0;
  for (const std::string_view place : carrying) {
    // Of two at one place the later one is seen.
    const auto found =
        std::find_if(mounts.rbegin(), mounts.rend(), [&](const MountLine& one) { return one.place == place; });
    if (found == mounts.rend()) continue;
    std::string line(place);
    line.resize(type_column, ' ');
    line += trace::visible(found->type);
    if (found->read_only) line += ", " + std::string(say(Word::read_only, language));
    lines += (shown++ > 0 ? "\n" : "") + line;
  }
  if (shown == 0) return;
  said.push_back({say(Word::mounts_that_carry, language, {std::to_string(mounts.size())}), std::move(lines)});
  const std::size_t rest = mounts.size() - shown;
  if (rest > 0) said.push_back({say(Word::mounts_more_below, language, {std::to_string(rest)}), {}});
}

}  // namespace

std::vector<Said> words_of_read(const trace::Event& event, const trace::Evidence& read, Language language) {
  std::vector<Said> said;
  if (ends_with(read.source, "/mountinfo")) {
    say_mounts(read.content, language, said);
  } else if (ends_with(read.source, "/status")) {
    const std::vector<Field> fields = fields_of(read.content);
    say_capabilities(fields, language, said);
    say_seccomp(event, fields, language, said);
  }
  return said;
}

}  // namespace glassdock::scene
