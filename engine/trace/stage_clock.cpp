#include "engine/trace/stage_clock.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "engine/base/saturating.h"

namespace glassdock::trace {
namespace {

using Interval = StageClock::Interval;

constexpr std::size_t most_intervals = 256;  // then the older half is added up

// A gate is told by an event of the lifecycle that names the gate's own stage.
Stage stage_of_gate(const Event& event) {
  return find_stage(argument_text(event, "stage")).value_or(event.stage);
}

// Walks along the time from one moment to another and keeps count, for each stage, of the innermost intervals.
class Sweep {
 public:
  explicit Sweep(const std::vector<Interval>& intervals) : intervals_(intervals) {
    std::unordered_map<std::uint64_t, std::size_t> by_number;
    for (std::size_t i = 0; i < intervals.size(); ++i) {
      if (intervals[i].kind == Interval::Kind::span) by_number.emplace(intervals[i].number, i);
    }
    works_.assign(intervals.size(), false);
    children_.assign(intervals.size(), 0);
    parent_.assign(intervals.size(), none);
    for (std::size_t i = 0; i < intervals.size(); ++i) {
      const auto found = by_number.find(intervals[i].parent);
      if (found != by_number.end() && found->second != i) parent_[i] = found->second;
    }
  }

  void add_up(std::int64_t from_ns, std::int64_t to_ns, StageClock::Times& times) {
    struct Edge {
      std::int64_t time_ns;
      std::size_t interval;
      bool opens;
    };
    std::vector<Edge> edges;
    edges.reserve(2 * intervals_.size());
    for (std::size_t i = 0; i < intervals_.size(); ++i) {
      const Interval& one = intervals_[i];
      const std::int64_t begin_ns = std::max(one.begin_ns, from_ns);
      const std::int64_t end_ns = one.open ? to_ns : std::min(one.end_ns, to_ns);
      if (begin_ns >= end_ns) continue;
      edges.push_back({begin_ns, i, true});
      edges.push_back({end_ns, i, false});
    }
    // Edges of the same moment have no length between them: their order does not matter.
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.time_ns < b.time_ns; });
    std::int64_t now_ns = from_ns;
    for (const Edge& edge : edges) {
      count(saturating_sub(edge.time_ns, now_ns), times);
      now_ns = edge.time_ns;
      apply(edge.interval, edge.opens);
    }
  }

 private:
  void count(std::int64_t length, StageClock::Times& times) const {
    const auto add = [length](std::int64_t& sum) { sum = saturating_add(sum, length); };
    bool held = false;
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
      if (held_[stage] == 0) continue;
      add(times.held_ns[stage]);
      held = true;
    }
    if (held) return add(times.all_held_ns);
    std::uint32_t working = 0;
    for (std::size_t stage = 1; stage < stage_count; ++stage) {
      if (working_[stage] == 0) continue;
      add(times.own_ns[stage]);
      working |= std::uint32_t{1} << stage;
    }
    if (std::popcount(working) > 1) count_beside(working, length, times.beside);
    const std::size_t request = index_of(Stage::request);
    if (working == 0 && working_[request] != 0) add(times.own_ns[request]);
  }

  static void count_beside(std::uint32_t stages, std::int64_t length, std::vector<SideBySide>& beside) {
    const auto found =
        std::find_if(beside.begin(), beside.end(), [&](const SideBySide& one) { return one.stages == stages; });
    SideBySide& group = found == beside.end() ? beside.emplace_back(SideBySide{stages, 0}) : *found;
    group.length_ns = saturating_add(group.length_ns, length);
  }

  // A layer is unpacked while its bytes come: the pull goes on meanwhile.
  bool goes_on_beside(std::size_t parent, std::size_t child) const {
    return intervals_[child].stage == Stage::snapshot && intervals_[parent].stage == Stage::pull;
  }

  void apply(std::size_t interval, bool opens) {
    const Interval& one = intervals_[interval];
    const int step = opens ? 1 : -1;
    if (one.kind == Interval::Kind::gate) {
      held_[index_of(one.stage)] += step;
      return;
    }
    works_[interval] = opens;
    if (children_[interval] == 0) working_[index_of(one.stage)] += step;
    const std::size_t parent = parent_[interval];
    if (parent == none || goes_on_beside(parent, interval)) return;
    children_[parent] += step;
    // The parent is innermost while none of its children is open.
    if (works_[parent] && children_[parent] == (opens ? 1 : 0)) working_[index_of(intervals_[parent].stage)] -= step;
  }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  const std::vector<Interval>& intervals_;
  std::vector<std::size_t> parent_;
  std::vector<bool> works_;
  std::vector<int> children_;  // open ones
  std::array<int, stage_count> working_{};
  std::array<int, stage_count> held_{};
};

}  // namespace

void StageClock::add(const Event& event) {
  if (is_baseline(event)) return;
  const std::int64_t begin_ns = saturating_sub(event.time_ns, argument_length(event, "duration_ns"));
  if (!begun_) settled_until_ns_ = begin_ns;
  begun_ = true;
  std::int64_t& evidence_ns = evidence_ns_[index_of(event.stage)];
  evidence_ns = saturating_add(evidence_ns, argument_length(event, "evidence_ns"));
  add_gate(event);
  add_work(event, begin_ns);
}

