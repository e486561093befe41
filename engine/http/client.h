#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/http/headers.h"
#include "engine/http/message.h"
#include "engine/http/socket.h"

namespace glassdock::http {

// An answer whose body is read as it comes. It keeps its connection; a Client that has a newer request to make before
// the body's end opens another. One thread at a time.
class Response {
 public:
  ~Response();
  Response(Response&&) noexcept;
  Response& operator=(Response&&) noexcept;

  int status() const;
  const Headers& headers() const;
  // 0 at the end. Throws Error(unavailable) when the connection breaks or the body is cut off.
  std::size_t read_some(std::span<std::byte> out);
  // The whole of what is left. Throws Error(invalid_argument) beyond `limit` bytes.
  std::string read_body(std::size_t limit = 64 * 1024 * 1024);
  // The next line without its line feed, as it comes; nothing at the end. A last line may lack its line feed. Throws
  // Error(invalid_argument) on a line longer than `limit`.
  std::optional<std::string> read_line(std::size_t limit = 16 * 1024 * 1024);
  // Leaves HTTP: the raw connection, after 101 (or docker's older 200 without a length). Nothing may have been read.
  Hijacked hijack() &&;
  // For another thread's shutdown(2), which ends a read. (poll does not see what is buffered already.)
  int socket() const;

 private:
  friend class Client;
  struct State;
  explicit Response(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Makes requests to one server, over one kept connection as long as answers are read to their end. It connects at the
// first request. One thread at a time.
class Client {
 public:
  // `connection`: one that is made already, for the first request; may be empty. `connect` makes each further one.
  static Client connect_unix(const std::filesystem::path& path, UniqueFd connection = {},
                             std::function<UniqueFd(const std::filesystem::path&)> connect = http::connect_unix);
  static Client connect_tcp(std::string host, std::uint16_t port);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Fills `out` with the next bytes of a body; returns 0 at its end.
  using BodySource = std::function<std::size_t(std::span<std::byte> out)>;

  // Sends the request and waits for the answer's head. Host, and Content-Length for a body, are added. Throws
  // Error(unavailable) when nobody answers. A kept connection that the server has closed meanwhile is made anew.
  Response request(std::string_view method, std::string_view target, const Headers& headers = {},
                   std::string_view body = {});
  // The same with a body of unknown length, sent in chunks. A server that refuses (answers and
  // closes before the body's end) ends the sending.
  Response upload(std::string_view method, std::string_view target, const Headers& headers, const BodySource& body);
  // Asks for a raw stream ("Connection: Upgrade", "Upgrade: tcp"). On 101 go on with Response::hijack.
  Response upgrade(std::string_view method, std::string_view target, const Headers& headers = {},
                   std::string_view body = {});

  // For each wait for bytes; none until set.
  void set_read_timeout(std::chrono::milliseconds timeout);

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace glassdock::http
