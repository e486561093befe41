#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "app/headless/check_report.h"
#include "app/live/lab_engine.h"
#include "app/text/flags.h"

namespace glassdock::headless {

// Plays one file in that engine. What it throws for a file that is none is that file's fault; Error(unavailable) ends
// the whole.
using CheckFile =
    std::function<CheckedFile(const std::string& file, const live::LabEngine& engine, std::chrono::seconds limit)>;

// `lesson check` and `scenario check`: the files that are named, or those that come with the program (`shipped`). What
// is still to be written in them is told as a warning. 1: not all of them hold. Throws Error.
int check_files(const text::ParsedFlags& flags, std::string_view command, std::vector<std::string> shipped,
                const CheckFile& check_file);

// --limit of `command`: how long a line may run. Throws usage_error.
std::chrono::seconds limit_of(const text::ParsedFlags& flags, std::string_view command);

}  // namespace glassdock::headless
