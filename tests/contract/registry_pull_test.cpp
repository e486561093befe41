// The image service against Debian's docker-registry, filled by skopeo: the protocol as others speak it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "engine/base/error.h"
#include "engine/daemon/image_service.h"
#include "engine/http/server.h"
#include "engine/http/socket.h"
#include "engine/os/files.h"
#include "tests/support/base64.h"
#include "tests/support/docker_registry.h"
#include "tests/support/tar_builder.h"
#include "tests/support/test_image.h"
#include "tests/support/tls_authority.h"

namespace glassdock {
namespace {

using content::Reference;
using testing::HasSubstr;
namespace fs = std::filesystem;

class RegistryPullTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {"docker-registry", "skopeo", "openssl", "htpasswd"}) {
      if (!tests::has_program(program)) GTEST_SKIP() << program << " is not installed";
    }
    tests::write_layout(image_, folder_.path() / "layout", "v1");
  }

  void push(const std::string& host, const std::vector<std::string>& options) {
    tests::push_layout(folder_.path() / "layout", host, options);
  }
  // Pulls into a new data folder and looks at what came.
  void expect_pull(const std::string& host, const registry::ClientSettings& settings = {},
                   const std::optional<registry::Credentials>& credentials = std::nullopt, bool tls = false) {
    os::TempDir data(folder_.path(), "data.");
    content::BlobStore blobs(os::real_system(), data.path());
    content::Metadata metadata(data.path() / "metadata.db");
    snapshot::LayerStore layers(os::real_system(), data.path() / "layers", ::geteuid() != 0);
    registry::Client client(settings);
    daemon::EventLog events;
    daemon::ImageService images({blobs, metadata, layers, client, events},
                                {.places = {.hub = {}, .insecure = {}, .tls_on_loopback = tls}}, {});
    auto image = images.pull(Reference::parse(host + "/some/tool:v1"), std::nullopt, {}, {}, credentials);
    ASSERT_EQ(image->layers.size(), 2u);
    EXPECT_EQ(image->config.diff_ids, image_.diff_ids);
    EXPECT_EQ(os::read_file(layers.path(image->layers[0]) / "etc" / "base"), "lower");
    EXPECT_EQ(os::read_file(layers.path(image->layers[1]) / "etc" / "top"), "upper");
  }
  template <typename Call>
  std::string fault_of(Call&& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.what();
    }
    return "no fault";
  }

  os::TempDir folder_{fs::temp_directory_path(), "glassdock-registry."};
  const tests::TestImage image_ =
      tests::make_image({tests::TarBuilder().folder("etc").file("etc/base", "lower").finish(),
                         tests::TarBuilder().file("etc/top", "upper").finish()});
};

TEST_F(RegistryPullTest, WithoutAuthenticationInBothFormats) {
  tests::DockerRegistry registry(folder_.path() / "registry");
  push(registry.host(), {"--dest-tls-verify=false"});
  expect_pull(registry.host());
  push(registry.host(), {"--dest-tls-verify=false", "--format", "v2s2"});
  expect_pull(registry.host());
  EXPECT_EQ(fault_of([&] {
              registry::Client client({});
              auto reference = Reference::parse(registry.host() + "/some/tool:nosuch");
              client.resolve(reference, registry::endpoints_for(reference, {}, std::nullopt), {});
            }),
            fmt::format("manifest for {0}/some/tool:nosuch not found: manifest unknown: manifest unknown (check "
                        "name and tag: {0} has no such image)",
                        registry.host()));
}

TEST_F(RegistryPullTest, WithBasicAuthentication) {
  tests::DockerRegistry registry(folder_.path() / "registry",
                                 tests::htpasswd_configuration(folder_.path(), "me", "secret"));
  push(registry.host(), {"--dest-tls-verify=false", "--dest-creds", "me:secret"});
  expect_pull(registry.host(), {}, registry::Credentials{"me", "secret"});
  EXPECT_THAT(fault_of([&] { expect_pull(registry.host()); }), HasSubstr("no basic auth credentials"));
  EXPECT_THAT(fault_of([&] {
                expect_pull(registry.host(), {}, registry::Credentials{"me", "wrong"});
              }),
              HasSubstr("unauthorized: authentication required"));
}

// A token service as distribution's token.md describes it: signed JSON web tokens for the scope that was asked for.
class TokenService {
 public:
  TokenService(fs::path folder) : folder_(std::move(folder)) {
    fs::create_directories(folder_);
    tests::run_program({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tokens",
                        "-keyout", key().string(), "-out", certificate().string()},
                       folder_);
    UniqueFd socket = http::listen_tcp_loopback();
    port_ = http::local_port(socket.get());
    server_ = std::make_unique<http::Server>(
        std::move(socket), [this](http::Request& request, http::ResponseWriter& answer) { handle(request, answer); });
  }

