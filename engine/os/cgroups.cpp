#include "engine/os/cgroups.h"

#include <unistd.h>

#include <algorithm>

namespace fs = std::filesystem;

namespace glassdock::os {
namespace {

bool is_below(const fs::path& path, const fs::path& top) {
  auto [rest, end] = std::mismatch(path.begin(), path.end(), top.begin(), top.end());
  return end == top.end() && rest != path.end();
}

}  // namespace

fs::path highest_writable_cgroup(fs::path cgroup, const fs::path& top) {
  while (is_below(cgroup, top) && ::access((cgroup.parent_path() / "cgroup.procs").c_str(), W_OK) == 0) {
    cgroup = cgroup.parent_path();
  }
  return cgroup;
}

}  // namespace glassdock::os
