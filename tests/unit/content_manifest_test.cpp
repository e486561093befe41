#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/content/image_config.h"
#include "engine/content/manifest.h"

namespace glassdock::content {
namespace {

using testing::HasSubstr;

const std::string digest_a = "sha256:" + std::string(64, 'a');
const std::string digest_b = "sha256:" + std::string(64, 'b');

std::string descriptor(std::string_view type, const std::string& digest = digest_a, const std::string& more = "") {
  return fmt::format(R"({{"mediaType":"{}","digest":"{}","size":7{}}})", type, digest, more);
}
std::string oci_layer() {
  return descriptor("application/vnd.oci.image.layer.v1.tar+gzip", digest_b);
}
std::string manifest(const std::string& config, const std::string& layers, const std::string& more = "") {
  return fmt::format(R"({{"schemaVersion":2,"config":{},"layers":[{}]{}}})", config, layers, more);
}
std::string entry(std::string_view os, std::string_view architecture, const std::string& digest,
                  const std::string& variant = "") {
  return descriptor(
      media_type::oci_manifest, digest,
      fmt::format(R"(,"platform":{{"os":"{}","architecture":"{}","variant":"{}"}})", os, architecture, variant));
}
Index index_of(const std::string& entries) {
  return std::get<Index>(parse_manifest(fmt::format(R"({{"schemaVersion":2,"manifests":[{}]}})", entries), ""));
}

void expect_fault(ErrorKind kind, const std::string& words, const std::string& json, std::string_view type = "") {
  try {
    parse_manifest(json, type);
    ADD_FAILURE() << "taken: " << json;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_THAT(error.what(), HasSubstr(words));
  }
}

TEST(Manifest, OfOciAndOfDockerAreRead) {
  auto oci = std::get<Manifest>(parse_manifest(manifest(descriptor(media_type::oci_config), oci_layer()),
                                               "application/vnd.oci.image.manifest.v1+json; charset=utf-8"));
  EXPECT_EQ(oci.config.digest.text(), digest_a);
  EXPECT_EQ(oci.config.size, 7u);
  ASSERT_EQ(oci.layers.size(), 1u);
  EXPECT_EQ(oci.layers[0].digest.text(), digest_b);
  auto docker = std::get<Manifest>(parse_manifest(
      manifest(descriptor(media_type::docker_config), descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip"),
               fmt::format(R"(,"mediaType":"{}")", media_type::docker_manifest)),
      media_type::docker_manifest));
  EXPECT_EQ(docker.media_type, media_type::docker_manifest);
}

TEST(Manifest, ThatIsAlsoAnIndexIsRefused) {
  expect_fault(ErrorKind::corrupt, "manifest and index at once",
               manifest(descriptor(media_type::oci_config), oci_layer(), R"(,"manifests":[])"));
  expect_fault(ErrorKind::corrupt, "where the registry calls it",
               manifest(descriptor(media_type::oci_config), oci_layer(),
                        fmt::format(R"(,"mediaType":"{}")", media_type::oci_manifest)),
               media_type::oci_index);
  // What the registry calls an index must have an index's fields.
  expect_fault(ErrorKind::corrupt, "manifests is missing", manifest(descriptor(media_type::oci_config), oci_layer()),
               media_type::oci_index);
}

TEST(Manifest, WithFaultsIsRefusedNamingThem) {
  expect_fault(ErrorKind::corrupt, "not a JSON object", "not json");
  expect_fault(ErrorKind::corrupt, "not a JSON object", "[]");
  expect_fault(ErrorKind::corrupt, "schemaVersion is missing", "{}");
  expect_fault(ErrorKind::not_supported, "schema 1", R"({"schemaVersion":1})");
  expect_fault(ErrorKind::corrupt, "schemaVersion is 3", R"({"schemaVersion":3})");
  expect_fault(ErrorKind::corrupt, "config is missing", R"({"schemaVersion":2,"layers":[]})");
  expect_fault(ErrorKind::corrupt, "layers is not a list",
               fmt::format(R"({{"schemaVersion":2,"config":{},"layers":{{}}}})", descriptor(media_type::oci_config)));
  expect_fault(ErrorKind::corrupt, "digest", manifest(descriptor(media_type::oci_config, "sha256:short"), ""));
  expect_fault(
      ErrorKind::corrupt, "size",
      manifest(R"({"mediaType":"application/vnd.oci.image.config.v1+json","size":-1,"digest":")" + digest_a + "\"}",
               ""));
  expect_fault(ErrorKind::not_supported, "unsupported layer media type text/plain",
               manifest(descriptor(media_type::oci_config), descriptor("text/plain")));
  expect_fault(ErrorKind::not_supported, "unsupported media type application/vnd.unknown",
               manifest(descriptor("application/vnd.unknown"), ""));
  std::string many = oci_layer();
  for (std::size_t i = 0; i < layers_limit; ++i) many += "," + oci_layer();
  expect_fault(ErrorKind::not_supported, "max depth exceeded", manifest(descriptor(media_type::oci_config), many));
  expect_fault(ErrorKind::corrupt, "larger than", std::string(manifest_limit + 1, ' '));
}

TEST(Index, GivesTheEntryOfThePlatform) {
  Index index = index_of(entry("linux", "arm64", digest_a, "v8") + "," + entry("linux", "amd64", digest_b) + "," +
                         entry("unknown", "unknown", digest_a));
  EXPECT_EQ(choose(index, Platform::parse("linux/amd64")).digest.text(), digest_b);
  EXPECT_EQ(choose(index, Platform::parse("linux/arm64")).digest.text(), digest_a);
  try {
    choose(index, Platform::parse("linux/s390x"));
    ADD_FAILURE() << "chosen";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "no matching manifest for linux/s390x in the manifest list entries");
    EXPECT_EQ(error.hint(), "it has linux/arm64, linux/amd64: choose an image of this platform");
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
  }
}

