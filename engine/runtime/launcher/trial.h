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

// The monitor, before the child goes on: without a pid namespace of its own the children that a container's processes
// leave behind are handed to whoever asked for that (prctl(2), PR_SET_CHILD_SUBREAPER). Gives a descriptor that is
// readable once one of them has ended, or -1.
int adopt_orphans();
// Takes all that have ended from the kernel, so that they count as processes no more; never the first process.
void reap_orphans(int ended, pid_t first);

}  // namespace glassdock::runtime
