#pragma once

#include <string>

#include "app/headless/options.h"
#include "app/lessons/progress.h"

namespace glassdock::headless {

// `lesson export FILE`: one file with what the learner of this machine has answered and how it went. Throws Error.
int export_lessons(const Options& options, const std::filesystem::path& progress_file,
                   const lessons::Progress& progress, const std::string& file, const std::string& name);
// `lesson grade FOLDER`: the files of a class, as a table or as CSV. 1: one of them cannot be understood. Throws Error.
int grade_lessons(const Options& options, const std::string& folder, bool csv);

}  // namespace glassdock::headless
