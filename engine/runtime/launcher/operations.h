#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "engine/plan/plan.h"
#include "engine/runtime/launcher/user.h"
#include "engine/trace/ring.h"

namespace glassdock::runtime {

// What the operations of one start hand on to each other.
struct StartState {
  const plan::View* plan = nullptr;
  trace::SharedState* shared = nullptr;
  char** arguments = nullptr;    // room for argument_count + 1 pointers, made before the clone
  char** environment = nullptr;  // room for environment_count + 2: HOME may be added
  // As the first to be opened after keep_descriptors this is 4, where trace/gates.cpp lets people look.
  int root = -1;                // the container's root folder, after mount_overlay until pivot_root
  int null_device = -1;         // the container's own /dev/null, from make_devices until pivot_root
  dev_t proc_device = 0;        // of the procfs that mount_filesystem mounted; 0: none
  int stdio[3] = {-1, -1, -1};  // the container's ends
  int process = -1;             // pidfd of the process whose namespaces are joined
  int gate = -1;                // the child's end
  int monitor_gate = -1;        // the monitor's end
  uid_t trial_root = 0;         // who root of a trial is out here: take_ids
  int trial_ids = -1;           // the monitor's: while it is open no other trial gets them
  bool trial = false;           // its user namespace was entered: the root stays open behind pivot_root
  FoundUser identity;
};

// Each carries out one operation and returns 0 or an errno. `record` gets the result and the text that an error is
// about (a path, a name). Called by the child between clone3 and exec, or by the monitor: none allocates, none takes a
// lock.
int carry_out(StartState& state, const plan::Operation& operation, trace::Record& record);

// Writes `text` into the record, cut to fit.
void set_text(trace::Record& record, const char* text);

// ESRCH where the monitor is dead, else 0. To be asked after each PR_SET_PDEATHSIG: it may have died before that, and
// getppid(2) is 0 in a pid namespace of one's own; the gate tells.
int check_monitor(const StartState& state);

// Parts of carry_out, one file each.
int mount_operation(StartState& state, const plan::Operation& operation, trace::Record& record);
int identity_operation(StartState& state, const plan::Operation& operation, trace::Record& record);
int cgroup_operation(StartState& state, const plan::Operation& operation, trace::Record& record);
int open_terminal(StartState& state, const plan::Operation& operation, trace::Record& record);
int execute(StartState& state, const plan::Operation& operation, trace::Record& record);

// The descriptor below which all descriptors of the child stay open after keep_descriptors: 0, 1, 2 and the gate.
inline constexpr int gate_descriptor = 3;

}  // namespace glassdock::runtime
