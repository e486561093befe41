#include "engine/hub/conditions.h"

#include <algorithm>

namespace glassdock::hub {
namespace {

constexpr std::size_t fastest_step = 256 * 1024;
constexpr std::uint64_t steps_a_second = 20;

}  // namespace

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::none:
      return "none";
    case Fault::down:
      return "down";
    case Fault::not_found:
      return "not-found";
    case Fault::wrong_digest:
      return "wrong-digest";
    case Fault::cut_off:
      return "cut-off";
  }
  return "none";
}

std::optional<Fault> parse_fault(std::string_view word) {
  for (Fault fault : {Fault::none, Fault::down, Fault::not_found, Fault::wrong_digest, Fault::cut_off}) {
    if (word == to_string(fault)) return fault;
  }
  return std::nullopt;
}

void Conditions::set(const HubConditions& conditions) {
  std::lock_guard lock(mutex_);
  conditions_ = conditions;
  faults_left_ = conditions.fault_times;
  free_at_ = Clock::now();
  ++changes_;
  changed_.notify_all();
}

HubConditions Conditions::get() const {
  std::lock_guard lock(mutex_);
  return conditions_;
}

void Conditions::stop() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

void Conditions::wait_latency() {
  std::unique_lock lock(mutex_);
  if (conditions_.latency.count() <= 0) return;
  changed_.wait_for(lock, conditions_.latency, [&] { return stopped_; });
}

void Conditions::pace(std::uint64_t bytes) {
  std::unique_lock lock(mutex_);
  if (conditions_.bytes_per_second == 0) return;
  auto length =
      std::chrono::duration<double>(static_cast<double>(bytes) / static_cast<double>(conditions_.bytes_per_second));
  free_at_ = std::max(free_at_, Clock::now()) + std::chrono::duration_cast<Clock::duration>(length);
  auto until = free_at_;
  std::uint64_t change = changes_;
  changed_.wait_until(lock, until, [&] { return stopped_ || changes_ != change; });
}

std::size_t Conditions::step() const {
  std::lock_guard lock(mutex_);
  if (conditions_.bytes_per_second == 0) return fastest_step;
  return std::clamp<std::uint64_t>(conditions_.bytes_per_second / steps_a_second, 1, fastest_step);
}

Fault Conditions::take_fault(bool of_content, bool of_blob) {
  std::lock_guard lock(mutex_);
  Fault fault = conditions_.fault;
  bool met = fault == Fault::down || (fault == Fault::not_found && of_content) ||
             ((fault == Fault::wrong_digest || fault == Fault::cut_off) && of_blob);
  if (!met) return Fault::none;
  if (conditions_.fault_times != 0) {
    if (faults_left_ == 0) return Fault::none;
    --faults_left_;
  }
  return fault;
}

}  // namespace glassdock::hub
