#include "engine/trace/text_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/saturating.h"
#include "engine/base/text.h"
#include "engine/trace/columns.h"
#include "engine/trace/gates.h"

namespace glassdock::trace {
namespace {

constexpr int time_width = 14;   // "1234567.890 ms"
constexpr int stage_width = 10;  // "lifecycle" and a space; the Korean titles are narrower
constexpr int indent = time_width + 2 + stage_width;

// The palette of the pictures, dark theme's `line` colours, in the 256 colours that terminals have.
constexpr std::array<int, stage_count> stage_colours = {74, 227, 175, 36, 214, 105, 250, 250, 250, 250, 250};

std::string coloured(std::string_view text, int colour, const TextOptions& options) {
  return options.colour ? fmt::format("\x1b[38;5;{}m{}\x1b[0m", colour, text) : std::string(text);
}

std::string bold(std::string_view text, const TextOptions& options) {
  return options.colour ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

// A command of several lines keeps them, each under the first.
std::string command_lines(const std::string& command, const TextOptions& options) {
  if (command.empty()) return {};
  return std::string(indent, ' ') + bold(prompted_command(command, options.width, indent), options) + '\n';
}

// What is said of a command, so that what is copied still runs.
std::string comment_line(std::string_view text, const TextOptions& options) {
  constexpr std::string_view mark = "# ";
  return std::string(indent, ' ') + std::string(mark) + wrapped(text, options.width, indent, mark) + '\n';
}

// Of gates and of events: a name, who waits there or tells it, and what is said of it.
struct NamedRow {
  std::string_view name;
  Stage stage;
  Actor actor;
  std::string words;
};

std::string named_table(const std::vector<NamedRow>& rows, const TextOptions& options) {
  std::size_t longest = 0;
  for (const NamedRow& row : rows) longest = std::max(longest, row.name.size());
  const int name_width = static_cast<int>(longest) + 2;
  const int actor_width = 10;
  std::string out;
  for (const NamedRow& row : rows) {
    const int colour = stage_colours[static_cast<std::size_t>(row.stage)];
    out += coloured(padded(row.name, name_width), colour, options) +
           padded(actor_title(row.actor, options.language), actor_width) +
           wrapped(row.words, options.width, name_width + actor_width) + '\n';
  }
  return out;
}

std::string_view name_of(Stage stage, Language language) {
  return language == Language::korean ? stage_title(stage, language) : to_string(stage);
}

// Why the stages add up to more than all of it; empty where they do not.
std::string side_by_side_lines(const StageSummary& summary, const TextOptions& options) {
  std::int64_t sum_ns = 0;
  for (const StageTime& stage : summary.stages) sum_ns = saturating_add(sum_ns, stage.own_ns);
  if (sum_ns <= summary.total_ns) return {};
  constexpr std::string_view left = "  ";
  std::string lines;
  for (const SideBySide& group : summary.beside) {
    constexpr std::int64_t least_part = 100;  // what is less than a hundredth of all explains nothing
    if (group.length_ns < summary.total_ns / least_part) continue;
    std::vector<std::string> titles;
    for (std::size_t i = 0; i < stage_count; ++i) {
      const auto stage = static_cast<Stage>(i);
      if (group.has(stage)) titles.emplace_back(stage_title(stage, options.language));
    }
    const std::string stages = join(titles, words_of(Phrase::and_also, options.language));
    const std::string length = firm(duration_text(group.length_ns));
    const std::string line = words_with(Phrase::side_by_side, options.language, {stages, length});
    lines += std::string(left) + wrapped(line, options.width, left.size()) + '\n';
  }
  return lines;
}

}  // namespace

std::string prompted_command(std::string_view command, int width, int left) {
  constexpr std::string_view prompt = "$ ";
  const std::string shown = visible(trim(command), LineFeeds::keep);
  return std::string(prompt) + wrapped_command(shown, width, left + static_cast<int>(prompt.size()));
}

std::string describe(const Event& event, const TextOptions& options, std::optional<std::int64_t> length_ns) {
  std::string words = sentence(event, options.language);
  if (length_ns) words += fmt::format(" ({})", firm(duration_text(*length_ns)));
  const int colour = stage_colours[static_cast<std::size_t>(event.stage)];
  std::string out = right(milliseconds_text(std::max(event.time_ns, options.least_ns) - options.start_ns), time_width) +
                    "  " + coloured(padded(name_of(event.stage, options.language), stage_width), colour, options) +
                    wrapped(words, options.width, indent) + '\n';
  out += command_lines(event.plain_command, options);
  // Why no command does the same, or what it does differently.
  if (const std::string remarked = remark(event, options.language); !remarked.empty()) {
    out += comment_line(remarked, options);
  }
  return out;
}

std::string TextView::add(const Event& event) {
  if (!started_) options_.start_ns = event.time_ns;
  if (!is_baseline(event)) started_ = true;
  std::string out = describe(event, options_, times_.add(event));
  if (!said_order_ && needs_earlier_command(event.plain_command)) {
    out += comment_line(words_of(Phrase::commands_in_order, options_.language), options_);
    said_order_ = true;
  }
  if (started_) options_.least_ns = std::max(options_.least_ns, event.time_ns);
  return out;
}

std::string stage_remark(Stage stage, const StageTime& time, Language language) {
  std::string says(stage_sentence(stage, language));
  if (!time.seen) says = words_of(time.cut_off ? Phrase::not_reached : Phrase::not_needed, language);
  if (time.held_ns > 0) {
    says += " " + words_with(Phrase::held_besides, language, {firm(duration_text(time.held_ns))});
  }
  return says;
}

std::string stage_table(const StageSummary& summary, const TextOptions& options) {
  constexpr int name_width = 10;
  constexpr int bar_width = 12;
  constexpr int remark_column = 2 + name_width + 1 + time_width + 2 + bar_width + 2;
  std::int64_t longest = 1;
  for (const StageTime& stage : summary.stages) longest = std::max(longest, stage.own_ns);
  std::string out;
  for (std::size_t i = 0; i < stage_count; ++i) {
    const StageTime& time = summary.stages[i];
    if (i >= main_stage_count && time.own_ns == 0) continue;
    const auto stage = static_cast<Stage>(i);
    const std::string number = i < main_stage_count ? fmt::format("{}", i + 1) : "-";
    const std::string length =
        time.seen ? duration_text(time.own_ns) : std::string(words_of(Phrase::none, options.language));
    // The longest stage has a full bar; a stage that took any time has one mark.
    const double share = static_cast<double>(time.own_ns) / static_cast<double>(longest);
    const std::size_t marks = time.own_ns > 0 ? static_cast<std::size_t>(1 + (bar_width - 1) * share) : 0;
    out += fmt::format("{} {} {}  {}  {}\n", number,
                       coloured(padded(stage_title(stage, options.language), name_width), stage_colours[i], options),
                       right(length, time_width),
                       coloured(padded(std::string(marks, '#'), bar_width), stage_colours[i], options),
                       wrapped(stage_remark(stage, time, options.language), options.width, remark_column));
  }
  out += fmt::format("  {} {}\n", padded(words_of(Phrase::all, options.language), name_width),
                     right(duration_text(summary.total_ns), time_width));
  return out + side_by_side_lines(summary, options);
}

std::string gate_table(const TextOptions& options) {
  std::vector<NamedRow> rows;
  for (const Gate& gate : gates()) {
    rows.push_back({gate.name, gate.stage, gate.waits,
                    std::string(options.language == Language::korean ? gate.standing_korean : gate.standing)});
  }
  return named_table(rows, options);
}

std::string event_table(const TextOptions& options) {
  const bool korean = options.language == Language::korean;
  std::vector<NamedRow> rows;
  for (const EventWords& event : event_words()) {
    std::string words(korean ? event.korean : event.english);
    const std::string_view end = korean ? event.korean_end : event.english_end;
    if (!end.empty()) words += fmt::format(" → {}", end);
    rows.push_back({event.name, event.stage, event.actor, std::move(words)});
  }
  return named_table(rows, options);
}

}  // namespace glassdock::trace
