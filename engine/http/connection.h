#pragma once

#include <cstdint>
#include <string>

#include "engine/http/message.h"
#include "engine/http/message_reader.h"
#include "engine/http/socket.h"

namespace glassdock::http {

// Of a body that nobody read: more than that costs the connection.
inline constexpr std::uint64_t drain_limit = 256 * 1024;

// How far the answer to the current request has gone.
enum class AnswerState { none, streaming, complete, hijacked, aborted };

// The server's side of one connection: what ResponseWriter writes through. Used by its one thread; only the socket's
// number is read by others (to shut it down).
class ResponseWriter::Connection {
 public:
  Connection(int socket, SocketReader& source) : socket_(socket), source_(source) {}

  // For each new request, before its handler.
  void begin(Request* request, const MessageReader* reader);
  // True when the next request may follow on this connection.
  bool reusable() const { return state_ == AnswerState::complete && keep_alive_; }
  AnswerState state() const { return state_; }

 private:
  friend class ResponseWriter;
  // Sends the head (and `body` with it). Fields that the caller set stand; framing is added.
  void send_head(int status, const Headers& headers, std::string_view framing, std::string_view body);
  bool bodiless(int status) const;
  void require(AnswerState state) const;

  int socket_;
  SocketReader& source_;
  Request* request_ = nullptr;
  const MessageReader* reader_ = nullptr;
  Headers defaults_;
  std::string head_;  // as it was sent
  AnswerState state_ = AnswerState::none;
  bool head_only_ = false;
  bool chunked_ = false;
  bool keep_alive_ = false;
  std::optional<std::uint64_t> body_left_;
};

}  // namespace glassdock::http
