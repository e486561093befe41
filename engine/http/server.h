#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "engine/base/unique_fd.h"
#include "engine/http/message.h"

namespace glassdock::http {

// Answers a request. Runs on the connection's own thread, with all signals blocked. It may take as long as it likes; it
// asks answer.peer_closed() while it waits for long.
using Handler = std::function<void(Request&, ResponseWriter&)>;

// Answers for a handler that threw before it began its answer. `status` is 413 where the body was too large, 400 where
// the request was malformed (then `request` is null where not even its target could be read), otherwise 500; the
// function may know better. After the answer has begun, a throw just ends the connection.
using FaultHandler = std::function<void(const std::exception& fault, int status, Request* request, ResponseWriter&)>;

struct ServerLimits {
  std::uint32_t head_bytes = 64 * 1024;             // request line and header fields together; beyond it 431
  std::chrono::milliseconds head_timeout{30'000};   // from the first byte (or the connection) to the head's end
  std::chrono::milliseconds idle_timeout{300'000};  // between two requests of a connection
  std::chrono::milliseconds body_timeout{300'000};  // between two pieces of a body
  std::size_t connections = 1000;                   // beyond it a client gets 503
  std::size_t stack_bytes = 256 * 1024;  // of a connection's thread; more with sanitizers, whose frames are large
};

// Serves a listening socket, one thread a connection, none when nobody is connected. Any thread may call.
class Server {
 public:
  Server(UniqueFd listening_socket, Handler handler, FaultHandler fault_handler = {}, ServerLimits limits = {});
  ~Server();  // stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Stops listening, shuts down all connections (hijacked ones too) and waits for their handlers. Not to be called by a
  // handler.
  void stop();
  // Connections open now.
  std::size_t connections() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace glassdock::http
