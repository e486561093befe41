#include "engine/http/client.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <vector>

#include "engine/base/error.h"
#include "engine/http/message_reader.h"
#include "engine/http/socket.h"

namespace glassdock::http {
namespace {

constexpr std::uint32_t head_limit = 256 * 1024;
constexpr std::size_t read_step = 64 * 1024;
constexpr std::chrono::milliseconds for_ever = std::chrono::milliseconds::max();

// One connection, shared between the client that may use it again and the response that is being read from it.
struct Connection {
  explicit Connection(UniqueFd fd) : socket(std::move(fd)), source(socket.get()) {}
  UniqueFd socket;
  SocketReader source;
  bool idle = true;  // no response is being read
  bool reusable = true;
};

Deadline deadline_after(std::chrono::milliseconds timeout) {
  return timeout == for_ever ? no_deadline : std::chrono::steady_clock::now() + timeout;
}

Error unavailable(const Error& fault) {
  return Error(ErrorKind::unavailable, fmt::format("the server's answer is cut off: {}", fault.message()));
}

}  // namespace

struct Response::State {
  std::shared_ptr<Connection> connection;
  MessageReader reader;
  std::chrono::milliseconds timeout;
  std::string line_buffer;
  std::size_t line_begin = 0;
  std::size_t line_scanned = 0;
  bool settled = false;

  State(std::shared_ptr<Connection> shared, bool without_body, std::chrono::milliseconds read_timeout)
      : connection(std::move(shared)),
        reader(connection->source, MessageReader::Role::response, head_limit, without_body),
        timeout(read_timeout) {}
  ~State() {
    if (settled) return;
    connection->reusable = false;
    connection->idle = true;
  }
  // Gives the connection back once the message has been read. Only once: it may have a newer response by now.
  void settle_when_done() {
    if (settled || !reader.done() || reader.head().status == 101) return;
    settled = true;
    connection->reusable = connection->reusable && reader.head().keep_alive;
    connection->idle = true;
  }
  std::size_t read_some(std::span<std::byte> out) {
    try {
      std::size_t got = reader.read_some(out, timeout);
      settle_when_done();
      return got;
    } catch (const ProtocolError& fault) {
      throw unavailable(fault);
    } catch (const Error& fault) {
      throw fault.kind() == ErrorKind::cancelled ? unavailable(fault) : fault;
    }
  }
};

Response::Response(std::unique_ptr<State> state) : state_(std::move(state)) {}
Response::~Response() = default;
Response::Response(Response&&) noexcept = default;
Response& Response::operator=(Response&&) noexcept = default;

int Response::status() const {
  return state_->reader.head().status;
}
const Headers& Response::headers() const {
  return state_->reader.head().headers;
}
int Response::socket() const {
  return state_->connection->socket.get();
}

std::size_t Response::read_some(std::span<std::byte> out) {
  State& s = *state_;
  if (s.line_begin < s.line_buffer.size()) {
    std::size_t count = std::min(out.size(), s.line_buffer.size() - s.line_begin);
    std::copy_n(reinterpret_cast<const std::byte*>(s.line_buffer.data()) + s.line_begin, count, out.data());
    s.line_begin += count;
    s.line_scanned = std::max(s.line_scanned, s.line_begin);
    return count;
  }
  return s.read_some(out);
}

std::string Response::read_body(std::size_t limit) {
  std::string body;
  std::vector<std::byte> piece(read_step);
  while (std::size_t got = read_some(piece)) {
    if (body.size() + got > limit) {
      throw Error(ErrorKind::invalid_argument, fmt::format("the server's answer is larger than {} bytes", limit));
    }
    body.append(reinterpret_cast<const char*>(piece.data()), got);
  }
  return body;
}

std::optional<std::string> Response::read_line(std::size_t limit) {
  State& s = *state_;
  for (;;) {
    std::size_t feed = s.line_buffer.find('\n', s.line_scanned);
    if (feed != std::string::npos) {
      std::string line = s.line_buffer.substr(s.line_begin, feed - s.line_begin);
      s.line_begin = s.line_scanned = feed + 1;
      return line;
    }
    s.line_buffer.erase(0, s.line_begin);
    s.line_begin = 0;
    s.line_scanned = s.line_buffer.size();
    if (s.line_scanned > limit) {
      throw Error(ErrorKind::invalid_argument, fmt::format("the server sends a line of more than {} bytes", limit));
    }
    s.line_buffer.resize(s.line_scanned + read_step);
    std::size_t got = 0;
    try {
      got = s.read_some(std::as_writable_bytes(std::span(s.line_buffer).subspan(s.line_scanned)));
    } catch (...) {
      s.line_buffer.resize(s.line_scanned);
      throw;
    }
    s.line_buffer.resize(s.line_scanned + got);
    if (got != 0) continue;
    if (s.line_buffer.empty()) return std::nullopt;
    s.line_scanned = 0;
    return std::exchange(s.line_buffer, {});
  }
}

Hijacked Response::hijack() && {
  Connection& connection = *state_->connection;
  connection.reusable = false;
  Hijacked raw{std::move(connection.socket), connection.source.take()};
  return raw;
}

struct Client::State {
  std::function<UniqueFd()> connect;
  std::string host;
  std::chrono::milliseconds timeout = for_ever;
  std::shared_ptr<Connection> connection;

