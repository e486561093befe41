#pragma once

#include <optional>
#include <string_view>

namespace glassdock::daemon {

// "KILL", "SIGKILL", "sigkill", "9", "RTMIN+3" as a number from 1 to 64 (signal(7)); nothing on anything else.
std::optional<int> parse_signal(std::string_view word);

}  // namespace glassdock::daemon
