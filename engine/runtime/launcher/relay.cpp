#include "engine/runtime/launcher/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <initializer_list>

#include "engine/base/stream_head.h"

namespace glassdock::runtime {
namespace {

void set_nonblocking(int fd) {
  if (fd >= 0) ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

}  // namespace

void Relay::open(int input, int output, int error, const LogFile& log, bool input_once) {
  input_ = input;
  outputs_[0] = output;
  outputs_[1] = error;
  input_once_ = input_once;
  log_.open(log);
  for (int fd : {input, output, error}) set_nonblocking(fd);
}

void Relay::await_terminal(const LogFile& log) {
  awaits_terminal_ = true;
  log_.open(log);
}

void Relay::open_terminal(int master, bool with_input) {
  framed_ = false;
  awaits_terminal_ = false;
  outputs_[0] = master;
  input_ = with_input ? ::fcntl(master, F_DUPFD_CLOEXEC, 3) : -1;
  terminal_ = ::ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  set_nonblocking(master);
  read_early();
}

void Relay::resize(unsigned short rows, unsigned short columns) {
  winsize size{};
  size.ws_row = rows;
  size.ws_col = columns;
  if (!framed_) ::ioctl(outputs_[0], TIOCSWINSZ, &size);  // the kernel sends SIGWINCH
}

void Relay::attach(int fd, int flags, int early, const DetachKeys& keys) {
  Client* client = free_place();
  if (!client) {
    // The daemon sees that a client went as soon as it has gone, and may send the next one at once.
    drop_hung_up();
    client = free_place();
  }
  if (client) {
    client->fd = fd;
    client->early = early;
    client->flags = flags;
    client->keys = keys;
    client->reads_ended = false;
    client->begin = client->end = 0;
    read_early();
    return;
  }
  ::shutdown(fd, SHUT_RDWR);  // the daemon's copy of the descriptor would keep it open
  ::close(fd);
  if (early >= 0) ::close(early);
}

Relay::Client* Relay::free_place() {
  for (Client& client : clients_) {
    if (client.fd < 0) return &client;
  }
  return nullptr;
}

void Relay::drop_hung_up() {
  Client* unread = nullptr;  // who comes goes before what one who went has left
  for (Client& client : clients_) {
    pollfd look{client.fd, 0, 0};
    if (::poll(&look, 1, 0) <= 0 || (look.revents & (POLLERR | POLLHUP)) == 0) continue;
    if (feeds(client)) {
      unread = &client;
    } else {
      drop(client);
    }
  }
  if (unread && !free_place()) drop(*unread);
}

bool Relay::feeds(const Client& client) const {
  return (client.flags & attach_stdin) != 0 && !client.reads_ended;
}

bool Relay::can_feed(const Client& client) const {
  return feeds(client) && !awaits_terminal_ && client.early < 0 && input_end_ == 0;
}

int Relay::list_clients(int* fds) const {
  int count = 0;
  for (const Client& client : clients_) {
    if (client.fd >= 0) fds[count++] = client.fd;
  }
  return count;
}

bool Relay::client_waits() const {
  for (const Client& client : clients_) {
    if (client.fd >= 0 && client.begin < client.end) return true;
  }
  return false;
}

size_t Relay::prepare(pollfd* polls) const {
  bool waits = client_waits();
  polls[0] = {input_, static_cast<short>(input_begin_ < input_end_ || input_ending_ ? POLLOUT : 0), 0};
  for (int i = 0; i < 2; ++i) polls[1 + i] = {waits ? -1 : outputs_[i], POLLIN, 0};
  for (size_t i = 0; i < most_clients; ++i) {
    const Client& client = clients_[i];
    short events = 0;
    if (client.begin < client.end) events |= POLLOUT;
    if (can_feed(client)) events |= POLLIN;
    // One that went with its input unread has to wait for room, and poll(2) would tell of it all the time.
    bool waits_for_room = events == 0 && feeds(client);
    polls[3 + i] = {waits_for_room ? -1 : client.fd, events, 0};
  }
  return most_polls;
}

void Relay::act(const pollfd* polls) {
  if (input_ >= 0 && (polls[0].revents & POLLERR) != 0) end_input();  // nobody reads it any more
  if (input_ >= 0 && (polls[0].revents & POLLOUT) != 0) {
    write_input();
    read_early();
  }
  for (int stream = 1; stream <= 2; ++stream) {
    if (polls[stream].fd >= 0 && polls[stream].revents != 0 && !client_waits()) read_output(stream);
  }
  for (size_t i = 0; i < most_clients; ++i) {
    Client& client = clients_[i];
    short seen = polls[3 + i].revents;
    if (client.fd < 0 || polls[3 + i].fd != client.fd || seen == 0) continue;
    if ((seen & POLLOUT) != 0) send_pending(client);
    if (client.fd >= 0 && (seen & ~POLLOUT) != 0 && can_feed(client)) read_input(client);
    if (client.fd >= 0 && (seen & (POLLERR | POLLHUP | POLLNVAL)) != 0) lose_output(client);
  }
}

void Relay::read_output(int stream) {
  char buffer[piece];
  ssize_t got = ::read(outputs_[stream - 1], buffer, sizeof buffer);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    end_output(stream);
    return;
  }
  auto size = static_cast<size_t>(got);
  // Clients first: they wait for it, the log is read later.
  send_output(stream, buffer, size);
  log_.append(stream, buffer, size);
}

void Relay::send_output(int stream, const char* bytes, size_t size) {
  for (Client& client : clients_) {
    if (client.fd < 0 || (client.flags & (stream == 1 ? attach_stdout : attach_stderr)) == 0) continue;
    const auto head = stream_head(static_cast<Stream>(stream), static_cast<uint32_t>(size));
    const size_t header = framed_ ? head.size() : 0;
    ::memcpy(client.pending, head.data(), header);
    ::memcpy(client.pending + header, bytes, size);
    client.begin = 0;
    client.end = header + size;
    send_pending(client);
  }
}

void Relay::send_pending(Client& client) {
  while (client.begin < client.end) {
    ssize_t sent =
        ::send(client.fd, client.pending + client.begin, client.end - client.begin, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0) {
      lose_output(client);
      return;
    }
    client.begin += static_cast<size_t>(sent);
  }
}

void Relay::read_input(Client& client) {
  ssize_t got = ::recv(client.fd, place_of_input(client), piece, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got < 0) {
    drop(client);
    return;
  }
  if (got == 0) {  // half-closed: no more input, but output still goes there
    client.reads_ended = true;
    if (input_once_) input_ending_ = true;
    return;
  }
  take_input(client, static_cast<size_t>(got));
}

// What is looked through for the detach keys stands behind the room for those that were kept back.
char* Relay::place_of_input(const Client& client) {
  return input_buffer_ + (client.keys.count > 0 ? DetachKeys::most : 0);
}

void Relay::take_input(Client& client, size_t size) {
  bool detached = false;
  input_end_ = client.keys.count > 0 ? client.keys.pass(place_of_input(client), size, input_buffer_, detached) : size;
  write_input();
  if (detached) detach(client);
}

// The daemon's copy of the descriptor would keep the stream open.
void Relay::detach(Client& client) {
  ::shutdown(client.fd, SHUT_RDWR);
  drop(client);
}

// A memfd is always ready: it is read as soon as the input before it is written.
void Relay::read_early() {
  for (Client& client : clients_) {
    while (client.early >= 0 && !awaits_terminal_ && input_end_ == 0) {
      ssize_t got = (client.flags & attach_stdin) != 0 ? ::read(client.early, place_of_input(client), piece) : 0;
      if (got <= 0) {
        ::close(client.early);
        client.early = -1;
      } else {
        take_input(client, static_cast<size_t>(got));
      }
    }
  }
}

void Relay::write_input() {
  while (input_ >= 0 && input_begin_ < input_end_) {
    ssize_t put = ::write(input_, input_buffer_ + input_begin_, input_end_ - input_begin_);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EAGAIN) return;
    if (put < 0) {
      end_input();
      return;
    }
    input_begin_ += static_cast<size_t>(put);
  }
  input_begin_ = input_end_ = 0;
  if (input_ending_) end_input();
}

