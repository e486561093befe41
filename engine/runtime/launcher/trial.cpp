#include "engine/runtime/launcher/trial.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <initializer_list>

#include "engine/runtime/launcher/kernel.h"
#include "engine/runtime/launcher/root_paths.h"

namespace glassdock::runtime {
namespace {

constexpr rlim_t most_processes = 512;  // where no cgroup counts them
constexpr size_t most_parts = 512;      // more layers do not fit into one overlay mount

// What a user of this process's user namespace is called outside: by this all engines of the machine know it.
unsigned long long outside_user(uid_t user) {
  char map[4096];
  Fd file(::open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC));
  const ssize_t got = file.bad() ? 0 : ::read(file.value, map, sizeof map - 1);
  map[got > 0 ? got : 0] = 0;
  char* rest = nullptr;
  for (char* line = ::strtok_r(map, "\n", &rest); line; line = ::strtok_r(nullptr, "\n", &rest)) {
    unsigned long long inside = 0, outside = 0, count = 0;
    if (::sscanf(line, "%llu %llu %llu", &inside, &outside, &count) != 3) continue;
    if (user >= inside && user - inside < count) return outside + (user - inside);
  }
  return user;
}

// A name of the kernel's own list (unix(7), "abstract") is one process's alone, and free again once that has ended,
// however it ended. False where somebody has it.
bool take_name(int socket, uid_t user) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const int size =
      ::snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "glassdock-trial-%llu", outside_user(user));
  return ::bind(socket, reinterpret_cast<sockaddr*>(&address),
                static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + static_cast<size_t>(size))) == 0;
}

int write_map(pid_t pid, const char* name, uid_t root, uint64_t count) {
  char path[64], line[64];
  ::snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  int size = ::snprintf(line, sizeof line, "0 %u %u\n", root, static_cast<unsigned>(count));
  Fd file(::open(path, O_WRONLY | O_CLOEXEC));
  if (file.bad()) return errno;
  return ::write(file.value, line, static_cast<size_t>(size)) == size ? 0 : errno;
}

// A small file system of its own over the data folder, and in it the parts that were opened before.
int show_parts(const char* list, int data, const int* parts, trace::Record& record) {
  Fd fs(kernel::fsopen("tmpfs"));
  if (fs.bad()) return errno;
  constexpr struct { const char *key, *value; } options[] = {{"source", "trial"}, {"mode", "755"}, {"size", "1m"}};
  for (const auto& option : options) {
    if (kernel::fsconfig(fs.value, FSCONFIG_SET_STRING, option.key, option.value) != 0) return errno;
  }
  if (kernel::fsconfig(fs.value, FSCONFIG_CMD_CREATE, nullptr, nullptr) != 0) return errno;
  Fd view(kernel::fsmount(fs.value, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
  if (view.bad()) return errno;
  if (kernel::move_mount(view.value, data) != 0) return errno;
  for (size_t i = 0; *list; list = plan::next_in_list(list), ++i) {
    set_text(record, list);
    struct stat info {};
    if (::fstat(parts[i], &info) != 0) return errno;
    Fd target(open_target(view.value, list, S_ISDIR(info.st_mode) ? Want::folder : Want::file));
    if (target.bad() || kernel::move_mount(parts[i], target.value) != 0) return errno;
  }
  return ::fchdir(view.value) == 0 ? 0 : errno;
}

// Set-user-id programs aside: from here on the process has no right that the machine knows.
int become_root_inside() {
  if (::setgroups(0, nullptr) != 0 || ::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0) return errno;
  const rlimit processes{most_processes, most_processes};
  if (::setrlimit(RLIMIT_NPROC, &processes) != 0) return errno;
  return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 ? 0 : errno;  // a change of ids cleared it
}

}  // namespace

const plan::Operation* find_trial(const plan::View& plan) {
  for (uint32_t i = 0; i < plan.count(); ++i) {
    if (plan.operation(i).code == plan::Code::enter_trial) return &plan.operation(i);
  }
  return nullptr;
}

int take_ids(StartState& state, const plan::Operation& trial) {
  if (!state.plan->data(trial) || trial.data_bytes != sizeof(plan::TrialIds)) return EINVAL;
  const auto& ids = *static_cast<const plan::TrialIds*>(state.plan->data(trial));
  struct stat folder {};
  if (::stat(state.plan->text(trial.text[1]), &folder) != 0) return errno;
  if (ids.count == 0 || ids.trials == 0) return EINVAL;
  const bool has_files = folder.st_uid >= ids.first && (folder.st_uid - ids.first) / ids.count < ids.trials;
  // Elsewhere each time: what a container's files have shall be free when it is started again.
  const uint32_t begin = has_files ? (folder.st_uid - ids.first) / ids.count : static_cast<uint32_t>(::getpid());
  state.trial_ids = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (state.trial_ids < 0) return errno;
  for (uint32_t i = 0; i < (has_files ? 1 : ids.trials); ++i) {
    state.trial_root = ids.first + (begin + i) % ids.trials * ids.count;
    if (take_name(state.trial_ids, state.trial_root)) return 0;
    if (errno != EADDRINUSE) return errno;
  }
  return has_files ? EBUSY : EAGAIN;
}

int give_to_trial(const StartState& state, const plan::Operation& trial, pid_t pid) {
  const uid_t root = state.trial_root;
  for (const char* map : {"uid_map", "gid_map"}) {
    if (int error = write_map(pid, map, root, trial.number[0])) return error;
  }
  for (const char* folder = state.plan->text(trial.text[1]); *folder; folder = plan::next_in_list(folder)) {
    if (::lchown(folder, root, root) != 0) return errno;
  }
  // It must be able to pass; the folders above keep everybody else out.
  if (::chmod(state.plan->text(trial.text[2]), 0711) != 0) return errno;
  for (int fd : state.stdio) {
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISFIFO(info.st_mode)) continue;
    if (::fchown(fd, root, root) != 0) return errno;
  }
  return 0;
}

