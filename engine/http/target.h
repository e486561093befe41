#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glassdock::http {

// What a request asks for, decoded (RFC 3986; form encoding in the query as WHATWG URL has it).
struct Target {
  std::string path;                                        // "/v2/library/alpine/tags/list"
  std::vector<std::pair<std::string, std::string>> query;  // in their order, a name may come twice
};

// Takes origin form ("/a?b=c"), absolute form ("http://host/a?b=c") and "*". Throws Error(invalid_argument) on a bad
// percent escape, on NUL, and on anything that is none of these forms.
Target parse_target(std::string_view raw);

// Throws Error(invalid_argument) on a "%" without two hex digits.
std::string percent_decode(std::string_view text, bool plus_is_space = false);
// Everything but letters, digits and "-._~" is escaped, so the result fits a path segment or a query value.
std::string percent_encode(std::string_view text);
// "a=1&b=x%20y"; "" for none.
std::string encode_query(const std::vector<std::pair<std::string, std::string>>& query);

}  // namespace glassdock::http
