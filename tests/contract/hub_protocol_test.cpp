// The hub's answers on the wire, against the OCI distribution spec 1.1.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>

#include "engine/base/digest.h"
#include "engine/base/error.h"
#include "engine/http/client.h"
#include "engine/http/socket.h"
#include "engine/hub/hub.h"
#include "engine/os/files.h"
#include "tests/support/places.h"

using namespace glassdock;
using namespace std::chrono_literals;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr const char* manifest_type = "application/vnd.oci.image.manifest.v1+json";
const http::Headers may_push = {{"Authorization", "Bearer secret"}};

struct Answer {
  int status;
  http::Headers headers;
  std::string body;
  std::string code() const { return json::parse(body).at("errors").at(0).at("code").get<std::string>(); }
};

struct HubProtocol : testing::Test {
  os::TempDir folder{fs::temp_directory_path()};
  hub::Hub hub{os::real_system(), build_path("share/glassdock/hub"), folder.path(), "secret", {}};
  http::Client client = http::Client::connect_tcp("127.0.0.1", hub.port());

  Answer ask(const char* method, const std::string& target, const http::Headers& headers = {},
             std::string_view body = {}) {
    http::Response response = client.request(method, target, headers, body);
    return {response.status(), response.headers(), response.read_body()};
  }
  Answer push(const char* method, const std::string& target, http::Headers headers = {}, std::string_view body = {}) {
    headers.add("Authorization", "Bearer secret");
    return ask(method, target, headers, body);
  }
  std::string put_blob(const std::string& repository, const std::string& bytes) {
    std::string digest = Digest::of(bytes).text();
    EXPECT_EQ(push("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, {}, bytes).status, 201);
    return digest;
  }
  // A manifest with a configuration and no layers; returns its text.
  std::string manifest_of(const std::string& repository, const json& more = json::object()) {
    json manifest = {{"schemaVersion", 2}, {"mediaType", manifest_type}, {"layers", json::array()}};
    manifest["config"] = {
        {"mediaType", "application/vnd.oci.empty.v1+json"}, {"digest", put_blob(repository, "{}")}, {"size", 2}};
    manifest.update(more);
    return manifest.dump();
  }
  Answer put_manifest(const std::string& repository, const std::string& reference, const std::string& text) {
    return push("PUT", "/v2/" + repository + "/manifests/" + reference, {{"Content-Type", manifest_type}}, text);
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
  std::string begin_upload(const std::string& repository) {
    Answer begun = push("POST", "/v2/" + repository + "/blobs/uploads/");
    EXPECT_EQ(begun.status, 202);
    return std::string(begun.headers.get("Location"));
  }
};

TEST_F(HubProtocol, never_takes_the_port_of_the_lessons) {
  EXPECT_NE(hub.port(), 5000);
}

TEST_F(HubProtocol, serves_its_own_images_to_anybody) {
  Answer index = ask("GET", "/v2/library/alpine/manifests/latest");
  ASSERT_EQ(index.status, 200);
  EXPECT_EQ(index.headers.get("Content-Type"), "application/vnd.oci.image.index.v1+json");
  EXPECT_EQ(index.headers.get("Docker-Content-Digest"), Digest::of(index.body).text());
  EXPECT_EQ(index.headers.get("Docker-Distribution-Api-Version"), "registry/2.0");
  std::string digest = json::parse(index.body)["manifests"][0]["digest"];
  Answer manifest = ask("GET", "/v2/library/alpine/manifests/" + digest);
  ASSERT_EQ(manifest.status, 200);
  json layers = json::parse(manifest.body)["layers"];
  ASSERT_GE(layers.size(), 2u);
  for (const json& layer : layers) {
    Answer blob = ask("GET", "/v2/library/alpine/blobs/" + layer["digest"].get<std::string>());
    EXPECT_EQ(layer["digest"], Digest::of(blob.body).text());
    EXPECT_EQ(layer["size"], blob.body.size());
  }
  json others = json::parse(ask("GET", "/v2/library/busybox/manifests/latest").body);
  std::string other = others["manifests"][0]["digest"];
  json shared = json::parse(ask("GET", "/v2/library/busybox/manifests/" + other).body)["layers"][0];
  EXPECT_EQ(shared, layers[0]) << "alpine and busybox share their first layer";
}

TEST_F(HubProtocol, HEAD_tells_the_same_without_the_bytes) {
  Answer get = ask("GET", "/v2/library/alpine/manifests/3");
  Answer head = ask("HEAD", "/v2/library/alpine/manifests/3");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  for (const char* name : {"Content-Type", "Content-Length", "Docker-Content-Digest"}) {
    EXPECT_EQ(head.headers.get(name), get.headers.get(name)) << name;
  }
}

TEST_F(HubProtocol, serves_parts_of_blobs) {
  std::string target = "/v2/a/blobs/" + put_blob("a", "0123456789");
  Answer part = ask("GET", target, {{"Range", "bytes=3-5"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "345");
  EXPECT_EQ(part.headers.get("Content-Range"), "bytes 3-5/10");
  EXPECT_EQ(ask("GET", target, {{"Range", "bytes=-2"}}).body, "89");
  EXPECT_EQ(ask("GET", target, {{"Range", "bytes=8-"}}).body, "89");
  Answer beyond = ask("GET", target, {{"Range", "bytes=10-"}});
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.headers.get("Content-Range"), "bytes */10");
  Answer head = ask("HEAD", target);
  EXPECT_EQ(head.headers.get("Content-Length"), "10");
  EXPECT_EQ(head.headers.get("Accept-Ranges"), "bytes");
}

TEST_F(HubProtocol, refuses_pushes_without_the_token) {
  std::size_t before = files();
  for (const http::Headers& headers : {http::Headers{}, http::Headers{{"Authorization", "Bearer wrong"}},
                                       http::Headers{{"Authorization", "Basic eDp5"}}}) {
    Answer refused = ask("POST", "/v2/a/blobs/uploads/", headers);
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.code(), "UNAUTHORIZED");
    EXPECT_EQ(std::count_if(refused.headers.begin(), refused.headers.end(),
                            [](const auto& field) { return field.second == "Basic realm=\"glassdock\""; }),
              1);
    EXPECT_EQ(ask("PUT", "/v2/a/manifests/x", headers, "{}").status, 401);
    EXPECT_EQ(ask("DELETE", "/v2/library/alpine/manifests/latest", headers).status, 401);
  }
  EXPECT_EQ(files(), before);
}

TEST_F(HubProtocol, the_ping_leads_to_a_token) {
  EXPECT_EQ(ask("GET", "/v2/").status, 401);
  json anonymous = json::parse(ask("GET", "/token?service=glassdock").body);
  EXPECT_EQ(ask("GET", "/v2/", {{"Authorization", "Bearer " + anonymous["token"].get<std::string>()}}).status, 200);
  EXPECT_EQ(ask("GET", "/token", {{"Authorization", "Basic eDp5"}}).status, 401);
  EXPECT_EQ(push("GET", "/v2/").status, 200);
}

TEST_F(HubProtocol, answers_only_to_names_of_the_loopback) {
  EXPECT_EQ(ask("GET", "/v2/_catalog", {{"Host", "evil.example"}}).status, 421);
  EXPECT_EQ(ask("GET", "/v2/_catalog", {{"Host", "localhost"}}).status, 200);
}

TEST_F(HubProtocol, takes_a_blob_in_one_request_or_two) {
  put_blob("a/b", "one");
  std::string location = begin_upload("a/b");
  std::string digest = Digest::of("two").text();
  Answer done = push("PUT", location + "?digest=" + digest, {}, "two");
  EXPECT_EQ(done.status, 201);
  EXPECT_EQ(done.headers.get("Docker-Content-Digest"), digest);
  EXPECT_EQ(done.headers.get("Location"), "/v2/a/b/blobs/" + digest);
  EXPECT_EQ(ask("GET", "/v2/a/b/blobs/" + digest).body, "two");
  EXPECT_EQ(push("PUT", location + "?digest=" + digest, {}, "two").code(), "BLOB_UPLOAD_UNKNOWN");
}

TEST_F(HubProtocol, takes_a_blob_in_chunks) {
  std::string location = begin_upload("a");
  Answer first = push("PATCH", location, {{"Content-Range", "0-4"}}, "01234");
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(first.headers.get("Range"), "0-4");
  Answer again = push("PATCH", location, {{"Content-Range", "0-4"}}, "01234");
  EXPECT_EQ(again.status, 416);
  EXPECT_EQ(again.headers.get("Range"), "0-4");
  EXPECT_EQ(push("GET", location).headers.get("Range"), "0-4");
  EXPECT_EQ(push("PATCH", location, {{"Content-Range", "5-7"}}, "567").status, 202);
  bool sent = false;
  http::Response streamed = client.upload("PATCH", location, may_push, [&](std::span<std::byte> out) -> std::size_t {
    if (std::exchange(sent, true)) return 0;
    out[0] = std::byte{'8'};
    return 1;
  });
  EXPECT_EQ(streamed.status(), 202);
  EXPECT_EQ(streamed.read_body(), "");
  std::string digest = Digest::of("0123456789").text();
  EXPECT_EQ(push("PUT", location + "?digest=" + digest, {{"Content-Range", "9-9"}}, "9").status, 201);
  EXPECT_EQ(ask("GET", "/v2/a/blobs/" + digest).body, "0123456789");
}

TEST_F(HubProtocol, a_chunk_of_another_size_than_it_says_ends_the_upload) {
  std::size_t before = files();
  std::string location = begin_upload("a");
  EXPECT_EQ(push("PATCH", location, {{"Content-Range", "0-9"}}, "01234").code(), "SIZE_INVALID");
  EXPECT_EQ(push("GET", location).status, 404);
  EXPECT_EQ(files(), before);
}

TEST_F(HubProtocol, a_wrong_digest_leaves_nothing) {
  std::size_t before = files();
  std::string digest = Digest::of("right").text();
  EXPECT_EQ(push("POST", "/v2/a/blobs/uploads/?digest=" + digest, {}, "wrong").code(), "DIGEST_INVALID");
  EXPECT_EQ(push("PUT", begin_upload("a") + "?digest=" + digest, {}, "wrong").code(), "DIGEST_INVALID");
  EXPECT_EQ(push("PUT", begin_upload("a") + "?digest=sha256:short", {}, "wrong").code(), "DIGEST_INVALID");
  EXPECT_EQ(push("PUT", begin_upload("a"), {}, "wrong").code(), "DIGEST_INVALID");
  EXPECT_EQ(files(), before);
  EXPECT_EQ(ask("GET", "/v2/a/blobs/" + digest).code(), "BLOB_UNKNOWN");
}

TEST_F(HubProtocol, an_upload_that_is_cut_off_leaves_nothing) {
  std::size_t before = files();
  UniqueFd socket = http::connect_tcp("127.0.0.1", hub.port());
  std::string digest = Digest::of("0123456789").text();
  http::send_all(socket.get(), "POST /v2/a/blobs/uploads/?digest=" + digest +
                                   " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\n"
                                   "Content-Length: 10\r\n\r\n01234");
  ::shutdown(socket.get(), SHUT_WR);
  char answer[64] = {};
  ASSERT_GT(::recv(socket.get(), answer, sizeof answer - 1, MSG_WAITALL), 0);
  EXPECT_TRUE(std::string_view(answer).starts_with("HTTP/1.1 400 ")) << answer;
  EXPECT_EQ(files(), before);
}

TEST_F(HubProtocol, a_chunk_that_is_cut_off_can_be_continued) {
  std::string location = begin_upload("a");
  UniqueFd socket = http::connect_tcp("127.0.0.1", hub.port());
  http::send_all(socket.get(), "PATCH " + location +
                                   " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\n"
                                   "Content-Length: 10\r\n\r\n01234");
  ::shutdown(socket.get(), SHUT_WR);
  char byte = 0;
  ASSERT_GT(::recv(socket.get(), &byte, 1, 0), 0);
  EXPECT_EQ(push("GET", location).headers.get("Range"), "0-4");
  std::string digest = Digest::of("0123456789").text();
  EXPECT_EQ(push("PUT", location + "?digest=" + digest, {}, "56789").status, 201);
}

TEST_F(HubProtocol, an_upload_can_be_given_up) {
  std::size_t before = files();
  std::string location = begin_upload("a");
  EXPECT_EQ(files(), before + 1);
  EXPECT_EQ(push("DELETE", location).status, 204);
  EXPECT_EQ(push("GET", location).code(), "BLOB_UPLOAD_UNKNOWN");
  EXPECT_EQ(files(), before);
}

TEST_F(HubProtocol, mounts_blobs_of_other_repositories) {
  std::string digest = put_blob("from", "shared");
  Answer mounted = push("POST", "/v2/to/blobs/uploads/?mount=" + digest + "&from=from");
  EXPECT_EQ(mounted.status, 201);
  EXPECT_EQ(ask("GET", "/v2/to/blobs/" + digest).body, "shared");
  EXPECT_EQ(push("POST", "/v2/to/blobs/uploads/?mount=" + Digest::of("none").text() + "&from=from").status, 202);
  // One of the hub's own.
  std::string index = ask("GET", "/v2/library/hello-world/manifests/latest").body;
  std::string manifest = json::parse(index)["manifests"][0]["digest"];
  std::string layer =
      json::parse(ask("GET", "/v2/library/hello-world/manifests/" + manifest).body)["layers"][0]["digest"];
  EXPECT_EQ(push("POST", "/v2/to/blobs/uploads/?mount=" + layer + "&from=library/hello-world").status, 201);
  EXPECT_EQ(Digest::of(ask("GET", "/v2/to/blobs/" + layer).body).text(), layer);
}

TEST_F(HubProtocol, keeps_manifests_by_tag_and_digest) {
  std::string text = manifest_of("a/b");
  std::string digest = Digest::of(text).text();
  Answer put = put_manifest("a/b", "v1", text);
  ASSERT_EQ(put.status, 201) << put.body;
  EXPECT_EQ(put.headers.get("Docker-Content-Digest"), digest);
  EXPECT_EQ(ask("GET", "/v2/a/b/manifests/v1").body, text);
  EXPECT_EQ(ask("GET", "/v2/a/b/manifests/" + digest).headers.get("Content-Type"), manifest_type);
  EXPECT_EQ(put_manifest("a/b", digest, text).status, 201);
  EXPECT_EQ(put_manifest("a/b", Digest::of("x").text(), text).code(), "DIGEST_INVALID");
  EXPECT_EQ(push("DELETE", "/v2/a/b/manifests/v1").status, 202);
  EXPECT_EQ(ask("GET", "/v2/a/b/manifests/v1").code(), "MANIFEST_UNKNOWN");
  EXPECT_EQ(push("DELETE", "/v2/a/b/manifests/" + digest).status, 202);
  EXPECT_EQ(push("DELETE", "/v2/a/b/manifests/" + digest).status, 404);
}

TEST_F(HubProtocol, refuses_manifests_of_what_it_does_not_have) {
  std::string text = manifest_of("here");
  EXPECT_EQ(put_manifest("elsewhere", "v1", text).code(), "MANIFEST_BLOB_UNKNOWN");
  EXPECT_EQ(put_manifest("here", "v1", "{").code(), "MANIFEST_INVALID");
  EXPECT_EQ(put_manifest("here", ".v1", text).code(), "TAG_INVALID");
  EXPECT_EQ(put_manifest("here", "v1", text.substr(0, text.size() - 1) + R"(,"manifests":[]})").code(),
            "MANIFEST_INVALID");
  EXPECT_EQ(put_manifest("here", "v1", std::string(5 * 1024 * 1024, ' ')).status, 413);
}

TEST_F(HubProtocol, its_own_images_stay) {
  Answer refused = push("DELETE", "/v2/library/alpine/manifests/latest");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.code(), "UNSUPPORTED");
  // A pushed tag hides a built-in one until it is deleted.
  std::string text = manifest_of("library/alpine");
  std::string built_in = ask("GET", "/v2/library/alpine/manifests/latest").body;
  EXPECT_EQ(put_manifest("library/alpine", "latest", text).status, 201);
  EXPECT_EQ(ask("GET", "/v2/library/alpine/manifests/latest").body, text);
  EXPECT_EQ(push("DELETE", "/v2/library/alpine/manifests/latest").status, 202);
  EXPECT_EQ(ask("GET", "/v2/library/alpine/manifests/latest").body, built_in);
}

TEST_F(HubProtocol, lists_tags_in_pages) {
  std::string text = manifest_of("a");
  for (const char* tag : {"c", "a", "d", "b"}) ASSERT_EQ(put_manifest("a", tag, text).status, 201);
  EXPECT_EQ(json::parse(ask("GET", "/v2/a/tags/list").body), (json{{"name", "a"}, {"tags", {"a", "b", "c", "d"}}}));
  Answer page = ask("GET", "/v2/a/tags/list?n=2");
  EXPECT_EQ(json::parse(page.body)["tags"], (json{"a", "b"}));
  EXPECT_EQ(page.headers.get("Link"), "</v2/a/tags/list?n=2&last=b>; rel=\"next\"");
  Answer last = ask("GET", "/v2/a/tags/list?n=2&last=b");
  EXPECT_EQ(json::parse(last.body)["tags"], (json{"c", "d"}));
  EXPECT_FALSE(last.headers.has("Link"));
  EXPECT_EQ(json::parse(ask("GET", "/v2/a/tags/list?n=0").body)["tags"], json::array());
  EXPECT_EQ(ask("GET", "/v2/nobody/tags/list").code(), "NAME_UNKNOWN");
}

TEST_F(HubProtocol, cuts_a_huge_page_size) {
  for (const char* n : {"1000000000", "18446744073709551615", "99999999999999999999999999"}) {
    Answer answer = ask("GET", std::string("/v2/_catalog?n=") + n);
    EXPECT_EQ(answer.status, 200) << n;
    EXPECT_GE(json::parse(answer.body)["repositories"].size(), 3u);
  }
  EXPECT_EQ(ask("GET", "/v2/_catalog?n=-1").code(), "PAGINATION_NUMBER_INVALID");
  EXPECT_EQ(json::parse(ask("GET", "/v2/_catalog?n=1&last=library/alpine").body)["repositories"],
            json{"library/busybox"});
}

TEST_F(HubProtocol, lists_referrers) {
  std::string subject = manifest_of("a");
  std::string digest = Digest::of(subject).text();
  EXPECT_EQ(json::parse(ask("GET", "/v2/a/referrers/" + digest).body)["manifests"], json::array());
  json more = {{"artifactType", "text/signature"},
               {"annotations", {{"by", "me"}}},
               {"subject", {{"mediaType", manifest_type}, {"digest", digest}, {"size", subject.size()}}}};
  std::string signature = manifest_of("a", more);
  Answer put = put_manifest("a", Digest::of(signature).text(), signature);
  ASSERT_EQ(put.status, 201) << "a subject may come later: " << put.body;
  EXPECT_EQ(put.headers.get("OCI-Subject"), digest);
  json found = json::parse(ask("GET", "/v2/a/referrers/" + digest).body)["manifests"];
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]["digest"], Digest::of(signature).text());
  EXPECT_EQ(found[0]["artifactType"], "text/signature");
  EXPECT_EQ(found[0]["annotations"]["by"], "me");
  Answer filtered = ask("GET", "/v2/a/referrers/" + digest + "?artifactType=other");
  EXPECT_EQ(filtered.headers.get("OCI-Filters-Applied"), "artifactType");
  EXPECT_EQ(json::parse(filtered.body)["manifests"], json::array());
  EXPECT_EQ(ask("GET", "/v2/a/referrers/nonsense").code(), "DIGEST_INVALID");
}

