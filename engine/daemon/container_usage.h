#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glassdock::daemon {

// Bytes or requests of one device.
struct DeviceUsage {
  std::uint64_t major = 0, minor = 0;
  std::uint64_t read_bytes = 0, written_bytes = 0;
};

// What a container's cgroups have measured, and the machine's processor time beside it.
struct ContainerUsage {
  std::int64_t read_ns = 0;  // CLOCK_REALTIME
  std::uint64_t cpu_ns = 0, kernel_ns = 0, user_ns = 0;
  std::uint64_t periods = 0, throttled_periods = 0, throttled_ns = 0;
  std::uint64_t machine_cpu_ns = 0;  // of all processors, idle or not
  int cpus = 0;
  std::uint64_t memory_bytes = 0;
  std::optional<std::uint64_t> most_memory_bytes;  // that there ever were; v1 only
  std::uint64_t memory_limit_bytes = 0;            // the machine's memory where there is no limit
  std::map<std::string, std::uint64_t> memory;     // memory.stat
  std::uint64_t processes = 0;
  std::optional<std::uint64_t> processes_limit;
  std::vector<DeviceUsage> devices;
};

// Of the container of this folder (DATA/containers/ID). Nothing where none of its cgroups counts processor time or
// memory. Reads files of the kernel alone.
std::optional<ContainerUsage> measure(const std::filesystem::path& folder);

// The part of it that reads cgroups, wherever they are.
bool read_cgroup_usage(const std::vector<std::string>& cgroups, ContainerUsage& usage);
// The first line of a /proc/stat, in nanoseconds.
std::uint64_t machine_cpu_time(const std::string& proc_stat);

}  // namespace glassdock::daemon
