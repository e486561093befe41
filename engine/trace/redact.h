#pragma once

#include <string>
#include <string_view>

#include "engine/trace/event.h"

namespace glassdock::trace {

// What may leave this machine in a recording or an export.
struct ExportOptions {
  bool show_environment = false;  // the values of -e; credentials are hidden in every case
};

// Hides what must not leave (docs/trace-format.md, "What is hidden"):
// - always: the values of arguments with the names of a credential, and of the HTTP heads that carry one;
// - unless show_environment: the value of every NAME=VALUE in argument `env`, behind `-e`, `--env` and `env` of a
//   command, in a JSON list "Env" and in what was read from /proc/PID/environ. The names stay, and in the plain command
//   the values of those variables that the event's argument `preset` names: image and engine have set them, not the
//   user.
// What is hidden reads "(hidden)".
void redact(Event& event, const ExportOptions& options);

// The same for the command line in a recording's header.
std::string redact_command(std::string_view command, const ExportOptions& options);

}  // namespace glassdock::trace
