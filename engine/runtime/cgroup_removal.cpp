#include "engine/runtime/cgroup_removal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

namespace glassdock::runtime {
namespace {

constexpr size_t longest_path = 4096;

// Frozen ones too on v2, where the kernel does it for the whole tree at once (Linux 5.14); elsewhere one by one.
void kill_members(const char* folder) {
  int cgroup = ::open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (cgroup < 0) return;
  int file = ::openat(cgroup, "cgroup.kill", O_WRONLY | O_CLOEXEC);
  bool done = file >= 0 && ::write(file, "1", 1) == 1;
  if (file >= 0) ::close(file);
  file = done ? -1 : ::openat(cgroup, "cgroup.procs", O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    kill_listed(file, ::kill);
    ::close(file);
  }
  ::close(cgroup);
}

// Adds the name of a cgroup below to the path; false where there is none.
bool enter_child(char (&path)[longest_path]) {
  int folder = ::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return false;
  bool found = false;
  alignas(dirent64) char entries[4096];
  for (ssize_t got; !found && (got = ::getdents64(folder, entries, sizeof entries)) > 0;) {
    for (ssize_t at = 0; at < got && !found;) {
      auto* entry = reinterpret_cast<dirent64*>(entries + at);
      at += entry->d_reclen;
      bool below = entry->d_type == DT_DIR && ::strcmp(entry->d_name, ".") != 0 && ::strcmp(entry->d_name, "..") != 0;
      if (!below || ::strlen(path) + ::strlen(entry->d_name) + 2 > sizeof path) continue;
      ::strcat(path, "/");
      ::strcat(path, entry->d_name);
      found = true;
    }
  }
  ::close(folder);
  return found;
}

// A cgroup with none below. A dying process leaves it a little after it is reaped.
int remove_lowest(const char* path, int& tries) {
  constexpr int most_tries = 400;  // together two seconds
  while (::rmdir(path) != 0) {
    if (errno == ENOENT) return 0;
    if (errno != EBUSY || ++tries == most_tries) return errno;
    kill_members(path);
    timespec pause{0, tries < 20 ? 100'000 : 5'000'000};
    ::nanosleep(&pause, nullptr);
  }
  return 0;
}

}  // namespace

void kill_listed(int file, int (*send)(pid_t, int)) {
  char text[4096];
  size_t kept = 0;  // of a line whose end was not read yet
  for (;;) {
    ssize_t got = ::read(file, text + kept, sizeof text - 1 - kept);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    text[kept + static_cast<size_t>(got)] = 0;
    char* line = text;
    for (char* end; (end = ::strchr(line, '\n')); line = end + 1) {
      long pid = line == end ? 0 : ::strtol(line, nullptr, 10);
      if (pid > 1) send(static_cast<pid_t>(pid), SIGKILL);
    }
    kept = ::strlen(line);
    ::memmove(text, line, kept);
    if (kept == sizeof text - 1) return;  // not what the kernel writes
  }
}

int remove_cgroup(const char* folder) {
  if (::rmdir(folder) == 0 || errno == ENOENT) return 0;
  if (errno != EBUSY) return errno;
  char path[longest_path];
  size_t top = ::strlen(folder);
  if (top >= sizeof path) return ENAMETOOLONG;
  ::strcpy(path, folder);
  kill_members(path);  // all that could make another below, before the way down begins
  for (int tries = 0;;) {
    if (enter_child(path)) continue;
    if (int error = remove_lowest(path, tries)) return error;
    if (::strlen(path) <= top) return 0;
    *::strrchr(path, '/') = 0;
  }
}

}  // namespace glassdock::runtime
