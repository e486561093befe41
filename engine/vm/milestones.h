#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace glassdock::vm {

// What a virtual machine passes on its way, in their order. All are read on the host's clock.
enum class Milestone : std::uint8_t {
  hypervisor,  // QEMU's execve succeeded
  processor,   // the guest's first instruction: QEMU's event RESUME
  kernel,      // the kernel's first line on its console
  init,        // our init speaks
  mounted,     // its root is ready: proc, sys and dev are mounted
  command,     // just before the command's execve
  output,      // the command's first byte
  exit,        // the command has ended and all that it printed is here
  gone,        // the hypervisor has ended
};
inline constexpr std::size_t milestone_count = 9;

// The word in reports, "vm.WORD" is the event.
std::string_view to_string(Milestone milestone);

// CLOCK_MONOTONIC in nanoseconds; nothing for one that was not passed, or could not be read.
struct Milestones {
  std::array<std::optional<std::int64_t>, milestone_count> at;

  std::optional<std::int64_t>& operator[](Milestone milestone) { return at[static_cast<std::size_t>(milestone)]; }
  const std::optional<std::int64_t>& operator[](Milestone milestone) const {
    return at[static_cast<std::size_t>(milestone)];
  }
};

}  // namespace glassdock::vm
