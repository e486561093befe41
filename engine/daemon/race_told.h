// What a race tells those who watch the trace: the figures of its client's lines (vm_race.h), as events. docs/events.md
// lists the arguments.
#pragma once

#include <string_view>

#include "engine/daemon/vm_race.h"
#include "engine/trace/tracer.h"

namespace glassdock::daemon {

// "container", "vm".
std::string_view to_string(Lane lane);

// The plain figures of `ready`, each by the name that the client's line and the event have for it: add(name, value).
template <typename Add>
void each_figure(const RaceReady& ready, const Add& add) {
  add("image_id", ready.image_id);
  add("command", ready.command);
  add("kernel_path", ready.kernel_path);
  add("kernel_release", ready.kernel_release);
  add("kernel_entry", ready.kernel_entry);
  add("kernel_remark", ready.kernel_remark);
  add("host_release", ready.host_release);
  add("qemu", ready.qemu);
  add("qemu_user", ready.user);
  add("root", ready.root);
  add("root_remark", ready.root_remark);
  add("memory_bytes", ready.memory_bytes);
  add("cpus", ready.cpus);
  add("layers_bytes", ready.layers_bytes);
  add("kernel_bytes", ready.kernel_bytes);
  add("vmlinux_bytes", ready.vmlinux_bytes);
  add("root_bytes", ready.root_bytes);
  add("qemu_bytes", ready.qemu_bytes);
  add("kernel_ns", ready.kernel_ns);
  add("root_ns", ready.root_ns);
  add("machine_memory_bytes", ready.machine_memory_bytes);
  add("machine_cpus", ready.machine_cpus);
}

void tell(const trace::Context& context, const RaceReady& ready);
void tell(const trace::Context& context, const RaceInside& inside);
void tell(const trace::Context& context, const RaceStanding& standing);
void tell(const trace::Context& context, const DensityPoint& point);
void tell(const trace::Context& context, const RaceSummary& summary);

// To the end of the span in which it ran.
void add_results(trace::Span& span, const RaceRun& run);

}  // namespace glassdock::daemon
