#include "engine/os/user_namespaces.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "engine/base/text.h"
#include "engine/os/files.h"

namespace glassdock::os {
namespace {

std::string setting(const char* path) {
  return std::string(trim(try_read_file(path).value_or("")));
}

}  // namespace

UserNamespaceSwitches read_user_namespace_switches() {
  return {setting("/proc/sys/kernel/unprivileged_userns_clone"), setting("/proc/sys/user/max_user_namespaces"),
          setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")};
}

UserNamespaceRefusal refused_user_namespaces(int error_number, const UserNamespaceSwitches& switches) {
  // namespaces(7): a limit on their number is told by the errno that else means a full disk.
  const bool limit = error_number == ENOSPC || switches.most == "0";
  const char* reason = limit ? "no more of them are allowed" : std::strerror(error_number);
  UserNamespaceRefusal refusal{fmt::format("an ordinary user gets no user namespace here ({})", reason), {}};
  if (switches.unprivileged_clone == "0") {
    refusal.mend = "sudo sysctl -w kernel.unprivileged_userns_clone=1";
  } else if (limit) {
    refusal.mend = "sudo sysctl -w user.max_user_namespaces=15000";
  } else if (switches.apparmor_restricted == "1") {
    refusal.mend = "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
  } else {
    refusal.says += "; is this inside another container that forbids it? Run glassdock as root, or outside";
  }
  return refusal;
}

}  // namespace glassdock::os
