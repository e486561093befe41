#include <gtest/gtest.h>

#include "engine/registry/challenge.h"
#include "engine/registry/endpoint.h"
#include "engine/registry/refusal.h"

namespace glassdock::registry {
namespace {

TEST(Challenges, AreReadWithTheirParameters) {
  auto one = parse_challenges(
      R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push")");
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].scheme, "bearer");
  EXPECT_EQ(one[0].parameters["realm"], "https://auth.docker.io/token");
  EXPECT_EQ(one[0].parameters["scope"], "repository:a/b:pull,push");
  auto two = parse_challenges(R"(basic Realm="a \"quoted\" one", Bearer realm=plain , error=x)");
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].parameters["realm"], "a \"quoted\" one");
  EXPECT_EQ(two[1].parameters["error"], "x");
}

TEST(Challenges, OfNonsenseEndWithoutHarm) {
  for (const char* text : {"", "=", "\"", "Bearer realm=\"never closed", ",,,", "a=b", "= = =", "Bearer realm=\"x\\"}) {
    for (const Challenge& challenge : parse_challenges(text)) EXPECT_FALSE(challenge.scheme.empty()) << text;
  }
}

TEST(Endpoints, AskTheHubFirstForDockersOwnNames) {
  Places places{.hub = "127.0.0.1:41000", .insecure = {"plain.example:80"}};
  Credentials me{"me", "secret"};
  auto of = [&](const char* name) { return endpoints_for(content::Reference::parse(name), places, me); };
  auto alpine = of("alpine");
  ASSERT_EQ(alpine.size(), 2u);
  EXPECT_EQ(alpine[0].base_url(), "http://127.0.0.1:41000");
  EXPECT_TRUE(alpine[0].mirror);
  EXPECT_FALSE(alpine[0].credentials) << "they are the real registry's";
  EXPECT_EQ(alpine[1].base_url(), "https://registry-1.docker.io");
  EXPECT_TRUE(alpine[1].credentials);
  ASSERT_EQ(of("quay.io/a/b").size(), 1u);
  EXPECT_EQ(of("quay.io/a/b")[0].base_url(), "https://quay.io");
  EXPECT_EQ(of("plain.example:80/a")[0].base_url(), "http://plain.example:80");
  EXPECT_EQ(of("localhost:5000/a")[0].base_url(), "http://localhost:5000");
  EXPECT_EQ(of("127.0.0.1:41000/a").size(), 1u);
}

TEST(Endpoints, KnowLoopback) {
  for (const char* host : {"localhost", "localhost:5000", "127.0.0.1", "127.255.0.3:1", "[::1]:5000"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const char* host :
       {"127.0.0.1.evil.org", "localhost.evil.org", "128.0.0.1", "127.0.0", "127.0.0.999", "[::2]"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

TEST(Refusals, AreReadAndCleaned) {
  RefusalWords words = refusal_words(R"({"errors":[{"code":"NAME_UNKNOWN","message":"no\u001b[31m such"}]})");
  EXPECT_EQ(words.code, "NAME_UNKNOWN");
  EXPECT_EQ(words.text, "name unknown: no[31m such");
  for (const char* body : {"", "x", "{}", R"({"errors":[]})", R"({"errors":["x"]})", R"({"errors":{"code":1}})"}) {
    EXPECT_EQ(refusal_words(body).text, "") << body;
  }
}

}  // namespace
}  // namespace glassdock::registry
