#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "engine/base/error.h"
#include "engine/http/headers.h"
#include "engine/http/socket.h"

namespace glassdock::http {

// The message breaks the rules of HTTP/1.1 (RFC 9112), or a limit. A server answers with `status` and closes.
struct ProtocolError : Error {
  ProtocolError(int answer, std::string message)
      : Error(ErrorKind::invalid_argument, std::move(message)), status(answer) {}
  int status;  // 400, 408 or 431
};

struct MessageHead {
  std::string method;  // requests
  std::string target;
  int status = 0;  // responses
  std::string reason;
  int version = 11;  // 10 or 11
  Headers headers;
  bool keep_alive = false;
  bool chunked = false;
  std::optional<std::uint64_t> content_length;
};

// Reads one message from a connection: its head, then its body in pieces. Bytes behind the message stay in the
// SocketReader. One thread.
class MessageReader {
 public:
  enum class Role { request, response };
  // `head_limit` in bytes. `without_body`: the response to HEAD.
  MessageReader(SocketReader& source, Role role, std::uint32_t head_limit, bool without_body = false);
  ~MessageReader();
  MessageReader(MessageReader&&) noexcept;
  MessageReader& operator=(MessageReader&&) noexcept;

  // False when the stream ended before a first byte. Throws ProtocolError, or what SocketReader::fill throws.
  bool read_head(Deadline deadline);
  const MessageHead& head() const { return head_; }
  // 0 at the end of the body. `idle` bounds each wait for bytes. Throws ProtocolError when the body is cut off.
  std::size_t read_some(std::span<std::byte> out, std::chrono::milliseconds idle);
  // True when the whole message has been read.
  bool done() const;

 private:
  struct Parser;
  template <bool is_request>
  struct BeastParser;
  std::unique_ptr<Parser> parser_;
  SocketReader* source_;
  MessageHead head_;
};

}  // namespace glassdock::http
