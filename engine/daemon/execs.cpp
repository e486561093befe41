#include "engine/daemon/execs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <source_location>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/base/text.h"
#include "engine/daemon/adoption.h"
#include "engine/daemon/lifecycle.h"
#include "engine/daemon/orphan.h"
#include "engine/os/files.h"

namespace glassdock::daemon {
namespace {

constexpr std::size_t id_digits = 64;
constexpr char execs_folder[] = "execs";
constexpr char monitor_died[] = "the command's monitor died during its start: monitor lost";
constexpr std::chrono::minutes kept_for{5};       // behind its end, as docker (moby daemon/exec.go)
constexpr std::chrono::seconds kept_removed{10};  // the same of a container that is gone: its client asks for the code
constexpr std::size_t most_idle = 1024;           // that wait for their start or have ended
constexpr std::chrono::milliseconds look_time{250};
constexpr std::chrono::seconds resize_patience{10};  // moby daemon/resize.go

std::filesystem::path folder_of(const Exec& exec) {
  return exec.container->folder / execs_folder / exec.id;
}

// Its container may be removed at this moment: what is gone is not made anew.
void make_folder(const std::filesystem::path& folder) {
  for (const std::filesystem::path& one : {folder.parent_path(), folder}) {
    if (::mkdir(one.c_str(), 0700) != 0 && errno != EEXIST) throw os::write_error(errno, "create folder", one);
  }
}

bool is_dead(int process) {
  pollfd end{process, POLLIN, 0};
  return ::poll(&end, 1, 0) > 0;
}

// "exec_create: ls -l", with a blank behind a command without arguments, as docker has it (moby daemon/exec.go).
std::string action_with_command(std::string_view action, const ExecConfig& config) {
  const std::vector<std::string>& words = config.arguments;
  return fmt::format("{}: {} {}", action, words.front(), join({words.begin() + 1, words.end()}, " "));
}

// In docker's words where it does not run.
void check_running_locked(const Container& container, std::string_view name) {
  if (container.status.state == State::paused) {
    throw Error(ErrorKind::conflict, fmt::format("Container {} is paused, unpause the container before exec", name));
  }
  if (container.status.state == State::restarting) {
    throw restarting_error(fmt::format("Container {}", name));
  }
  if (!is_alive(container.status.state)) {
    throw Error(ErrorKind::conflict, fmt::format("container {} is not running", container.id));
  }
  // It would come from outside, with the rights of the engine, and a wall is missing.
  if (plan::read_trial(container.config.annotations)) {
    throw Error(ErrorKind::conflict, fmt::format("Container {} is a trial: no other command is let into it", name),
                "look from inside with the container's own command");
  }
}

}  // namespace

Execs::Execs(Parts parts)
    : parts_(parts),
      watch_([this](const ContainerPtr&, const std::shared_ptr<ContainerStart>& start,
                    const std::optional<runtime::ReportMessage>& report,
                    std::vector<UniqueFd>& descriptors) { return take_report(start, report, descriptors); },
             MonitorWatch::BehindEnd::output) {}

void Execs::begin_stop() {
  std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

ExecPtr Execs::find(std::string_view id) {
  std::lock_guard lock(mutex_);
  return find_locked(id);
}

ExecPtr Execs::find_locked(std::string_view id) {
  auto found = execs_.find(id);
  if (found != execs_.end() && is_over_locked(*found->second)) {
    execs_.erase(found);
    found = execs_.end();
  }
  if (found == execs_.end()) throw Error(ErrorKind::not_found, fmt::format("No such exec instance: {}", id));
  return found->second;
}

std::string Execs::create(std::string_view name, ExecConfig config) {
  ContainerPtr container = parts_.containers.find(name);
  auto exec = std::make_shared<Exec>();
  {
    auto lock = parts_.containers.lock();
    check_running_locked(*container, name);
    exec->life = container->status.started_ns;
  }
  exec->id = random_hex(id_digits);
  exec->container = std::move(container);
  exec->config = std::move(config);
  exec->idle = std::chrono::steady_clock::now();
  {
    std::lock_guard lock(mutex_);
    make_room_locked();
    execs_[exec->id] = exec;
  }
  tell_event(*exec, action_with_command("exec_create", exec->config));
  return exec->id;
}

void Execs::tell_event(const Exec& exec, std::string_view action, EventLog::Attributes more) {
  more["execID"] = exec.id;
  auto lock = parts_.containers.lock();
  parts_.events.tell_locked(*exec.container, action, std::move(more));
}

bool Execs::is_over_locked(const Exec& exec) const {
  if (exec.state == Exec::State::starting || exec.state == Exec::State::running) return false;
  auto lock = parts_.containers.lock();
  const Container& container = *exec.container;
  const bool removed = container.work == Work::removed;
  if (exec.state == Exec::State::created) {
    return removed || !is_alive(container.status.state) || container.status.started_ns != exec.life;
  }
  return std::chrono::steady_clock::now() - exec.idle > (removed ? kept_removed : kept_for);
}

void Execs::make_room_locked() {
  std::erase_if(execs_, [&](const auto& entry) { return is_over_locked(*entry.second); });
  std::size_t idle = 0;
  auto oldest = execs_.end();
  for (auto one = execs_.begin(); one != execs_.end(); ++one) {
    const Exec& exec = *one->second;
    if (exec.state != Exec::State::created && exec.state != Exec::State::ended) continue;
    ++idle;
    if (oldest == execs_.end() || exec.idle < oldest->second->idle) oldest = one;
  }
  if (idle >= most_idle) execs_.erase(oldest);
}

void Execs::check_startable(std::string_view id) {
  ExecPtr exec = find(id);
  auto lock = parts_.containers.lock();
  check_running_locked(*exec->container, exec->container->id);
}

void Execs::start(std::string_view id, const Caller& caller, const Attachment& client,
                  const std::array<std::uint32_t, 2>& size) {
  ExecPtr exec;
  {
    std::lock_guard lock(mutex_);
    exec = find_locked(id);  // the oldest ones make room: not one that has been claimed
    if (exec->state != Exec::State::created) {
      throw Error(ErrorKind::conflict,
                  fmt::format("Error: Exec command {} {}", exec->id,
                              exec->state == Exec::State::ended ? "has already run" : "is already running"));
    }
    exec->state = Exec::State::starting;
    if (size[0] != 0) exec->config.console_size = size;  // nobody else reads it before the start
  }
  start_claimed(exec, caller, client);
}

void Execs::start_claimed(const ExecPtr& exec, Caller caller, const Attachment& client) {
  trace::Span span(caller.context, trace::Stage::lifecycle, "exec.start", exec->container->id,
                   {{"exec", exec->id}, {"command", shell_line(exec->config.arguments)}, {"user", exec->config.user}},
                   {}, std::source_location::current());
  caller.context = span.context();
  tell_event(*exec, action_with_command("exec_start", exec->config));
  std::shared_ptr<ContainerStart> start;
  try {
    const std::shared_ptr<ContainerStart> container = start_of_container(*exec, client);
    make_folder(folder_of(*exec));
    const Progress progress = carry_out(*exec, *container, caller, client, start);
    if (progress == Progress::failed) throw to_exec_error(start->failure());
    span.result("pid", static_cast<std::int64_t>(start->pid()));
    {
      std::lock_guard lock(mutex_);
      exec->state = Exec::State::running;
      exec->pid = start->pid();
      exec->start = start;
      changed_.notify_all();
    }
    watch_.add(exec->container, start);
  } catch (const std::exception& fault) {  // no memory, no folder: no command stays "starting", or runs unseen, for it
    if (start) {
      start->signal(SIGKILL);
      start->cancel();
      std::lock_guard lock(mutex_);
      exec->start.reset();  // its clients' streams stay open, for whoever tells them
    }
    end(exec, exec_failure_code);
    const auto* known = dynamic_cast<const Error*>(&fault);
    span.result("error", known ? known->message() : std::string(fault.what()));
    throw;
  }
}

std::shared_ptr<ContainerStart> Execs::start_of_container(const Exec& exec, const Attachment& client) const {
  ContainerWatch watch(parts_.containers, exec.container);
  for (;;) {
    {
      auto lock = parts_.containers.lock();
      const Container& container = *exec.container;
      check_running_locked(container, container.id);
      if (container.start && container.start->process() >= 0) return container.start;
      // Its monitor is asked for a limited time (Adoption); an end that is being taken is told soon.
      if (!container.orphan || container.orphan->talk == Orphan::Talk::silent) {
        throw Error(ErrorKind::conflict, "the container's monitor does not answer: nothing can be executed in it");
      }
    }
    if (stopping_) throw Error(ErrorKind::unavailable, "the engine stops");
    if (!watch.wait(client.socket.get(), -1)) throw Error(ErrorKind::cancelled, "the client has gone");
  }
}

std::shared_ptr<ContainerStart> Execs::begin(const Exec& exec, const ContainerStart& container, const Caller& caller,
                                             const Attachment& client) {
  const RunningContainer running{container.plan(), container.pid(), container.process()};
  std::shared_ptr<StartKit> kit = parts_.kits.make_exec(*exec.container, exec.config, running, folder_of(exec));
  auto start = std::make_shared<ContainerStart>(exec.container->id, std::move(kit->plan), kit->shared.get(),
                                                std::move(*kit->link), caller.context, caller.run);
  if (client.socket) {
    UniqueFd copy(::fcntl(client.socket.get(), F_DUPFD_CLOEXEC, 3));
    if (!copy) throw Error::from_errno(errno, "copy", "the stream of a client");
    start->attach({std::move(copy), client.flags, client.early, client.keys});
  }
  runtime::StartMessage message{};
  message.version = runtime::protocol_version;
  message.flags = runtime::start_exec;
  if (exec.config.attach_stdin) message.flags |= runtime::start_stdin | runtime::start_stdin_once;
  parts_.launcher.begin(message, kit->descriptors());
  return start;
}

// What goes down with the launcher before anything has been done is sent once more, as a container's start is.
Progress Execs::carry_out(const Exec& exec, const ContainerStart& container, const Caller& caller,
                          const Attachment& client, std::shared_ptr<ContainerStart>& start) {
  constexpr int most_tries = 2;
  for (int tries = 1;; ++tries) {
    start = begin(exec, container, caller, client);
    const std::optional<Progress> progress = follow(container, *start, client);
    start->leave_run();
    if (progress) return *progress;
    start->drain();
    if (start->untouched() && tries < most_tries) continue;
    throw Error(ErrorKind::start_failed, monitor_died).with_exit_code(exec_failure_code);
  }
}

// A gate may hold it for hours; what nobody takes has the launcher's time.
std::optional<Progress> Execs::follow(const ContainerStart& container, ContainerStart& start,
                                      const Attachment& client) {
  using Clock = runtime::LauncherLink::Clock;
  const auto sent = Clock::now();
  std::optional<Clock::time_point> dead;
  std::vector<UniqueFd> descriptors;
  for (;;) {
    std::optional<runtime::ReportMessage> report;
    try {
      report = start.link().receive(descriptors, look_time);
    } catch (const Error&) {
      return std::nullopt;
    }
    if (!report) {
      check_wanted(container, start, client, dead);
      if (!start.untouched() || Clock::now() < parts_.launcher.patience_ends(sent)) continue;
      throw Error(ErrorKind::start_failed, "the launcher took no start").with_exit_code(exec_failure_code);
    }
    parts_.launcher.answered();
    const Progress progress = start.take(*report, descriptors);
    if (progress != Progress::starting) return progress;
  }
}

// `dead`: since when it must end, for process 1 or its own one has ended. Its monitor says so, unless it hangs or waits
// at a gate.
void Execs::check_wanted(const ContainerStart& container, const ContainerStart& start, const Attachment& client,
                         std::optional<runtime::LauncherLink::Clock::time_point>& dead) const {
  if (stopping_) throw Error(ErrorKind::unavailable, "the engine stops");
  if (client.socket && is_hung_up(client.socket.get())) throw Error(ErrorKind::cancelled, "the client has gone");
  const bool stopped = is_dead(container.process());
  if (!stopped && !is_dead(start.process())) return;
  const auto now = runtime::LauncherLink::Clock::now();
  if (!dead) dead = now;
  if (now - *dead < monitor_end_time) return;
  throw Error(ErrorKind::start_failed, stopped ? "OCI runtime exec failed: exec failed: cannot exec in a stopped "
                                                 "container: unknown"
                                               : monitor_died)
      .with_exit_code(exec_failure_code);
}

bool Execs::take_report(const std::shared_ptr<ContainerStart>& start,
                        const std::optional<runtime::ReportMessage>& report, std::vector<UniqueFd>& descriptors) {
  const Progress progress = report ? start->take(*report, descriptors) : Progress::exited;
  if (progress != Progress::exited && progress != Progress::failed) return true;
  ExecPtr exec;
  {
    std::lock_guard lock(mutex_);
    auto found =
        std::find_if(execs_.begin(), execs_.end(), [&](const auto& one) { return one.second->start == start; });
    if (found != execs_.end()) exec = found->second;
  }
  if (!report) start->signal(SIGKILL);  // its monitor is lost
  if (!exec) return false;
  // A monitor that is lost behind the command's end has told how it ended.
  const int code =
      report || start->has_ended() ? to_ending(start->wait_status(), false, start->exited_ns()).exit_code : lost_code;
  trace::Context context = start->context();
  context.span = 0;
  context.tell(trace::Stage::lifecycle, "exec.exit", exec->container->id,
               {{"exec", exec->id}, {"exit_code", static_cast<std::int64_t>(code)}});
  tell_event(*exec, "exec_die", {{"exitCode", std::to_string(code)}});
  end(exec, code);
  return false;
}

void Execs::end(const ExecPtr& exec, int exit_code) {
  try {
    os::remove_tree(folder_of(*exec));
  } catch (const std::exception&) {  // with its container it goes in the end
  }
  std::shared_ptr<ContainerStart> start;
  {
    std::lock_guard lock(mutex_);
    exec->state = Exec::State::ended;
    exec->exit_code = exit_code;
    exec->idle = std::chrono::steady_clock::now();
    changed_.notify_all();
    start.swap(exec->start);
  }
  if (start) start->end_clients();
}

ExecView Execs::inspect(std::string_view id) {
  ExecPtr exec = find(id);
  std::lock_guard lock(mutex_);
  return {exec, exec->state == Exec::State::running, exec->pid, exec->exit_code};
}

void Execs::resize(std::string_view id, std::uint16_t rows, std::uint16_t columns) {
  ExecPtr exec = find(id);
  std::shared_ptr<ContainerStart> start;
  {
    std::unique_lock lock(mutex_);
    const bool settled =
        changed_.wait_for(lock, resize_patience, [&] { return stopping_ || exec->state != Exec::State::starting; });
    if (!settled) throw Error(ErrorKind::internal, "timeout waiting for exec session ready");
    start = exec->start;
  }
  if (!start) throw Error(ErrorKind::not_found, fmt::format("process does not exist {}: not found", exec->id));
  start->link().resize(rows, columns);
}

std::vector<std::string> Execs::of_container(const std::string& id) {
  std::vector<std::string> ids;
  std::lock_guard lock(mutex_);
  for (const auto& [exec_id, exec] : execs_) {
    if (exec->container->id == id && exec->state != Exec::State::ended) ids.push_back(exec_id);
  }
  return ids;
}

// Commands that run on keep theirs: their monitors go on without a daemon that knows them.
void Execs::clear_leftovers(const std::function<void(const std::string&)>& complain) {
  for (const ContainerPtr& container : parts_.containers.all()) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(container->folder / execs_folder, error)) {
      try {
        if (!runtime::has_monitor(entry.path())) os::remove_tree(entry.path());
      } catch (const Error& fault) {
        complain(complaint(container->id, fault.what()));
      }
    }
  }
}

}  // namespace glassdock::daemon
