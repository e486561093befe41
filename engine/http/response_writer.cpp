#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/http/connection.h"

namespace glassdock::http {
namespace {

constexpr std::size_t sendfile_step = 1024 * 1024;

// IMF-fixdate (RFC 9110, 5.6.7). strftime's names would follow the locale.
std::string http_date() {
  static constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::time_t now = ::time(nullptr);
  tm utc{};
  ::gmtime_r(&now, &utc);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                     months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                     utc.tm_sec);
}

Error gone() {
  return Error(ErrorKind::cancelled, "the client is gone");
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 416:
      return "Range Not Satisfiable";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 507:
      return "Insufficient Storage";
    default:
      return "Status";
  }
}

void ResponseWriter::Connection::begin(Request* request, const MessageReader* reader) {
  request_ = request;
  reader_ = reader;
  state_ = AnswerState::none;
  head_only_ = request != nullptr && request->is_head();
  keep_alive_ = reader != nullptr && reader->head().keep_alive;
  chunked_ = false;
  body_left_.reset();
  defaults_ = {};
  head_.clear();
}

bool ResponseWriter::Connection::bodiless(int status) const {
  return head_only_ || status / 100 == 1 || status == 204 || status == 304;
}

void ResponseWriter::Connection::require(AnswerState state) const {
  if (state_ == AnswerState::aborted) throw gone();
  if (state_ != state) throw Error(ErrorKind::internal, "an answer was given twice, or before its head");
}

void ResponseWriter::Connection::send_head(int status, const Headers& headers, std::string_view framing,
                                           std::string_view body) {
  // A body that nobody read stands between this answer and the next request: a small one is read away, for a big one,
  // or one that the client has not begun to send, the connection ends.
  if (request_ != nullptr && reader_ != nullptr && !reader_->done()) {
    if (request_->awaits_continue() || request_->content_length().value_or(0) > drain_limit) keep_alive_ = false;
  }
  if (headers.has_token("Connection", "close")) keep_alive_ = false;
  Headers all;
  for (const auto& [name, value] : defaults_) {
    if (!headers.has(name)) all.add(name, value);
  }
  for (const auto& [name, value] : headers) all.add(name, value);
  bool old_client = reader_ != nullptr && reader_->head().version == 10;
  if (!keep_alive_ && !all.has("Connection")) all.add("Connection", "close");
  if (keep_alive_ && old_client) all.add("Connection", "keep-alive");
  if (!all.has("Date")) all.add("Date", http_date());
  head_ = fmt::format("HTTP/1.1 {} {}\r\n{}{}\r\n", status, reason_phrase(status), to_wire(all), framing);
  send_all(socket_, head_, body);
}

void ResponseWriter::set_default(std::string_view name, std::string_view value) {
  connection_.defaults_.set(name, value);
}

void ResponseWriter::send(int status, const Headers& headers, std::string_view body) {
  Connection& c = connection_;
  c.require(AnswerState::none);
  bool no_length = headers.has("Content-Length") || status / 100 == 1 || status == 204 || status == 304;
  c.state_ = AnswerState::aborted;
  c.send_head(status, headers, no_length ? std::string() : fmt::format("Content-Length: {}\r\n", body.size()),
              c.bodiless(status) ? std::string_view() : body);
  c.state_ = AnswerState::complete;
}

void ResponseWriter::send_file(int status, const Headers& headers, int fd, std::uint64_t offset, std::uint64_t length) {
  Connection& c = connection_;
  Headers sized = headers;
  sized.set("Content-Length", std::to_string(length));
  start(status, sized);
  if (!c.head_only_) {
    auto position = static_cast<off_t>(offset);
    while (length > 0) {
      ssize_t sent = ::sendfile(c.socket_, fd, &position, std::min<std::uint64_t>(length, sendfile_step));
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) {  // 0: the file became shorter than was promised
        c.state_ = AnswerState::aborted;
        throw gone();
      }
      length -= static_cast<std::uint64_t>(sent);
    }
    c.body_left_ = 0;
  }
  finish();
}

void ResponseWriter::start(int status, const Headers& headers) {
  Connection& c = connection_;
  c.require(AnswerState::none);
  c.body_left_.reset();
  if (headers.has("Content-Length")) c.body_left_ = parse_number(headers.get("Content-Length"));
  bool old_client = c.reader_ != nullptr && c.reader_->head().version == 10;
  bool body = status / 100 != 1 && status != 204 && status != 304;
  c.chunked_ = body && !c.body_left_ && !old_client;
  if (body && !c.body_left_ && old_client) c.keep_alive_ = false;
  if (!body) c.head_only_ = true;
  c.state_ = AnswerState::aborted;
  c.send_head(status, headers, c.chunked_ ? "Transfer-Encoding: chunked\r\n" : "", {});
  c.state_ = AnswerState::streaming;
}

void ResponseWriter::write(std::string_view bytes) {
  Connection& c = connection_;
  c.require(AnswerState::streaming);
  if (c.head_only_ || bytes.empty()) return;  // an empty chunk would end the body
  c.state_ = AnswerState::aborted;
  if (c.chunked_) {
    std::string framed;
    framed.reserve(bytes.size() + 20);
    framed += fmt::format("{:x}\r\n", bytes.size());
    framed.append(bytes).append("\r\n");
    send_all(c.socket_, framed);
  } else {
    if (c.body_left_) {
      if (bytes.size() > *c.body_left_) throw Error(ErrorKind::internal, "more body than its Content-Length says");
      *c.body_left_ -= bytes.size();
    }
    send_all(c.socket_, bytes);
  }
  c.state_ = AnswerState::streaming;
}

void ResponseWriter::finish() {
  Connection& c = connection_;
  c.require(AnswerState::streaming);
  c.state_ = AnswerState::aborted;
  if (!c.head_only_ && c.body_left_.value_or(0) != 0) return;
  if (c.chunked_ && !c.head_only_) send_all(c.socket_, "0\r\n\r\n");
  c.state_ = AnswerState::complete;
}

Hijacked ResponseWriter::hijack(int status, const Headers& headers) {
  Connection& c = connection_;
  c.require(AnswerState::none);
  std::array<std::byte, 4096> unread;
  while (c.request_ != nullptr && c.request_->read_some(unread) > 0) {
  }
  UniqueFd copy(::fcntl(c.socket_, F_DUPFD_CLOEXEC, 0));
  if (!copy) throw Error::from_errno(errno, "fcntl(F_DUPFD_CLOEXEC)", "");
  c.state_ = AnswerState::aborted;
  Headers all = c.defaults_;
  for (const auto& [name, value] : headers) all.set(name, value);
  send_all(c.socket_, fmt::format("HTTP/1.1 {} {}\r\n{}\r\n", status,
                                  status == 101 ? "UPGRADED" : reason_phrase(status), to_wire(all)));
  c.state_ = AnswerState::hijacked;
  return {std::move(copy), c.source_.take()};
}

void ResponseWriter::abort() {
  if (connection_.state_ == AnswerState::none || connection_.state_ == AnswerState::streaming) {
    connection_.state_ = AnswerState::aborted;
  }
}

bool ResponseWriter::started() const {
  return connection_.state_ != AnswerState::none;
}

std::string_view ResponseWriter::head() const {
  return connection_.head_;
}

bool ResponseWriter::peer_closed() const {
  return http::peer_closed(connection_.socket_);
}

int ResponseWriter::socket() const {
  return connection_.socket_;
}

}  // namespace glassdock::http
