#include "engine/daemon/container_start.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <iterator>

#include "engine/daemon/start_failure.h"
#include "engine/daemon/status_file.h"
#include "engine/daemon/undo_cgroups.h"
#include "engine/plan/evidence.h"

namespace glassdock::daemon {

void tell_client(const UniqueFd& client, Stream stream, std::string_view words, bool framed) {
  const auto head = stream_head(stream, static_cast<std::uint32_t>(words.size()));
  std::string said(head.data(), framed ? head.size() : 0);
  said += words;
  if (::send(client.get(), said.data(), said.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
}

bool is_hung_up(int stream) {
  pollfd look{stream, 0, 0};
  return ::poll(&look, 1, 0) > 0 && (look.revents & (POLLHUP | POLLERR)) != 0;
}

ContainerStart::ContainerStart(std::string container, std::string plan, int shared, runtime::MonitorLink link,
                               trace::Context context, std::shared_ptr<Run> run)
    : container_(std::move(container)),
      plan_bytes_(std::move(plan)),
      plan_(plan_bytes_.data(), plan_bytes_.size()),
      mapping_(shared, true, sizeof(trace::SharedState)),
      shared_(static_cast<trace::SharedState*>(mapping_.address())),
      link_(std::move(link)),
      context_(context),
      run_(std::move(run)),
      teller_(context_, container_, plan_bytes_, *shared_) {
  if (!plan_.valid()) throw Error(ErrorKind::corrupt, "the start plan of container " + container_ + " is damaged");
  if (context_.wants_evidence()) {
    for (auto& mask : shared_->evidence) mask.store(~std::uint64_t{0}, std::memory_order_relaxed);
  }
  if (!run_) return;
  for (std::uint32_t i = 0; i < plan_.count(); ++i) {
    const plan::Operation& operation = plan_.operation(i);
    gates_.gates.push_back(
        {plan_.text(operation.name), static_cast<trace::Stage>(operation.stage), plan_.text(operation.plain_command)});
  }
  gates_.set_hold = [this](std::uint64_t low, std::uint64_t high) {
    shared_->hold[0].store(low, std::memory_order_relaxed);
    shared_->hold[1].store(high, std::memory_order_relaxed);
  };
  gates_.open = [this](std::uint32_t operation) {
    link_.release(static_cast<int>(operation), runtime::Report::at_gate);
  };
  gates_.cancel = [this] { link_.cancel(); };
  gates_.request = context_.request;
  run_->begin_plan(gates_);
  in_run_ = true;
}

ContainerStart::~ContainerStart() {
  leave_run();
}

void ContainerStart::leave_run() {
  if (!in_run_) return;
  in_run_ = false;
  run_->end_plan(gates_);
}

bool ContainerStart::hold(std::uint32_t operation, pid_t pid) {
  if (!in_run_ || operation >= plan_.count()) return false;
  return run_->held_in_plan(gates_, operation, container_, pid, plan::shows_before(plan_, operation, pid));
}

void ContainerStart::drain() {
  teller_.drain();
}

Progress ContainerStart::take(const runtime::ReportMessage& report, std::vector<UniqueFd>& descriptors) {
  using runtime::Report;
  heard_ = true;
  switch (report.report) {
    case Report::hello:
    case Report::started:
      pid_ = report.pid;
      teller_.set_processes(report.report == Report::started ? report.number : 0, pid_);
      take_descriptors(descriptors);
      executed_ns_ = report.realtime_ns;
      return report.report == Report::hello && report.number == 1 ? Progress::executed : Progress::starting;
    case Report::at_gate:
      teller_.drain();
      if (!hold(static_cast<std::uint32_t>(report.operation), report.pid)) {
        link_.release(report.operation, report.report);
      }
      return Progress::starting;
    case Report::at_evidence:
      teller_.read_evidence(report.operation, report.pid);
      link_.release(report.operation, report.report);
      return Progress::starting;
    case Report::executed:
      executed_ns_ = report.realtime_ns;
      teller_.executed(report.time_ns);
      return Progress::executed;
    case Report::failed:
      take_end(report);
      return Progress::failed;
    case Report::ended:
      take_end(report);
      return Progress::ended;
    case Report::exited:
      take_end(report);
      return Progress::exited;
  }
  return Progress::starting;
}

void ContainerStart::take_end(const runtime::ReportMessage& report) {
  last_ = report;
  teller_.drain();
}

// Process 1's where there is one, then the clients of a monitor that this daemon adopts.
void ContainerStart::take_descriptors(std::vector<UniqueFd>& descriptors) {
  auto client = descriptors.begin();
  if (pid_ != 0 && client != descriptors.end()) pidfd_ = std::move(*client++);
  std::lock_guard lock(clients_mutex_);
  std::move(client, descriptors.end(), std::back_inserter(clients_));
}

bool ContainerStart::untouched() const noexcept {
  return !heard_ && shared_->monitor.head.load(std::memory_order_acquire) == 0 &&
         shared_->child.head.load(std::memory_order_acquire) == 0;
}

bool ContainerStart::signal(int number) const {
  return signal_process(pidfd_, number);
}

void ContainerStart::attach(Attachment&& client) {
  link_.attach(client.socket.get(), client.flags, client.early, client.keys);
  std::lock_guard lock(clients_mutex_);
  clients_.push_back(std::move(client.socket));
}

std::size_t ContainerStart::clients() {
  std::lock_guard lock(clients_mutex_);
  std::erase_if(clients_, [](const UniqueFd& client) { return is_hung_up(client.get()); });
  return clients_.size();
}

void ContainerStart::end_clients() {
  std::lock_guard lock(clients_mutex_);
  for (const UniqueFd& client : clients_) {
    // Nothing more comes in either: who sends on and on would never be drained.
    ::shutdown(client.get(), SHUT_RDWR);
    // Closed with input unread it would look broken to its peer (unix(7), ECONNRESET).
    char unread[4096];
    constexpr int most_reads = 256;  // more than a socket holds by default (net.core.wmem_max)
    for (int i = 0; i<most_reads&& ::recv(client.get(), unread, sizeof unread, MSG_DONTWAIT)> 0;) ++i;
  }
  clients_.clear();
}

StartFailure ContainerStart::failure() const {
  StartFailure failure{{}, last_.error, last_.text, {}, false};
  if (last_.operation >= 0 && static_cast<std::uint32_t>(last_.operation) < plan_.count()) {
    const plan::Operation& operation = plan_.operation(static_cast<std::uint32_t>(last_.operation));
    const bool of_one_thing = operation.code == plan::Code::execute || operation.code == plan::Code::find_user ||
                              operation.code == plan::Code::change_folder;
    failure.operation = plan_.text(operation.name);
    if (of_one_thing) failure.subject = plan_.text(operation.text[0]);
    failure.asked_for = operation.injected_errno != 0;
  }
  return failure;
}

void ContainerStart::undo() const {
  signal(SIGKILL);
  undo_cgroups(plan_);
}

}  // namespace glassdock::daemon
