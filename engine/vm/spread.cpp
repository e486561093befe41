#include "engine/vm/spread.h"

#include <algorithm>

namespace glassdock::vm {
namespace {

double quantile(const std::vector<double>& sorted, double part) {
  const double place = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

Spread spread_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return {values.size(),          quantile(values, 0.5), quantile(values, 0.25),
          quantile(values, 0.75), values.front(),        values.back()};
}

Line fit_line(const std::vector<double>& x, const std::vector<double>& y) {
  const std::size_t count = std::min(x.size(), y.size());
  if (count == 0) return {};
  double sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum_x += x[i];
    sum_y += y[i];
    sum_xx += x[i] * x[i];
    sum_xy += x[i] * y[i];
  }
  const auto n = static_cast<double>(count);
  const double spread = n * sum_xx - sum_x * sum_x;
  if (spread <= 0) return {0, x[count - 1] > 0 ? y[count - 1] / x[count - 1] : 0};
  const double each = (n * sum_xy - sum_x * sum_y) / spread;
  return {(sum_y - each * sum_x) / n, each};
}

}  // namespace glassdock::vm
