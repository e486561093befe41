#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/daemon/container_start.h"
#include "engine/daemon/containers.h"
#include "engine/daemon/orphan.h"

namespace glassdock::daemon {

// How long a monitor may be silent while process 1 of its container is dead. What it has to do then takes milliseconds,
// and on a disk that crawls, or with cgroups that do not go, seconds.
inline constexpr std::chrono::seconds silence_time{10};

// Listens to the monitors of all running containers with one thread, which sleeps while none has anything to say. A
// monitor that hangs does not say that its container has ended: so process 1 is watched as well.
class MonitorWatch {
 public:
  // Called on the watch's thread with a report, or without one when the monitor is gone or has been silent for
  // silence_time behind the end of process 1. False ends the watch of it.
  // For an orphan `start` is null, and there is no report: it has ended.
  // A report that it throws at is told on stderr, and the monitor counts as lost: the handler is called once more,
  // without it.
  using Handler = std::function<bool(const ContainerPtr&, const std::shared_ptr<ContainerStart>&,
                                     const std::optional<runtime::ReportMessage>&, std::vector<UniqueFd>&)>;

  // What a monitor still does behind Report::ended: a teardown, which has silence_time; or it hands output to a client,
  // who may take it at his own pace.
  enum class BehindEnd { teardown, output };
  explicit MonitorWatch(Handler handler, BehindEnd behind_end = BehindEnd::teardown);
  ~MonitorWatch();  // ends the thread; the links stay as they are
  MonitorWatch(const MonitorWatch&) = delete;
  MonitorWatch& operator=(const MonitorWatch&) = delete;

  // From now on reports reach the handler, those included that wait already. Any thread. Throws Error.
  void add(ContainerPtr container, std::shared_ptr<ContainerStart> start);
  // The same for the end of an orphan.
  void add(ContainerPtr container, std::shared_ptr<const Orphan> orphan);
  // Its end reaches the handler no more, but for a call in hand.
  void forget(const Orphan& orphan);
  // Calls nothing any more and waits for the handler in hand.
  void stop();

 private:
  struct Watched {
    ContainerPtr container;
    std::shared_ptr<ContainerStart> start;
    std::shared_ptr<const Orphan> orphan;
    bool process = false;  // process 1 is watched, or was
    bool timed = true;     // its silence counts; else the end of its link alone
  };
  using Clock = std::chrono::steady_clock;
  void add(int source, Watched watched);
  void watch_process_locked(int source, Watched& watched);
  void take_process_end(int source);
  void forget_locked(std::map<int, Watched>::iterator watched);
  void loop();
  int milliseconds_to_silence();
  void take_silent();
  // `silent`: without a report it is lost.
  void take(int source, bool silent);
  bool handle(const Watched& watched, const std::optional<runtime::ReportMessage>& report,
              std::vector<UniqueFd>& descriptors) noexcept;

  Handler handler_;
  const BehindEnd behind_end_;
  UniqueFd epoll_;
  UniqueFd wake_;
  std::mutex mutex_;
  std::map<int, Watched> watched_;         // by the descriptor that tells
  std::map<int, Clock::time_point> dead_;  // of those without a process 1: when the silence has lasted too long
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace glassdock::daemon
