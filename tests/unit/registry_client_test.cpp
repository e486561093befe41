#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "engine/base/error.h"
#include "engine/registry/client.h"
#include "engine/registry/curl_library.h"
#include "engine/registry/kept.h"
#include "tests/support/fault_of.h"
#include "tests/support/faulty_registry.h"
#include "tests/support/tar_builder.h"

namespace glassdock::registry {
namespace {

using content::Reference;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::fault_of;
using tests::FaultyRegistry;

const ClientSettings quick{.ca_file = {},
                           .connect_timeout = std::chrono::seconds(5),
                           .stall_timeout = std::chrono::seconds(1),
                           .retries = 3,
                           .first_wait = std::chrono::milliseconds(1)};

class RegistryClientTest : public testing::Test {
 protected:
  // Some megabytes that gzip cannot make small, so that a blob takes several reads.
  static std::string noise(std::size_t bytes) {
    std::string text(bytes, '\0');
    std::uint32_t state = 1;
    for (char& c : text) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    return text;
  }

  std::vector<Endpoint> own() { return endpoints_for(reference_, {}, std::nullopt); }
  std::string get_blob(const content::Descriptor& blob) {
    std::string bytes;
    client_.blob(
        reference_, blob, own()[0],
        [&](std::span<const std::byte> piece) {
          bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
        },
        context_);
    return bytes;
  }
  content::Descriptor layer() const {
    return {.media_type = {}, .digest = Digest::of(image_.layers[0]), .size = image_.layers[0].size()};
  }

  tests::TestImage image_ = tests::make_image({tests::TarBuilder().file("noise", noise(3 * 1024 * 1024)).finish()});
  FaultyRegistry registry_;  // after what it sends
  Client client_{quick};
  Reference reference_ = Reference::parse(registry_.host() + "/some/tool:v1");
  trace::Context context_;

