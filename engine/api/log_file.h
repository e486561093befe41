#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

// A log and the rotated ones before it: "log.2", "log.1", "log", as they stood at one moment.
struct LogFiles {
  std::filesystem::path path;   // of the current one
  std::vector<UniqueFd> files;  // the oldest first
};

// None for a missing file, which has no lines, as with docker. Throws Error where one cannot be opened: to be called
// before the answer begins, which is a success from then on.
LogFiles open_log(const std::filesystem::path& path);

// Reads a log while it may still be written and rotated, in the memory of one block however large the files are. What
// is rotated away before it is read is not read. One thread.
class LogReader {
 public:
  // `given_up` is asked before each block: once it is true nothing more is read, and over().
  LogReader(
      LogFiles log, LogWish wish, std::function<bool()> given_up = [] { return false; })
      : path_(std::move(log.path)), files_(std::move(log.files)), wish_(wish), given_up_(std::move(given_up)) {}

  // Hands on, in their order, the lines that have come since the last call. A last line without its end is still being
  // written, and waits for the next call. Throws Error where the file cannot be read.
  void read(const std::function<void(const LogLine&)>& take);
  // What comes from here on is later than what is asked for, or nobody wants it any more.
  bool over() const { return over_; }

 private:
  off_t find_tail(int file, std::uint64_t& count);
  void pass_over_older_files();
  void go_to_begin();
  void take_newer();
  void read_file(const std::function<void(const LogLine&)>& take);
  void take_line(std::string_view text, const std::function<void(const LogLine&)>& take);

  const std::filesystem::path path_;
  std::vector<UniqueFd> files_;  // the first is being read
  const LogWish wish_;
  const std::function<bool()> given_up_;
  std::optional<off_t> at_;  // in the first file; nothing: nothing is read yet
  std::string rest_;         // of the line that the last call came to
  bool over_ = false;
};

}  // namespace glassdock::api
