#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "engine/base/digest.h"

namespace glassdock::hub {

// The images that came with the program: an OCI image layout (image-spec image-layout.md) whose index names each image
// by org.opencontainers.image.ref.name, "library/alpine:latest". Read once, never written; any thread.
class ImageLayout {
 public:
  struct Repository {
    std::map<std::string, Digest> tags;
    std::map<Digest, std::string> manifests;  // to their media types; indexes and what they list
    std::set<Digest> blobs;
  };

  ImageLayout() = default;  // without images
  // Throws Error(not_found) where there is no layout, Error(corrupt) where it is not whole.
  static ImageLayout open(const std::filesystem::path& folder);

  const std::map<std::string, Repository>& repositories() const { return repositories_; }
  const Repository* find(const std::string& repository) const;
  std::filesystem::path blob_path(const Digest& digest) const;

 private:
  void add_manifest(Repository& repository, const Digest& digest, const std::string& media_type, int depth);

  std::filesystem::path folder_;
  std::map<std::string, Repository> repositories_;
};

}  // namespace glassdock::hub
