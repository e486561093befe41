#include "engine/registry/endpoint.h"

#include <algorithm>

#include "engine/base/text.h"

namespace glassdock::registry {
namespace {

constexpr std::string_view docker_domain = "docker.io";
constexpr std::string_view docker_host = "registry-1.docker.io";

std::string_view without_port(std::string_view host) {
  if (starts_with(host, "[")) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

}  // namespace

bool is_loopback(std::string_view host) {
  std::string_view name = without_port(host);
  if (name == "localhost" || name == "[::1]") return true;
  auto parts = split(name, '.');
  return parts.size() == 4 && parts[0] == "127" && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
           auto number = parse_number(part);
           return number && *number <= 255;
         });
}

std::string Endpoint::base_url() const {
  return (plain_http ? "http://" : "https://") + host;
}

std::vector<Endpoint> endpoints_for(const content::Reference& reference, const Places& places,
                                    const std::optional<Credentials>& credentials) {
  std::vector<Endpoint> endpoints;
  if (!places.hub.empty() && reference.domain == docker_domain) {
    endpoints.push_back({.host = places.hub, .plain_http = true, .mirror = true, .credentials = std::nullopt});
  }
  Endpoint own{.host = reference.domain, .plain_http = false, .mirror = false, .credentials = credentials};
  if (reference.domain == docker_domain) own.host = docker_host;
  bool listed = std::find(places.insecure.begin(), places.insecure.end(), own.host) != places.insecure.end();
  own.plain_http = own.host == places.hub || listed || (is_loopback(own.host) && !places.tls_on_loopback);
  endpoints.push_back(std::move(own));
  return endpoints;
}

}  // namespace glassdock::registry
