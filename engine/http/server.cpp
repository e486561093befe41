#include "engine/http/server.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/base/error.h"
#include "engine/http/connection.h"

namespace glassdock::http {
namespace {

constexpr std::chrono::milliseconds linger{1000};  // how long a client that is told "close" may go on sending
constexpr int accept_pause_ms = 100;               // after EMFILE and the like

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t stack_factor = 8;
#else
constexpr std::size_t stack_factor = 1;
#endif

void answer_plainly(const std::exception& fault, int status, Request*, ResponseWriter& answer) {
  answer.send(status, {{"Content-Type", "text/plain; charset=utf-8"}}, fmt::format("{}\n", fault.what()));
}

}  // namespace

struct Server::State {
  // One connection and its thread. `mutex` of the server guards `finished` and the closing of `socket`.
  struct Session {
    State* server;
    UniqueFd socket;
    pthread_t thread{};
    bool finished = false;
  };

  UniqueFd listener;
  Handler handler;
  FaultHandler fault_handler;
  ServerLimits limits;
  UniqueFd wake;  // eventfd: a connection finished, or stop()
  std::atomic<bool> stopping{false};
  mutable std::mutex mutex;
  std::list<Session> sessions;
  std::once_flag stop_once;
  std::thread acceptor;

  void accept_loop();
  void accept_one();
  void open_session(UniqueFd socket);
  void join_finished();
  void wake_up() const;
  static void* run_session(void* session);
  void serve(int socket);
  bool serve_one(int socket, SocketReader& source, ResponseWriter::Connection& connection, bool first);
  void call_handler(Request& request, ResponseWriter& answer);
  static void close_politely(int socket);
};

Server::Server(UniqueFd listening_socket, Handler handler, FaultHandler fault_handler, ServerLimits limits)
    : state_(std::make_unique<State>()) {
  state_->listener = std::move(listening_socket);
  state_->handler = std::move(handler);
  state_->fault_handler = fault_handler ? std::move(fault_handler) : FaultHandler(answer_plainly);
  state_->limits = limits;
  state_->wake.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!state_->wake) throw Error::from_errno(errno, "eventfd", "");
  // Signals are for the program's main thread: every thread of the server inherits this mask.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  state_->acceptor = std::thread([state = state_.get()] { state->accept_loop(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Server::~Server() {
  stop();
}

void Server::stop() {
  std::call_once(state_->stop_once, [this] {
    state_->stopping = true;
    state_->wake_up();
    state_->acceptor.join();
    state_->listener.reset();
    {
      std::lock_guard lock(state_->mutex);
      for (State::Session& session : state_->sessions) {
        if (session.socket) ::shutdown(session.socket.get(), SHUT_RDWR);
      }
    }
    // Nobody adds to the list any more, and only this thread removes from it.
    for (State::Session& session : state_->sessions) ::pthread_join(session.thread, nullptr);
    state_->sessions.clear();
  });
}

std::size_t Server::connections() const {
  std::lock_guard lock(state_->mutex);
  return static_cast<std::size_t>(std::count_if(state_->sessions.begin(), state_->sessions.end(),
                                                [](const State::Session& session) { return !session.finished; }));
}

void Server::State::wake_up() const {
  std::uint64_t one = 1;
  [[maybe_unused]] ssize_t written = ::write(wake.get(), &one, sizeof one);
}

void Server::State::accept_loop() {
  while (!stopping) {
    std::array<pollfd, 2> entries{{{listener.get(), POLLIN, 0}, {wake.get(), POLLIN, 0}}};
    if (::poll(entries.data(), entries.size(), -1) < 0) continue;
    if (entries[1].revents != 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] ssize_t got = ::read(wake.get(), &count, sizeof count);
      join_finished();
    }
    if (!stopping && entries[0].revents != 0) accept_one();
  }
}

void Server::State::accept_one() {
  UniqueFd socket(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket) {
    // Out of descriptors or memory: the client waits in the backlog until something is free again.
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      pollfd entry{wake.get(), POLLIN, 0};
      ::poll(&entry, 1, accept_pause_ms);
    }
    return;
  }
  // What a handler writes goes out at once (of no effect on Unix sockets).
  int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  open_session(std::move(socket));
}

