#include "app/headless/engine_commands.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "app/headless/session.h"
#include "app/headless/signals.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/headless/watcher.h"
#include "engine/base/error.h"
#include "engine/base/unique_fd.h"
#include "engine/client/engine.h"
#include "engine/client/spawn.h"
#include "engine/trace/columns.h"

namespace glassdock::headless {
namespace {

constexpr int not_running_code = 3;

// The process that listens at `socket`, told by the kernel (SO_PEERCRED, unix(7)); 0 when none does.
pid_t listening_process(const std::filesystem::path& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket.c_str(), sizeof(address.sun_path) - 1);
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw Error::from_errno(errno, "socket", "AF_UNIX");
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) return 0;
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    throw Error::from_errno(errno, "getsockopt SO_PEERCRED", socket.native());
  }
  return peer.pid;
}

void say_none_runs(const client::Place& place, trace::Language language) {
  write_out(STDOUT_FILENO, in_language("No engine runs at " + place.socket.native(), language) + "\n");
}

int start_engine(const client::Place& place, trace::Language language) {
  bool started = client::ensure_engine(place, client::find_engine_program());
  const std::string where = (started ? "Started at " : "Runs already at ") + place.socket.native();
  write_out(STDOUT_FILENO, in_language(where, language) + "\n");
  return 0;
}

int stop_engine(const client::Place& place, trace::Language language) {
  if (end_engine(place)) {
    write_out(STDOUT_FILENO, in_language("Stopped. Containers that run go on without it.", language) + "\n");
  } else {
    say_none_runs(place, language);
  }
  return 0;
}

int engine_status(const client::Place& place, trace::Language language) {
  pid_t pid = listening_process(place.socket);
  if (pid == 0) {
    say_none_runs(place, language);
    return not_running_code;
  }
  client::EngineVersion version = client::Engine(place.socket).version();
  auto said = [&](std::string_view english) { return in_language(english, language); };
  write_out(STDOUT_FILENO,
            fmt::format("{}\n  {}{}\n  {}{}\n  {} export DOCKER_HOST=unix://{}\n",
                        said(fmt::format("Engine {} runs as process {}", version.version, pid)),
                        trace::padded(said("socket"), 8), place.socket.native(), trace::padded(said("data"), 8),
                        place.data.native(), said("for other clients:"), place.socket.native()));
  return 0;
}

// Ctrl-C, on a thread of its own, ends the watcher that there is, or the one to come.
class Stoppable {
 public:
  class While {
   public:
    While(Stoppable& owner, Watcher& watcher) : owner_(owner) { owner_.set(&watcher); }
    ~While() { owner_.set(nullptr); }
    While(const While&) = delete;
    While& operator=(const While&) = delete;

   private:
    Stoppable& owner_;
  };

  void stop() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    if (watcher_) watcher_->stop();
  }

 private:
  void set(Watcher* watcher) {
    std::lock_guard lock(mutex_);
    watcher_ = watcher;
    if (stopped_ && watcher_) watcher_->stop();
  }
  std::mutex mutex_;
  Watcher* watcher_ = nullptr;
  bool stopped_ = false;
};

}  // namespace

bool end_engine(const client::Place& place) {
  pid_t pid = listening_process(place.socket);
  if (pid == 0) return false;
  // Its own end is waited for: whoever is its parent may take a while to reap it.
  UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process) throw Error::from_errno(errno, "open", fmt::format("process {}", pid));
  if (::syscall(SYS_pidfd_send_signal, process.get(), SIGTERM, nullptr, 0) != 0) {
    throw Error::from_errno(errno, "stop", fmt::format("process {}", pid));
  }
  constexpr int patience_ms = 10'000;
  pollfd end{process.get(), POLLIN, 0};
  if (::poll(&end, 1, patience_ms) > 0) return true;
  throw Error(ErrorKind::unavailable, fmt::format("the engine (process {}) does not stop", pid));
}

int manage_engine(const Options& options, std::span<const std::string> words) {
  std::string verb = parse_own("engine", words, 1).words()[0];
  client::Place place = place_of(options);
  if (verb == "start") return start_engine(place, options.language);
  if (verb == "stop") return stop_engine(place, options.language);
  if (verb == "status") return engine_status(place, options.language);
  throw usage_error(fmt::format("there is no \"engine {}\"", verb), "engine");
}

int watch_clients(const Options& options, std::span<const std::string> words) {
  parse_own("watch", words, 0);
  Options watching = options;
  watching.explain = true;
  Stoppable stoppable;
  SignalWatch signals([&](int) { stoppable.stop(); });
  client::Place place = place_of(watching);
  client::ensure_engine(place, client::find_engine_program());
  client::RunOptions run = run_options(watching);
  run.any_client = true;
  Watcher one(place.socket, watching, run, "watch", false);
  // What is typed from here on is seen.
  write_out(STDERR_FILENO,
            fmt::format("{}\n  export DOCKER_HOST=unix://{}\n",
                        trace::words_with(trace::Phrase::watching, watching.language, {place.socket.native()}),
                        place.socket.native()));
  const Stoppable::While watched(stoppable, one);
  one.follow();
  return 0;
}

}  // namespace glassdock::headless
