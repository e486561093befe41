// support: waits for what comes about by itself.
#pragma once

#include <chrono>
#include <thread>

namespace glassdock::testing {

// Asks `done` until it is true; false after `patience`.
template <typename Done>
bool comes_true(const Done& done, std::chrono::seconds patience = std::chrono::seconds(15)) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace glassdock::testing
