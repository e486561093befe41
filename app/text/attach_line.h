#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/text/flags.h"
#include "engine/client/types.h"

namespace glassdock::text {

struct Surroundings;

// docker attach
struct AttachCommand {
  std::string container;
  std::string detach_keys;  // empty: docker's own
  bool no_stdin = false;
  bool forwards_signals = true;
};

// docker start
struct StartCommand {
  std::vector<std::string> containers;
  std::string detach_keys;
  bool attach = false;
  bool interactive = false;
};

// docker exec
struct ExecCommand {
  std::string container;
  client::ExecCreate create;
  bool interactive = false;
  bool detach = false;
};

std::span<const Flag> attach_flags();
std::span<const Flag> start_flags();
std::span<const Flag> exec_flags();

AttachCommand make_attach(const ParsedFlags& flags);
StartCommand make_start(const ParsedFlags& flags);
// Throws as make_run does.
ExecCommand make_exec(const ParsedFlags& flags, const Surroundings& surroundings);

}  // namespace glassdock::text
