#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/base/digest.h"
#include "engine/content/manifest.h"
#include "tests/support/compress.h"

namespace glassdock::tests {

// An image in memory: what a registry needs to serve it.
struct TestImage {
  std::vector<std::string> layers;  // compressed
  std::vector<Digest> diff_ids;
  std::string config;
  std::string manifest;

  Digest id() const { return Digest::of(config); }
  Digest digest() const { return Digest::of(manifest); }
};

struct TestImageOptions {
  std::string architecture = content::Platform::of_this_machine().architecture;
  std::string label;           // makes images with the same layers differ
  bool false_diff_id = false;  // the config names another first layer
  bool docker = false;         // Docker's media types
};

// Of layers as they go over the wire, whatever is in them.
inline TestImage make_image_of(std::vector<std::string> blobs, std::vector<Digest> ids,
                               const TestImageOptions& options = {}) {
  TestImage image;
  image.layers = std::move(blobs);
  image.diff_ids = std::move(ids);
  std::string diff_ids, layers;
  const std::string layer_type = options.docker ? "application/vnd.docker.image.rootfs.diff.tar.gzip"
                                                : "application/vnd.oci.image.layer.v1.tar+gzip";
  for (const Digest& id : image.diff_ids) {
    diff_ids += fmt::format("{}\"{}\"", diff_ids.empty() ? "" : ",", id.text());
  }
  for (const std::string& layer : image.layers) {
    layers += fmt::format(R"({}{{"mediaType":"{}","digest":"{}","size":{}}})", layers.empty() ? "" : ",", layer_type,
                          Digest::of(layer).text(), layer.size());
  }
  image.config = fmt::format(
      R"({{"os":"linux","architecture":"{}","config":{{"Cmd":["/bin/sh"],"Labels":{{"test":"{}"}}}},"rootfs":{{"type":"layers","diff_ids":[{}]}}}})",
      options.architecture, options.label, diff_ids);
  using namespace content::media_type;
  image.manifest = fmt::format(
      R"({{"schemaVersion":2,"mediaType":"{}","config":{{"mediaType":"{}","digest":"{}","size":{}}},"layers":[{}]}})",
      options.docker ? docker_manifest : oci_manifest, options.docker ? docker_config : oci_config, image.id().text(),
      image.config.size(), layers);
  return image;
}

inline TestImage make_image(const std::vector<std::string>& tars, const TestImageOptions& options = {}) {
  std::vector<std::string> layers;
  std::vector<Digest> diff_ids;
  for (const std::string& tar : tars) {
    layers.push_back(gzip(tar));
    diff_ids.push_back(options.false_diff_id && diff_ids.empty() ? Digest::of("another") : Digest::of(tar));
  }
  return make_image_of(std::move(layers), std::move(diff_ids), options);
}

// An index of images for the architectures that they were made for.
inline std::string make_index(const std::vector<std::pair<std::string, TestImage>>& images) {
  std::string entries;
  for (const auto& [architecture, image] : images) {
    entries +=
        fmt::format(R"({}{{"mediaType":"{}","digest":"{}","size":{},"platform":{{"os":"linux","architecture":"{}"}}}})",
                    entries.empty() ? "" : ",", content::media_type::oci_manifest, image.digest().text(),
                    image.manifest.size(), architecture);
  }
  return fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","manifests":[{}]}})", content::media_type::oci_index,
                     entries);
}

// An OCI image layout (image-spec image-layout.md) that other tools read.
inline void write_layout(const TestImage& image, const std::filesystem::path& folder, const std::string& tag) {
  std::filesystem::create_directories(folder / "blobs" / "sha256");
  auto put = [&](const std::string& bytes) {
    std::ofstream(folder / "blobs" / "sha256" / Digest::of(bytes).hex(), std::ios::binary) << bytes;
  };
  for (const std::string& layer : image.layers) put(layer);
  put(image.config);
  put(image.manifest);
  std::ofstream(folder / "oci-layout") << R"({"imageLayoutVersion":"1.0.0"})";
  std::ofstream(folder / "index.json") << fmt::format(
      R"({{"schemaVersion":2,"manifests":[{{"mediaType":"{}","digest":"{}","size":{},"annotations":{{"org.opencontainers.image.ref.name":"{}"}}}}]}})",
      content::media_type::oci_manifest, image.digest().text(), image.manifest.size(), tag);
}

}  // namespace glassdock::tests
