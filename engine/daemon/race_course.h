#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/daemon/guest_parts.h"
#include "engine/daemon/service.h"
#include "engine/daemon/vm_race.h"
#include "engine/snapshot/layer_store.h"
#include "engine/vm/machine.h"

namespace glassdock::daemon {

// One race (vm_lab.h): its parts in the order in which they are called. One thread, in which the machines live.
class RaceCourse {
 public:
  struct Parts {
    Service& service;
    const snapshot::LayerStore& layers;
    const vm::SymbolStore& symbols;
    const RaceRequest& request;
    const Caller& caller;
    int client;
    RaceWatcher& watcher;
  };
  // Throws Error where image, QEMU or kernel are missing.
  RaceCourse(Parts parts, const vm::Accelerator& accelerator);

  // Makes the guest's kernel and root, and says what each side has.
  void make_ready();
  // Where guests are held in their kernel, if the caller's run may hold them there. What is not known of this kernel
  // yet it is asked, in a boot of its own.
  void find_symbol();
  // Cold ones first, then both sides by turns.
  void run_rounds();
  void run_together();
  // Both lanes at once, held in the pairs of gates that the caller's run has begun (gate_pairs.h). It counts in
  // nothing, and what follows is held nowhere.
  void walk_in_step();
  void ask_inside();
  void look_at_standing();
  void measure_density();
  void summarize();

 private:
  GuestParts prepare() const;
  vm::MachineSpec machine_spec(const std::vector<std::string>& command, const std::string& name) const;
  vm::MachineLimits machine_limits() const;
  bool may_hold_in_kernel() const;
  std::string words_of_held_kernel() const;
  vm::Symbol ask_kernel(trace::Span& span) const;
  void drop_from_cache() const;
  void throw_if_gone() const;

  // Which run it is: cold, one of both at once for show or in step, or one that is only asked something and counts in
  // nothing.
  enum class Way { warm, cold, together, stepped, question };
  RaceRun run(Lane lane, int number, Way way);
  RaceRun run_container(const trace::Context& context, RaceRun run);
  RaceRun run_machine(const trace::Context& context, RaceRun run);
  void take(RaceRun run);
  void run_one(Lane lane, int number, Way way);
  void run_both(Way way);
  RaceSummary summary(Lane lane) const;
  // To whoever watches the trace, and to the client.
  void report(const RaceReady& ready);
  void report(const RaceInside& inside);
  void report(const RaceStanding& standing);
  void report(const DensityPoint& point);

  void stand_container();
  void stand_machine();
  void add_host_lines(RaceStanding& standing, const std::vector<pid_t>& processes) const;
  void fill_containers();
  void fill_machines();

  Parts parts_;
  ImageService::Use image_;
  ContainerConfig config_;
  vm::Accelerator accelerator_;
  std::filesystem::path qemu_;
  vm::RunAs who_;
  std::string kernel_words_;
  GuestParts prepared_;
  std::optional<vm::Symbol> symbol_;
  std::vector<RaceRun> runs_;
  std::vector<DensityPoint> points_;
};

}  // namespace glassdock::daemon
