// Races on a real engine: its home, and what they leave behind.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/os/files.h"
#include "engine/vm/figures.h"
#include "tests/support/alpine_home.h"
#include "tests/support/guest_lab.h"

namespace glassdock::testing {

// The QEMU processes that are children of `parent`; of everybody where it is 0.
inline std::vector<pid_t> hypervisors(pid_t parent) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string status = os::try_read_file(entry.path() / "status").value_or("");
    if (status.rfind("Name:\tqemu-system-x86", 0) != 0) continue;
    if (parent == 0 || vm::proc_field(status, "PPid") == static_cast<std::uint64_t>(parent)) {
      found.push_back(std::stoi(entry.path().filename()));
    }
  }
  return found;
}

class VmRaces : public AlpineHome {
 protected:
  void SetUp() override {
    if (const std::string reason = support::no_guest_reason(); !reason.empty()) GTEST_SKIP() << reason;
  }
  static std::vector<std::string> race(std::vector<std::string> more) {
    more.insert(more.begin(), {"vm-race", "--image", "alpine", "--kernel", support::guest_kernel()});
    return more;
  }
  static std::string containers() { return docker({"ps", "-aq"}).out; }
};

}  // namespace glassdock::testing
