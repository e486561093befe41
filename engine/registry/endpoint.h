// registry: the OCI distribution client: manifests and blobs over HTTP(S), mirrors, tokens, resumed downloads.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/content/reference.h"

namespace glassdock::registry {

// Never told in events, never in an error's text.
struct Credentials {
  std::string username;
  std::string password;
};

// One place where a repository may be had.
struct Endpoint {
  std::string host;         // "registry-1.docker.io", "127.0.0.1:5000"
  bool plain_http = false;  // everything that is not loopback or configured so is HTTPS
  bool mirror = false;      // asked first; a 404 or silence only means: ask the next one
  std::optional<Credentials> credentials;

  std::string base_url() const;  // "https://registry-1.docker.io"
};

// Which registries this engine may speak to, and how.
struct Places {
  std::string hub;                    // "127.0.0.1:41234", the embedded registry; empty for none
  std::vector<std::string> insecure;  // "host:port" that are spoken to over plain HTTP
  bool tls_on_loopback = false;       // other registries on loopback speak HTTPS too
};

// Where to ask for `reference`, in this order: for a docker.io name the hub, as its mirror; then the registry that the
// reference names (registry-1.docker.io for docker.io). `credentials` go to the latter only.
std::vector<Endpoint> endpoints_for(const content::Reference& reference, const Places& places,
                                    const std::optional<Credentials>& credentials);

// "localhost", 127.0.0.0/8, [::1], with or without a port.
bool is_loopback(std::string_view host);

}  // namespace glassdock::registry
