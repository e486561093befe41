#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace glassdock::registry {

// What a registry wants to see before it answers (RFC 9110, 11.6.1; distribution's token.md).
struct Challenge {
  std::string scheme;                             // lower case: "bearer", "basic"
  std::map<std::string, std::string> parameters;  // names in lower case: realm, service, scope
};

// The value of one WWW-Authenticate header; it may hold several. What cannot be understood is left out.
std::vector<Challenge> parse_challenges(std::string_view header);

}  // namespace glassdock::registry
