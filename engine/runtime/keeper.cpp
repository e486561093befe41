#include "engine/runtime/keeper.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/user_namespaces.h"
#include "engine/runtime/protocol.h"

namespace fs = std::filesystem;

namespace glassdock::runtime {
namespace {

constexpr char keeper_lock[] = "keeper.lock";

int lock_command(int fd, int command, short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  int done = ::fcntl(fd, command, &lock);
  return done == 0 && command == F_GETLK ? (lock.l_type == F_UNLCK ? 0 : lock.l_pid) : done;
}

// ---- The keeper itself -------------------------------------------------------------------------------------------

// The first monitor.lock below `containers` that somebody holds, opened; -1 where none is held.
int find_held_monitor(const fs::path& containers) {
  DIR* folder = ::opendir(containers.c_str());
  if (!folder) return -1;
  int held = -1;
  while (dirent* entry = held < 0 ? ::readdir(folder) : nullptr) {
    if (entry->d_name[0] == '.') continue;
    int fd = ::open((containers / entry->d_name / lock_file).c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0) continue;
    if (lock_command(fd, F_GETLK, F_WRLCK) > 0) {
      held = fd;
    } else {
      ::close(fd);
    }
  }
  ::closedir(folder);
  return held;
}

// Sleeps in the kernel's lock queue: first until the daemon is gone, then until each monitor is. It ends while it holds
// the engine lock itself, so that no new daemon can join it at that moment.
[[noreturn]] void keep(const fs::path& data, const fs::path& engine_lock) {
  int engine = ::open(engine_lock.c_str(), O_RDWR | O_CLOEXEC);
  for (;;) {
    if (engine < 0 || (lock_command(engine, F_SETLKW, F_WRLCK) != 0 && errno != EINTR)) ::_exit(1);
    int monitor = find_held_monitor(data / "containers");
    if (monitor < 0) ::_exit(0);
    lock_command(engine, F_SETLK, F_UNLCK);
    lock_command(monitor, F_SETLKW, F_WRLCK);
    ::close(monitor);
  }
}

[[noreturn]] void run_keeper(const fs::path& data, const fs::path& engine_lock, int lock, int ready, int mapped) {
  ::prctl(PR_SET_NAME, "glassdock-keep");
  ::setsid();
  int error = 0;
  if (lock_command(lock, F_SETLK, F_WRLCK) != 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    error = errno;
  }
  if (::write(ready, &error, sizeof error) != sizeof error || error != 0) ::_exit(1);
  char byte;
  if (::read(mapped, &byte, 1) != 1) ::_exit(1);  // the daemon gave up
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) error = errno;
  if (::write(ready, &error, sizeof error) != sizeof error || error != 0) ::_exit(1);
  for (int fd : {ready, mapped, 0, 1, 2}) ::close(fd);
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

bool run_quietly(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
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

// Subordinate ids where the machine gives this user some, otherwise the user's own id alone. Why not, as a remark.
std::string map_ids(pid_t keeper) {
  unsigned user = ::getuid(), group = ::getgid();
  const passwd* entry = ::getpwuid(user);
  std::string name = entry ? entry->pw_name : std::to_string(user);
  auto users = subordinate_range("/etc/subuid", name, user);
  auto groups = subordinate_range("/etc/subgid", name, user);
  std::string pid = std::to_string(keeper);
  std::string remark;
  if (!users || !groups) {
    remark = fmt::format(
        "{} has no subordinate ids: sudo usermod --add-subuids 100000-165535 --add-subgids "
        "100000-165535 {}",
        name, name);
  } else if (run_quietly({"newuidmap", pid, "0", std::to_string(user), "1", "1", users->first, users->count}) &&
             run_quietly({"newgidmap", pid, "0", std::to_string(group), "1", "1", groups->first, groups->count})) {
    return {};
  } else {
    remark = "newuidmap does not run: sudo apt-get install uidmap";
  }
  // After newuidmap succeeded and newgidmap failed the first map stands already.
  auto uid_map = os::try_read_file(fmt::format("/proc/{}/uid_map", keeper)).value_or("");
  if (trim(uid_map).empty()) write_map(keeper, "uid_map", fmt::format("0 {} 1\n", user));
  write_map(keeper, "setgroups", "deny");
  write_map(keeper, "gid_map", fmt::format("0 {} 1\n", group));
  return remark;
}

// ---- The daemon's side -------------------------------------------------------------------------------------------

// Waits for the keeper's word: an errno, or 0.
void expect_word(int ready) {
  int error = 0;
  ssize_t got = ::read(ready, &error, sizeof error);
  if (got == sizeof error && error == 0) return;
  throw refused(got == sizeof error ? error : ECHILD);
}

pid_t start_keeper(const fs::path& data, const fs::path& engine_lock, std::string& remark) {
  UniqueFd lock(::open((data / keeper_lock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) throw os::write_error(errno, "open", data / keeper_lock);
  int ready[2], mapped[2];
  if (::pipe2(ready, O_CLOEXEC) != 0 || ::pipe2(mapped, O_CLOEXEC) != 0) throw Error::from_errno(errno, "pipe", "");
  UniqueFd ready_read(ready[0]), ready_write(ready[1]), mapped_read(mapped[0]), mapped_write(mapped[1]);
  pid_t keeper = ::fork();
  if (keeper < 0) throw Error::from_errno(errno, "fork", "the keeper");
  if (keeper == 0) {
    ready_read.reset();
    mapped_write.reset();
    run_keeper(data, engine_lock, lock.get(), ready[1], mapped[0]);
  }
  ready_write.reset();
  mapped_read.reset();
  try {
    expect_word(ready_read.get());
    remark = map_ids(keeper);
    if (::write(mapped_write.get(), "m", 1) != 1) throw Error::from_errno(errno, "tell", "the keeper");
    expect_word(ready_read.get());
  } catch (...) {
    ::kill(keeper, SIGKILL);
    ::waitpid(keeper, nullptr, 0);
    throw;
  }
  return keeper;
}

void join(pid_t keeper, const char* name, int kind) {
  auto path = fmt::format("/proc/{}/ns/{}", keeper, name);
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || ::setns(fd.get(), kind) != 0) throw Error::from_errno(errno, "join", path);
}

bool maps_every_id() {
  auto map = os::try_read_file("/proc/self/uid_map").value_or("");
  std::vector<std::string> fields;
  for (auto& field : split(trim(map), ' ')) {
    if (!field.empty()) fields.push_back(field);
  }
  return fields == std::vector<std::string>{"0", "0", "4294967295"};
}

bool maps_one_id() {
  auto map = os::try_read_file("/proc/self/uid_map").value_or("");
  return ends_with(trim(map), " 1") && split(trim(map), '\n').size() == 1;
}

}  // namespace

pid_t keeper_of(const fs::path& data) {
  UniqueFd lock(::open((data / keeper_lock).c_str(), O_RDWR | O_CLOEXEC));
  return lock ? std::max(lock_command(lock.get(), F_GETLK, F_WRLCK), 0) : 0;
}

Privileges enter_keeper(const fs::path& data, const fs::path& engine_lock) {
  Privileges privileges;
  privileges.rootless = !maps_every_id() || ::geteuid() != 0;
  if (::geteuid() == 0) {  // the machine's root, or root of a namespace that somebody else made for us
    privileges.single_id = privileges.rootless && maps_one_id();
    return privileges;
  }
  privileges.keeper = keeper_of(data);
  if (privileges.keeper == 0) privileges.keeper = start_keeper(data, engine_lock, privileges.remark);
  join(privileges.keeper, "user", CLONE_NEWUSER);
  join(privileges.keeper, "mnt", CLONE_NEWNS);
  privileges.single_id = maps_one_id();
  if (!privileges.single_id) {  // single: we are 0 already, and setgroups is denied
    if (::setgroups(0, nullptr) != 0 || ::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0) {
      throw Error::from_errno(errno, "become root in", "the user namespace");
    }
  }
  return privileges;
}

}  // namespace glassdock::runtime
