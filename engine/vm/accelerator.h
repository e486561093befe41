#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "engine/vm/process.h"

namespace glassdock::vm {

// Who carries out the guest's instructions: the processor itself, through the host's kernel (KVM), or QEMU's
// translator (TCG).
struct Accelerator {
  bool kvm = false;
  std::string reason;  // one line: what the probe saw
  std::string name() const { return kvm ? "KVM" : "TCG"; }
};

inline constexpr std::chrono::milliseconds kvm_patience{2000};
// Some hosts emulate KVM itself, a thousand times slower than a processor, so that no boot ever ends.
inline constexpr double least_instructions_per_second = 50e6;

// Runs a guest of four instructions in a loop on `device`, in a child process that is killed after `patience`, as the
// user that the hypervisor will be. KVM only where that guest has ended in time, and fast enough.
Accelerator probe_accelerator(const std::filesystem::path& device, const RunAs& who,
                              std::chrono::milliseconds patience = kvm_patience);

}  // namespace glassdock::vm
