#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "engine/snapshot/layer_store.h"

namespace glassdock::snapshot {

inline constexpr std::string_view staging_prefix = "unpack.";

struct UnpackJob {
  os::System& system;
  trace::Context context;
  std::string subject;           // the blob's digest
  std::string plain_command;     // what does the same by hand, or empty
  std::filesystem::path folder;  // of the store
  bool rootless;
  UnpackLimits limits;
};

// Makes the staging folder and starts both threads.
std::unique_ptr<LayerWriter> make_layer_writer(UnpackJob job);

}  // namespace glassdock::snapshot
