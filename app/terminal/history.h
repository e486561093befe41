#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/os/system.h"

namespace glassdock::terminal {

// The lines that were entered, the oldest first, kept in a file: one a line, mode 0600, replaced atomically. Several
// studios may share the file: each addition goes on from what it says then. A line that begins with a space is not
// kept, nor one that equals the one before. One thread.
class LineHistory {
 public:
  static constexpr std::size_t most_lines = 2000;
  static constexpr std::size_t longest_file = 1024 * 1024;  // bytes; beyond that the oldest lines go

  // Empty `file`: kept in memory alone. What cannot be read is taken as empty; lines that are no UTF-8 are left out.
  explicit LineHistory(std::filesystem::path file = {}, os::System& system = os::real_system());

  const std::vector<std::string>& lines() const noexcept { return lines_; }
  // Throws Error where the file cannot be written; the line is in lines() nevertheless.
  void add(std::string_view line);

 private:
  void load();
  void append(std::string_view line);
  std::filesystem::path file_;
  os::System& system_;
  std::vector<std::string> lines_;
};

// $XDG_STATE_HOME/glassdock/history, or ~/.local/state/glassdock/history (XDG base directory specification); empty
// where there is no HOME either.
std::filesystem::path history_file(const std::string& state_home, const std::string& home);

}  // namespace glassdock::terminal
