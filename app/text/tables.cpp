#include "app/text/tables.h"

#include <algorithm>

#include "app/text/words.h"

namespace glassdock::text {

std::string table(const std::vector<std::vector<std::string>>& rows, std::size_t least_width) {
  constexpr std::size_t gap = 3;
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), least_width);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]) + gap);
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text.append(widths[i] - width_of(row[i]), ' ');
    }
    text += '\n';
  }
  return text;
}

}  // namespace glassdock::text
