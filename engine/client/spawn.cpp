#include "engine/client/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/base/unique_fd.h"
#include "engine/os/files.h"

namespace glassdock::client {
namespace {

namespace fs = std::filesystem;

constexpr int ask_ms = 50;                       // between two questions whether to wait any longer
constexpr int ready_timeout_ms = 30'000;         // making the hub's images on a slow disk takes some seconds
constexpr const char* idle_exit_seconds = "60";  // an engine that nobody uses ends after a minute

UniqueFd open_or_throw(const fs::path& path, int flags) {
  UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (!fd) throw os::write_error(errno, "open", path);
  return fd;
}

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error::from_errno(errno, "pipe2", "for the engine's ready line");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// In a child's child: a session of its own, so that the terminal's Ctrl-C does not reach it. Allocates nothing.
[[noreturn]] void become_engine(const char* const* arguments, int null, int ready, int log) {
  ::setsid();
  ::dup2(null, STDIN_FILENO);
  ::dup2(ready, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  if (::chdir("/") != 0) ::_exit(126);
  ::execvp(arguments[0], const_cast<char* const*>(arguments));
  constexpr std::string_view words = "the engine's program glassdockd could not be executed\n";
  if (::write(STDERR_FILENO, words.data(), words.size()) < 0) ::_exit(126);
  ::_exit(127);
}

void ask(const GivenUp& given_up) {
  if (given_up && given_up()) throw Error(ErrorKind::cancelled, "an engine is not waited for any longer");
}

// Waits for a line feed. False at the end of the pipe (the engine gave up) or of the time.
bool wait_until_ready(int fd, const GivenUp& given_up) {
  std::array<char, 512> bytes;
  for (int waited_ms = 0;;) {
    ask(given_up);
    pollfd wait{fd, POLLIN, 0};
    int ready = ::poll(&wait, 1, ask_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0 && (waited_ms += ask_ms) < ready_timeout_ms) continue;
    if (ready <= 0) return false;
    ssize_t got = ::read(fd, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    if (std::memchr(bytes.data(), '\n', static_cast<std::size_t>(got))) return true;
  }
}

// What the engine wrote last since `begin`: why it gave up.
std::string last_line(const fs::path& log, off_t begin) {
  std::string text = os::try_read_file(log).value_or("");
  std::string_view said = trim(std::string_view(text).substr(std::min<std::size_t>(begin, text.size())));
  auto line = said.rfind('\n');
  return std::string(line == std::string_view::npos ? said : said.substr(line + 1));
}

void spawn(const Place& place, const fs::path& program, const GivenUp& given_up) {
  os::make_folders(place.data, 0700);
  fs::path log_path = place.data / "engine.log";
  UniqueFd log = open_or_throw(log_path, O_WRONLY | O_CREAT | O_APPEND);
  off_t log_begin = ::lseek(log.get(), 0, SEEK_END);
  UniqueFd null = open_or_throw("/dev/null", O_RDWR);
  Pipe ready = make_pipe();

  const char* arguments[] = {program.c_str(),      "--data",      place.data.c_str(), "--socket",
                             place.socket.c_str(), "--idle-exit", idle_exit_seconds,  nullptr};
  // A child's child, which belongs to init once that has ended: whoever runs for longer than the engine (the studio)
  // has no zombie of it.
  pid_t pid = ::fork();
  if (pid < 0) throw Error::from_errno(errno, "fork", "for the engine");
  if (pid == 0) {
    pid_t engine = ::fork();
    if (engine == 0) become_engine(arguments, null.get(), ready.write_end.get(), log.get());
    ::_exit(engine < 0 ? errno : 0);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) throw Error::from_errno(WEXITSTATUS(status), "fork", "for the engine");
  ready.write_end.reset();
  if (wait_until_ready(ready.read_end.get(), given_up)) return;

  std::string why = last_line(log_path, log_begin);
  throw Error(ErrorKind::unavailable,
              "the engine did not start: " + (why.empty() ? std::string("it said nothing") : why),
              "its words are in " + log_path.native());
}

// Empty where nothing accepts connections there. Throws as engine_answers.
UniqueFd connect_to(const fs::path& socket) try { return connect_engine(socket); } catch (const Error& error) {
  if (error.kind() == ErrorKind::unavailable) return {};
  throw;
}

}  // namespace

bool engine_answers(const fs::path& socket) {
  return static_cast<bool>(connect_to(socket));
}

Reached reach_engine(const Place& place, const fs::path& program, const GivenUp& given_up) {
  if (UniqueFd connection = connect_to(place.socket)) return {std::move(connection), false};
  make_socket_folder(place, ::geteuid());
  fs::path lock_path = place.socket;
  lock_path += ".lock";
  UniqueFd lock = open_or_throw(lock_path, O_RDWR | O_CREAT);
  while (::flock(lock.get(), LOCK_EX | (given_up ? LOCK_NB : 0)) != 0) {
    const int error = errno;
    if (error != EINTR && error != EWOULDBLOCK) throw Error::from_errno(error, "lock", lock_path.native());
    ask(given_up);
    if (error == EWOULDBLOCK) ::poll(nullptr, 0, ask_ms);
  }
  if (UniqueFd connection = connect_to(place.socket)) return {std::move(connection), false};  // another was faster
  spawn(place, program, given_up);
  return {{}, true};
}

bool ensure_engine(const Place& place, const fs::path& program, const GivenUp& given_up) {
  return reach_engine(place, program, given_up).started;
}

fs::path find_engine_program() {
  std::error_code error;
  fs::path self = fs::read_symlink("/proc/self/exe", error);
  fs::path beside = self.parent_path() / "glassdockd";
  if (!error && ::access(beside.c_str(), X_OK) == 0) return beside;
  return "glassdockd";
}

}  // namespace glassdock::client
