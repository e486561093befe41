#include "app/terminal/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "app/terminal/input_wait.h"
#include "engine/base/error.h"
#include "engine/base/signals.h"
#include "engine/os/argument_pointers.h"

namespace glassdock::terminal {
namespace {

constexpr int state_descriptor = 9;
constexpr int first_free_descriptor = 10;
constexpr int not_started = 127;

winsize to_winsize(Size size) {
  return {.ws_row = static_cast<unsigned short>(size.rows), .ws_col = static_cast<unsigned short>(size.columns)};
}

// What the child needs, made before the fork: between fork and exec nothing may allocate.
struct Prepared {
  std::vector<std::string> environment;
  std::vector<char*> environment_pointers, argument_pointers;
  std::string program;  // a path
  const char* folder = nullptr;
  int slave = -1;
  int state = -1;
  int failure = -1;  // errno goes here; closed by the exec
  pid_t parent = 0;
};

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

std::vector<std::string> whole_environment(const std::vector<std::string>& additions) {
  std::vector<std::string> all = additions;
  for (char** variable = environ; variable && *variable; ++variable) {
    const bool replaced = std::any_of(additions.begin(), additions.end(), [&](const std::string& addition) {
      return name_of(addition) == name_of(*variable);
    });
    if (!replaced) all.emplace_back(*variable);
  }
  return all;
}

// As execvp(3) searches, but here rather than in the child.
std::string find_program(const std::string& name, const std::vector<std::string>& environment) {
  if (name.find('/') != std::string::npos) return name;
  for (const std::string& variable : environment) {
    if (name_of(variable) != "PATH") continue;
    std::string_view path = std::string_view(variable).substr(5);
    while (!path.empty()) {
      const std::size_t end = std::min(path.find(':'), path.size());
      std::string candidate = std::string(path.substr(0, end)) + "/" + name;
      if (::access(candidate.c_str(), X_OK) == 0) return candidate;
      path.remove_prefix(std::min(end + 1, path.size()));
    }
  }
  throw Error(ErrorKind::not_found, name + ": not found");
}

// In the child of a program with threads: only what signal-safety(7) allows.
[[noreturn]] void become(const Prepared& prepared) {
  const auto fail = [&] {
    const int error_number = errno;
    [[maybe_unused]] ssize_t told = ::write(prepared.failure, &error_number, sizeof error_number);
    ::_exit(not_started);
  };
  // The parent may be gone before it was asked for.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != prepared.parent) ::_exit(not_started);
  if (::setsid() < 0 || ::ioctl(prepared.slave, TIOCSCTTY, 0) != 0) fail();
  for (int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::dup2(prepared.slave, standard) < 0) fail();
  }
  if (prepared.state >= 0 && ::dup2(prepared.state, state_descriptor) < 0) fail();
  ::syscall(SYS_close_range, 3, prepared.state >= 0 ? state_descriptor - 1 : first_free_descriptor - 1,
            CLOSE_RANGE_CLOEXEC);
  ::syscall(SYS_close_range, first_free_descriptor, ~0U, CLOSE_RANGE_CLOEXEC);
  if (prepared.folder && ::chdir(prepared.folder) != 0) fail();
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(prepared.program.c_str(), prepared.argument_pointers.data(), prepared.environment_pointers.data());
  fail();
  ::_exit(not_started);
}

// Both with close-on-exec. The slave is opened through the master: /dev/pts need not be there.
std::pair<UniqueFd, UniqueFd> open_terminal(Size size) {
  UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  if (!master) throw Error::from_errno(errno, "open", "/dev/ptmx");
  if (::unlockpt(master.get()) != 0) throw Error::from_errno(errno, "unlock", "a terminal");
  UniqueFd slave(::ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!slave) throw Error::from_errno(errno, "open", "a terminal");
  const winsize window = to_winsize(size);
  ::ioctl(master.get(), TIOCSWINSZ, &window);
  return {std::move(master), std::move(slave)};
}

// Above the descriptors that the child gives away.
UniqueFd moved_up(int fd) {
  UniqueFd high(::fcntl(fd, F_DUPFD_CLOEXEC, first_free_descriptor));
  if (!high) throw Error::from_errno(errno, "duplicate", "a descriptor");
  return high;
}

}  // namespace

