#pragma once

#include <chrono>
#include <string>

#include "app/headless/check_report.h"
#include "app/headless/options.h"
#include "app/live/lab_engine.h"
#include "app/scenarios/lecture.h"

namespace glassdock::headless {

// A lecture at this terminal: its words, and each of its scenarios in a lab of its own. Throws Error.
struct ShownLecture {
  CheckedFile file;
  bool as_expected = true;  // its scenarios, as far as they were shown
};
ShownLecture show_lecture(const scenarios::Lecture& lecture, const Options& options);

// Plays its scenarios one after the other as `scenario check` does: a step each, "SCENARIO/STEP". Throws Error.
CheckedFile check_lecture(const scenarios::Lecture& lecture, const live::LabEngine& engine, std::chrono::seconds limit);

}  // namespace glassdock::headless
