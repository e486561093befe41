#include "engine/daemon/recovery.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <list>
#include <optional>

#include "engine/base/error.h"
#include "engine/daemon/orphan.h"
#include "engine/daemon/start_failure.h"
#include "engine/daemon/start_kit.h"
#include "engine/daemon/status_file.h"
#include "engine/daemon/undo_cgroups.h"
#include "engine/os/files.h"

namespace glassdock::daemon {
namespace {

// How long a monitor may take to introduce itself.
constexpr std::chrono::milliseconds hello_time{5000};
// Between two looks at monitors that do not listen yet, or are at their end.
constexpr int tick_ms = 10;

Error loss() {
  return Error(ErrorKind::start_failed, lost_text).with_exit_code(lost_code);
}

std::string complaint(const Container& container, std::string_view fault) {
  return fmt::format("container {}: {}", container.id.substr(0, 12), fault);
}

// What the monitor's line leaves out stands in the container's settings.
StartFailure failure_of(const StatusRecord& record, const ContainerConfig& config) {
  StartFailure failure{record.operation, record.error, record.object, {}, false};
  if (failure.operation == "run.exec") failure.subject = config.arguments().front();
  if (failure.operation == "isolate.user") failure.subject = config.user;
  if (failure.operation == "run.folder") failure.subject = record.object;
  return failure;
}

bool is_container_id(const std::string& name) {
  constexpr std::size_t digits = 64;
  return name.size() == digits && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::vector<std::filesystem::path> children(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) found.push_back(entry.path());
  return found;
}

}  // namespace

// One container of a daemon before this one, on the way to its monitor.
struct Recovery::Candidate {
  ContainerPtr container;
  std::optional<runtime::MonitorLink> link{};
  bool refused = false;  // it does not speak to this daemon, or is at its end
  std::string fault = "its monitor does not introduce itself";
};

void Recovery::recover(const Complain& complain) {
  const std::vector<ContainerPtr> all = parts_.containers.all();
  {
    // A removal that was cut off is done again.
    auto lock = parts_.containers.lock();
    for (const ContainerPtr& container : all) {
      if (container->status.state == State::removing) container->status.state = State::dead;
    }
  }
  for (const ContainerPtr& container : adopt_all(all, complain)) {
    try {
      settle(container, {&parts_.tracer});
    } catch (const std::exception& fault) {
      complain(complaint(*container, fault.what()));
    }
  }
  remove_strays();
}

// All are asked at once: a machine full of monitors of another version, or of hanging ones, costs one wait.
std::vector<ContainerPtr> Recovery::adopt_all(const std::vector<ContainerPtr>& containers, const Complain& complain) {
  const auto begin = std::chrono::steady_clock::now();
  std::vector<ContainerPtr> ended;
  std::list<Candidate> candidates;
  for (const ContainerPtr& container : containers) candidates.push_back({container});
  for (bool undecided = true; undecided;) {
    const auto waited = std::chrono::steady_clock::now() - begin;
    undecided = false;
    std::vector<pollfd> links;
    for (auto candidate = candidates.begin(); candidate != candidates.end();) {
      if (!runtime::has_monitor(candidate->container->folder)) {
        ended.push_back(candidate->container);
        candidate = candidates.erase(candidate);
      } else if (introduces_itself(*candidate)) {
        candidate = candidates.erase(candidate);
      } else {
        if (candidate->link) links.push_back({candidate->link->socket(), POLLIN, 0});
        undecided = undecided || waited < (candidate->refused ? monitor_end_time : hello_time);
        ++candidate;
      }
    }
    if (undecided) ::poll(links.data(), links.size(), tick_ms);
  }
  for (const Candidate& candidate : candidates) {
    try {
      if (keep_orphan(candidate.container)) {
        complain(complaint(*candidate.container, candidate.fault));
      } else {
        ended.push_back(candidate.container);
      }
    } catch (const std::exception& fault) {
      complain(complaint(*candidate.container, fault.what()));
    }
  }
  return ended;
}

// True once it has, and is adopted. Does not wait.
bool Recovery::introduces_itself(Candidate& candidate) {
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

void Recovery::adopt(Candidate& candidate, const runtime::ReportMessage& hello, std::vector<UniqueFd>& descriptors) {
  if (hello.report != runtime::Report::hello || descriptors.size() < 2) {
    throw Error(ErrorKind::unavailable, "its monitor does not introduce itself");
  }
  const ContainerPtr& container = candidate.container;
  runtime::Mapping plan(descriptors[0].get(), false, 1);
  auto start = std::make_shared<ContainerStart>(
      container->id, std::string(static_cast<const char*>(plan.address()), plan.bytes()), descriptors[1].get(),
      std::move(*candidate.link), trace::Context{&parts_.tracer}, nullptr);
  descriptors.erase(descriptors.begin(), descriptors.begin() + 2);
  Progress progress = start->take(hello, descriptors);
  {
    auto lock = parts_.containers.lock();
    container->start = start;
    if (progress == Progress::starting) container->work = Work::starting;
    if (progress == Progress::executed) {
      if (!is_alive(container->status.state)) {
        parts_.lifecycle.started_locked(*container, start->pid(), start->executed_ns());
      }
      container->status.pid = start->pid();
    }
  }
  parts_.containers.store_quietly(*container);
  parts_.watch.add(container, start);
}

bool Recovery::keep_orphan(const ContainerPtr& container) {
  std::shared_ptr<Orphan> orphan = find_orphan(container->folder);
  {
    auto lock = parts_.containers.lock();
    container->start.reset();
    container->work = Work::none;
    if (!orphan) return false;
    container->orphan = orphan;
    if (!is_alive(container->status.state)) {
      if (orphan->executed_ns != 0) {
        parts_.lifecycle.started_locked(*container, orphan->pid, orphan->executed_ns);
      } else {
        container->work = Work::starting;
      }
    }
  }
  parts_.containers.store_quietly(*container);
  parts_.watch.add(container, orphan);
  return true;
}

void Recovery::take_loss(const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start) {
  start->signal(SIGKILL);
  end_monitor(container->folder);
  start->drain();
  start->undo();
  start->leave_run();
  settle(container, start->context());
}

void Recovery::end_orphan(const ContainerPtr& container) {
  end_monitor(container->folder);
  settle(container, {&parts_.tracer});
}

void Recovery::later(const ContainerPtr& container, std::function<void()> job) {
  worker_.add([container, job = std::move(job)] {
    try {
      job();
    } catch (const std::exception& fault) {
      std::fprintf(stderr, "glassdockd: the end of container %.12s could not be taken: %s\n", container->id.c_str(),
                   fault.what());
    }
  });
}

// No monitor speaks for it any more: what its status file says is final.
void Recovery::settle(const ContainerPtr& container, const trace::Context& context) {
  parts_.lifecycle.undo_leftovers(*container);
  take_status_file(container, context);
  Status status = parts_.containers.status(*container);
  if (status.state == State::dead || container->config.auto_remove) {
    parts_.lifecycle.remove_stopped(container, {&parts_.tracer, nullptr, context.span});
  }
}

void Recovery::take_status_file(const ContainerPtr& container, const trace::Context& context) {
  auto text = os::try_read_file(container->folder / status_file);
  auto record = parse_status_file(text.value_or(std::string()));
  Status before;
  std::optional<Ending> told;
  bool in_hand = false;  // a start that this daemon saw, and nobody has answered for yet
  {
    auto lock = parts_.containers.lock();
    before = container->status;
    in_hand = container->work == Work::starting;
    told = container->told_end;
  }
  const bool was_alive = is_alive(before.state);
  if (!was_alive && !in_hand) {
    if (!record) return;
    // Ended, and perhaps recorded; a start and an end that were not are recorded now.
    if (record->failed ? !before.error.empty() : record->ended && before.finished_ns >= record->ended_ns) return;
  }
  if (record && record->failed) {
    parts_.lifecycle.start_failed(container, to_error(failure_of(*record, container->config)), context.span);
    return;
  }
  // With process 1 the kernel ends all others of its pid namespace.
  if (record && !record->ended) signal_process(open_process(record->pid, record->start_time), SIGKILL);
  if (!was_alive && (!record || (!record->ended && record->executed_ns == 0))) {  // it died before the command
    parts_.lifecycle.start_failed(container, loss(), context.span);
    return;
  }
  if (!was_alive) {
    auto lock = parts_.containers.lock();
    parts_.lifecycle.started_locked(*container, record->pid, record->executed_ns);
  }
  Ending ending{lost_code, SIGKILL, false, lost_text};
  if (record && record->ended) {
    ending = to_ending(record->wait_status, record->oom_kills > 0, record->ended_ns);
  } else {
    // Its monitor may have told the end to this daemon and not to its disk.
    ending.finished_ns = realtime_ns();
    if (told) ending = *told;
    record_end(*container, ending);
  }
  parts_.lifecycle.ended(container, context, ending, Lifecycle::After::now);
}

// Where the monitor did not come to it, the daemon writes the end, so that no later daemon takes it for a new one.
void Recovery::record_end(const Container& container, const Ending& ending) noexcept {
  try {
    UniqueFd file(parts_.system.openat(AT_FDCWD, (container.folder / status_file).c_str(),
                                       O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) throw os::write_error(errno, "open", container.folder / status_file);
    const int wait_status = ending.signal != 0 ? ending.signal : W_EXITCODE(ending.exit_code, 0);
    os::write_all(parts_.system, file.get(), exited_line(wait_status, ending.finished_ns),
                  container.folder / status_file);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "glassdockd: the end of container %.12s could not be written: %s\n", container.id.c_str(),
                 fault.what());
  }
}

void Recovery::remove_strays() {
  auto known = [&](const std::string& id) {
    try {
      return parts_.containers.find(id)->id == id;
    } catch (const Error&) {
      return false;
    }
  };
  for (const auto& parent : cgroup_parents(parts_.host)) {
    for (const auto& folder : children(parent)) {
      if (is_container_id(folder.filename()) && !known(folder.filename())) remove_cgroup(folder);
    }
  }
  for (const auto& folder : children(parts_.containers.folder())) {
    if (is_container_id(folder.filename()) && !known(folder.filename())) os::remove_tree(folder);
  }
}

}  // namespace glassdock::daemon
