#include "engine/content/manifest.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/content/json_reader.h"

namespace glassdock::content {
namespace {

using nlohmann::json;

bool is_manifest_type(std::string_view type) {
  return type == media_type::oci_manifest || type == media_type::docker_manifest;
}
bool is_index_type(std::string_view type) {
  return type == media_type::oci_index || type == media_type::docker_list;
}

// Plain tar, gzip and zstd; the non-distributable kinds too, where their registry does serve them.
bool is_layer_type(std::string_view type) {
  constexpr std::string_view oci_foreign = "application/vnd.oci.image.layer.nondistributable.v1.tar";
  constexpr std::string_view docker_foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar";
  for (std::string_view base : {media_type::oci_layer, oci_foreign, media_type::docker_layer, docker_foreign}) {
    if (!starts_with(type, base)) continue;
    std::string_view rest = type.substr(base.size());
    if (rest.empty() || rest == "+gzip" || rest == "+zstd" || rest == ".gzip" || rest == ".zstd") return true;
  }
  return false;
}

Platform parse_platform(const JsonReader& reader) {
  Platform platform{reader.text("os"), reader.text("architecture"), reader.text("variant")};
  normalize(platform);
  return platform;
}

Descriptor parse_descriptor(const JsonReader& reader) {
  Descriptor descriptor;
  descriptor.media_type = reader.required_text("mediaType");
  descriptor.digest = reader.required_digest("digest");
  descriptor.size = reader.required_number("size");
  if (reader.has("platform")) descriptor.platform = parse_platform(reader.object("platform"));
  descriptor.annotations = reader.text_map("annotations");
  return descriptor;
}

Manifest manifest_from(const JsonReader& reader, std::string type) {
  Manifest manifest;
  manifest.media_type = std::move(type);
  manifest.config = parse_descriptor(reader.object("config"));
  if (manifest.config.media_type != media_type::oci_config && manifest.config.media_type != media_type::docker_config) {
    throw Error(ErrorKind::not_supported,
                fmt::format("unsupported media type {}", manifest.config.media_type.substr(0, 128)),
                "this is an artifact, not a container image");
  }
  const json& layers = reader.array("layers");
  if (layers.size() > layers_limit) {
    throw Error(ErrorKind::not_supported, "max depth exceeded",
                fmt::format("the image has {} layers, {} is the limit", layers.size(), layers_limit));
  }
  for (const json& layer : layers) {
    manifest.layers.push_back(parse_descriptor(JsonReader(layer, "manifest layer")));
    if (!is_layer_type(manifest.layers.back().media_type)) {
      throw Error(ErrorKind::not_supported,
                  fmt::format("unsupported layer media type {}", manifest.layers.back().media_type.substr(0, 128)));
    }
  }
  manifest.annotations = reader.text_map("annotations");
  return manifest;
}

Index index_from(const JsonReader& reader, std::string type) {
  Index index;
  index.media_type = std::move(type);
  for (const json& entry : reader.array("manifests")) {
    index.manifests.push_back(parse_descriptor(JsonReader(entry, "manifest list entry")));
  }
  index.annotations = reader.text_map("annotations");
  return index;
}

// What the document is, by its own word, the registry's word, or its fields where both are silent (OCI lets mediaType
// be missing).
std::string decide_type(const JsonReader& reader, std::string_view content_type) {
  std::string own = reader.text("mediaType");
  std::string given(trim(content_type.substr(0, content_type.find(';'))));
  if (!is_manifest_type(given) && !is_index_type(given))
    given.clear();  // "application/json", "text/plain": says nothing
  if (!own.empty() && !given.empty() && own != given) {
    throw Error(ErrorKind::corrupt, fmt::format("invalid manifest: mediaType is {} where the registry calls it {}",
                                                own.substr(0, 128), given));
  }
  if (!own.empty()) return own;
  if (!given.empty()) return given;
  return std::string(reader.has("manifests") ? media_type::oci_index : media_type::oci_manifest);
}

}  // namespace

std::string digests_of(const std::vector<Descriptor>& blobs) {
  std::vector<std::string> digests;
  digests.reserve(blobs.size());
  for (const Descriptor& blob : blobs) digests.push_back(blob.digest.text());
  return join(digests, " ");
}

std::variant<Manifest, Index> parse_manifest(std::string_view text, std::string_view content_type) {
  if (text.size() > manifest_limit) {
    throw Error(ErrorKind::corrupt, fmt::format("manifest is larger than {} bytes", manifest_limit));
  }
  json document = parse_json_object(text, "manifest");
  JsonReader reader(document, "manifest");
  std::uint64_t version = reader.required_number("schemaVersion");
  if (version == 1) {
    throw Error(ErrorKind::not_supported, "Docker image manifest version 2, schema 1 is not supported",
                "push the image again with a current tool");
  }
  if (version != 2) reader.fail("schemaVersion", fmt::format("is {}, not 2", version));
  if (reader.has("manifests") && (reader.has("config") || reader.has("layers"))) {
    reader.fail("manifests", "and config or layers in one document: it is manifest and index at once");
  }
  std::string type = decide_type(reader, content_type);
  if (is_index_type(type)) return index_from(reader, std::move(type));
  if (is_manifest_type(type)) return manifest_from(reader, std::move(type));
  throw Error(ErrorKind::not_supported, fmt::format("unsupported manifest media type {}", type.substr(0, 128)));
}

const Descriptor& choose(const Index& index, const Platform& wanted) {
  const Descriptor* best = nullptr;
  int best_quality = 0;
  std::vector<std::string> offered;
  for (const Descriptor& entry : index.manifests) {
    if (!is_manifest_type(entry.media_type)) continue;
    // Build attestations stand in the list as "unknown/unknown".
    if (entry.platform && entry.platform->os != "unknown") offered.push_back(entry.platform->text());
    // An entry that names no platform may be right: its config will tell.
    int quality = entry.platform ? match_quality(wanted, *entry.platform) : 1;
    if (quality > best_quality) {
      best = &entry;
      best_quality = quality;
    }
  }
  if (best) return *best;
  throw Error(
      ErrorKind::not_found, fmt::format("no matching manifest for {} in the manifest list entries", wanted.text()),
      offered.empty() ? std::string("the list names no platform")
                      : fmt::format("it has {}: choose an image of this platform", join(offered, ", ").substr(0, 512)));
}

}  // namespace glassdock::content
