#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/hub/build/recipe.h"

namespace glassdock::hub::build {

// What stands at a path of a layer.
struct LayerFile {
  RecipeEntry::Kind kind = RecipeEntry::Kind::file;  // folder, file or link
  unsigned mode = 0;
  std::string content;  // a file's bytes, a link's target
};

// By path without the leading '/': sorted, so that the same recipe gives the same bytes.
using LayerFiles = std::map<std::string, LayerFile>;

// `built`: target names to their programs. Folders above are added (0755). Throws Error(invalid_argument) with the
// entry's place: a path twice, a package's file that is missing, an unknown target.
LayerFiles collect(const RecipeLayer& layer, const std::map<std::string, std::filesystem::path>& built,
                   const std::vector<LayerFiles>& below);

// A tar (pax) of the files: all of user and group 0, one fixed time.
std::string to_tar(const LayerFiles& files);
// RFC 1952, without name and time.
std::string to_gzip(const std::string& bytes);

}  // namespace glassdock::hub::build
