#pragma once

#include <string>

#include "app/headless/options.h"
#include "app/text/docker_line.h"

namespace glassdock::headless {

// docker exec: the exit code is the command's own, 126 where it could not be started. `line` is what was typed.
int execute_in_container(const Options& options, const std::string& line, const text::ExecCommand& command);

}  // namespace glassdock::headless
