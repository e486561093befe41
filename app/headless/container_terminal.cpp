#include "app/headless/container_terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>

#include "engine/base/error.h"

namespace glassdock::headless {

client::TerminalSize terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_row, size.ws_col};
}

ContainerTerminal::ContainerTerminal(bool typed_into, Resize resize) : resize_(std::move(resize)) {
  // A reader of the output that goes away would end the program with the terminal raw: as an error it is unwound.
  on_pipe_ = std::signal(SIGPIPE, SIG_IGN);
  if (typed_into && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    termios raw = before_;
    ::cfmakeraw(&raw);
    raw_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
  }
  follow_size();
}

ContainerTerminal::~ContainerTerminal() {
  restore();
  std::signal(SIGPIPE, on_pipe_);
}

void ContainerTerminal::follow_size() {
  const client::TerminalSize size = terminal_size();
  if (size.rows == 0 || size.columns == 0) return;
  try {
    resize_(size);
  } catch (const Error&) {
  }
}

void ContainerTerminal::restore() {
  std::lock_guard lock(mutex_);
  if (raw_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  raw_ = false;
}

}  // namespace glassdock::headless