  fs::path key() const { return folder_ / "key.pem"; }
  fs::path certificate() const { return folder_ / "certificate.pem"; }
  std::string registry_configuration() const {
    return fmt::format(
        "auth:\n  token:\n    realm: http://127.0.0.1:{}/token\n    service: test-registry\n    issuer: test-issuer\n"
        "    rootcertbundle: {}\n",
        port_, certificate().string());
  }

 private:
  static std::string base64_url(std::string_view bytes) {
    std::string text = tests::base64(bytes);
    while (!text.empty() && text.back() == '=') text.pop_back();
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
  }
  std::string certificate_line() const {
    std::string line;
    for (const std::string& part : split(os::read_file(certificate()), '\n')) {
      if (part.find("-----") == std::string::npos) line += part;
    }
    return line;
  }
  std::string signed_token(const std::string& scope) {
    auto parts = split(scope, ':');
    std::string access;
    if (parts.size() == 3) {
      std::string actions;
      for (const std::string& action : split(parts[2], ',')) {
        actions += fmt::format("{}\"{}\"", actions.empty() ? "" : ",", action);
      }
      access = fmt::format(R"({{"type":"{}","name":"{}","actions":[{}]}})", parts[0], parts[1], actions);
    }
    std::int64_t now = ::time(nullptr);
    std::string body =
        base64_url(fmt::format(R"({{"typ":"JWT","alg":"RS256","x5c":["{}"]}})", certificate_line())) + "." +
        base64_url(fmt::format(
            R"({{"iss":"test-issuer","sub":"me","aud":"test-registry","exp":{},"nbf":{},"iat":{},"jti":"1","access":[{}]}})",
            now + 300, now - 10, now, access));
    std::ofstream(folder_ / "body", std::ios::binary) << body;
    tests::run_program({"openssl", "dgst", "-sha256", "-sign", key().string(), "-out", (folder_ / "signature").string(),
                        (folder_ / "body").string()},
                       folder_);
    return body + "." + base64_url(os::read_file(folder_ / "signature"));
  }
  void handle(http::Request& request, http::ResponseWriter& answer) {
    if (request.headers().get("Authorization") != "Basic " + tests::base64("me:secret")) {
      return answer.send(401, {}, R"({"errors":[{"code":"UNAUTHORIZED","message":"who are you"}]})");
    }
    std::lock_guard lock(mutex_);
    answer.send(200, {{"Content-Type", "application/json"}},
                fmt::format(R"({{"token":"{}","expires_in":300}})", signed_token(request.query("scope").value_or(""))));
  }

  fs::path folder_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(RegistryPullTest, WithTokens) {
  TokenService tokens(folder_.path() / "tokens");
  tests::DockerRegistry registry(folder_.path() / "registry", tokens.registry_configuration());
  push(registry.host(), {"--dest-tls-verify=false", "--dest-creds", "me:secret"});
  expect_pull(registry.host(), {}, registry::Credentials{"me", "secret"});
  EXPECT_THAT(fault_of([&] {
                expect_pull(registry.host(), {}, registry::Credentials{"me", "wrong"});
              }),
              HasSubstr("unauthorized: incorrect username or password"));
  EXPECT_THAT(fault_of([&] { expect_pull(registry.host()); }), HasSubstr("unauthorized"));
}

TEST_F(RegistryPullTest, OverTlsWithACaOfItsOwn) {
  const tests::TlsAuthority authority(folder_.path() / "tls");
  tests::DockerRegistry registry(folder_.path() / "registry", "", authority.registry_configuration());
  push(registry.host(), {"--dest-cert-dir", authority.ca_folder().string()});
  expect_pull(registry.host(), {.ca_file = authority.ca_file()}, std::nullopt, /*tls=*/true);
  EXPECT_THAT(fault_of([&] { expect_pull(registry.host(), {}, std::nullopt, /*tls=*/true); }),
              HasSubstr("tls: failed to verify certificate"));
  // Plain HTTP where TLS is spoken, and the other way round.
  EXPECT_THAT(fault_of([&] { expect_pull(registry.host()); }), HasSubstr("400"));
  tests::DockerRegistry plain(folder_.path() / "plain");
  EXPECT_THAT(fault_of([&] { expect_pull(plain.host(), {}, std::nullopt, /*tls=*/true); }),
              HasSubstr("http: server gave HTTP response to HTTPS client"));
}

}  // namespace
}  // namespace glassdock