TEST(Index, PrefersTheNewestVariantThatRuns) {
  Index index = index_of(entry("linux", "arm", digest_a, "v6") + "," + entry("linux", "arm", digest_b, "v7"));
  EXPECT_EQ(choose(index, Platform::parse("linux/arm/v7")).digest.text(), digest_b);
  EXPECT_EQ(choose(index, Platform::parse("linux/arm/v6")).digest.text(), digest_a);
  EXPECT_EQ(choose(index, Platform::parse("linux/arm64")).digest.text(), digest_b);
  EXPECT_THROW(choose(index, Platform::parse("linux/arm/v5")), Error);
  EXPECT_THROW(choose(index, Platform::parse("linux/amd64")), Error);
}

TEST(Platform, TakesTheNamesThatPeopleUse) {
  EXPECT_EQ(Platform::parse("x86_64").text(), "linux/amd64");
  EXPECT_EQ(Platform::parse("Linux/AArch64/v8").text(), "linux/arm64");
  EXPECT_EQ(Platform::parse("armhf").text(), "linux/arm/v7");
  EXPECT_EQ(Platform::parse("windows/amd64").os, "windows");
  EXPECT_EQ(Platform::parse("linux").text(), Platform::of_this_machine().text());
  for (const char* bad : {"", "/", "linux/", "a/b/c/d", "linux/amd 64"})
    EXPECT_THROW(Platform::parse(bad), Error) << bad;
}

TEST(ImageConfig, IsReadWithAllItsFields) {
  ImageConfig config = parse_image_config(R"({
    "created":"2024-01-01T00:00:00Z","author":"me","os":"linux","architecture":"amd64",
    "config":{"User":"1000:1000","Env":["A=b"],"Entrypoint":["/x"],"Cmd":null,"WorkingDir":"/w","StopSignal":"SIGINT",
              "ExposedPorts":{"80/tcp":{},"53/udp":{}},"Volumes":{"/data":{}},"Labels":{"k":"v"}},
    "rootfs":{"type":"layers","diff_ids":[")" +
                                          digest_a + R"("]},
    "history":[{"created_by":"COPY","empty_layer":false},{"created_by":"CMD","empty_layer":true}]})");
  EXPECT_EQ(config.user, "1000:1000");
  EXPECT_EQ(config.environment, std::vector<std::string>{"A=b"});
  EXPECT_EQ(config.entrypoint, std::vector<std::string>{"/x"});
  EXPECT_TRUE(config.command.empty());
  EXPECT_EQ(config.working_dir, "/w");
  EXPECT_EQ(config.exposed_ports, (std::vector<std::string>{"53/udp", "80/tcp"}));
  EXPECT_EQ(config.volumes, std::vector<std::string>{"/data"});
  EXPECT_EQ(config.labels.at("k"), "v");
  ASSERT_EQ(config.history.size(), 2u);
  EXPECT_TRUE(config.history[1].empty_layer);
  EXPECT_EQ(config.diff_ids.at(0).text(), digest_a);
}

TEST(ImageConfig, WithFaultsIsRefusedNamingThem) {
  auto fault = [](const std::string& json) {
    try {
      parse_image_config(json);
    } catch (const Error& error) {
      return std::string(error.message());
    }
    return std::string("taken");
  };
  EXPECT_EQ(fault("x"), "invalid image configuration: not a JSON object");
  EXPECT_EQ(fault(R"({"os":"linux"})"), "invalid image configuration: architecture is missing");
  EXPECT_EQ(fault(R"({"os":"linux","architecture":"amd64"})"), "invalid image configuration: rootfs is missing");
  EXPECT_EQ(fault(R"({"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["x"]}})"),
            "invalid image configuration: diff_ids invalid digest \"x\"");
  EXPECT_EQ(fault(R"({"os":"linux","architecture":"amd64","config":{"Env":"A"},"rootfs":{"type":"layers"}})"),
            "invalid image configuration: Env is not a list");
  EXPECT_EQ(fault(R"({"os":"linux","architecture":"amd64","rootfs":{"type":"other"}})"),
            "invalid image configuration: rootfs type is not \"layers\"");
}

TEST(ChainIds, NameTheStackUpToEachLayer) {
  std::vector<Digest> layers{Digest::parse(digest_a), Digest::parse(digest_b)};
  auto chain = chain_ids(layers);
  EXPECT_EQ(chain[0], layers[0]);
  EXPECT_EQ(chain[1], Digest::of(digest_a + " " + digest_b));
}

}  // namespace
}  // namespace glassdock::content
