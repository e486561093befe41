#pragma once

#include <linux/capability.h>

#include <cstdint>
#include <initializer_list>
#include <string>

namespace glassdock::plan {

// The walls that docker puts up unless told otherwise, as docker 26 shows them in `docker inspect` and in a container's
// /proc/self/mountinfo, /proc/self/status and devices.list.

// capabilities(7)
inline constexpr int default_capabilities[] = {
    CAP_CHOWN,   CAP_DAC_OVERRIDE,     CAP_FOWNER,  CAP_FSETID,     CAP_KILL,  CAP_SETGID,      CAP_SETUID,
    CAP_SETPCAP, CAP_NET_BIND_SERVICE, CAP_NET_RAW, CAP_SYS_CHROOT, CAP_MKNOD, CAP_AUDIT_WRITE, CAP_SETFCAP,
};
constexpr std::uint64_t default_capability_mask() {
  std::uint64_t mask = 0;
  for (const int number : default_capabilities) mask |= std::uint64_t{1} << number;
  return mask;
}
static_assert(default_capability_mask() == 0xa80425fb);  // CapBnd of a docker container

inline constexpr const char* masked_paths[] = {
    "/proc/asound",
    "/proc/acpi",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/sys/firmware",
    "/sys/devices/virtual/powercap",
};
inline constexpr const char* read_only_paths[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                                  "/proc/sysrq-trigger"};

// Character devices, all of mode 0666.
struct Device {
  const char* path;
  unsigned major, minor;
};
inline constexpr Device devices[] = {{"/dev/null", 1, 3},   {"/dev/zero", 1, 5},    {"/dev/full", 1, 7},
                                     {"/dev/random", 1, 8}, {"/dev/urandom", 1, 9}, {"/dev/tty", 5, 0}};

struct Link {
  const char* path;
  const char* target;
};
inline constexpr Link device_links[] = {{"/dev/fd", "/proc/self/fd"},
                                        {"/dev/stdin", "/proc/self/fd/0"},
                                        {"/dev/stdout", "/proc/self/fd/1"},
                                        {"/dev/stderr", "/proc/self/fd/2"},
                                        {"/dev/ptmx", "pts/ptmx"}};

// What may be opened: making a node of any number is allowed, using it is not. 136:* are the terminals of devpts, 5:1
// the console, 10:200 /dev/net/tun.
constexpr int any_minor = -1;
struct DeviceRule {
  int major, minor;
};
inline constexpr DeviceRule allowed_devices[] = {{1, 3}, {1, 5}, {1, 7}, {1, 8},    {1, 9},
                                                 {5, 0}, {5, 1}, {5, 2}, {10, 200}, {136, any_minor}};

}  // namespace glassdock::plan
