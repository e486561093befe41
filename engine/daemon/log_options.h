#pragma once

#include <cstdint>

#include "engine/daemon/container_config.h"

namespace glassdock::daemon {

// How much of a container's output is kept.
struct LogBounds {
  std::uint64_t most_bytes = 0;  // of one file; 0: no bound
  std::uint32_t most_files = 0;  // 0: nothing is kept
};

// Throws Error in docker's words for a driver that is not there, an option that the driver does not know, or a value
// that it does not take; Error(not_supported) for those that docker has and this engine does not.
LogBounds log_bounds(const ContainerConfig& config);

}  // namespace glassdock::daemon
