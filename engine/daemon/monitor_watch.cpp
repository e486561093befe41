#include "engine/daemon/monitor_watch.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "engine/base/error.h"

namespace glassdock::daemon {
namespace {

// In an event's data, beside the descriptor that tells: the event is of process 1.
constexpr std::uint64_t of_process = std::uint64_t{1} << 32;

}  // namespace

MonitorWatch::MonitorWatch(Handler handler, BehindEnd behind_end)
    : handler_(std::move(handler)),
      behind_end_(behind_end),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = static_cast<std::uint64_t>(wake_.get());
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
  dead_.erase(source);
  Watched& kept = watched_[source] = std::move(watched);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = static_cast<std::uint64_t>(source);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, source, &event) != 0) {
    int error = errno;
    watched_.erase(source);
    throw Error::from_errno(error, "epoll_ctl", "for a monitor");
  }
  watch_process_locked(source, kept);
}

// Once it is known: a start that was adopted early has none yet. Where the kernel has no memory for it the monitor's
// own word has to do.
void MonitorWatch::watch_process_locked(int source, Watched& watched) {
  if (watched.process || !watched.start || watched.start->process() < 0) return;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLONESHOT;
  event.data.u64 = static_cast<std::uint64_t>(source) | of_process;
  watched.process = ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, watched.start->process(), &event) == 0;
}

void MonitorWatch::take_process_end(int source) {
  std::lock_guard lock(mutex_);
  auto found = watched_.find(source);
  if (found == watched_.end() || !found->second.process || !found->second.timed) return;
  // The event may be an earlier one's, whose link had this descriptor's number.
  if (pollfd end{found->second.start->process(), POLLIN, 0}; ::poll(&end, 1, 0) <= 0) return;
  dead_[source] = Clock::now() + silence_time;
}

void MonitorWatch::forget(const Orphan& orphan) {
  std::lock_guard lock(mutex_);
  auto found = watched_.find(orphan.end());
  if (found == watched_.end() || found->second.orphan.get() != &orphan) return;
  forget_locked(found);
}

void MonitorWatch::forget_locked(std::map<int, Watched>::iterator watched) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, watched->first, nullptr);
  if (watched->second.process) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, watched->second.start->process(), nullptr);
  dead_.erase(watched->first);
  watched_.erase(watched);
}

// -1: nobody is to be heard of.
int MonitorWatch::milliseconds_to_silence() {
  using std::chrono::milliseconds;
  std::lock_guard lock(mutex_);
  if (dead_.empty()) return -1;
  const auto first = std::min_element(dead_.begin(), dead_.end(),
                                      [](const auto& one, const auto& other) { return one.second < other.second; });
  const auto left = std::chrono::ceil<milliseconds>(first->second - Clock::now());
  return static_cast<int>(std::max(left, milliseconds(0)).count());
}

void MonitorWatch::take_silent() {
  std::vector<int> silent;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [source, until] : dead_) {
      if (until <= Clock::now()) silent.push_back(source);
    }
  }
  for (int source : silent) take(source, true);
}

void MonitorWatch::loop() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  ::pthread_setname_np(::pthread_self(), "monitors");
  constexpr int most_events = 16;
  epoll_event events[most_events];
  for (;;) {
    int count = ::epoll_wait(epoll_.get(), events, most_events, milliseconds_to_silence());
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    for (int i = 0; i < count; ++i) {
      const auto source = static_cast<int>(events[i].data.u64 & ~of_process);
      if (source == wake_.get()) continue;
      if ((events[i].data.u64 & of_process) != 0) {
        take_process_end(source);
      } else {
        take(source, false);
      }
    }
    take_silent();
  }
}

void MonitorWatch::take(int source, bool silent) {
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
  if (!report && !lost && !silent && watched.start) return;
  // The event may be that of a descriptor that was forgotten in between, and had this one's number.
  if (pollfd end{source, POLLIN, 0}; watched.orphan && ::poll(&end, 1, 0) <= 0) return;
  const bool goes_on = handle(watched, report, descriptors);
  std::lock_guard lock(mutex_);
  auto found = watched_.find(source);
  if (found == watched_.end() || found->second.start != watched.start || found->second.orphan != watched.orphan) return;
  if (!goes_on) return forget_locked(found);
  watch_process_locked(source, found->second);
  if (report && report->report == runtime::Report::ended && behind_end_ == BehindEnd::output) {
    found->second.timed = false;
    dead_.erase(source);
  }
  if (auto dead = dead_.find(source); dead != dead_.end()) dead->second = Clock::now() + silence_time;
}

// One container's fault must not end the thread, and with it the daemon of all others.
bool MonitorWatch::handle(const Watched& watched, const std::optional<runtime::ReportMessage>& report,
                          std::vector<UniqueFd>& descriptors) noexcept {
  try {
    return handler_(watched.container, watched.start, report, descriptors);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "glassdockd: %s container %.12s could not be taken: %s\n",
                 report ? "a report of" : "the end of", watched.container->id.c_str(), fault.what());
  }
  return report && handle(watched, std::nullopt, descriptors);
}

}  // namespace glassdock::daemon
