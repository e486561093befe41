#include "engine/trace/text_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/trace/gates.h"
#include "engine/trace/utf8.h"

namespace glassdock::trace {
namespace {

constexpr int time_width = 14;   // "1234567.890 ms"
constexpr int stage_width = 10;  // "lifecycle" and a space; the Korean titles are narrower
constexpr int indent = time_width + 2 + stage_width;

// The palette of the pictures, dark theme's `line` colours, in the 256 colours that terminals have.
constexpr std::array<int, stage_count> stage_colours = {74, 227, 175, 36, 214, 105, 250, 250, 250, 250, 250};

// Columns in a terminal: Hangul and other wide characters take two (Unicode TR 11; the blocks that our words use).
int columns(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = std::max<std::size_t>(utf8_length(text, at), 1);
    const auto first = static_cast<unsigned char>(text[at]);
    const bool wide = length == 3 && first >= 0xE1 && first <= 0xED && text.substr(at, length) >= "\xE1\x84\x80" &&
                      (first != 0xE2 || static_cast<unsigned char>(text[at + 1]) >= 0xBA);
    width += wide ? 2 : 1;
    at += length;
  }
  return width;
}

std::string padded(std::string_view text, int width) {
  return std::string(text) + std::string(static_cast<std::size_t>(std::max(width - columns(text), 0)), ' ');
}

std::string right(std::string_view text, int width) {
  return std::string(static_cast<std::size_t>(std::max(width - columns(text), 0)), ' ') + std::string(text);
}

std::string coloured(std::string_view text, int colour, const TextOptions& options) {
  return options.colour ? fmt::format("\x1b[38;5;{}m{}\x1b[0m", colour, text) : std::string(text);
}

std::string bold(std::string_view text, const TextOptions& options) {
  return options.colour ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

// Breaks at blanks so that no line is longer than the terminal; a word that is longer than a line stays whole.
std::string wrapped(std::string_view text, int width, int left, std::string_view before = {}) {
  if (width <= left + 20) return std::string(text);
  std::string out;
  const int start = left + columns(before);
  int used = start;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    const int needed = columns(word);
    const bool begins_line = used == start;
    if (!begins_line && used + 1 + needed > width) {
      out += '\n';
      out.append(static_cast<std::size_t>(left), ' ');
      out += before;
      used = start;
    } else if (!begins_line) {
      out += ' ';
      ++used;
    }
    out += word;
    used += needed;
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return out;
}

// A command of several lines keeps them, each under the first.
std::string command_lines(std::string_view command, const TextOptions& options) {
  std::string out;
  bool first = true;
  std::string shown = visible(command, LineFeeds::keep);
  std::string_view rest = shown;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    out.append(indent, ' ');
    out += bold(fmt::format("{}{}", first ? "$ " : "  ", rest.substr(0, end)), options);
    out += '\n';
    rest.remove_prefix(std::min(end + 1, rest.size()));
    first = false;
  }
  return out;
}

std::string_view name_of(Stage stage, Language language) {
  return language == Language::korean ? stage_title(stage, language) : to_string(stage);
}

}  // namespace

std::string describe(const Event& event, const TextOptions& options, std::optional<std::int64_t> span_ns) {
  std::string words = sentence(event, options.language);
  const std::optional<std::int64_t> length =
      span_ns || !find_argument(event, "duration_ns") ? span_ns : argument_number(event, "duration_ns");
  if (length) words += fmt::format(" ({})", duration_text(*length));
  const int colour = stage_colours[static_cast<std::size_t>(event.stage)];
  std::string out = right(milliseconds_text(event.time_ns - options.start_ns), time_width) + "  " +
                    coloured(padded(name_of(event.stage, options.language), stage_width), colour, options) +
                    wrapped(words, options.width, indent) + '\n';
  out += command_lines(event.plain_command, options);
  // Why no command does the same, or what it does differently: as a comment, so that what is copied still runs.
  if (const std::string remark = visible(argument_text(event, "remark")); !remark.empty()) {
    out += std::string(indent, ' ') + "# " + wrapped(remark, options.width, indent, "# ") + '\n';
  }
  return out;
}

std::string TextView::add(const Event& event) {
  const bool baseline = event.name.compare(0, 9, "baseline.") == 0;
  if (!started_) options_.start_ns = event.time_ns;
  if (!baseline) started_ = true;
  std::optional<std::int64_t> length;
  if (event.kind == Kind::begin) {
    open_[event.span] = event.time_ns;
  } else if (event.kind == Kind::end) {
    if (const auto found = open_.find(event.span); found != open_.end()) {
      length = event.time_ns - found->second;
      open_.erase(found);
    }
  }
  return describe(event, options_, length);
}

std::string stage_table(const StageSummary& summary, const TextOptions& options) {
  const bool korean = options.language == Language::korean;
  std::int64_t longest = 1;
  for (const StageTime& stage : summary.stages) longest = std::max(longest, stage.own_ns);
  std::string out;
  for (std::size_t i = 0; i < stage_count; ++i) {
    const StageTime& time = summary.stages[i];
    if (i >= main_stage_count && time.own_ns == 0) continue;
    const auto stage = static_cast<Stage>(i);
    const std::string number = i < main_stage_count ? fmt::format("{}", i + 1) : "-";
    const std::string_view missing = korean ? "없음" : "none";
    const std::string length = time.seen ? duration_text(time.own_ns) : std::string(missing);
    // 12 marks for the longest stage; a stage that took any time has one.
    const auto marks =
        time.own_ns > 0
            ? static_cast<std::size_t>(1 + 11 * (static_cast<double>(time.own_ns) / static_cast<double>(longest)))
            : 0;
    const std::string bar = std::string(marks, '#') + std::string(12 - std::min<std::size_t>(marks, 12), ' ');
    std::string remark(stage_sentence(stage, options.language));
    if (!time.seen) remark = korean ? "이번에는 필요 없었어요." : "Not needed this time.";
    if (time.held_ns > 0) {
      remark += korean ? fmt::format(" 멈춘 시간 {}은 빼고 셌어요.", duration_text(time.held_ns))
                       : fmt::format(" Held for {} besides.", duration_text(time.held_ns));
    }
    out += fmt::format("{} {} {}  {}  {}\n", number,
                       coloured(padded(stage_title(stage, options.language), 10), stage_colours[i], options),
                       right(length, time_width), coloured(bar, stage_colours[i], options), remark);
  }
  out +=
      fmt::format("  {} {}\n", padded(korean ? "모두" : "All", 10), right(duration_text(summary.total_ns), time_width));
  return out;
}

std::string gate_table(const TextOptions& options) {
  std::size_t longest = 0;
  for (const Gate& gate : gates()) longest = std::max(longest, gate.name.size());
  const int name_width = static_cast<int>(longest) + 2;
  const int waits_width = 10;
  std::string out;
  for (const Gate& gate : gates()) {
    const int colour = stage_colours[static_cast<std::size_t>(gate.stage)];
    const std::string_view standing = options.language == Language::korean ? gate.standing_korean : gate.standing;
    out += coloured(padded(gate.name, name_width), colour, options) +
           padded(actor_title(gate.waits, options.language), waits_width) +
           wrapped(standing, options.width, name_width + waits_width) + '\n';
  }
  return out;
}

}  // namespace glassdock::trace
