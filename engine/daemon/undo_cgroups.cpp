#include "engine/daemon/container_start.h"
#include "engine/runtime/cgroup_removal.h"

namespace glassdock::daemon {

void remove_cgroup(const std::filesystem::path& cgroup) {
  runtime::remove_cgroup(cgroup.c_str());  // what stays is found by the next start of the engine
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
