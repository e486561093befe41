// A race of a container against a virtual machine, as its events tell it: docs/vm.md says what each figure is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/model/states.h"

namespace glassdock::model {

enum class Lane : std::uint8_t { container, vm };
inline constexpr std::size_t lane_count = 2;

// Nothing of a race is longer.
inline constexpr std::size_t most_milestones = 16;
inline constexpr std::size_t most_race_lines = 24;  // of an output, a log, a list
inline constexpr std::size_t most_density_points = 16;

// A moment of one run, in nanoseconds since its begin.
struct Milestone {
  std::string name;  // "hypervisor", "command", "output", …; of the container also "files" and "walls"
  std::int64_t ns = 0;
  EventIndex event = no_event;
};

// The newest run of a lane that counts: not one in which it was only asked something.
struct RaceRun {
  State state = State::planned;  // appearing: it goes on; there: it is over; failed
  std::int64_t number = 0;
  bool cold = false, together = false;
  bool stepped = false;                 // walked in step with the other lane's
  std::uint64_t span = 0, machine = 0;  // of the run, and of its machine
  std::string container;                // id
  std::int64_t pid = 0;                 // of the container's process 1, or of QEMU; 0: not told
  std::int64_t begin_ns = 0;
  std::vector<Milestone> milestones;  // in the order in which they came
  std::vector<std::string> left_out;  // "output: the command printed nothing"
  std::optional<std::int64_t> exit_code;
  std::string error;
  std::vector<std::string> output, kernel_log;  // their first lines
  std::optional<std::int64_t> cpu_before_command_ns, peak_bytes, read_bytes;
  std::optional<std::int64_t> late_ns;    // stopped in its kernel so long after the first line
  std::string stop_symbol, stop_address;  // or exactly there
  EventIndex stop = no_event;             // that told either
  EventIndex begin = no_event, end = no_event;

  const Milestone* milestone(std::string_view name) const;
};

// Over the warm runs so far, in nanoseconds.
struct RaceSpread {
  std::string name;  // of the milestone
  std::int64_t count = 0, median = 0, lower = 0, upper = 0;
};

// While it stands with a command that waits.
struct RaceStanding {
  std::optional<std::int64_t> proportional_bytes, cgroup_peak_bytes, read_bytes, cpu_before_command_ns;
  std::optional<bool> command_is_seen;  // in the host's list of processes
  std::string command;
  std::vector<std::string> host_lines;  // of the host's ps, its titles first
  std::string error;
  EventIndex event = no_event;
};

struct DensityPoint {
  std::int64_t count = 0, last_start_ns = 0, bytes = 0;
  std::string stopped;  // why there were no more
  EventIndex event = no_event;
};

struct RaceLane {
  RaceRun run;
  std::int64_t runs = 0;  // that are over, and count
  std::vector<RaceSpread> spreads;
  std::optional<std::int64_t> cold_exit_ns;
  RaceStanding standing;
  std::vector<std::string> inside;  // what a shell in it said
  std::string inside_error;
  EventIndex inside_event = no_event;
  std::vector<DensityPoint> density;
  std::optional<std::int64_t> memory_each_bytes, extrapolated_fit;
  EventIndex summary_event = no_event;

  const RaceSpread* spread(std::string_view name) const;
};

struct Race {
  State state = State::planned;  // planned: there was none
  std::uint64_t span = 0;
  std::uint64_t question = 0;  // the span of the run in which one was last only asked something
  std::string image, command, error;
  std::int64_t runs = 0;     // asked for
  std::int64_t held_ns = 0;  // at gates that have let go: what was held was not measured
  bool cold = false, together = false;
  std::string accelerator, reason;  // "TCG", and why
  std::string kernel_path, kernel_release, kernel_entry, host_release, qemu;
  std::string root;                         // of the guest: "initramfs", "disk"
  std::int64_t memory_bytes = 0, cpus = 0;  // of the guest
  std::int64_t layers_bytes = 0, kernel_bytes = 0, root_bytes = 0, qemu_bytes = 0;
  std::int64_t ready_ns = 0;                                // to take the kernel out and make the root
  std::int64_t machine_memory_bytes = 0, machine_cpus = 0;  // of this host
  std::array<std::vector<std::string>, lane_count> had;     // before its runs began
  std::array<RaceLane, lane_count> lanes;
  EventIndex event = no_event, accelerator_event = no_event, sides_event = no_event;

  bool told() const { return event != no_event; }
  const RaceLane& lane(Lane which) const { return lanes[static_cast<std::size_t>(which)]; }
  RaceLane& lane(Lane which) { return lanes[static_cast<std::size_t>(which)]; }
};

}  // namespace glassdock::model
