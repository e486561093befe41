// A whole engine against Debian's docker-registry with TLS and passwords, asked as users ask it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "engine/client/glass.h"
#include "engine/http/client.h"
#include "engine/trace/json.h"
#include "tests/golden/real_engine.h"
#include "tests/support/base64.h"
#include "tests/support/docker_registry.h"
#include "tests/support/tar_builder.h"
#include "tests/support/test_image.h"
#include "tests/support/tls_authority.h"

namespace glassdock {
namespace {

using golden::Outcome;
using golden::Owner;
using golden::RealEngine;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::base64;

class RegistryEngineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {"docker-registry", "skopeo", "openssl", "htpasswd"}) {
      if (!tests::has_program(program)) GTEST_SKIP() << program << " is not installed";
    }
    const std::string tar = tests::TarBuilder().folder("etc").file("etc/note", "from far away").finish();
    tests::write_layout(tests::make_image({tar}), layout(), "v1");
    authority_ = std::make_unique<tests::TlsAuthority>(folder_.path() / "tls");
  }

  std::filesystem::path layout() const { return folder_.path() / "layout"; }
  // With TLS and a password, filled.
  std::unique_ptr<tests::DockerRegistry> private_registry() const {
    auto registry = std::make_unique<tests::DockerRegistry>(
        folder_.path() / "registry", tests::htpasswd_configuration(folder_.path(), "me", "secret"),
        authority_->registry_configuration());
    tests::push_layout(layout(), registry->host(),
                       {"--dest-cert-dir", authority_->ca_folder().string(), "--dest-creds", "me:secret"});
    return registry;
  }
  // As a client that has logged in; the engine's answer.
  static std::string pull_as(const RealEngine& engine, const std::string& host, const std::string& password) {
    http::Client client = http::Client::connect_unix(engine.socket());
    const std::string login = fmt::format(R"({{"username":"me","password":"{}"}})", password);
    http::Response answer = client.request("POST", "/v1.45/images/create?fromImage=" + host + "%2Fsome%2Ftool&tag=v1",
                                           {{"X-Registry-Auth", base64(login)}}, "");
    return answer.read_body();
  }
  static void expect_here(const RealEngine& engine, const std::string& host) {
    EXPECT_THAT(engine.docker({"images"}).out, HasSubstr(host + "/some/tool"));
    std::string note;
    for (const auto& entry : std::filesystem::directory_iterator(engine.data() / "layers")) {
      note += os::try_read_file(entry.path() / "etc/note").value_or("");
    }
    EXPECT_EQ(note, "from far away");
  }
  // One line, docker's, and nothing left.
  static void expect_refused(const RealEngine& engine, const std::string& host, const std::string& fault,
                             const std::string& hint) {
    const golden::Traces before = engine.traces();
    const Outcome outcome = engine.docker({"run", "--rm", host + "/some/tool:v1", "true"});
    EXPECT_EQ(outcome.code, 125);
    EXPECT_THAT(outcome.err,
                AllOf(HasSubstr("docker: Error response from daemon: "), HasSubstr(fault), HasSubstr(" (" + hint)));
    EXPECT_EQ(engine.differs_from(before), "");
  }

  os::TempDir folder_{"/tmp", "glassdock-registry."};
  std::unique_ptr<tests::TlsAuthority> authority_;
};

TEST_F(RegistryEngineTest, APasswordOverTlsOpensAPrivateRegistry) {
  const auto registry = private_registry();
  const RealEngine engine(Owner::self, {"--registry-ca", authority_->ca_file().string()});
  expect_refused(engine, registry->host(), "no basic auth credentials", "check the name, or log in to");
  const golden::Traces before = engine.traces();
  EXPECT_THAT(pull_as(engine, registry->host(), "wrong"), AllOf(HasSubstr("unauthorized: authentication required"),
                                                                HasSubstr("user name or password is not right")));
  EXPECT_EQ(engine.differs_from(before), "");
  EXPECT_THAT(pull_as(engine, registry->host(), "secret"), HasSubstr("Status: Downloaded newer image"));
  expect_here(engine, registry->host());
  // What one client's password opened stays closed to the next client.
  const Outcome stranger = engine.docker({"pull", registry->host() + "/some/tool:v1"});
  EXPECT_EQ(stranger.code, 1);
  EXPECT_THAT(stranger.err, HasSubstr("no basic auth credentials"));
}

