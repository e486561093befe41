#include "engine/hub/image_layout.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/base/error.h"
#include "engine/content/json_reader.h"
#include "engine/content/manifest.h"
#include "engine/hub/manifest_links.h"
#include "engine/os/files.h"

namespace fs = std::filesystem;

namespace glassdock::hub {
namespace {

constexpr int index_depth_limit = 4;  // an index may list indexes; ours never nest deeper

}  // namespace

const ImageLayout::Repository* ImageLayout::find(const std::string& repository) const {
  auto found = repositories_.find(repository);
  return found == repositories_.end() ? nullptr : &found->second;
}

fs::path ImageLayout::blob_path(const Digest& digest) const {
  return folder_ / "blobs" / "sha256" / digest.hex();
}

ImageLayout ImageLayout::open(const fs::path& folder) {
  ImageLayout layout;
  layout.folder_ = folder;
  auto index_text = os::try_read_file(folder / "index.json", content::manifest_limit);
  if (!index_text) {
    throw Error(ErrorKind::not_found, fmt::format("the hub's images are not in {}", folder.string()),
                "build the target glassdock-hub-images");
  }
  nlohmann::json document = content::parse_json_object(*index_text, "image layout index");
  for (const nlohmann::json& entry : content::JsonReader(document, "image layout index").array("manifests")) {
    content::JsonReader descriptor(entry, "image layout index");
    std::string name = descriptor.text_map("annotations")["org.opencontainers.image.ref.name"];
    std::size_t colon = name.rfind(':');
    if (colon == std::string::npos) {
      throw Error(ErrorKind::corrupt,
                  fmt::format("{} names an image \"{}\", without a tag", (folder / "index.json").string(), name));
    }
    Repository& repository = layout.repositories_[name.substr(0, colon)];
    Digest digest = descriptor.required_digest("digest");
    repository.tags[name.substr(colon + 1)] = digest;
    layout.add_manifest(repository, digest, descriptor.required_text("mediaType"), 0);
  }
  return layout;
}

void ImageLayout::add_manifest(Repository& repository, const Digest& digest, const std::string& media_type, int depth) {
  if (depth > index_depth_limit) throw Error(ErrorKind::corrupt, "the hub's images nest their indexes too deep");
  repository.manifests[digest] = media_type;
  ManifestLinks links = read_links(os::read_file(blob_path(digest), content::manifest_limit), media_type);
  for (const Link& blob : links.blobs) {
    if (!fs::exists(blob_path(blob.digest))) {
      throw Error(ErrorKind::corrupt, fmt::format("the hub's images lack the blob {}", blob.digest.text()),
                  "build the target glassdock-hub-images");
    }
    repository.blobs.insert(blob.digest);
  }
  for (const Link& child : links.manifests) add_manifest(repository, child.digest, child.media_type, depth + 1);
}

}  // namespace glassdock::hub
