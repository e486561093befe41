#include "app/text/pull_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/text/words.h"

namespace glassdock::text {

std::string progress_bar(std::int64_t current, std::int64_t total, int columns) {
  constexpr int bar_width = 50;
  constexpr int least_columns_for_bar = 110;  // as docker has it: below, the numbers alone
  if (current <= 0 && total <= 0) return {};
  std::string now = progress_size(static_cast<double>(current));
  if (total <= 0 || current > total) return fmt::format("{:>8}", now);
  std::string numbers = fmt::format("{:>8}/{}", now, progress_size(static_cast<double>(total)));
  if (columns <= least_columns_for_bar) return numbers;
  int done = static_cast<int>(static_cast<double>(current) / static_cast<double>(total) * bar_width);
  return fmt::format("[{}>{}] {}", std::string(done, '='), std::string(bar_width - done, ' '), numbers);
}

std::string PullLines::line(const client::PullProgress& progress) {
  std::string text = progress.id.empty() ? progress.status : progress.id + ": " + progress.status;
  std::string bar = progress_bar(progress.current, progress.total, columns_);
  if (columns_ == 0) return bar.empty() ? text + "\n" : std::string();
  if (!bar.empty()) text += " " + bar;
  if (progress.id.empty()) {
    ids_.clear();  // lines above this one stay as they are
    return text + "\n";
  }
  auto found = std::find(ids_.begin(), ids_.end(), progress.id);
  if (found == ids_.end()) {
    ids_.push_back(progress.id);
    return text + "\n";
  }
  // ECMA-48: CUU up, EL erase the line, CUD down.
  auto up = ids_.end() - found;
  return fmt::format("\x1b[{}A\x1b[2K\r{}\r\x1b[{}B", up, text, up);
}

}  // namespace glassdock::text