void Relay::end_input() {
  if (input_ >= 0) ::close(input_);
  input_ = -1;
  input_begin_ = input_end_ = 0;
  input_ending_ = false;
}

void Relay::drop(Client& client) {
  bool fed_input = (client.flags & attach_stdin) != 0;
  ::close(client.fd);
  client.fd = -1;
  if (client.early >= 0) ::close(client.early);
  client.early = -1;
  client.flags = 0;
  client.begin = client.end = 0;
  if (fed_input && input_once_) {
    if (input_begin_ < input_end_) {
      input_ending_ = true;
    } else {
      end_input();
    }
  }
}

// What it sent before it went is still the container's.
void Relay::lose_output(Client& client) {
  if (!feeds(client)) {
    drop(client);
    return;
  }
  client.flags &= attach_stdin;
  client.begin = client.end = 0;
}

void Relay::end_output(int stream) {
  ::close(outputs_[stream - 1]);
  outputs_[stream - 1] = -1;
  log_.finish(stream);
}

void Relay::end_outputs() {
  if (!framed_) end_terminal();
  for (int stream = 1; stream <= 2; ++stream) {
    int output = outputs_[stream - 1];
    int stands = 0;
    if (output < 0) continue;
    if (::ioctl(output, FIONREAD, &stands) == 0 && stands > 0) take_rest(stream, static_cast<size_t>(stands));
    end_output(stream);
  }
  send_rests();
}