Process::Process(const Launch& launch) {
  if (launch.arguments.empty()) throw Error(ErrorKind::invalid_argument, "no program to start");
  auto [master, slave] = open_terminal(launch.size);
  struct stat slave_status {};
  if (::fstat(slave.get(), &slave_status) != 0) throw Error::from_errno(errno, "stat", "a terminal");
  device_ = slave_status.st_rdev;
  slave = moved_up(slave.get());
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error::from_errno(errno, "create", "a pipe");
  UniqueFd failure_read(ends[0]);
  UniqueFd failure_write(ends[1]);
  failure_write = moved_up(failure_write.get());

  Prepared prepared;
  prepared.environment = whole_environment(launch.environment);
  prepared.environment_pointers = os::argument_pointers(prepared.environment);
  prepared.argument_pointers = os::argument_pointers(launch.arguments);
  prepared.program = find_program(launch.arguments[0], prepared.environment);
  prepared.folder = launch.folder.empty() ? nullptr : launch.folder.c_str();
  prepared.slave = slave.get();
  const UniqueFd state = launch.state_fd < 0 ? UniqueFd() : moved_up(launch.state_fd);
  prepared.state = state.get();
  prepared.failure = failure_write.get();
  prepared.parent = ::getpid();
  // No handler of this program may run in the child.
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  const int fork_error = errno;
  if (pid == 0) become(prepared);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) throw Error::from_errno(fork_error, "fork", launch.arguments[0]);

  failure_write.reset();
  int error_number = 0;
  ssize_t told = 0;
  do told = ::read(failure_read.get(), &error_number, sizeof error_number);
  while (told < 0 && errno == EINTR);
  if (told == static_cast<ssize_t>(sizeof error_number)) {
    ::waitpid(pid, nullptr, 0);
    const bool no_folder = prepared.folder && ::access(prepared.folder, X_OK) != 0;
    throw Error::from_errno(error_number, "start", no_folder ? launch.folder.string() : launch.arguments[0]);
  }
  pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd_) {
    const int pidfd_error = errno;
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    throw Error::from_errno(pidfd_error, "pidfd_open", launch.arguments[0]);
  }
  pid_ = pid;
  terminal_ = std::move(master);
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      terminal_(std::move(other.terminal_)),
      device_(other.device_),
      pidfd_(std::move(other.pidfd_)),
      unsent_(std::move(other.unsent_)) {}

Process::~Process() {
  if (pid_ < 0) return;
  // The leader alone: its end hangs up on the group in the foreground (SIGHUP, credentials(7)). Whoever takes no SIGHUP
  // goes on, as behind any terminal that is closed: nohup(1) asks for that, and a held `docker run` has to. Nothing of
  // it can wait for the terminal: that is at its end for reading, and an error for writing. Not reaped before, the
  // number cannot name another process.
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  // Behind the signal: who writes just then has been told why it fails.
  terminal_.reset();
}

bool Process::read(std::string& bytes, std::size_t limit) {
  constexpr std::size_t chunk = 4096;  // the kernel hands over no more at once (N_TTY_BUF_SIZE)
  for (std::size_t taken = 0; taken < limit;) {
    const std::size_t before = bytes.size();
    const std::size_t wanted = std::min(chunk, limit - taken);
    bytes.resize(before + wanted);
    const ssize_t got = ::read(terminal_.get(), bytes.data() + before, wanted);
    const int error_number = errno;
    bytes.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got > 0) {
      taken += static_cast<std::size_t>(got);
    } else if (got == 0 || (error_number != EINTR && error_number != EAGAIN)) {
      return false;  // EIO: the other side is closed for good
    } else if (error_number == EAGAIN) {
      return true;
    }
  }
  return true;
}

void Process::write(std::string_view bytes) {
  unsent_ += bytes;
  flush();
}

void Process::flush() {
  std::size_t gone = 0;
  while (gone < unsent_.size()) {
    const ssize_t sent = ::write(terminal_.get(), unsent_.data() + gone, unsent_.size() - gone);
    if (sent > 0) {
      gone += static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      gone = unsent_.size();  // nobody is there to read it
    }
  }
  unsent_.erase(0, gone);
}

void Process::resize(Size size) {
  const winsize window = to_winsize(size);
  ::ioctl(terminal_.get(), TIOCSWINSZ, &window);
}

void Process::signal(int number) {
  if (exit()) return;
  const pid_t foreground = ::tcgetpgrp(terminal_.get());
  ::kill(foreground > 0 ? -foreground : -pid_, number);
}

bool Process::waits_for_input() const {
  const pid_t foreground = ::tcgetpgrp(terminal_.get());
  return foreground > 0 && terminal::waits_for_input(foreground, device_);
}

std::optional<Exit> Process::exit() const {
  siginfo_t end{};
  const int waited = ::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &end, WEXITED | WNOHANG | WNOWAIT);
  if (waited != 0 || end.si_pid == 0) return std::nullopt;
  if (end.si_code == CLD_EXITED) return Exit{end.si_status, 0};
  return Exit{signal_base + end.si_status, end.si_status};
}

}  // namespace glassdock::terminal
