#include "app/live/queue.h"

#include <algorithm>

namespace glassdock::live {

bool EventQueue::put(trace::Event event) {
  std::unique_lock lock(mutex_);
  // One event may be larger than all the room there is.
  room_.wait(lock, [&] { return closed_ || bytes_ < most_bytes; });
  if (closed_) return false;
  bytes_ += trace::footprint(event);
  events_.push_back(std::move(event));
  return true;
}

std::vector<trace::Event> EventQueue::take(std::size_t most, bool& more) {
  std::vector<trace::Event> taken;
  {
    std::lock_guard lock(mutex_);
    taken.reserve(std::min(most, events_.size()));
    while (!events_.empty() && taken.size() < most) {
      bytes_ -= trace::footprint(events_.front());
      taken.push_back(std::move(events_.front()));
      events_.pop_front();
    }
    more = !events_.empty();
  }
  room_.notify_one();
  return taken;
}

void EventQueue::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  room_.notify_all();
}

}  // namespace glassdock::live
