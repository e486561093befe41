#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glassdock {

inline constexpr int signal_base = 128;  // a shell's and docker's exit code of a signal: this and its number
// Theirs of a command that was not executed: a file that may not be or cannot, and none there.
inline constexpr int not_executable_code = 126, not_found_code = 127;

// "KILL", "SIGKILL", "sigkill", "9", "RTMIN+3" as a number (signal(7)): 1 to 31, 34 to 64; nothing on anything else.
std::optional<int> parse_signal(std::string_view word);
// The same for what a client asks for. Throws Error(invalid_argument) in docker's words: "invalid signal: foo", "the
// linux daemon does not support signal 65".
int require_signal(std::string_view word);
// "SIGTERM", "SIGRTMIN+3"; "signal 32" for one that has no name.
std::string signal_name(int number);

}  // namespace glassdock
