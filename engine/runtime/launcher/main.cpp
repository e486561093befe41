// The launcher: started by the daemon before it has a thread, with their socket as descriptor 3. It forks a monitor
// ahead, which takes the next StartMessage itself; as soon as that one is taken it forks the next. So a start never
// waits for a fork, and never forks the daemon's big address space.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <initializer_list>
#include <new>

#include "engine/runtime/launcher/kernel.h"
#include "engine/runtime/launcher/monitor.h"
#include "engine/runtime/messages.h"

namespace glassdock::runtime {
namespace {

constexpr int daemon_socket = 3;
// What a spare writes when it has taken a start: anything else is the errno for which it could not be made.
constexpr unsigned char taken_word = 0;

// Never returns to the launcher's loop: exits when the container has ended or the daemon is gone.
[[noreturn]] void run_monitor(int taken, pid_t launcher) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // while it is spare: a new launcher brings a new spare
  if (::getppid() != launcher) ::_exit(0);
  ::signal(SIGCHLD, SIG_DFL);
  // With it the container would end: only the container's own end, or SIGKILL, ends a monitor.
  for (int meant_for_the_daemon : {SIGTERM, SIGINT, SIGHUP}) ::signal(meant_for_the_daemon, SIG_IGN);
  // Its large buffers are touched only when used. Not on the stack, which may be small (RLIMIT_STACK).
  alignas(Monitor) static unsigned char room[sizeof(Monitor)];
  Monitor& monitor = *new (room) Monitor;
  if (!monitor.make_ready()) {
    auto error = static_cast<unsigned char>(errno);
    ::_exit(::write(taken, &error, 1) == 1 ? 1 : 2);
  }
  StartMessage message;
  int descriptors[start_descriptors];
  int count = start_descriptors;
  if (receive_message(daemon_socket, message, descriptors, count) != sizeof message) ::_exit(0);
  if (::write(taken, &taken_word, 1) != 1) ::_exit(1);
  ::prctl(PR_SET_PDEATHSIG, 0);
  ::close(taken);
  ::close(daemon_socket);
  if (count != start_descriptors || message.version != protocol_version) ::_exit(1);
  ::prctl(PR_SET_NAME, "glassdock-mon");
  ::setsid();  // a Ctrl-C for the daemon is none for the container
  ::_exit(monitor.run(message, descriptors));
}

// The daemon may have raised its own limit since; what a program makes of a high one (select(2)) is not its matter.
void lower_open_files(const char* soft) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = ::strtoull(soft, nullptr, 10);
  if (limit.rlim_cur <= limit.rlim_max) ::setrlimit(RLIMIT_NOFILE, &limit);
}

// In the moment in which the daemon starts it, an image that names /proc/self/exe could too (launcher_link.cpp).
bool started_by_daemon() {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(daemon_socket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

// Forks a spare and waits until it has taken a start: 0, or the errno for which it never will. `daemon_gone` is set
// where that came first; so will be the spare.
int serve_one(pid_t self, bool& daemon_gone) {
  int taken[2];
  if (::pipe2(taken, O_CLOEXEC) != 0) return errno;
  pid_t spare = ::fork();
  int error = spare < 0 ? errno : 0;
  if (spare == 0) {
    ::close(taken[0]);
    run_monitor(taken[1], self);
  }
  ::close(taken[1]);
  if (spare > 0) {
    pollfd polls[2] = {{taken[0], POLLIN, 0}, {daemon_socket, 0, 0}};
    while (::poll(polls, 2, -1) < 0 && errno == EINTR) continue;
    daemon_gone = (polls[1].revents & (POLLHUP | POLLERR)) != 0;
    unsigned char word = ESRCH;  // somebody killed it
    if (!daemon_gone && ::read(taken[0], &word, 1) < 0) word = EIO;
    error = word == taken_word ? 0 : word;
  }
  ::close(taken[0]);
  return error;
}

// Starts that wait for a monitor that cannot be made are told so. One whose control socket finds no room here either
// sees its end instead.
void refuse_waiting(int error) {
  for (;;) {
    StartMessage message;
    int descriptors[start_descriptors];
    int count = start_descriptors;
    if (receive_message(daemon_socket, message, descriptors, count, MSG_DONTWAIT) != sizeof message) return;
    ReportMessage report{};
    report.report = Report::failed;
    report.version = protocol_version;
    report.operation = -1;
    report.error = error;
    report.time_ns = kernel::monotonic_ns();
    ::strcpy(report.text, "no monitor can be made for it");
    if (count > fd_control) {
      int control = descriptors[fd_control];
      send_message(control, report);
      // A client that attached waits there unread: closed so, the daemon would see ECONNRESET before the report.
      ::shutdown(control, SHUT_RD);
      char unread;
      while (::recv(control, &unread, 1, MSG_DONTWAIT) > 0) continue;
    }
    for (int i = 0; i < count; ++i) ::close(descriptors[i]);
  }
}

int run_launcher() {
  ::prctl(PR_SET_NAME, "glassdock-launch");
  // Ignored and blocked signals pass through exec: what the daemon was started with must not reach a container.
  // By the system call: signal(3) leaves out those that the C library keeps for itself (nptl(7)).
  constexpr int last_signal = 64;
  const unsigned long defaults[4] = {};  // the kernel's struct sigaction, SIG_DFL
  for (int number = 1; number <= last_signal; ++number) {
    ::syscall(SYS_rt_sigaction, number, defaults, nullptr, last_signal / 8);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGCHLD, SIG_IGN);  // monitors are reaped by the kernel
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // a file as large as RLIMIT_FSIZE allows is as a full disk is
  // What the engine was started with may have passed through: a monitor would keep a lock or a pipe of somebody else's.
  if (kernel::close_from(daemon_socket + 1) != 0) return 1;
  pid_t self = ::getpid();
  // A limit of processes, files or memory may pass: waiting starts stand in the socket meanwhile, for some seconds.
  constexpr long pause_ns = 50'000'000;
  constexpr int most_failures = 10;
  bool daemon_gone = false;
  for (int failures = 0; !daemon_gone;) {
    int error = serve_one(self, daemon_gone);
    if (error == 0 || daemon_gone) {
      failures = 0;
      continue;
    }
    if (failures < most_failures) ++failures;
    if (failures == most_failures) refuse_waiting(error);
    timespec pause{0, failures * pause_ns};
    ::nanosleep(&pause, nullptr);
  }
  return 0;
}

}  // namespace
}  // namespace glassdock::runtime

// Its one argument: the soft limit of open files for containers.
int main(int count, char** words) {
  if (count != 2 || !glassdock::runtime::started_by_daemon()) return 1;
  glassdock::runtime::lower_open_files(words[1]);
  return glassdock::runtime::run_launcher();
}
