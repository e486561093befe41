#pragma once

#include <grp.h>
#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

namespace glassdock::runtime {

// Who runs a command, by the files of its root. Too large for a stack.
struct FoundUser {
  uint32_t user = 0, group = 0;
  uint32_t group_count = 0;
  // As many as a process may have (setgroups(2)); the memory of those unused stays untouched.
  gid_t groups[NGROUPS_MAX];
  char home[512] = "HOME=/";

  // 0 or E2BIG.
  int add_group(unsigned id);
};

// Looks up "name", "uid", "name:group", "uid:gid" as in docker's --user, "" being root, in /etc/passwd and /etc/group.
// Answers 0 or an errno: ENOENT, E2BIG for too many groups, EFBIG for a file of more than 4 MiB. With a group of one's
// own choice the user's other groups are not taken, as in docker. `about`: the part of `wanted` that an errno is about;
// it lives in `buffer`.
struct UserText {
  char buffer[256] = "";
  const char* about = buffer;
};
int look_up_user(FoundUser& found, const char* wanted, UserText& text);
// The id of a group by its number or name. 0 or ENOENT.
int look_up_group(const char* wanted, unsigned& id);

}  // namespace glassdock::runtime
