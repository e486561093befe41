#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glassdock::vm {

// One line of QEMU's machine protocol (qemu docs/interop/qmp-spec): a greeting, an answer or an event.
struct QmpLine {
  enum class Kind { greeting, answer, error, event, other };
  Kind kind = Kind::other;
  std::string name;  // the event's; of an answer its id; of the greeting QEMU's version
  std::string text;  // what an answer gives: a text as it is, all else as JSON; an error's words
};
// What is no JSON object is `other`.
QmpLine parse_qmp(std::string_view line);

// A command with the id of its answer, and the line feed behind it.
std::string qmp_command(std::string_view command, std::string_view id);
// A line for the monitor that people use ("info registers").
std::string qmp_monitor_command(std::string_view line, std::string_view id);

}  // namespace glassdock::vm
