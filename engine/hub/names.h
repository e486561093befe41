#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glassdock::hub {

// "library/alpine": lower-case components joined by '/' (OCI distribution-spec, "Pulling manifests"), 255 bytes at
// most.
bool valid_repository_name(std::string_view name);
// "latest": 128 bytes at most (the same place).
bool valid_tag(std::string_view tag);

enum class Resource { base, catalog, token, manifest, blob, uploads, upload, tags, referrers };

// What a path asks for.
struct Route {
  Resource resource = Resource::base;
  std::string repository;
  std::string reference;  // tag or digest of a manifest, digest of a blob or referrer's subject, id of an upload
};

// Nothing for a path outside the API. Throws Refusal(NAME_INVALID) for a repository's name against the rules. A name
// may have components "blobs" and "tags" of its own: the path is read from its end.
std::optional<Route> parse_route(std::string_view path);

}  // namespace glassdock::hub
