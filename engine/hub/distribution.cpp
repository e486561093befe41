#include "engine/hub/distribution.h"

#include <fmt/format.h>

namespace glassdock::hub {

void refuse_method(const Exchange& exchange) {
  throw Refusal(405, "UNSUPPORTED", fmt::format("{} is not supported here", exchange.method()));
}

Digest parse_digest(std::string_view text) {
  try {
    return Digest::parse(text);
  } catch (const Error& fault) {
    throw Refusal(400, "DIGEST_INVALID", fault.message());
  }
}

void Distribution::answer(Exchange& exchange, const Route& route) {
  uploads_.remove_idle();
  if (!authorize(exchange, route)) return;
  switch (route.resource) {
    case Resource::base:
      return answer_base(exchange);
    case Resource::token:
      return answer_token(exchange);
    case Resource::catalog:
      return list_repositories(exchange);
    case Resource::tags:
      return list_tags(exchange, route);
    case Resource::referrers:
      return list_referrers(exchange, route);
    case Resource::manifest:
      return answer_manifest(exchange, route);
    case Resource::blob:
      return answer_blob(exchange, route);
    case Resource::uploads:
      return begin_upload(exchange, route);
    case Resource::upload:
      return answer_upload(exchange, route);
  }
}

// Reading is free, except of uploads. False: 401 was answered.
bool Distribution::authorize(Exchange& exchange, const Route& route) {
  bool free = exchange.reads() && route.resource != Resource::upload;
  std::string_view authorization = exchange.request().headers().get("Authorization");
  if (free || access_.may_push(authorization)) return true;
  std::string_view host = exchange.request().headers().get("Host");
  http::Headers challenges;
  challenges.add("WWW-Authenticate",
                 Access::bearer_challenge(host, fmt::format("repository:{}:pull,push", route.repository)));
  challenges.add("WWW-Authenticate", Access::basic_challenge());
  exchange.refuse(Refusal(401, "UNAUTHORIZED", "pushing to the hub needs the engine's token"), challenges);
  return false;
}

void Distribution::answer_base(Exchange& exchange) {
  if (!exchange.reads()) refuse_method(exchange);
  std::string_view authorization = exchange.request().headers().get("Authorization");
  if (access_.may_push(authorization) || access_.is_anonymous_token(authorization)) {
    return exchange.send_json(200, "{}");
  }
  std::string_view host = exchange.request().headers().get("Host");
  exchange.refuse(Refusal(401, "UNAUTHORIZED", "get a token first; for pulls anybody may"),
                  {{"WWW-Authenticate", Access::bearer_challenge(host, {})}});
}

void Distribution::answer_token(Exchange& exchange) {
  if (!exchange.reads()) refuse_method(exchange);
  exchange.send_json(200, access_.issue(exchange.request().headers().get("Authorization")),
                     {{"Cache-Control", "no-store"}});
}

}  // namespace glassdock::hub
