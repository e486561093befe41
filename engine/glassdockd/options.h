#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/runtime/launcher_link.h"
#include "engine/snapshot/layer_store.h"

namespace glassdock {

// What glassdockd was asked for on its command line.
struct DaemonOptions {
  std::filesystem::path data;
  std::filesystem::path socket;
  std::optional<std::chrono::seconds> idle_exit;  // nothing: it stays
  bool hub = true;
  std::filesystem::path hub_images;  // an OCI image layout
  std::vector<std::string> insecure_registries;
  std::filesystem::path registry_ca;
  snapshot::UnpackLimits layer_limits;
  std::chrono::milliseconds launcher = runtime::LauncherLink::usual_patience;  // how long it may take no start
  std::chrono::milliseconds adoption{0};  // how long a held start waits for a new daemon; 0: the monitor's own time
};

// Prints help or the fault and gives the exit code where the program is to end at once.
std::optional<int> parse_options(int count, char** words, DaemonOptions& options);

}  // namespace glassdock
