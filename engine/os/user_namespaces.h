#pragma once

#include <string>

namespace glassdock::os {

// The kernel's switches over the user namespaces of ordinary users, as their files in /proc/sys say them; empty where
// a kernel has none.
struct UserNamespaceSwitches {
  std::string unprivileged_clone;  // kernel/unprivileged_userns_clone: Debian's; "0" forbids
  std::string most;                // user/max_user_namespaces: namespaces(7)
  std::string
      apparmor_restricted;  // kernel/apparmor_restrict_unprivileged_userns: Ubuntu's; "1" takes their power away
};
UserNamespaceSwitches read_user_namespace_switches();

struct UserNamespaceRefusal {
  std::string says;
  std::string mend;  // the command; empty where no switch explains it
};
// Why an ordinary user gets no user namespace. `error_number` is of unshare(2), of the write of an id map, or of the
// first mount inside: AppArmor lets the namespace be made and takes its powers away.
UserNamespaceRefusal refused_user_namespaces(int error_number, const UserNamespaceSwitches& switches);

}  // namespace glassdock::os
