#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/snapshot/layer_store.h"

namespace glassdock::vm {

// An image as the guest's root: an initramfs (Linux Documentation/driver-api/early-userspace/buffer-format.rst) of the
// very files that containers use, and our init. Sealed memory.
struct GuestRoot {
  UniqueFd file;
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;
};

// `layers` has the lowest first. Device nodes, sockets and extended attributes are left out: the format has no place
// for the last, and a guest makes its own devices. Throws Error(not_supported) once it would be larger than
// `most_bytes`.
GuestRoot make_root(const snapshot::LayerStore& store, const std::vector<std::uint64_t>& layers,
                    std::uint64_t most_bytes);

// The memory that a guest of this kernel and root needs: both as they are loaded, the root's files besides, and what
// the kernel keeps for itself.
std::uint64_t least_guest_memory(std::uint64_t kernel_bytes, std::uint64_t root_bytes);

}  // namespace glassdock::vm
