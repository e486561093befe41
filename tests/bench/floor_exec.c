// The floor of `docker exec`: a process enters the walls of a container and becomes `true`, as directly as C can.
// usage: floor_exec PID [SECCOMP [CGROUP…]]   PID: of the container's first process. Root only.
// With a seccomp filter (struct sock_filter) it does what the engine's plan for a command has (engine/plan/exec.cpp):
// the container's cgroups joined (their folders), descriptors closed, powers dropped. Without one it is bare: setns and
// exec. Each byte on stdin is one command; each answer on stdout is a line "EXEC_NS": from the request to execve's
// success.
#include <sched.h>
#include <sys/wait.h>

#include "tests/bench/floor.h"

struct Command {
  pid_t container;
  struct Block seccomp;  // empty: bare
  char** cgroups;        // up to a null pointer
};

// Version 2 has no "tasks".
static void join(const char* cgroup) {
  char path[path_bytes];
  snprintf(path, sizeof path, "%s/tasks", cgroup);
  write_word(cgroup, access(path, W_OK) == 0 ? "tasks" : "cgroup.procs", "0");
}

static void execute(const struct Command* command, int process, int tell) {
  char* arguments[] = {"true", NULL};
  char* environment[] = {"PATH=/bin", NULL};
  if (command->seccomp.size > 0) {
    for (char** cgroup = command->cgroups; *cgroup; ++cgroup) join(*cgroup);
  }
  const int walls = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET;
  must(setns(process, walls), "setns");
  if (command->seccomp.size > 0) {
    must(dup2(tell, 3), "dup2");
    must(fcntl(3, F_SETFD, FD_CLOEXEC), "fcntl");
    syscall(SYS_close_range, 4, ~0U, 0);
    drop_power(&command->seccomp);
  }
  execve("/bin/true", arguments, environment);
  die("/bin/true");
}

static int64_t run_once(const struct Command* command) {
  int ends[2];
  char byte;
  int64_t begin = now_ns();
  must(pipe2(ends, O_CLOEXEC), "pipe2");
  pid_t entering = fork();
  must(entering, "fork");
  if (entering == 0) {
    // The pid namespace counts for children only (setns(2)), so the one that enters it forks the one that executes.
    int process = (int)syscall(SYS_pidfd_open, command->container, 0);
    must(process, "pidfd_open");
    must(setns(process, CLONE_NEWPID), "setns");
    pid_t child = fork();
    must(child, "fork");
    if (child == 0) execute(command, process, ends[1]);
    close(ends[1]);
    int status = 0;
    must(waitpid(child, &status, 0), "waitpid");
    _exit(status == 0 ? 0 : 1);
  }
  close(ends[1]);
  // The other end closes by itself where execve succeeds.
  while (read(ends[0], &byte, 1) < 0 && errno == EINTR) continue;
  int64_t took = now_ns() - begin;
  close(ends[0]);
  int status = 0;
  must(waitpid(entering, &status, 0), "waitpid");
  if (status != 0) exit(1);
  return took;
}

int main(int count, char** words) {
  if (count < 2) {
    fprintf(stderr, "usage: floor_exec PID [SECCOMP [CGROUP...]]\n");
    return 2;
  }
  static struct Command command;
  command.container = (pid_t)atoi(words[1]);
  if (count > 2) read_block(&command.seccomp, words[2]);
  command.cgroups = words + (count > 3 ? 3 : count);
  char byte;
  while (read(0, &byte, 1) == 1) {
    printf("%lld\n", (long long)run_once(&command));
    fflush(stdout);
  }
  return 0;
}
