#include "engine/daemon/execs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <source_location>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/base/text.h"
#include "engine/daemon/lifecycle.h"
#include "engine/os/files.h"

namespace glassdock::daemon {
namespace {

constexpr std::size_t id_digits = 64;
constexpr char execs_folder[] = "execs";
constexpr std::chrono::minutes kept_for{5};  // behind its end, as docker (moby daemon/exec.go)

std::filesystem::path folder_of(const Exec& exec) {
  return exec.container->folder / execs_folder / exec.id;
}

std::string command_line(const ExecConfig& config) {
  return join(config.arguments, " ");
}

// In docker's words where it does not run.
void check_running_locked(const Container& container, std::string_view name) {
  if (container.status.state == State::paused) {
    throw Error(ErrorKind::conflict, fmt::format("Container {} is paused, unpause the container before exec", name));
  }
  if (container.status.state == State::restarting) {
    throw Error(ErrorKind::conflict,
                fmt::format("Container {} is restarting, wait until the container is running", name));
  }
  if (!is_alive(container.status.state)) {
    throw Error(ErrorKind::conflict, fmt::format("container {} is not running", container.id));
  }
}

}  // namespace

Execs::Execs(Parts parts)
    : parts_(parts),
      watch_([this](const ContainerPtr&, const std::shared_ptr<ContainerStart>& start,
                    const std::optional<runtime::ReportMessage>& report,
                    std::vector<UniqueFd>& descriptors) { return take_report(start, report, descriptors); }) {}

ExecPtr Execs::find(std::string_view id) {
  std::lock_guard lock(mutex_);
  auto found = execs_.find(id);
  if (found == execs_.end()) throw Error(ErrorKind::not_found, fmt::format("No such exec instance: {}", id));
  return found->second;
}

std::string Execs::create(std::string_view name, ExecConfig config) {
  ContainerPtr container = parts_.containers.find(name);
  {
    auto lock = parts_.containers.lock();
    check_running_locked(*container, name);
  }
  auto exec = std::make_shared<Exec>();
  exec->id = random_hex(id_digits);
  exec->container = std::move(container);
  exec->config = std::move(config);
  std::lock_guard lock(mutex_);
  forget_old_locked();
  execs_[exec->id] = exec;
  return exec->id;
}

void Execs::forget_old_locked() {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(execs_, [&](const auto& entry) {
    const Exec& exec = *entry.second;
    return exec.state == Exec::State::ended && now - exec.ended > kept_for;
  });
}

void Execs::check_startable(std::string_view id) {
  ExecPtr exec = find(id);
  auto lock = parts_.containers.lock();
  check_running_locked(*exec->container, exec->container->id);
}

void Execs::start(std::string_view id, const Caller& caller, const Attachment& client,
                  const std::array<std::uint32_t, 2>& size) {
  ExecPtr exec = find(id);
  {
    std::lock_guard lock(mutex_);
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
                   {{"exec", exec->id}, {"command", command_line(exec->config)}, {"user", exec->config.user}}, {},
                   std::source_location::current());
  caller.context = span.context();
  try {
    os::make_folders(folder_of(*exec), 0700);
    std::shared_ptr<ContainerStart> start = begin(*exec, caller, client);
    const Progress progress = follow(*start);
    start->leave_run();
    if (progress == Progress::failed) throw to_exec_error(start->failure());
    span.result("pid", static_cast<std::int64_t>(start->pid()));
    {
      std::lock_guard lock(mutex_);
      exec->state = Exec::State::running;
      exec->pid = start->pid();
      exec->start = start;
    }
    watch_.add(exec->container, start);
  } catch (const Error& fault) {
    span.result("error", fault.message());
    end(exec, exec_failure_code);
    throw;
  }
}

std::shared_ptr<ContainerStart> Execs::begin(const Exec& exec, const Caller& caller, const Attachment& client) {
  std::shared_ptr<ContainerStart> container;
  {
    auto lock = parts_.containers.lock();
    check_running_locked(*exec.container, exec.container->id);
    container = exec.container->start;
  }
  if (!container || container->process() < 0) {
    throw Error(ErrorKind::conflict, "the container's monitor does not answer: nothing can be executed in it");
  }
  const RunningContainer running{container->plan(), container->pid(), container->process()};
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

// A gate may hold it for hours; what nobody takes has the launcher's time.
Progress Execs::follow(ContainerStart& start) {
  using std::chrono::milliseconds;
  const auto sent = runtime::LauncherLink::Clock::now();
  std::vector<UniqueFd> descriptors;
  for (;;) {
    std::optional<runtime::ReportMessage> report;
    try {
      report = start.link().receive(descriptors, silence_time);
    } catch (const Error&) {
      start.signal(SIGKILL);
      start.drain();
      throw Error(ErrorKind::start_failed, fmt::format("the command's monitor died during its start: {}", lost_text))
          .with_exit_code(exec_failure_code);
    }
    if (!report) {
      if (!start.untouched() || runtime::LauncherLink::Clock::now() < parts_.launcher.patience_ends(sent)) continue;
      start.cancel();
      throw Error(ErrorKind::start_failed, "the launcher took no start").with_exit_code(exec_failure_code);
    }
    parts_.launcher.answered();
    const Progress progress = start.take(*report, descriptors);
    if (progress != Progress::starting) return progress;
  }
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
  const int code = report ? to_ending(start->wait_status(), false, start->exited_ns()).exit_code : lost_code;
  trace::Context context = start->context();
  context.span = 0;
  context.tell(trace::Stage::lifecycle, "exec.exit", exec->container->id,
               {{"exec", exec->id}, {"exit_code", static_cast<std::int64_t>(code)}});
  end(exec, code);
  return false;
}

void Execs::end(const ExecPtr& exec, int exit_code) {
  try {
    os::remove_tree(folder_of(*exec));
  } catch (const Error&) {  // with its container it goes in the end
  }
  std::shared_ptr<ContainerStart> start;
  {
    std::lock_guard lock(mutex_);
    exec->state = Exec::State::ended;
    exec->exit_code = exit_code;
    exec->ended = std::chrono::steady_clock::now();
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
    std::lock_guard lock(mutex_);
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
void Execs::clear_leftovers() {
  for (const ContainerPtr& container : parts_.containers.all()) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(container->folder / execs_folder, error)) {
      if (!runtime::has_monitor(entry.path())) os::remove_tree(entry.path());
    }
  }
}

}  // namespace glassdock::daemon
