#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

namespace glassdock::hub {

enum class Fault {
  none,
  down,          // every connection ends without an answer
  not_found,     // nothing is there: 404 for manifests, blobs and tags
  wrong_digest,  // a blob's last byte is changed on the way
  cut_off,       // a blob's connection ends after `cut_off_after` bytes of it
};

// As events, JSON and documents have it: "not-found".
std::string_view to_string(Fault fault);
std::optional<Fault> parse_fault(std::string_view word);

// What a class is to see of the network between engine and hub.
struct HubConditions {
  std::uint64_t bytes_per_second = 0;    // of all transfers together; 0: as fast as it goes
  std::chrono::milliseconds latency{0};  // before each answer
  Fault fault = Fault::none;
  std::uint64_t cut_off_after = 0;  // bytes
  std::uint64_t fault_times = 0;    // so many requests meet the fault, then it is over; 0: all
};

// Makes the hub's requests wait as its conditions say. A change counts at once, for transfers under way too. Any
// thread.
class Conditions {
 public:
  void set(const HubConditions& conditions);
  HubConditions get() const;
  // Waiting ends, for good: the hub stops.
  void stop();

  void wait_latency();
  // Waits until `bytes` more may pass.
  void pace(std::uint64_t bytes);
  // How many bytes to send at once: what passes in a twentieth of a second, so that a slow transfer is seen to move.
  std::size_t step() const;
  // The fault that this request is to meet; uses up one of fault_times. `of_content`: it asks for a manifest, a blob or
  // tags; `of_blob`: it reads a blob.
  Fault take_fault(bool of_content, bool of_blob);

 private:
  using Clock = std::chrono::steady_clock;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  HubConditions conditions_;
  std::uint64_t faults_left_ = 0;
  Clock::time_point free_at_{};  // when the line has sent all that was paced so far
  std::uint64_t changes_ = 0;
  bool stopped_ = false;
};

}  // namespace glassdock::hub
