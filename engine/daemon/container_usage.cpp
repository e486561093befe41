#include "engine/daemon/container_usage.h"

#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>

#include "engine/base/text.h"
#include "engine/daemon/containers.h"
#include "engine/daemon/undo_cgroups.h"
#include "engine/os/files.h"

namespace fs = std::filesystem;

namespace glassdock::daemon {
namespace {

constexpr std::uint64_t microsecond_ns = 1000;
constexpr std::uint64_t second_ns = 1'000'000'000;

std::optional<std::uint64_t> number_in(const fs::path& file) {
  const auto text = os::try_read_file(file, 4096);
  return text ? parse_number(trim(*text)) : std::nullopt;
}

// "name number" a line.
std::map<std::string, std::uint64_t> numbers_in(const fs::path& file) {
  std::map<std::string, std::uint64_t> numbers;
  for (const std::string& line : split(os::try_read_file(file).value_or(std::string()), '\n')) {
    const auto blank = line.find(' ');
    if (blank == std::string::npos) continue;
    if (const auto number = parse_number(std::string_view(line).substr(blank + 1))) {
      numbers.emplace(line.substr(0, blank), *number);
    }
  }
  return numbers;
}

std::uint64_t get(const std::map<std::string, std::uint64_t>& numbers, const char* name) {
  const auto found = numbers.find(name);
  return found == numbers.end() ? 0 : found->second;
}

std::uint64_t ticks_to_ns(std::uint64_t ticks) {
  return ticks * (second_ns / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK)));
}

// cpu.stat of v2 has the times too; v1 keeps them in cpuacct's files (kernel, cgroup-v2.rst; cgroup-v1/cpuacct.rst).
bool read_cpu(const fs::path& cgroup, ContainerUsage& usage) {
  const auto stat = numbers_in(cgroup / "cpu.stat");
  usage.periods = std::max(usage.periods, get(stat, "nr_periods"));
  usage.throttled_periods = std::max(usage.throttled_periods, get(stat, "nr_throttled"));
  usage.throttled_ns =
      std::max({usage.throttled_ns, get(stat, "throttled_time"), get(stat, "throttled_usec") * microsecond_ns});
  if (const auto total = number_in(cgroup / "cpuacct.usage")) {
    const auto parts = numbers_in(cgroup / "cpuacct.stat");
    usage.cpu_ns = *total;
    usage.user_ns = ticks_to_ns(get(parts, "user"));
    usage.kernel_ns = ticks_to_ns(get(parts, "system"));
    return true;
  }
  if (stat.count("usage_usec") == 0) return false;
  usage.cpu_ns = get(stat, "usage_usec") * microsecond_ns;
  usage.user_ns = get(stat, "user_usec") * microsecond_ns;
  usage.kernel_ns = get(stat, "system_usec") * microsecond_ns;
  return true;
}

bool read_memory(const fs::path& cgroup, ContainerUsage& usage) {
  const auto v2 = number_in(cgroup / "memory.current");
  const auto bytes = v2 ? v2 : number_in(cgroup / "memory.usage_in_bytes");
  if (!bytes) return false;
  usage.memory_bytes = *bytes;
  usage.memory = numbers_in(cgroup / "memory.stat");
  if (!v2) usage.most_memory_bytes = number_in(cgroup / "memory.max_usage_in_bytes");
  const auto limit = number_in(cgroup / (v2 ? "memory.max" : "memory.limit_in_bytes"));
  if (limit) usage.memory_limit_bytes = std::min(usage.memory_limit_bytes, *limit);
  return true;
}

void read_processes(const fs::path& cgroup, ContainerUsage& usage) {
  const auto count = number_in(cgroup / "pids.current");
  if (!count) return;
  usage.processes = *count;
  usage.processes_limit = number_in(cgroup / "pids.max");
}

// "259:0"
bool parse_device(const std::string& word, DeviceUsage& device) {
  const auto numbers = split(word, ':');
  if (numbers.size() != 2) return false;
  device.major = parse_number(numbers[0]).value_or(0);
  device.minor = parse_number(numbers[1]).value_or(0);
  return true;
}

// io.stat of v2: "259:0 rbytes=1 wbytes=2 …".
void read_io_stat(const fs::path& cgroup, ContainerUsage& usage) {
  for (const std::string& line : split(os::try_read_file(cgroup / "io.stat").value_or(std::string()), '\n')) {
    DeviceUsage device;
    const auto words = split(line, ' ');
    if (words.empty() || !parse_device(words[0], device)) continue;
    for (const std::string& word : words) {
      const std::string_view number = std::string_view(word).substr(word.find('=') + 1);
      if (starts_with(word, "rbytes=")) device.read_bytes = parse_number(number).value_or(0);
      if (starts_with(word, "wbytes=")) device.written_bytes = parse_number(number).value_or(0);
    }
    usage.devices.push_back(device);
  }
}

// v1's file, which newer kernels fill for a disk once somebody has limited it: "259:0 Read 1", "259:0 Write 2" and
// others, a line each.
void read_throttle_counts(const fs::path& cgroup, ContainerUsage& usage) {
  const auto text = os::try_read_file(cgroup / "blkio.throttle.io_service_bytes_recursive");
  for (const std::string& line : split(text.value_or(std::string()), '\n')) {
    DeviceUsage device;
    const auto words = split(line, ' ');
    if (words.size() != 3 || !parse_device(words[0], device)) continue;
    auto known = std::find_if(usage.devices.begin(), usage.devices.end(), [&](const DeviceUsage& one) {
      return one.major == device.major && one.minor == device.minor;
    });
    if (known == usage.devices.end()) known = usage.devices.insert(known, device);
    if (words[1] == "Read") known->read_bytes = parse_number(words[2]).value_or(0);
    if (words[1] == "Write") known->written_bytes = parse_number(words[2]).value_or(0);
  }
}

}  // namespace

std::uint64_t machine_cpu_time(const std::string& proc_stat) {
  // proc_stat(5): "cpu  user nice system idle iowait irq softirq …", in ticks; docker adds these seven up.
  constexpr std::size_t parts = 7;
  std::uint64_t ticks = 0;
  std::size_t counted = 0;
  for (const std::string& word : split(proc_stat.substr(0, proc_stat.find('\n')), ' ')) {
    const auto number = parse_number(word);
    if (number && counted++ < parts) ticks += *number;
  }
  return ticks_to_ns(ticks);
}

bool read_cgroup_usage(const std::vector<std::string>& cgroups, ContainerUsage& usage) {
  bool any = false;
  for (const std::string& cgroup : cgroups) {
    any = read_cpu(cgroup, usage) || any;
    any = read_memory(cgroup, usage) || any;
    read_processes(cgroup, usage);
    read_io_stat(cgroup, usage);
    read_throttle_counts(cgroup, usage);
  }
  return any;
}

std::optional<ContainerUsage> measure(const fs::path& folder) {
  ContainerUsage usage;
  struct sysinfo machine {};
  ::sysinfo(&machine);
  usage.memory_limit_bytes = static_cast<std::uint64_t>(machine.totalram) * machine.mem_unit;
  if (!read_cgroup_usage(recorded_cgroups(folder), usage)) return std::nullopt;
  usage.machine_cpu_ns = machine_cpu_time(os::try_read_file("/proc/stat").value_or(std::string()));
  usage.cpus = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
  usage.read_ns = realtime_ns();
  return usage;
}

}  // namespace glassdock::daemon
