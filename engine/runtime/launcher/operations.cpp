#include "engine/runtime/launcher/operations.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <initializer_list>

#include "engine/runtime/launcher/kernel.h"
#include "engine/runtime/launcher/root_paths.h"
#include "engine/runtime/launcher/trial.h"

namespace glassdock::runtime {
namespace {

// How the engine stands with the scheduler and the OOM killer is no matter of the container's: all CPUs, no priority,
// OOM score 0, as docker's have. What the kernel denies (an ordinary user may not raise himself again) stays.
void take_default_standing() {
  unsigned char every_cpu[1024];  // 8192 of them, the most that Linux can be built for
  ::memset(every_cpu, 0xff, sizeof every_cpu);
  ::syscall(SYS_sched_setaffinity, 0, sizeof every_cpu, every_cpu);
  const sched_param none{};
  ::sched_setscheduler(0, SCHED_OTHER, &none);
  ::setpriority(PRIO_PROCESS, 0, 0);
  int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score < 0) return;
  if (::write(score, "0", 1) < 0) errno = 0;
  ::close(score);
}

// The engine's session keyring is no business of the container's (keyctl(2)). Some kernels have none. Where a sandbox
// around the engine denies the call it denies it to the container as well: that is told, and the start goes on. Of
// everything else it dies, as in runc.
int leave_session_keyring(trace::Record& record) {
  if (::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) >= 0 || errno == ENOSYS) return 0;
  if (errno == EPERM) {
    record.number[0] = EPERM;
    return 0;
  }
  int error = errno;
  set_text(record, "session keyring");
  return error;
}

// Where a container has taken away its own null device: a pipe without a writer.
bool take_ended_input() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  const bool taken = ::dup2(ends[0], 0) == 0;
  for (int fd : ends) ::close(fd);
  return taken;
}

// Standard descriptors 0, 1, 2, the gate at 3, nothing else: any other would be a hole in the wall.
int keep_descriptors(StartState& state, trace::Record& record) {
  constexpr int above = gate_descriptor + 1;  // out of the way of what is placed below
  int gate = ::fcntl(state.gate, F_DUPFD_CLOEXEC, above);
  if (gate < 0) return errno;
  int high[3];
  for (int i = 0; i < 3; ++i) {
    high[i] = ::fcntl(state.stdio[i], F_DUPFD_CLOEXEC, above);
    if (high[i] < 0) return errno;
  }
  for (int i = 0; i < 3; ++i) {
    if (::dup2(high[i], i) < 0) return errno;
  }
  if (::dup3(gate, gate_descriptor, O_CLOEXEC) < 0) return errno;
  state.gate = gate_descriptor;
  if (kernel::close_from(above) != 0) return errno;
  if (state.process >= 0) {  // the container's /dev is there already
    state.process = -1;
    if (take_own_null_input(AT_FDCWD) != 0 && !take_ended_input()) return errno;
  }
  if (int error = check_monitor(state)) return error;
  if (int error = leave_session_keyring(record)) return error;
  // Ignored by the monitor; exec would hand that on.
  for (int ignored : {SIGPIPE, SIGXFSZ, SIGTERM, SIGINT, SIGHUP}) ::signal(ignored, SIG_DFL);
  take_default_standing();
  ::umask(022);
  ::setsid();  // process 1 of a new pid namespace leads no group yet
  return 0;
}

// From the moment it can be seen in there until execve nobody in the container may look into the process, whose files
// are the engine's (CVE-2016-9962).
int join_namespaces(const StartState& state, int namespaces) {
  if (::prctl(PR_SET_DUMPABLE, 0) != 0) return errno;
  return ::setns(state.process, namespaces) == 0 ? 0 : errno;
}

int raise_loopback() {
  int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  ifreq request{};
  ::strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;  // netdevice(7)
  int error = ::ioctl(fd, SIOCSIFFLAGS, &request) == 0 ? 0 : errno;
  ::close(fd);
  return error;
}

// A folder reached through a descriptor that points out of the root has a path that the kernel calls unreachable.
int change_folder(const char* path, trace::Record& record) {
  set_text(record, path);
  if (::chdir(path) != 0) return errno;
  char buffer[4096];
  if (::syscall(SYS_getcwd, buffer, sizeof buffer) < 0) return errno;
  return buffer[0] == '/' ? 0 : EPERM;
}

}  // namespace

int check_monitor(const StartState& state) {
  char byte;
  ssize_t got = ::recv(state.gate, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno == ECONNRESET) ? ESRCH : 0;
}

void set_text(trace::Record& record, const char* text) {
  ::strncpy(record.text, text, sizeof record.text - 1);
  record.text[sizeof record.text - 1] = 0;
}

int carry_out(StartState& state, const plan::Operation& operation, trace::Record& record) {
  using plan::Code;
  const plan::View& plan = *state.plan;
  const char* text = plan.text(operation.text[0]);
  switch (operation.code) {
    case Code::keep_descriptors:
      return keep_descriptors(state, record);
    case Code::enter_trial:
      return enter_trial(state, operation, record);
    case Code::join_namespaces:
      return join_namespaces(state, static_cast<int>(operation.number[0]));
    case Code::unshare:
      return ::unshare(static_cast<int>(operation.number[0])) == 0 ? 0 : errno;
    case Code::set_hostname:
      set_text(record, text);
      return ::sethostname(text, ::strlen(text)) == 0 ? 0 : errno;
    case Code::raise_loopback:
      return raise_loopback();
    case Code::change_folder:
      return change_folder(text, record);
    case Code::open_terminal:
      return open_terminal(state, operation, record);
    case Code::execute:
      return execute(state, operation, record);
    case Code::set_propagation:
    case Code::mount_overlay:
    case Code::mount_filesystem:
    case Code::make_devices:
    case Code::make_links:
    case Code::bind_mount:
    case Code::mask_paths:
    case Code::protect_paths:
    case Code::make_folder:
    case Code::pivot_root:
    case Code::protect_machine:
    case Code::protect_root:
      return mount_operation(state, operation, record);
    case Code::find_user:
    case Code::set_seccomp:
    case Code::drop_bounding:
    case Code::set_user:
    case Code::set_capabilities:
    case Code::set_no_new_privileges:
      return identity_operation(state, operation, record);
    case Code::create_cgroups:
    case Code::write_files:
    case Code::attach_device_filter:
    case Code::join_cgroups:
    case Code::report_memory:
    case Code::remove_cgroups:
      return cgroup_operation(state, operation, record);
    case Code::clone:  // the monitor's own
    case Code::none:
      break;
  }
  return ENOSYS;
}

}  // namespace glassdock::runtime
