#pragma once

#include <cstddef>
#include <string>

#include "app/lessons/lesson.h"
#include "app/lessons/progress.h"

namespace glassdock::lessons {

// The lessons that are here, and how far a learner is with each.

// By its number or name among those that come with the program, or a file. Throws Error(not_found), and as load_lesson.
Lesson find_lesson(const std::string& word);

struct Standing {
  bool finished = false;
  std::size_t step = 0;  // the one to go on with, from 1; 0: it was not begun
};
Standing standing_of(const Lesson& lesson, const Progress& progress);

}  // namespace glassdock::lessons
