// The floor of `docker exec`: a process enters the namespaces of a container and becomes `true`, as directly as C can.
// usage: floor_exec PID   (of the container's first process). Root only.
// Each byte on stdin is one command; each answer on stdout is a line "EXEC_NS": from the request to execve's success.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char* what) {
  fprintf(stderr, "floor_exec: %s: %s\n", what, strerror(errno));
  _exit(1);
}

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// The pid namespace counts for children only (setns(2)), so the one that enters forks the one that executes.
static void enter_and_execute(pid_t container) {
  const int walls = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET;
  char* arguments[] = {"true", NULL};
  char* environment[] = {"PATH=/bin", NULL};
  int process = (int)syscall(SYS_pidfd_open, container, 0);
  if (process < 0) fail("pidfd_open");
  if (setns(process, walls) != 0) fail("setns");
  close(process);
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    execve("/bin/true", arguments, environment);
    fail("execve");
  }
}

static int64_t execute(pid_t container) {
  int ends[2];
  char byte;
  int64_t begin = now_ns();
  if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe2");
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    enter_and_execute(container);
    close(ends[0]);
    close(ends[1]);
    int status = 0;
    wait(&status);
    _exit(status == 0 ? 0 : 1);
  }
  close(ends[1]);
  // The other end closes by itself where execve succeeds.
  while (read(ends[0], &byte, 1) < 0 && errno == EINTR) continue;
  int64_t took = now_ns() - begin;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) fail("the command");
  return took;
}

int main(int count, char** words) {
  if (count != 2) {
    fprintf(stderr, "usage: floor_exec PID\n");
    return 2;
  }
  char byte;
  while (read(0, &byte, 1) == 1) {
    printf("%lld\n", (long long)execute((pid_t)atoi(words[1])));
    fflush(stdout);
  }
  return 0;
}
