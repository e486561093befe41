#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "app/headless/lesson_lab.h"
#include "app/lessons/lesson.h"

namespace glassdock::headless {

// What a step's check has found.
struct CheckedStep {
  std::string id;
  std::vector<std::string> faults;  // "FILE:LINE:COLUMN: …", each one line; empty: it holds
  double seconds = 0;
};
struct CheckedLesson {
  std::string file, id;
  std::vector<CheckedStep> steps;

  std::size_t failures() const;  // steps that have faults
};

// Plays the lesson as its author meant it, and once more each step from its own start. What does not hold: an answer
// that is true and names a misconception, or is not the only one that is true; what a step or a held gate expects; a
// gate that was never held; a line that takes longer than `limit`; a challenge that is solved before anything is done.
// Throws Error where the engine does not answer.
CheckedLesson check_lesson(const lessons::Lesson& lesson, LessonLab& lab, std::chrono::seconds limit);

// A line a step, and its faults.
std::string report_text(const CheckedLesson& checked);
// JUnit XML: a test suite a lesson, a test case a step.
std::string junit_xml(const std::vector<CheckedLesson>& all);

}  // namespace glassdock::headless
