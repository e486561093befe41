#pragma once

#include <cstdint>
#include <string>

#include "engine/daemon/image_service.h"
#include "engine/daemon/vm_race.h"
#include "engine/snapshot/layer_store.h"
#include "engine/vm/kernel.h"
#include "engine/vm/process.h"
#include "engine/vm/root.h"

namespace glassdock::daemon {

// What all guests of a race are made of, and what that took.
struct GuestParts {
  vm::GuestKernel kernel;
  vm::GuestRoot root;
  std::string root_remark;                  // why the root is not on a disk, where one was tried; may be empty
  std::uint64_t memory_bytes = 0;           // of each guest
  std::int64_t kernel_ns = 0, root_ns = 0;  // to take the kernel out, and to make the root

  bool on_disk() const noexcept { return static_cast<bool>(root.disk); }
};

// The root is the initramfs where image and kernel fit the guest's memory, and otherwise a disk; or what the request
// says. Throws Error with one line that says what to do: no kernel, too little memory, a disk that cannot be made.
GuestParts make_guest_parts(const RaceRequest& request, const snapshot::LayerStore& store, const Image& image,
                            const vm::RunAs& who, const vm::StillWanted& still_wanted);

}  // namespace glassdock::daemon
