#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "engine/daemon/containers.h"
#include "engine/daemon/janitor.h"

namespace glassdock::daemon {

// The containers that wait for their restart by policy. Whether one still wants it when its time has come is the
// starter's to see. Any thread may call.
class Restarts {
 public:
  using Clock = std::chrono::steady_clock;
  // `start` is called in a thread of its own for each container whose time has come; it may be held at a gate, and must
  // not throw.
  explicit Restarts(std::function<void(const ContainerPtr&)> start) : start_(std::move(start)) {}
  ~Restarts() { finish(); }
  Restarts(const Restarts&) = delete;
  Restarts& operator=(const Restarts&) = delete;

  // Nothing behind finish(): the state "restarting" is stored, and a later daemon goes on with it.
  void add(const ContainerPtr& container, std::chrono::milliseconds delay);
  // Waits for starts in hand; those that wait for their time are left.
  void finish();

 private:
  void loop();

  // More than this many held at gates at once let further ones wait.
  static constexpr std::size_t starts_at_once = 64;

  const std::function<void(const ContainerPtr&)> start_;
  Janitor starters_{starts_at_once};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<Clock::time_point, ContainerPtr> waiting_;
  bool finishing_ = false;
  std::thread thread_;  // begun with the first one
};

}  // namespace glassdock::daemon
