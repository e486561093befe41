#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/daemon/service.h"
#include "engine/daemon/vm_race.h"

namespace glassdock::daemon {

// What marks the containers of races.
inline constexpr char race_label[] = "glassdock.vm-race";

// A container of a race: made, started and followed as a client of the engine would, and removed with this. One thread.
class LaneContainer {
 public:
  // Creates it. Throws Error.
  LaneContainer(Service& service, const Caller& caller, const std::string& image,
                const std::vector<std::string>& command);
  ~LaneContainer();
  LaneContainer(const LaneContainer&) = delete;
  LaneContainer& operator=(const LaneContainer&) = delete;

  // Until its command executes.
  void start(int client);
  // Until it has ended. False where it does not within `patience`; it is killed then. Throws Error(cancelled) when
  // `client` closes.
  bool wait_for_end(std::chrono::milliseconds patience, int client);
  void remove();

  const std::string& id() const noexcept { return container_->id; }
  pid_t first_process() const;
  pid_t monitor() const;
  std::vector<pid_t> processes() const;  // its own and its monitor
  const std::filesystem::path& folder() const noexcept { return container_->folder; }
  std::optional<int> exit_code() const noexcept { return exit_code_; }
  // CLOCK_MONOTONIC; 0 where not yet.
  std::int64_t executed_ns() const noexcept { return executed_ns_; }
  std::int64_t first_output_ns() const noexcept { return first_output_ns_; }
  std::int64_t ended_ns() const noexcept { return ended_ns_; }
  // Behind its end.
  const std::string& output() const noexcept { return output_; }
  std::uint64_t output_bytes() const noexcept { return output_bytes_; }

 private:
  void read_output();

  Service& service_;
  const Caller& caller_;
  ContainerPtr container_;
  std::unique_ptr<ContainerWatch> watch_;
  UniqueFd stream_;
  std::thread reader_;
  std::optional<int> exit_code_;
  std::int64_t executed_ns_ = 0, first_output_ns_ = 0, ended_ns_ = 0;
  std::string output_;
  std::uint64_t output_bytes_ = 0;
  bool removed_ = false;
};

}  // namespace glassdock::daemon
