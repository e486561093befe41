#pragma once

#include <sys/types.h>

#include "engine/runtime/launcher/operations.h"
#include "engine/runtime/launcher/relay.h"
#include "engine/runtime/launcher/status_writer.h"
#include "engine/runtime/protocol.h"

namespace glassdock::runtime {

// Stays with one container from its start message to its last output. Makes the first process, relays stdio, writes the
// log and the exit status, undoes what the start made. Single-threaded; reads nothing that a container wrote but bytes
// to relay. Lives on when the daemon dies: a new one finds it by the lock on monitor.lock and speaks to it through
// monitor.sock (engine/runtime/protocol.h).
class Monitor {
 public:
  // What can be had before a start is asked for: sockets and pipes. False where the kernel refuses.
  bool make_ready();
  // Carries one start out and stays until the container has ended. The exit status of the process.
  int run(const StartMessage& message, const int (&descriptors)[start_descriptors]);

 private:
  enum class Wait { released, cancelled };

  bool open_files();
  bool map_plan();
  bool open_stdio(const StartMessage& message);
  bool prepare();  // the operations in front of the clone
  bool clone_child();
  bool do_operation(uint32_t index);
  Wait hold(Report report, uint32_t index);
  void look_at_commands();  // what waits on the control socket, without waiting for more
  void take_command(const CommandMessage& command, int (&descriptors)[2]);
  bool receive_command();  // one; false at the end of file
  void adopt();            // a new daemon connected
  void listen_for_daemons();
  void watch();               // waits for one round of events and acts on them
  bool take_child_message();  // one; false where no further one can come
  void child_gate_ended();
  void child_exited();
  bool held_alone() const { return control_ < 0 && held_operation_ >= 0; }
  int adoption_wait_ms() const;  // until the deadline; -1 while there is none
  void check_adoption_deadline();
  void report(Report kind, int operation, int error, int number, const char* text = "", int descriptor = -1,
              int64_t realtime_ns = 0);
  void report_end(Report kind);  // ended or exited
  void fail(int operation, int error, const char* text);
  void finish();
  void leave_folder();  // to the container's next start
  void teardown(uint32_t first);
  void append_status(const char* line, int size);
  void write_started();
  void write_executed();
  void write_failed(int operation, int error, const char* text);
  void write_exited();

  StartState state_;
  plan::View plan_{nullptr, 0};
  Relay relay_;
  StatusWriter status_;
  int descriptors_[start_descriptors] = {-1, -1, -1, -1, -1, -1};
  int control_ = -1;   // to the daemon; -1 while there is none
  int listener_ = -1;  // monitor.sock
  int lock_ = -1;
  int gates_[2] = {-1, -1};  // 0: ours, 1: the child's
  int input_[2] = {-1, -1};
  int output_[2] = {-1, -1};
  int error_[2] = {-1, -1};
  int pidfd_ = -1;
  int orphans_ = -1;  // of a trial without a pid namespace: readable when a child of its processes has ended
  pid_t pid_ = 0;
  int held_operation_ = -1;  // the gate or evidence that waits for the daemon's release
  Report held_kind_ = Report::at_gate;
  bool held_in_child_ = false;
  bool with_input_ = false;
  bool terminal_ = false;  // the plan opens one
  bool cancelled_ = false;
  bool cgroups_begun_ = false;
  bool executed_ = false;
  bool failed_ = false;
  bool reaped_ = false;
  int wait_status_ = 0;
  int64_t oom_kills_ = 0;
  int64_t executed_ns_ = 0;  // CLOCK_REALTIME, as the next
  int64_t exited_ns_ = 0;
  int teardown_error_ = 0;
  int64_t adoption_ns_ = 0;
  int64_t deadline_ns_ = 0;  // when a held start without a daemon is given up; 0: none
};

}  // namespace glassdock::runtime
