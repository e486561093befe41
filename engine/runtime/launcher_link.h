#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>

#include "engine/base/unique_fd.h"
#include "engine/runtime/protocol.h"

namespace glassdock::runtime {

// The daemon's end of the launcher. Any thread may call begin.
class LauncherLink {
 public:
  // Starts the launcher from a sealed memfd, or from a private copy below `data` where the machine forbids that
  // (vm.memfd_noexec is 2). Either may be executed by nobody else. Containers get the soft limit of open files that
  // this process has now (getrlimit(2), RLIMIT_NOFILE), also of a launcher that comes later. Throws Error.
  static std::unique_ptr<LauncherLink> start(const std::filesystem::path& data);
  ~LauncherLink();  // the launcher ends by itself when its socket does; monitors stay

  // Hands a start over; whichever monitor takes it answers on the other end of fds[fd_control] (MonitorLink::pair).
  // The descriptors stay the caller's, who closes fds[fd_control] then, so that the monitor's death can be seen. A dead
  // launcher is replaced first. One that dies just now takes the message with it, unread: the other end of
  // fds[fd_control] closes, and nothing stands in the ring. Throws Error.
  void begin(const StartMessage& message, const std::array<int, start_descriptors>& fds);
  pid_t pid() const;

 private:
  explicit LauncherLink(std::filesystem::path data) : data_(std::move(data)) {}
  void spawn();
  void reap();

  std::filesystem::path data_;
  mutable std::mutex mutex_;
  UniqueFd image_;
  UniqueFd socket_;
  std::uint64_t open_files_ = 0;
  pid_t pid_ = 0;
};

}  // namespace glassdock::runtime
