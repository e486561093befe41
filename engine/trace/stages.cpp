#include "engine/trace/stages.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace glassdock::trace {
namespace {

std::size_t index_of(Stage stage) {
  return static_cast<std::size_t>(stage);
}

// A length that an event tells. A recording may be damaged or hostile: what no machine can have waited is cut, so that
// no sum overflows.
std::int64_t length_of(const Event& event, std::string_view name) {
  constexpr std::int64_t longest = std::int64_t{1} << 60;  // 36 years
  return std::clamp<std::int64_t>(argument_number(event, name), 0, longest);
}

void add(std::int64_t& sum, std::int64_t length) {
  if (__builtin_add_overflow(sum, length, &sum)) sum = std::numeric_limits<std::int64_t>::max();
}

// The stage whose gate was held: a "gate.released" is an event of the lifecycle, and names it.
Stage stage_of_gate(const Event& event) {
  const std::string name = argument_text(event, "stage");
  for (std::size_t i = 0; i < stage_count; ++i) {
    if (to_string(static_cast<Stage>(i)) == name) return static_cast<Stage>(i);
  }
  return event.stage;
}

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
    const std::int64_t begin_ns = event.time_ns - length_of(event, "duration_ns");
    whole.first_ns = any ? std::min(whole.first_ns, begin_ns) : begin_ns;
    whole.last_ns = any ? std::max(whole.last_ns, event.time_ns) : event.time_ns;
    any = true;
  }
  return whole;
}

// A span opens or closes, or a held time begins or ends.
struct Change {
  std::int64_t time_ns;
  std::size_t span;  // index into the spans, or npos for held time
  bool opens;
  Stage held = Stage::request;  // of held time: whose gate
};
constexpr std::size_t npos = static_cast<std::size_t>(-1);

// Walks along the time and keeps count, for each stage, of the innermost spans that are open.
class Sweep {
 public:
  Sweep(std::span<const Event> events, const std::vector<SpanTime>& spans) : spans_(spans) {
    std::unordered_map<std::uint64_t, std::size_t> by_number;
    stage_.reserve(spans.size());
    for (std::size_t i = 0; i < spans.size(); ++i) {
      const Event& begin = events[spans[i].begin];
      stage_.push_back(begin.stage);
      if (begin.kind == Kind::begin) by_number.emplace(begin.span, i);
    }
    parent_.assign(spans.size(), npos);
    for (std::size_t i = 0; i < spans.size(); ++i) {
      const Event& begin = events[spans[i].begin];
      // An operation that was told as one event stands within the span that it names.
      const auto found = by_number.find(begin.kind == Kind::begin ? begin.parent : begin.span);
      if (found != by_number.end() && found->second != i) parent_[i] = found->second;
    }
    open_.assign(spans.size(), false);
    children_.assign(spans.size(), 0);
  }

  // Held time before the first event is no time of this trace.
  StageSummary run(std::span<const Event> events, const Whole& whole) {
    std::vector<Change> changes;
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      changes.push_back({spans_[i].begin_ns, i, true});
      changes.push_back({spans_[i].end_ns, i, false});
    }
    for (const Event& event : events) {
      const std::int64_t held = length_of(event, "held_ns");
      if (held == 0) continue;
      const Stage stage = stage_of_gate(event);
      changes.push_back({std::max(event.time_ns - held, whole.first_ns), npos, true, stage});
      changes.push_back({event.time_ns, npos, false, stage});
    }
    // Closing comes first where times are equal, except that a span of no length must open before it closes; the order
    // within the same moment has no length and so no effect on the sums.
    std::stable_sort(changes.begin(), changes.end(),
                     [](const Change& a, const Change& b) { return a.time_ns < b.time_ns; });
    std::int64_t now = changes.empty() ? 0 : changes.front().time_ns;
    for (const Change& change : changes) {
      count(change.time_ns - now);
      now = change.time_ns;
      apply(change);
    }
    summary_.total_ns = whole.last_ns - whole.first_ns - held_ns_;
    return summary_;
  }

 private:
  void count(std::int64_t length) {
    if (length <= 0) return;
    bool held = false;
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
      if (held_[stage] <= 0) continue;
      summary_.stages[stage].held_ns += length;
      held = true;
    }
    if (held) {
      held_ns_ += length;
      return;
    }
    bool works = false;
    for (std::size_t stage = 1; stage < stage_count; ++stage) {
      if (working_[stage] <= 0) continue;
      summary_.stages[stage].own_ns += length;
      works = true;
    }
    if (!works && working_[index_of(Stage::request)] > 0) {
      summary_.stages[index_of(Stage::request)].own_ns += length;
    }
  }

  // A layer is unpacked while its bytes come: the pull goes on meanwhile.
  bool side_by_side(std::size_t span, std::size_t parent) const {
    return stage_[span] == Stage::snapshot && stage_[parent] == Stage::pull;
  }

  void apply(const Change& change) {
    const int step = change.opens ? 1 : -1;
    if (change.span == npos) {
      held_[index_of(change.held)] += step;
      return;
    }
    const std::size_t span = change.span;
    if (open_[span] == change.opens) return;
    open_[span] = change.opens;
    if (children_[span] == 0) working_[index_of(stage_[span])] += step;
    const std::size_t parent = parent_[span];
    if (parent == npos || side_by_side(span, parent)) return;
    children_[parent] += step;
    // The parent is innermost while none of its children is open.
    if (open_[parent] && children_[parent] == (change.opens ? 1 : 0)) working_[index_of(stage_[parent])] -= step;
  }

  const std::vector<SpanTime>& spans_;
  std::vector<Stage> stage_;
  std::vector<std::size_t> parent_;
  std::vector<bool> open_;
  std::vector<int> children_;  // open ones
  std::array<int, stage_count> working_{};
  std::array<int, stage_count> held_{};  // gates of each stage
  std::int64_t held_ns_ = 0;
  StageSummary summary_;
};

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
    } else if (const std::int64_t length = length_of(event, "duration_ns"); length > 0) {
      spans.push_back({i, i, event.time_ns - length, event.time_ns});
    }
  }
  for (const auto& [number, index] : open) spans[index].end_ns = std::max(spans[index].begin_ns, last_ns);
  return spans;
}

StageSummary summarize(std::span<const Event> events) {
  const std::vector<SpanTime> spans = find_spans(events);
  StageSummary summary = Sweep(events, spans).run(events, find_whole(events));
  for (const Event& event : events) {
    if (is_baseline(event)) continue;
    const std::int64_t begin_ns = event.time_ns - length_of(event, "duration_ns");
    StageTime& stage = summary.stages[index_of(event.stage)];
    stage.first_ns = stage.seen ? std::min(stage.first_ns, begin_ns) : begin_ns;
    stage.last_ns = stage.seen ? std::max(stage.last_ns, event.time_ns) : event.time_ns;
    stage.seen = true;
    const std::int64_t evidence = length_of(event, "evidence_ns");
    add(stage.evidence_ns, evidence);
    stage.own_ns = std::max<std::int64_t>(stage.own_ns - evidence, 0);
  }
  mark_cut_off(summary, events, spans);
  return summary;
}

}  // namespace glassdock::trace
