#pragma once

#include "app/headless/options.h"

namespace glassdock::headless {

// `lesson list|run|check|export|grade|misconceptions|schema`, the words of the options. 0: all is well; 1: a lesson was
// left, or one does not hold.
int run_lesson_command(const Options& options);

}  // namespace glassdock::headless
