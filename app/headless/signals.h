#pragma once

#include <functional>
#include <thread>

#include "engine/base/unique_fd.h"

namespace glassdock::headless {

// While it lives, the signals that people and service managers send (INT, TERM, HUP, QUIT, USR1, USR2) do not end the
// program but are given, as is WINCH, that of a terminal that is resized, to `handle`, one after the other, on a thread
// of their own. Make it before any other thread, so that all of them have the signals blocked.
class SignalWatch {
 public:
  explicit SignalWatch(std::function<void(int signal)> handle);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  void watch();

  std::function<void(int signal)> handle_;
  UniqueFd signals_;  // signalfd(2)
  UniqueFd stop_;     // eventfd(2)
  std::thread thread_;
};

}  // namespace glassdock::headless
