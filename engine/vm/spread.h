#pragma once

#include <cstddef>
#include <vector>

namespace glassdock::vm {

// What repeated measurements say: the middle one, and between which bounds the middle half of them lies.
struct Spread {
  std::size_t count = 0;  // 0: nothing was measured, and all else is 0
  double median = 0, lower_quartile = 0, upper_quartile = 0, least = 0, most = 0;
};

// Quartiles between two values are interpolated (the method of R's default, type 7).
Spread spread_of(std::vector<double> values);

// y = base + each * x through the points, by least squares: what each further one costs.
struct Line {
  double base = 0, each = 0;
};
// With fewer than two different x `each` is y / x of the last.
Line fit_line(const std::vector<double>& x, const std::vector<double>& y);

}  // namespace glassdock::vm
