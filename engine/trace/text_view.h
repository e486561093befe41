#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/trace/event.h"
#include "engine/trace/stages.h"
#include "engine/trace/words.h"
#include "engine/trace/work_times.h"

namespace glassdock::trace {

// How a terminal shows a trace (--explain, glassdock replay).
struct TextOptions {
  int width = 0;              // columns; what is longer wraps, a command so that it can still be copied; 0: never
  bool colour = false;        // hue of the stage beside its name; nothing is told by hue alone
  std::int64_t start_ns = 0;  // time_ns that is shown as 0
  // No earlier time is shown: what another process told late stands at the time of the line above it.
  std::int64_t least_ns = INT64_MIN;
  Language language = Language::english;
};

// One event as text, each line ended by a line feed:
//      38.870 ms  isolate   clone3 makes a process behind five walls. (0.520 ms)
//                           $ unshare --pid --mount --net --uts --ipc
// `length_ns`: how long the work took that ends with this event.
std::string describe(const Event& event, const TextOptions& options, std::optional<std::int64_t> length_ns = {});

// "$ mount …": a plain command behind a prompt, for column `left` of a screen of `width` columns. What cannot be
// trusted is made visible.
std::string prompted_command(std::string_view command, int width, int left);

// Describes a stream: the first event gives the start, what ends a piece of work gets its length, and the first command
// that needs earlier ones says so. Pure: reads no clock.
class TextView {
 public:
  // options.start_ns is taken from the first event that is not part of the baseline.
  explicit TextView(TextOptions options) : options_(options) {}
  std::string add(const Event& event);

 private:
  TextOptions options_;
  bool started_ = false;
  bool said_order_ = false;
  WorkTimes times_;
};

// What is said beside a stage's time: what it does, or why it has none, and how long it was held.
std::string stage_remark(Stage stage, const StageTime& time, Language language);
// The stages as a table with their true times; the six of the main picture always, the others when they took
// time.
std::string stage_table(const StageSummary& summary, const TextOptions& options);
// The table of gates, as `glassdock gates` prints it.
std::string gate_table(const TextOptions& options);
// The table of events, as `glassdock events` prints it: their words with the fields in braces (engine/trace/words.h).
std::string event_table(const TextOptions& options);

}  // namespace glassdock::trace
