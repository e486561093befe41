#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/http/message.h"
#include "engine/http/message_reader.h"

namespace glassdock::http {

Request::Request(MessageReader& reader, int socket, Milliseconds body_timeout)
    : reader_(reader), socket_(socket), body_timeout_(body_timeout), target_(parse_target(reader.head().target)) {
  const MessageHead& head = reader.head();
  awaits_continue_ = head.version == 11 && head.headers.has_token("Expect", "100-continue") && !reader.done();
}

const std::string& Request::method() const {
  return reader_.head().method;
}
const std::string& Request::target() const {
  return reader_.head().target;
}
const Headers& Request::headers() const {
  return reader_.head().headers;
}
std::optional<std::uint64_t> Request::content_length() const {
  return reader_.head().content_length;
}

std::optional<std::string> Request::query(std::string_view name) const {
  auto found =
      std::find_if(target_.query.begin(), target_.query.end(), [name](const auto& pair) { return pair.first == name; });
  if (found == target_.query.end()) return std::nullopt;
  return found->second;
}

std::optional<PeerCredentials> Request::peer() const {
  int domain = 0;
  socklen_t size = sizeof domain;
  if (::getsockopt(socket_, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain != AF_UNIX) return std::nullopt;
  ucred credentials{};
  size = sizeof credentials;
  if (::getsockopt(socket_, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  return PeerCredentials{credentials.pid, credentials.uid, credentials.gid};
}

std::string Request::read_body(std::size_t limit) {
  auto refuse = [&] {
    body_too_large_ = true;
    return Error(ErrorKind::invalid_argument, fmt::format("the request's body is larger than {} bytes", limit));
  };
  if (content_length().value_or(0) > limit) throw refuse();
  std::string body;
  std::size_t filled = 0;
  std::size_t step = std::clamp<std::size_t>(content_length().value_or(0), 4 * 1024, 1024 * 1024);
  for (;;) {
    if (body.size() - filled < step / 2 || body.empty()) body.resize(filled + step);
    std::size_t got = read_some(std::as_writable_bytes(std::span(body).subspan(filled)));
    filled += got;
    if (filled > limit) throw refuse();
    if (got == 0) break;
  }
  body.resize(filled);
  return body;
}

std::size_t Request::read_some(std::span<std::byte> out) {
  if (awaits_continue_) {
    awaits_continue_ = false;
    send_all(socket_, "HTTP/1.1 100 Continue\r\n\r\n");
  }
  return reader_.read_some(out, body_timeout_);
}

}  // namespace glassdock::http
