#include "engine/daemon/adoption.h"

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <chrono>

#include "engine/base/error.h"
#include "engine/daemon/container_start.h"
#include "engine/runtime/monitor_link.h"

namespace glassdock::daemon {
namespace {

// How long a monitor may take to introduce itself.
constexpr std::chrono::milliseconds hello_time{5000};
// Between two looks at monitors that do not listen yet, or are at their end.
constexpr int tick_ms = 10;

// A start is answered before its state is stored: where that still says of one with a monitor that it does not run,
// somebody started it.
void note_start_locked(Container& container) {
  if (!is_alive(container.status.state)) Lifecycle::begin_by_hand_locked(container);
}

}  // namespace

std::string complaint(const std::string& container, std::string_view fault) {
  return fmt::format("container {}: {}", container.substr(0, 12), fault);
}

struct Adoption::Candidate {
  ContainerPtr container;
  std::shared_ptr<Orphan> orphan;
  std::optional<runtime::MonitorLink> link{};
  bool refused = false;  // it does not speak to this daemon, or is at its end
  std::string fault = "its monitor does not introduce itself";
};

Adoption::Adoption(Parts parts, std::function<void(const ContainerPtr&)> ended)
    : parts_(parts), ended_(std::move(ended)) {}

Adoption::~Adoption() {
  finish();
}

bool Adoption::add(const ContainerPtr& container) {
  std::shared_ptr<Orphan> orphan = find_orphan(container->folder);
  if (!orphan) return false;
  keep_orphan(container, nullptr, orphan);
  candidates_.push_back(std::make_unique<Candidate>(Candidate{container, orphan}));
  return true;
}

void Adoption::begin(Complain complain) {
  if (candidates_.empty()) return;
  complain_ = std::move(complain);
  stop_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop_) throw Error::from_errno(errno, "eventfd", "for the monitors that are asked");
  thread_ = std::thread([this] { loop(); });
}

void Adoption::finish() {
  if (!thread_.joinable()) return;
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

void Adoption::loop() {
  using std::chrono::steady_clock;
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  ::pthread_setname_np(::pthread_self(), "adoption");
  const auto deadline = steady_clock::now() + hello_time;
  for (;;) {
    const bool over = steady_clock::now() >= deadline;
    std::erase_if(candidates_, [&](const auto& candidate) { return is_decided(*candidate); });
    if (over || candidates_.empty()) break;
    std::vector<pollfd> sources = {{stop_.get(), POLLIN, 0}};
    for (const auto& candidate : candidates_) {
      if (candidate->link) sources.push_back({candidate->link->socket(), POLLIN, 0});
    }
    ::poll(sources.data(), sources.size(), tick_ms);
    if (sources[0].revents != 0) return;
  }
  for (const auto& candidate : candidates_) give_up(*candidate);
  candidates_.clear();
}

// True where nothing is left to ask. Does not wait.
bool Adoption::is_decided(Candidate& candidate) {
  {
    auto lock = parts_.containers.lock();
    if (candidate.container->orphan != candidate.orphan || candidate.orphan->talk != Orphan::Talk::asked) return true;
  }
  bool lives = true;
  try {
    lives = runtime::has_monitor(candidate.container->folder);
  } catch (const Error& fault) {
    candidate.fault = fault.what();
    return false;
  }
  if (lives) return introduces_itself(candidate);
  ended_(candidate.container);
  return true;
}

// True once it has, and is adopted. Does not wait.
bool Adoption::introduces_itself(Candidate& candidate) {
  if (candidate.refused) return false;
  try {
    if (!candidate.link) candidate.link = runtime::MonitorLink::connect(candidate.container->folder);
    if (!candidate.link) return false;
    std::vector<UniqueFd> descriptors;
    auto hello = candidate.link->receive(descriptors, std::chrono::milliseconds(0));
    if (!hello) return false;
    adopt(candidate, *hello, descriptors);
    return true;
  } catch (const std::exception& fault) {
    candidate.refused = true;
    candidate.fault = fault.what();
    candidate.link.reset();
    return false;
  }
}

void Adoption::adopt(Candidate& candidate, const runtime::ReportMessage& hello, std::vector<UniqueFd>& descriptors) {
  if (hello.report != runtime::Report::hello || descriptors.size() < 2) {
    throw Error(ErrorKind::unavailable, "its monitor does not introduce itself");
  }
  const ContainerPtr& container = candidate.container;
  runtime::Mapping plan(descriptors[0].get(), false, 1);
  auto start = std::make_shared<ContainerStart>(
      container->id, std::string(static_cast<const char*>(plan.address()), plan.bytes()), descriptors[1].get(),
      std::move(*candidate.link), trace::Context{&parts_.tracer}, nullptr);
  candidate.link.reset();
  descriptors.erase(descriptors.begin(), descriptors.begin() + 2);
  const Progress progress = start->take(hello, descriptors);
  {
    auto lock = parts_.containers.lock();
    // Its end may have come first, and is somebody else's then.
    if (container->orphan != candidate.orphan || candidate.orphan->talk != Orphan::Talk::asked) return;
    parts_.watch.add(container, start);  // under the lock: what it reports waits until the container is this start's
    container->orphan.reset();
    container->start = start;
    note_start_locked(*container);
    if (progress == Progress::starting) container->work = Work::starting;
    if (progress == Progress::executed) {
      if (!has_processes(container->status.state)) {
        parts_.lifecycle.started_locked(*container, start->pid(), start->executed_ns());
      }
      container->status.pid = start->pid();
    }
    parts_.lifecycle.match_freezer_locked(*container);
    parts_.containers.ring(*container);
  }
  parts_.watch.forget(*candidate.orphan);
  parts_.containers.store_quietly(*container);
}

// Makes `orphan` the container's, in the place of `before`. False where that is not its orphan any more.
bool Adoption::keep_orphan(const ContainerPtr& container, const std::shared_ptr<Orphan>& before,
                           const std::shared_ptr<Orphan>& orphan) {
  {
    auto lock = parts_.containers.lock();
    if (container->orphan != before || (before && before->talk != Orphan::Talk::asked)) return false;
    parts_.watch.add(container, orphan);
    container->orphan = orphan;
    note_start_locked(*container);
    if (!has_processes(container->status.state)) {
      if (orphan->executed_ns != 0) {
        parts_.lifecycle.started_locked(*container, orphan->pid, orphan->executed_ns);
      } else {
        container->work = Work::starting;
      }
    }
    parts_.lifecycle.match_freezer_locked(*container);
    parts_.containers.ring(*container);
  }
  if (before) parts_.watch.forget(*before);
  parts_.containers.store_quietly(*container);
  return true;
}

// It may have made process 1 since it was looked at first.
void Adoption::give_up(Candidate& candidate) {
  try {
    std::shared_ptr<Orphan> orphan = find_orphan(candidate.container->folder);
    if (!orphan) return ended_(candidate.container);
    orphan->talk = Orphan::Talk::silent;
    if (!keep_orphan(candidate.container, candidate.orphan, orphan)) return;
  } catch (const std::exception& fault) {
    candidate.fault = fault.what();
    auto lock = parts_.containers.lock();
    if (candidate.orphan->talk == Orphan::Talk::asked) candidate.orphan->talk = Orphan::Talk::silent;
    parts_.containers.ring(*candidate.container);
  }
  complain_(complaint(candidate.container->id, candidate.fault));
}

}  // namespace glassdock::daemon
