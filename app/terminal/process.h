#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/terminal/line.h"
#include "engine/base/unique_fd.h"

namespace glassdock::terminal {

// What is to be started.
struct Launch {
  std::vector<std::string> arguments;    // the first one is the program: a path, or a name that is searched in PATH
  std::vector<std::string> environment;  // NAME=value, besides what this program has, in place of equal names
  std::filesystem::path folder;          // where it starts; empty: here
  Size size;
  int state_fd = -1;  // the process gets it as descriptor 9; -1: nothing
};

struct Exit {
  int code = 0;    // 128 + signal where one ended it, as shells have it
  int signal = 0;  // 0: it exited by itself
};

// A process behind a terminal of its own (pty(7)): session leader, with the terminal as its stdin, stdout and stderr.
// The destructor kills the process and closes the terminal, which hangs up on all that is left there: what takes no
// SIGHUP outlives it. The same when the thread that made it ends, with the studio or before it (PR_SET_PDEATHSIG).
// Nothing here waits but for the exec and for the killed process to be gone. One thread.
class Process {
 public:
  // Throws Error where there is no such program or folder, or no terminal to be had.
  explicit Process(const Launch& launch);
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;
  ~Process();

  pid_t pid() const noexcept { return pid_; }
  // To poll: readable when read() has something.
  int output_fd() const noexcept { return terminal_.get(); }
  // To poll: readable when it has ended (pidfd_open(2)).
  int end_fd() const noexcept { return pidfd_.get(); }

  // Appends what it printed to `bytes`, at most `limit` of it. False when the output is at its end: all that could
  // write have gone.
  bool read(std::string& bytes, std::size_t limit);
  // Types: sent at once as far as the terminal takes it, the rest by flush().
  void write(std::string_view bytes);
  // To call when output_fd() is writable and something waits.
  void flush();
  std::size_t unsent_bytes() const noexcept { return unsent_.size(); }

  // The processes in the foreground get SIGWINCH.
  void resize(Size size);
  // To the process group in the foreground, as keys do; without effect when it has ended.
  void signal(int number);
  // Whether somebody in the foreground waits for what is typed (app/terminal/input_wait.h). Looks through /proc.
  bool waits_for_input() const;

  // How it ended; nothing while it runs.
  std::optional<Exit> exit() const;

 private:
  pid_t pid_ = -1;
  UniqueFd terminal_;
  dev_t device_ = 0;  // of the slave
  UniqueFd pidfd_;
  std::string unsent_;
};

}  // namespace glassdock::terminal
