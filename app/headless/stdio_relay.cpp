#include "app/headless/stdio_relay.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "app/headless/terminal.h"
#include "engine/base/error.h"

namespace glassdock::headless {
namespace {

constexpr std::size_t chunk = 64 * 1024;

}  // namespace

void write_stream(Stream stream, std::string_view bytes) {
  write_out(stream == Stream::stderr_stream ? STDERR_FILENO : STDOUT_FILENO, bytes);
}

StdioRelay::StdioRelay(http::Hijacked attached, bool stdin_too)
    : attached_(std::move(attached)), frames_(write_stream), reads_stdin_(stdin_too) {}

StdioRelay::StdioRelay(http::Hijacked attached, bool stdin_too, const DetachKeys& keys)
    : StdioRelay(std::move(attached), stdin_too) {
  framed_ = false;
  keys_ = keys;
}

void StdioRelay::show(std::string_view bytes) {
  if (framed_) {
    frames_.feed(bytes);
  } else {
    write_stream(Stream::stdout_stream, bytes);
  }
}

StdioRelay::End StdioRelay::run() {
  show(attached_.already_read);
  for (;;) {
    if (detached_ && pending_.empty()) return End::detached;
    pollfd waits[] = {
        {attached_.socket.get(), static_cast<short>(pending_.empty() ? POLLIN : POLLIN | POLLOUT), 0},
        {reads_stdin_ && pending_.empty() ? STDIN_FILENO : -1, POLLIN, 0},
    };
    if (::poll(waits, 2, -1) < 0) {
      if (errno == EINTR) continue;
      throw Error::from_errno(errno, "poll", "the container's output");
    }
    if (waits[0].revents & POLLOUT) send_pending();
    if (waits[0].revents & (POLLIN | POLLHUP | POLLERR) && !take_output()) break;
    if (waits[1].revents != 0) take_input();
  }
  if (!frames_.at_boundary()) throw Error(ErrorKind::corrupt, "the container's output was cut off");
  return End::of_output;
}

// False at the end.
bool StdioRelay::take_output() {
  std::array<char, chunk> bytes;
  ssize_t got = ::recv(attached_.socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (got < 0) throw Error::from_errno(errno, "read", "the container's output");
  show(std::string_view(bytes.data(), static_cast<std::size_t>(got)));
  return got > 0;
}

void StdioRelay::take_input() {
  // Behind the room for keys that were kept back.
  std::array<char, DetachKeys::most + chunk> bytes;
  ssize_t got = ::read(STDIN_FILENO, bytes.data() + DetachKeys::most, chunk);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got > 0) {
    const std::size_t typed =
        keys_.pass(bytes.data() + DetachKeys::most, static_cast<std::size_t>(got), bytes.data(), detached_);
    pending_.assign(bytes.data(), typed);
    if (detached_) reads_stdin_ = false;
  } else {
    reads_stdin_ = false;
    ::shutdown(attached_.socket.get(), SHUT_WR);
  }
}

void StdioRelay::send_pending() {
  ssize_t sent = ::send(attached_.socket.get(), pending_.data(), pending_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0) {
    pending_.erase(0, static_cast<std::size_t>(sent));
  } else if (errno != EAGAIN && errno != EINTR) {
    // The container takes no more (it ended, or closed its stdin); its output still counts.
    pending_.clear();
    reads_stdin_ = false;
  }
}

}  // namespace glassdock::headless
