#include "engine/runtime/launcher/user.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/runtime/launcher/line_reader.h"

namespace glassdock::runtime {
namespace {

bool is_member(char* members, const char* name) {
  char* rest = nullptr;
  for (char* member = ::strtok_r(members, ",", &rest); member; member = ::strtok_r(nullptr, ",", &rest)) {
    if (::strcmp(member, name) == 0) return true;
  }
  return false;
}

// passwd(5): name:password:uid:gid:gecos:home:shell. A number need not be listed; a name must.
int find_in_passwd(FoundUser& found, const char* wanted, char* name, size_t name_size) {
  unsigned wanted_id = 0;
  bool numeric = parse_id(wanted, wanted_id);
  LineReader passwd("/etc/passwd");
  while (char* line = passwd.next()) {
    char* fields[7];
    split_fields(line, fields, 7);
    unsigned user = 0, group = 0;
    if (!parse_id(fields[2], user) || !parse_id(fields[3], group)) continue;
    if (numeric ? user != wanted_id : ::strcmp(fields[0], wanted) != 0) continue;
    found.user = user;
    found.group = group;
    ::snprintf(name, name_size, "%s", fields[0]);
    ::snprintf(found.home, sizeof found.home, "HOME=%s", *fields[5] ? fields[5] : "/");
    return 0;
  }
  if (!numeric) return ENOENT;
  found.user = wanted_id;
  found.group = 0;
  return 0;
}

// group(5): name:password:gid:members. Gives the id of `wanted` (unless null) and collects the groups of `member`.
int find_in_group(FoundUser& user, const char* wanted, const char* member, unsigned& id) {
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
    if (*member && is_member(fields[3], member)) user.add_group(number);
  }
  return found ? 0 : ENOENT;
}

}  // namespace

void FoundUser::add_group(unsigned id) {
  constexpr size_t most = sizeof groups / sizeof *groups;
  for (uint32_t i = 0; i < group_count; ++i) {
    if (groups[i] == id) return;
  }
  if (group_count < most) groups[group_count++] = id;
}

int look_up_user(FoundUser& found, const char* wanted, UserText& text) {
  if (::strlen(wanted) >= sizeof text.buffer) return ENAMETOOLONG;
  ::strcpy(text.buffer, *wanted ? wanted : "0");
  char* group = ::strchr(text.buffer, ':');
  if (group) *group++ = 0;
  char name[sizeof text.buffer] = "";
  if (int error = find_in_passwd(found, *text.buffer ? text.buffer : "0", name, sizeof name)) return error;
  unsigned id = found.group;
  const bool own_group = group && *group;
  if (own_group) text.about = group;
  if (int error = find_in_group(found, own_group ? group : nullptr, own_group ? "" : name, id)) return error;
  found.group = id;
  found.add_group(id);
  return 0;
}

int look_up_group(const char* wanted, unsigned& id) {
  FoundUser nobody;
  return find_in_group(nobody, wanted, "", id);
}

}  // namespace glassdock::runtime
