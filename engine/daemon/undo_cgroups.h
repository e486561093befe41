#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "engine/plan/host.h"
#include "engine/plan/plan.h"

namespace glassdock::daemon {

// Kills every process in the cgroup and those below it, and removes them. What is gone already is fine; what stays is
// found by the next start of the engine. Waits for the kernel as long as runtime::remove_cgroup does.
void remove_cgroup(const std::filesystem::path& cgroup);
// What the plan's teardown removes.
std::vector<std::string> cgroups_of(const plan::View& plan);
// remove_cgroup of all of them.
void undo_cgroups(const plan::View& plan);
// Those of the container of this folder (DATA/containers/ID): in every tree, and where its last start had them if the
// daemon was in another cgroup then.
void remove_container_cgroups(const std::filesystem::path& folder, const plan::Host& host);
// Of the container of this folder: what its last start wrote down, a cgroup in each tree; empty where it has none.
std::vector<std::string> recorded_cgroups(const std::filesystem::path& folder);
// The folders in which containers have their cgroups, one in each tree.
std::set<std::filesystem::path> cgroup_parents(const plan::Host& host);

}  // namespace glassdock::daemon
