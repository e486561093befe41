#pragma once

#include <string>

#include "app/headless/options.h"
#include "app/text/docker_line.h"

namespace glassdock::headless {

// docker run: creates (pulling what is missing), attaches, starts, relays stdio and signals, and returns the exit code
// that docker's would: the command's own, 125 for a refusal, 126 and 127 for a command that cannot be executed or
// found, 128 and the signal when the user gave up. `line` is what was typed.
int run_container(const Options& options, const std::string& line, const text::RunCommand& command);

}  // namespace glassdock::headless
