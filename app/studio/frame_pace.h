#pragma once

#include <chrono>

namespace glassdock::studio {

// When the window's next frame begins: no sooner than a sixtieth of a second behind the last one, however often it is
// asked for, so that a flood of events has the time that frames would take. Where the display does not say when, frames
// come no faster. Reads no clock.
class FramePace {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::nanoseconds frame{1'000'000'000 / 60};

  // The next one may begin at once.
  void hurry() { hurries_ = true; }
  // Whether one may begin now. If so it has.
  bool begins(Time now) {
    if (!hurries_ && now < next()) return false;
    hurries_ = false;
    last_ = now;
    return true;
  }
  Time next() const { return last_ + frame; }

 private:
  Time last_{};
  bool hurries_ = false;
};

}  // namespace glassdock::studio
