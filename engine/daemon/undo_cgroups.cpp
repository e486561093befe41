#include "engine/daemon/undo_cgroups.h"

#include <unistd.h>

#include "engine/base/text.h"
#include "engine/daemon/freezer.h"
#include "engine/daemon/start_kit.h"
#include "engine/os/files.h"
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

std::vector<std::string> recorded_cgroups(const std::filesystem::path& folder) {
  return split(os::try_read_file(folder / cgroups_file).value_or(std::string()), '\n');
}

void remove_container_cgroups(const std::filesystem::path& folder, const plan::Host& host) {
  // v1 keeps a SIGKILL pending while the freezer holds the process.
  if (auto freezer = Freezer::open(folder)) freezer->let_go();
  const std::string id = folder.filename();
  const auto parents = cgroup_parents(host);
  for (const auto& parent : parents) remove_cgroup(parent / id);
  for (const std::string& line : recorded_cgroups(folder)) {
    const std::filesystem::path cgroup(line);
    if (cgroup.filename() != id || parents.count(cgroup.parent_path()) != 0) continue;
    remove_cgroup(cgroup);
    ::rmdir(cgroup.parent_path().c_str());  // which the daemon of that time could not remove
  }
}

std::set<std::filesystem::path> cgroup_parents(const plan::Host& host) {
  std::set<std::filesystem::path> parents;
  for (const auto& [controller, folder] : host.cgroup_folders) parents.insert(folder);
  if (!host.unified_folder.empty()) parents.insert(host.unified_folder);
  return parents;
}

}  // namespace glassdock::daemon
