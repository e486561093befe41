#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/client/types.h"

namespace glassdock::text {

// Rows of cells as docker sets tables: columns at least ten wide, three blanks between, the last one not padded.
std::string table(const std::vector<std::vector<std::string>>& rows);

struct TableOptions {
  bool quiet = false;
  bool no_trunc = false;
  bool digests = false;  // images only
};

// docker ps: the seven columns, or with `quiet` one id a line. `now_s` is in seconds since 1970.
std::string containers_table(std::span<const client::ContainerSummary> containers, std::int64_t now_s,
                             TableOptions options = {});

// docker images: a line for each name of each image.
std::string images_table(std::span<const client::ImageSummary> images, std::int64_t now_s, TableOptions options = {});

}  // namespace glassdock::text
