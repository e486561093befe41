#include <gtest/gtest.h>

#include "engine/hub/access.h"
#include "engine/hub/byte_range.h"
#include "engine/hub/names.h"
#include "engine/hub/refusal.h"

using namespace glassdock;
using hub::Resource;

namespace {

TEST(HubNames, follow_the_spec) {
  for (const char* name :
       {"alpine", "library/alpine", "a/b/c", "my-app", "a__b", "a--b", "a.b_c", "0", "blobs/uploads"}) {
    EXPECT_TRUE(hub::valid_repository_name(name)) << name;
  }
  for (const char* name : {"", "/", "a/", "/a", "a//b", "Alpine", "a..b", "a___b", "_a", "a_", "-a", "..", "a/../b",
                           "a._b", "a b", "\xc3\xa9"}) {
    EXPECT_FALSE(hub::valid_repository_name(name)) << name;
  }
  EXPECT_TRUE(hub::valid_repository_name(std::string(255, 'a')));
  EXPECT_FALSE(hub::valid_repository_name(std::string(256, 'a')));
}

TEST(HubNames, tags_follow_the_spec) {
  for (const char* tag : {"latest", "1", "_x", "3.20-rc.1", "V1"}) EXPECT_TRUE(hub::valid_tag(tag)) << tag;
  for (const char* tag : {"", ".a", "-a", "a/b", "a:b", "a b", "..", "../x"}) EXPECT_FALSE(hub::valid_tag(tag)) << tag;
  EXPECT_TRUE(hub::valid_tag(std::string(128, 'a')));
  EXPECT_FALSE(hub::valid_tag(std::string(129, 'a')));
}

void expect_route(const char* path, Resource resource, const char* repository, const char* reference) {
  auto route = hub::parse_route(path);
  ASSERT_TRUE(route) << path;
  EXPECT_EQ(static_cast<int>(route->resource), static_cast<int>(resource)) << path;
  EXPECT_EQ(route->repository, repository) << path;
  EXPECT_EQ(route->reference, reference) << path;
}

TEST(HubNames, paths_are_read_from_their_end) {
  expect_route("/v2/", Resource::base, "", "");
  expect_route("/v2", Resource::base, "", "");
  expect_route("/v2/_catalog", Resource::catalog, "", "");
  expect_route("/v2/library/alpine/manifests/latest", Resource::manifest, "library/alpine", "latest");
  expect_route("/v2/a/blobs/sha256:ab", Resource::blob, "a", "sha256:ab");
  expect_route("/v2/a/blobs/uploads/", Resource::uploads, "a", "");
  expect_route("/v2/a/blobs/uploads", Resource::uploads, "a", "");
  expect_route("/v2/a/blobs/uploads/12", Resource::upload, "a", "12");
  expect_route("/v2/a/tags/list", Resource::tags, "a", "");
  expect_route("/v2/a/referrers/sha256:ab", Resource::referrers, "a", "sha256:ab");
  expect_route("/v2/blobs/tags/list/manifests/1", Resource::manifest, "blobs/tags/list", "1");
  for (const char* path : {"/", "/v1/", "/v2/a", "/v2/a/b", "/v2/manifests/latest", "/v2x", "/v2/a/tags/other", ""}) {
    EXPECT_FALSE(hub::parse_route(path)) << path;
  }
  for (const char* path : {"/v2/../manifests/x", "/v2/A/manifests/x", "/v2//blobs/x", "/v2/a/../../etc/tags/list"}) {
    EXPECT_THROW(hub::parse_route(path), hub::Refusal) << path;
  }
}

TEST(HubByteRange, takes_the_three_forms) {
  EXPECT_EQ(hub::parse_range("bytes=0-4", 10), (hub::ByteRange{0, 4}));
  EXPECT_EQ(hub::parse_range("bytes=5-", 10), (hub::ByteRange{5, 9}));
  EXPECT_EQ(hub::parse_range("bytes=-3", 10), (hub::ByteRange{7, 9}));
  EXPECT_EQ(hub::parse_range("bytes=-30", 10), (hub::ByteRange{0, 9}));
  EXPECT_EQ(hub::parse_range("bytes=5-99999999", 10), (hub::ByteRange{5, 9}));
}

TEST(HubByteRange, passes_over_what_it_need_not_know) {
  for (const char* header : {"", "bytes", "lines=1-2", "bytes=1-2,4-5", "bytes=5-4", "bytes=x-", "bytes=", "bytes=-",
                             "bytes=0-99999999999999999999999"}) {
    EXPECT_EQ(hub::parse_range(header, 10), std::nullopt) << header;
  }
}

TEST(HubByteRange, refuses_what_lies_behind_the_end) {
  for (const char* header : {"bytes=10-", "bytes=10-20", "bytes=-0"}) {
    EXPECT_THROW(hub::parse_range(header, 10), hub::Refusal) << header;
  }
  EXPECT_THROW(hub::parse_range("bytes=0-", 0), hub::Refusal);
}

TEST(HubByteRange, chunk_ranges_have_no_unit) {
  EXPECT_EQ(hub::parse_chunk_range("0-499"), (hub::ByteRange{0, 499}));
  for (const char* header : {"", "5", "bytes=0-4", "5-4", "-4", "5-"}) {
    EXPECT_EQ(hub::parse_chunk_range(header), std::nullopt) << header;
  }
}

TEST(HubAccess, takes_the_token_as_bearer_or_password) {
  hub::Access access("secret");
  EXPECT_TRUE(access.may_push("Bearer secret"));
  EXPECT_TRUE(access.may_push("bearer secret"));
  EXPECT_TRUE(access.may_push("Basic Z2xhc3Nkb2NrOnNlY3JldA=="));  // glassdock:secret
  for (const char* header :
       {"", "Bearer", "Bearer ", "Bearer anonymous", "Bearer secre", "Bearer secrets", "secret", "Basic c2VjcmV0",
        "Basic Og==", "Basic %%%%", "Basic cm9vdDpzZWNyZXQ=", "Basic Z2xhc3Nkb2NrOg=="}) {
    EXPECT_FALSE(access.may_push(header)) << header;
  }
  EXPECT_FALSE(hub::Access("").may_push("Bearer "));
  EXPECT_FALSE(hub::Access("").may_push("Basic Z2xhc3Nkb2NrOg=="));
}

TEST(HubAccess, issues_tokens) {
  hub::Access access("secret");
  EXPECT_NE(access.issue("").find("\"anonymous\""), std::string::npos);
  EXPECT_NE(access.issue("Basic Og==").find("\"anonymous\""), std::string::npos);
  EXPECT_NE(access.issue("Basic Z2xhc3Nkb2NrOnNlY3JldA==").find("\"secret\""), std::string::npos);
  EXPECT_THROW(access.issue("Basic cm9vdDpzZWNyZXQ="), hub::Refusal);
}

TEST(HubAccess, knows_the_loopbacks_own_names) {
  for (const char* host : {"127.0.0.1", "127.0.0.1:80", "localhost", "LocalHost:5", "[::1]:5", "[::1]"}) {
    EXPECT_TRUE(hub::is_loopback_host(host)) << host;
  }
  for (const char* host : {"", "example.org", "127.0.0.1.example.org", "localhost.example.org:80", "127.0.0.1:x",
                           "127.0.0.1:80:80", "::1", "[::2]"}) {
    EXPECT_FALSE(hub::is_loopback_host(host)) << host;
  }
}

}  // namespace
