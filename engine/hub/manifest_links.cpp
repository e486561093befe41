#include "engine/hub/manifest_links.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include "engine/base/text.h"
#include "engine/content/json_reader.h"
#include "engine/content/manifest.h"
#include "engine/hub/refusal.h"

namespace media_type = glassdock::content::media_type;
using glassdock::content::JsonReader;

namespace glassdock::hub {
namespace {

constexpr std::array kept_types = {media_type::oci_manifest, media_type::oci_index, media_type::docker_manifest,
                                   media_type::docker_list};

bool is_index(std::string_view type) {
  return type == media_type::oci_index || type == media_type::docker_list;
}

Refusal invalid(std::string text) {
  return Refusal(400, "MANIFEST_INVALID", std::move(text));
}

Link read_link(const JsonReader& descriptor) {
  return {descriptor.required_digest("digest"), descriptor.required_number("size"), descriptor.text("mediaType"),
          descriptor.has("urls")};
}

void read_list(const JsonReader& document, const char* field, std::vector<Link>& links) {
  for (const nlohmann::json& entry : document.array(field)) links.push_back(read_link(JsonReader(entry, "descriptor")));
}

ManifestLinks read_document(const JsonReader& document, std::string_view type) {
  std::string own_type = document.text("mediaType");
  if (!own_type.empty() && own_type != type) {
    throw invalid(fmt::format("the manifest says it is {}, but was sent as {}", own_type, type));
  }
  ManifestLinks links;
  links.media_type = type;
  links.artifact_type = document.text("artifactType");
  links.annotations = document.text_map("annotations");
  bool index = is_index(type);
  if (index ? document.has("layers") || document.has("config") : document.has("manifests")) {
    throw invalid("a manifest cannot be an index at the same time");
  }
  if (index) {
    read_list(document, "manifests", links.manifests);
  } else {
    links.blobs.push_back(read_link(document.object("config")));
    if (links.artifact_type.empty()) links.artifact_type = links.blobs.front().media_type;
    read_list(document, "layers", links.blobs);
  }
  if (document.has("subject")) links.subject = document.object("subject").required_digest("digest");
  return links;
}

}  // namespace

ManifestLinks read_links(std::string_view json, std::string_view content_type) {
  std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  if (std::find(kept_types.begin(), kept_types.end(), type) == kept_types.end()) {
    throw invalid(fmt::format("the hub keeps OCI and Docker v2 manifests and indexes, not \"{}\"", type));
  }
  try {
    nlohmann::json document = content::parse_json_object(json, "manifest");
    return read_document(JsonReader(document, "manifest"), type);
  } catch (const Refusal&) {
    throw;
  } catch (const Error& fault) {
    throw invalid(fault.message());
  }
}

}  // namespace glassdock::hub
