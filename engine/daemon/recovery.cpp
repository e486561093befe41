#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <set>

#include "engine/base/error.h"
#include "engine/daemon/orphan.h"
#include "engine/daemon/service.h"
#include "engine/daemon/start_failure.h"
#include "engine/daemon/status_file.h"
#include "engine/os/files.h"

namespace glassdock::daemon {
namespace {

constexpr std::chrono::seconds hello_timeout{5};

std::set<std::filesystem::path> cgroup_parents(const plan::Host& host) {
  std::set<std::filesystem::path> parents;
  for (const auto& [controller, folder] : host.cgroup_folders) parents.insert(folder);
  if (!host.unified_folder.empty()) parents.insert(host.unified_folder);
  return parents;
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

void Service::recover(const std::function<void(const std::string&)>& complain) {
  for (const ContainerPtr& container : parts_.containers.all()) {
    try {
      recover_container(container);
    } catch (const std::exception& fault) {
      complain(fmt::format("container {}: {}", container->id.substr(0, 12), fault.what()));
    }
  }
  remove_strays();
}

void Service::recover_container(const ContainerPtr& container) {
  {
    // A removal that was cut off is done again.
    auto lock = parts_.containers.lock();
    if (container->status.state == State::removing) container->status.state = State::dead;
  }
  try {
    if (adopt(container)) return;
  } catch (const Error&) {
    // It was at its end, and the status file has it, or it cannot be spoken to.
    if (keep_orphan(container)) throw;
  }
  settle(container);
}

// No monitor speaks for it any more: what its status file says is final.
void Service::settle(const ContainerPtr& container) {
  undo_leftovers(*container);
  take_status_file(container);
  {
    // Where nothing stood in it, the monitor had not begun.
    auto lock = parts_.containers.lock();
    if (container->orphan) container->work = Work::none;
    container->orphan.reset();
    parts_.containers.ring(*container);
  }
  Status status = parts_.containers.status(*container);
  if (status.state == State::dead || container->config.auto_remove) {
    remove_stopped(container, {&parts_.tracer});
  }
}

// The daemon before died between a start and its record.
void Service::begin_locked(Container& container, std::int64_t executed_ns) {
  parts_.containers.move_locked(container, Move::start);
  container.status.started_ns = executed_ns;
  container.status.finished_ns = 0;
  container.status.error.clear();
}

bool Service::keep_orphan(const ContainerPtr& container) {
  std::shared_ptr<Orphan> orphan = find_orphan(container->folder);
  {
    auto lock = parts_.containers.lock();
    container->start.reset();
    container->work = Work::none;
    if (!orphan) return false;
    container->orphan = orphan;
    if (!is_alive(container->status.state)) {
      if (orphan->executed_ns != 0) {
        begin_locked(*container, orphan->executed_ns);
      } else {
        container->work = Work::starting;
      }
    }
  }
  parts_.containers.store_quietly(*container);
  watch_.add(container, orphan);
  return true;
}

void Service::end_orphan(const ContainerPtr& container) noexcept {
  try {
    std::shared_ptr<Orphan> orphan;
    {
      auto lock = parts_.containers.lock();
      orphan = container->orphan;
    }
    if (orphan) orphan->finish();
    settle(container);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "glassdockd: the end of container %.12s could not be taken: %s\n", container->id.c_str(),
                 fault.what());
  }
}

bool Service::adopt(const ContainerPtr& container) {
  std::error_code ignored;
  if (!std::filesystem::exists(container->folder / runtime::lock_file, ignored)) return false;
  auto link = runtime::MonitorLink::adopt(container->folder);
  if (!link) return false;
  std::vector<UniqueFd> descriptors;
  auto hello = link->receive(descriptors, hello_timeout);
  if (!hello || hello->report != runtime::Report::hello || descriptors.size() < 2) {
    throw Error(ErrorKind::unavailable, "its monitor does not introduce itself");
  }
  runtime::Mapping plan(descriptors[0].get(), false, 1);
  auto start = std::make_shared<ContainerStart>(
      container->id, std::string(static_cast<const char*>(plan.address()), plan.bytes()), descriptors[1].get(),
      std::move(*link), trace::Context{&parts_.tracer}, nullptr);
  descriptors.erase(descriptors.begin(), descriptors.begin() + 2);
  Progress progress = start->take(*hello, descriptors);
  {
    auto lock = parts_.containers.lock();
    container->start = start;
    if (progress == Progress::starting) container->work = Work::starting;
    if (progress == Progress::executed) {
      if (!is_alive(container->status.state)) begin_locked(*container, start->executed_ns());
      container->status.pid = start->pid();
    }
  }
  parts_.containers.store_quietly(*container);
  watch_.add(container, start);
  return true;
}

void Service::take_status_file(const ContainerPtr& container) {
  auto text = os::try_read_file(container->folder / status_file);
  auto record = parse_status_file(text.value_or(std::string()));
  bool was_alive = is_alive(parts_.containers.status(*container).state);
  if (!record && !was_alive) return;
  if (record && record->ended && !was_alive) {
    // Ended, and perhaps recorded; a start and an end that were not are recorded now.
    Status status = parts_.containers.status(*container);
    if (record->failed ? !status.error.empty() : status.finished_ns >= record->ended_ns) return;
  }
  if (record && record->failed) {
    start_failed(container, to_error(failure_of(*record, container->config)), 0);
    return;
  }
  if (!was_alive && !record->ended && record->executed_ns == 0) {  // it died before the command
    signal_process(open_process(record->pid, record->start_time), SIGKILL);
    start_failed(container, Error(ErrorKind::start_failed, "monitor lost").with_exit_code(lost_code), 0);
    return;
  }
  if (!was_alive) {
    parts_.containers.move(*container, Move::start,
                           [&](Container& changed) { changed.status.started_ns = record->executed_ns; });
  }
  Ending ending{lost_code, SIGKILL, false, "monitor lost"};
  if (record && record->ended) {
    int status = record->wait_status;
    ending.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    ending.exit_code = ending.signal ? signal_base + ending.signal : WEXITSTATUS(status);
    ending.oom_killed = record->oom_kills > 0;
    ending.error.clear();
    ending.finished_ns = record->ended_ns;
  } else if (record) {
    // With process 1 the kernel ends all others of its pid namespace.
    signal_process(open_process(record->pid, record->start_time), SIGKILL);
  }
  if (!record || !record->ended) ending.finished_ns = record_lost(*container);
  ended(container, nullptr, ending);
}

// Where the monitor did not come to it, the daemon writes the end, so that no later daemon takes it for a new one.
std::int64_t Service::record_lost(const Container& container) noexcept {
  std::int64_t now = realtime_ns();
  try {
    UniqueFd file(parts_.system.openat(AT_FDCWD, (container.folder / status_file).c_str(),
                                       O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) throw os::write_error(errno, "open", container.folder / status_file);
    os::write_all(parts_.system, file.get(), exited_line(SIGKILL, now), container.folder / status_file);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "glassdockd: the end of container %.12s could not be written: %s\n", container.id.c_str(),
                 fault.what());
  }
  return now;
}

void Service::undo_leftovers(const Container& container) {
  for (const auto& parent : cgroup_parents(parts_.host)) remove_cgroup(parent / container.id);
}

void Service::remove_strays() {
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
