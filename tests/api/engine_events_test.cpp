// docker's event stream, disk usage, and images' names, history and prune, over the API.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "engine/base/text.h"
#include "engine/http/target.h"
#include "tests/support/api_call.h"
#include "tests/support/program.h"

namespace glassdock::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class EngineEvents : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    home_ = new EngineHome();
    for (const char* image : {"alpine", "hello-world"}) EXPECT_EQ(home_->docker({"pull", "-q", image}).code, 0);
  }
  static void TearDownTestSuite() {
    delete home_;
    home_ = nullptr;
  }
  static ApiAnswer call(const std::string& method, const std::string& target, const std::string& body = {}) {
    return ApiCaller(home_->data() / "engine.sock")(method, target, body);
  }
  static std::string create(const std::string& name, const std::string& script) {
    const nlohmann::json body = {{"Image", "alpine"}, {"Cmd", {"sh", "-c", script}}, {"Labels", {{"x", "y"}}}};
    return call("POST", "/containers/create?name=" + name, body.dump()).json().value("Id", "");
  }
  // All that has happened, as far as the engine keeps it, and as the filters choose it.
  static std::vector<nlohmann::json> events(const nlohmann::json& filters) {
    std::vector<nlohmann::json> events;
    const std::string query = "/events?since=0&until=" + std::to_string(::time(nullptr)) +
                              ".999999999&filters=" + http::percent_encode(filters.dump());
    for (const std::string& line : split(call("GET", query).body, '\n')) {
      if (!line.empty()) events.push_back(nlohmann::json::parse(line));
    }
    return events;
  }
  static std::vector<std::string> actions(const nlohmann::json& filters) {
    std::vector<std::string> actions;
    for (const auto& event : events(filters)) actions.push_back(event.value("Action", ""));
    return actions;
  }

  static EngineHome* home_;
};
EngineHome* EngineEvents::home_ = nullptr;

TEST_F(EngineEvents, TellALifeInDockersWords) {
  const std::string id = create("one", "exec sleep 1000");
  call("POST", "/containers/one/start");
  call("POST", "/containers/one/rename?name=two");
  call("POST", "/containers/two/restart?t=0");
  call("POST", "/containers/two/kill");
  call("DELETE", "/containers/two");
  EXPECT_THAT(actions({{"container", {id}}}), ElementsAre("create", "start", "rename", "kill", "kill", "die", "stop",
                                                          "start", "restart", "kill", "die", "destroy"));
  const auto died = events({{"container", {id}}, {"event", {"die"}}});
  ASSERT_EQ(died.size(), 2u);
  EXPECT_EQ(died[0]["Actor"]["Attributes"]["exitCode"], "137");
  EXPECT_EQ(died[0]["Actor"]["Attributes"]["x"], "y") << "the labels are there";
  EXPECT_EQ(died[0]["status"], "die");
  EXPECT_EQ(died[0]["from"], "alpine");
  const auto renamed = events({{"event", {"rename"}}});
  EXPECT_EQ(renamed.back()["Actor"]["Attributes"]["oldName"], "/one");
  EXPECT_EQ(renamed.back()["Actor"]["Attributes"]["name"], "two");
  EXPECT_THAT(actions({{"image", {"alpine"}}, {"type", {"container"}}, {"event", {"destroy"}}}),
              ElementsAre("destroy"));
  EXPECT_THAT(actions({{"label", {"x=z"}}}), ElementsAre());
  for (const char* name : {"type", "event", "container", "image", "label", "scope", "daemon"}) {
    EXPECT_EQ(events({{name, nlohmann::json::array()}}).size(), events(nlohmann::json::object()).size())
        << name << ": none is asked for";
  }
}

TEST_F(EngineEvents, AStreamBeginsAtOnceAndBringsWhatComes) {
  http::Client client = http::Client::connect_unix(home_->data() / "engine.sock");
  http::Response stream =
      client.request("GET", "/v1.45/events?filters=" + http::percent_encode(R"({"type":["container"]})"));
  EXPECT_EQ(stream.status(), 200);
  const std::string id = create("streamed", "true");
  const auto line = stream.read_line();
  ASSERT_TRUE(line);
  EXPECT_THAT(*line, AllOf(StartsWith("{\"status\":\"create\",\"id\":\"" + id +
                                      "\",\"from\":\"alpine\",\"Type\":\"container\""),
                           HasSubstr("\"scope\":\"local\",\"time\":")));
  call("DELETE", "/containers/streamed");
}

TEST_F(EngineEvents, RefuseWhatIsNoTime) {
  EXPECT_EQ(call("GET", "/events?since=10&until=5").refusal(),
            "400 `since` time (10) cannot be after `until` time (5)");
  EXPECT_EQ(call("GET", "/events?filters=zz&until=1").refusal(), "400 invalid filter");
  EXPECT_EQ(call("GET", "/events?until=-9000000000").refusal(), "200 ") << "long past";
  EXPECT_EQ(call("GET", "/events?since=x").status, 400);
}

