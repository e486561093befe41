#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace glassdock::vm {

// What the kernel has counted of a process. Nothing where that could not be read: it is gone, or belongs to another
// user.
std::optional<std::int64_t> cpu_time_ns(pid_t process);       // of all its threads, ended ones too
std::optional<std::uint64_t> peak_memory(pid_t process);      // bytes: VmHWM of proc(5)
std::optional<std::uint64_t> disk_read_bytes(pid_t process);  // read_bytes of /proc/PID/io: caches had no copy of these
// Bytes: its own memory, and its share of what it has in common with others (Pss of /proc/PID/smaps_rollup). Slow: the
// kernel walks all pages.
std::optional<std::uint64_t> proportional_memory(pid_t process);

// The number behind "FIELD:" in a file of /proc, in what unit it stands there. Nothing where there is none.
std::optional<std::uint64_t> proc_field(const std::string& text, const std::string& field);

// Bytes, by a field of /proc/meminfo that counts them in kB (proc_meminfo(5)): "MemTotal". 0 where it has none.
std::uint64_t machine_memory(const std::string& field);

// Name and arguments as `ps` shows them.
std::string process_line(pid_t process);

}  // namespace glassdock::vm
