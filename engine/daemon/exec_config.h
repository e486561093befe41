#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/detach_keys.h"

namespace glassdock::daemon {

// A command for a container that runs (Docker Engine API, ExecConfig). Empty fields are the container's own.
struct ExecConfig {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  // "NAME=value"; "NAME" alone unsets the container's
  std::string user;
  std::string working_folder;
  std::string detach_keys;  // as the client wrote them
  DetachKeys keys;
  bool attach_stdin = false;
  bool attach_stdout = false;
  bool attach_stderr = false;
  bool tty = false;
  std::array<std::uint32_t, 2> console_size{};  // rows and columns; 0: unknown
};

}  // namespace glassdock::daemon
