#pragma once

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

namespace glassdock::runtime {

// One SOCK_SEQPACKET record of fixed size with up to this many descriptors (unix(7), SCM_RIGHTS).
inline constexpr int most_descriptors = 24;

// False with errno.
template <typename Message>
bool send_message(int socket, const Message& message, const int* descriptors = nullptr, int count = 0) {
  iovec part{const_cast<Message*>(&message), sizeof message};
  alignas(cmsghdr) char control[CMSG_SPACE(most_descriptors * sizeof(int))] = {};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (count > 0 && count <= most_descriptors) {
    header.msg_control = control;
    header.msg_controllen = CMSG_SPACE(static_cast<size_t>(count) * sizeof(int));
    cmsghdr* first = CMSG_FIRSTHDR(&header);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(static_cast<size_t>(count) * sizeof(int));
    ::memcpy(CMSG_DATA(first), descriptors, static_cast<size_t>(count) * sizeof(int));
  }
  ssize_t sent;
  do {
    sent = ::sendmsg(socket, &header, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(sizeof message);
}

// The bytes received: sizeof(Message) when all is well, 0 at the end of file, -1 with errno (EAGAIN with MSG_DONTWAIT).
// `count` is in: places in `descriptors`; out: how many came, each close-on-exec and the caller's.
template <typename Message>
ssize_t receive_message(int socket, Message& message, int* descriptors, int& count, int flags = 0) {
  iovec part{&message, sizeof message};
  alignas(cmsghdr) char control[CMSG_SPACE(most_descriptors * sizeof(int))];
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  ssize_t got;
  do {
    got = ::recvmsg(socket, &header, flags | MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  int places = count;
  count = 0;
  if (got < 0) return got;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    size_t came = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < came; ++i) {
      int fd;
      ::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
      if (count < places) {
        descriptors[count++] = fd;
      } else {
        ::close(fd);
      }
    }
  }
  return got;
}

}  // namespace glassdock::runtime
