#include "engine/daemon/monitor_watch.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/error.h"

namespace glassdock::daemon {

MonitorWatch::MonitorWatch(Handler handler)
    : handler_(std::move(handler)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_.get();
  if (!epoll_ || !wake_ || ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) {
    throw Error::from_errno(errno, "epoll", "for the monitors");
  }
  thread_ = std::thread([this] { loop(); });
}

MonitorWatch::~MonitorWatch() {
  stop();
}

void MonitorWatch::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  std::uint64_t one = 1;
  while (::write(wake_.get(), &one, sizeof(one)) < 0 && errno == EINTR) {
  }
  if (thread_.joinable()) thread_.join();
}

void MonitorWatch::add(ContainerPtr container, std::shared_ptr<ContainerStart> start) {
  int socket = start->link().socket();
  add(socket, {std::move(container), std::move(start), nullptr});
}

void MonitorWatch::add(ContainerPtr container, std::shared_ptr<const Orphan> orphan) {
  int pidfd = orphan->end();
  add(pidfd, {std::move(container), nullptr, std::move(orphan)});
}

void MonitorWatch::add(int source, Watched watched) {
  std::lock_guard lock(mutex_);
  watched_[source] = std::move(watched);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = source;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, source, &event) != 0) {
    int error = errno;
    watched_.erase(source);
    throw Error::from_errno(error, "epoll_ctl", "for a monitor");
  }
}

void MonitorWatch::forget(const Orphan& orphan) {
  std::lock_guard lock(mutex_);
  auto found = watched_.find(orphan.end());
  if (found == watched_.end() || found->second.orphan.get() != &orphan) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->first, nullptr);
  watched_.erase(found);
}

void MonitorWatch::loop() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  ::pthread_setname_np(::pthread_self(), "monitors");
  constexpr int most_events = 16;
  epoll_event events[most_events];
  for (;;) {
    int count = ::epoll_wait(epoll_.get(), events, most_events, -1);
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    for (int i = 0; i < count; ++i) {
      if (events[i].data.fd != wake_.get()) take(events[i].data.fd);
    }
  }
}

void MonitorWatch::take(int source) {
  Watched watched;
  {
    std::lock_guard lock(mutex_);
    auto found = watched_.find(source);
    if (found == watched_.end()) return;
    watched = found->second;
  }
  std::vector<UniqueFd> descriptors;
  std::optional<runtime::ReportMessage> report;
  bool lost = false;
  try {
    if (watched.start) report = watched.start->link().receive(descriptors, std::chrono::milliseconds(0));
  } catch (const Error&) {
    lost = true;  // the handler says so
  }
  if (!report && !lost && watched.start) return;
  // The event may be that of a descriptor that was forgotten in between, and had this one's number.
  if (pollfd end{source, POLLIN, 0}; watched.orphan && ::poll(&end, 1, 0) <= 0) return;
  if (handler_(watched.container, watched.start, report, descriptors)) return;
  std::lock_guard lock(mutex_);
  auto found = watched_.find(source);
  if (found == watched_.end() || found->second.start != watched.start || found->second.orphan != watched.orphan) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, source, nullptr);
  watched_.erase(found);
}

}  // namespace glassdock::daemon
