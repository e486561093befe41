// The engine's own processes, found as `ps` finds them.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "tests/golden/held_run.h"

namespace glassdock::golden {

inline std::string name_of(pid_t pid) {
  return std::string(trim(os::try_read_file(fmt::format("/proc/{}/comm", pid)).value_or("")));
}

// The first child of `parent` that has this name, or 0.
inline pid_t child_named(pid_t parent, const std::string& name) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    auto pid = parse_number(entry.path().filename().string());
    if (!pid || parent_of(static_cast<pid_t>(*pid)) != parent) continue;
    if (name_of(static_cast<pid_t>(*pid)) == name) return static_cast<pid_t>(*pid);
  }
  return 0;
}

// As the kernel cuts them: 15 letters (prctl(2), PR_SET_NAME).
inline constexpr char launcher_name[] = "glassdock-launc";
inline constexpr char monitor_name[] = "glassdock-mon";

inline pid_t launcher_of(const RealEngine& engine) {
  return child_named(engine.pid(), launcher_name);
}
// The monitor that waits for the next start. It has the launcher's name until it gets one.
inline pid_t spare_of(pid_t launcher) {
  return child_named(launcher, launcher_name);
}
// Of the start that is held with this process at its gate: at the first gates the monitor waits itself. Its child has
// its name until exec.
inline pid_t monitor_of(pid_t held) {
  const pid_t parent = parent_of(held);
  return name_of(parent) == monitor_name ? parent : held;
}

// Process 1 of a container, from its status file: "started PID STARTTIME".
inline pid_t first_process(const RealEngine& engine, const std::string& id) {
  std::istringstream status(os::read_file(engine.data() / "containers" / id / "status"));
  std::string word;
  pid_t pid = 0;
  status >> word >> pid;
  return word == "started" ? pid : 0;
}

}  // namespace glassdock::golden
