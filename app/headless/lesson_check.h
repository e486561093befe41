#pragma once

#include <chrono>

#include "app/headless/check_report.h"
#include "app/headless/lab.h"
#include "app/lessons/lesson.h"

namespace glassdock::headless {

// Plays the lesson as its author meant it, and once more each step from its own start. What does not hold: an answer
// that is true and names a misconception, or is not the only one that is true; what a step or a held gate expects; a
// gate that was never held; a line that takes longer than `limit`; a challenge that is solved before anything is done.
// Throws Error where the engine does not answer.
CheckedFile check_lesson(const lessons::Lesson& lesson, Lab& lab, std::chrono::seconds limit);

}  // namespace glassdock::headless
