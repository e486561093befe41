#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace glassdock::hub {

// Who may do what. Pulls are free. Pushes and deletions need the daemon's token, as HTTP Bearer, or as the password of
// user "glassdock" (HTTP Basic, RFC 7617). Clients that log in find their way by a token service, as at Docker Hub:
// GET /v2/ answers 401 with a Bearer challenge, /token takes Basic and gives the token, or to nobody in particular one
// that is good for pulls. (A Basic challenge there would make docker refuse to pull without a login.)
class Access {
 public:
  explicit Access(std::string token) : token_(std::move(token)) {}

  // `authorization`: the header's value.
  bool may_push(std::string_view authorization) const;
  bool is_anonymous_token(std::string_view authorization) const;
  // The body for /token. Throws Refusal(UNAUTHORIZED) for a wrong name or password.
  std::string issue(std::string_view authorization) const;
  // The values of WWW-Authenticate. `host`: the request's Host.
  static std::string bearer_challenge(std::string_view host, std::string_view scope);
  static std::string basic_challenge();

 private:
  bool is_token(std::string_view offered) const;
  std::string token_;
};

// "127.0.0.1:41234", "localhost:41234", "[::1]:41234": names that only this machine's own loopback has. Any other name
// in Host means that a web page's name was pointed at this machine (DNS rebinding), and is refused.
bool is_loopback_host(std::string_view host);

}  // namespace glassdock::hub
