#pragma once

#include <string>

#include "engine/base/error.h"

namespace glassdock::daemon {

inline constexpr int other_failure_code = 128;  // docker's of a start that no other code fits (moby daemon/errors.go)

// What is known of an operation that failed, from a monitor's report or from the line that it left.
struct StartFailure {
  std::string operation;  // its name; empty where the start failed in none of them
  int error = 0;
  std::string object;  // the path or word that it failed at, or what went wrong; may be empty
  // run.exec: the command; isolate.user: user and group as asked for; run.folder: the folder; else empty.
  std::string subject;
  bool asked_for = false;
};

// Of a command that was to run in a container, as docker tells it; its exit code is 126 always (moby daemon/exec.go).
Error to_exec_error(const StartFailure& failure);
inline constexpr int exec_failure_code = 126;

// Of a disk that is to be limited, and that stat(2) does not find; in docker's words.
Error to_disk_error(const std::string& path, int error);

// With docker's exit code, and its words where docker has some.
Error to_error(const StartFailure& failure);

}  // namespace glassdock::daemon
