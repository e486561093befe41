#include "engine/runtime/launcher_link.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <string_view>

#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/runtime/messages.h"

extern "C" const char glassdock_launcher_begin[];
extern "C" const char glassdock_launcher_end[];

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U  // Linux 6.3: memfd_create(2)
#endif

namespace glassdock::runtime {
namespace {

constexpr int launcher_socket = 3;  // where the launcher looks for it

std::string_view image_bytes() {
  return {glassdock_launcher_begin, static_cast<std::size_t>(glassdock_launcher_end - glassdock_launcher_begin)};
}

UniqueFd memfd_image() {
  constexpr unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  UniqueFd fd(::memfd_create("glassdock-launcher", flags | MFD_EXEC));
  if (!fd && errno == EINVAL) fd.reset(::memfd_create("glassdock-launcher", flags));
  if (!fd) return fd;
  os::write_all(os::real_system(), fd.get(), image_bytes(), "the launcher's memfd");
  ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
  return fd;
}

// A copy that only this descriptor names: read-only, and gone from its folder at once.
UniqueFd file_image(const std::filesystem::path& data) {
  auto path = data / fmt::format("launcher.{}", ::getpid());
  os::write_file_atomically(os::real_system(), path, image_bytes(), 0500);
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  int error = errno;
  ::unlink(path.c_str());
  if (!fd) throw Error::from_errno(error, "open", path.string());
  return fd;
}

}  // namespace

std::unique_ptr<LauncherLink> LauncherLink::start(const std::filesystem::path& data,
                                                  std::chrono::milliseconds patience) {
  std::unique_ptr<LauncherLink> link(new LauncherLink(data, patience));
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) link->open_files_ = limit.rlim_cur;
  link->image_ = memfd_image();
  if (!link->image_) link->image_ = file_image(data);
  link->spawn();
  return link;
}

LauncherLink::~LauncherLink() {
  end();
}

// Left to be reaped by end().
bool LauncherLink::has_ended() const {
  siginfo_t end{};
  return pid_ <= 0 || ::waitid(P_PID, static_cast<id_t>(pid_), &end, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         end.si_pid != 0;
}

// A stopped one does not see that its socket has closed. Killed, it is gone at once; for one that the kernel keeps in a
// call nobody waits.
void LauncherLink::end() {
  constexpr int most_ms = 1000;
  socket_.reset();
  if (pid_ <= 0) return;
  UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  ::kill(pid_, SIGKILL);
  pollfd gone{process.get(), POLLIN, 0};
  ::poll(&gone, 1, most_ms);
  ::waitpid(pid_, nullptr, WNOHANG);
  pid_ = 0;
}

void LauncherLink::spawn() {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
    throw Error::from_errno(errno, "socketpair", "for the launcher");
  }
  // Neither may stand where the socket is put: that would close it in the new process.
  UniqueFd ours(pair[0]), theirs(::fcntl(pair[1], F_DUPFD_CLOEXEC, launcher_socket + 1));
  UniqueFd image(::fcntl(image_.get(), F_DUPFD_CLOEXEC, launcher_socket + 1));
  ::close(pair[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), launcher_socket);
  // Monitors outlive the daemon: they must not keep its terminal or pipes open.
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    ::posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY, 0);
  }
  char name[] = "glassdock-launcher";
  std::string open_files = std::to_string(open_files_);
  char* arguments[] = {name, open_files.data(), nullptr};
  char* environment[] = {nullptr};
  std::string path = fmt::format("/proc/self/fd/{}", image.get());
  // Executable for this moment only. A container's process 1 is still this program when it executes its command: one
  // that is /proc/self/exe, or a script of that interpreter, is refused then (CVE-2019-5736).
  ::fchmod(image_.get(), S_IRUSR | S_IXUSR);
  int error = ::posix_spawn(&pid_, path.c_str(), &actions, nullptr, arguments, environment);
  ::fchmod(image_.get(), 0);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    pid_ = 0;
    throw Error::from_errno(error, "start", "the launcher");
  }
  // For ever, where nobody takes what has filled it.
  const auto patience = std::chrono::duration_cast<std::chrono::microseconds>(patience_).count();
  const timeval most{static_cast<time_t>(patience / 1'000'000), static_cast<suseconds_t>(patience % 1'000'000)};
  ::setsockopt(ours.get(), SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
  socket_ = std::move(ours);
}

pid_t LauncherLink::begin(const StartMessage& message, const std::array<int, start_descriptors>& fds) {
  std::lock_guard lock(mutex_);
  // Its spare may outlive a dead launcher by a moment and keep the socket open: what is sent then is lost.
  if (!has_ended() && send_message(socket_.get(), message, fds.data(), start_descriptors)) return pid_;
  // Nobody has the other end any more, the launcher is dead or about to be; or nobody takes what stands before it.
  if (socket_ && !has_ended() && errno != EPIPE && errno != ECONNRESET && errno != EAGAIN) {
    throw Error::from_errno(errno, "send", "a start to the launcher");
  }
  end();
  spawn();
  if (!send_message(socket_.get(), message, fds.data(), start_descriptors)) {
    throw Error::from_errno(errno, "send", "a start to the launcher");
  }
  return pid_;
}

LauncherLink::Clock::time_point LauncherLink::patience_ends(Clock::time_point sent) const {
  return std::max(sent, answered_.load(std::memory_order_relaxed)) + patience_;
}

void LauncherLink::replace(pid_t launcher) {
  std::lock_guard lock(mutex_);
  if (pid_ != launcher) return;
  end();
  spawn();
}

pid_t LauncherLink::pid() const {
  std::lock_guard lock(mutex_);
  return pid_;
}

}  // namespace glassdock::runtime
