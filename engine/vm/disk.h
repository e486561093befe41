#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/snapshot/layer_store.h"
#include "engine/vm/process.h"
#include "engine/vm/root_archive.h"

namespace glassdock::vm {

inline constexpr char get_squashfs_command[] = "sudo apt install squashfs-tools";

// An image as a read-only disk, for a guest whose memory it does not fit.
struct GuestDisk {
  UniqueFd file;  // open for reading only; there is no name that leads to it, so that it goes with the last descriptor
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;
};

// A squashfs of the layers, the lowest first, made by mksquashfs (as `who`), not compressed: to unpack it would be the
// guest's work. It lies in the file system of `folder`, unnamed (O_TMPFILE, open(2)), or in memory where that has no
// such files. Throws Error(not_found) where there is no mksquashfs, and with its words where it fails; SIGPIPE must be
// ignored.
GuestDisk make_disk(const snapshot::LayerStore& store, const std::vector<std::uint64_t>& layers,
                    const std::filesystem::path& folder, const RunAs& who, const StillWanted& still_wanted);

}  // namespace glassdock::vm
