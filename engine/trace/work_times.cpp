#include "engine/trace/work_times.h"

#include <algorithm>

#include "engine/base/text.h"

namespace glassdock::trace {

std::optional<std::int64_t> WorkTimes::add(const Event& event) {
  if (event.name == "gate.released") note_held(event);
  if (event.kind == Kind::begin) open_[event.span] = event.time_ns;
  if (event.kind == Kind::end) {
    const auto begin = open_.find(event.span);
    if (begin == open_.end()) return std::nullopt;
    const std::int64_t begin_ns = begin->second;
    open_.erase(begin);
    return without_held(event, begin_ns);
  }
  if (!find_argument(event, "duration_ns")) return std::nullopt;
  return without_held(event, event.time_ns - argument_length(event, "duration_ns"));
}

void WorkTimes::note_held(const Event& released) {
  const std::int64_t length = argument_length(released, "held_ns");
  if (length == 0) return;
  constexpr std::size_t most = 1024;  // a start has some fifty gates; older ones are of work that has ended
  if (held_.size() == most) held_.pop_front();
  held_.push_back({released.time_ns - length, released.time_ns, released.subject});
}

std::int64_t WorkTimes::without_held(const Event& event, std::int64_t begin_ns) const {
  const bool of_layer = starts_with(event.subject, "sha256:");
  std::int64_t held_ns = 0;
  std::int64_t counted_from = event.time_ns;  // gates that were held side by side count once
  for (auto held = held_.rbegin(); held != held_.rend() && held->end_ns > begin_ns; ++held) {
    const bool holds_it = held->begin_ns >= begin_ns && held->end_ns <= event.time_ns;
    if (!holds_it || (of_layer && held->subject != event.subject)) continue;
    held_ns += std::max<std::int64_t>(std::min(held->end_ns, counted_from) - held->begin_ns, 0);
    counted_from = std::min(counted_from, held->begin_ns);
  }
  return std::max<std::int64_t>(event.time_ns - begin_ns - held_ns, 0);
}

}  // namespace glassdock::trace