// Behind the last writer's end the kernel hands out all that was written, then EIO; where somebody outside still has
// the terminal open, all that it holds at this moment, then EAGAIN.
void Relay::end_terminal() {
  constexpr size_t most = 1024 * 1024;  // more than a terminal holds (Linux: drivers/tty/tty_buffer.c)
  end_input();
  if (terminal_ >= 0) ::close(terminal_);
  terminal_ = -1;
  if (outputs_[0] < 0) return;
  take_rest(1, most);
  end_output(1);
}

// Where there is no memory the log alone has it.
void Relay::take_rest(int stream, size_t size) {
  Rest& rest = rests_[stream - 1];
  void* room = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room != MAP_FAILED) rest.bytes = static_cast<char*>(room);
  while (size > 0) {
    char buffer[piece];
    ssize_t got = ::read(outputs_[stream - 1], buffer, size < sizeof buffer ? size : sizeof buffer);
    if (got <= 0) return;
    auto taken = static_cast<size_t>(got);
    size -= taken;
    log_.append(stream, buffer, taken);
    if (!rest.bytes) continue;
    ::memcpy(rest.bytes + rest.end, buffer, taken);
    rest.end += taken;
  }
}

bool Relay::send_rests() {
  for (int stream = 1; stream <= 2; ++stream) {
    Rest& rest = rests_[stream - 1];
    while (rest.begin < rest.end && !client_waits()) {
      size_t left = rest.end - rest.begin;
      size_t size = left < piece ? left : piece;
      send_output(stream, rest.bytes + rest.begin, size);
      rest.begin += size;
    }
  }
  return !client_waits();
}

void Relay::leave_clients() {
  for (Client& client : clients_) {
    if (client.fd >= 0) drop(client);
  }
}

void Relay::close_clients() {
  for (Client& client : clients_) {
    if (client.fd < 0) continue;
    ::shutdown(client.fd, SHUT_WR);
    drop(client);
  }
}

}  // namespace glassdock::runtime