void StageClock::break_off(std::int64_t time_ns) {
  for (Interval& one : intervals_) {
    if (one.open) close(one, time_ns);
  }
}

void StageClock::add_work(const Event& event, std::int64_t begin_ns) {
  if (event.kind == Kind::begin) {
    keep({event.span, event.parent, event.time_ns, 0, event.stage, Interval::Kind::span, true});
  } else if (event.kind == Kind::end) {
    if (Interval* span = find_open(Interval::Kind::span, event.span)) close(*span, event.time_ns);
  } else if (!end_command(event) && begin_ns < event.time_ns) {
    keep({0, event.span, begin_ns, event.time_ns, event.stage, Interval::Kind::operation, false});
  }
  if (event.name == "run.exec" && argument_number(event, "errno") == 0) {
    keep({event.span, event.span, event.time_ns, 0, event.stage, Interval::Kind::command, true});
  }
}

// What its duration_ns tells has been counted meanwhile, where the execve was told.
bool StageClock::end_command(const Event& event) {
  if (event.name != "container.exit") return false;
  Interval* command = find_open(Interval::Kind::command, event.span);
  if (command) close(*command, event.time_ns);
  return command != nullptr;
}

// Where events were lost, the release alone tells how long it was.
void StageClock::add_gate(const Event& event) {
  const auto id = static_cast<std::uint64_t>(argument_number(event, "id"));
  if (event.name == "gate.held") {
    return keep({id, event.span, event.time_ns, 0, stage_of_gate(event), Interval::Kind::gate, true});
  }
  if (event.name == "trace.lost") {
    for (Interval& one : intervals_) {
      if (one.kind == Interval::Kind::gate && one.open) close(one, event.time_ns);
    }
  }
  const std::int64_t held_ns = argument_length(event, "held_ns");
  if (held_ns == 0) return;
  const auto held = std::find_if(intervals_.begin(), intervals_.end(), [&](const Interval& one) {
    return one.is_open(Interval::Kind::gate, id) && one.parent == event.span;
  });
  if (held != intervals_.end()) intervals_.erase(held);
  const std::int64_t begin_ns = saturating_sub(event.time_ns, held_ns);
  keep({id, event.span, begin_ns, event.time_ns, stage_of_gate(event), Interval::Kind::gate, false});
}

StageClock::Interval* StageClock::find_open(Interval::Kind kind, std::uint64_t number) {
  const auto found = std::find_if(intervals_.rbegin(), intervals_.rend(),
                                  [&](const Interval& one) { return one.is_open(kind, number); });
  return found == intervals_.rend() ? nullptr : &*found;
}

void StageClock::close(Interval& interval, std::int64_t time_ns) {
  interval.open = false;
  interval.end_ns = std::max(interval.begin_ns, time_ns);
}

void StageClock::keep(Interval interval) {
  intervals_.push_back(interval);
  if (intervals_.size() > most_intervals) settle();
}

// Adds up the older half, so that neither a long trace nor a hostile one takes memory without end.
void StageClock::settle() {
  std::vector<std::int64_t> ends;
  for (const Interval& one : intervals_) {
    if (!one.open) ends.push_back(one.end_ns);
  }
  if (ends.empty()) {
    intervals_.erase(intervals_.begin());
    return;
  }
  const auto middle = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 2);
  std::nth_element(ends.begin(), middle, ends.end());
  settle_until(*middle);
}

void StageClock::settle_until(std::int64_t time_ns) {
  const std::int64_t until_ns = std::max(time_ns, settled_until_ns_);
  Sweep(intervals_).add_up(settled_until_ns_, until_ns, settled_);
  settled_until_ns_ = until_ns;
  std::erase_if(intervals_, [&](const Interval& one) { return !one.open && one.end_ns <= until_ns; });
}

void StageClock::count_anew(std::int64_t now_ns, Stage kept) {
  settle_until(now_ns);
  Times times;
  times.own_ns[index_of(kept)] = settled_.own_ns[index_of(kept)];
  times.held_ns[index_of(kept)] = times.all_held_ns = settled_.held_ns[index_of(kept)];
  settled_ = times;
  std::array<std::int64_t, stage_count> evidence_ns{};
  evidence_ns[index_of(kept)] = evidence_ns_[index_of(kept)];
  evidence_ns_ = evidence_ns;
}

StageClock::Times StageClock::times(std::int64_t now_ns) const {
  Times times = settled_;
  Sweep(intervals_).add_up(settled_until_ns_, std::max(now_ns, settled_until_ns_), times);
  for (std::size_t stage = 0; stage < stage_count; ++stage) {
    times.own_ns[stage] = std::max<std::int64_t>(saturating_sub(times.own_ns[stage], evidence_ns_[stage]), 0);
  }
  return times;
}

bool StageClock::is_open(std::uint64_t span) const {
  return span != 0 && std::any_of(intervals_.begin(), intervals_.end(),
                                  [span](const Interval& one) { return one.is_open(Interval::Kind::span, span); });
}

}  // namespace glassdock::trace
