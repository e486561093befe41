#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/http/headers.h"
#include "engine/http/target.h"

namespace glassdock::http {

class MessageReader;

struct PeerCredentials {
  pid_t pid;
  uid_t uid;
  gid_t gid;
};

// A request as its handler sees it. Lives as long as the handler's call, on the handler's thread only.
class Request {
 public:
  using Milliseconds = std::chrono::milliseconds;
  // Made by the Server. `reader` has read the head.
  Request(MessageReader& reader, int socket, Milliseconds body_timeout);

  const std::string& method() const;
  const std::string& target() const;  // as sent
  const std::string& path() const { return target_.path; }
  // The first value of that name.
  std::optional<std::string> query(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& query_pairs() const { return target_.query; }
  const Headers& headers() const;
  bool is_head() const { return method() == "HEAD"; }
  std::optional<std::uint64_t> content_length() const;
  // The caller of a Unix socket (SO_PEERCRED, unix(7)); nothing on TCP.
  std::optional<PeerCredentials> peer() const;

  // The whole body. Throws Error(invalid_argument) beyond `limit` bytes, which the server answers with 413, and on a
  // body that is cut off.
  std::string read_body(std::size_t limit);
  // The next bytes of the body; 0 at its end. Throws ProtocolError (an Error(invalid_argument)) when it is cut off.
  std::size_t read_some(std::span<std::byte> out);

  bool body_too_large() const { return body_too_large_; }
  // True while the client still waits for "100 Continue" before it sends the body.
  bool awaits_continue() const { return awaits_continue_; }

 private:
  MessageReader& reader_;
  int socket_;
  Milliseconds body_timeout_;
  Target target_;
  bool awaits_continue_ = false;
  bool body_too_large_ = false;
};

// A connection that has left HTTP: the socket, and what the other end had sent already.
struct Hijacked {
  UniqueFd socket;
  std::string already_read;
};

// Where a handler's answer goes. Exactly one of send, send_file, start (then write, finish) and hijack. Every call
// throws Error(cancelled) when the client has gone. One thread at a time, but that may be another than the handler's
// while the handler waits for it.
class ResponseWriter {
 public:
  class Connection;  // the server's side of it
  explicit ResponseWriter(Connection& connection) : connection_(connection) {}
  ResponseWriter(const ResponseWriter&) = delete;
  ResponseWriter& operator=(const ResponseWriter&) = delete;

  // A header that every answer carries ("Api-Version"). Before the answer begins.
  void set_default(std::string_view name, std::string_view value);

  // The whole answer. Content-Length is added unless `headers` has it; HEAD, 204 and 304 get no body.
  void send(int status, const Headers& headers, std::string_view body);
  // `length` bytes of the file from `offset`, by sendfile(2).
  void send_file(int status, const Headers& headers, int fd, std::uint64_t offset, std::uint64_t length);

  // The head goes out at once. The body follows by write; it is chunked unless `headers` has Content-Length (or the
  // client speaks HTTP/1.0: then the end of the connection ends it).
  void start(int status, const Headers& headers);
  // Sent at once. Nothing is sent in answer to HEAD.
  void write(std::string_view bytes);
  // Ends the body. A body shorter than its Content-Length breaks the connection, so that the client sees the cut.
  void finish();

  // Sends this head (101 or 200) and hands over the socket. The handler's thread may go on with it, or pass it to
  // another process; the server closes its own copy when the handler returns, and shuts the connection down at stop().
  Hijacked hijack(int status, const Headers& headers);

  // The connection ends without any further byte, unless the answer is whole. A handler that returns without finish()
  // does the same.
  void abort();

  bool started() const;
  // Of the answer, as it was sent; empty until then. Stands until the next request of the connection.
  std::string_view head() const;
  // The client closed the connection, or the server stops. Long waits ask it, or poll socket() for POLLRDHUP.
  bool peer_closed() const;
  int socket() const;

 private:
  Connection& connection_;
};

// "Not Found" for 404 (RFC 9110, 15).
std::string_view reason_phrase(int status);

}  // namespace glassdock::http
