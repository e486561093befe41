#pragma once

#include <span>
#include <string_view>

namespace glassdock::lessons {

// What the lessons as a whole are to cover, in the order of a course. A lesson or a scenario names those that it is
// about; docs/topics.md shows which has which.
struct Topic {
  int number = 0;  // from 1
  std::string_view name;
};
std::span<const Topic> topics();

}  // namespace glassdock::lessons
