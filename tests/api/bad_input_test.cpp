// What a client can get wrong that no case of the table can hold: ids that the engine makes up, and bodies without end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <set>

#include "engine/http/socket.h"
#include "tests/support/alpine_api.h"

namespace glassdock::testing {
namespace {

using ::testing::HasSubstr;

using BadInput = AlpineApi;

TEST_F(BadInput, AnIdThatSeveralContainersBeginWithIsRefused) {
  constexpr int more_than_digits = 17;
  std::set<char> seen;
  std::string shared;
  for (int i = 0; i < more_than_digits; ++i) {
    const std::string id = call("POST", "/containers/create", R"({"Image":"alpine"})").json().value("Id", "-");
    if (!seen.insert(id[0]).second) shared = id.substr(0, 1);
  }
  const std::string refusal = "multiple IDs found with provided prefix: " + shared;
  EXPECT_EQ(call("GET", "/containers/" + shared + "/json").refusal(), "400 " + refusal);
  EXPECT_EQ(call("POST", "/containers/" + shared + "/start").refusal(), "400 " + refusal);
  EXPECT_EQ(call("DELETE", "/containers/" + shared).refusal(), "400 " + refusal);
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"rm", shared}, {"stop", shared}}) {
    const Outcome outcome = docker(words);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.err, "Error response from daemon: " + refusal + "\n");
  }
}

TEST_F(BadInput, ABodyBeyondTheLimitIsRefusedAndTheEngineLivesOn) {
  constexpr std::size_t beyond = 5 * 1024 * 1024;
  const ApiAnswer answer = call("POST", "/containers/create", R"({"Image":")" + std::string(beyond, 'a') + R"("})");
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.json().value("message", ""), HasSubstr("larger than"));
  EXPECT_EQ(call("GET", "/_ping").body, "OK");
}

TEST_F(BadInput, AnAttachWhoseBodyNeverComesHoldsUpNoStart) {
  EXPECT_EQ(call("POST", "/containers/create?name=free", R"({"Image":"alpine"})").status, 201);
  const UniqueFd client = http::connect_unix(home_->data() / "engine.sock");
  http::send_all(
      client.get(),
      "POST /v1.45/containers/free/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
  ::usleep(200'000);  // it is being carried out by then
  auto start = std::async(std::launch::async, [] { return call("POST", "/containers/free/start").status; });
  const bool started = start.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
  EXPECT_TRUE(started);
  http::send_all(client.get(), "0123456789");
  EXPECT_EQ(start.get(), 204);
}

}  // namespace
}  // namespace glassdock::testing
