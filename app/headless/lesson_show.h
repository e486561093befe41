#pragma once

#include <string>

#include "app/headless/check_report.h"
#include "app/headless/lab.h"
#include "app/headless/options.h"
#include "app/lessons/lesson.h"
#include "app/lessons/progress.h"

namespace glassdock::headless {

// Plays it, with each version that is saved meanwhile; `report`: how its steps went. True when it is finished. Throws
// Error.
bool play_lesson(lessons::Lesson lesson, Lab& lab, const Options& options, const std::string& from,
                 lessons::Progress& progress, CheckedFile& report);

}  // namespace glassdock::headless