void Server::State::open_session(UniqueFd socket) {
  std::unique_lock lock(mutex);
  if (sessions.size() < limits.connections) {
    Session& session = sessions.emplace_back(Session{this, std::move(socket)});
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setstacksize(&attributes, limits.stack_bytes * stack_factor);
    int failure = ::pthread_create(&session.thread, &attributes, &State::run_session, &session);
    ::pthread_attr_destroy(&attributes);
    if (failure == 0) return;
    socket = std::move(session.socket);
    sessions.pop_back();
  }
  lock.unlock();
  static constexpr std::string_view reason = "too many connections at once\n";
  std::string busy = fmt::format(
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: "
      "close\r\n\r\n{}",
      reason.size(), reason);
  ::send(socket.get(), busy.data(), busy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Server::State::join_finished() {
  std::list<Session> finished;
  {
    std::lock_guard lock(mutex);
    for (auto session = sessions.begin(); session != sessions.end();) {
      auto next = std::next(session);
      if (session->finished) finished.splice(finished.end(), sessions, session);
      session = next;
    }
  }
  for (Session& session : finished) ::pthread_join(session.thread, nullptr);
}

void* Server::State::run_session(void* argument) {
  auto* session = static_cast<Session*>(argument);
  State* server = session->server;
  server->serve(session->socket.get());
  {
    std::lock_guard lock(server->mutex);
    session->socket.reset();
    session->finished = true;
  }
  server->wake_up();
  return nullptr;
}

void Server::State::serve(int socket) {
  SocketReader source(socket);
  ResponseWriter::Connection connection(socket, source);
  try {
    bool first = true;
    while (!stopping && serve_one(socket, source, connection, first)) first = false;
    // The descriptor of a hijacked connection lives on in its new owner's hands.
    if (connection.state() == AnswerState::complete) close_politely(socket);
  } catch (const std::exception&) {
    // The connection broke while its end was read or written: there is nobody left to tell.
  }
}

// True when another request may follow.
bool Server::State::serve_one(int socket, SocketReader& source, ResponseWriter::Connection& connection, bool first) {
  MessageReader reader(source, MessageReader::Role::request, limits.head_bytes);
  connection.begin(nullptr, nullptr);
  ResponseWriter answer(connection);
  if (source.buffered().empty()) {
    source.shrink();
    auto patience = first ? limits.head_timeout : limits.idle_timeout;
    if (!wait_readable(socket, std::chrono::steady_clock::now() + patience)) return false;
  }
  try {
    if (!reader.read_head(std::chrono::steady_clock::now() + limits.head_timeout)) return false;
    connection.begin(nullptr, &reader);
  } catch (const ProtocolError& fault) {
    fault_handler(fault, fault.status, nullptr, answer);
    return false;
  }
  std::optional<Request> request;
  try {
    request.emplace(reader, socket, limits.body_timeout);
  } catch (const Error& fault) {
    fault_handler(fault, 400, nullptr, answer);
    return connection.reusable() && reader.done();
  }
  connection.begin(&*request, &reader);
  call_handler(*request, answer);
  bool go_on = connection.reusable();
  std::array<std::byte, 4096> unread;
  std::uint64_t drained = 0;
  while (go_on && !reader.done() && drained <= drain_limit) drained += reader.read_some(unread, linger);
  return go_on && reader.done();
}

void Server::State::call_handler(Request& request, ResponseWriter& answer) {
  try {
    handler(request, answer);
    if (!answer.started()) throw Error(ErrorKind::internal, "the request was not answered");
    return;
  } catch (const std::exception& fault) {
    if (answer.started()) {
      answer.abort();
      return;
    }
    int status = request.body_too_large() ? 413 : dynamic_cast<const ProtocolError*>(&fault) != nullptr ? 400 : 500;
    fault_handler(fault, status, &request, answer);
  }
}

// Closing a socket with unread bytes in it resets the connection, and the client could lose the answer on its way
// (RFC 9112, 9.6). So the server says that it is done, and lets the client say so too, for a while.
void Server::State::close_politely(int socket) {
  if (::shutdown(socket, SHUT_WR) != 0) return;
  auto deadline = std::chrono::steady_clock::now() + linger;
  std::array<char, 16 * 1024> unread;
  while (wait_readable(socket, deadline) && ::recv(socket, unread.data(), unread.size(), 0) > 0) {
  }
}

}  // namespace glassdock::http
