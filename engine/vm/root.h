#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/snapshot/layer_store.h"
#include "engine/vm/drivers.h"
#include "engine/vm/root_archive.h"

namespace glassdock::vm {

// An image as the guest's root, of the very files that containers use. Without a disk it is in the initramfs, with our
// init; with one the initramfs has init and the drivers alone.
struct GuestRoot {
  UniqueFd file;  // the initramfs; sealed memory
  std::uint64_t bytes = 0;
  UniqueFd disk;  // a squashfs, to be read only; it has no name
  std::uint64_t disk_bytes = 0;
  std::uint64_t entries = 0;  // of the image
};

// `layers` has the lowest first. Throws Error(not_supported) once the initramfs would be larger than `most_bytes`.
GuestRoot make_root(const snapshot::LayerStore& store, const std::vector<std::uint64_t>& layers,
                    std::uint64_t most_bytes, const StillWanted& still_wanted = {});

// An initramfs that mounts a disk (disk.h): init, and the drivers in the order in which they are loaded.
GuestRoot make_disk_root(const std::vector<Driver>& drivers);

// The memory that a guest of this kernel and initramfs needs: both as they are loaded, the initramfs's files besides,
// and what the kernel keeps for itself.
std::uint64_t least_guest_memory(std::uint64_t kernel_bytes, std::uint64_t root_bytes);

}  // namespace glassdock::vm
