#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "engine/trace/event.h"

namespace glassdock::live {

// Events on their way from the thread that reads to the one that shows. Bounded by their memory.
class EventQueue {
 public:
  static constexpr std::size_t most_bytes = 8u << 20;

  // Waits while it is full. False once it is closed; then `event` is lost.
  bool put(trace::Event event);
  // At most `most`, the oldest first.
  std::vector<trace::Event> take(std::size_t most, bool& more);
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable room_;
  std::deque<trace::Event> events_;
  std::size_t bytes_ = 0;
  bool closed_ = false;
};

}  // namespace glassdock::live
