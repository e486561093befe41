#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/client/glass.h"

namespace glassdock::golden {

// What the look at a gate, typed while it was held and answered by `seen`, does not show of what is said to stand
// there; empty where it shows all. `engine` is the daemon's process, `data` its folder.
std::vector<std::string> wrong_look(const client::Held& held, const std::string& seen, pid_t engine,
                                    const std::filesystem::path& data);

}  // namespace glassdock::golden
