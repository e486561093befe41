#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/headless/options.h"

namespace glassdock::headless {

// Becomes the program that draws, which stands beside this one. Throws Error where it is not installed.
[[noreturn]] void become_studio(std::vector<std::string> arguments);
// The same as a child, to its end. Throws Error where it fails; why that is it has said itself, on the error output.
void run_studio(std::vector<std::string> arguments);

// Becomes the program that plays and checks lessons and scenarios, which stands beside this one; `words` follow
// "lesson" or "scenario".
int open_lessons(const Options& options, std::span<const std::string> words);
int open_scenarios(const Options& options, std::span<const std::string> words);

// "--language=ko", as it takes it.
std::string language_word(const Options& options);

// Whether a window could be opened here.
bool has_display();
// The studio's window: on an engine, or on a recording where one is named.
[[noreturn]] void open_studio(const Options& options);

}  // namespace glassdock::headless
