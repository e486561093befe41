// support: what tests share. A StartLab is the engine without daemon: a data folder with one layer (BusyBox), a
// launcher, and starts of containers straight from a plan.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/os/files.h"
#include "engine/plan/compile.h"
#include "engine/plan/host.h"
#include "engine/plan/seccomp.h"
#include "engine/runtime/launcher_link.h"
#include "engine/runtime/monitor_link.h"
#include "engine/runtime/shared_memory.h"

namespace glassdock::support {

// A root of BusyBox with some of its names, and two users: as a layer of the store has it.
void make_busybox_layer(const std::filesystem::path& layer);

// What a start must not leave behind: compare before and after. Only what belongs to one engine is counted, so that
// engines beside it do not disturb.
struct Leftovers {
  std::vector<std::string> mounts;   // of one mount namespace
  std::vector<std::string> cgroups;  // at and below the engine's own folders
  // The engine's, its keeper, launcher, monitors and what they cloned; never this process.
  std::vector<std::string> processes;
  bool operator==(const Leftovers&) const = default;
};
// `mounts_of`: the process whose mount namespace is looked at; 0: this one.
Leftovers count_leftovers(const plan::Host& host, pid_t mounts_of = 0);
std::string describe(const Leftovers& leftovers);

// One start. Members are what a test looks at.
struct LabStart {
  std::string id;
  std::filesystem::path folder;
  std::string plan;
  UniqueFd shared;
  std::unique_ptr<runtime::Mapping> mapping;
  std::optional<runtime::MonitorLink> link;
  UniqueFd pidfd;
  pid_t pid = 0;
  std::vector<runtime::ReportMessage> reports;

  trace::SharedState& state() const { return *static_cast<trace::SharedState*>(mapping->address()); }
  plan::View view() const { return {plan.data(), plan.size()}; }
  // The index of the operation of this name; fails the test where there is none.
  std::uint32_t operation(const std::string& name) const;
  void hold_at(const std::string& name);
  // The next report; nothing after ten seconds or when the monitor is gone.
  std::optional<runtime::ReportMessage> next();
  // Takes reports until one of this kind, or until the last one (failed, exited).
  std::optional<runtime::ReportMessage> until(runtime::Report kind);
  int exit_code() const;  // of the `exited` report; -1 without one
  std::string log() const;
};

class StartLab {
 public:
  StartLab();
  ~StartLab();

  // Why nothing can be started on this machine; empty where it can.
  static std::string missing();
  plan::ContainerSpec spec(std::vector<std::string> arguments) const;
  // Everything made ready, nothing started yet: gates can be set and clients attached.
  std::unique_ptr<LabStart> prepare(const plan::ContainerSpec& spec, const plan::PlanOptions& options = {},
                                    std::uint32_t flags = 0);
  void start(LabStart& start);
  std::unique_ptr<LabStart> run(const plan::ContainerSpec& spec, const plan::PlanOptions& options = {});
  runtime::LauncherLink& launcher() { return *launcher_; }
  const plan::Host& host() const { return host_; }
  const std::filesystem::path& data() const { return data_.path(); }

 private:
  os::TempDir data_;
  plan::Host host_;
  plan::SeccompProgram seccomp_;
  std::unique_ptr<runtime::LauncherLink> launcher_;
  std::map<std::string, std::uint32_t> flags_;
};

}  // namespace glassdock::support