TEST_F(HubProtocol, refuses_paths_and_methods_of_its_own_invention) {
  EXPECT_EQ(ask("GET", "/").status, 404);
  EXPECT_EQ(ask("GET", "/v2/..%2f..%2fetc/manifests/passwd").code(), "NAME_INVALID");
  EXPECT_EQ(ask("GET", "/v2/a/manifests/..%2f..%2fpasswd").status, 404);
  EXPECT_EQ(ask("GET", "/v2/a/manifests/..").code(), "TAG_INVALID");
  EXPECT_EQ(ask("GET", "/v2/a/manifests/sha256:..").code(), "DIGEST_INVALID");
  EXPECT_EQ(ask("GET", "/v2/a/blobs/..").code(), "DIGEST_INVALID");
  EXPECT_EQ(push("POST", "/v2/a/tags/list").status, 405);
}

TEST_F(HubProtocol, faults_are_met_by_those_who_ask) {
  std::string content(100'000, 'x');
  std::string target = "/v2/a/blobs/" + put_blob("a", content);
  hub::HubConditions conditions;
  conditions.fault = hub::Fault::wrong_digest;
  hub.set_conditions(conditions);
  std::string wrong = ask("GET", target).body;
  EXPECT_EQ(wrong.size(), content.size());
  EXPECT_NE(wrong, content);

  conditions.fault = hub::Fault::cut_off;
  conditions.cut_off_after = 40'000;
  conditions.fault_times = 1;
  hub.set_conditions(conditions);
  {
    http::Response cut = client.request("GET", target);
    EXPECT_EQ(cut.headers().get("Content-Length"), "100000");
    std::size_t got = 0;
    std::vector<std::byte> piece(4096);
    EXPECT_THROW(
        for (;;) { got += cut.read_some(piece); }, Error);
    EXPECT_EQ(got, 40'000u);
  }
  EXPECT_EQ(ask("GET", target, {{"Range", "bytes=40000-"}}).body.size(), 60'000u) << "the rest, the fault being over";

  conditions = {};
  conditions.fault = hub::Fault::not_found;
  hub.set_conditions(conditions);
  EXPECT_EQ(ask("GET", "/v2/library/alpine/manifests/latest").status, 404);
  EXPECT_EQ(ask("GET", target).status, 404);
  conditions.fault = hub::Fault::down;
  hub.set_conditions(conditions);
  EXPECT_THROW(ask("GET", target), Error);
  hub.set_conditions({});
  EXPECT_EQ(ask("GET", target).body, content);
}

TEST_F(HubProtocol, a_slow_line_brings_the_same_bytes) {
  std::string content(200'000, 'y');
  std::string target = "/v2/a/blobs/" + put_blob("a", content);
  hub::HubConditions slow;
  slow.bytes_per_second = 2'000'000;
  slow.latency = 5ms;
  hub.set_conditions(slow);
  EXPECT_EQ(ask("GET", target).body, content);
  EXPECT_EQ(ask("GET", target, {{"Range", "bytes=100000-"}}).body.size(), 100'000u);
}

}  // namespace

namespace {

TEST(HubEvents, tell_request_and_answer_and_no_credentials) {
  os::TempDir folder(fs::temp_directory_path());
  trace::Tracer tracer;
  auto subscription = tracer.subscribe(true);
  trace::Context context;
  context.tracer = &tracer;
  {
    hub::Hub hub(os::real_system(), build_path("share/glassdock/hub"), folder.path(), "secret", context);
    http::Client client = http::Client::connect_tcp("127.0.0.1", hub.port());
    client.request("GET", "/v2/library/alpine/manifests/latest", may_push).read_body();
  }
  auto event = subscription->next(10s);
  while (event && event->name != "hub.request") event = subscription->next(10s);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, trace::Kind::begin);
  EXPECT_EQ(event->actor, trace::Actor::hub);
  EXPECT_EQ(event->subject, "library/alpine:latest");
  EXPECT_EQ(trace::argument_text(*event, "path"), "/v2/library/alpine/manifests/latest");
  event = subscription->next(10s);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, trace::Kind::end);
  EXPECT_EQ(trace::argument_text(*event, "status"), "200");
  ASSERT_EQ(event->evidence.size(), 1u);
  const trace::Evidence& evidence = event->evidence.front();
  EXPECT_NE(evidence.before.find("Authorization: (hidden)"), std::string::npos) << evidence.before;
  EXPECT_EQ(evidence.before.find("secret"), std::string::npos);
  EXPECT_NE(evidence.content.find("Docker-Content-Digest: sha256:"), std::string::npos) << evidence.content;
  tracer.unsubscribe(subscription);
}

}  // namespace
