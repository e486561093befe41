#include "engine/trace/stages.h"

#include <algorithm>
#include <unordered_map>

#include "engine/base/saturating.h"

namespace glassdock::trace {
namespace {

// From the first event that is not of the baseline to the last.
struct Whole {
  std::int64_t first_ns = 0;
  std::int64_t last_ns = 0;
};

Whole find_whole(std::span<const Event> events) {
  Whole whole;
  bool any = false;
  for (const Event& event : events) {
    if (is_baseline(event)) continue;
    const std::int64_t begin_ns = event.time_ns - argument_length(event, "duration_ns");
    whole.first_ns = any ? std::min(whole.first_ns, begin_ns) : begin_ns;
    whole.last_ns = any ? std::max(whole.last_ns, event.time_ns) : event.time_ns;
    any = true;
  }
  return whole;
}

// Those of the six that were not seen: skipped where a later one was, and otherwise cut off where the work failed after
// the last one that was seen had begun, or never ended.
void mark_cut_off(StageSummary& summary, std::span<const Event> events, const std::vector<SpanTime>& spans) {
  std::size_t reached = main_stage_count;
  for (std::size_t i = 0; i < main_stage_count; ++i) {
    if (summary.stages[i].seen) reached = i;
  }
  if (reached == main_stage_count) return;
  bool fails = std::any_of(spans.begin(), spans.end(), [&](const SpanTime& span) { return span.end == events.size(); });
  bool begun = false;
  for (const Event& event : events) {
    if (is_baseline(event)) continue;
    begun = begun || index_of(event.stage) == reached;
    fails = fails || (begun && event.kind == Kind::end && has_failed(event));
  }
  for (std::size_t i = reached + 1; i < main_stage_count; ++i) summary.stages[i].cut_off = fails;
}

}  // namespace

std::vector<SpanTime> find_spans(std::span<const Event> events) {
  std::vector<SpanTime> spans;
  std::unordered_map<std::uint64_t, std::size_t> open;
  std::int64_t last_ns = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (is_baseline(event)) continue;
    last_ns = spans.empty() && open.empty() ? event.time_ns : std::max(last_ns, event.time_ns);
    if (event.kind == Kind::begin) {
      open[event.span] = spans.size();
      spans.push_back({i, events.size(), event.time_ns, event.time_ns});
    } else if (event.kind == Kind::end) {
      const auto found = open.find(event.span);
      if (found == open.end()) continue;
      SpanTime& span = spans[found->second];
      span.end = i;
      span.end_ns = std::max(span.begin_ns, event.time_ns);
      open.erase(found);
    } else if (const std::int64_t length = argument_length(event, "duration_ns"); length > 0) {
      spans.push_back({i, i, event.time_ns - length, event.time_ns});
    }
  }
  for (const auto& [number, index] : open) spans[index].end_ns = std::max(spans[index].begin_ns, last_ns);
  return spans;
}

StageSummary summarize(std::span<const Event> events) {
  StageClock clock;
  for (const Event& event : events) clock.add(event);
  const Whole whole = find_whole(events);
  const StageClock::Times times = clock.times(whole.last_ns);
  StageSummary summary;
  summary.total_ns = std::max<std::int64_t>(saturating_sub(whole.last_ns - whole.first_ns, times.all_held_ns), 0);
  summary.beside = times.beside;
  std::sort(summary.beside.begin(), summary.beside.end(),
            [](const SideBySide& a, const SideBySide& b) { return a.length_ns > b.length_ns; });
  for (std::size_t i = 0; i < stage_count; ++i) {
    summary.stages[i].own_ns = times.own_ns[i];
    summary.stages[i].held_ns = times.held_ns[i];
  }
  for (const Event& event : events) {
    if (is_baseline(event)) continue;
    const std::int64_t begin_ns = event.time_ns - argument_length(event, "duration_ns");
    StageTime& stage = summary.stages[index_of(event.stage)];
    stage.first_ns = stage.seen ? std::min(stage.first_ns, begin_ns) : begin_ns;
    stage.last_ns = stage.seen ? std::max(stage.last_ns, event.time_ns) : event.time_ns;
    stage.seen = true;
    stage.evidence_ns = saturating_add(stage.evidence_ns, argument_length(event, "evidence_ns"));
  }
  mark_cut_off(summary, events, find_spans(events));
  return summary;
}

}  // namespace glassdock::trace
