#pragma once

#include <filesystem>

namespace glassdock::os {

// The highest cgroup at or above `cgroup` into which processes may be moved from there, for each one on the way lets us
// write its cgroup.procs (cgroups(7), "Delegation"): the tree's top with root's power, user@1000.service for what runs
// under a session manager. `top` is where the tree is mounted; both are absolute. A `cgroup` that is not below `top` is
// the answer itself.
std::filesystem::path highest_writable_cgroup(std::filesystem::path cgroup, const std::filesystem::path& top);

}  // namespace glassdock::os
