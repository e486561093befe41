#include "engine/registry/client.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/registry/connections.h"
#include "engine/registry/refusal.h"

namespace glassdock::registry {
namespace {

using std::chrono::milliseconds;
namespace media_type = content::media_type;

constexpr milliseconds longest_wait{30'000};
constexpr milliseconds cancel_poll{50};
// So much of a blob between two cuts shows that the connection is worth going on with.
constexpr std::uint64_t worthwhile_progress = 1024 * 1024;

// Counts the tries of one request and waits between them.
class Retries {
 public:
  Retries(const ClientSettings& settings, const trace::Context& context)
      : left_(settings.retries), first_wait_(settings.first_wait), wait_(first_wait_), context_(context) {}

  // Waits, then true; false when all tries are used up. Throws Error(cancelled).
  bool again() {
    if (left_-- <= 0) return false;
    for (milliseconds waited{0}; waited < wait_; waited += cancel_poll) {
      context_.throw_if_cancelled();
      std::this_thread::sleep_for(std::min(cancel_poll, wait_ - waited));
    }
    wait_ = std::min(wait_ * 2, longest_wait);
    return true;
  }
  void start_anew(int retries) {
    left_ = retries;
    wait_ = first_wait_;
  }

 private:
  int left_;
  milliseconds first_wait_, wait_;
  const trace::Context& context_;
};

bool is_worth_a_retry(const HttpOutcome& outcome) {
  if (!outcome.fault.empty()) return !outcome.unreachable;
  return outcome.status >= 500 || outcome.status == 429 || outcome.status == 408;
}

std::string accept_manifests() {
  return fmt::format("Accept: {}, {}, {}, {}", media_type::oci_index, media_type::oci_manifest, media_type::docker_list,
                     media_type::docker_manifest);
}

// "bytes 100-199/200": the first number.
std::optional<std::uint64_t> range_start(const HttpOutcome& outcome) {
  auto found = outcome.headers.find("content-range");
  if (found == outcome.headers.end() || !starts_with(found->second, "bytes ")) return std::nullopt;
  std::string_view rest = std::string_view(found->second).substr(6);
  return parse_number(rest.substr(0, rest.find('-')));
}

std::optional<std::uint64_t> content_length(const HttpOutcome& outcome) {
  auto found = outcome.headers.find("content-length");
  return found == outcome.headers.end() ? std::nullopt : parse_number(found->second);
}

}  // namespace

Client::Client(ClientSettings settings) : connections_(std::make_unique<Connections>(std::move(settings))) {}
Client::~Client() = default;

struct Client::ManifestAnswer {
  HttpOutcome outcome;
  std::string url;
  std::string json;
};

Client::ManifestAnswer Client::ask_manifest(const content::Reference& reference, const std::string& name,
                                            const Endpoint& endpoint, const trace::Context& context) {
  ManifestAnswer answer;
  answer.url = fmt::format("{}/v2/{}/manifests/{}", endpoint.base_url(), reference.path, name);
  Retries retries(connections_->settings(), context);
  auto collect = [&](std::span<const std::byte> bytes) {
    answer.json.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (answer.json.size() > content::manifest_limit) {
      throw Error(ErrorKind::corrupt,
                  fmt::format("manifest of {} is larger than {} bytes", reference.familiar(), content::manifest_limit));
    }
  };
  do {
    answer.json.clear();
    HttpRequest request{.url = answer.url, .headers = {accept_manifests()}, .authorization = {}};
    answer.outcome = connections_->get(
        endpoint, reference.path, std::move(request), [](const HttpOutcome&) {}, collect, context);
  } while (is_worth_a_retry(answer.outcome) && !endpoint.mirror && retries.again());
  return answer;
}

FetchedManifest Client::verified(ManifestAnswer answer, const std::optional<Digest>& wanted, const Endpoint& endpoint) {
  FetchedManifest fetched{.json = std::move(answer.json),
                          .content_type = answer.outcome.headers["content-type"],
                          .digest = {},
                          .endpoint = endpoint};
  fetched.digest = Digest::of(fetched.json);
  std::string announced = answer.outcome.headers["docker-content-digest"];
  bool as_announced = !starts_with(announced, "sha256:") || announced == fetched.digest.text();
  if ((wanted && *wanted != fetched.digest) || !as_announced) {
    throw Error(ErrorKind::corrupt,
                fmt::format("manifest verification failed for digest {}", wanted ? wanted->text() : announced),
                fmt::format("{} sent a document with digest {}: pull again, or tell the registry's owner",
                            endpoint.host, fetched.digest.text()));
  }
  return fetched;
}

std::vector<std::string> Client::ask_list(const std::string& path, const char* key, const std::string& repository,
                                          const Endpoint& endpoint, const trace::Context& context) {
  std::string body;
  HttpRequest request{.url = endpoint.base_url() + path, .headers = {}, .authorization = {}};
  auto collect = [&](std::span<const std::byte> bytes) {
    // More than that is no list for people; cut off, it is no JSON either.
    const std::size_t room = content::manifest_limit - body.size();
    body.append(reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), room));
  };
  HttpOutcome outcome = connections_->get(
      endpoint, repository, std::move(request), [](const HttpOutcome&) {}, collect, context);
  if (!outcome.fault.empty() || outcome.status != 200) return {};
  const auto document = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object() || !document.contains(key) || !document[key].is_array()) return {};
  std::vector<std::string> names;
  for (const auto& name : document[key]) {
    if (name.is_string()) names.push_back(name.get<std::string>());
  }
  return names;
}

