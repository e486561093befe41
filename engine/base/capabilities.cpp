#include "engine/base/capabilities.h"

#include <cstddef>
#include <iterator>
#include <string_view>

namespace glassdock {
namespace {

// By number (linux/capability.h).
constexpr std::string_view names[] = {"chown",
                                      "dac_override",
                                      "dac_read_search",
                                      "fowner",
                                      "fsetid",
                                      "kill",
                                      "setgid",
                                      "setuid",
                                      "setpcap",
                                      "linux_immutable",
                                      "net_bind_service",
                                      "net_broadcast",
                                      "net_admin",
                                      "net_raw",
                                      "ipc_lock",
                                      "ipc_owner",
                                      "sys_module",
                                      "sys_rawio",
                                      "sys_chroot",
                                      "sys_ptrace",
                                      "sys_pacct",
                                      "sys_admin",
                                      "sys_boot",
                                      "sys_nice",
                                      "sys_resource",
                                      "sys_time",
                                      "sys_tty_config",
                                      "mknod",
                                      "lease",
                                      "audit_write",
                                      "audit_control",
                                      "setfcap",
                                      "mac_override",
                                      "mac_admin",
                                      "syslog",
                                      "wake_alarm",
                                      "block_suspend",
                                      "audit_read",
                                      "perfmon",
                                      "bpf",
                                      "checkpoint_restore"};

}  // namespace

std::vector<std::string> capability_names(std::uint64_t mask) {
  std::vector<std::string> all;
  for (std::size_t number = 0; mask != 0; ++number, mask >>= 1) {
    if ((mask & 1) != 0) all.push_back(number < std::size(names) ? std::string(names[number]) : std::to_string(number));
  }
  return all;
}

}  // namespace glassdock
