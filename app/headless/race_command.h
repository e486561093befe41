#pragma once

#include <span>
#include <string>

#include "app/headless/options.h"

namespace glassdock::headless {

// `vm-race`: the same command of an image in a container and in a virtual machine, measured. docs/vm.md
int race_vm(const Options& options, std::span<const std::string> words);

}  // namespace glassdock::headless
