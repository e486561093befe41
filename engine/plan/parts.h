#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/plan/compile.h"
#include "engine/plan/seccomp.h"
#include "engine/plan/writer.h"

namespace glassdock::plan {

// What the parts of compile() share. Each part adds its operations in the order in which they stand in the plan.
struct Start {
  const ContainerSpec& spec;
  const Host& host;
  const SeccompProgram& seccomp;
  const PlanOptions& options;
  PlanWriter& writer;
  bool joins = false;  // a command in a container that runs already: its operations are "exec.…"

  // "isolate.user", or "exec.user".
  std::string named(const char* room, const char* what) const {
    return std::string(joins ? "exec" : room) + "." + what;
  }
  trace::Stage stage(trace::Stage of_start) const { return joins ? trace::Stage::lifecycle : of_start; }
  bool leaves_out(std::string_view name) const { return spec.trial && spec.trial->left_out == name; }
  // Whether the namespaces belong to a user namespace, in which the kernel denies some things to root.
  bool in_user_namespace() const { return host.rootless || spec.trial; }
  // Whether root is the only user: no group 5, and no setgroups(2).
  bool single_id() const { return spec.trial ? host.mapped_in_trial() == 1 : host.single_id; }
  // A trial's root may gain nothing, except where that would hide what leaks: its user namespace holds all the same.
  bool no_new_privileges() const {
    return spec.no_new_privileges ||
           (spec.trial && !leaves_out("isolate.bounding") && !leaves_out("isolate.capabilities"));
  }
};

// What process 1 is started with: the command, or the init with it.
std::vector<std::string> process_arguments(const ContainerSpec& spec);
// Where docker's init stands in a container.
inline constexpr char init_target[] = "/sbin/docker-init";

// cgroups.cpp
void add_cgroups(Start& start);  // create, limits, device rules
void add_clone(Start& start);
void add_cgroup_joins(Start& start);
void add_cgroup_namespace(Start& start);
void add_cgroup_mounts(Start& start);
void add_teardown(Start& start);
// The container's own folders, one a hierarchy, the unified one last.
std::vector<std::string> cgroups_of(const ContainerSpec& spec, const Host& host);

// mounts.cpp
void add_root(Start& start);           // propagation and overlay
void add_kernel_mounts(Start& start);  // /proc, /dev and what stands in it, /sys
void add_user_mounts(Start& start);    // hosts, hostname, resolv.conf, -v, --tmpfs, the working folder
void add_masks(Start& start);
void add_terminal(Start& start);  // -t
void add_pivot(Start& start);

// identity.cpp
void add_basics(Start& start);    // descriptors
void add_names(Start& start);     // hostname, loopback, sysctls
void add_identity(Start& start);  // user, bounding set, seccomp, capabilities
void add_execution(Start& start);

// trial.cpp
void add_trial(Start& start);       // its user namespace
void add_trial_root(Start& start);  // instead of pivot_root, where that is left out
// The order that is asked for. Throws Error(invalid_argument) for operations that this start does not have.
void apply_trial(Start& start);

// checks.cpp
// What a command is checked for, wherever it is to run; as check().
void check_command(const ContainerSpec& spec, const Host& host);
// docker's --tmpfs options as mount attributes and the file system's own options. Throws Error(invalid_argument).
struct MountOptions {
  std::uint64_t attributes = 0;  // MOUNT_ATTR_*
  std::string options;           // "size=10m,mode=1777"
};
MountOptions parse_tmpfs_options(std::string_view options);

// device_filter.cpp: an array of struct bpf_insn (BPF_PROG_TYPE_CGROUP_DEVICE) that lets the default devices through.
std::string device_filter();

// "nosuid,nodev" for MOUNT_ATTR_*, as mount(8) writes them; "" for none.
std::string mount_words(std::uint64_t attributes);
// A path below the container's root as the host's shell needs it: quoted, relative to the data folder.
std::string host_path(const Start& start, const std::string& target);
// "echo VALUE > PATH"
std::string echo_command(const std::string& value, const std::string& path);

}  // namespace glassdock::plan
