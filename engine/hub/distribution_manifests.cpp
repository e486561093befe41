#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "engine/content/manifest.h"
#include "engine/hub/distribution.h"
#include "engine/hub/manifest_links.h"

namespace glassdock::hub {
namespace {

// A reference in a manifest's path: a tag, or a digest.
void check_reference(const std::string& reference) {
  if (reference.find(':') != std::string::npos) {
    parse_digest(reference);
  } else if (!valid_tag(reference)) {
    throw Refusal(400, "TAG_INVALID", fmt::format("\"{}\" is no valid tag", reference.substr(0, 200)));
  }
}

bool is_digest(const std::string& reference) {
  return reference.find(':') != std::string::npos;
}

Refusal unknown_manifest(const Route& route) {
  return Refusal(404, "MANIFEST_UNKNOWN", fmt::format("{} has no manifest {}", route.repository, route.reference));
}

// Everything that the manifest points at must be in the repository already (spec.md, "Pushing Manifests").
void check_links(const RepositoryStore& store, const std::string& repository, const ManifestLinks& links) {
  for (const Link& link : links.blobs) {
    auto blob = store.blob(repository, link.digest);
    if (!blob && link.foreign) continue;
    if (!blob) {
      throw Refusal(404, "MANIFEST_BLOB_UNKNOWN", fmt::format("{} has no blob {}", repository, link.digest.text()));
    }
    if (blob->size != link.size) {
      throw Refusal(400, "MANIFEST_INVALID",
                    fmt::format("the blob {} has {} bytes, not {}", link.digest.text(), blob->size, link.size));
    }
  }
  for (const Link& link : links.manifests) {
    if (!store.manifest(repository, link.digest.text())) {
      throw Refusal(404, "MANIFEST_BLOB_UNKNOWN", fmt::format("{} has no manifest {}", repository, link.digest.text()));
    }
  }
}

std::string read_manifest(Exchange& exchange) {
  try {
    return exchange.request().read_body(content::manifest_limit);
  } catch (const Error& fault) {
    if (!exchange.request().body_too_large()) throw;
    throw Refusal(413, "MANIFEST_INVALID", fault.message());
  }
}

}  // namespace

void Distribution::answer_manifest(Exchange& exchange, const Route& route) {
  check_reference(route.reference);
  if (exchange.reads()) return get_manifest(exchange, route);
  if (exchange.method() == "PUT") return put_manifest(exchange, route);
  if (exchange.method() == "DELETE") return delete_manifest(exchange, route);
  refuse_method(exchange);
}

void Distribution::get_manifest(Exchange& exchange, const Route& route) {
  std::optional<StoredManifest> manifest;
  if (exchange.fault() != Fault::not_found) manifest = store_.manifest(route.repository, route.reference);
  if (!manifest) throw unknown_manifest(route);
  std::string etag = fmt::format("\"{}\"", manifest->digest.text());
  http::Headers headers = {
      {"Content-Type", manifest->media_type}, {"Docker-Content-Digest", manifest->digest.text()}, {"ETag", etag}};
  if (exchange.request().headers().get("If-None-Match") == etag) return exchange.send(304, headers);
  exchange.send(200, headers, manifest->bytes);
}

void Distribution::put_manifest(Exchange& exchange, const Route& route) {
  std::string bytes = read_manifest(exchange);
  StoredManifest manifest{Digest::of(bytes), {}, std::move(bytes)};
  bool by_digest = is_digest(route.reference);
  if (by_digest && parse_digest(route.reference) != manifest.digest) {
    throw Refusal(400, "DIGEST_INVALID", fmt::format("the manifest's digest is {}", manifest.digest.text()));
  }
  ManifestLinks links = read_links(manifest.bytes, exchange.request().headers().get("Content-Type"));
  check_links(store_, route.repository, links);
  manifest.media_type = links.media_type;
  store_.put_manifest(route.repository, by_digest ? std::string() : route.reference, manifest);
  http::Headers headers = {{"Location", fmt::format("/v2/{}/manifests/{}", route.repository, manifest.digest.text())},
                           {"Docker-Content-Digest", manifest.digest.text()}};
  if (links.subject) headers.add("OCI-Subject", links.subject->text());
  exchange.send(201, headers);
}

void Distribution::delete_manifest(Exchange& exchange, const Route& route) {
  Removal removal = is_digest(route.reference) ? store_.remove_manifest(route.repository, parse_digest(route.reference))
                                               : store_.remove_tag(route.repository, route.reference);
  if (removal == Removal::unknown) throw unknown_manifest(route);
  if (removal == Removal::built_in) throw Refusal(405, "UNSUPPORTED", "the hub's own images cannot be deleted");
  exchange.send(202, {});
}

// spec.md, "Listing Referrers": an index of what names this digest as its subject; none is no error.
void Distribution::list_referrers(Exchange& exchange, const Route& route) {
  if (!exchange.reads()) refuse_method(exchange);
  Digest subject = parse_digest(route.reference);
  auto wanted_type = exchange.request().query("artifactType");
  nlohmann::json descriptors = nlohmann::json::array();
  for (const StoredManifest& manifest : store_.manifests(route.repository)) {
    ManifestLinks links = read_links(manifest.bytes, manifest.media_type);
    if (links.subject != subject || (wanted_type && *wanted_type != links.artifact_type)) continue;
    nlohmann::json descriptor = {
        {"mediaType", manifest.media_type}, {"digest", manifest.digest.text()}, {"size", manifest.bytes.size()}};
    if (!links.artifact_type.empty()) descriptor["artifactType"] = links.artifact_type;
    if (!links.annotations.empty()) descriptor["annotations"] = links.annotations;
    descriptors.push_back(std::move(descriptor));
  }
  nlohmann::json index = {
      {"schemaVersion", 2}, {"mediaType", content::media_type::oci_index}, {"manifests", std::move(descriptors)}};
  http::Headers headers = {{"Content-Type", std::string(content::media_type::oci_index)}};
  if (wanted_type) headers.add("OCI-Filters-Applied", "artifactType");
  exchange.send_json(200, index.dump(), headers);
}

}  // namespace glassdock::hub
