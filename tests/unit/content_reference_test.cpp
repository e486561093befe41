#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/content/reference.h"

namespace glassdock::content {
namespace {

const std::string hex64(64, 'a');

std::string fault_of(std::string_view text) {
  try {
    Reference::parse(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    return error.message();
  }
  return {};
}

struct Case {
  const char* given;
  const char* canonical;
  const char* familiar;
};

TEST(Reference, IsMadeWholeByDockersRules) {
  const Case cases[] = {
      {"alpine", "docker.io/library/alpine:latest", "alpine:latest"},
      {"alpine:3.18", "docker.io/library/alpine:3.18", "alpine:3.18"},
      {"library/alpine", "docker.io/library/alpine:latest", "alpine:latest"},
      {"docker.io/alpine", "docker.io/library/alpine:latest", "alpine:latest"},
      {"index.docker.io/library/alpine", "docker.io/library/alpine:latest", "alpine:latest"},
      {"someone/tool:v1", "docker.io/someone/tool:v1", "someone/tool:v1"},
      {"localhost/x", "localhost/x:latest", "localhost/x:latest"},
      {"localhost:5000/x/y:Z_1", "localhost:5000/x/y:Z_1", "localhost:5000/x/y:Z_1"},
      {"quay.io/a/b/c", "quay.io/a/b/c:latest", "quay.io/a/b/c:latest"},
      {"HOST/a", "HOST/a:latest", "HOST/a:latest"},
      {"[::1]:5000/a:b", "[::1]:5000/a:b", "[::1]:5000/a:b"},
      {"a__b/c-d.e", "docker.io/a__b/c-d.e:latest", "a__b/c-d.e:latest"},
      {"docker.io/library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest"},
  };
  for (const Case& item : cases) {
    Reference reference = Reference::parse(item.given);
    EXPECT_EQ(reference.canonical(), item.canonical) << item.given;
    EXPECT_EQ(reference.familiar(), item.familiar) << item.given;
    EXPECT_EQ(Reference::parse(reference.canonical()), reference) << item.given;
  }
}

TEST(Reference, WithADigestHasNoTagOfItsOwn) {
  Reference reference = Reference::parse("alpine@sha256:" + hex64);
  EXPECT_EQ(reference.tag, "");
  EXPECT_EQ(reference.familiar(), "alpine@sha256:" + hex64);
  EXPECT_EQ(Reference::parse("alpine:3@sha256:" + hex64).tag, "3");
  EXPECT_EQ(Reference::parse("alpine:3@sha256:" + hex64).canonical(), "docker.io/library/alpine@sha256:" + hex64);
}

TEST(Reference, TellsAGivenTagFromTheAssumedOne) {
  for (const char* only : {"alpine", "localhost:5000/alpine", "quay.io/a/latest", ""}) {
    EXPECT_TRUE(Reference::is_name_only(only)) << only;
  }
  for (const std::string given : {"alpine:latest", "localhost:5000/alpine:3", "alpine:"}) {
    EXPECT_FALSE(Reference::is_name_only(given)) << given;
  }
  EXPECT_FALSE(Reference::is_name_only("alpine@sha256:" + hex64));
}

TEST(Reference, IsRefusedInDockersWords) {
  EXPECT_EQ(fault_of("Foo"), "invalid reference format: repository name (library/Foo) must be lowercase");
  EXPECT_EQ(fault_of("quay.io/Foo:x"), "invalid reference format: repository name (Foo) must be lowercase");
  EXPECT_EQ(fault_of(hex64), "invalid repository name (" + hex64 + "), cannot specify 64-byte hexadecimal strings");
  for (const char* bad : {"",
                          ":",
                          "a:",
                          "a::b",
                          "a b",
                          "/a",
                          "a/",
                          "a//b",
                          "-a",
                          "a-",
                          "a..b",
                          "a___b",
                          "a:-x",
                          "@",
                          "a@",
                          "a@sha256:abc",
                          "https://quay.io/a",
                          "a/b:c/d",
                          "localhost:port/a",
                          "ho_st.x/a",
                          "\xff"}) {
    EXPECT_EQ(fault_of(bad), "invalid reference format") << bad;
  }
  EXPECT_EQ(fault_of("a:" + std::string(129, 'x')), "invalid reference format");
  EXPECT_EQ(fault_of("a@md5:" + std::string(32, 'a')), "unsupported digest algorithm");
  EXPECT_EQ(fault_of("a@sha256:" + std::string(63, 'a')), "invalid checksum digest length");
  EXPECT_EQ(fault_of(std::string(250, 'a') + "/bb"),
            "invalid reference format: repository name must not be more than 255 characters");
}

}  // namespace
}  // namespace glassdock::content
