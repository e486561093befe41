#pragma once

#include <span>
#include <string>

namespace glassdock::headless {

// The whole program: `arguments` without the program's own name. Returns the exit code.
int run_program(std::span<const std::string> arguments);

}  // namespace glassdock::headless
