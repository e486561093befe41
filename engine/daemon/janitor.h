#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace glassdock::daemon {

// Does in a thread of its own, in order, what nobody waits for: storing, removing. The thread begins with the first
// job.
class Janitor {
 public:
  Janitor() = default;
  ~Janitor() { finish(); }
  Janitor(const Janitor&) = delete;
  Janitor& operator=(const Janitor&) = delete;

  // A job must not throw. Any thread. Without a thread to be had the caller does it.
  void add(std::function<void()> job);
  // Does what is left, then ends the thread; later jobs are done by their callers.
  void finish();

 private:
  bool begin_locked() noexcept;
  void loop();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool finishing_ = false;
  std::thread thread_;
};

}  // namespace glassdock::daemon
