// capabilities: the parts of root's power by their names (capabilities(7)).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace glassdock {

// Of a mask as /proc/PID/status has it, in the order of their numbers and without the prefix CAP_, as setpriv(1) and
// docker's --cap-add write them: "chown", "net_raw"; "41" for one that is newer than this list.
std::vector<std::string> capability_names(std::uint64_t mask);

}  // namespace glassdock
