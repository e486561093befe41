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
#include "engine/runtime/launcher/line_reader.h"
#include "engine/runtime/launcher/operations.h"

namespace glassdock::runtime {
namespace {

constexpr size_t most_groups = sizeof(StartState::groups) / sizeof(gid_t);

void add_group(StartState& state, unsigned group) {
  for (uint32_t i = 0; i < state.group_count; ++i) {
    if (state.groups[i] == group) return;
  }
  if (state.group_count < most_groups) state.groups[state.group_count++] = group;
}

bool is_member(char* members, const char* name) {
  char* rest = nullptr;
  for (char* member = ::strtok_r(members, ",", &rest); member; member = ::strtok_r(nullptr, ",", &rest)) {
    if (::strcmp(member, name) == 0) return true;
  }
  return false;
}

// passwd(5): name:password:uid:gid:gecos:home:shell. A number need not be listed; a name must.
int find_in_passwd(StartState& state, const char* wanted, char* name, size_t name_size) {
  unsigned wanted_id = 0;
  bool numeric = parse_id(wanted, wanted_id);
  LineReader passwd("/etc/passwd");
  while (char* line = passwd.next()) {
    char* fields[7];
    split_fields(line, fields, 7);
    unsigned user = 0, group = 0;
    if (!parse_id(fields[2], user) || !parse_id(fields[3], group)) continue;
    if (numeric ? user != wanted_id : ::strcmp(fields[0], wanted) != 0) continue;
    state.user = user;
    state.group = group;
    ::snprintf(name, name_size, "%s", fields[0]);
    ::snprintf(state.home, sizeof state.home, "HOME=%s", *fields[5] ? fields[5] : "/");
    return 0;
  }
  if (!numeric) return ENOENT;
  state.user = wanted_id;
  state.group = 0;
  return 0;
}

// group(5): name:password:gid:members. Gives the id of `wanted` (unless null) and collects the groups of `member`.
int find_in_group(StartState& state, const char* wanted, const char* member, unsigned& id) {
  bool found = wanted == nullptr || parse_id(wanted, id);
  if (found && *member == 0) return 0;
  LineReader group("/etc/group");
  while (char* line = group.next()) {
    char* fields[4];
    split_fields(line, fields, 4);
    unsigned number = 0;
    if (!parse_id(fields[2], number)) continue;
    if (!found && ::strcmp(fields[0], wanted) == 0) {
      id = number;
      found = true;
    }
    if (*member && is_member(fields[3], member)) add_group(state, number);
  }
  return found ? 0 : ENOENT;
}

// "name", "uid", "name:group", "uid:gid" as in docker's --user; the groups of --group-add besides.
int find_user(StartState& state, const plan::Operation& operation, trace::Record& record) {
  char wanted[256];
  const char* text = state.plan->text(operation.text[0]);
  if (::strlen(text) >= sizeof wanted) return ENAMETOOLONG;
  ::strcpy(wanted, *text ? text : "0");
  char* group = ::strchr(wanted, ':');
  if (group) *group++ = 0;
  set_text(record, wanted);
  char name[256] = "";
  if (int error = find_in_passwd(state, *wanted ? wanted : "0", name, sizeof name)) return error;
  unsigned id = state.group;
  // With a group of one's own choice the user's other groups are not taken, as in docker.
  bool own_group = group && *group;
  if (own_group) set_text(record, group);
  if (int error = find_in_group(state, own_group ? group : nullptr, own_group ? "" : name, id)) return error;
  state.group = id;
  add_group(state, state.group);
  for (const char* extra = state.plan->text(operation.text[1]); *extra; extra = plan::next_in_list(extra)) {
    set_text(record, extra);
    if (int error = find_in_group(state, extra, "", id)) return error;
    add_group(state, id);
  }
  record.number[0] = state.user;
  record.number[1] = state.group;
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
  if (int error = give_stdio(state.user)) return error;
  // Where one id alone is mapped the kernel denies setgroups (user_namespaces(7)): the process keeps the groups that
  // the engine's user has on the machine.
  if (!keep_groups && ::setgroups(state.group_count, state.groups) != 0) return errno;
  if (::setresgid(state.group, state.group, state.group) != 0) return errno;
  if (::setresuid(state.user, state.user, state.user) != 0) return errno;
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
      return set_capabilities(operation.number[0], state.user == 0);
    case Code::set_no_new_privileges:
      return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
    default:
      return ENOSYS;
  }
}

}  // namespace glassdock::runtime
