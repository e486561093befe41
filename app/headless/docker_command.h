#pragma once

#include <span>
#include <string>

#include "app/headless/options.h"

namespace glassdock::headless {

// `glassdock [OPTIONS] docker WORDS…`: does what the docker CLI would, and returns its exit code. Prints its own
// errors, in docker's words.
int run_docker(const Options& options, std::span<const std::string> words);

}  // namespace glassdock::headless
