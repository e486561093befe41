#pragma once

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

// Listens to the monitors of all running containers with one thread, which sleeps while none has anything to say.
class MonitorWatch {
 public:
  // Called on the watch's thread with a report, or without one when the monitor is gone. False ends the watch of it.
  // For an orphan `start` is null, and there is no report: it has ended.
  using Handler = std::function<bool(const ContainerPtr&, const std::shared_ptr<ContainerStart>&,
                                     const std::optional<runtime::ReportMessage>&, std::vector<UniqueFd>&)>;

  explicit MonitorWatch(Handler handler);
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
  };
  void add(int source, Watched watched);
  void loop();
  void take(int source);

  Handler handler_;
  UniqueFd epoll_;
  UniqueFd wake_;
  std::mutex mutex_;
  std::map<int, Watched> watched_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace glassdock::daemon
