// glassdockd: Glassdock's engine as a program in the foreground.
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <utility>

#include "engine/base/error.h"
#include "engine/glassdockd/engine.h"
#include "engine/glassdockd/engine_lock.h"
#include "engine/glassdockd/options.h"
#include "engine/glassdockd/resident.h"
#include "engine/http/socket.h"

namespace glassdock {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t millisecond_ns = 1'000'000;

// Signals that end the engine come by this descriptor; those of broken pipes and of files at RLIMIT_FSIZE never.
UniqueFd take_signals() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  sigset_t ending;
  ::sigemptyset(&ending);
  ::sigaddset(&ending, SIGTERM);
  ::sigaddset(&ending, SIGINT);
  ::sigaddset(&ending, SIGHUP);
  ::sigprocmask(SIG_BLOCK, &ending, nullptr);
  UniqueFd signals(::signalfd(-1, &ending, SFD_CLOEXEC));
  if (!signals) throw Error::from_errno(errno, "signalfd", "for SIGTERM");
  return signals;
}

// Clients, created containers and layers in hand hold descriptors. To be called behind the launcher's start: containers
// keep the limit that came with us.
void raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Sleeps until a signal comes, or until nobody has needed the engine for `idle_exit`. Some seconds after the last
// request of many it gives back the memory that they took; an engine at rest wakes for nothing else.
void wait_for_end(Engine& engine, int signals, std::optional<std::chrono::seconds> idle_exit) {
  constexpr std::int64_t never = INT64_MAX;
  constexpr std::int64_t rest_ns = 3 * second_ns;
  bool resting = true;
  for (;;) {
    std::int64_t since_ns = trace::monotonic_ns() - engine.last_activity_ns();
    std::int64_t left_ns = never;
    if (idle_exit) {
      std::int64_t limit_ns = idle_exit->count() * second_ns;
      bool idle = engine.idle();
      if (idle && since_ns >= limit_ns) return;
      left_ns = idle ? limit_ns - since_ns : std::max(limit_ns, second_ns);
    }
    if (!resting && since_ns >= rest_ns) {
      engine.let_rest();
      release_unused_memory();
      resting = true;
    }
    if (!resting) left_ns = std::min(left_ns, rest_ns - since_ns);
    pollfd sources[2] = {{signals, POLLIN, 0}, {resting ? engine.stirred() : -1, POLLIN, 0}};
    int timeout_ms = left_ns == never ? -1 : static_cast<int>(left_ns / millisecond_ns + 1);
    if (::poll(sources, 2, timeout_ms) <= 0) continue;
    if (sources[0].revents != 0) return;
    resting = false;
  }
}

// The engine's own cgroups; they go with it, however it ends.
class EngineCgroups {
 public:
  explicit EngineCgroups(plan::Host& host) : host_(host) { plan::prepare_cgroups(host_); }
  ~EngineCgroups() { plan::remove_cgroups(host_); }
  EngineCgroups(const EngineCgroups&) = delete;
  EngineCgroups& operator=(const EngineCgroups&) = delete;

 private:
  plan::Host& host_;
};

// The socket's file, which outlives its descriptor.
class SocketFile {
 public:
  explicit SocketFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~SocketFile() { remove(); }
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;
  // Once: what stands there later is another engine's.
  void remove() {
    if (!path_.empty()) ::unlink(path_.c_str());
    path_.clear();
  }

 private:
  std::filesystem::path path_;
};

int run(DaemonOptions options) {
  // Files are made for containers too, whose users must be able to read them: the mode given says it all.
  ::umask(022);
  // Threads come and go with clients: two arenas keep the memory at rest small.
  ::mallopt(M_ARENA_MAX, 2);
  UniqueFd signals = take_signals();
  http::check_unix_path(options.socket);
  EngineLock lock(options.data);
  options.data = std::filesystem::canonical(options.data);
  plan::Host host = plan::probe_host(options.data.string());
  EngineCgroups cgroups(host);
  runtime::Privileges privileges = runtime::enter_keeper(options.data, lock.path());
  plan::probe_ids(host);
  if (!privileges.remark.empty()) host.remarks.push_back(privileges.remark);
  UniqueFd socket = http::listen_unix(options.socket);
  SocketFile socket_file(options.socket);
  auto launcher = runtime::LauncherLink::start(options.data, options.launcher);
  raise_open_files();

  Engine engine(options, privileges, host, std::move(launcher), std::move(socket));
  engine.serve();
  release_unused_memory();
  std::printf("%s\n", engine.ready_line().c_str());
  std::fflush(stdout);
  wait_for_end(engine, signals.get(), options.idle_exit);
  // Nobody finds it any more while the last answers are given.
  socket_file.remove();
  return 0;
}

}  // namespace
}  // namespace glassdock

int main(int count, char** words) {
  glassdock::DaemonOptions options;
  if (auto code = glassdock::parse_options(count, words, options)) return *code;
  // A lock of a shell or the pipe of a job that came with us would stay held by the keeper and each monitor.
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  try {
    return glassdock::run(std::move(options));
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "glassdockd: %s\n", fault.what());
    return 1;
  }
}
