#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/digest.h"
#include "engine/content/manifest.h"
#include "engine/content/reference.h"
#include "engine/registry/endpoint.h"
#include "engine/trace/tracer.h"

namespace glassdock::registry {

struct MirrorStock;

struct ClientSettings {
  std::filesystem::path ca_file;  // PEM, besides the system's; empty for none
  std::chrono::seconds connect_timeout{15};
  std::chrono::seconds stall_timeout{30};     // without a byte in this time a transfer counts as cut off
  int retries = 5;                            // of a transfer that was cut off, in a row
  std::chrono::milliseconds first_wait{500};  // before a retry; doubles each time
};

// A manifest or index as the registry sent it, its digest verified.
struct FetchedManifest {
  std::string json;
  std::string content_type;
  Digest digest;
  Endpoint endpoint;  // which one had it; the blobs come from there
};

// Takes the next bytes of a blob; each byte comes once, in order, also when the download was cut off and resumed. What
// it throws ends the download and reaches the caller.
using BlobSink = std::function<void(std::span<const std::byte>)>;

// Speaks the OCI distribution protocol (distribution-spec spec.md, "Pulling") with docker's token authentication.
// Connections and tokens are kept for the next call. Any thread may call; calls run side by side. Each request and its
// response's head are told as an event "pull.http" with evidence, never with credentials. All calls end soon after
// context.gates->cancelled() turns true, with Error(cancelled).
class Client {
 public:
  explicit Client(ClientSettings settings);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Asks one endpoint after the other (endpoint.h) for the manifest that `reference` names by digest or tag. Throws, in
  // docker's words: Error(not_found) "manifest for alpine:nosuch not found: manifest unknown: …" or "pull access denied
  // for nosuch, repository does not exist or may require 'docker login': …"; Error(unauthorized); Error(unavailable)
  // `Get "https://…": dial tcp …`; Error(corrupt) for a wrong digest or a
  // manifest beyond content::manifest_limit. What a mirror answered before is said too, with the images or tags that it
  // has instead.
  FetchedManifest resolve(const content::Reference& reference, const std::vector<Endpoint>& endpoints,
                          const trace::Context& context);

  // The same from one endpoint, by digest: an index's entry.
  FetchedManifest manifest(const content::Reference& reference, const Digest& digest, const Endpoint& endpoint,
                           const trace::Context& context);

  // Streams a blob into `sink`, resumed by Range where it was cut off. Exactly `blob.size` bytes, or an Error; the
  // caller verifies the digest (BlobWriter::commit).
  void blob(const content::Reference& reference, const content::Descriptor& blob, const Endpoint& endpoint,
            const BlobSink& sink, const trace::Context& context);

 private:
  class Connections;
  struct ManifestAnswer;
  ManifestAnswer ask_manifest(const content::Reference& reference, const std::string& name, const Endpoint& endpoint,
                              const trace::Context& context);
  MirrorStock ask_stock(const content::Reference& reference, const Endpoint& mirror, const trace::Context& context);
  // The strings under `key` of a JSON document; empty where it is not to be had. Spec.md, "Listing Tags".
  std::vector<std::string> ask_list(const std::string& path, const char* key, const std::string& repository,
                                    const Endpoint& endpoint, const trace::Context& context);
  static FetchedManifest verified(ManifestAnswer answer, const std::optional<Digest>& wanted, const Endpoint& endpoint);

  std::unique_ptr<Connections> connections_;
};

}  // namespace glassdock::registry
