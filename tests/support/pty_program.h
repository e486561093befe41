// A program in a terminal, as a user types into it.
#pragma once

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/os/argument_pointers.h"

namespace glassdock::testing {

// Typed into a shell: it says "armed", and after SIGWINCH its size. A shell's own line editor misses one that comes
// before it reads keys.
inline constexpr char tell_next_size[] =
    "sh -c \"trap 'stty size; exit' WINCH; echo armed; while :; do sleep 0.1; done\"\r";

// Killed when still there at the end.
class PtyProgram {
 public:
  explicit PtyProgram(const std::vector<std::string>& words, winsize size = {31, 97, 0, 0}) {
    const std::vector<char*> arguments = os::argument_pointers(words);
    int master = -1, slave = -1;
    if (::openpty(&master, &slave, nullptr, nullptr, &size) != 0) ::abort();
    terminal_.reset(master);
    slave_.reset(slave);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::setsid();
      ::ioctl(slave, TIOCSCTTY, 0);
      for (int fd = 0; fd < 3; ++fd) ::dup2(slave, fd);
      ::close(slave);
      ::close(master);
      ::execv(arguments[0], arguments.data());
      ::_exit(127);
    }
  }
  ~PtyProgram() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  PtyProgram(const PtyProgram&) = delete;
  PtyProgram& operator=(const PtyProgram&) = delete;

  pid_t pid() const { return pid_; }
  void type(std::string_view keys) {
    if (::write(terminal_.get(), keys.data(), keys.size()) < 0) ::abort();
  }
  void resize(unsigned short rows, unsigned short columns) {
    const winsize size{rows, columns, 0, 0};
    ::ioctl(terminal_.get(), TIOCSWINSZ, &size);
  }
  // Whether the words come within 30 s, and reads not a byte further.
  bool wait_for(std::string_view words) {
    const std::size_t from = seen_.size();
    while (seen_.find(words, from) == std::string::npos) {
      if (!read_byte()) return false;
    }
    return true;
  }
  // Its exit code, 128 and the signal where one ended it; -1 where it does not end within 30 s.
  int finish() {
    for (int i = 0; i < 3000; ++i) {
      int status = 0;
      if (::waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = 0;
        while (has_byte(0) && read_byte()) continue;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      }
      if (has_byte(10)) read_byte();
    }
    return -1;
  }
  const std::string& seen() const { return seen_; }
  // Whether the terminal echoes and gathers lines, as a shell leaves it.
  bool is_cooked() const {
    termios now{};
    return ::tcgetattr(slave_.get(), &now) == 0 && (now.c_lflag & (ECHO | ICANON)) == (ECHO | ICANON);
  }

 private:
  bool has_byte(int timeout_ms) {
    pollfd ready{terminal_.get(), POLLIN, 0};
    return ::poll(&ready, 1, timeout_ms) > 0;
  }
  bool read_byte() {
    char byte = 0;
    if (!has_byte(30'000) || ::read(terminal_.get(), &byte, 1) != 1) return false;
    seen_ += byte;
    return true;
  }

  pid_t pid_ = 0;
  UniqueFd terminal_, slave_;
  std::string seen_;
};

}  // namespace glassdock::testing
