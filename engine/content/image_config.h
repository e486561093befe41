#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/content/platform.h"

namespace glassdock::content {

// An image's config holds the history of all its steps; 8 MiB is far beyond any real one.
inline constexpr std::size_t config_limit = 8 * 1024 * 1024;

// One step of an image's making (OCI image-spec config.md, "history").
struct HistoryEntry {
  std::string created;  // RFC 3339, may be empty
  std::string created_by;
  std::string comment;
  bool empty_layer = false;
};

// What the image says about running it and about itself (OCI image-spec config.md; docker adds Healthcheck and Shell,
// which inspect reads from the stored JSON). null and missing are the same: empty.
struct ImageConfig {
  std::string created;  // RFC 3339, may be empty
  std::string author;
  Platform platform;

  std::string user;
  std::vector<std::string> environment;  // "NAME=value"
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::string working_dir;
  std::string stop_signal;
  std::vector<std::string> exposed_ports;  // "80/tcp", sorted
  std::vector<std::string> volumes;        // paths, sorted
  std::map<std::string, std::string> labels;

  std::vector<Digest> diff_ids;  // of the layers' plain tar, the lowest first
  std::vector<HistoryEntry> history;
};

// Throws Error(corrupt) naming the field, Error(not_supported) for a root filesystem that is not of type "layers".
ImageConfig parse_image_config(std::string_view json);

// The name of the stack of layers up to each layer (OCI image-spec config.md, "Layer ChainID"), the lowest first.
std::vector<Digest> chain_ids(const std::vector<Digest>& diff_ids);

}  // namespace glassdock::content
