#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/http/headers.h"
#include "engine/http/target.h"

using namespace glassdock;

namespace {

TEST(HttpTarget, decodes_path_and_query) {
  http::Target target = http::parse_target("/v1.45/images/a%2Fb/json?all=1&name=a+b%26c&flag&all=2");
  EXPECT_EQ(target.path, "/v1.45/images/a/b/json");
  std::vector<std::pair<std::string, std::string>> expected = {
      {"all", "1"}, {"name", "a b&c"}, {"flag", ""}, {"all", "2"}};
  EXPECT_EQ(target.query, expected);
}

TEST(HttpTarget, takes_the_absolute_form) {
  EXPECT_EQ(http::parse_target("http://127.0.0.1:5001/v2/?n=1").path, "/v2/");
  EXPECT_EQ(http::parse_target("http://docker").path, "/");
}

TEST(HttpTarget, keeps_a_plus_in_a_path) {
  EXPECT_EQ(http::parse_target("/a+b").path, "/a+b");
}

TEST(HttpTarget, refuses_what_is_malformed) {
  for (const char* raw : {"/%", "/%4", "/%g0", "/%00", "/?a=%", "relative", "/a%0"}) {
    EXPECT_THROW(http::parse_target(raw), Error) << raw;
  }
}

TEST(HttpTarget, encodes_what_it_decodes) {
  std::string all;
  for (int c = 1; c < 256; ++c) all.push_back(static_cast<char>(c));
  EXPECT_EQ(http::percent_decode(http::percent_encode(all)), all);
  EXPECT_EQ(http::encode_query({{"a", "1"}, {"b c", "x&y"}}), "a=1&b%20c=x%26y");
}

TEST(HttpHeaders, compares_names_without_case) {
  http::Headers headers = {{"Content-Type", "a"}, {"X", "1"}, {"x", "2"}};
  EXPECT_EQ(headers.get("content-type"), "a");
  EXPECT_EQ(headers.get("missing"), "");
  headers.set("X", "3");
  EXPECT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers.get("x"), "3");
}

TEST(HttpHeaders, finds_a_token_in_a_list) {
  http::Headers headers = {{"Connection", "keep-alive, Upgrade"}};
  EXPECT_TRUE(headers.has_token("connection", "upgrade"));
  EXPECT_FALSE(headers.has_token("connection", "grade"));
}

TEST(HttpHeaders, lets_no_value_begin_a_header_of_its_own) {
  EXPECT_THROW(http::to_wire({{"Name", "a\r\nEvil: 1"}}), Error);
  EXPECT_THROW(http::to_wire({{"Na\nme", "a"}}), Error);
}

}  // namespace
