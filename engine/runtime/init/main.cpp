// Process 1 of a container with --init, as docker-init (tini) is: it starts the command as its child, forwards to it
// every signal that it gets, reaps whatever process is orphaned, and ends with the command's exit code.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <initializer_list>

#include "engine/base/signals.h"

namespace {

// Those that tell of a fault of one's own, and those of a process that writes to a terminal it does not have.
constexpr int not_forwarded[] = {SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGABRT, SIGTRAP, SIGSYS, SIGTTIN, SIGTTOU};

// Does not come back. The command gets a process group of its own, and where there is a terminal, that.
int become_command(char** words, const sigset_t& own_mask) {
  ::setpgid(0, 0);
  ::tcsetpgrp(STDIN_FILENO, ::getpgrp());  // ENOTTY: there is none; SIGTTOU is ignored here
  for (int number : {SIGTTIN, SIGTTOU}) ::signal(number, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &own_mask, nullptr);
  ::execvp(words[0], words);
  const int error = errno;
  ::fprintf(stderr, "[FATAL docker-init (%d)] exec %s failed: %s\n", ::getpid(), words[0], ::strerror(error));
  return error == ENOENT ? glassdock::not_found_code : glassdock::not_executable_code;
}

// Reaps whoever has ended. The command's wait status once it is among them, before that -1.
int reap(pid_t command) {
  int ended = -1;
  int status = 0;
  for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == command) ended = status;
  }
  return ended;
}

int follow(pid_t command, const sigset_t& forwarded) {
  for (;;) {
    const int number = ::sigwaitinfo(&forwarded, nullptr);
    if (number < 0) continue;  // EINTR: it was stopped and goes on
    if (number != SIGCHLD) {
      ::kill(command, number);
      continue;
    }
    if (const int status = reap(command); status >= 0) {
      return WIFSIGNALED(status) ? glassdock::signal_base + WTERMSIG(status) : WEXITSTATUS(status);
    }
  }
}

}  // namespace

int main(int count, char** words) {
  const bool separated = count > 1 && ::strcmp(words[1], "--") == 0;
  char** command_words = words + (separated ? 2 : 1);
  if (!*command_words) {
    ::fprintf(stderr, "usage: docker-init -- COMMAND [ARG...]\n");
    return 1;
  }
  sigset_t forwarded;
  sigset_t own_mask;
  ::sigfillset(&forwarded);
  for (int number : not_forwarded) ::sigdelset(&forwarded, number);
  ::sigprocmask(SIG_SETMASK, &forwarded, &own_mask);
  for (int number : {SIGTTIN, SIGTTOU}) ::signal(number, SIG_IGN);
  const pid_t command = ::fork();
  if (command == 0) return become_command(command_words, own_mask);
  if (command < 0) {
    ::fprintf(stderr, "[FATAL docker-init (%d)] fork failed: %s\n", ::getpid(), ::strerror(errno));
    return 1;
  }
  return follow(command, forwarded);
}
