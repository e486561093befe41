#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/trace/ring.h"
#include "engine/trace/tracer.h"

namespace glassdock::runtime {

// Tells what the operations of one start did: takes the records that monitor and child left in the shared memory and
// makes an event of each, named and described by the plan. An operation is one event (Kind::instant) that carries its
// length as `duration_ns`; a failed one carries `errno` and `error`. One thread.
class StartTeller {
 public:
  // `plan` and `shared` outlive it. An event's span is context.span.
  StartTeller(const trace::Context& context, std::string container, std::string_view plan, trace::SharedState& shared);

  // Tells what has come since the last call. The order is the plan's: the monitor publishes before it reports, and
  // reports the clone before anything of the child.
  void drain();
  // The child or monitor waits behind `operation`: tells all up to it, this one with what the kernel's files say now.
  // `pid`: the container's process 1, or 0 before there is one.
  void read_evidence(int operation, pid_t pid);
  // execve succeeded at `time_ns`; its record was written ahead and waits for this.
  void executed(std::int64_t time_ns);
  // Whose events they are, once it is known.
  void set_processes(pid_t monitor, pid_t child) {
    monitor_ = monitor;
    child_ = child;
  }
  std::uint64_t lost() const;

 private:
  void take(const trace::Record& record, trace::Actor actor);
  void tell(const trace::Record& record, trace::Actor actor, std::vector<trace::Evidence> evidence,
            std::int64_t evidence_ns);
  trace::Event make_event(const trace::Record& record, trace::Actor actor) const;
  // start_evidence.cpp
  std::vector<trace::Evidence> evidence_for(const trace::Record& record, pid_t pid) const;
  // Of what waits for no reader: nothing where it has ended by then.
  std::vector<trace::Evidence> evidence_of_command(const trace::Record& record) const;
  void read_before(std::uint32_t next, pid_t pid);

  trace::Context context_;
  std::string container_;
  plan::View plan_;
  trace::SharedState& shared_;
  pid_t monitor_ = 0;
  pid_t child_ = 0;
  // A record that waits: execve's until it succeeded, or the one whose evidence is being read.
  struct Waiting {
    trace::Record record;
    trace::Actor actor;
  };
  std::optional<Waiting> waiting_;
  // What the evidence of the operation to come says before it is done: path to content.
  std::map<std::string, std::string> before_;
};

}  // namespace glassdock::runtime
