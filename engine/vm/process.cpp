#include "engine/vm/process.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/error.h"
#include "engine/os/argument_pointers.h"
#include "engine/os/files.h"
#include "engine/os/id_map.h"
#include "engine/trace/tracer.h"

namespace glassdock::vm {
namespace {

constexpr unsigned nobody = 65534;

bool has_id(const char* map) {
  return os::outside_id(os::try_read_file(map).value_or(""), nobody).has_value();
}

// What the child needs, made before the fork: behind it nothing is allocated.
struct Prepared {
  std::vector<char*> words;
  std::vector<char*> environment;
  std::vector<UniqueFd> copies;  // above the places that they go to
  UniqueFd output, input;
  pid_t parent;
};

constexpr int output_descriptor = 1;

// Answers an errno; `failure` is where that is to be written, and moves with the other descriptors.
int execute(const Process::Plan& plan, const Prepared& ready, int& failure) {
  ::setsid();
  if (const int error = become(plan.who)) return error;
  // Behind the change of user, which clears it (prctl(2)).
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  if (::getppid() != ready.parent) return ESRCH;
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_UNBLOCK, &all, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  if (::dup2(ready.output.get(), output_descriptor) < 0 || ::dup2(output_descriptor, STDERR_FILENO) < 0) return errno;
  if (::dup2(ready.input.get(), STDIN_FILENO) < 0) return errno;
  int place = Process::first_descriptor;
  for (const UniqueFd& copy : ready.copies) {
    if (::dup2(copy.get(), place++) < 0) return errno;
  }
  if (::dup2(failure, place) < 0 || ::fcntl(place, F_SETFD, FD_CLOEXEC) != 0) return errno;
  failure = place;
  ::syscall(SYS_close_range, place + 1, ~0U, 0);
  ::execve(ready.words[0], ready.words.data(), ready.environment.data());
  return errno;
}

UniqueFd copy_above(int fd, int least) {
  UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, least));
  if (!copy) throw Error::from_errno(errno, "fcntl(F_DUPFD_CLOEXEC)", "for a hypervisor");
  return copy;
}

}  // namespace

RunAs unprivileged_user(const char* device) {
  if (::geteuid() != 0 || !has_id("/proc/self/uid_map") || !has_id("/proc/self/gid_map")) return {};
  RunAs who{true, nobody, nobody, 0};
  struct stat info {};
  constexpr mode_t of_group = S_IRGRP | S_IWGRP;
  if (::stat(device, &info) == 0 && S_ISCHR(info.st_mode) && (info.st_mode & of_group) == of_group) {
    who.device_group = info.st_gid;
  }
  return who;
}

int become(const RunAs& who) noexcept {
  if (!who.change) return 0;
  if (::setgroups(who.device_group != 0 ? 1 : 0, &who.device_group) != 0 ||
      ::setresgid(who.group, who.group, who.group) != 0 || ::setresuid(who.user, who.user, who.user) != 0) {
    return errno;
  }
  return 0;
}

Process::Process(const Plan& plan) {
  static const std::vector<std::string> environment{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
  const int least = first_descriptor + static_cast<int>(plan.descriptors.size()) + 1;
  Prepared ready{os::argument_pointers(plan.words), os::argument_pointers(environment), {}, {}, {}, ::getpid()};
  for (const int fd : plan.descriptors) ready.copies.push_back(copy_above(fd, least));
  const UniqueFd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
  ready.output = copy_above(plan.output < 0 ? nowhere.get() : plan.output, least);
  ready.input = copy_above(plan.input < 0 ? nowhere.get() : plan.input, least);
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) throw Error::from_errno(errno, "pipe", "for a hypervisor");
  UniqueFd failure_read(pipe[0]), failure_write = copy_above(pipe[1], least);
  ::close(pipe[1]);
  pid_ = ::fork();
  if (pid_ < 0) throw Error::from_errno(errno, "fork", plan.words[0]);
  if (pid_ == 0) {
    int failure = failure_write.get();
    const int error = execute(plan, ready, failure);
    const ssize_t sent = ::write(failure, &error, sizeof error);
    ::_exit(sent == sizeof error ? 0 : 1);
  }
  failure_write.reset();
  int error = 0;
  ssize_t got;
  while ((got = ::read(failure_read.get(), &error, sizeof error)) < 0 && errno == EINTR) {
  }
  executed_ns_ = trace::monotonic_ns();
  pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (got == 0 && pidfd_) return;
  if (got == 0) error = errno;
  kill();
  reap();
  throw Error::from_errno(error, "start", plan.words[0]);
}

Process::~Process() {
  if (status_) return;
  kill();
  reap();
}

void Process::kill() noexcept {
  if (!status_) ::kill(pid_, SIGKILL);
}

int Process::reap() noexcept {
  if (status_) return *status_;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  status_ = status;
  return status;
}

}  // namespace glassdock::vm
