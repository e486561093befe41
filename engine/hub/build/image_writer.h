#pragma once

#include <ctime>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/hub/build/recipe.h"

namespace glassdock::hub::build {

// All that has a time has this one, so that the same recipes and packages give the same digests.
inline constexpr std::string_view created_text = "2024-01-01T00:00:00Z";
inline constexpr std::time_t created_seconds = 1704067200;

// Writes an OCI image layout (image-spec image-layout.md) for this machine's platform.
class ImageWriter {
 public:
  // `folder` is replaced as a whole by finish().
  explicit ImageWriter(std::filesystem::path folder);
  ~ImageWriter();
  ImageWriter(const ImageWriter&) = delete;
  ImageWriter& operator=(const ImageWriter&) = delete;

  // Layers, configuration, manifest, and an index of one platform, as Docker Hub serves its images.
  void add(const Recipe& recipe, const std::map<std::string, std::filesystem::path>& built);
  void finish();

 private:
  struct Named {
    std::string name;  // "library/alpine:latest"
    Digest digest;
    std::size_t size;
  };
  Digest put_blob(std::string_view bytes);

  std::filesystem::path folder_;
  std::filesystem::path temporary_;
  std::vector<Named> named_;
};

}  // namespace glassdock::hub::build
