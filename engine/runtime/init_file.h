#pragma once

#include <filesystem>

#include "engine/os/system.h"

namespace glassdock::runtime {

// Writes the init of this build (init/main.cpp) there where it is not yet: a static program that everybody may execute.
// Containers that run on with another one keep theirs. Throws Error.
void write_init(os::System& system, const std::filesystem::path& path);

}  // namespace glassdock::runtime
