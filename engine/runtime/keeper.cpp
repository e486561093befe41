#include "engine/runtime/keeper.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <optional>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/argument_pointers.h"
#include "engine/os/files.h"
#include "engine/os/id_map.h"
#include "engine/os/record_lock.h"
#include "engine/os/user_namespaces.h"
#include "engine/runtime/monitor_link.h"

namespace fs = std::filesystem;

namespace glassdock::runtime {
namespace {

constexpr char keeper_lock[] = "keeper.lock";

// ---- The keeper itself -------------------------------------------------------------------------------------------

// What cannot be looked at may have one, and is looked at again.
bool may_have_monitor(const fs::path& folder) {
  try {
    return has_monitor(folder);
  } catch (const Error&) {
    return true;
  }
}

// The first folder below `containers` in which a monitor lives; empty where none does.
fs::path find_monitored(const fs::path& containers) {
  DIR* folder = ::opendir(containers.c_str());
  if (!folder) return errno == ENOENT ? fs::path() : containers;
  fs::path found;
  while (dirent* entry = found.empty() ? ::readdir(folder) : nullptr) {
    if (entry->d_name[0] != '.' && may_have_monitor(containers / entry->d_name)) found = containers / entry->d_name;
  }
  ::closedir(folder);
  return found;
}

// Sleeps until its monitor has ended. Not in the queue for its lock: the lock would come to this process for a moment,
// and fail a start that takes it then.
void wait_for_end(const fs::path& monitored) {
  constexpr int tick_ms = 100;  // it has let go, or another one has it: to be looked at again
  UniqueFd monitor;
  try {
    monitor = open_monitor(monitored);
  } catch (const Error&) {  // as may_have_monitor
  }
  pollfd end{monitor.get(), POLLIN, 0};  // without a descriptor the time passes (poll(2))
  ::poll(&end, 1, monitor ? -1 : tick_ms);
}

// Sleeps in the kernel, first until the daemon is gone, then until each monitor is. It ends while it holds the engine
// lock itself, so that no new daemon can join it at that moment.
[[noreturn]] void keep(const fs::path& data, const fs::path& engine_lock) {
  int engine = ::open(engine_lock.c_str(), O_RDWR | O_CLOEXEC);
  for (;;) {
    if (engine < 0) ::_exit(1);
    if (os::take_record_lock(engine, os::LockWait::yes) != 0) {
      if (errno == EINTR) continue;
      ::_exit(1);
    }
    const fs::path monitored = find_monitored(data / "containers");
    if (monitored.empty()) ::_exit(0);
    os::drop_record_lock(engine);
    wait_for_end(monitored);
  }
}

// Whatever the engine was started with (a lock of a shell, the pipe of a job) would stay open as long as the keeper.
void close_all_but(std::array<int, 3> kept) {
  std::sort(kept.begin(), kept.end());
  unsigned next = 0;
  for (int fd : kept) {
    auto number = static_cast<unsigned>(fd);
    if (number > next) ::close_range(next, number - 1, 0);
    next = number + 1;
  }
  ::close_range(next, ~0U, 0);
}

[[noreturn]] void run_keeper(const fs::path& data, const fs::path& engine_lock, int lock, int ready, int mapped) {
  ::prctl(PR_SET_NAME, "glassdock-keep");
  ::setsid();
  close_all_but({lock, ready, mapped});
  int error = 0;
  if (os::take_record_lock(lock) != 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    error = errno;
  }
  if (::write(ready, &error, sizeof error) != sizeof error || error != 0) ::_exit(1);
  char byte;
  if (::read(mapped, &byte, 1) != 1) ::_exit(1);  // the daemon gave up
  // What the machine mounts and unmounts later is seen here too, and so by -v; nothing of here is seen outside.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) error = errno;
  if (::write(ready, &error, sizeof error) != sizeof error || error != 0) ::_exit(1);
  ::close(ready);
  ::close(mapped);
  keep(data, engine_lock);
}

// ---- Its maps ----------------------------------------------------------------------------------------------------

struct Range {
  std::string first, count;
};

// subuid(5): name-or-id:first:count.
std::optional<Range> subordinate_range(const fs::path& file, const std::string& user, unsigned id) {
  auto text = os::try_read_file(file);
  if (!text) return std::nullopt;
  for (const auto& line : split(*text, '\n')) {
    auto fields = split(line, ':');
    if (fields.size() != 3 || (fields[0] != user && fields[0] != std::to_string(id))) continue;
    if (parse_number(fields[1]) && parse_number(fields[2]).value_or(0) >= 65535) return Range{fields[1], fields[2]};
  }
  return std::nullopt;
}

bool run_quietly(const std::vector<std::string>& words) {
  const std::vector<char*> arguments = os::argument_pointers(words);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  int error = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  int status = 1;
  if (error != 0 || ::waitpid(pid, &status, 0) != pid) return false;
  return status == 0;
}

Error refused(int error_number) {
  auto refusal = os::refused_user_namespaces(error_number, os::read_user_namespace_switches());
  return Error(ErrorKind::permission, std::move(refusal.says), std::move(refusal.mend));
}

void write_map(pid_t pid, const char* name, std::string_view content) {
  auto path = fmt::format("/proc/{}/{}", pid, name);
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd || ::write(fd.get(), content.data(), content.size()) < 0) {
    throw refused(errno);
  }
}

struct SubordinateIds {
  Range users, groups;
};

std::string user_name() {
  const passwd* entry = ::getpwuid(::getuid());
  return entry ? entry->pw_name : std::to_string(::getuid());
}

// What the machine gives this user, or nothing.
std::optional<SubordinateIds> subordinate_ids() {
  auto users = subordinate_range("/etc/subuid", user_name(), ::getuid());
  auto groups = subordinate_range("/etc/subgid", user_name(), ::getuid());
  if (!users || !groups) return std::nullopt;
  return SubordinateIds{*users, *groups};
}

// False where one of the two programs does not do it: then one map may stand, and a map cannot be changed.
bool map_subordinate_ids(pid_t keeper, const SubordinateIds& ids) {
  std::string pid = std::to_string(keeper);
  auto run = [&](const char* program, unsigned own, const Range& range) {
    return run_quietly({program, pid, "0", std::to_string(own), "1", "1", range.first, range.count});
  };
  return run("newuidmap", ::getuid(), ids.users) && run("newgidmap", ::getgid(), ids.groups);
}

void map_own_id(pid_t keeper) {
  write_map(keeper, "uid_map", fmt::format("0 {} 1\n", ::getuid()));
  write_map(keeper, "setgroups", "deny");
  write_map(keeper, "gid_map", fmt::format("0 {} 1\n", ::getgid()));
}

// ---- The daemon's side -------------------------------------------------------------------------------------------

// Waits for the keeper's word: an errno, or 0.
void expect_word(int ready) {
  int error = 0;
  ssize_t got = ::read(ready, &error, sizeof error);
  if (got == sizeof error && error == 0) return;
  throw refused(got == sizeof error ? error : ECHILD);
}

// A keeper whose namespace `map` has mapped; 0 where that gives false.
pid_t start_keeper(const fs::path& data, const fs::path& engine_lock, const std::function<bool(pid_t)>& map) {
  UniqueFd lock(::open((data / keeper_lock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) throw os::write_error(errno, "open", data / keeper_lock);
  int ready[2], mapped[2];
  if (::pipe2(ready, O_CLOEXEC) != 0 || ::pipe2(mapped, O_CLOEXEC) != 0) throw Error::from_errno(errno, "pipe", "");
  UniqueFd ready_read(ready[0]), ready_write(ready[1]), mapped_read(mapped[0]), mapped_write(mapped[1]);
  pid_t keeper = ::fork();
  if (keeper < 0) throw Error::from_errno(errno, "fork", "the keeper");
  if (keeper == 0) run_keeper(data, engine_lock, lock.get(), ready[1], mapped[0]);
  ready_write.reset();
  mapped_read.reset();
  auto give_up = [keeper] {
    ::kill(keeper, SIGKILL);
    ::waitpid(keeper, nullptr, 0);
  };
  try {
    expect_word(ready_read.get());
    if (!map(keeper)) {
      give_up();
      return 0;
    }
    if (::write(mapped_write.get(), "m", 1) != 1) throw Error::from_errno(errno, "tell", "the keeper");
    expect_word(ready_read.get());
  } catch (...) {
    give_up();
    throw;
  }
  return keeper;
}

// With subordinate ids where the machine gives this user some, otherwise with the user's own id alone; why, as a
// remark.
pid_t start_keeper(const fs::path& data, const fs::path& engine_lock, std::string& remark) {
  auto ids = subordinate_ids();
  if (ids) {
    auto map = [&](pid_t keeper) { return map_subordinate_ids(keeper, *ids); };
    if (pid_t keeper = start_keeper(data, engine_lock, map)) return keeper;
    remark = "newuidmap and newgidmap do not run: sudo apt-get install uidmap";
  } else {
    remark = fmt::format(
        "{0} has no subordinate ids: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {0}",
        user_name());
  }
  return start_keeper(data, engine_lock, [](pid_t keeper) {
    map_own_id(keeper);
    return true;
  });
}

void join(pid_t keeper, const char* name, int kind) {
  auto path = fmt::format("/proc/{}/ns/{}", keeper, name);
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || ::setns(fd.get(), kind) != 0) throw Error::from_errno(errno, "join", path);
}

}  // namespace

pid_t keeper_of(const fs::path& data) {
  UniqueFd lock(::open((data / keeper_lock).c_str(), O_RDWR | O_CLOEXEC));
  return lock ? os::record_lock_holder(lock.get()) : 0;
}

Privileges enter_keeper(const fs::path& data, const fs::path& engine_lock) {
  Privileges privileges;
  privileges.rootless = ::geteuid() != 0 || os::own_mapped_ids() != os::every_id;
  // The machine's root, or root of a namespace that somebody else made for us.
  if (::geteuid() == 0) return privileges;
  privileges.keeper = keeper_of(data);
  if (privileges.keeper == 0) privileges.keeper = start_keeper(data, engine_lock, privileges.remark);
  join(privileges.keeper, "user", CLONE_NEWUSER);
  join(privileges.keeper, "mnt", CLONE_NEWNS);
  if (os::own_mapped_ids() != 1) {  // with one id we are 0 already, and setgroups is denied
    if (::setgroups(0, nullptr) != 0 || ::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0) {
      throw Error::from_errno(errno, "become root in", "the user namespace");
    }
  }
  return privileges;
}

}  // namespace glassdock::runtime
