#pragma once

#include <string>

#include "engine/trace/words.h"

namespace glassdock::lessons {

// A text for people, in both languages.
struct Words {
  std::string english, korean;

  const std::string& in(trace::Language language) const {
    return language == trace::Language::korean ? korean : english;
  }
  bool empty() const { return english.empty(); }
};

}  // namespace glassdock::lessons
