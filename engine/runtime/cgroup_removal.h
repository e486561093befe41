#pragma once

#include <sys/types.h>

namespace glassdock::runtime {

// Built into the monitor, which undoes its own start, and into the daemon, which undoes what a lost monitor left. No
// heap and no exceptions.

// Kills every process in the cgroup and in those below it, and removes them all, the lowest first. 0, also where there
// is none, or an errno: EBUSY where processes do not go within two seconds.
int remove_cgroup(const char* folder);

// The part of it where there is no cgroup.kill (v1, Linux before 5.14): SIGKILL for each process in the cgroup.procs of
// the open folder. A number that went to somebody else between the reading and `open_process`, pidfd_open(2), is left
// alone: nobody is killed who does not stand in the list behind that, too.
void kill_listed(int cgroup, int (*open_process)(pid_t));

}  // namespace glassdock::runtime
