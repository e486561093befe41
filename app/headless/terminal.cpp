#include "app/headless/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "engine/base/error.h"
#include "engine/base/unique_fd.h"

namespace glassdock::headless {

void write_out(int fd, std::string_view text) {
  while (!text.empty()) {
    ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {  // somebody made the shared descriptor non-blocking
      pollfd wait{fd, POLLOUT, 0};
      ::poll(&wait, 1, -1);
      continue;
    }
    if (written < 0) {
      const char* where = fd == STDOUT_FILENO ? "stdout" : fd == STDERR_FILENO ? "stderr" : "the file";
      throw Error::from_errno(errno, "write to", where);
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::array<bool, 3> terminal_streams() {
  return {::isatty(STDIN_FILENO) != 0, ::isatty(STDOUT_FILENO) != 0, ::isatty(STDERR_FILENO) != 0};
}

void leave_terminal(const std::array<bool, 3>& streams) {
  const UniqueFd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nowhere) return;
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (streams[static_cast<std::size_t>(fd)]) ::dup2(nowhere.get(), fd);
  }
}

int terminal_columns(int fd) {
  constexpr int usual_columns = 80;
  if (::isatty(fd) == 0) return 0;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_columns;
  return size.ws_col;
}

bool wants_colour(int fd) {
  const char* refused = std::getenv("NO_COLOR");
  return ::isatty(fd) != 0 && (refused == nullptr || *refused == '\0');
}

TypedLine read_typed_line(int fd, int interrupt) {
  if (fd < 0) return {};
  std::string line;
  for (;;) {
    pollfd waits[] = {{interrupt, POLLIN, 0}, {fd, POLLIN, 0}};
    if (::poll(waits, 2, -1) < 0 && errno != EINTR) return {};
    if (waits[0].revents != 0) return {.interrupted = true};
    if (waits[1].revents == 0) continue;
    char byte = 0;
    ssize_t got = ::read(fd, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return {line.empty() ? std::nullopt : std::optional(line)};
    if (byte == '\n') return {line};
    line += byte;
  }
}

}  // namespace glassdock::headless
