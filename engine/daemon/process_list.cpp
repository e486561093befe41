#include "engine/daemon/process_list.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/base/unique_fd.h"
#include "engine/daemon/undo_cgroups.h"
#include "engine/os/argument_pointers.h"
#include "engine/os/files.h"

namespace fs = std::filesystem;

namespace glassdock::daemon {
namespace {

void add_members(const fs::path& cgroup, std::set<pid_t>& found) {
  for (const std::string& line : split(os::try_read_file(cgroup / "cgroup.procs").value_or(std::string()), '\n')) {
    if (const auto pid = parse_number(line); pid && *pid > 0) found.insert(static_cast<pid_t>(*pid));
  }
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(cgroup, ignored)) {
    if (entry.is_directory(ignored)) add_members(entry.path(), found);
  }
}

fs::path pid_namespace(const std::string& pid) {
  std::error_code missing;
  return fs::read_symlink("/proc/" + pid + "/ns/pid", missing);
}

// "  PID TTY" as {"PID", "TTY"}.
std::vector<std::string> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\v\f\r";
  std::vector<std::string> words;
  for (auto at = line.find_first_not_of(blanks); at != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(blanks, at), line.size());
    words.emplace_back(line.substr(at, end - at));
    at = line.find_first_not_of(blanks, end);
  }
  return words;
}

struct Printed {
  int status = 0;  // as of waitpid(2)
  std::string out, err;
};

// It is spawned by a thread that has every signal blocked, and by a process that ignores some.
pid_t spawn_ps(const std::vector<std::string>& words, const UniqueFd& out, const UniqueFd& err) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, err.get(), 2);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none, all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const std::vector<char*> arguments = os::argument_pointers(words);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, words[0].c_str(), &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) {
    throw Error(ErrorKind::internal, "ps: exec: \"ps\": executable file not found in $PATH", "install procps");
  }
  if (error != 0) throw Error::from_errno(error, "start", "ps");
  return pid;
}

// Waits for its end, and says how that was, as waitpid(2) does.
int reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// ps is the host's own program; it gets no input, and its output is read to its end.
Printed run_ps(const std::vector<std::string>& words, std::chrono::milliseconds patience) {
  constexpr std::size_t most_output = 16 * 1024 * 1024;
  const auto end = std::chrono::steady_clock::now() + patience;
  int out[2], err[2];
  if (::pipe2(out, O_CLOEXEC) != 0) throw Error::from_errno(errno, "pipe", "for ps");
  UniqueFd out_read(out[0]), out_write(out[1]);
  if (::pipe2(err, O_CLOEXEC) != 0) throw Error::from_errno(errno, "pipe", "for ps");
  UniqueFd err_read(err[0]), err_write(err[1]);
  const pid_t pid = spawn_ps(words, out_write, err_write);
  out_write.reset();
  err_write.reset();
  Printed printed;
  pollfd sources[] = {{out_read.get(), POLLIN, 0}, {err_read.get(), POLLIN, 0}};
  std::string* texts[] = {&printed.out, &printed.err};
  std::array<char, 16384> bytes;
  while (sources[0].fd >= 0 || sources[1].fd >= 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    if (left <= 0) {
      // It may read of a process that the kernel holds (proc(5), cmdline), and then it does not even die: that is not
      // waited for here.
      ::kill(pid, SIGKILL);
      std::thread([pid] { reap(pid); }).detach();
      throw Error(ErrorKind::internal, fmt::format("ps: it takes more than {} s", patience.count() / 1000.0));
    }
    if (::poll(sources, 2, static_cast<int>(left)) < 0 && errno != EINTR) break;
    for (int i = 0; i < 2; ++i) {
      if (sources[i].fd < 0 || sources[i].revents == 0) continue;
      const ssize_t got = ::read(sources[i].fd, bytes.data(), bytes.size());
      if (got <= 0) {
        sources[i].fd = -1;
      } else if (texts[i]->size() < most_output) {
        texts[i]->append(bytes.data(), static_cast<std::size_t>(got));
      }
    }
  }
  printed.status = reap(pid);
  return printed;
}

