#include "engine/trace/lanes.h"

#include <algorithm>
#include <numeric>

namespace glassdock::trace {
namespace {

// A damaged recording may make a ring of parents; no real one is this deep.
constexpr int deepest = 64;

}  // namespace

Lanes::Lanes(std::span<const Event> events, std::span<const SpanTime> spans) : events_(events), spans_(spans) {
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    const Event& begin = events_[spans_[i].begin];
    if (begin.kind == Kind::begin) by_number_.emplace(begin.span, i);
  }
  lane_of_.assign(spans_.size(), 0);
  depth_of_.assign(spans_.size(), 0);
  std::vector<std::size_t> order(spans_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return spans_[a].begin_ns < spans_[b].begin_ns; });
  std::vector<Open> open;
  for (const std::size_t span : order) place(span, open);
  // Processes that only told points.
  for (const Event& event : events_) {
    if (lanes_of_process(event).empty()) add_lane(event);
  }
}

void Lanes::place(std::size_t span, std::vector<Open>& open) {
  const Event& begin = events_[spans_[span].begin];
  for (const std::size_t lane : lanes_of_process(begin)) {
    std::vector<std::size_t>& inside = open[lane].spans;
    while (!inside.empty() && spans_[inside.back()].end_ns <= spans_[span].begin_ns) inside.pop_back();
    if (!inside.empty() && (spans_[span].end_ns > spans_[inside.back()].end_ns || !is_within(span, inside.back()))) {
      continue;
    }
    lane_of_[span] = lane;
    depth_of_[span] = static_cast<int>(inside.size());
    inside.push_back(span);
    return;
  }
  lane_of_[span] = add_lane(begin);
  open.resize(lanes_.size());
  open.back().spans.push_back(span);
}

std::vector<std::size_t>& Lanes::lanes_of_process(const Event& event) {
  return by_process_[{event.actor, event.pid}];
}

std::size_t Lanes::add_lane(const Event& event) {
  std::vector<std::size_t>& lanes = lanes_of_process(event);
  lanes.push_back(lanes_.size());
  lanes_.push_back({event.actor, event.pid, static_cast<int>(lanes.size())});
  return lanes.back();
}

std::size_t Lanes::span_by_number(std::uint64_t number) const {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? spans_.size() : found->second;
}

std::size_t Lanes::parent_of(std::size_t span) const {
  const Event& begin = events_[spans_[span].begin];
  const std::size_t parent = span_by_number(begin.kind == Kind::begin ? begin.parent : begin.span);
  return parent == span ? spans_.size() : parent;
}

bool Lanes::is_within(std::size_t span, std::size_t outer) const {
  for (int depth = 0; depth < deepest; ++depth) {
    span = parent_of(span);
    if (span == spans_.size()) return false;
    if (span == outer) return true;
  }
  return false;
}

std::size_t Lanes::lane_of_point(const Event& event) const {
  if (const std::size_t span = span_by_number(event.span); span != spans_.size()) {
    const Lane& lane = lanes_[lane_of_[span]];
    if (lane.actor == event.actor && lane.pid == event.pid) return lane_of_[span];
  }
  return by_process_.at({event.actor, event.pid}).front();
}

}  // namespace glassdock::trace