  void SetUp() override { registry_.add("some/tool", "v1", image_); }
};

TEST_F(RegistryClientTest, ResolvesATagAndStreamsABlob) {
  FetchedManifest manifest = client_.resolve(reference_, own(), context_);
  EXPECT_EQ(manifest.json, image_.manifest);
  EXPECT_EQ(manifest.digest, image_.digest());
  std::string accept = registry_.seen().at(0).accept;
  for (auto type : {content::media_type::oci_manifest, content::media_type::oci_index,
                    content::media_type::docker_manifest, content::media_type::docker_list}) {
    EXPECT_THAT(accept, HasSubstr(std::string(type)));
  }
  EXPECT_EQ(get_blob(layer()), image_.layers[0]);
  EXPECT_EQ(client_.manifest(reference_, image_.digest(), own()[0], context_).json, image_.manifest);
}

TEST_F(RegistryClientTest, GoesOnWhereABlobWasCutOff) {
  std::atomic<int> cuts{0};
  registry_.on_request([&](http::Request& request, http::ResponseWriter& answer) {
    if (request.path().find("/blobs/") == std::string::npos || cuts++ > 0) return false;
    answer.start(200, {{"Content-Length", std::to_string(image_.layers[0].size())}});
    answer.write(std::string_view(image_.layers[0]).substr(0, 1'000'000));
    answer.abort();
    return true;
  });
  EXPECT_EQ(get_blob(layer()), image_.layers[0]);
  auto seen = registry_.seen();
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[1].range, "bytes=1000000-");
}

TEST_F(RegistryClientTest, SkipsWhatItHasWhereTheServerKnowsNoRanges) {
  std::atomic<int> requests{0};
  registry_.on_request([&](http::Request&, http::ResponseWriter& answer) {
    answer.start(200, {{"Content-Length", std::to_string(image_.layers[0].size())}});
    bool first = requests++ == 0;
    answer.write(std::string_view(image_.layers[0]).substr(0, first ? 700'001 : std::string::npos));
    first ? answer.abort() : answer.finish();
    return true;
  });
  EXPECT_EQ(get_blob(layer()), image_.layers[0]);
  EXPECT_EQ(requests, 2);
}

TEST_F(RegistryClientTest, GivesUpAfterSomeCutsInARow) {
  registry_.on_request([&](http::Request&, http::ResponseWriter& answer) {
    answer.start(200, {{"Content-Length", std::to_string(image_.layers[0].size())}});
    answer.write("a");
    answer.abort();
    return true;
  });
  Error error = fault_of([&] { get_blob(layer()); });
  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("unexpected EOF"));
  EXPECT_THAT(error.hint(), HasSubstr("pull again"));
  EXPECT_EQ(registry_.seen().size(), 4u) << "the first and three more";
}

TEST_F(RegistryClientTest, TakesAStalledTransferForCutOff) {
  std::atomic<int> requests{0};
  registry_.on_request([&](http::Request&, http::ResponseWriter& answer) {
    if (requests++ > 0) return false;
    answer.start(200, {{"Content-Length", std::to_string(image_.layers[0].size())}});
    answer.write(std::string_view(image_.layers[0]).substr(0, 100'000));
    while (!answer.peer_closed()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return true;
  });
  EXPECT_EQ(get_blob(layer()), image_.layers[0]);
  EXPECT_EQ(registry_.seen().at(1).range, "bytes=100000-");
}

TEST_F(RegistryClientTest, RefusesARangeThatItDidNotAskFor) {
  std::atomic<int> requests{0};
  registry_.on_request([&](http::Request&, http::ResponseWriter& answer) {
    if (requests++ == 0) {
      answer.start(200, {{"Content-Length", std::to_string(image_.layers[0].size())}});
      answer.write(std::string_view(image_.layers[0]).substr(0, 1000));
      answer.abort();
    } else {
      answer.send(206, {{"Content-Range", "bytes 5-9/10"}}, "12345");
    }
    return true;
  });
  EXPECT_EQ(fault_of([&] { get_blob(layer()); }).kind(), ErrorKind::corrupt);
}

TEST_F(RegistryClientTest, RefusesABlobOfAnotherSize) {
  content::Descriptor wrong = layer();
  wrong.size -= 1;
  EXPECT_EQ(fault_of([&] { get_blob(wrong); }).kind(), ErrorKind::corrupt);
  wrong.size += 2;
  EXPECT_EQ(fault_of([&] { get_blob(wrong); }).kind(), ErrorKind::corrupt);
}

TEST_F(RegistryClientTest, SaysWhatIsMissing) {
  Reference nosuch = Reference::parse(registry_.host() + "/some/tool:nosuch");
  Error error = fault_of([&] { client_.resolve(nosuch, own(), context_); });
  EXPECT_EQ(error.kind(), ErrorKind::not_found);
  EXPECT_EQ(error.message(), "manifest for " + nosuch.familiar() + " not found: manifest unknown: manifest unknown");
  content::Descriptor missing{.media_type = {}, .digest = Digest::of("missing"), .size = 7};
  error = fault_of([&] { get_blob(missing); });
  EXPECT_EQ(error.kind(), ErrorKind::not_found);
  EXPECT_EQ(error.message(), "blob unknown: blob unknown to registry");
}

TEST_F(RegistryClientTest, TriesAgainAfterAServersFault) {
  std::atomic<int> requests{0};
  registry_.on_request([&](http::Request&, http::ResponseWriter& answer) {
    if (requests++ > 1) return false;
    answer.send(503, {}, "busy");
    return true;
  });
  EXPECT_EQ(client_.resolve(reference_, own(), context_).digest, image_.digest());
  EXPECT_EQ(requests, 3);
  registry_.on_request([](http::Request&, http::ResponseWriter& answer) {
    answer.send(500, {}, "");
    return true;
  });
  Error error = fault_of([&] { client_.resolve(reference_, own(), context_); });
  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("received unexpected HTTP status: 500"));
}

TEST_F(RegistryClientTest, RefusesAManifestWithAnotherDigestOrTooLarge) {
  Reference by_digest = reference_;
  by_digest.digest = Digest::of("another document");
  registry_.add_document("some/tool", by_digest.digest->text(), image_.manifest);
  Error error = fault_of([&] { client_.resolve(by_digest, own(), context_); });
  EXPECT_EQ(error.kind(), ErrorKind::corrupt);
  EXPECT_EQ(error.message(), "manifest verification failed for digest " + by_digest.digest->text());
  registry_.add_document("some/tool", "v1", std::string(content::manifest_limit + 1, ' '));
  error = fault_of([&] { client_.resolve(reference_, own(), context_); });
  EXPECT_THAT(error.message(), HasSubstr("is larger than"));
}

TEST_F(RegistryClientTest, AsksTheMirrorFirstAndTellsWhatItSaid) {
  std::vector<Endpoint> places = own();
  Endpoint mirror = places[0];
  mirror.mirror = true;
  Endpoint real{.host = "127.0.0.1:1", .plain_http = true, .mirror = false, .credentials = std::nullopt};
  EXPECT_EQ(client_.resolve(reference_, {mirror, real}, context_).endpoint.host, registry_.host());

  Reference nosuch = Reference::parse("nosuch");
  Error error = fault_of([&] { client_.resolve(nosuch, {mirror, real}, context_); });
  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_EQ(error.message(),
            "the built-in hub has no nosuch:latest; 127.0.0.1:1 cannot be reached: dial tcp 127.0.0.1:1: connect: "
            "connection refused");

  Endpoint dead_mirror = real;
  dead_mirror.mirror = true;
  EXPECT_EQ(client_.resolve(reference_, {dead_mirror, places[0]}, context_).digest, image_.digest());
  error = fault_of([&] { client_.resolve(reference_, {dead_mirror, real}, context_); });
  EXPECT_THAT(error.message(), HasSubstr("the built-in hub at 127.0.0.1:1 does not answer"));
}

TEST_F(RegistryClientTest, TellsWhatTheMirrorHasInstead) {
  registry_.on_request([](http::Request& request, http::ResponseWriter& answer) {
    const bool tags = request.path() == "/v2/library/alpine/tags/list";
    if (tags) answer.send(200, {}, R"({"name":"library/alpine","tags":["3.21","latest"]})");
    const bool catalog = request.path() == "/v2/_catalog";
    if (catalog) answer.send(200, {}, R"({"repositories":["class/go","library/alpine","library/busybox"]})");
    return tags || catalog;
  });
  const Endpoint hub{.host = registry_.host(), .plain_http = true, .mirror = true, .credentials = std::nullopt};
  const Endpoint nobody{.host = "127.0.0.1:1", .plain_http = true, .mirror = false, .credentials = std::nullopt};
  const Endpoint refusing{.host = registry_.host(), .plain_http = true, .mirror = false, .credentials = std::nullopt};
  auto fault = [&](const char* image, const Endpoint& own) {
    return fault_of([&] { client_.resolve(Reference::parse(image), {hub, own}, context_); });
  };
  EXPECT_THAT(
      fault("alpin", nobody).message(),
      StartsWith("the built-in hub has no image alpin, only class/go, alpine and busybox; 127.0.0.1:1 cannot be "
                 "reached: dial tcp"));
  for (const char* typed : {"alpin", "alpine2", "apline"}) {
    EXPECT_EQ(fault(typed, nobody).hint(), "did you mean alpine?") << typed;
  }
  for (const char* typed : {"al", "nginx", "class/python", "busy"}) {
    EXPECT_THAT(fault(typed, nobody).hint(), Not(HasSubstr("did you mean"))) << typed;
  }
  const Error tag = fault("alpine:3.99", nobody);
  EXPECT_THAT(tag.message(), StartsWith("the built-in hub has no alpine:3.99, only the tags 3.21 and latest; "));
  EXPECT_THAT(tag.hint(), Not(HasSubstr("did you mean")));

  const Error refused = fault("alpin", refusing);
  EXPECT_EQ(refused.kind(), ErrorKind::not_found);
  EXPECT_THAT(refused.message(), StartsWith("manifest for alpin:latest not found: manifest unknown"));
  EXPECT_THAT(refused.hint(), HasSubstr("has no such image; the built-in hub has no image alpin, only class/go, alpine "
                                        "and busybox; did you mean alpine?"));
}

TEST_F(RegistryClientTest, WordsAccessDeniedAsDockerDoes) {
  registry_.on_request([](http::Request&, http::ResponseWriter& answer) {
    answer.send(401, {{"WWW-Authenticate", "Bearer error=\"insufficient_scope\""}},
                R"({"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]})");
    return true;
  });
  Error error = fault_of([&] { client_.resolve(Reference::parse("nosuch"), own(), context_); });
  EXPECT_EQ(error.kind(), ErrorKind::not_found);
  EXPECT_EQ(error.message(),
            "pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested "
            "access to the resource is denied");
}

TEST_F(RegistryClientTest, GetsATokenOnceAndNeverSendsItElsewhere) {
  FaultyRegistry elsewhere;
  elsewhere.add("some/tool", "v1", image_);
  registry_.on_request([&](http::Request& request, http::ResponseWriter& answer) {
    if (request.path() == "/token") {
      EXPECT_EQ(request.query("scope"), "repository:some/tool:pull");
      EXPECT_EQ(request.query("service"), "the registry");
      EXPECT_EQ(request.headers().get("Authorization"), "Basic bWU6c2VjcmV0");
      answer.send(200, {}, R"({"token":"t0ken","expires_in":300})");
    } else if (request.headers().get("Authorization") != "Bearer t0ken") {
      answer.send(401,
                  {{"WWW-Authenticate", "Bearer realm=\"http://" + registry_.host() +
                                            "/token\",service=\"the registry\",scope=\"repository:some/tool:pull\""}},
                  "{}");
    } else if (request.path().find("/blobs/") != std::string::npos) {
      answer.send(307, {{"Location", "http://" + elsewhere.host() + request.path() + "?ticket=hidden"}}, "");
    } else {
      return false;
    }
    return true;
  });
  trace::Tracer tracer;
  auto watcher = tracer.subscribe(/*evidence=*/true);
  context_.tracer = &tracer;
  auto places = endpoints_for(reference_, {}, Credentials{"me", "secret"});
  client_.resolve(reference_, places, context_);
  std::string bytes;
  auto sink = [&](std::span<const std::byte> piece) {
    bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  };
  client_.blob(reference_, layer(), places[0], sink, context_);
  EXPECT_EQ(bytes, image_.layers[0]);
  EXPECT_EQ(registry_.times("/token"), 1u);
  for (const auto& seen : elsewhere.seen()) EXPECT_EQ(seen.authorization, "");
  EXPECT_EQ(elsewhere.seen().size(), 1u);

  int events = 0;
  std::string told;
  while (auto event = watcher->next(std::chrono::milliseconds(0))) {
    ++events;
    EXPECT_EQ(event->name, "pull.http");
    told += event->subject + event->plain_command;
    for (const auto& evidence : event->evidence) told += evidence.source + evidence.content + evidence.command;
  }
  EXPECT_EQ(events, 4) << "manifest refused, token, manifest, blob";
  EXPECT_THAT(told, HasSubstr("GET http://" + registry_.host() + "/v2/some/tool/manifests/v1"));
  EXPECT_THAT(told, HasSubstr("HTTP/1.1 307"));
  for (const char* secret : {"t0ken", "secret", "bWU6c2VjcmV0", "hidden"}) EXPECT_THAT(told, Not(HasSubstr(secret)));
}

TEST_F(RegistryClientTest, TellsAWrongPasswordAndAMissingOne) {
  registry_.on_request([](http::Request& request, http::ResponseWriter& answer) {
    if (request.headers().get("Authorization") == "Basic bWU6c2VjcmV0") return false;
    answer.send(401, {{"WWW-Authenticate", "Basic realm=\"x\""}},
                R"({"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]})");
    return true;
  });
  EXPECT_NO_THROW(client_.resolve(reference_, endpoints_for(reference_, {}, Credentials{"me", "secret"}), context_));
  Error error = fault_of([&] { client_.resolve(reference_, own(), context_); });
  EXPECT_EQ(error.kind(), ErrorKind::unauthorized);
  EXPECT_THAT(error.message(), HasSubstr("no basic auth credentials"));
  error = fault_of([&] {
    client_.resolve(reference_, endpoints_for(reference_, {}, Credentials{"me", "wrong"}), context_);
  });
  EXPECT_EQ(error.kind(), ErrorKind::unauthorized);
  EXPECT_THAT(error.message(), HasSubstr("unauthorized: authentication required"));
  EXPECT_THAT(std::string(error.what()), Not(HasSubstr("wrong\"")));
}

