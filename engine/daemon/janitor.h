#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace glassdock::daemon {

// Does in threads of its own what nobody waits for, begun in order: storing, removing. With the first job a thread
// begins, and one more whenever all of them are at work.
class Janitor {
 public:
  explicit Janitor(std::size_t most_threads) : most_threads_(most_threads) {}
  ~Janitor() { finish(); }
  Janitor(const Janitor&) = delete;
  Janitor& operator=(const Janitor&) = delete;

  // A job must not throw. Any thread. Without a thread to be had the caller does it.
  void add(std::function<void()> job);
  // Does what is left, then ends the threads; later jobs are done by their callers.
  void finish();

 private:
  // Whether there is a thread to do a further job.
  bool begin_locked() noexcept;
  void loop();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  std::size_t idle_ = 0;
  bool finishing_ = false;
  std::vector<std::thread> threads_;
  const std::size_t most_threads_;
};

}  // namespace glassdock::daemon
