#pragma once

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/detach_keys.h"
#include "engine/runtime/launcher/log_writer.h"
#include "engine/runtime/protocol.h"

namespace glassdock::runtime {

// Carries a container's output to its log and to the attached clients, and a client's input to the container. What is
// written to an attached client is never lost: while a client has not taken its last piece, no more is read from the
// container, which then waits in write(2). Memory is one piece a client. Single-threaded, driven by poll(2).
class Relay {
 public:
  static constexpr size_t most_polls = most_clients + 3;

  // The monitor's ends of the pipes (owned from here on); `input` may be -1.
  void open(int input, int output, int error, const LogFile& log, bool input_once);
  // No pipes: a terminal is to come. Until then what clients type stays with them.
  void await_terminal(const LogFile& log);
  // The pty's end instead of the pipes (owned): all output is one stream, and clients get it without frames. Its other
  // end is kept open too, so that a command that closes its own loses nothing of what it writes later. `with_input`:
  // what clients send is typed there.
  void open_terminal(int master, bool with_input);
  void resize(unsigned short rows, unsigned short columns);
  // Takes a client's stream. `flags` as AttachFlag; `early`: a memfd of what the client had sent already, or -1. Both
  // are owned. `keys` typed end the client's stream, where there is a terminal. Ends the stream where most_clients are
  // attached: the daemon counts them first.
  void attach(int fd, int flags, int early, const DetachKeys& keys);
  // The streams of those that are attached now, at most most_clients, for a daemon that counts them. How many.
  int list_clients(int* fds) const;

  // Fills in what to wait for, and afterwards acts on it. `polls` has most_polls places.
  size_t prepare(pollfd* polls) const;
  void act(const pollfd* polls);
  // After the last process is gone: logs what stands in the pipes, and no more, for somebody outside may have been
  // given an end and go on writing. They are closed and the log is complete then.
  void end_outputs();
  // Behind end_outputs: sends the clients what they take of it without a wait. True once they have it all.
  bool send_rests();
  // Every client gets its end of file.
  void close_clients();
  // Their streams stay open for whoever else has them.
  void leave_clients();

 private:
  static constexpr size_t piece = 32 * 1024;
  struct Client {
    int fd = -1;
    int early = -1;  // input in front of the stream's
    int flags = 0;
    bool reads_ended = false;
    DetachKeys keys;
    size_t begin = 0, end = 0;
    char pending[8 + piece];
  };
  struct Rest {  // of a stream whose pipe is closed, for the clients
    char* bytes = nullptr;
    size_t begin = 0, end = 0;
  };
  Client* free_place();                       // nullptr where most_clients are attached
  void drop_hung_up();                        // those with unread input last, and one of them alone
  bool feeds(const Client& client) const;     // more input may come from it
  bool can_feed(const Client& client) const;  // and there is room for it
  bool client_waits() const;
  void read_output(int stream);
  void send_output(int stream, const char* bytes, size_t size);
  void end_output(int stream);
  void end_terminal();
  void take_rest(int stream, size_t size);
  void read_input(Client& client);
  char* place_of_input(const Client& client);
  void take_input(Client& client, size_t size);
  void detach(Client& client);
  void read_early();
  void write_input();
  void send_pending(Client& client);
  void lose_output(Client& client);
  void drop(Client& client);
  void end_input();

  int input_ = -1;
  int outputs_[2] = {-1, -1};
  bool input_once_ = false;
  bool input_ending_ = false;
  size_t input_begin_ = 0, input_end_ = 0;
  char input_buffer_[piece + DetachKeys::most];
  int terminal_ = -1;  // the command's end
  bool awaits_terminal_ = false;
  bool framed_ = true;
  Rest rests_[2];
  LogWriter log_;
  Client clients_[most_clients];
};

}  // namespace glassdock::runtime
