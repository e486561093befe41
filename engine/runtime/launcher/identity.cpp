#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "engine/runtime/launcher/kernel.h"
#include "engine/runtime/launcher/operations.h"
#include "engine/runtime/launcher/user.h"

namespace glassdock::runtime {
namespace {

// The groups of --group-add besides.
int find_user(StartState& state, const plan::Operation& operation, trace::Record& record) {
  UserText text;
  if (int error = look_up_user(state.identity, state.plan->text(operation.text[0]), text)) {
    set_text(record, text.about);
    return error;
  }
  set_text(record, text.about);
  for (const char* extra = state.plan->text(operation.text[1]); *extra; extra = plan::next_in_list(extra)) {
    set_text(record, extra);
    unsigned id = 0;
    if (int error = look_up_group(extra, id)) return error;
    if (int error = state.identity.add_group(id)) return error;
  }
  record.number[0] = state.identity.user;
  record.number[1] = state.identity.group;
  return 0;
}

int set_seccomp(const plan::View& plan, const plan::Operation& operation) {
  const void* code = plan.data(operation);
  if (!code) return EINVAL;
  sock_fprog program{};
  program.len = static_cast<unsigned short>(operation.data_bytes / sizeof(sock_filter));
  program.filter = static_cast<sock_filter*>(const_cast<void*>(code));  // the kernel only reads it
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ? 0 : errno;
}

int drop_bounding(uint64_t keep, trace::Record& record) {
  for (int capability = 0; capability < 64; ++capability) {
    if ((keep >> capability & 1) != 0) continue;
    if (::prctl(PR_CAPBSET_DROP, capability) != 0) {
      if (errno == EINVAL) return 0;  // beyond the kernel's last one
      return errno;
    }
    ++record.result;
  }
  return 0;
}

// The pipes belong to who made them, and a program opens /dev/stdout by name: they become the user's. /dev/null is the
// machine's, and what has no owner to change is left as it is (as runc does).
int give_stdio(uid_t user) {
  for (int fd = 0; fd < 3; ++fd) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return errno;
    bool null_device = S_ISCHR(info.st_mode) && info.st_rdev == makedev(1, 3);
    if (null_device || info.st_uid == user) continue;
    bool changed = ::fchown(fd, user, static_cast<gid_t>(-1)) == 0;
    if (!changed && errno != EPERM && errno != EINVAL && errno != EROFS) return errno;
  }
  return 0;
}

int set_user(const StartState& state, bool keep_groups) {
  const FoundUser& who = state.identity;
  if (int error = give_stdio(who.user)) return error;
  // Where one id alone is mapped the kernel denies setgroups (user_namespaces(7)): the process keeps the groups that
  // the engine's user has on the machine.
  if (!keep_groups && ::setgroups(who.group_count, who.groups) != 0) return errno;
  if (::setresgid(who.group, who.group, who.group) != 0) return errno;
  if (::setresuid(who.user, who.user, who.user) != 0) return errno;
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;  // a change of ids cleared it
  return check_monitor(state);
}

int set_capabilities(uint64_t mask, bool root) {
  if (!root) mask = 0;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  for (int half = 0; half < 2; ++half) {
    data[half].effective = data[half].permitted = static_cast<uint32_t>(mask >> (32 * half));
  }
  if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL) return errno;
  return ::syscall(SYS_capset, &header, data) == 0 ? 0 : errno;
}

}  // namespace

int identity_operation(StartState& state, const plan::Operation& operation, trace::Record& record) {
  using plan::Code;
  switch (operation.code) {
    case Code::find_user:
      return find_user(state, operation, record);
    case Code::set_seccomp:
      return set_seccomp(*state.plan, operation);
    case Code::drop_bounding:
      return drop_bounding(operation.number[0], record);
    case Code::set_user:
      return set_user(state, operation.number[0] == 1);
    case Code::set_capabilities:
      return set_capabilities(operation.number[0], state.identity.user == 0);
    case Code::set_no_new_privileges:
      return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
    default:
      return ENOSYS;
  }
}

}  // namespace glassdock::runtime