TEST_F(RegistryClientTest, EndsWhenTheRunIsGivenUp) {
  struct GivenUp : trace::GateKeeper {
    std::atomic<bool> now{false};
    void pass(std::string_view, std::string_view, std::uint64_t) override {}
    bool cancelled() const noexcept override { return now; }
  } gates;
  registry_.on_request([&](http::Request&, http::ResponseWriter& answer) {
    answer.start(200, {{"Content-Length", std::to_string(image_.layers[0].size())}});
    answer.write("a");
    gates.now = true;
    while (!answer.peer_closed()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return true;
  });
  context_.gates = &gates;
  EXPECT_EQ(fault_of([&] { get_blob(layer()); }).kind(), ErrorKind::cancelled);
}

TEST_F(RegistryClientTest, HandsOnWhatTheSinkThrows) {
  auto sink = [](std::span<const std::byte>) { throw Error(ErrorKind::no_space, "the disk is full"); };
  Error error = fault_of([&] { client_.blob(reference_, layer(), own()[0], sink, context_); });
  EXPECT_EQ(error.kind(), ErrorKind::no_space);
  EXPECT_EQ(registry_.seen().size(), 1u) << "no retry";
}

TEST(KeptSessions, AreFewAndYoungHoweverManyHostsWereAsked) {
  const CurlLibrary library;
  const auto make = [&] { return std::make_unique<HttpSession>(library, "", HttpTimeouts{}); };
  IdleSessions idle;
  const Moment now{};
  for (int host = 0; host < 40; ++host) idle.put(std::to_string(host), make(), now);
  EXPECT_EQ(idle.size(), 16u);
  EXPECT_EQ(idle.take("0", now), nullptr) << "the oldest went first";
  EXPECT_NE(idle.take("39", now), nullptr);
  EXPECT_EQ(idle.take("39", now), nullptr);
  for (int i = 0; i < 10; ++i) idle.put("a", make(), now);
  EXPECT_EQ(idle.size(), 16u);
  for (int i = 0; i < 4; ++i) EXPECT_NE(idle.take("a", now), nullptr);
  EXPECT_EQ(idle.take("a", now), nullptr) << "of one host there are four";
  const Moment later = now + std::chrono::minutes(2);
  EXPECT_EQ(idle.take("38", later), nullptr);
  idle.put("a", make(), later);
  EXPECT_EQ(idle.size(), 1u);
}

TEST(KeptTokens, GoWhenTheyHaveEndedOrAreTooMany) {
  TokenCache tokens;
  const Moment now{};
  const auto in = [&](int seconds) { return now + std::chrono::seconds(seconds); };
  tokens.put("a", "Bearer a", in(10), now);
  EXPECT_EQ(tokens.find("a", in(9)), "Bearer a");
  EXPECT_EQ(tokens.find("a", in(10)), "");
  tokens.put("b", "Basic b", Moment::max(), in(10));
  EXPECT_EQ(tokens.size(), 1u) << "a has ended";
  for (int i = 0; i < 1000; ++i) tokens.put(std::to_string(i), "Bearer c", in(1000 + i), now);
  EXPECT_EQ(tokens.size(), 256u);
  EXPECT_EQ(tokens.find("b", now), "Basic b");
  EXPECT_EQ(tokens.find("0", now), "") << "it ends first";
  EXPECT_EQ(tokens.find("999", now), "Bearer c");
  tokens.erase("999");
  EXPECT_EQ(tokens.find("999", now), "");
}

}  // namespace
}  // namespace glassdock::registry
