#pragma once

#include <string>

#include "app/headless/options.h"
#include "app/text/docker_line.h"

namespace glassdock::headless {

// docker attach and docker start: exit codes and words are docker's. `line` is what was typed.
int attach_container(const Options& options, const std::string& line, const text::AttachCommand& command);
int start_containers(const Options& options, const std::string& line, const text::StartCommand& command);

}  // namespace glassdock::headless
