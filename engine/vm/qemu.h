#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/vm/accelerator.h"

namespace glassdock::vm {

inline constexpr char get_qemu_command[] = "sudo apt install qemu-system-x86";

// QEMU's program. Throws Error(not_found) with the command that gets it.
std::filesystem::path find_qemu();

// What a guest is made of.
struct Hardware {
  Accelerator accelerator;
  std::uint64_t memory_bytes = 128 << 20;
  int cpus = 1;
};

// The descriptors that QEMU is given, in the order of Process::Plan::descriptors.
struct QemuDescriptors {
  int kernel, root, output, console, control, monitor;
  int disk = -1;      // open for reading only; -1: there is none
  int debugger = -1;  // that speaks to QEMU's gdb stub; -1: there is no stub
};
QemuDescriptors qemu_descriptors(int first, bool disk, bool debugger = false);

// The kernel's own words (Linux Documentation/admin-guide/kernel-parameters.txt). `tsc_khz`: how fast this machine's
// time stamp counter runs, which a kernel on a busy machine fails to find out by itself: it hangs then.
std::string kernel_words(std::uint64_t tsc_khz);
// One more, with which a bzImage's kernel stands at the same addresses in each boot; a vmlinux always does.
inline constexpr char fixed_addresses_word[] = " nokaslr";

// QEMU's command line, stopped before the guest's first instruction: a microvm without firmware and network,
// with three serial ports (guest.h), that may start no process and open no more than it is given.
std::vector<std::string> qemu_words(const std::filesystem::path& program, const Hardware& hardware,
                                    const QemuDescriptors& descriptors, const std::string& kernel_words);

// Kilohertz, measured within some milliseconds; the same for as long as the machine runs.
std::uint64_t measure_tsc_khz();

}  // namespace glassdock::vm
