// The monitor's conversations: with the daemon (commands, reports, adoption) and with the child at its gates.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "engine/runtime/launcher/kernel.h"
#include "engine/runtime/launcher/monitor.h"
#include "engine/runtime/launcher/trial.h"
#include "engine/runtime/messages.h"

namespace glassdock::runtime {

void Monitor::report(Report kind, int operation, int error, int number, const char* text, int descriptor,
                     int64_t realtime_ns) {
  if (control_ < 0) return;
  ReportMessage message{};
  message.report = kind;
  message.version = protocol_version;
  message.pid = kind == Report::at_gate && pid_ == 0 ? ::getpid() : pid_;
  message.operation = operation;
  message.error = error;
  message.number = number;
  message.teardown_error = teardown_error_;
  message.time_ns = kernel::monotonic_ns();
  message.realtime_ns = realtime_ns;
  ::strncpy(message.text, text, sizeof message.text - 1);
  send_message(control_, message, &descriptor, descriptor >= 0 ? 1 : 0);  // a dead daemon is seen where we read
}

// Waits in front of one of the monitor's own operations, or behind it for its evidence.
Monitor::Wait Monitor::hold(Report kind, uint32_t index) {
  held_operation_ = static_cast<int>(index);
  held_kind_ = kind;
  held_in_child_ = false;
  if (listener_ < 0) listen_for_daemons();
  report(kind, held_operation_, 0, 0);
  check_adoption_deadline();  // alone from the beginning: the time runs, or nobody is there to read the evidence
  while (held_operation_ >= 0 && !cancelled_) {
    pollfd polls[2] = {{control_, POLLIN, 0}, {listener_, POLLIN, 0}};
    ::poll(polls, 2, adoption_wait_ms());
    if (polls[0].revents != 0) receive_command();
    if (polls[1].revents != 0) adopt();
    check_adoption_deadline();
  }
  return cancelled_ ? Wait::cancelled : Wait::released;
}

int Monitor::adoption_wait_ms() const {
  if (deadline_ns_ == 0) return -1;
  int64_t left = deadline_ns_ - kernel::monotonic_ns();
  return left <= 0 ? 0 : static_cast<int>(left / 1'000'000) + 1;
}

void Monitor::check_adoption_deadline() {
  if (!held_alone()) {
    deadline_ns_ = 0;
    return;
  }
  if (held_kind_ == Report::at_evidence) {  // nobody is left to read it: not a gate, go on
    CommandMessage release{};
    release.command = Command::release;
    release.number = held_operation_;
    release.held = held_kind_;
    int none[2] = {-1, -1};
    take_command(release, none);
    return;
  }
  int64_t now = kernel::monotonic_ns();
  if (deadline_ns_ == 0) deadline_ns_ = now + adoption_ns_;
  if (now >= deadline_ns_) cancelled_ = true;
}

void Monitor::look_at_commands() {
  pollfd poll_control{control_, POLLIN, 0};
  while (control_ >= 0 && ::poll(&poll_control, 1, 0) > 0 && receive_command()) continue;
}

bool Monitor::receive_command() {
  CommandMessage command;
  int descriptors[2] = {-1, -1};
  int count = 2;
  ssize_t got = receive_message(control_, command, descriptors, count, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return false;
  if (got != sizeof command) {
    ::close(control_);
    control_ = -1;
    return false;
  }
  take_command(command, descriptors);
  return true;
}

void Monitor::take_command(const CommandMessage& command, int (&descriptors)[2]) {
  switch (command.command) {
    case Command::release:
      if (command.number != held_operation_ || command.held != held_kind_) break;
      if (held_in_child_) {
        ChildMessage go{};
        go.word = ChildWord::go;
        go.operation = held_operation_;
        send_message(gates_[0], go);  // a dead child is seen by its pidfd
      }
      held_operation_ = -1;
      break;
    case Command::cancel:
      cancelled_ = true;
      // The daemon may not have heard of the exec yet; whoever gave the start up wants no command that runs.
      if (executed_ && !reaped_) kernel::send_signal(pidfd_, SIGKILL);
      break;
    case Command::attach:
      if (descriptors[0] < 0) return;
      relay_.attach(descriptors[0], command.number, descriptors[1], terminal_ ? command.keys : DetachKeys{});
      return;
    case Command::signal:
      if (pidfd_ >= 0 && !reaped_) kernel::send_signal(pidfd_, command.number);
      break;
    case Command::resize:
      relay_.resize(static_cast<unsigned short>(command.number >> 16), static_cast<unsigned short>(command.number));
      break;
  }
  for (int fd : descriptors) {
    if (fd >= 0) ::close(fd);
  }
}

void Monitor::listen_for_daemons() {
  listener_ = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // Through the folder's descriptor: a data folder may have a longer path than sun_path takes (unix(7)).
  ::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", descriptors_[fd_folder], socket_file);
  ::unlinkat(descriptors_[fd_folder], socket_file, 0);
  if (listener_ >= 0 &&
      (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 1) != 0)) {
    ::close(listener_);
    listener_ = -1;
  }
}

void Monitor::adopt() {
  int daemon = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (daemon < 0) return;
  if (control_ >= 0) ::close(control_);
  control_ = daemon;
  ReportMessage hello{};
  hello.report = Report::hello;
  hello.version = protocol_version;
  hello.pid = pid_;
  hello.operation = held_operation_;
  hello.number = executed_ ? 1 : 0;
  hello.time_ns = kernel::monotonic_ns();
  hello.realtime_ns = executed_ns_;
  int descriptors[most_descriptors] = {descriptors_[fd_plan], descriptors_[fd_shared]};
  int count = 2;
  if (pid_ > 0) descriptors[count++] = pidfd_;
  count += relay_.list_clients(descriptors + count);
  send_message(control_, hello, descriptors, count);
  if (held_operation_ >= 0) report(held_kind_, held_operation_, 0, 0);
}

bool Monitor::take_child_message() {
  ChildMessage message;
  int terminal = -1;
  int count = 1;
  ssize_t got = receive_message(gates_[0], message, &terminal, count, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return false;
  if (got != sizeof message) {
    child_gate_ended();
    return false;
  }
  switch (message.word) {
    case ChildWord::at_gate:
    case ChildWord::at_evidence:
      held_operation_ = message.operation;
      held_kind_ = message.word == ChildWord::at_gate ? Report::at_gate : Report::at_evidence;
      held_in_child_ = true;
      report(held_kind_, held_operation_, 0, 0);
      break;
    case ChildWord::failed:
      message.text[sizeof message.text - 1] = 0;
      fail(message.operation, message.error, message.text);
      break;
    case ChildWord::terminal:
      if (terminal >= 0) relay_.open_terminal(terminal, with_input_);
      break;
    case ChildWord::go:
      break;
  }
  return true;
}

// The child's end is closed: by execve where the ring says that it was reached, otherwise by the child's death, which
// the pidfd tells.
void Monitor::child_gate_ended() {
  ::close(gates_[0]);
  gates_[0] = -1;
  const trace::Ring& ring = state_.shared->child;
  uint32_t head = ring.head.load(std::memory_order_acquire);
  if (head == 0) return;
  const trace::Record& last = ring.records[(head - 1) % trace::ring_records];
  if (last.operation >= plan_.count() || plan_.operation(last.operation).code != plan::Code::execute) return;
  if (last.error != 0) return;  // execve came back, and the child was killed before it could say so
  executed_ = true;
  held_operation_ = -1;
  write_executed();
  report(Report::executed, static_cast<int>(last.operation), 0, 0, "", -1, executed_ns_);
}

void Monitor::watch() {
  pollfd polls[5 + Relay::most_polls];
  polls[0] = {control_, POLLIN, 0};
  polls[1] = {listener_, POLLIN, 0};
  polls[2] = {gates_[0], POLLIN, 0};
  polls[3] = {reaped_ ? -1 : pidfd_, POLLIN, 0};
  polls[4] = {orphans_, POLLIN, 0};
  size_t count = 5 + relay_.prepare(polls + 5);
  if (::poll(polls, count, adoption_wait_ms()) < 0) return;  // EINTR: the caller's loop comes back
  if (polls[2].revents != 0) take_child_message();
  relay_.act(polls + 5);
  if (polls[4].revents != 0) reap_orphans(orphans_, pid_);
  if (!failed_ && polls[3].revents != 0) child_exited();
  if (polls[0].revents != 0 && control_ >= 0) receive_command();
  if (polls[1].revents != 0) adopt();
  check_adoption_deadline();
  if (cancelled_ && !executed_ && !reaped_) fail(held_operation_, ECANCELED, "cancelled");
}

}  // namespace glassdock::runtime
