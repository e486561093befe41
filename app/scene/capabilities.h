// capabilities: what the weightiest parts of root's power allow (capabilities(7)).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/trace/words.h"

namespace glassdock::scene {

// What the weightiest that are not in a mask as /proc/PID/status has it would allow, at most so many of them: "mount
// file systems (sys_admin)".
std::vector<std::string> powers_missing(std::uint64_t mask, std::size_t most, trace::Language language);

}  // namespace glassdock::scene
