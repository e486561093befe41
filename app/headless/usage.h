#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/headless/options.h"
#include "app/text/flags.h"
#include "engine/base/error.h"
#include "engine/trace/words.h"

namespace glassdock::headless {

// What glassdock says in `english`, in the language that was chosen (text::korean).
std::string in_language(std::string_view english, trace::Language language);

// How docker shows what the engine refused with. What Glassdock adds to docker's words is in the language.
std::string daemon_words(std::string_view message, trace::Language language);

// A line of glassdock's own to stderr, below what docker says: "glassdock: …".
void say_beside(std::string_view english, trace::Language language);

// The line to type for another command on the engine that `options` name: "glassdock --data DIR docker rm -f tea".
std::string glassdock_line(const Options& options, std::string_view command);

// glassdock's own command of that name was used in a wrong way: exit code 2, as shells have it.
Error usage_error(std::string message, std::string_view command);

// Takes the words of one of glassdock's own commands apart. Throws usage_error also when there are not exactly
// `word_count` words beside the flags.
text::ParsedFlags parse_own(std::string_view command, std::span<const std::string> words, std::size_t word_count);

}  // namespace glassdock::headless
