#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/trace/event.h"
#include "engine/trace/stages.h"

namespace glassdock::trace {

// Where spans stand when they are drawn: a lane a process, and further ones for spans that run beside others of the
// same process. Within a lane spans only nest, and only where the events say that one is within the other.
struct Lane {
  Actor actor;
  std::int32_t pid;
  int number;  // 1 for the first lane of a pid
};

// Pure; borrows the events and the spans that find_spans made of them.
class Lanes {
 public:
  Lanes(std::span<const Event> events, std::span<const SpanTime> spans);

  const std::vector<Lane>& lanes() const noexcept { return lanes_; }
  std::size_t lane_of_span(std::size_t span) const { return lane_of_[span]; }
  int depth_of_span(std::size_t span) const { return depth_of_[span]; }  // 0 for the outermost of its lane
  // The lane of its span where that is of the same process, otherwise the first of its pid.
  std::size_t lane_of_point(const Event& event) const;
  // The span with this number, or spans.size().
  std::size_t span_by_number(std::uint64_t number) const;
  // The span around this one by the numbers that the events carry, or spans.size().
  std::size_t parent_of(std::size_t span) const;

 private:
  struct Open {
    std::vector<std::size_t> spans;  // the innermost last
  };
  void place(std::size_t span, std::vector<Open>& open);
  bool is_within(std::size_t span, std::size_t outer) const;
  std::vector<std::size_t>& lanes_of_process(const Event& event);
  std::size_t add_lane(const Event& event);

  std::span<const Event> events_;
  std::span<const SpanTime> spans_;
  std::vector<Lane> lanes_;
  std::vector<std::size_t> lane_of_;
  std::vector<int> depth_of_;
  std::map<std::pair<Actor, std::int32_t>, std::vector<std::size_t>> by_process_;
  std::unordered_map<std::uint64_t, std::size_t> by_number_;
};

}  // namespace glassdock::trace
