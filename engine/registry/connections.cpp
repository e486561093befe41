#include "engine/registry/connections.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <vector>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/http/target.h"
#include "engine/registry/challenge.h"
#include "engine/registry/refusal.h"
#include "engine/trace/trace_parent.h"
#include "engine/trace/words.h"

namespace glassdock::registry {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::size_t token_limit = 1024 * 1024;  // bytes of a token service's answer
constexpr seconds default_token_life{60};         // distribution's token.md, "expires_in"
constexpr seconds token_margin{10};               // a token this close to its end is not used any more

std::string base64(const std::string& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                             reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string basic(const Credentials& credentials) {
  return "Basic " + base64(credentials.username + ":" + credentials.password);
}

// Tokens hold for one repository of one registry and one user; the password's hash keeps a changed one apart.
std::string token_key(const Endpoint& endpoint, const std::string& repository) {
  std::string user = endpoint.credentials ? Digest::of(basic(*endpoint.credentials)).hex() : std::string();
  return endpoint.base_url() + " " + repository + " " + user;
}

std::string token_url(const Challenge& challenge, const std::string& repository) {
  auto value = [&](const char* name) {
    auto found = challenge.parameters.find(name);
    return found == challenge.parameters.end() ? std::string() : found->second;
  };
  std::string url = value("realm");
  std::string scope = value("scope").empty() ? fmt::format("repository:{}:pull", repository) : value("scope");
  url += url.find('?') == std::string::npos ? '?' : '&';
  if (!value("service").empty()) url += "service=" + http::percent_encode(value("service")) + "&";
  return url + "scope=" + http::percent_encode(scope);
}

std::string host_of(std::string_view url) {
  auto start = url.find("://");
  if (start == std::string_view::npos) return {};
  url.remove_prefix(start + 3);
  return std::string(url.substr(0, url.find_first_of("/?")));
}

// " -H 'Accept: a' -H 'Accept: b'" for "Accept: a, b": the same to a server (RFC 9110, 5.3), and short enough to read.
std::string curl_words(std::string_view header) {
  const auto colon = header.find(": ");
  const std::string_view name = header.substr(0, colon + 2);
  std::string words;
  for (const std::string& value : split(header.substr(name.size()), ',')) {
    words += " -H " + shell_quote(std::string(name).append(trim(value)));
  }
  return words;
}

}  // namespace

// A session taken from the idle ones, or a new one; given back by the destructor.
class Client::Connections::Lease {
 public:
  Lease(Connections& owner, const std::string& host) : owner_(owner), host_(host) {
    {
      std::lock_guard lock(owner_.mutex_);
      session_ = owner_.idle_.take(host_, steady_clock::now());
      if (session_) return;
      if (!owner_.library_) owner_.library_ = std::make_unique<CurlLibrary>();
    }
    session_ =
        std::make_unique<HttpSession>(*owner_.library_, owner_.settings_.ca_file,
                                      HttpTimeouts{owner_.settings_.connect_timeout, owner_.settings_.stall_timeout});
  }
  ~Lease() {
    std::vector<std::unique_ptr<HttpSession>> dropped;  // their connections are closed without the lock
    std::lock_guard lock(owner_.mutex_);
    dropped = owner_.idle_.put(host_, std::move(session_), steady_clock::now());
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  HttpSession& session() { return *session_; }

 private:
  Connections& owner_;
  std::string host_;
  std::unique_ptr<HttpSession> session_;
};

Client::Connections::Connections(ClientSettings settings) : settings_(std::move(settings)) {}
Client::Connections::~Connections() = default;

HttpOutcome Client::Connections::told(HttpSession& session, const HttpRequest& request,
                                      const HttpSession::OnHead& on_head, const HttpSession::OnBody& on_body,
                                      const trace::Context& context) {
  auto cancelled = [&context] { return context.gates && context.gates->cancelled(); };
  std::int64_t begun = trace::monotonic_ns();
  HttpOutcome outcome = session.get(request, on_head, on_body, cancelled);
  std::string shown = request.url.substr(0, request.url.find('?'));
  context.tell(trace::Stage::pull, "pull.http", shown,
               {{"status", std::int64_t{outcome.status}},
                {"duration_ns", trace::monotonic_ns() - begun},
                {"fault", outcome.fault}},
               [&](trace::Event& event) {
                 event.plain_command = "curl -sSL";
                 for (const std::string& header : request.headers) event.plain_command += curl_words(header);
                 event.plain_command += " " + shell_quote(shown);
                 // A blob is no text for a terminal; its name is the digest of its bytes.
                 if (shown.find("/blobs/sha256:") != std::string::npos) event.plain_command += " | sha256sum";
                 if (!request.authorization.empty()) {
                   event.arguments.push_back({"remark", std::string(trace::find_remark("pull.http")->english)});
                 }
                 if (context.wants_evidence()) {
                   event.evidence.push_back({.source = "GET " + shown,
                                             .before = {},
                                             .content = outcome.exchange,
                                             .command = "curl -sSL -D - -o /dev/null " + shell_quote(shown)});
                 }
               });
  return outcome;
}

std::string Client::Connections::cached(const std::string& key) {
  std::lock_guard lock(mutex_);
  return tokens_.find(key, steady_clock::now());
}

std::string Client::Connections::fetch_token(HttpSession& session, const Endpoint& endpoint, const std::string& url,
                                             const std::string& key, const trace::Context& context) {
  HttpRequest request{.url = url, .headers = {}, .authorization = {}, .bypass_proxy = is_loopback(host_of(url))};
  // A password never goes over plain HTTP because an HTTPS registry said so.
  bool trusted = starts_with(url, "https://") || endpoint.plain_http;
  if (endpoint.credentials && trusted) request.authorization = basic(*endpoint.credentials);
  std::string body;
  auto collect = [&](std::span<const std::byte> bytes) {
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (body.size() > token_limit) throw Error(ErrorKind::corrupt, "the token service's answer is too long");
  };
  HttpOutcome outcome = told(
      session, request, [](const HttpOutcome&) {}, collect, context);
  std::string shown = url.substr(0, url.find('?'));
  if (!outcome.fault.empty()) throw unreachable(outcome.fault, shown);
  if (outcome.status == 401 || outcome.status == 403) {
    throw Error(ErrorKind::unauthorized, fmt::format("Get \"{}\": unauthorized: incorrect username or password", shown),
                fmt::format("log in to {} again", endpoint.host));
  }
  if (outcome.status != 200) {
    throw Error(ErrorKind::unavailable,
                fmt::format("Get \"{}\": received unexpected HTTP status: {}", shown, outcome.status),
                "the registry's token service is at fault: try again later");
  }
  auto document = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  std::string token;
  for (const char* field : {"token", "access_token"}) {
    if (token.empty() && document.is_object() && document.contains(field) && document[field].is_string()) {
      token = document[field].get<std::string>();
    }
  }
  if (token.empty() || token.find_first_of("\r\n") != std::string::npos) {
    throw Error(ErrorKind::unavailable, fmt::format("Get \"{}\": the token service gave no token", shown));
  }
  seconds life = default_token_life;
  if (document.contains("expires_in") && document["expires_in"].is_number_unsigned()) {
    life = seconds(std::min<std::uint64_t>(document["expires_in"].get<std::uint64_t>(), 86400));
  }
  const std::string authorization = "Bearer " + token;
  const auto now = steady_clock::now();
  std::lock_guard lock(mutex_);
  tokens_.put(key, authorization, now + life - token_margin, now);
  return authorization;
}

std::string Client::Connections::authorize(HttpSession& session, const Endpoint& endpoint,
                                           const std::string& repository, const std::string& challenge,
                                           const std::string& key, const trace::Context& context) {
  for (const Challenge& wanted : parse_challenges(challenge)) {
    if (wanted.scheme == "bearer" && !host_of(token_url(wanted, repository)).empty()) {
      return fetch_token(session, endpoint, token_url(wanted, repository), key, context);
    }
    if (wanted.scheme == "basic" && endpoint.credentials) {
      const std::string authorization = basic(*endpoint.credentials);
      std::lock_guard lock(mutex_);
      tokens_.put(key, authorization, steady_clock::time_point::max(), steady_clock::now());
      return authorization;
    }
  }
  return {};
}

HttpOutcome Client::Connections::get(const Endpoint& endpoint, const std::string& repository, HttpRequest request,
                                     const HttpSession::OnHead& on_head, const HttpSession::OnBody& on_body,
                                     const trace::Context& context) {
  Lease lease(*this, endpoint.host);
  std::string key = token_key(endpoint, repository);
  request.authorization = cached(key);
  request.bypass_proxy = is_loopback(endpoint.host);
  // For the hub, which tells of its side; nobody on another machine learns of it.
  if (request.bypass_proxy && context.watched()) request.trace_parent = trace::trace_parent(context.span);
  HttpOutcome outcome = told(lease.session(), request, on_head, on_body, context);
  // Whoever the registry points to is not answered with the user's password.
  if (outcome.status != 401 || !outcome.fault.empty() || outcome.redirected) return outcome;
  {
    std::lock_guard lock(mutex_);
    tokens_.erase(key);
  }
  request.authorization =
      authorize(lease.session(), endpoint, repository, outcome.headers["www-authenticate"], key, context);
  if (request.authorization.empty()) return outcome;
  return told(lease.session(), request, on_head, on_body, context);
}

}  // namespace glassdock::registry
