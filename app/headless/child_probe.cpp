#include "app/headless/child_probe.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "engine/base/unique_fd.h"

namespace glassdock::headless {
namespace {

int write_map(const char* path, const std::string& text) {
  UniqueFd fd(::open(path, O_WRONLY | O_CLOEXEC));
  if (!fd) return errno;
  return ::write(fd.get(), text.data(), text.size()) < 0 ? errno : 0;
}

// user_namespaces(7): without setgroups denied, an unprivileged writer may not set the gid map.
int become_root_inside(uid_t user, gid_t group) {
  if (int error = write_map("/proc/self/setgroups", "deny")) return error;
  if (int error = write_map("/proc/self/uid_map", fmt::format("0 {} 1", user))) return error;
  return write_map("/proc/self/gid_map", fmt::format("0 {} 1", group));
}

}  // namespace

int in_child(const std::function<int()>& probe) {
  pid_t pid = ::fork();
  if (pid == 0) ::_exit(probe());
  if (pid < 0) return -1;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int enter_private_mounts() {
  uid_t user = ::geteuid();
  gid_t group = ::getegid();
  if (user != 0) {
    if (::unshare(CLONE_NEWUSER) != 0) return errno;
    if (int error = become_root_inside(user, group)) return error;
  }
  if (::unshare(CLONE_NEWNS) != 0) return errno;
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return errno;
  return 0;
}

}  // namespace glassdock::headless
