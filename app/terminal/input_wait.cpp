#include "app/terminal/input_wait.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace glassdock::terminal {
namespace {

namespace fs = std::filesystem;

struct Call {
  long number = -1;
  std::array<std::uint64_t, 3> arguments{};
};

// "0 0x0 0x7ffd… 0x1000 …"; "running" and what waits outside of a call ("-1 …") are none.
std::optional<Call> call_in(const fs::path& task) {
  std::ifstream file(task / "syscall");
  Call call;
  if (!(file >> call.number) || call.number < 0) return std::nullopt;
  file >> std::hex;
  for (std::uint64_t& argument : call.arguments) file >> argument;
  if (!file) return std::nullopt;
  return call;
}

// One process, as what it waits for is found out.
class Waiting {
 public:
  Waiting(pid_t pid, dev_t terminal) : pid_(pid), terminal_(terminal) {}

  bool reads(const Call& call) const {
    const auto& [first, second, third] = call.arguments;
    switch (call.number) {
      case SYS_read:
      case SYS_readv:
        return is_terminal(static_cast<int>(first));
#ifdef SYS_poll  // not on every architecture
      case SYS_poll:
#endif
      case SYS_ppoll:
        return polls(first, second);
#ifdef SYS_select
      case SYS_select:
#endif
      case SYS_pselect6:
        return selects(first, second);
#ifdef SYS_epoll_wait
      case SYS_epoll_wait:
#endif
      case SYS_epoll_pwait:
        return is_in_epoll(static_cast<int>(first));
      default:
        return false;
    }
  }

 private:
  bool is_terminal(int fd) const {
    constexpr unsigned tty_major = 5;  // 5:0 is /dev/tty, the controlling terminal under another name
    struct stat status {};
    if (::stat(fmt::format("/proc/{}/fd/{}", pid_, fd).c_str(), &status) != 0 || !S_ISCHR(status.st_mode)) return false;
    return status.st_rdev == terminal_ || status.st_rdev == ::makedev(tty_major, 0);
  }

  template <typename T>
  bool copy(std::uint64_t from, T* to, std::size_t count) const {
    const iovec here{to, count * sizeof(T)};
    // An address of that process, nothing to look at in this one.
    const iovec there{reinterpret_cast<void*>(from), here.iov_len};  // NOLINT(performance-no-int-to-ptr)
    return ::process_vm_readv(pid_, &here, 1, &there, 1, 0) == static_cast<ssize_t>(here.iov_len);
  }

  bool polls(std::uint64_t list, std::uint64_t count) const {
    constexpr std::uint64_t most = 1024;  // as many as select(2) knows
    std::vector<pollfd> waits(std::min(count, most));
    if (waits.empty() || !copy(list, waits.data(), waits.size())) return false;
    return std::any_of(waits.begin(), waits.end(), [&](const pollfd& wait) {
      return wait.fd >= 0 && (wait.events & POLLIN) != 0 && is_terminal(wait.fd);
    });
  }

  // Only as many words as hold `count` bits: a set need not be there as a whole.
  bool selects(std::uint64_t count, std::uint64_t set) const {
    constexpr std::uint64_t bits = 64;
    std::vector<std::uint64_t> words((std::min<std::uint64_t>(count, FD_SETSIZE) + bits - 1) / bits);
    if (set == 0 || words.empty() || !copy(set, words.data(), words.size())) return false;
    for (std::uint64_t fd = 0; fd < count && fd < FD_SETSIZE; ++fd) {
      if ((words[fd / bits] >> (fd % bits) & 1) != 0 && is_terminal(static_cast<int>(fd))) return true;
    }
    return false;
  }

  // "tfd:        0 events:       19 data: …" for each that is in it, in hexadecimal but the first.
  bool is_in_epoll(int epoll) const {
    std::ifstream file(fmt::format("/proc/{}/fdinfo/{}", pid_, epoll));
    for (std::string line; std::getline(file, line);) {
      int fd = -1;
      unsigned events = 0;
      if (std::sscanf(line.c_str(), "tfd: %d events: %x", &fd, &events) != 2) continue;
      if ((events & EPOLLIN) != 0 && is_terminal(fd)) return true;
    }
    return false;
  }

  pid_t pid_;
  dev_t terminal_;
};

std::optional<pid_t> process_of(const fs::path& folder) {
  const std::string name = folder.filename().native();
  pid_t pid = 0;
  const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), pid);
  if (fault != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return pid;
}

}  // namespace

bool waits_for_input(pid_t group, dev_t terminal) {
  std::error_code unseen;  // processes end while they are looked at
  for (const fs::directory_entry& folder : fs::directory_iterator("/proc", unseen)) {
    const std::optional<pid_t> pid = process_of(folder.path());
    if (!pid || ::getpgid(*pid) != group) continue;
    const Waiting waiting(*pid, terminal);
    for (fs::directory_iterator task(folder.path() / "task", unseen), end; task != end; task.increment(unseen)) {
      const std::optional<Call> call = call_in(task->path());
      if (call && waiting.reads(*call)) return true;
    }
  }
  return false;
}

}  // namespace glassdock::terminal
