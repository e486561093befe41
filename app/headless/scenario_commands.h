#pragma once

#include "app/headless/options.h"

namespace glassdock::headless {

// `scenario list|check|run|record|replay|author|from|schema`, the words of the options. 0: all is well; 1: a scenario
// was left, or one does not hold.
int run_scenario_command(const Options& options);

}  // namespace glassdock::headless
