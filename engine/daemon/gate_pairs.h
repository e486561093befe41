#pragma once

#include <array>
#include <functional>
#include <string_view>
#include <vector>

#include "engine/daemon/vm_race.h"

namespace glassdock::daemon {

// What both lanes of a race have come to when they are held together: the container's gate and the machine's.
struct GatePair {
  std::string_view container, machine;
};

inline constexpr std::array race_pairs{
    GatePair{"isolate.cgroups", "vm.processor"},    // the start: a monitor, a hypervisor, and nothing in them
    GatePair{"isolate.clone", "vm.init"},           // no process; the guest's kernel is on its way to one
    GatePair{"isolate.descriptors", "vm.mounted"},  // process 1 of each, with nothing of the image in sight
    GatePair{"run.exec", "vm.command"},             // all is ready, and the command does not run
};

// Which of those gates may still be held, and with which. Plain data; whoever has it locks.
class GatePairs {
 public:
  explicit GatePairs(std::vector<GatePair> pairs);

  bool has(std::string_view gate) const { return find(gate) != nullptr; }
  // The gate of the other lane that this one is held with; empty where that lane will not come to it.
  std::string_view partner(std::string_view gate) const;
  // The container's start has not all of its gates (an ordinary user has no cgroups): the machine's is then held with
  // the container's next one, whose own partner is held alone; where there is none either, alone.
  void leave_missing(const std::function<bool(std::string_view)>& has);
  // Nobody waits for it any more: it is passed, or will never be come to.
  void leave(std::string_view gate);
  // All gates of a lane.
  void leave(Lane lane);

 private:
  struct Side {
    std::string_view gate;
    bool left = false;
  };
  using Sides = std::array<Side, 2>;  // by Lane
  const Sides* find(std::string_view gate) const;

  std::vector<Sides> pairs_;
};

}  // namespace glassdock::daemon
