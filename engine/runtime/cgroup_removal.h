#pragma once

#include <sys/types.h>

namespace glassdock::runtime {

// Built into the monitor, which undoes its own start, and into the daemon, which undoes what a lost monitor left. No
// heap and no exceptions.

// Kills every process in the cgroup and in those below it, and removes them all, the lowest first. 0, also where there
// is none, or an errno: EBUSY where processes do not go within two seconds.
int remove_cgroup(const char* folder);

// The part of it that reads cgroup.procs: calls `send(pid, SIGKILL)` for each whole line of the open file. A line that
// a read cut in two is put together again, and one without an end is none: half a number is another process's.
void kill_listed(int file, int (*send)(pid_t, int));

}  // namespace glassdock::runtime
