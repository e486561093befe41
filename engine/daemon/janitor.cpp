#include "engine/daemon/janitor.h"

#include <pthread.h>
#include <signal.h>

#include <exception>
#include <utility>

namespace glassdock::daemon {

void Janitor::add(std::function<void()> job) {
  {
    std::lock_guard lock(mutex_);
    if (!finishing_) {
      if (begin_locked()) {
        jobs_.push_back(std::move(job));
        changed_.notify_one();
        return;
      }
    }
  }
  job();
}

bool Janitor::begin_locked() noexcept {
  if (idle_ > jobs_.size() || threads_.size() == most_threads_) return true;
  try {
    threads_.emplace_back([this] { loop(); });
    return true;
  } catch (const std::exception&) {  // no thread, or no memory
    return !threads_.empty();
  }
}

void Janitor::finish() {
  {
    std::lock_guard lock(mutex_);
    finishing_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Janitor::loop() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  ::pthread_setname_np(::pthread_self(), "janitor");
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [&] { return !jobs_.empty() || finishing_; });
    --idle_;
    if (jobs_.empty()) return;
    std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

}  // namespace glassdock::daemon
