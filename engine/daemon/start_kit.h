#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/daemon/container.h"
#include "engine/daemon/exec_config.h"
#include "engine/plan/compile.h"
#include "engine/plan/plan.h"
#include "engine/runtime/monitor_link.h"
#include "engine/runtime/protocol.h"
#include "engine/snapshot/container_layers.h"

namespace glassdock::daemon {

// What one start needs and what can be made ready before it: the plan, the memory shared with monitor and child, the
// log, the status file, the socket pair. Made at `create`, used once. Owns its descriptors.
struct StartKit {
  std::string plan;      // the bytes of plan::PlanHeader and what follows
  UniqueFd plan_memory;  // the same, sealed
  UniqueFd shared;       // trace::SharedState
  UniqueFd folder;       // DATA/containers/ID
  UniqueFd log;
  UniqueFd status;
  std::optional<runtime::MonitorLink> link;
  UniqueFd monitor_control;  // the link's other end

  // In the order of runtime::StartDescriptor. Still owned by the kit.
  std::array<int, runtime::start_descriptors> descriptors() const;
};

// The names of the plan's operations in their order, joined by blanks, without those that take down what was there:
// what a watcher is told of a start that is to come.
std::string start_operations(const StartKit& kit);

// What a command in a container needs of it.
struct RunningContainer {
  plan::View plan;  // of its start
  pid_t pid = 0;
  int process = -1;  // pidfd of process 1
};

// Makes kits, and the files of a container that stand beside its layers. Any thread may call.
class StartKitMaker {
 public:
  struct Parts {
    os::System& system;
    const snapshot::ContainerLayers& layers;
    const plan::Host& host;
    const plan::SeccompProgram& seccomp;
    std::filesystem::path data;
  };
  explicit StartKitMaker(Parts parts) : parts_(std::move(parts)) {}

  // Throws as plan::check does, without making anything: what docker refuses at create.
  void check(const std::string& id, const ContainerConfig& config) const;
  std::vector<std::string> warnings(const Container& container) const;
  std::string dropped_limits(const Container& container) const;  // plan/compile.h
  // rootfs, hostname, hosts, resolv.conf, as docker writes them at each start: what the container or a lost disk cache
  // made of them is gone, and resolv.conf follows the host's. The folder is there. Missing bind sources become folders
  // of the host, at each start too.
  void write_files(const Container& container) const;
  // Behind write_files. Throws Error(start_failed) where a disk that is to be limited is not there.
  std::shared_ptr<StartKit> make(const Container& container, const plan::PlanOptions& options) const;
  // Of a command in a container that runs, in a folder of its own, which is there. The log is the caller's to give:
  // there is none, but process 1. Throws as plan::compile_exec does.
  std::shared_ptr<StartKit> make_exec(const Container& container, const ExecConfig& config,
                                      const RunningContainer& running, const std::filesystem::path& folder) const;

 private:
  plan::ContainerSpec spec(const std::string& id, const ContainerConfig& config) const;
  void open_rest(StartKit& kit, const std::filesystem::path& folder) const;
  Parts parts_;
};

// What a container's resolv.conf has of the host's: no name servers on the host's own loopback, which a container's
// network cannot reach.
std::string container_resolver(std::string_view of_host);

// Files below DATA/containers/ID.
using runtime::log_file;
inline constexpr char status_file[] = "status";
inline constexpr char cgroups_file[] = "cgroups";  // of the last start, a folder a line
inline constexpr char hostname_file[] = "hostname";
inline constexpr char hosts_file[] = "hosts";
inline constexpr char resolv_file[] = "resolv.conf";
inline constexpr char rootfs_folder[] = "rootfs";

}  // namespace glassdock::daemon
