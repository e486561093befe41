#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/text/flags.h"

namespace glassdock::text {

// The commands that look at what is there: what was typed, taken apart.

// docker inspect, container inspect, image inspect
struct InspectCommand {
  enum class Kind { any, container, image };
  std::vector<std::string> names;
  std::string format;  // empty: JSON in an indented array
  Kind kind = Kind::any;
  bool size = false;
};

// docker logs
struct LogsCommand {
  std::string container;
  std::string since, until;  // as typed; empty: no bound
  std::string tail;
  bool follow = false;
  bool timestamps = false;
  bool details = false;
};

// docker info
struct InfoCommand {
  std::string format;  // empty: docker's lines
};

// docker version
struct VersionCommand {
  std::string format;
};

std::span<const Flag> inspect_flags(InspectCommand::Kind kind);
std::span<const Flag> logs_flags();
std::span<const Flag> info_flags();
std::span<const Flag> version_flags();

// Throws Error in docker's words.
InspectCommand make_inspect(const ParsedFlags& flags, InspectCommand::Kind kind);
LogsCommand make_logs(const ParsedFlags& flags);

}  // namespace glassdock::text
