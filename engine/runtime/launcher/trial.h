#pragma once

#include <sys/types.h>

#include "engine/runtime/launcher/operations.h"

namespace glassdock::runtime {

// A trial's user namespace (docs/trials.md): made by the clone, mapped by the monitor, entered by the child. None
// allocates, none takes a lock; each returns 0 or an errno.

// The plan's operation enter_trial; nullptr in a start that is none.
const plan::Operation* find_trial(const plan::View& plan);

// The monitor, before the clone: takes ids that no other living trial on the machine has, those again that the
// container's files have from an earlier start. They are the trial's until `state.trial_ids` is closed, or this process
// ends. EBUSY where a living one has those, EAGAIN where all are taken.
int take_ids(StartState& state, const plan::Operation& trial);
// The monitor: maps the ids of `pid`, which waits for its word, and gives the container's folders and pipes to its
// root.
int give_to_trial(const StartState& state, const plan::Operation& trial, pid_t pid);
// The child becomes that root, with a data folder in which its own parts alone can be seen.
int enter_trial(StartState& state, const plan::Operation& operation, trace::Record& record);

// The monitor: without a pid namespace of its own a container's first process leaves its children behind, and the
// kernel hands them to whoever asked for that.
void adopt_descendants();
// Ends all that was handed over, and waits for each.
void end_descendants();

}  // namespace glassdock::runtime