TEST_F(RegistryEngineTest, ThePasswordIsInNoEvent) {
  const auto registry = private_registry();
  const RealEngine engine(Owner::self, {"--registry-ca", authority_->ca_file().string()});
  client::GlassStream events = client::Glass(engine.socket()).events(/*evidence=*/true);
  pull_as(engine, registry->host(), "secret");
  std::string all;
  bool asked_with_it = false;
  while (auto line = events.next()) {
    const auto* event = std::get_if<trace::Event>(&*line);
    if (!event) continue;
    trace::append_json_line(all, *event);
    asked_with_it = asked_with_it || trace::argument_number(*event, "status") == 401;
    if (event->name == "request.received" && event->kind == trace::Kind::end) break;
  }
  EXPECT_TRUE(asked_with_it) << "the registry never asked who is there";
  EXPECT_THAT(all, AllOf(HasSubstr("pull.done"), HasSubstr("X-Registry-Auth: (hidden)"), Not(HasSubstr("secret")),
                         Not(HasSubstr(base64("me:secret")))));
  EXPECT_EQ(all.find(base64(R"({"username":"me","password":"secret"})")), std::string::npos);
}

TEST_F(RegistryEngineTest, TheRealClientsLoginIsEnough) {
  if (!tests::has_program("docker")) GTEST_SKIP() << "docker (the client) is not installed";
  const auto registry = private_registry();
  const RealEngine engine(Owner::self, {"--registry-ca", authority_->ca_file().string()});
  const std::filesystem::path home = folder_.path() / "docker";
  std::filesystem::create_directories(home);
  std::ofstream(home / "config.json") << fmt::format(R"({{"auths":{{"{}":{{"auth":"{}"}}}}}})", registry->host(),
                                                     base64("me:secret"));
  const std::string said =
      tests::run_program({"docker", "--config", home.string(), "--host", "unix://" + engine.socket().string(), "pull",
                          registry->host() + "/some/tool:v1"},
                         folder_.path());
  EXPECT_THAT(said, HasSubstr("Downloaded newer image"));
  expect_here(engine, registry->host());
}

TEST_F(RegistryEngineTest, AnUnknownAuthorityIsNotTrusted) {
  const auto registry = private_registry();
  const tests::TlsAuthority another(folder_.path() / "another");
  const RealEngine engine(Owner::self, {"--registry-ca", another.ca_file().string()});
  expect_refused(engine, registry->host(), "tls: failed to verify certificate",
                 "a registry with its own CA needs that CA's file given to the engine");
}

TEST_F(RegistryEngineTest, PlainHttpIsSpokenWhereItIsAllowed) {
  const tests::DockerRegistry registry(folder_.path() / "plain");
  tests::push_layout(layout(), registry.host(), {"--dest-tls-verify=false"});
  const std::vector<std::string> tls = {"--registry-ca", authority_->ca_file().string()};
  {
    const RealEngine engine(Owner::self, tls);
    expect_refused(engine, registry.host(), "http: server gave HTTP response to HTTPS client",
                   "the registry speaks plain HTTP: tell the engine so, as an insecure registry");
  }
  std::vector<std::string> allowed = tls;
  allowed.insert(allowed.end(), {"--insecure-registry", registry.host()});
  const RealEngine engine(Owner::self, allowed);
  const Outcome pulled = engine.docker({"pull", registry.host() + "/some/tool:v1"});
  EXPECT_EQ(pulled.code, 0) << pulled.err;
  expect_here(engine, registry.host());
}

}  // namespace
}  // namespace glassdock
