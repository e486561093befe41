// runtime: the processes that start a container and stay with it: launcher, monitor, the child that carries out a plan.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/detach_keys.h"

namespace glassdock::runtime {

// Who waits for whom (docs/launcher-protocol.md draws each death):
//
//   daemon                launcher           monitor (one a container)         child (process 1)
//     |  StartMessage + descriptors             |
//     |-------- SOCK_SEQPACKET -->. . . . . . ->| (a spare monitor, forked ahead, takes it itself)
//     |                         |<-- "taken" ---|   (the launcher forks the next spare)
//     |                                         |-- prepare operations
//     |                                         |-- clone3 ----------------------->|
//     |<------------- started (pidfd) ----------|                                  | operation 0
//     |                                         |<---------- at_gate(i) -----------| held bit i: waits
//     |<------------- at_gate(i) ---------------|                                  .
//     |-------------- release ----------------->|----------- go ------------------>| operation i
//     |<------------- at_evidence(i) -----------|<---------- at_evidence(i) -------| evidence bit i: waits
//     |-------------- release ----------------->|----------- go ------------------>|
//     |                                         |<---- the gate's socket ends -----| execve
//     |<------------- executed -----------------|
//     |                                         |<-- pidfd readable ---------------X exit
//     |                                         |-- status file
//     |<------------- ended --------------------|
//     |                                         |-- teardown operations
//     |<------------- exited -------------------X
//
// Clients that attach before the start are sent on the control socket before the StartMessage: the monitor reads what
// waits there before it clones, so none of the first output is missed.
//
// All messages are of fixed size, one a SOCK_SEQPACKET record; none is ever empty, for that would look like an end of
// file. Both ends are the same build of the program (the launcher is inside the daemon's binary); a daemon that adopts
// the monitor of an older build compares `version` first.

inline constexpr std::uint32_t protocol_version = 5;

// Daemon to launcher, with these descriptors by SCM_RIGHTS in this order.
enum StartDescriptor : int {
  fd_plan,              // sealed memfd (plan::PlanHeader)
  fd_shared,            // memfd (trace::SharedState)
  fd_control,           // the monitor's end of a SOCK_SEQPACKET pair
  fd_folder,            // the container's folder: monitor.lock and monitor.sock are made in it, the log is rotated
  fd_log,               // the log file, O_RDWR (its end is looked at) and O_APPEND
  fd_process = fd_log,  // with start_exec: a pidfd of the container's process 1
  fd_status,            // the status file, O_APPEND, empty
  start_descriptors,
};

enum StartFlag : std::uint32_t {
  start_stdin = 1,       // stdin is a pipe fed by attached clients; otherwise /dev/null
  start_stdin_once = 2,  // stdin ends when the first attached client's does
  start_exec = 4,        // a command in a container that runs
};

struct StartMessage {
  std::uint32_t version;
  std::uint32_t flags;
  std::uint32_t adoption_ms;  // how long a held child waits for a new daemon; 0: adoption_seconds
  std::uint32_t log_files;    // at most so many, log_file and log_file.1, .2 … behind it; 0: nothing is logged
  std::uint64_t log_bytes;    // of one of them, then the next begins; 0: no bound
};

// Daemon to monitor.
enum class Command : std::uint32_t {
  release = 1,  // the held child may go on; number = operation index and held = which of its two places, so that a
                // late one is not taken for the next
  cancel,       // give the start up: kill, undo, report failed with ECANCELED; behind execve: kill
  attach,       // + the client's stream, + a memfd of what it sent behind its request where it did; number = AttachFlag
                // bits
  signal,       // number = signal for process 1
  resize,       // number = rows << 16 | columns of the terminal; nothing where there is none
};

enum AttachFlag : std::int32_t {
  attach_stdin = 1,
  attach_stdout = 2,
  attach_stderr = 4,
};

// Between child and monitor, on the gate's SOCK_SEQPACKET pair. The child's end is close-on-exec: its end of file, with
// the record of `execute` in the ring and no `failed` before it, tells that execve succeeded.
// `terminal` brings the monitor's end of the pty.
enum class ChildWord : std::uint32_t { at_gate = 1, at_evidence, failed, go, terminal };

struct ChildMessage {
  ChildWord word;
  std::int32_t operation;
  std::int32_t error;
  char text[128];
};

// Beyond it an attaching client is refused: each costs the monitor a buffer.
inline constexpr std::size_t most_clients = 16;

// Monitor to daemon.
enum class Report : std::uint32_t {
  hello = 1,    // to an adopting daemon, first; + fd_plan, fd_shared, pidfd where pid is not 0, each client's stream:
                // pid, operation (held at, or -1), number = 1 after exec
  started,      // + pidfd: pid
  at_gate,      // operation, pid of who waits (the monitor itself before the clone)
  at_evidence,  // operation
  failed,       // operation, error, text: the start was undone; the last report. Of the launcher, where no monitor can
                // be made: operation -1
  executed,     // execve succeeded
  ended,        // number = wait status (waitpid(2)), operation = OOM kills; before teardown
  exited,       // the same once more; after teardown; the last report
};

struct ReportMessage {
  Report report;
  std::uint32_t version;
  std::int32_t pid;
  std::int32_t operation;
  std::int32_t error;
  std::int32_t number;
  std::int32_t teardown_error;  // failed, exited: errno of a teardown operation; what it left is the daemon's to undo
  std::int64_t time_ns;         // CLOCK_MONOTONIC
  std::int64_t
      realtime_ns;  // hello, executed: of the exec (0: not yet); ended, exited: of the exit, as in the status file
  char text[128];
};

struct CommandMessage {
  Command command;
  std::int32_t number;
  Report held;      // release: at_gate or at_evidence
  DetachKeys keys;  // attach
};

// The status file, a line a state, each appended by one write(2):
//   started PID STARTTIME        STARTTIME: field 22 of /proc/PID/stat, so that a reused pid is seen
//   executed REALTIME_NS
//   exited STATUS OOM_KILLS REALTIME_NS  STATUS as of waitpid(2)
//   failed OPERATION ERRNO REALTIME_NS TEXT  the operation's name, or "-" where it was none; TEXT: to the line's end,
//                                        what the operation was at, may be empty
// A line that a full disk cut short is ended by torn_mark, or by the file's end, and says nothing: a number in it may
// have lost its last digits. The mark is ASCII's CANCEL, which no line contains.
inline constexpr char torn_mark[] = "\x18\n";

// A folder whose monitor.lock is held by a POSIX record lock has a living monitor; it listens on monitor.sock there.
inline constexpr char log_file[] = "log";
inline constexpr char lock_file[] = "monitor.lock";
inline constexpr char socket_file[] = "monitor.sock";
inline constexpr int adoption_seconds = 30;  // how long a held child waits for a new daemon

}  // namespace glassdock::runtime
