#include "engine/plan/compile.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/plan/parts.h"

namespace glassdock::plan {
namespace {

// The walls of which a lesson may show what happens without them. Not among them: what the start itself rests on, and
// what keeps mounts and names from reaching the host.
constexpr const char* walls[] = {
    "namespace.pid",
    "namespace.network",
    "namespace.uts",
    "namespace.ipc",
    "namespace.cgroup",
    "isolate.limits",
    "isolate.device-rules",
    "isolate.cgroup-join",
    "isolate.cgroup-namespace",
    "isolate.hostname",
    "isolate.loopback",
    "isolate.sysctls",
    "isolate.proc",
    "isolate.dev",
    "isolate.devices",
    "isolate.device-links",
    "isolate.devpts",
    "isolate.shm",
    "isolate.mqueue",
    "isolate.sysfs",
    "isolate.cgroup-mount",
    "isolate.hosts",
    "isolate.hostname-file",
    "isolate.resolv",
    "isolate.volume",
    "isolate.tmpfs",
    "isolate.working-folder",
    "isolate.mask",
    "isolate.readonly-paths",
    "isolate.readonly-root",
    "isolate.bounding",
    "isolate.seccomp",
    "isolate.capabilities",
    "isolate.no-new-privileges",
};

// "isolate.volume" for "isolate.volume-2".
std::string without_number(const std::string& name) {
  auto dash = name.rfind('-');
  bool numbered = dash != std::string::npos && dash + 1 < name.size() &&
                  name.find_first_not_of("0123456789", dash + 1) == std::string::npos;
  return numbered ? name.substr(0, dash) : name;
}

void check_left_out(const Host& host, const PlanOptions& options) {
  for (const std::string& name : options.left_out) {
    std::string wall = without_number(name);
    if (std::none_of(std::begin(walls), std::end(walls), [&](const char* known) { return wall == known; })) {
      throw Error(ErrorKind::invalid_argument, fmt::format("{} can't be left out of a start", name),
                  "the start itself or the machine's safety rests on it");
    }
  }
  if (host.rootless && options.left_out.count("namespace.pid") != 0) {
    throw Error(ErrorKind::not_supported,
                "without a pid namespace of its own an ordinary user's container gets no /proc",
                "try it with an engine that runs as root");
  }
}

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
  check_left_out(host, options);
  PlanWriter writer(options.left_out);
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
      "isolate.limits",
      "isolate.device-rules",
      "isolate.clone",
      "isolate.descriptors",
      "isolate.cgroup-join",
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
