#pragma once

#include <span>

#include "app/text/docker_line.h"
#include "app/text/flags.h"

namespace glassdock::text {

// The flags of docker run: those that work here and those that docker has and this version refuses.
std::span<const Flag> run_flags();

// The same without those that say how a run is attached to.
std::span<const Flag> create_flags();

// "on-failure:3" of --restart. Throws Error in docker's words.
struct RestartWish {
  std::string policy;
  std::int64_t most_restarts = 0;
};
RestartWish parse_restart(const std::string& word);

// Throws Error in docker's words, without the "See …" line.
// --env-file and --env, in docker's order.
std::vector<std::string> environment_of(const ParsedFlags& flags, const Surroundings& surroundings);
RunCommand make_run(const ParsedFlags& flags, const Surroundings& surroundings);

}  // namespace glassdock::text
