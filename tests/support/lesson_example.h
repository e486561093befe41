// support: the lesson that docs/lessons.md shows.
#pragma once

#include <string>

#include "tests/support/yaml_example.h"

namespace glassdock::testing {

inline std::string lesson_example() {
  return yaml_example("lessons.md");
}

inline lessons::Source lesson_with(const std::string& what, const std::string& with) {
  return source_with(lesson_example(), what, with);
}

}  // namespace glassdock::testing
