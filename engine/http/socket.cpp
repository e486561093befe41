#include "engine/http/socket.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "engine/base/error.h"

namespace glassdock::http {
namespace {

constexpr int backlog = 1024;  // a class's worth of clients at once; the kernel cuts it to net.core.somaxconn
constexpr std::size_t fill_step = 16 * 1024;

sockaddr_un unix_address(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& text = path.native();
  if (text.size() >= sizeof address.sun_path) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("the socket path {} has {} bytes; the kernel takes at most {}", text, text.size(),
                            sizeof address.sun_path - 1),
                "choose a shorter one with --socket");
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

UniqueFd make_socket(int family) {
  UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw Error::from_errno(errno, "socket", "");
  return fd;
}

void send_at_once(int socket) {
  int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// Makes room for a new socket at the address: throws unless what stands there is a socket that nobody serves.
void remove_stale_socket(const std::filesystem::path& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) {
    throw Error(ErrorKind::conflict, fmt::format("{} exists and is no socket", path.string()),
                "choose another path with --socket");
  }
  UniqueFd probe = make_socket(AF_UNIX);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    throw Error(ErrorKind::conflict, fmt::format("another engine answers on {}", path.string()),
                "use that one, or choose another path with --socket");
  }
  if (errno != ECONNREFUSED) throw Error::from_errno(errno, "connect to", path.string());
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw Error::from_errno(errno, "remove", path.string());
}

}  // namespace

void check_unix_path(const std::filesystem::path& path) {
  unix_address(path);
}

UniqueFd listen_unix(const std::filesystem::path& path, mode_t mode) {
  sockaddr_un address = unix_address(path);
  remove_stale_socket(path, address);
  UniqueFd fd = make_socket(AF_UNIX);
  // bind(2) makes the file with the mode of the socket's own inode: at no moment is it wider than asked.
  if (::fchmod(fd.get(), mode) != 0) throw Error::from_errno(errno, "fchmod", path.string());
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw Error::from_errno(errno, "bind", path.string());
  }
  if (::chmod(path.c_str(), mode) != 0 || ::listen(fd.get(), backlog) != 0) {
    int error = errno;
    ::unlink(path.c_str());
    throw Error::from_errno(error, "listen on", path.string());
  }
  return fd;
}

UniqueFd listen_tcp_loopback(std::uint16_t port) {
  UniqueFd fd = make_socket(AF_INET);
  int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd.get(), backlog) != 0) {
    throw Error::from_errno(errno, "listen on", fmt::format("127.0.0.1:{}", port));
  }
  return fd;
}

std::uint16_t local_port(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw Error::from_errno(errno, "getsockname", "");
  }
  return ntohs(address.sin_port);
}

UniqueFd connect_unix(const std::filesystem::path& path) {
  sockaddr_un address = unix_address(path);
  UniqueFd fd = make_socket(AF_UNIX);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    int error = errno;
    if (error == ENOENT || error == ECONNREFUSED) {
      throw Error(ErrorKind::unavailable, fmt::format("no engine answers on {}", path.string()));
    }
    throw Error::from_errno(error, "connect to", path.string(),
                            error == EACCES ? "the engine belongs to somebody else" : "");
  }
  return fd;
}

UniqueFd connect_tcp(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int failure = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failure != 0) {
    throw Error(ErrorKind::unavailable, fmt::format("look up {}: {}", host, ::gai_strerror(failure)));
  }
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  int error = 0;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    UniqueFd fd = make_socket(address->ai_family);
    if (::connect(fd.get(), address->ai_addr, address->ai_addrlen) == 0) {
      send_at_once(fd.get());
      return fd;
    }
    error = errno;
  }
  throw Error(ErrorKind::unavailable, fmt::format("connect to {}:{}: {}", host, port, std::strerror(error)));
}

void send_all(int socket, std::string_view bytes) {
  send_all(socket, bytes, {});
}

void send_all(int socket, std::string_view head, std::string_view body) {
  while (!head.empty() || !body.empty()) {
    iovec parts[2] = {{const_cast<char*>(head.data()), head.size()}, {const_cast<char*>(body.data()), body.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) throw Error(ErrorKind::cancelled, "the other end of the connection takes nothing");
      throw Error(ErrorKind::cancelled,
                  fmt::format("the other end of the connection is gone: {}", std::strerror(errno)));
    }
    std::size_t of_head = std::min(static_cast<std::size_t>(sent), head.size());
    head.remove_prefix(of_head);
    body.remove_prefix(static_cast<std::size_t>(sent) - of_head);
  }
}

SendPatience::SendPatience(int socket, std::chrono::seconds patience) : socket_(socket) {
  const timeval time{patience.count(), 0};
  if (::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time) != 0) {
    throw Error::from_errno(errno, "setsockopt(SO_SNDTIMEO)", "");
  }
}

SendPatience::~SendPatience() {
  const timeval for_ever{};
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &for_ever, sizeof for_ever);
}

bool wait_readable(int socket, Deadline deadline) {
  for (;;) {
    int timeout = -1;
    if (deadline != no_deadline) {
      auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
      timeout = static_cast<int>(std::clamp<long long>(left, 0, 1'000'000'000));
    }
    pollfd entry{socket, POLLIN, 0};
    int ready = ::poll(&entry, 1, timeout);
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) throw Error::from_errno(errno, "poll", "");
  }
}

bool peer_closed(int socket) {
  pollfd entry{socket, POLLRDHUP, 0};
  return ::poll(&entry, 1, 0) > 0 && (entry.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

SocketReader::SocketReader(int socket, std::string already_read)
    : socket_(socket), buffer_(std::move(already_read)), end_(buffer_.size()) {}

bool SocketReader::fill(Deadline deadline) {
  if (begin_ == end_) begin_ = end_ = 0;
  if (begin_ != 0 && buffer_.size() - end_ < fill_step) {
    buffer_.erase(0, begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < fill_step) buffer_.resize(end_ + fill_step);
  for (;;) {
    // Most often the bytes are there already, and poll is not needed.
    ssize_t got = ::recv(socket_, buffer_.data() + end_, buffer_.size() - end_, MSG_DONTWAIT);
    if (got >= 0) {
      end_ += static_cast<std::size_t>(got);
      return got > 0;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) {
      throw Error(ErrorKind::cancelled, fmt::format("the connection broke: {}", std::strerror(errno)));
    }
    if (!wait_readable(socket_, deadline)) {
      throw Error(ErrorKind::unavailable, "the other end of the connection sends nothing");
    }
  }
}

std::string SocketReader::take() {
  std::string bytes(buffered());
  begin_ = end_ = 0;
  return bytes;
}

void SocketReader::shrink() {
  if (begin_ != end_) return;
  begin_ = end_ = 0;
  buffer_ = std::string();
}

}  // namespace glassdock::http