bool succeeded(const Printed& printed) {
  return WIFEXITED(printed.status) && WEXITSTATUS(printed.status) == 0;
}

// "-o x=PID" would make another column look like the one by which lines are chosen (moby daemon/top_unix.go).
void check_arguments(const std::string& arguments) {
  const std::vector<std::string> words = words_of(arguments);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto equals = words[i].rfind('=');
    if (equals == std::string::npos) continue;
    std::string title = words[i].substr(equals + 1);
    if (title.empty() && i + 1 < words.size()) title = words[i + 1];
    if (!starts_with(title, "PID") || words[i].substr(0, equals) == "pid") continue;
    throw Error(ErrorKind::internal,
                fmt::format("specifying \"{}={}\" is not allowed", words[i].substr(0, equals), title));
  }
}

}  // namespace

std::set<pid_t> processes_of(const fs::path& folder, pid_t first) {
  std::set<pid_t> found;
  const std::vector<std::string> cgroups = recorded_cgroups(folder);
  for (const std::string& cgroup : cgroups) {
    add_members(cgroup, found);
    if (!found.empty()) return found;
  }
  if (!cgroups.empty()) return found;  // it has just ended, and its pid namespace may be the machine's own (a trial)
  const fs::path wanted = pid_namespace(std::to_string(first));
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    const auto pid = parse_number(name);
    if (pid && !wanted.empty() && pid_namespace(name) == wanted) found.insert(static_cast<pid_t>(*pid));
  }
  return found;
}

ProcessTable read_process_table(std::string_view printed, const std::set<pid_t>& processes) {
  ProcessTable table;
  const std::vector<std::string> lines = split(printed, '\n');
  if (!lines.empty()) table.titles = words_of(lines.front());
  const auto column = std::find(table.titles.begin(), table.titles.end(), "PID");
  if (column == table.titles.end()) throw Error(ErrorKind::internal, "Couldn't find PID field in ps output");
  const auto at = static_cast<std::size_t>(column - table.titles.begin());
  const std::size_t last = table.titles.size() - 1;
  bool kept = false;  // the line before; one with "-" is a thread of its process
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::vector<std::string> words = words_of(lines[i]);
    if (words.size() <= at) continue;
    if (words[at] != "-") {
      const auto pid = parse_number(words[at]);
      if (!pid) throw Error(ErrorKind::internal, fmt::format("Unexpected pid '{}'", words[at]));
      kept = processes.count(static_cast<pid_t>(*pid)) != 0;
    }
    if (!kept) continue;
    if (words.size() > table.titles.size()) {
      words[last] = join({words.begin() + static_cast<std::ptrdiff_t>(last), words.end()}, " ");
      words.resize(table.titles.size());
    }
    table.rows.push_back(std::move(words));
  }
  return table;
}

ProcessTable list_processes(std::string_view arguments, const std::set<pid_t>& processes,
                            std::chrono::milliseconds patience) {
  const std::string text(arguments.empty() ? "-ef" : arguments);
  check_arguments(text);
  std::vector<std::string> words = words_of(text);
  words.insert(words.begin(), "ps");
  std::vector<std::string> numbers;
  numbers.reserve(processes.size());
  for (const pid_t pid : processes) numbers.push_back(std::to_string(pid));
  std::vector<std::string> chosen = words;
  chosen.push_back("-q" + join(numbers, ","));
  Printed printed = run_ps(chosen, patience);
  // Some options, such as f, cannot stand beside -q.
  if (!succeeded(printed)) printed = run_ps(words, patience);
  if (!succeeded(printed)) {
    const std::string line = printed.err.substr(0, printed.err.find('\n'));
    throw Error(ErrorKind::internal, "ps: " + (line.empty() ? "it failed" : line));
  }
  return read_process_table(printed.out, processes);
}

}  // namespace glassdock::daemon
