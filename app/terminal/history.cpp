#include "app/terminal/history.h"

#include <algorithm>

#include "app/terminal/text.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"

namespace glassdock::terminal {

namespace fs = std::filesystem;

LineHistory::LineHistory(fs::path file, os::System& system) : file_(std::move(file)), system_(system) {
  load();
}

void LineHistory::load() {
  if (file_.empty()) return;
  // Others may have made the file longer.
  const auto content = os::try_read_file(file_, 4 * longest_file);
  if (!content) return;
  lines_.clear();
  for (std::string& line : split(*content, '\n')) {
    if (typed_text(line) == line) append(line);
  }
}

void LineHistory::append(std::string_view line) {
  if (line.empty() || (!lines_.empty() && lines_.back() == line)) return;
  lines_.emplace_back(line);
  if (lines_.size() > most_lines) lines_.erase(lines_.begin());
}

void LineHistory::add(std::string_view line) {
  if (starts_with(line, " ") || trim(line).empty()) return;
  load();
  append(line);
  if (file_.empty()) return;
  std::size_t bytes = 0;
  auto first = lines_.end();
  while (first != lines_.begin() && bytes + std::prev(first)->size() < longest_file) bytes += (--first)->size() + 1;
  lines_.erase(lines_.begin(), first);
  os::make_folders(file_.parent_path(), 0700);
  os::write_file_atomically(system_, file_, join(lines_, "\n") + "\n", 0600);
}

fs::path history_file(const std::string& state_home, const std::string& home) {
  // The specification: relative paths are to be ignored.
  if (starts_with(state_home, "/")) return fs::path(state_home) / "glassdock/history";
  if (starts_with(home, "/")) return fs::path(home) / ".local/state/glassdock/history";
  return {};
}

}  // namespace glassdock::terminal
