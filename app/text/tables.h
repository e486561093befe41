#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/client/types.h"

namespace glassdock::text {

// Rows of cells as docker sets tables: columns at least `least_width` wide, three blanks between, the last one not
// padded.
std::string table(const std::vector<std::vector<std::string>>& rows, std::size_t least_width = 10);

struct TableOptions {
  bool quiet = false;
  bool no_trunc = false;
  bool digests = false;     // images only
  bool size = false;        // containers only
  std::string format = {};  // docker's --format (formatter.h); empty: its table
};

// docker ps: the seven columns, or with `quiet` one id a line. `now_s` is in seconds since 1970. Throws as formatted.
std::string containers_table(std::span<const client::ContainerSummary> containers, std::int64_t now_s,
                             const TableOptions& options = {});
// Whether it shows what containers wrote, which takes the engine time to measure. Throws as formatted.
bool needs_sizes(const TableOptions& options);

// docker images: a line for each name of each image.
std::string images_table(std::span<const client::ImageSummary> images, std::int64_t now_s,
                         const TableOptions& options = {});

// docker history: a line for each step, the newest first. `human`: sizes and times for people.
std::string history_table(std::span<const client::HistoryStep> steps, std::int64_t now_s, bool human,
                          const TableOptions& options = {});

}  // namespace glassdock::text
