#pragma once

#include "engine/runtime/launcher/operations.h"

namespace glassdock::runtime {

// The container's first process from clone3 to exec: carries out the plan's child operations, holds at its gates, and
// never returns.
[[noreturn]] void run_child(StartState& state);

}  // namespace glassdock::runtime
