#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

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
};

// Hands the lines on in their order, in the memory of one block however large the file is. A last line without its end
// is still being written, and left out. A missing file has no lines. Throws Error where it cannot be read.
void read_log(const std::filesystem::path& path, const LogWish& wish, const std::function<void(const LogLine&)>& take);

}  // namespace glassdock::api
