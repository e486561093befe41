#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

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
};

// Empty for a missing file, which has no lines, as with docker. Throws Error where it cannot be opened: to be called
// before the answer begins, which is a success from then on.
UniqueFd open_log(const std::filesystem::path& path);

// Hands the lines on in their order, in the memory of one block however large the file is. A last line without its end
// is still being written, and left out. Throws Error where it cannot be read.
void read_log(const UniqueFd& log, const LogWish& wish, const std::function<void(const LogLine&)>& take);

}  // namespace glassdock::api
