// capabilities: the parts of root's power by their names (capabilities(7)), and what the weightiest allow.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/trace/words.h"

namespace glassdock::scene {

// Of a mask as /proc/PID/status has it, in the order of their numbers: "chown", "net_raw"; "41" for one that is newer
// than this list.
std::vector<std::string> capability_names(std::uint64_t mask);

// What the weightiest that are not in the mask would allow, at most so many of them: "mount file systems (sys_admin)".
std::vector<std::string> powers_missing(std::uint64_t mask, std::size_t most, trace::Language language);

}  // namespace glassdock::scene
