#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "engine/base/text.h"
#include "engine/daemon/container_start.h"
#include "engine/os/files.h"

namespace glassdock::daemon {
namespace {

// True while it had processes.
bool kill_members(const std::filesystem::path& cgroup) {
  auto members = os::try_read_file(cgroup / "cgroup.procs");
  bool any = false;
  for (const std::string& line : split(members.value_or(std::string()), '\n')) {
    if (auto pid = parse_number(line); pid && *pid > 1) {
      any = true;
      ::kill(static_cast<pid_t>(*pid), SIGKILL);
    }
  }
  return any;
}

}  // namespace

// Cgroups below first: a container may have made some of its own.
void remove_cgroup(const std::filesystem::path& cgroup) {
  if (struct stat found{}; ::stat(cgroup.c_str(), &found) != 0) return;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(cgroup, ignored)) {
    if (entry.is_directory(ignored)) remove_cgroup(entry.path());
  }
  constexpr int most_tries = 200;  // two seconds: the last process leaves a moment after its death
  for (int i = 0; i < most_tries; ++i) {
    if (!kill_members(cgroup) && (::rmdir(cgroup.c_str()) == 0 || errno == ENOENT)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void undo_cgroups(const plan::View& plan) {
  for (std::uint32_t i = plan.header().first_teardown; i < plan.count(); ++i) {
    const plan::Operation& operation = plan.operation(i);
    if (operation.code != plan::Code::remove_cgroups) continue;
    for (const char* folder = plan.text(operation.text[0]); *folder; folder = plan::next_in_list(folder)) {
      remove_cgroup(folder);
    }
  }
}

}  // namespace glassdock::daemon
