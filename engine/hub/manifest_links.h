#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"

namespace glassdock::hub {

struct Link {
  Digest digest;
  std::uint64_t size = 0;
  std::string media_type;
  bool foreign = false;  // has URLs of its own: the blob may be elsewhere
};

// What a manifest or index points at, whatever kind of artifact it describes: a registry keeps more than images.
struct ManifestLinks {
  std::string media_type;
  std::vector<Link> blobs;      // config and layers
  std::vector<Link> manifests;  // of an index
  std::optional<Digest> subject;
  std::string artifact_type;  // of the manifest, or its config's media type (distribution-spec, "Listing Referrers")
  std::map<std::string, std::string> annotations;
};

// Throws Refusal(MANIFEST_INVALID): no JSON, missing or wrong fields, a type that the hub does not keep (Docker's
// schema 1), `content_type` against the document's own mediaType, manifest and index at once (CVE-2021-41190).
ManifestLinks read_links(std::string_view json, std::string_view content_type);

}  // namespace glassdock::hub
