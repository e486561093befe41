// What does not depend on a client that stays: the ends that it asked for come, and what it alone wanted stops.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/text.h"
#include "engine/http/client.h"
#include "engine/os/files.h"
#include "tests/golden/held_run.h"
#include "tests/golden/real_engine.h"
#include "tests/support/faulty_registry.h"

namespace glassdock::golden {
namespace {

using ::testing::HasSubstr;

class Clients : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::string why = RealEngine::missing(Owner::self); !why.empty()) GTEST_SKIP() << why;
    engine_ = std::make_unique<RealEngine>();
    ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
    ASSERT_EQ(engine_->docker({"run", "--rm", "alpine", "true"}).code, 0);
  }
  int status_of(std::string_view method, const std::string& path, std::string* body = nullptr,
                const http::Headers& headers = {}, const std::string& sent = {}) const {
    http::Client client = http::Client::connect_unix(engine_->socket());
    http::Response answer = client.request(method, path, headers, sent);
    const std::string text = answer.read_body();
    if (body) *body = text;
    return answer.status();
  }
  std::string run_detached(const std::string& name, const std::string& script) const {
    const Outcome run = engine_->docker({"run", "-d", "--name", name, "alpine", "sh", "-c", script});
    EXPECT_EQ(run.code, 0) << run.err;
    return std::string(trim(run.out));
  }
  std::string table() const { return engine_->docker({"ps", "-a"}).out; }
  // Says something on a connection and goes before any answer.
  void ask_and_go(const std::string& head) const {
    const UniqueFd connection = http::connect_unix(engine_->socket());
    http::send_all(connection.get(), head + " HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n");
    // The request is taken once its bytes are.
    EXPECT_TRUE(comes_true([&] {
      int unread = 0;
      return ::ioctl(connection.get(), SIOCOUTQ, &unread) == 0 && unread == 0;
    }));
  }

  std::unique_ptr<RealEngine> engine_;
};

constexpr char deaf[] = "trap '' TERM; echo ready > /ready; while :; do sleep 1; done";

TEST_F(Clients, MayRemoveAtOnceWhatTheyKilled) {
  for (int i = 0; i < 20; ++i) {
    run_detached("brief", "exec sleep 1000");
    ASSERT_EQ(status_of("POST", "/containers/brief/kill"), 204);
    ASSERT_EQ(status_of("DELETE", "/containers/brief"), 204) << "round " << i;
  }
}

