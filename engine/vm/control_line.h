#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glassdock::vm {

// A line that init in the guest says (guest.h).
struct ControlLine {
  enum class Word { init, mounted, symbol, command, exit, signal, failed, fault };
  Word word;
  int number = 0;    // exit status, signal or errno
  std::string text;  // of init the kernel's release, of symbol its address (may be empty), of fault what failed
};

// Nothing for a line without this token (only "init" has none), or that means nothing.
std::optional<ControlLine> parse_control(std::string_view line, std::string_view token);

}  // namespace glassdock::vm