MirrorStock Client::ask_stock(const content::Reference& reference, const Endpoint& mirror,
                              const trace::Context& context) {
  MirrorStock stock;
  constexpr std::string_view library = "library/";
  for (std::string& name : ask_list("/v2/_catalog", "repositories", reference.path, mirror, context)) {
    const bool asked_for = name == reference.path;
    stock.images.push_back(starts_with(name, library) ? name.substr(library.size()) : std::move(name));
    if (asked_for) {
      stock.tags = ask_list(fmt::format("/v2/{}/tags/list", reference.path), "tags", reference.path, mirror, context);
    }
  }
  return stock;
}

FetchedManifest Client::resolve(const content::Reference& reference, const std::vector<Endpoint>& endpoints,
                                const trace::Context& context) {
  std::string name = reference.digest ? reference.digest->text() : reference.tag;
  std::string mirror_said, proposal;
  for (const Endpoint& endpoint : endpoints) {
    ManifestAnswer answer = ask_manifest(reference, name, endpoint, context);
    if (answer.outcome.fault.empty() && answer.outcome.status == 200) {
      return verified(std::move(answer), reference.digest, endpoint);
    }
    if (endpoint.mirror) {
      MirrorStock stock;
      if (answer.outcome.status == 404) stock = ask_stock(reference, endpoint, context);
      mirror_said = mirror_words(answer.outcome, reference, endpoint, stock);
      proposal = stock.proposal(reference);
      continue;
    }
    Error error = refused_manifest(answer.outcome, answer.url, reference, endpoint);
    if (mirror_said.empty()) throw error;
    throw refused_everywhere(error, answer.outcome, endpoint, mirror_said, proposal);
  }
  throw Error(ErrorKind::not_found, mirror_said.empty() ? std::string("no registry to ask") : mirror_said);
}

FetchedManifest Client::manifest(const content::Reference& reference, const Digest& digest, const Endpoint& endpoint,
                                 const trace::Context& context) {
  ManifestAnswer answer = ask_manifest(reference, digest.text(), endpoint, context);
  if (!answer.outcome.fault.empty() || answer.outcome.status != 200) {
    throw refused_manifest(answer.outcome, answer.url, reference, endpoint);
  }
  return verified(std::move(answer), digest, endpoint);
}

void Client::blob(const content::Reference& reference, const content::Descriptor& blob, const Endpoint& endpoint,
                  const BlobSink& sink, const trace::Context& context) {
  const std::string url = fmt::format("{}/v2/{}/blobs/{}", endpoint.base_url(), reference.path, blob.digest.text());
  const ClientSettings& settings = connections_->settings();
  Retries retries(settings, context);
  std::uint64_t received = 0;
  std::uint64_t skip = 0;  // bytes that come again, from a server that knows no ranges

  auto wrong_size = [&](std::uint64_t size) {
    return Error(ErrorKind::corrupt,
                 fmt::format("filesystem layer verification failed for digest {}", blob.digest.text()),
                 fmt::format("{} sends {} bytes where the manifest says {}: pull again, or tell the registry's owner",
                             endpoint.host, size, blob.size));
  };
  auto on_head = [&](const HttpOutcome& head) {
    auto start = range_start(head);
    if (head.status == 206 && start != received) {
      throw Error(ErrorKind::corrupt, fmt::format("Get \"{}\": the registry sent another range than asked for", url));
    }
    skip = head.status == 206 ? 0 : received;
    auto length = content_length(head);
    if (length && *length + (received - skip) != blob.size) throw wrong_size(*length + (received - skip));
  };
  auto on_body = [&](std::span<const std::byte> bytes) {
    auto again = static_cast<std::size_t>(std::min<std::uint64_t>(skip, bytes.size()));
    skip -= again;
    bytes = bytes.subspan(again);
    if (bytes.empty()) return;
    if (bytes.size() > blob.size - received) throw wrong_size(received + bytes.size());
    sink(bytes);
    received += bytes.size();
  };

  for (;;) {
    std::uint64_t before = received;
    HttpRequest request{.url = url, .headers = {}, .authorization = {}};
    if (received > 0) request.headers.push_back(fmt::format("Range: bytes={}-", received));
    HttpOutcome outcome = connections_->get(endpoint, reference.path, std::move(request), on_head, on_body, context);
    bool answered = outcome.status == 200 || outcome.status == 206;
    if (answered && received == blob.size) return;
    if (answered && outcome.fault.empty()) outcome.fault = "unexpected EOF";
    // A registry that was just there and is gone may come back, too.
    bool retry = is_worth_a_retry(outcome) || (outcome.unreachable && received > 0);
    if (received - before >= worthwhile_progress) retries.start_anew(settings.retries);
    if (!retry || !retries.again()) {
      Error error = refused_blob(outcome, url, reference, endpoint);
      if (received == 0) throw error;
      throw Error(error.kind(), error.message(),
                  fmt::format("cut off after {} of {} bytes; pull again", received, blob.size));
    }
  }
}

}  // namespace glassdock::registry
