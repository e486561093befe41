#include "app/scene/capabilities.h"

#include <array>
#include <string_view>

namespace glassdock::scene {
namespace {

// By number, without the prefix CAP_, as setpriv(1) and docker's --cap-add write them (linux/capability.h).
constexpr std::array<std::string_view, 41> names{"chown",
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

// The weightiest first.
struct Power {
  std::string_view name, english, korean;
};
constexpr Power powers[] = {
    {"sys_admin", "mount file systems", "파일 시스템 마운트"},
    {"net_admin", "change the network", "네트워크 설정 바꾸기"},
    {"sys_module", "load code into the kernel", "커널에 코드 올리기"},
    {"sys_boot", "reboot the machine", "컴퓨터 다시 시작하기"},
    {"sys_time", "set the clock", "시계 맞추기"},
    {"dac_override", "open any file", "아무 파일이나 열기"},
    {"setuid", "become any user", "아무 사용자나 되기"},
};

bool holds(std::uint64_t mask, std::size_t number) {
  return (mask >> number & 1) != 0;
}

}  // namespace

std::vector<std::string> capability_names(std::uint64_t mask) {
  constexpr std::size_t bits = 64;
  std::vector<std::string> all;
  for (std::size_t number = 0; number < bits; ++number) {
    if (holds(mask, number)) all.push_back(number < names.size() ? std::string(names[number]) : std::to_string(number));
  }
  return all;
}

std::vector<std::string> powers_missing(std::uint64_t mask, std::size_t most, trace::Language language) {
  std::vector<std::string> missing;
  for (const Power& power : powers) {
    std::size_t number = 0;
    while (names[number] != power.name) ++number;
    if (holds(mask, number) || missing.size() == most) continue;
    const std::string_view what = language == trace::Language::korean ? power.korean : power.english;
    missing.push_back(std::string(what) + " (" + std::string(power.name) + ")");
  }
  return missing;
}

}  // namespace glassdock::scene
