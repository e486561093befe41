#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>

#include "engine/base/unique_fd.h"
#include "engine/runtime/protocol.h"

namespace glassdock::runtime {

// The daemon's end of the launcher. Any thread may call.
class LauncherLink {
 public:
  using Clock = std::chrono::steady_clock;
  // How long nobody may take a start before the launcher counts as one that hangs. It takes milliseconds; on a machine
  // that swaps, with hundreds of starts before it, seconds.
  static constexpr std::chrono::milliseconds usual_patience{30'000};

  // Starts the launcher from a sealed memfd, or from a private copy below `data` where the machine forbids that
  // (vm.memfd_noexec is 2). Either may be executed by nobody else. Containers get the soft limit of open files that
  // this process has now (getrlimit(2), RLIMIT_NOFILE), also of a launcher that comes later. Throws Error.
  static std::unique_ptr<LauncherLink> start(const std::filesystem::path& data,
                                             std::chrono::milliseconds patience = usual_patience);
  ~LauncherLink();  // the launcher is ended; monitors stay

  // Hands a start over; whichever monitor takes it answers on the other end of fds[fd_control] (MonitorLink::pair).
  // The descriptors stay the caller's, who closes fds[fd_control] then, so that the monitor's death can be seen. A dead
  // launcher, and one that takes nothing any more, is replaced first. One that dies just now takes the message with it,
  // unread: the other end of fds[fd_control] closes, and nothing stands in the ring. Throws Error. Answers which
  // launcher has it, for replace().
  pid_t begin(const StartMessage& message, const std::array<int, start_descriptors>& fds);
  // A monitor took a start, so the launcher lives.
  void answered() { answered_.store(Clock::now(), std::memory_order_relaxed); }
  // When the launcher hangs, for a start that was sent at `sent` and that nobody has taken.
  Clock::time_point patience_ends(Clock::time_point sent) const;
  std::chrono::milliseconds patience() const noexcept { return patience_; }
  // Ends a launcher that hangs, with its spare monitor and every start that stands before them, and starts another;
  // nothing where `launcher` is not the one any more. Throws Error.
  void replace(pid_t launcher);
  pid_t pid() const;

 private:
  LauncherLink(std::filesystem::path data, std::chrono::milliseconds patience)
      : data_(std::move(data)), patience_(patience) {}
  void spawn();
  void end();
  bool has_ended() const;

  std::filesystem::path data_;
  const std::chrono::milliseconds patience_;
  std::atomic<Clock::time_point> answered_{};
  mutable std::mutex mutex_;
  UniqueFd image_;
  UniqueFd socket_;
  std::uint64_t open_files_ = 0;
  pid_t pid_ = 0;
};

}  // namespace glassdock::runtime
