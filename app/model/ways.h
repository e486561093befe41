// The way to containers, as events tell it: what commands of a scenario printed, and the machines of races that were
// asked what they are. Four pictures are drawn of it (app/scene/ways_view.h).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/model/states.h"

namespace glassdock::model {

// The figures that a scenario's step may give, in the order in which they are drawn.
inline constexpr auto sight_names = std::to_array<std::string_view>(
    {"hardware", "use", "port", "library", "memory-before", "hog", "memory", "disk", "kernels", "names", "ports"});

inline constexpr std::size_t most_asked_machines = 4;

// What a step's command printed, the newest of its name.
struct Sight {
  std::string name, scenario, command;
  std::vector<std::string> output;  // its first lines
  std::int64_t exit_code = 0;
  EventIndex event = no_event;
};

// A virtual machine of a race, as a shell in it saw it.
struct AskedMachine {
  std::string accelerator, kernel_release, command;
  std::int64_t cpus = 0, memory_bytes = 0;  // that QEMU was told: -smp, -m
  std::vector<std::string> inside;          // "processors: 1 of QEMU TCG CPU", a line each
  EventIndex event = no_event;
};

struct Ways {
  std::vector<Sight> sights;
  std::vector<AskedMachine> machines;  // of several that were told the same, the newest; the oldest first

  const Sight* sight(std::string_view name) const;  // nullptr: nobody has shown it
};

}  // namespace glassdock::model
