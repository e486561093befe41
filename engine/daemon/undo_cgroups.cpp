#include "engine/daemon/undo_cgroups.h"

#include "engine/runtime/cgroup_removal.h"

namespace glassdock::daemon {

void remove_cgroup(const std::filesystem::path& cgroup) {
  runtime::remove_cgroup(cgroup.c_str());
}

std::vector<std::string> cgroups_of(const plan::View& plan) {
  std::vector<std::string> folders;
  for (std::uint32_t i = plan.header().first_teardown; i < plan.count(); ++i) {
    const plan::Operation& operation = plan.operation(i);
    if (operation.code != plan::Code::remove_cgroups) continue;
    for (const char* folder = plan.text(operation.text[0]); *folder; folder = plan::next_in_list(folder)) {
      folders.emplace_back(folder);
    }
  }
  return folders;
}

void undo_cgroups(const plan::View& plan) {
  for (const std::string& folder : cgroups_of(plan)) remove_cgroup(folder);
}

std::set<std::filesystem::path> cgroup_parents(const plan::Host& host) {
  std::set<std::filesystem::path> parents;
  for (const auto& [controller, folder] : host.cgroup_folders) parents.insert(folder);
  if (!host.unified_folder.empty()) parents.insert(host.unified_folder);
  return parents;
}

}  // namespace glassdock::daemon
