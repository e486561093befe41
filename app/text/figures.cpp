#include "app/text/figures.h"

#include <fmt/format.h>

namespace glassdock::text {

std::string brief_time(double nanoseconds) {
  constexpr double millisecond = 1e6, second = 1e9;
  if (nanoseconds >= second) return fmt::format("{:.2f} s", nanoseconds / second);
  const double shown = nanoseconds / millisecond;
  return shown >= 100  ? fmt::format("{:.0f} ms", shown)
         : shown >= 10 ? fmt::format("{:.1f} ms", shown)
                       : fmt::format("{:.2f} ms", shown);
}

std::string times_text(double less, double more) {
  if (less <= 0 || more <= 0) return {};
  const double times = more / less;
  return times >= 100  ? fmt::format("{:.0f}x", times)
         : times >= 10 ? fmt::format("{:.1f}x", times)
                       : fmt::format("{:.2f}x", times);
}

}  // namespace glassdock::text
