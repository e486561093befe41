#include "engine/hub/access.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <optional>

#include "engine/base/text.h"
#include "engine/http/headers.h"
#include "engine/hub/refusal.h"

namespace glassdock::hub {
namespace {

constexpr std::string_view user = "glassdock";
constexpr std::string_view anonymous_token = "anonymous";

// What follows "SCHEME " in the header, or nothing.
std::optional<std::string_view> credentials(std::string_view authorization, std::string_view scheme) {
  std::size_t space = authorization.find(' ');
  if (space == std::string_view::npos || !http::equal_ignoring_case(authorization.substr(0, space), scheme)) {
    return std::nullopt;
  }
  return trim(authorization.substr(space + 1));
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string decoded(text.size() / 4 * 3, '\0');
  int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                             reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  std::size_t padding = ends_with(text, "==") ? 2 : ends_with(text, "=") ? 1 : 0;
  decoded.resize(static_cast<std::size_t>(size) - padding);
  return decoded;
}

// "name:password", or nothing.
std::optional<std::string> basic_credentials(std::string_view authorization) {
  auto encoded = credentials(authorization, "Basic");
  return encoded ? decode_base64(*encoded) : std::nullopt;
}

}  // namespace

bool Access::is_token(std::string_view offered) const {
  // In constant time: the answer's delay must not tell how much of a guess was right.
  return !token_.empty() && offered.size() == token_.size() &&
         CRYPTO_memcmp(offered.data(), token_.data(), token_.size()) == 0;
}

bool Access::may_push(std::string_view authorization) const {
  if (auto bearer = credentials(authorization, "Bearer")) return is_token(*bearer);
  auto basic = basic_credentials(authorization);
  if (!basic || !starts_with(*basic, fmt::format("{}:", user))) return false;
  return is_token(std::string_view(*basic).substr(user.size() + 1));
}

bool Access::is_anonymous_token(std::string_view authorization) const {
  return credentials(authorization, "Bearer") == anonymous_token;
}

std::string Access::issue(std::string_view authorization) const {
  auto basic = basic_credentials(authorization);
  bool anonymous = authorization.empty() || basic == ":";
  if (!anonymous && !may_push(authorization)) {
    throw Refusal(401, "UNAUTHORIZED", fmt::format("the hub takes the user \"{}\" with the engine's token", user));
  }
  return fmt::format(R"({{"token":"{0}","access_token":"{0}","expires_in":3600}})",
                     anonymous ? anonymous_token : token_);
}

std::string Access::bearer_challenge(std::string_view host, std::string_view scope) {
  std::string challenge = fmt::format(R"(Bearer realm="http://{}/token",service="glassdock")", host);
  if (!scope.empty()) challenge += fmt::format(R"(,scope="{}")", scope);
  return challenge;
}

std::string Access::basic_challenge() {
  return R"(Basic realm="glassdock")";
}

bool is_loopback_host(std::string_view host) {
  std::size_t colon = host.rfind(':');
  std::size_t bracket = host.rfind(']');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    if (!parse_number(host.substr(colon + 1))) return false;
    host = host.substr(0, colon);
  }
  return host == "127.0.0.1" || host == "[::1]" || http::equal_ignoring_case(host, "localhost");
}

}  // namespace glassdock::hub
