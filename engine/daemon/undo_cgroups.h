#pragma once

#include <filesystem>
#include <set>

#include "engine/plan/host.h"
#include "engine/plan/plan.h"

namespace glassdock::daemon {

// Kills every process in the cgroup and those below it, and removes them. What is gone already is fine; what stays is
// found by the next start of the engine. Waits for the kernel as long as runtime::remove_cgroup does.
void remove_cgroup(const std::filesystem::path& cgroup);
// The same for all that the plan's teardown removes.
void undo_cgroups(const plan::View& plan);
// The folders in which containers have their cgroups, one in each tree.
std::set<std::filesystem::path> cgroup_parents(const plan::Host& host);

}  // namespace glassdock::daemon
