#include "engine/runtime/launcher/monitor.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <initializer_list>

#include "engine/os/record_lock.h"
#include "engine/runtime/launcher/child.h"
#include "engine/runtime/launcher/kernel.h"
#include "engine/runtime/launcher/trial.h"
#include "engine/runtime/messages.h"

namespace glassdock::runtime {
namespace {

int64_t realtime_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

bool Monitor::make_ready() {
  return ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, gates_) == 0 && ::pipe2(output_, O_CLOEXEC) == 0 &&
         ::pipe2(error_, O_CLOEXEC) == 0;
}

int Monitor::run(const StartMessage& message, const int (&descriptors)[start_descriptors]) {
  ::memcpy(descriptors_, descriptors, sizeof descriptors_);
  control_ = descriptors_[fd_control];
  adoption_ns_ = message.adoption_ms != 0 ? message.adoption_ms * 1'000'000LL : adoption_seconds * 1'000'000'000LL;
  if (!open_files() || !map_plan() || !open_stdio(message)) return 1;
  state_.gate = gates_[1];
  state_.monitor_gate = gates_[0];
  if ((message.flags & start_exec) != 0) state_.process = descriptors_[fd_process];
  status_.open(descriptors_[fd_status]);
  look_at_commands();  // clients that attached before the start

  if (cancelled_ || !prepare() || !clone_child()) {
    fail(held_operation_, ECANCELED, "cancelled");  // no effect where the failure was told already
    return 0;
  }
  write_started();
  if (listener_ < 0) listen_for_daemons();  // a hold before the clone has it open already
  while (!failed_ && !reaped_) watch();
  if (failed_) return 0;
  finish();
  leave_folder();
  if (state_.process >= 0) {
    // Whose stream has ended asks for the exit code: it is the daemon that ends it, once it knows.
    while (!relay_.send_rests()) watch();
    report_end(Report::exited);
    relay_.leave_clients();
    return 0;
  }
  report_end(Report::exited);
  while (!relay_.send_rests()) watch();
  relay_.close_clients();
  return 0;
}

bool Monitor::open_files() {
  // A record lock, not one of the open file description: that would live on in the child's copy (fcntl(2)).
  lock_ = ::openat(descriptors_[fd_folder], lock_file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  return lock_ >= 0 && os::take_record_lock(lock_) == 0;
}

bool Monitor::map_plan() {
  struct stat info {};
  if (::fstat(descriptors_[fd_plan], &info) != 0) return false;
  auto size = static_cast<size_t>(info.st_size);
  void* block = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptors_[fd_plan], 0);
  void* shared =
      ::mmap(nullptr, sizeof(trace::SharedState), PROT_READ | PROT_WRITE, MAP_SHARED, descriptors_[fd_shared], 0);
  if (block == MAP_FAILED || shared == MAP_FAILED) return false;
  plan_ = plan::View(block, size);
  if (!plan_.valid() || ::chdir(plan_.text(plan_.header().data_folder)) != 0) return false;
  state_.plan = &plan_;
  state_.shared = static_cast<trace::SharedState*>(shared);
  // The pointers of argv and environ: the child may not allocate them.
  size_t pointers = plan_.header().argument_count + plan_.header().environment_count + 3;
  void* room = ::mmap(nullptr, pointers * sizeof(char*), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return false;
  state_.arguments = static_cast<char**>(room);
  state_.environment = state_.arguments + plan_.header().argument_count + 1;
  return true;
}

// Pipes, or until the child has opened the terminal of its plan, nothing.
bool Monitor::open_stdio(const StartMessage& message) {
  const bool logs = (message.flags & start_exec) == 0 && message.log_files > 0;
  const LogFile log{logs ? descriptors_[fd_log] : -1, descriptors_[fd_folder], message.log_bytes, message.log_files};
  with_input_ = (message.flags & start_stdin) != 0;
  for (uint32_t i = 0; i < plan_.count(); ++i) {
    if (plan_.operation(i).code == plan::Code::open_terminal) terminal_ = true;
  }
  if (terminal_) {
    for (int fd : {output_[0], output_[1], error_[0], error_[1]}) ::close(fd);
    for (int& fd : state_.stdio) fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    relay_.await_terminal(log);
    return true;
  }
  if (with_input_ && ::pipe2(input_, O_CLOEXEC) != 0) return false;
  state_.stdio[0] = with_input_ ? input_[0] : ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  state_.stdio[1] = output_[1];
  state_.stdio[2] = error_[1];
  relay_.open(input_[1], output_[0], error_[0], log, (message.flags & start_stdin_once) != 0);
  return true;
}

bool Monitor::do_operation(uint32_t index) {
  const plan::Operation& operation = plan_.operation(index);
  if (operation.code == plan::Code::create_cgroups) cgroups_begun_ = true;
  trace::Record record{};
  record.operation = index;
  record.begin_ns = kernel::monotonic_ns();
  record.error = operation.injected_errno != 0 ? operation.injected_errno : carry_out(state_, operation, record);
  record.end_ns = kernel::monotonic_ns();
  trace::publish(state_.shared->monitor, record);
  if (operation.code == plan::Code::report_memory) oom_kills_ = record.number[1];
  if (operation.phase == plan::Phase::teardown && record.error != 0) teardown_error_ = record.error;
  bool forgiven = operation.phase == plan::Phase::teardown || (operation.flags & plan::may_fail) != 0;
  if (record.error != 0 && !forgiven) {
    fail(static_cast<int>(index), record.error, record.text);
    return false;
  }
  return true;
}

bool Monitor::prepare() {
  for (uint32_t i = 0; i < plan_.header().first_child; ++i) {
    if (trace::bit_is_set(state_.shared->hold, i) && hold(Report::at_gate, i) == Wait::cancelled) return false;
    if (plan_.operation(i).code == plan::Code::clone) continue;  // the last one: clone_child
    if (!do_operation(i)) return false;
    if (trace::bit_is_set(state_.shared->evidence, i) && hold(Report::at_evidence, i) == Wait::cancelled) return false;
  }
  return true;
}

bool Monitor::clone_child() {
  uint32_t index = plan_.header().first_child - 1;
  const plan::Operation& operation = plan_.operation(index);
  clone_args arguments{};
  arguments.flags = operation.number[0] | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<uint64_t>(&pidfd_);
  arguments.exit_signal = SIGCHLD;
  const char* cgroup = plan_.text(operation.text[0]);
  int folder = *cgroup ? ::open(cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
  if (folder >= 0) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = static_cast<uint64_t>(folder);
  }
  const plan::Operation* trial = find_trial(plan_);
  trace::Record record{};
  record.operation = index;
  record.begin_ns = kernel::monotonic_ns();
  long pid = -1;
  const int no_ids = trial ? take_ids(state_, *trial) : 0;
  if (operation.injected_errno != 0 || no_ids != 0) {
    errno = operation.injected_errno != 0 ? operation.injected_errno : no_ids;
  } else if (*cgroup == 0 || folder >= 0) {
    pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  }
  if (pid == 0) run_child(state_);
  record.error = pid < 0 ? errno : 0;
  if (pid > 0 && trial) record.error = give_to_trial(state_, *trial, static_cast<pid_t>(pid));
  record.end_ns = kernel::monotonic_ns();
  record.result = pid;
  set_text(record, cgroup);
  trace::publish(state_.shared->monitor, record);
  if (folder >= 0) ::close(folder);
  if (pid > 0) pid_ = static_cast<pid_t>(pid);
  if (record.error != 0) {
    fail(static_cast<int>(index), record.error, pid < 0 && no_ids == 0 ? "clone3" : "the trial's ids");
    return false;
  }
  if (trial) {
    if ((operation.number[0] & CLONE_NEWPID) == 0) orphans_ = adopt_orphans();
    ChildMessage mapped{};
    mapped.word = ChildWord::go;
    send_message(gates_[0], mapped);
  }
  // Only the child holds its ends from here on, so that their ends of file mean it.
  ::close(gates_[1]);
  for (int fd : state_.stdio) ::close(fd);
  report(Report::started, static_cast<int>(index), 0, ::getpid(), "", pidfd_);
  return true;
}

// The exit is stored before anything is undone, but behind the memory report: it tells of OOM kills.
void Monitor::finish() {
  uint32_t next = plan_.header().first_teardown;
  if (next < plan_.count() && plan_.operation(next).code == plan::Code::report_memory) do_operation(next++);
  write_exited();
  report_end(Report::ended);
  teardown(next);
  if (orphans_ >= 0) reap_orphans(orphans_, pid_);  // what the end of its cgroup has ended
}

void Monitor::report_end(Report kind) {
  report(kind, static_cast<int>(oom_kills_), 0, wait_status_, "", -1, exited_ns_);
}

// The end is stored and told. A client that does not read may keep this monitor for long; it must not keep the
// container from its next start.
void Monitor::leave_folder() {
  if (listener_ >= 0) ::close(listener_);
  listener_ = -1;
  for (int* held : {&lock_, &state_.trial_ids}) {
    if (*held >= 0) ::close(*held);
    *held = -1;
  }
}

void Monitor::teardown(uint32_t first) {
  if (!cgroups_begun_) return;  // given up before: there is nothing to take away, and nothing to tell of it
  for (uint32_t i = first; i < plan_.count(); ++i) do_operation(i);
}

// The child's first failure, or our own: kill what there is, undo, tell.
void Monitor::fail(int operation, int error, const char* text) {
  if (failed_) return;
  failed_ = true;
  if (pid_ > 0 && !reaped_) {
    kernel::send_signal(pidfd_, SIGKILL);
    while (::waitpid(pid_, &wait_status_, __WALL) < 0 && errno == EINTR) continue;
    reaped_ = true;
  }
  write_failed(operation, error, text);
  teardown(plan_.header().first_teardown);
  leave_folder();
  // To the client of a command that is executed the daemon itself says why.
  if (state_.process >= 0) relay_.leave_clients();
  report(Report::failed, operation, error, 0, text);
  relay_.close_clients();
}

void Monitor::append_status(const char* line, int size) {
  if (size > 0) status_.append(line, static_cast<size_t>(size));  // what does not come there is told by report too
}

void Monitor::write_started() {
  char path[32];
  ::snprintf(path, sizeof path, "/proc/%d/stat", pid_);
  char stat_line[1024];
  int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : ::read(fd, stat_line, sizeof stat_line - 1);
  if (fd >= 0) ::close(fd);
  unsigned long long start_time = 0;
  if (got > 0) {
    stat_line[got] = 0;
    // Field 22, counted from behind the command's closing bracket, which ends field 2 (proc(5)).
    char* field = ::strrchr(stat_line, ')');
    for (int skip = 2; field && skip < 22; ++skip) field = ::strchr(field + 1, ' ');
    if (field) ::sscanf(field, " %llu", &start_time);
  }
  char line[64];
  append_status(line, ::snprintf(line, sizeof line, "started %d %llu\n", pid_, start_time));
}

void Monitor::write_executed() {
  executed_ns_ = realtime_ns();
  char line[64];
  append_status(line, ::snprintf(line, sizeof line, "executed %lld\n", static_cast<long long>(executed_ns_)));
}

void Monitor::write_failed(int operation, int error, const char* text) {
  const char* name = "-";
  if (operation >= 0 && static_cast<uint32_t>(operation) < plan_.count()) {
    name = plan_.text(plan_.operation(static_cast<uint32_t>(operation)).name);
  }
  char line[320];
  int size = ::snprintf(line, sizeof line - 1, "failed %s %d %lld %s", name, error,
                        static_cast<long long>(realtime_ns()), text);
  if (size >= static_cast<int>(sizeof line) - 1) size = sizeof line - 2;
  for (int i = 0; i < size; ++i) {  // a path may hold line ends and the mark; this is one whole line
    if (line[i] == '\n' || line[i] == torn_mark[0]) line[i] = '?';
  }
  line[size] = '\n';
  append_status(line, size + 1);
}

void Monitor::write_exited() {
  exited_ns_ = realtime_ns();
  char line[96];
  append_status(line, ::snprintf(line, sizeof line, "exited %d %lld %lld\n", wait_status_,
                                 static_cast<long long>(oom_kills_), static_cast<long long>(exited_ns_)));
}

void Monitor::child_exited() {
  if (::waitpid(pid_, &wait_status_, WNOHANG | __WALL) != pid_) return;
  reaped_ = true;
  // The gate's last words, if there are any, come before the exit: a failed operation explains it.
  while (gates_[0] >= 0 && !failed_ && take_child_message()) continue;
  if (failed_) return;
  if (!executed_) {
    char text[64];
    ::snprintf(text, sizeof text, "killed by signal %d before exec",
               WIFSIGNALED(wait_status_) ? WTERMSIG(wait_status_) : 0);
    fail(held_operation_, ECHILD, text);
    return;
  }
  relay_.end_outputs();  // what it wrote stands in the log before its end is told
}

}  // namespace glassdock::runtime