TEST_F(Clients, ThatTakeNothingOrLittleOfThePastKeepNoStart) {
  run_detached("said", "head -c 4000000 /dev/zero | tr '\\0' x | fold -w 100");
  EXPECT_EQ(engine_->docker({"wait", "said"}).out, "0\n");
  http::Client one = http::Client::connect_unix(engine_->socket()),
               other = http::Client::connect_unix(engine_->socket());
  constexpr char attach[] = "/containers/said/attach?logs=1&stream=1&stdout=1";
  const http::Response silent = one.upgrade("POST", attach);
  ASSERT_EQ(silent.status(), 101);
  const http::Response slow = other.upgrade("POST", attach);
  ASSERT_EQ(slow.status(), 101);
  std::atomic<bool> enough{false};
  std::thread sip([&] {
    std::array<char, 16384> taken;
    while (!enough && ::recv(slow.socket(), taken.data(), taken.size(), 0) > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_EQ(status_of("POST", "/containers/said/start"), 204);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(15));
  enough = true;
  sip.join();
}

TEST_F(Clients, ThatGoLeaveAStopThatEndsInKill) {
  const std::string id = run_detached("deaf", deaf);
  ASSERT_TRUE(comes_true([&] { return std::filesystem::exists(engine_->data() / "containers" / id / "upper/ready"); }));
  ask_and_go("POST /containers/deaf/stop?t=1");
  EXPECT_TRUE(comes_true([&] { return table().find("Exited (137)") != std::string::npos; })) << table();
}

TEST_F(Clients, ThatGoLeaveAForcedRemovalThatIsDone) {
  run_detached("going", "exec sleep 1000");
  ask_and_go("DELETE /containers/going?force=1");
  EXPECT_TRUE(comes_true([&] { return table().find("going") == std::string::npos; })) << table();
}

TEST_F(Clients, ThatWaitForAStopDoNotKeepTheDaemon) {
  const std::string id = run_detached("deaf", deaf);
  ASSERT_TRUE(comes_true([&] { return std::filesystem::exists(engine_->data() / "containers" / id / "upper/ready"); }));
  Program stop(engine_->command({"docker", "stop", "-t", "-1", "deaf"}));
  // One that comes only when the daemon has gone would start another, and wait there.
  ASSERT_TRUE(comes_true([&] {
    return engine_->docker({"events", "--since", "0", "--until", "0s"}).out.find(" container kill ") !=
           std::string::npos;
  }));
  ask_and_go("POST /containers/deaf/stop?t=1000");
  EXPECT_EQ(engine_->stop().code, 0);
  stop.finish();
  engine_->start();
  EXPECT_THAT(table(), HasSubstr("Up ")) << "a daemon's end ends no container";
  EXPECT_EQ(engine_->docker({"rm", "-f", "deaf"}).code, 0);
}

// A registry that takes a request and never says a word: nobody writes progress, so nobody sees the client go.
TEST_F(Clients, ThatGoEndAPullFromASilentRegistry) {
  std::atomic<int> asked{0}, left{0};
  tests::FaultyRegistry registry;
  registry.on_request([&](http::Request&, http::ResponseWriter& answer) {
    ++asked;
    if (comes_true([&] { return answer.peer_closed(); })) ++left;
    answer.abort();
    return true;
  });
  const auto pull = [&](const char* name) {
    return engine_->command({"docker", "pull", "-q", fmt::format("{}/silent/{}:1", registry.host(), name)});
  };
  Program client(pull("gone"));
  ASSERT_TRUE(comes_true([&] { return asked == 1; }));
  client.send_signal(SIGKILL);
  client.finish();
  EXPECT_TRUE(comes_true([&] { return left == 1; }));

  Program other(pull("stopped"));
  ASSERT_TRUE(comes_true([&] { return asked == 2; }));
  EXPECT_EQ(engine_->stop().code, 0);
  EXPECT_TRUE(comes_true([&] { return left == 2; }));
  EXPECT_EQ(asked, 2) << "it was asked again";
  other.finish();
}

TEST_F(Clients, WhoWantAnotherPlatformAreToldThatItIsNotHere) {
  std::string body;
  const http::Headers json{{"Content-Type", "application/json"}};
  const std::string alpine = R"({"Image":"alpine","Cmd":["true"]})";
  EXPECT_EQ(status_of("POST", "/v1.45/containers/create?platform=linux/s390x", &body, json, alpine), 404);
  EXPECT_THAT(body, HasSubstr("image with reference alpine was found but does not match the specified platform: wanted "
                              "linux/s390x, actual: linux/"));
  EXPECT_EQ(status_of("POST", "/v1.45/containers/create?platform=linux", &body, json, alpine), 201) << body;
}

TEST_F(Clients, AreToldWhatIsNotDone) {
  const auto expect_refused = [&](std::string_view method, const std::string& path, const http::Headers& headers,
                                  const std::vector<std::string>& words) {
    std::string body;
    EXPECT_EQ(status_of(method, path, &body, headers), 400) << path << body;
    for (const std::string& word : words) EXPECT_THAT(body, HasSubstr(word)) << path;
  };
  run_detached("told", "exit 0");
  for (const char* bound : {"since", "until"}) {
    const std::string path = std::string("/containers/told/logs?stdout=1&") + bound;
    expect_refused("GET", path + "=x", {}, {"failed to parse value as time or duration"});
    EXPECT_EQ(status_of("GET", path + "=1700000000.5"), 200) << bound;
  }
  expect_refused("POST", "/images/create?fromImage=alpine", {}, {"-a", "not supported yet"});
  // {"username":"0","identitytoken":"t"}
  expect_refused("POST", "/images/create?fromImage=alpine&tag=latest",
                 {{"X-Registry-Auth", "eyJ1c2VybmFtZSI6IjAiLCJpZGVudGl0eXRva2VuIjoidCJ9"}},
                 {"identitytoken", "user name and a password"});
}

TEST_F(Clients, SeeTheirContainersBesideADamagedImageAndAPullMendsIt) {
  run_detached("of-damaged", "exit 0");
  const std::string image(trim(engine_->docker({"images", "-q", "--no-trunc", "alpine"}).out));
  const std::filesystem::path config = engine_->data() / "content/blobs/sha256" / image.substr(image.find(':') + 1);
  ASSERT_TRUE(std::filesystem::exists(config)) << config;
  engine_->stop();
  std::filesystem::permissions(config, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
  std::filesystem::resize_file(config, 0);
  engine_->start();
  EXPECT_THAT(table(), HasSubstr("of-damaged"));
  const Outcome pull = engine_->docker({"pull", "-q", "alpine"});
  EXPECT_EQ(pull.code, 0) << pull.err;
  EXPECT_EQ(engine_->docker({"run", "--rm", "alpine", "echo", "mended"}).out, "mended\n");
}

}  // namespace
}  // namespace glassdock::golden
