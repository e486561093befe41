#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/vm/kernel.h"

namespace glassdock::vm {

// A module of a guest's kernel.
struct Driver {
  std::string name;   // "virtio_blk"
  std::string bytes;  // as init_module(2) takes it: unpacked
};

// What a root on a disk needs.
inline const std::vector<std::string> disk_drivers{"virtio_mmio", "virtio_blk", "squashfs", "overlay"};

// Those of `names` that the kernel does not have built in, and what they depend on, in the order in which they are to
// be loaded. They are looked for in lib/modules/RELEASE beside the kernel's own folder and in /lib/modules. Throws
// Error(not_supported) where one is missing.
std::vector<Driver> load_drivers(const GuestKernel& kernel, const std::vector<std::string>& names);

// The names behind "depends=" in a module's .modinfo (Linux scripts/mod/modpost.c).
std::vector<std::string> driver_dependencies(std::string_view module);

}  // namespace glassdock::vm
