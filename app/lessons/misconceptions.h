#pragma once

#include <span>
#include <string_view>

namespace glassdock::lessons {

// What learners often believe and the engine shows otherwise. A wrong answer names the one that it comes from.
struct Misconception {
  std::string_view id;
  std::string_view english, korean;  // what is believed, in one sentence
};
std::span<const Misconception> misconceptions();
// nullptr where there is none of that id.
const Misconception* find_misconception(std::string_view id);

}  // namespace glassdock::lessons
