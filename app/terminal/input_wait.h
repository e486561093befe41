#pragma once

#include <sys/types.h>

namespace glassdock::terminal {

// Whether a process of that group stands in a system call that waits for input of that terminal: a read of it, or a
// poll, select or epoll that it is in. What a pty tells its master does not include this; /proc/PID/task/TID/syscall
// does (proc_pid_syscall(5)). False where that may not be read: it takes the right to trace the process.
// `terminal`: the device number of the slave.
bool waits_for_input(pid_t group, dev_t terminal);

}  // namespace glassdock::terminal