int enter_trial(StartState& state, const plan::Operation& operation, trace::Record& record) {
  const char* list = state.plan->text(operation.text[0]);
  int parts[most_parts] = {};
  size_t count = 0;
  // Still as the engine's user, who alone may look into the data folder.
  Fd data(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (data.bad()) return errno;
  for (const char* part = list; *part; part = plan::next_in_list(part)) {
    set_text(record, part);
    if (count == most_parts) return E2BIG;
    parts[count] = kernel::open_tree(AT_FDCWD, part, OPEN_TREE_CLONE);
    if (parts[count++] < 0) return errno;
  }
  if (int error = become_root_inside()) return error;
  if (int error = check_monitor(state)) return error;
  if (int error = show_parts(list, data.value, parts, record)) return error;
  for (size_t i = 0; i < count; ++i) ::close(parts[i]);
  record.number[0] = state.trial_root;
  // Whatever order the learner gives: until the overlay stands, the root is the empty folder beneath it. As the first
  // free descriptor, once more (operations.h).
  const char* rootfs = state.plan->text(operation.text[1]);
  set_text(record, rootfs);
  ::close(data.value);
  data.value = -1;
  state.root = ::open(rootfs, O_PATH | O_DIRECTORY | O_CLOEXEC);
  state.trial = true;
  return state.root < 0 ? errno : 0;
}

int adopt_orphans() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) return -1;
  sigset_t ends;
  ::sigemptyset(&ends);
  ::sigaddset(&ends, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &ends, nullptr);  // one that is not blocked and has no handler never gets to the descriptor
  return ::signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
}

void reap_orphans(int ended, pid_t first) {
  signalfd_siginfo told;
  while (::read(ended, &told, sizeof told) > 0) continue;  // one stands for many
  for (;;) {
    siginfo_t child{};
    if (::waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT | __WALL) != 0) return;
    if (child.si_pid == 0 || child.si_pid == first) return;  // the first one's end is the container's
    ::waitpid(child.si_pid, nullptr, WNOHANG | __WALL);
  }
}

}  // namespace glassdock::runtime
