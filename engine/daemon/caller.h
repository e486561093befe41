#pragma once

#include <memory>

#include "engine/daemon/run.h"
#include "engine/trace/tracer.h"

namespace glassdock::daemon {

// On whose behalf something is done. `run` may be null.
struct Caller {
  trace::Context context;
  std::shared_ptr<Run> run;
};

}  // namespace glassdock::daemon
