#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/text/flags.h"

namespace glassdock::text {

struct RunCommand;

// What glassdock adds, in a line of its own, to what docker says of a slip; empty where nothing is to be added.

// Of "--mem": "did you mean --memory (-m)?"
std::string hint_for_flag(std::span<const Flag> flags, std::string_view typed);
// Of "-t", which docker has and this version has not.
std::string hint_for_unsupported(std::string_view flag);
// Of "docker rnu": "did you mean run?"
std::string hint_for_command(std::string_view typed);
// Of a `docker run` that the engine refused with `message`.
std::string hint_for_refusal(const RunCommand& run, std::string_view message);
// Of a `docker rm NAME` that the engine refused with `message`.
std::string hint_for_removal(std::string_view name, std::string_view message);

}  // namespace glassdock::text
