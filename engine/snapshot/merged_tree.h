#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/snapshot/layer_store.h"

namespace glassdock::snapshot {

// A file as a container of these layers sees it.
struct MergedEntry {
  std::string name;            // "bin/sh": without a slash in front
  std::filesystem::path path;  // in the layer that it comes from
  struct stat status {};       // of that, no link followed
};

// Calls `visit` for each file of the layers together, as overlay would show them without a mount: a folder before what
// is in it, the names of a folder in their order. The root itself is not among them. `layers` has the lowest first.
// Throws Error, and what `visit` throws.
void walk_merged(const LayerStore& store, const std::vector<std::uint64_t>& layers,
                 const std::function<void(const MergedEntry&)>& visit);

}  // namespace glassdock::snapshot
