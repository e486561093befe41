#include "engine/daemon/restarts.h"

#include <pthread.h>
#include <signal.h>

namespace glassdock::daemon {

void Restarts::add(const ContainerPtr& container, std::chrono::milliseconds delay) {
  std::lock_guard lock(mutex_);
  if (finishing_) return;
  waiting_.emplace(Clock::now() + delay, container);
  if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
  changed_.notify_all();
}

void Restarts::finish() {
  {
    std::lock_guard lock(mutex_);
    finishing_ = true;
    waiting_.clear();
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  starters_.finish();
}

void Restarts::loop() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  ::pthread_setname_np(::pthread_self(), "restarts");
  std::unique_lock lock(mutex_);
  while (!finishing_) {
    if (waiting_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto next = waiting_.begin();
    if (next->first > Clock::now()) {
      changed_.wait_until(lock, Clock::time_point(next->first));  // a copy: the entry may go meanwhile
      continue;
    }
    const ContainerPtr due = next->second;
    waiting_.erase(next);
    lock.unlock();
    starters_.add([this, due] { start_(due); });
    lock.lock();
  }
}

}  // namespace glassdock::daemon
