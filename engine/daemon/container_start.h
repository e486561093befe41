#pragma once

#include <signal.h>
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/signals.h"
#include "engine/base/stream_head.h"
#include "engine/base/unique_fd.h"
#include "engine/daemon/container.h"
#include "engine/daemon/run.h"
#include "engine/daemon/start_failure.h"
#include "engine/plan/plan.h"
#include "engine/runtime/monitor_link.h"
#include "engine/runtime/shared_memory.h"
#include "engine/runtime/start_teller.h"
#include "engine/trace/ring.h"
#include "engine/trace/tracer.h"

namespace glassdock::daemon {

inline constexpr int lost_code = signal_base + SIGKILL;  // as docker records a container that it lost
inline constexpr char lost_text[] = "monitor lost";

// How far a start has come.
enum class Progress { starting, executed, failed, ended, exited };

// One start of a container, from the message to the launcher to the exit: the talk with its monitor, its gates, and its
// operations told as events. One thread at a time takes reports; link(), signal() and cancel() are for any thread.
class ContainerStart {
 public:
  // `plan`: the plan's bytes; `shared`: the memory of gates and rings, mapped here. `run` may be null. Throws Error.
  ContainerStart(std::string container, std::string plan, int shared, runtime::MonitorLink link, trace::Context context,
                 std::shared_ptr<Run> run);
  ~ContainerStart();
  ContainerStart(const ContainerStart&) = delete;
  ContainerStart& operator=(const ContainerStart&) = delete;

  // Acts on one report, and does nothing that waits. Gates are registered with the run, evidence is read while the
  // reporter waits.
  Progress take(const runtime::ReportMessage& report, std::vector<UniqueFd>& descriptors);
  // What the rings still have, told now.
  void drain();
  // No more gates: the start is over for its run.
  void leave_run();
  // Whether its run holds it there.
  bool hold(std::uint32_t operation, pid_t pid);

  runtime::MonitorLink& link() noexcept { return link_; }
  const trace::Context& context() const noexcept { return context_; }
  const plan::View& plan() const noexcept { return plan_; }
  pid_t pid() const noexcept { return pid_; }
  // A pidfd of process 1, or -1 where it is not known yet.
  int process() const noexcept { return pidfd_.get(); }
  // To process 1 itself, by its pidfd. False where it is gone already.
  bool signal(int number) const;
  // The start is given up: the monitor kills, undoes and reports failed; behind the exec it just kills.
  void cancel() { link_.cancel(); }
  // Hands a client's stream to the monitor. Throws as runtime::MonitorLink::attach does; the stream is the caller's
  // still. Any thread.
  void attach(Attachment&& client);
  // How many clients have their streams there, those included that a daemon before this one handed over.
  std::size_t clients();

  // Ends the streams of clients that the monitor has left open: those of a command that is executed, behind its end.
  void end_clients();

  // True while the monitor has neither reported nor done anything, nor its child.
  bool untouched() const noexcept;

  // After Progress::failed: why.
  StartFailure failure() const;
  // The last that was heard is the end of the process.
  bool has_ended() const noexcept { return last_.report == runtime::Report::ended; }
  // After Progress::ended and exited.
  int wait_status() const noexcept { return last_.number; }  // as of waitpid(2)
  bool oom_killed() const noexcept { return last_.operation > 0; }
  std::int64_t exited_ns() const noexcept { return last_.realtime_ns; }       // as the next
  std::int64_t ended_monotonic_ns() const noexcept { return last_.time_ns; }  // of Progress::ended, CLOCK_MONOTONIC
  // After failed and exited: the monitor could not remove all of the cgroups. undo() does, and may wait for the kernel.
  bool left_cgroups() const noexcept { return last_.teardown_error != 0; }
  // Of the exec, CLOCK_REALTIME.
  std::int64_t executed_ns() const noexcept { return executed_ns_; }
  // Kills what is left of the container and removes its cgroups: what its monitor did not. May wait for the kernel for
  // seconds (runtime::remove_cgroup).
  void undo() const;

 private:
  void take_end(const runtime::ReportMessage& report);
  void take_descriptors(std::vector<UniqueFd>& descriptors);

  std::string container_;
  std::string plan_bytes_;
  plan::View plan_;
  runtime::Mapping mapping_;
  trace::SharedState* shared_;
  runtime::MonitorLink link_;
  trace::Context context_;
  std::shared_ptr<Run> run_;
  PlanGates gates_;
  runtime::StartTeller teller_;
  bool in_run_ = false;
  bool heard_ = false;
  pid_t pid_ = 0;
  UniqueFd pidfd_;
  std::int64_t executed_ns_ = 0;
  runtime::ReportMessage last_{};
  std::mutex clients_mutex_;
  // Kept only to be counted: the monitor has them, ends them, and does not tell.
  std::vector<UniqueFd> clients_;
};

// What is wrong once a client's answer has gone out, as docker tells it: in a frame of `stream` or, where it is not
// framed, on its terminal. Whoever does not read it is not waited for.
void tell_client(const UniqueFd& client, Stream stream, std::string_view words, bool framed);

// Whether nobody is at the other end any more; a peer that only sends no more is still there.
bool is_hung_up(int stream);

}  // namespace glassdock::daemon
