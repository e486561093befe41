#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/unique_fd.h"

namespace glassdock::api {

// One line of a container's log, as docker's json-file has it.
struct LogLine {
  std::string text;
  bool is_error = false;
  std::string time;
};

// Which lines are asked for.
struct LogWish {
  bool output = true;
  bool errors = true;
  std::optional<std::uint64_t> tail;  // the last ones only
  // Of these, those from and up to a moment, in nanoseconds since 1970.
  std::optional<std::int64_t> since_ns, until_ns;
};

// Empty for a missing file, which has no lines, as with docker. Throws Error where it cannot be opened: to be called
// before the answer begins, which is a success from then on.
UniqueFd open_log(const std::filesystem::path& path);

// Reads a log while it may still be written, in the memory of one block however large the file is. One thread.
class LogReader {
 public:
  LogReader(UniqueFd file, LogWish wish) : file_(std::move(file)), wish_(wish) {}

  // Hands on, in their order, the lines that have come since the last call. A last line without its end is still being
  // written, and waits for the next call. Throws Error where the file cannot be read.
  void read(const std::function<void(const LogLine&)>& take);
  // What comes from here on is later than what is asked for.
  bool over() const { return over_; }

 private:
  off_t find_tail(std::uint64_t count, off_t size) const;
  void take_line(std::string_view text, const std::function<void(const LogLine&)>& take);
  std::size_t read_at(off_t at, char* bytes, std::size_t size) const;

  const UniqueFd file_;
  const LogWish wish_;
  std::optional<off_t> at_;  // nothing: nothing is read yet
  std::string rest_;         // of the line that the last call came to
  bool over_ = false;
};

}  // namespace glassdock::api
