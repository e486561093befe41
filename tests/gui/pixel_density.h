// How many pixels an inch of a display has, as its desktop tells it to programs.
#pragma once

#include <memory>
#include <string>

namespace glassdock::testing {

// Twice as many as usual: windows that open meanwhile are drawn twice as large.
class DoubleDensity {
 public:
  explicit DoubleDensity(const std::string& display);

 private:
  // Xvfb forgets it with its last client.
  std::shared_ptr<void> display_;
};

}  // namespace glassdock::testing
