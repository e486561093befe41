#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/trace/event.h"
#include "engine/trace/stage_clock.h"

namespace glassdock::trace {

struct StageTime {
  bool seen = false;             // any event of this stage
  bool cut_off = false;          // of the six, not seen: the work failed or was given up before it came to this one
  std::int64_t own_ns = 0;       // its true time: without held time and without reading evidence
  std::int64_t held_ns = 0;      // at its gates
  std::int64_t evidence_ns = 0;  // reading evidence
  std::int64_t first_ns = 0;     // time_ns of its first and last event
  std::int64_t last_ns = 0;
};

// How long each stage took, as StageClock counts; a span that never ends counts to the last event.
struct StageSummary {
  std::array<StageTime, stage_count> stages;
  std::int64_t total_ns = 0;       // from the first event to the last, without held time
  std::vector<SideBySide> beside;  // when several stages ran at once; the longest first
  const StageTime& operator[](Stage stage) const { return stages[static_cast<std::size_t>(stage)]; }
};

StageSummary summarize(std::span<const Event> events);

// A span found in events: begin and end put together.
struct SpanTime {
  std::size_t begin = 0;  // index of the begin event; of the event itself for one with duration_ns
  std::size_t end = 0;    // index of the end event; events.size() when it never ended
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;  // of the last event when it never ended; never before begin_ns
};
// In the order of their begins. Ends without a begin (a watcher came later) are left out; so are the baseline events.
std::vector<SpanTime> find_spans(std::span<const Event> events);

}  // namespace glassdock::trace