  std::shared_ptr<Connection> usable_connection() {
    bool keep = connection && connection->idle && connection->reusable && !peer_closed(connection->socket.get());
    if (!keep) connection = std::make_shared<Connection>(connect());
    return connection;
  }
  std::string head(std::string_view method, std::string_view target, const Headers& headers,
                   std::string_view framing) const {
    std::string own = headers.has("Host") ? std::string() : fmt::format("Host: {}\r\n", host);
    return fmt::format("{} {} HTTP/1.1\r\n{}{}{}\r\n", method, target, own, to_wire(headers), framing);
  }
  Response read_answer(const std::shared_ptr<Connection>& used, std::string_view method);
};

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Client Client::connect_unix(const std::filesystem::path& path, UniqueFd connection,
                            std::function<UniqueFd(const std::filesystem::path&)> connect) {
  auto state = std::make_unique<State>();
  state->connect = [path, connect = std::move(connect)] { return connect(path); };
  state->host = "localhost";
  if (connection) state->connection = std::make_shared<Connection>(std::move(connection));
  return Client(std::move(state));
}

Client Client::connect_tcp(std::string host, std::uint16_t port) {
  auto state = std::make_unique<State>();
  state->host = fmt::format("{}:{}", host, port);
  state->connect = [host = std::move(host), port] { return http::connect_tcp(host, port); };
  return Client(std::move(state));
}

void Client::set_read_timeout(std::chrono::milliseconds timeout) {
  state_->timeout = timeout;
}

Response Client::State::read_answer(const std::shared_ptr<Connection>& used, std::string_view method) {
  used->idle = false;
  auto response = std::make_unique<Response::State>(used, method == "HEAD", timeout);
  try {
    // Interim answers (100 Continue) come before the real one (RFC 9110, 15.2).
    for (;;) {
      if (!response->reader.read_head(deadline_after(timeout))) {
        throw Error(ErrorKind::unavailable, "the server closed the connection without an answer");
      }
      int status = response->reader.head().status;
      if (status / 100 != 1 || status == 101) break;
      response->reader = MessageReader(used->source, MessageReader::Role::response, head_limit, method == "HEAD");
    }
  } catch (const ProtocolError& fault) {
    used->reusable = false;
    throw Error(ErrorKind::unavailable, fmt::format("the server's answer is not HTTP: {}", fault.message()));
  } catch (const Error& fault) {
    used->reusable = false;
    throw fault.kind() == ErrorKind::cancelled ? unavailable(fault) : fault;
  }
  response->settle_when_done();
  return Response(std::move(response));
}

Response Client::request(std::string_view method, std::string_view target, const Headers& headers,
                         std::string_view body) {
  bool length = !body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
  std::string head = state_->head(method, target, headers,
                                  length ? fmt::format("Content-Length: {}\r\n", body.size()) : std::string());
  std::shared_ptr<Connection> used = state_->usable_connection();
  try {
    send_all(used->socket.get(), head, body);
  } catch (const Error&) {
    // The server may have answered and closed before it read everything (413): its answer counts.
    used->reusable = false;
  }
  return state_->read_answer(used, method);
}

Response Client::upload(std::string_view method, std::string_view target, const Headers& headers,
                        const BodySource& body) {
  std::shared_ptr<Connection> used = state_->usable_connection();
  int socket = used->socket.get();
  try {
    send_all(socket, state_->head(method, target, headers, "Transfer-Encoding: chunked\r\n"));
    std::vector<std::byte> piece(read_step);
    while (std::size_t got = body(piece)) {
      send_all(socket, fmt::format("{:x}\r\n", got),
               std::string_view(reinterpret_cast<const char*>(piece.data()), got));
      send_all(socket, "\r\n");
      if (peer_closed(socket)) throw Error(ErrorKind::cancelled, "the server takes no more");
    }
    send_all(socket, "0\r\n\r\n");
  } catch (const Error& fault) {
    used->reusable = false;
    if (fault.kind() != ErrorKind::cancelled) throw;
  }
  return state_->read_answer(used, method);
}

Response Client::upgrade(std::string_view method, std::string_view target, const Headers& headers,
                         std::string_view body) {
  Headers all = headers;
  all.set("Connection", "Upgrade");
  all.set("Upgrade", "tcp");
  return request(method, target, all, body);
}

}  // namespace glassdock::http
