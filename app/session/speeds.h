// The steps of the speed at which a view plays: how many times slower than it was.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace glassdock::session {

inline constexpr std::int64_t speeds[] = {1, 2, 5, 10, 50, 200, 1000};

inline std::int64_t faster_than(std::int64_t now) {
  const auto* at = std::find(std::begin(speeds), std::end(speeds), now);
  return at == std::begin(speeds) || at == std::end(speeds) ? speeds[0] : *(at - 1);
}

inline std::int64_t slower_than(std::int64_t now) {
  const auto* at = std::upper_bound(std::begin(speeds), std::end(speeds), now);
  return at == std::end(speeds) ? *(at - 1) : *at;
}

// The slowest is followed by the fastest.
inline std::int64_t next_slowness(std::int64_t now) {
  return now >= std::end(speeds)[-1] ? speeds[0] : slower_than(now);
}

}  // namespace glassdock::session
