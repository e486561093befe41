#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/runtime/protocol.h"

namespace glassdock::runtime {

// Both throw Error where it cannot be told, as without a free descriptor: "none" is final for whoever asks.
// Whether a monitor lives in `folder`: it holds the lock there until it has written the container's end.
bool has_monitor(const std::filesystem::path& folder);
// A pidfd of the monitor that lives in `folder`; empty where none does.
UniqueFd open_monitor(const std::filesystem::path& folder);

// The daemon's end of one monitor. Sending is safe from any thread; one thread receives.
class MonitorLink {
 public:
  // A link for a start to come, and the monitor's end of it for fds[fd_control].
  static std::pair<MonitorLink, UniqueFd> pair();
  // After the daemon's restart: to the monitor that looks after the container in `folder`, whose first report is
  // `hello`. Nothing where none listens there: it takes its lock first and listens soon after. Never waits.
  static std::optional<MonitorLink> connect(const std::filesystem::path& folder);

  int socket() const noexcept { return socket_.get(); }
  // The next report with its descriptors. Nothing after `timeout` (below zero: waits for ever). Throws
  // Error(unavailable) at the end of file: the monitor is gone.
  std::optional<ReportMessage> receive(std::vector<UniqueFd>& descriptors, std::chrono::milliseconds timeout);

  // A monitor that is gone already is no error of these four: receive tells.
  void release(int operation, Report held);  // at_gate or at_evidence
  void cancel();
  void signal(int number);
  // Of the container's terminal, where it has one.
  void resize(unsigned short rows, unsigned short columns);
  // The monitor frames output onto `client` itself and reads input from it; the caller closes its own descriptor.
  // `early`: what the client sent behind its request. `keys` typed into a terminal end the stream. Throws Error where
  // it cannot be handed over: Error(unavailable) where the monitor is gone.
  void attach(int client, int flags, std::string_view early, const DetachKeys& keys = {});

 private:
  explicit MonitorLink(UniqueFd socket) : socket_(std::move(socket)) {}
  void send(Command command, int number, Report held = {});

  UniqueFd socket_;
};

}  // namespace glassdock::runtime
