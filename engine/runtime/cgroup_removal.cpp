#include "engine/runtime/cgroup_removal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace glassdock::runtime {
namespace {

constexpr size_t longest_path = 4096;

int open_process(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

// Frozen ones too on v2, where the kernel does it for the whole tree at once (Linux 5.14); elsewhere one by one.
void kill_members(const char* folder) {
  int cgroup = ::open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (cgroup < 0) return;
  int file = ::openat(cgroup, "cgroup.kill", O_WRONLY | O_CLOEXEC);
  bool done = file >= 0 && ::write(file, "1", 1) == 1;
  if (file >= 0) ::close(file);
  if (!done) kill_listed(cgroup, open_process);
  ::close(cgroup);
}

// The numbers in a cgroup.procs, as they are when it is opened. A line that a read cut in two is put together again,
// and one without an end is none: half a number is another process's.
class Members {
 public:
  explicit Members(int cgroup) : file_(::openat(cgroup, "cgroup.procs", O_RDONLY | O_CLOEXEC)) {}
  ~Members() {
    if (file_ >= 0) ::close(file_);
  }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  // The next, never init and never none of this pid namespace (0); 0 behind the last.
  pid_t next() {
    for (;;) {
      char* end = static_cast<char*>(::memchr(text_ + at_, '\n', size_ - at_));
      if (!end) {
        if (!read_more()) return 0;
        continue;
      }
      *end = 0;
      long pid = ::strtol(text_ + at_, nullptr, 10);
      at_ = static_cast<size_t>(end - text_) + 1;
      if (pid > 1) return static_cast<pid_t>(pid);
    }
  }

 private:
  bool read_more() {
    size_ -= at_;
    ::memmove(text_, text_ + at_, size_);
    at_ = 0;
    if (size_ == sizeof text_) return false;  // not what the kernel writes
    ssize_t got;
    do {
      got = ::read(file_, text_ + size_, sizeof text_ - size_);
    } while (got < 0 && errno == EINTR);
    if (got > 0) size_ += static_cast<size_t>(got);
    return got > 0;
  }

  int file_;
  char text_[4096];
  size_t at_ = 0, size_ = 0;
};

// Some processes that the list had. Each may have ended since, and its number be another's: whoever is listed once more
// behind the open is meant.
class Suspects {
 public:
  explicit Suspects(int cgroup) : cgroup_(cgroup) { reserve(); }
  ~Suspects() {
    kill();
    ::close(reserve_);
  }
  Suspects(const Suspects&) = delete;
  Suspects& operator=(const Suspects&) = delete;

  void add(pid_t pid, int process) {
    pids_[count_] = pid;
    processes_[count_] = process;
    if (++count_ == most) kill();
  }
  void kill() {
    ::close(reserve_);
    kill_who_is_listed();
    while (count_ > 0) ::close(processes_[--count_]);
    reserve();
  }

 private:
  void reserve() { reserve_ = ::fcntl(cgroup_, F_DUPFD_CLOEXEC, 0); }
  void kill_who_is_listed() {
    Members now(cgroup_);
    while (pid_t pid = now.next()) {
      for (int i = 0; i < count_; ++i) {
        if (pids_[i] == pid) ::syscall(SYS_pidfd_send_signal, processes_[i], SIGKILL, nullptr, 0);
      }
    }
  }

  static constexpr int most = 32;
  int cgroup_;
  int reserve_ = -1;  // a descriptor for the second list: processes may have taken all others
  pid_t pids_[most];
  int processes_[most];
  int count_ = 0;
};

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

void kill_listed(int cgroup, int (*open_process)(pid_t)) {
  Members listed(cgroup);
  Suspects suspects(cgroup);
  while (pid_t pid = listed.next()) {
    int process = open_process(pid);
    if (process < 0 && errno == EMFILE) {
      suspects.kill();
      process = open_process(pid);
    }
    if (process >= 0) suspects.add(pid, process);
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