TEST_F(EngineEvents, ImagesAreTaggedListedAndPruned) {
  EXPECT_EQ(call("POST", "/images/alpine/tag?repo=mine&tag=1").status, 201);
  EXPECT_EQ(call("GET", "/images/mine:1/json").json()["Id"], call("GET", "/images/alpine/json").json()["Id"]);
  EXPECT_EQ(call("POST", "/images/nosuch/tag?repo=mine&tag=1").status, 404);
  EXPECT_THAT(call("POST", "/images/alpine/tag?repo=MINE").refusal(),
              StartsWith("400 invalid reference format: repository name (library/MINE) must be lowercase"));
  EXPECT_EQ(call("POST", "/images/alpine/tag?repo=mine&tag=a%20b").refusal(), "400 invalid tag format");
  EXPECT_EQ(call("POST", "/images/alpine/tag?repo=mine@sha256:" + std::string(64, '1')).refusal(),
            "400 cannot import digest reference");

  const auto history = call("GET", "/images/alpine/history").json();
  ASSERT_GE(history.size(), 2u);
  EXPECT_EQ(history[0]["Id"], call("GET", "/images/alpine/json").json()["Id"]);
  EXPECT_EQ(history[0]["Tags"], nlohmann::json({"alpine:latest", "mine:1"}));
  EXPECT_EQ(history[1]["Id"], "<missing>");
  EXPECT_EQ(history[1]["Tags"], nullptr);

  const std::string kept = create("user", "true");
  EXPECT_EQ(call("POST", "/images/prune").body, "{\"ImagesDeleted\":null,\"SpaceReclaimed\":0}\n");
  const std::string all = "/images/prune?filters=" + http::percent_encode(R"({"dangling":["false"]})");
  const auto pruned = call("POST", all).json();
  EXPECT_EQ(pruned["ImagesDeleted"][0], nlohmann::json({{"Untagged", "hello-world:latest"}}));
  EXPECT_GT(pruned.value("SpaceReclaimed", 0), 0);
  EXPECT_EQ(call("GET", "/images/hello-world/json").status, 404);
  EXPECT_EQ(call("GET", "/images/alpine/json").status, 200) << "a container uses it";
  EXPECT_EQ(call("POST", "/images/prune?filters=" + http::percent_encode(R"({"dangling":["x"]})")).refusal(),
            "400 invalid filter 'dangling=[x]'");
  call("DELETE", "/containers/user");
  EXPECT_THAT(actions({{"type", {"image"}}}),
              ElementsAre("pull", "pull", "tag", "prune", "untag", "untag", "delete", "prune"));
}

TEST_F(EngineEvents, DiskUsageCountsWhoUsesWhat) {
  create("user", "true");
  const auto usage = call("GET", "/system/df").json();
  EXPECT_GT(usage.value("LayersSize", 0), 0);
  const auto& images = usage["Images"];
  const auto alpine = std::find_if(images.begin(), images.end(), [](const auto& image) {
    return image["RepoTags"].dump().find("alpine") != std::string::npos;
  });
  ASSERT_NE(alpine, images.end());
  EXPECT_EQ((*alpine)["Containers"], 1);
  EXPECT_EQ(usage["Containers"][0]["Names"][0], "/user");
  EXPECT_GT(usage["Containers"][0].value("SizeRootFs", 0), 0);
  EXPECT_EQ(usage["Volumes"], nlohmann::json::array());
  EXPECT_EQ(call("GET", "/system/df?type=container").json()["Images"], nullptr);
  EXPECT_EQ(call("GET", "/system/df?type=foo").refusal(), "400 unknown object type: foo");
  EXPECT_EQ(call("POST", "/networks/prune").body, "{\"NetworksDeleted\":null}\n");
  EXPECT_EQ(call("POST", "/build/prune").body, "{\"CachesDeleted\":null,\"SpaceReclaimed\":0}\n");
  call("DELETE", "/containers/user");
}

TEST_F(EngineEvents, StatsHaveDockersShape) {
  create("user", "exec sleep 1000");
  const auto stopped = call("GET", "/containers/user/stats?stream=0").json();
  EXPECT_EQ(stopped["read"], "0001-01-01T00:00:00Z");
  EXPECT_EQ(stopped["memory_stats"], nlohmann::json::object());
  EXPECT_EQ(stopped["name"], "/user");
  call("POST", "/containers/user/start");
  const ApiAnswer answer = call("GET", "/containers/user/stats?stream=0&one-shot=1");
  if (answer.status == 400) {
    EXPECT_THAT(answer.refusal(), StartsWith("400 cannot measure container user: it has no cgroup"));
  } else {
    const auto stats = answer.json();
    EXPECT_GT(stats["cpu_stats"]["cpu_usage"].value("total_usage", 0), 0);
    EXPECT_GT(stats["cpu_stats"].value("system_cpu_usage", 0ll), 0);
    EXPECT_EQ(stats["preread"], "0001-01-01T00:00:00Z");
    http::Client client = http::Client::connect_unix(home_->data() / "engine.sock");
    http::Response stream = client.request("GET", "/v1.45/containers/user/stats");
    ASSERT_TRUE(stream.read_line());
    const auto second = nlohmann::json::parse(stream.read_line().value_or("null"));
    EXPECT_GT(second["precpu_stats"]["cpu_usage"].value("total_usage", 0), 0);
  }
  EXPECT_EQ(call("GET", "/containers/nosuch/stats").status, 404);
  call("DELETE", "/containers/user?force=1");
}

}  // namespace
}  // namespace glassdock::testing
