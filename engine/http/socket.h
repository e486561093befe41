#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/unique_fd.h"

namespace glassdock::http {

// Throws Error(invalid_argument) for a path longer than sun_path holds (107 bytes, unix(7)).
void check_unix_path(const std::filesystem::path& path);

// A listening Unix socket at `path` with `mode`. A socket left by a dead engine is replaced. Throws Error: path too
// long, something that answers on it already (conflict), no socket there, or errno. Two callers that start in the same
// instant on one stale path are for the caller's own lock to keep apart.
UniqueFd listen_unix(const std::filesystem::path& path, mode_t mode = 0600);
// Listens on 127.0.0.1. Port 0 takes a free one; local_port tells which.
UniqueFd listen_tcp_loopback(std::uint16_t port = 0);
std::uint16_t local_port(int fd);

// Throw Error(unavailable) when nobody answers, and the message of listen_unix for a path too long.
UniqueFd connect_unix(const std::filesystem::path& path);
UniqueFd connect_tcp(const std::string& host, std::uint16_t port);

// Sends all of it, whatever the socket's buffer; a gone peer is Error(cancelled), never SIGPIPE.
void send_all(int socket, std::string_view bytes);
void send_all(int socket, std::string_view head, std::string_view body);

// While it lives a peer of `socket` that takes nothing for so long is as one that is gone (socket(7), SO_SNDTIMEO).
class SendPatience {
 public:
  SendPatience(int socket, std::chrono::seconds patience);
  ~SendPatience();
  SendPatience(const SendPatience&) = delete;
  SendPatience& operator=(const SendPatience&) = delete;

 private:
  const int socket_;
};

// No end: wait for ever.
using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline no_deadline = Deadline::max();
// False when the deadline came first.
bool wait_readable(int socket, Deadline deadline);
// True once the peer has closed its end, or shut down its writing: poll(2) POLLRDHUP. Never blocks.
bool peer_closed(int socket);

// The bytes of a connection as they come, buffered. One thread.
class SocketReader {
 public:
  // `socket` stays the caller's and outlives this. `already_read` comes first.
  explicit SocketReader(int socket, std::string already_read = {});

  std::string_view buffered() const { return std::string_view(buffer_).substr(begin_, end_ - begin_); }
  void consume(std::size_t bytes) { begin_ += bytes; }
  // Adds what the socket has to buffered(), waiting until `deadline`. False at the end of the stream. Throws
  // Error(unavailable) at the deadline, Error(cancelled) when the connection broke.
  bool fill(Deadline deadline);
  // What is buffered, taken out.
  std::string take();
  // Frees the buffer while nothing is in it: connections at rest cost nothing.
  void shrink();

 private:
  int socket_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace glassdock::http
