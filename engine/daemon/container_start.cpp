#include "engine/daemon/container_start.h"

#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace glassdock::daemon {
namespace {

constexpr int not_found_code = 127;       // docker's, for a command that is not there
constexpr int not_executable_code = 126;  // for one that may not be run
constexpr int other_failure_code = 128;   // for every other failed start (moby daemon/errors.go)
constexpr int signal_base = 128;

Error start_error(std::string text, int exit_code, std::string hint = {}) {
  return Error(ErrorKind::start_failed, "unable to start container process: " + std::move(text), std::move(hint))
      .with_exit_code(exit_code);
}

Error execute_error(const std::string& command, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    if (command.find('/') == std::string::npos) {
      return start_error(fmt::format("exec: \"{}\": executable file not found in $PATH", command), not_found_code,
                         "the image has no such program; `ls /bin` in it shows what there is");
    }
    return start_error(fmt::format("exec: \"{}\": stat {}: {}", command, command,
                                   error == ENOENT ? "no such file or directory" : "not a directory"),
                       not_found_code);
  }
  if (error == EACCES || error == EPERM) {
    return start_error(fmt::format("exec: \"{}\": permission denied", command), not_executable_code);
  }
  if (error == EISDIR) return start_error(fmt::format("exec: \"{}\": is a directory", command), not_executable_code);
  if (error == ENOEXEC) {
    return start_error(fmt::format("exec {}: exec format error", command), not_executable_code,
                       "it is no program of this machine's kind, and no script with #! in its first line");
  }
  return start_error(fmt::format("exec: \"{}\": {}", command, ::strerror(error)), not_executable_code);
}

}  // namespace

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
  gates_.open = [this](std::uint32_t operation) { link_.release(static_cast<int>(operation)); };
  gates_.cancel = [this] { link_.cancel(); };
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

void ContainerStart::drain() {
  teller_.drain();
}

Progress ContainerStart::take(const runtime::ReportMessage& report, std::vector<UniqueFd>& descriptors) {
  using runtime::Report;
  switch (report.report) {
    case Report::hello:
    case Report::started:
      pid_ = report.pid;
      teller_.set_processes(report.report == Report::started ? report.number : 0, pid_);
      if (!descriptors.empty()) pidfd_ = std::move(descriptors.back());
      return report.report == Report::hello && report.number == 1 ? Progress::executed : Progress::starting;
    case Report::at_gate:
      teller_.drain();
      if (!in_run_ ||
          !run_->held_in_plan(gates_, static_cast<std::uint32_t>(report.operation), container_, report.pid)) {
        link_.release(report.operation);
      }
      return Progress::starting;
    case Report::at_evidence:
      teller_.read_evidence(report.operation, report.pid);
      link_.release(report.operation);
      return Progress::starting;
    case Report::executed:
      teller_.executed(report.time_ns);
      return Progress::executed;
    case Report::failed:
      last_ = report;
      teller_.drain();
      return Progress::failed;
    case Report::exited:
      last_ = report;
      teller_.drain();
      return Progress::exited;
  }
  return Progress::starting;
}

bool ContainerStart::signal(int number) const {
  return pidfd_ && ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0) == 0;
}

Error ContainerStart::failure() const {
  if (last_.error == ECANCELED) return Error(ErrorKind::cancelled, "the start was cancelled").with_exit_code(130);
  if (last_.operation < 0 || static_cast<std::uint32_t>(last_.operation) >= plan_.count()) {
    return start_error(fmt::format("{}: {}", last_.text, ::strerror(last_.error)), other_failure_code);
  }
  const plan::Operation& operation = plan_.operation(static_cast<std::uint32_t>(last_.operation));
  std::string object = last_.text;
  switch (operation.code) {
    case plan::Code::execute:
      return execute_error(plan_.text(operation.text[0]), last_.error);
    case plan::Code::find_user:
      // EINVAL and the like: the files could not be read; ENOENT: docker's words.
      if (last_.error == ENOENT || last_.error == ESRCH) {
        return Error(ErrorKind::start_failed, fmt::format("unable to find user {}: no matching entries in passwd file",
                                                          object.empty() ? plan_.text(operation.text[0]) : object))
            .with_exit_code(other_failure_code);
      }
      break;
    case plan::Code::change_folder:
      return start_error(
          fmt::format("chdir to cwd (\"{}\") failed: {}", plan_.text(operation.text[0]), ::strerror(last_.error)),
          other_failure_code);
    default:
      break;
  }
  std::string name = plan_.text(operation.name);
  return start_error(fmt::format("{}{}{}: {}", name, object.empty() ? "" : " ", object, ::strerror(last_.error)),
                     other_failure_code, operation.injected_errno != 0 ? "this failure was asked for" : "");
}

int ContainerStart::exit_code() const noexcept {
  if (WIFSIGNALED(last_.number)) return signal_base + WTERMSIG(last_.number);
  return WEXITSTATUS(last_.number);
}

int ContainerStart::signal_number() const noexcept {
  return WIFSIGNALED(last_.number) ? WTERMSIG(last_.number) : 0;
}

void ContainerStart::undo() const {
  signal(SIGKILL);
  undo_cgroups(plan_);
}

}  // namespace glassdock::daemon
