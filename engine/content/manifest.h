#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/digest.h"
#include "engine/content/platform.h"

namespace glassdock::content {

namespace media_type {
inline constexpr std::string_view oci_manifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view oci_index = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view oci_config = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view oci_layer = "application/vnd.oci.image.layer.v1.tar";  // and +gzip, +zstd
inline constexpr std::string_view docker_manifest = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view docker_list = "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view docker_config = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view docker_layer = "application/vnd.docker.image.rootfs.diff.tar";  // and .gzip, .zstd
}  // namespace media_type

// The largest manifest or index that is taken: what the OCI distribution spec asks registries to take (spec.md,
// "Pushing Manifests").
inline constexpr std::size_t manifest_limit = 4 * 1024 * 1024;
// docker's own limit of the layers of one image (moby layer/layer_store.go).
inline constexpr std::size_t layers_limit = 125;

// OCI image-spec descriptor.md; Docker's v2 schema 2 has the same names.
struct Descriptor {
  std::string media_type;
  Digest digest;
  std::uint64_t size = 0;            // bytes
  std::optional<Platform> platform;  // in an index only
  std::map<std::string, std::string> annotations;
};
// Their digests in order, joined by blanks: how events name the layers of an image.
std::string digests_of(const std::vector<Descriptor>& blobs);

// OCI image-spec manifest.md.
struct Manifest {
  std::string media_type;
  Descriptor config;
  std::vector<Descriptor> layers;  // the lowest first
  std::map<std::string, std::string> annotations;
};

// OCI image-spec image-index.md, Docker's manifest list.
struct Index {
  std::string media_type;
  std::vector<Descriptor> manifests;
  std::map<std::string, std::string> annotations;
};

// Reads either. `content_type` is what the registry called it (parameters after ';' don't count) or empty; where the
// document names its own type, both must agree. Refused with Error(corrupt): no JSON, fields missing or of a wrong
// type, a document that is manifest and index at once (CVE-2021-41190). Refused with Error(not_supported): Docker's
// schema 1, artifacts that are no images, layers of unknown types, more than layers_limit layers.
std::variant<Manifest, Index> parse_manifest(std::string_view json, std::string_view content_type);

// The best entry for `wanted`. Throws Error(not_found) "no matching manifest for linux/amd64 in the manifest list
// entries", with the offered platforms in the hint.
const Descriptor& choose(const Index& index, const Platform& wanted);

}  // namespace glassdock::content
