#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "engine/base/unique_fd.h"

namespace glassdock::headless {

// While it lives, the signals that people and service managers send (INT, TERM, HUP, QUIT, USR1, USR2) do not end the
// program but are given, as is WINCH, that of a terminal that is resized, to `handle`, one after the other, on a thread
// of their own. Make it before any other thread, so that all of them have the signals blocked.
//
// `insists`: for a user who asks the program to end (INT, TERM) for the third time and each further one, before
// `handle` is, and though that may not have returned from the first: what it asks may never answer. On a thread of its
// own.
class SignalWatch {
 public:
  using Handle = std::function<void(int signal)>;
  explicit SignalWatch(Handle handle, Handle insists = {});
  // Waits until all that came is handled.
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  void watch();
  void take(int signal);
  void hand_over();

  const Handle handle_, insists_;
  UniqueFd signals_;  // signalfd(2)
  UniqueFd stop_;     // eventfd(2)
  int asked_to_end_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<int> came_;
  bool ends_ = false;
  std::thread reader_, handler_;  // the second from the first signal on
};

}  // namespace glassdock::headless
