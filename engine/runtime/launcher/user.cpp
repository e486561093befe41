#include "engine/runtime/launcher/user.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/runtime/launcher/field_reader.h"

namespace glassdock::runtime {
namespace {

// Both files' longest text of a name, an id or a folder that can be meant.
constexpr size_t most_name = 256, most_number = 16;

// passwd(5): name:password:uid:gid:gecos:home:shell. A number need not be listed; a name must.
int find_in_passwd(FoundUser& found, const char* wanted, char* name, size_t name_size) {
  unsigned wanted_id = 0;
  const bool numeric = parse_id(wanted, wanted_id);
  FieldReader passwd("/etc/passwd");
  while (passwd.next_line()) {
    char listed[most_name], user_text[most_number], group_text[most_number];
    passwd.read_field(':', listed, sizeof listed);
    passwd.skip_field(':');
    passwd.read_field(':', user_text, sizeof user_text);
    passwd.read_field(':', group_text, sizeof group_text);
    unsigned user = 0, group = 0;
    if (!parse_id(user_text, user) || !parse_id(group_text, group)) continue;
    if (numeric ? user != wanted_id : ::strcmp(listed, wanted) != 0) continue;
    found.user = user;
    found.group = group;
    ::snprintf(name, name_size, "%s", listed);
    passwd.skip_field(':');
    constexpr size_t prefix = sizeof "HOME=" - 1;
    if (!passwd.read_field(':', found.home + prefix, sizeof found.home - prefix)) return ENAMETOOLONG;
    if (found.home[prefix] == 0) ::strcpy(found.home + prefix, "/");
    return 0;
  }
  if (passwd.error() != 0) return passwd.error();
  if (!numeric) return ENOENT;
  found.user = wanted_id;
  found.group = 0;
  return 0;
}

// group(5): name:password:gid:members. Gives the id of `wanted` (unless null) and hands the groups of `member` to
// `user`.
int find_in_group(FoundUser* user, const char* wanted, const char* member, unsigned& id) {
  bool found = wanted == nullptr || parse_id(wanted, id);
  if (found && *member == 0) return 0;
  FieldReader group("/etc/group");
  while (group.next_line()) {
    char name[most_name], number_text[most_number];
    group.read_field(':', name, sizeof name);
    group.skip_field(':');
    group.read_field(':', number_text, sizeof number_text);
    unsigned number = 0;
    if (!parse_id(number_text, number)) continue;
    if (!found && ::strcmp(name, wanted) == 0) {
      id = number;
      found = true;
    }
    bool is_member = false;
    while (*member && !is_member && !group.at_line_end()) {
      group.read_field(',', name, sizeof name);
      is_member = ::strcmp(name, member) == 0;
    }
    if (!is_member) continue;
    if (int error = user->add_group(number)) return error;
  }
  if (group.error() != 0) return group.error();
  return found ? 0 : ENOENT;
}

}  // namespace

int FoundUser::add_group(unsigned id) {
  for (uint32_t i = 0; i < group_count; ++i) {
    if (groups[i] == id) return 0;
  }
  if (group_count == NGROUPS_MAX) return E2BIG;
  groups[group_count++] = id;
  return 0;
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
  if (int error = find_in_group(&found, own_group ? group : nullptr, own_group ? "" : name, id)) return error;
  found.group = id;
  return found.add_group(id);
}

int look_up_group(const char* wanted, unsigned& id) {
  return find_in_group(nullptr, wanted, "", id);
}

}  // namespace glassdock::runtime
