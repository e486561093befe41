#include "engine/plan/compile.h"

#include <fmt/format.h>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/plan/parts.h"

namespace glassdock::plan {
namespace {

// By hand the folders of a container that is gone are made anew, and the machine's own files stand in for those that
// the engine wrote into them; what stands stays as it is.
std::string make_folders_command(const ContainerSpec& spec) {
  std::string command = "mkdir -p";
  for (const std::string& folder : {spec.rootfs, spec.upper, spec.work}) command += " " + shell_quote(folder);
  auto add_file = [&](const std::string& file, const std::string& writes) {
    if (!file.empty()) command += fmt::format("\n[ -e {0} ] || {1} > {0}", shell_quote(file), writes);
  };
  add_file(spec.hosts_file, "cat /etc/hosts");
  add_file(spec.hostname_file, "echo " + shell_quote(spec.hostname));
  add_file(spec.resolv_file, "cat /etc/resolv.conf");
  return command;
}

}  // namespace

std::string compile(const ContainerSpec& spec, const Host& host, const SeccompProgram& seccomp,
                    const PlanOptions& options) {
  check(spec, host);
  PlanWriter writer(spec.trial ? spec.trial->left_out : std::string());
  // By hand: the paths are relative to the data folder, and nobody reads 64 digits again and again.
  writer.introduce(fmt::format("cd {} && export ID={} R={}", shell_quote(host.data_folder), spec.id, spec.rootfs),
                   make_folders_command(spec));
  writer.abbreviate(spec.rootfs, "R");
  writer.abbreviate(spec.id, "ID");
  Start start{spec, host, seccomp, options, writer};
  add_cgroups(start);
  add_clone(start);
  add_basics(start);
  add_cgroup_joins(start);
  add_trial(start);
  add_cgroup_namespace(start);
  add_names(start);
  add_root(start);
  add_kernel_mounts(start);
  add_user_mounts(start);
  add_masks(start);
  add_terminal(start);
  add_pivot(start);
  add_identity(start);
  add_execution(start);
  add_teardown(start);
  if (spec.trial) apply_trial(start);
  for (const auto& [name, error] : options.injected) {
    if (!writer.inject(name, error)) {
      throw Error(ErrorKind::invalid_argument, fmt::format("this start has no operation \"{}\"", name));
    }
  }
  return writer.finish(host, process_arguments(spec).size(), spec.environment.size());
}

const std::vector<std::string>& operation_names() {
  static const std::vector<std::string> names = {
      "isolate.cgroups",
      "isolate.trial-limits",
      "isolate.limits",
      "isolate.device-rules",
      "isolate.clone",
      "isolate.descriptors",
      "isolate.cgroup-join",
      "isolate.trial",
      "isolate.cgroup-namespace",
      "isolate.hostname",
      "isolate.loopback",
      "isolate.sysctls",
      "isolate.propagation",
      "snapshot.overlay",
      "isolate.proc",
      "isolate.dev",
      "isolate.devices",
      "isolate.device-links",
      "isolate.devpts",
      "isolate.shm",
      "isolate.mqueue",
      "isolate.sysfs",
      "isolate.cgroup-mount",
      "isolate.cgroup-links",
      "isolate.hosts",
      "isolate.hostname-file",
      "isolate.resolv",
      "isolate.init",
      "isolate.volume",
      "isolate.tmpfs",
      "isolate.working-folder",
      "isolate.mask",
      "isolate.readonly-paths",
      "isolate.terminal",
      "isolate.pivot",
      "isolate.trial-root",
      "isolate.readonly-root",
      "isolate.user",
      "isolate.bounding",
      "isolate.seccomp",
      "isolate.set-user",
      "isolate.capabilities",
      "isolate.no-new-privileges",
      "run.folder",
      "run.exec",
      "lifecycle.memory-report",
      "lifecycle.cgroups-remove",
  };
  return names;
}

}  // namespace glassdock::plan
