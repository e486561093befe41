// Runs the built programs as a user would, and a real engine for the length of a test.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/os/argument_pointers.h"
#include "engine/os/files.h"
#include "tests/support/places.h"

namespace glassdock::testing {

// How a program ended: its exit code (128 and the signal where one ended it) and what it printed.
struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

// A program that runs, with its three standard streams in our hands. Killed when still there at the end.
class Program {
 public:
  explicit Program(const std::vector<std::string>& words) {
    int in[2], out[2], err[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) ::abort();
    const std::vector<char*> arguments = os::argument_pointers(words);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      ::dup2(err[1], 2);
      ::execv(arguments[0], arguments.data());
      ::_exit(127);
    }
    in_.reset(in[1]);
    out_.reset(out[0]);
    err_.reset(err[0]);
    for (int fd : {in[0], out[1], err[1]}) ::close(fd);
  }
  ~Program() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void send_signal(int signal) {
    if (pid_ > 0) ::kill(pid_, signal);
  }
  void type(std::string_view text) {
    while (!text.empty()) {
      ssize_t written = ::write(in_.get(), text.data(), text.size());
      if (written <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void end_input() { in_.reset(); }

  // Reads until what was printed to stderr (or stdout) since the last call holds `words`; false at the end of it or
  // after 30 s.
  bool wait_for_err(std::string_view words) { return wait_for(words, seen_.err, err_mark_); }
  bool wait_for_out(std::string_view words) { return wait_for(words, seen_.out, out_mark_); }

  // Reads until `done`, asked after each piece; false as above.
  template <typename Done>
  bool read_until(const Done& done) {
    while (!done()) {
      if (!read_more(patience_ms)) return false;
    }
    return true;
  }
  // What was printed so far is what no later wait looks for.
  void skip_out() { out_mark_ = seen_.out.size(); }

  // Whether its output ends within 30 s, its input still open.
  bool ends() {
    while (out_ || err_) {
      if (!read_more(patience_ms)) return false;
    }
    return true;
  }

  // What was printed so far.
  const std::string& out() const { return seen_.out; }
  const std::string& err() const { return seen_.err; }

  // Ends its input, and waits for its end.
  Outcome finish() {
    end_input();
    while (read_more(-1)) {
    }
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    seen_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return seen_;
  }

 private:
  static constexpr int patience_ms = 30'000;
  bool wait_for(std::string_view words, const std::string& text, std::size_t& mark) {
    for (;;) {
      auto found = text.find(words, mark);
      if (found != std::string::npos) {
        mark = found + words.size();
        return true;
      }
      if (!read_more(patience_ms)) return false;
    }
  }

  // False when both streams have ended, or nothing came in time.
  bool read_more(int timeout_ms) {
    pollfd waits[] = {{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}};
    if (!out_ && !err_) return false;
    int ready = ::poll(waits, 2, timeout_ms);
    if (ready < 0) return errno == EINTR;
    if (ready == 0) return false;
    if (waits[0].revents != 0) take(out_, seen_.out);
    if (waits[1].revents != 0) take(err_, seen_.err);
    return true;
  }
  static void take(UniqueFd& fd, std::string& text) {
    std::array<char, 65536> bytes;
    ssize_t got = ::read(fd.get(), bytes.data(), bytes.size());
    if (got > 0) text.append(bytes.data(), static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && errno != EINTR)) fd.reset();
  }

  pid_t pid_ = 0;
  UniqueFd in_, out_, err_;
  Outcome seen_;
  std::size_t out_mark_ = 0, err_mark_ = 0;
};

inline Outcome run(const std::vector<std::string>& words, std::string_view input = {}) {
  Program program(words);
  program.type(input);
  return program.finish();
}

// The engine of that data; 0 where none runs.
inline pid_t engine_at(const std::filesystem::path& data) {
  const std::string said = run({program_path("glassdock"), "--data", data.string(), "engine", "status"}).out;
  constexpr std::string_view before = "runs as process ";
  const auto at = said.find(before);
  return at == std::string::npos ? 0 : std::atoi(said.c_str() + at + before.size());
}

// A folder for an engine's data, and `glassdock` on it. The first command starts the engine; it is stopped at the end.
class EngineHome {
 public:
  EngineHome() : folder_(std::filesystem::temp_directory_path(), "glassdock-test.") {}
  ~EngineHome() { glassdock({"engine", "stop"}); }

  std::filesystem::path data() const { return folder_.path() / "data"; }
  std::filesystem::path path() const { return folder_.path(); }
  std::vector<std::string> command(std::vector<std::string> words) const {
    words.insert(words.begin(), {program_path("glassdock"), "--data", data().string()});
    return words;
  }
  Outcome glassdock(std::vector<std::string> words, std::string_view input = {}) const {
    return testing::run(command(std::move(words)), input);
  }
  Outcome docker(std::vector<std::string> words, std::string_view input = {}) const {
    words.insert(words.begin(), "docker");
    return glassdock(std::move(words), input);
  }

  // 0 where no engine runs.
  pid_t engine() const { return engine_at(data()); }

 private:
  os::TempDir folder_;
};

// The engine, which answers nobody while this lives.
class StoppedEngine {
 public:
  explicit StoppedEngine(const EngineHome& home) : StoppedEngine(home.engine()) {}
  explicit StoppedEngine(pid_t process) : process_(process) {
    if (process_ > 0) ::kill(process_, SIGSTOP);
  }
  ~StoppedEngine() {
    if (process_ > 0) ::kill(process_, SIGCONT);
  }
  StoppedEngine(const StoppedEngine&) = delete;
  StoppedEngine& operator=(const StoppedEngine&) = delete;

  bool is_there() const { return process_ > 0; }

 private:
  pid_t process_;
};

}  // namespace glassdock::testing
