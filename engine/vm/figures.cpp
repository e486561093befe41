#include "engine/vm/figures.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>

#include "engine/base/text.h"
#include "engine/os/files.h"

namespace glassdock::vm {
namespace {

constexpr std::uint64_t kibibyte = 1024;

std::string proc_file(pid_t process, const char* name) {
  return os::try_read_file(fmt::format("/proc/{}/{}", process, name)).value_or("");
}

}  // namespace

std::optional<std::uint64_t> proc_field(const std::string& text, const std::string& field) {
  for (const std::string& line : split(text, '\n')) {
    if (!starts_with(line, field + ":")) continue;
    const std::string rest(trim(std::string_view(line).substr(field.size() + 1)));
    return parse_number(rest.substr(0, rest.find(' ')));
  }
  return std::nullopt;
}

std::optional<std::int64_t> cpu_time_ns(pid_t process) {
  clockid_t clock;
  timespec time{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return std::nullopt;
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::optional<std::uint64_t> peak_memory(pid_t process) {
  const auto kibibytes = proc_field(proc_file(process, "status"), "VmHWM");
  return kibibytes ? std::optional(*kibibytes * kibibyte) : std::nullopt;
}

std::optional<std::uint64_t> disk_read_bytes(pid_t process) {
  return proc_field(proc_file(process, "io"), "read_bytes");
}

std::optional<std::uint64_t> proportional_memory(pid_t process) {
  const auto kibibytes = proc_field(proc_file(process, "smaps_rollup"), "Pss");
  return kibibytes ? std::optional(*kibibytes * kibibyte) : std::nullopt;
}

std::uint64_t machine_memory(const std::string& field) {
  return proc_field(os::try_read_file("/proc/meminfo").value_or(""), field).value_or(0) * kibibyte;
}

std::string process_line(pid_t process) {
  std::string words = proc_file(process, "cmdline");
  while (!words.empty() && words.back() == '\0') words.pop_back();
  std::replace(words.begin(), words.end(), '\0', ' ');
  return words;
}

}  // namespace glassdock::vm
