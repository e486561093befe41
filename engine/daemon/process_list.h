#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace glassdock::daemon {

// The processes of a container as the host numbers them: those of its cgroup, and of the cgroups below it; where it has
// none, those in the pid namespace of its process 1.
std::set<pid_t> processes_of(const std::filesystem::path& folder, pid_t first);

// What docker top shows: the columns of the host's ps, and its lines.
struct ProcessTable {
  std::vector<std::string> titles;
  std::vector<std::vector<std::string>> rows;
};

// Runs `ps ARGUMENTS`, separated by blanks, and keeps the lines of `processes`. Throws Error(internal) in docker's
// words: for arguments that name a column PID falsely, for those that ps refuses, for a table without a column PID. A
// ps that takes longer than `patience` is killed.
ProcessTable list_processes(std::string_view arguments, const std::set<pid_t>& processes,
                            std::chrono::milliseconds patience = std::chrono::seconds(10));

// The part of it that reads what ps printed. A last column takes the rest of its line.
ProcessTable read_process_table(std::string_view printed, const std::set<pid_t>& processes);

}  // namespace glassdock::daemon
