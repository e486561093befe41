#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace glassdock::plan {

// What may pass between a container and one disk in a second: docker's --device-read-bps and its siblings.
struct Throttle {
  enum class Kind { read_bps, write_bps, read_iops, write_iops };
  Kind kind = Kind::read_bps;
  std::string path;                    // of the disk, as the user named it
  std::uint64_t rate = 0;              // bytes or operations a second; 0: no limit
  std::uint32_t major = 0, minor = 0;  // of the disk; a container that was never started has none yet
  bool operator==(const Throttle&) const = default;
};

// What each kind is called (kernel, cgroup-v1/blkio-controller.rst; cgroup-v2.rst, "IO Interface Files").
struct ThrottleNames {
  Throttle::Kind kind;
  const char* setting;  // docker's, in HostConfig
  const char* file;     // v1: blkio.throttle.NAME_device
  const char* key;      // v2: in io.max
  const char* warning;  // docker's, where no cgroup can hold it (moby daemon/daemon_unix.go)
};
inline constexpr std::array<ThrottleNames, 4> throttle_names{
    {{Throttle::Kind::read_bps, "BlkioDeviceReadBps", "blkio.throttle.read_bps_device", "rbps",
      "Your kernel does not support BPS Block I/O read limit or the cgroup is not mounted. Block I/O BPS read limit "
      "discarded."},
     {Throttle::Kind::write_bps, "BlkioDeviceWriteBps", "blkio.throttle.write_bps_device", "wbps",
      "Your kernel does not support BPS Block I/O write limit or the cgroup is not mounted. Block I/O BPS write limit "
      "discarded."},
     {Throttle::Kind::read_iops, "BlkioDeviceReadIOps", "blkio.throttle.read_iops_device", "riops",
      "Your kernel does not support IOPS Block read limit or the cgroup is not mounted. Block I/O IOPS read limit "
      "discarded."},
     {Throttle::Kind::write_iops, "BlkioDeviceWriteIOps", "blkio.throttle.write_iops_device", "wiops",
      "Your kernel does not support IOPS Block write limit or the cgroup is not mounted. Block I/O IOPS write limit "
      "discarded."}}};

inline const ThrottleNames& names_of(Throttle::Kind kind) {
  return throttle_names[static_cast<std::size_t>(kind)];
}

}  // namespace glassdock::plan
