#pragma once

#include <span>
#include <string>

#include "app/headless/options.h"

namespace glassdock::headless {

// The whole program: `arguments` without the program's own name. Returns the exit code.
int run_program(std::span<const std::string> arguments);
// The same with another thing to do: what it throws becomes the program's last words.
int run_as_program(std::span<const std::string> arguments, int (*run)(const Options& options));

}  // namespace glassdock::headless
