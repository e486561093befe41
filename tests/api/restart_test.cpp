// Restart policies, bounded logs, --init and the events of commands executed, over the API and by glassdock. Statuses
// and words are those of dockerd 26.1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <future>

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "tests/support/alpine_api.h"

namespace glassdock::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

class RestartPolicies : public AlpineApi {
 protected:
  static std::string run(std::vector<std::string> words, const std::string& script) {
    words.insert(words.begin(), {"run", "-d"});
    words.insert(words.end(), {"alpine", "sh", "-c", script});
    const Outcome ran = docker(words);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return std::string(trim(ran.out));
  }
  static nlohmann::json inspect(const std::string& name) { return call("GET", "/containers/" + name + "/json").json(); }
  static int restarts(const std::string& name) { return inspect(name).value("RestartCount", -1); }
  static std::string logs(const std::string& name) { return docker({"logs", name}).out; }
  // Until the delay between two restarts is long enough to look.
  static bool waits_long(const std::string& name) {
    return comes_true([&] { return restarts(name) >= 5 && status(name) == "restarting"; });
  }
};

TEST_F(RestartPolicies, OnFailureStartsAgainSoOftenAndLogsAll) {
  const Outcome attached =
      docker({"run", "--restart", "on-failure:2", "--name", "f1", "alpine", "sh", "-c", "echo one; exit 5"});
  EXPECT_EQ(attached.code, 5) << "the client ends with the first run";
  EXPECT_EQ(attached.out, "one\n");
  ASSERT_TRUE(comes_true([&] { return restarts("f1") == 2 && status("f1") == "exited"; }));
  EXPECT_EQ(logs("f1"), "one\none\none\n");
  EXPECT_EQ(inspect("f1")["State"].value("ExitCode", 0), 5);
  EXPECT_EQ(inspect("f1")["HostConfig"]["RestartPolicy"].dump(), R"({"MaximumRetryCount":2,"Name":"on-failure"})");
  run({"--restart", "on-failure", "--name", "ok"}, "true");
  ASSERT_TRUE(comes_true([&] { return status("ok") == "exited"; }));
  EXPECT_EQ(restarts("ok"), 0);
}

TEST_F(RestartPolicies, WhileItWaitsItIsRestarting) {
  const std::string id = run({"--restart", "always", "--name", "w1"}, "exit 3");
  ASSERT_TRUE(waits_long("w1"));
  const nlohmann::json now = state("w1");
  EXPECT_TRUE(now.value("Running", false) && now.value("Restarting", false));
  EXPECT_EQ(now.value("ExitCode", 0), 3);
  EXPECT_EQ(now.value("Pid", -1), 0);
  EXPECT_THAT(call("GET", "/containers/json").json()[0].value("Status", ""),
              MatchesRegex("Restarting \\(3\\) (Less than a second|1 second) ago"));
  const std::string wait_for_it = " is restarting, wait until the container is running";
  EXPECT_EQ(call("POST", "/containers/w1/start").status, 304);
  EXPECT_EQ(call("POST", "/containers/w1/pause").refusal(), "409 Container " + id + wait_for_it);
  EXPECT_EQ(call("GET", "/containers/w1/top").refusal(), "409 Container " + id + wait_for_it);
  EXPECT_EQ(call("POST", "/containers/w1/attach?stream=1&stdout=1").refusal(),
            "409 container w1" + wait_for_it + "\r\n");
  EXPECT_EQ(call("DELETE", "/containers/w1").refusal(),
            "409 cannot remove container \"/w1\": container is restarting: stop the container before removing or force "
            "remove");
  const ApiAnswer stats = call("GET", "/containers/w1/stats?stream=0");
  EXPECT_EQ(stats.status, 200);
  EXPECT_EQ(stats.json().value("read", ""), "0001-01-01T00:00:00Z") << "nothing is measured";
  auto next_exit =
      std::async(std::launch::async, [] { return call("POST", "/containers/w1/wait?condition=next-exit"); });
  ::usleep(200'000);  // it waits by then
  EXPECT_EQ(call("POST", "/containers/w1/kill?signal=USR1").status, 204);
  EXPECT_EQ(next_exit.get().json().value("StatusCode", 0), 3);
  EXPECT_EQ(status("w1"), "exited") << "whatever the signal: there is nobody to take it";
  const int count = restarts("w1");
  ::usleep(1'000'000);
  EXPECT_EQ(restarts("w1"), count);
  EXPECT_EQ(call("POST", "/containers/w1/start").status, 204);
  ASSERT_TRUE(waits_long("w1"));
  EXPECT_EQ(call("POST", "/containers/w1/restart").status, 204);
  EXPECT_LT(restarts("w1"), 4) << "by hand it counts anew";
  EXPECT_EQ(call("DELETE", "/containers/w1?force=1").status, 204);
}

// Between two of its lives all is zero; the stream ends with the container alone.
TEST_F(RestartPolicies, ItsStatisticsGoOnFromLifeToLife) {
  if (call("GET", "/info").json().value("CgroupDriver", "") == "none") GTEST_SKIP() << "no cgroup that counts here";
  run({"--restart", "always", "--name", "w1"}, "exit 3");
  http::Client client = http::Client::connect_unix(home_->data() / "engine.sock");
  http::Response stream = client.request("GET", "/v1.45/containers/w1/stats");
  ASSERT_EQ(stream.status(), 200);
  while (restarts("w1") < 5) {
    const auto line = stream.read_line();
    ASSERT_TRUE(line);
    EXPECT_EQ(nlohmann::json::parse(*line).value("name", ""), "/w1");
  }
  EXPECT_EQ(call("DELETE", "/containers/w1?force=1").status, 204);
  EXPECT_NO_THROW(stream.read_body()) << "the end of its chunks is there";
}

TEST_F(RestartPolicies, AStopByHandIsTheLastWord) {
  run({"--restart", "always", "--name", "s1"}, "trap 'exit 7' TERM; while :; do sleep 0.1; done");
  EXPECT_EQ(docker({"stop", "s1"}).code, 0);
  EXPECT_EQ(status("s1"), "exited");
  ::usleep(300'000);
  EXPECT_EQ(status("s1"), "exited");
  EXPECT_EQ(restarts("s1"), 0);
}

TEST_F(RestartPolicies, ProcessOneKilledFromOutsideComesBackAndWaitIsAnswered) {
  run({"--restart", "unless-stopped", "--name", "k1"}, "exec sleep 1000");
  auto waited = std::async(std::launch::async, [] { return docker({"wait", "k1"}).out; });
  ::usleep(200'000);
  ::kill(inspect("k1")["State"].value("Pid", 0), SIGKILL);
  EXPECT_EQ(waited.get(), "137\n");
  EXPECT_TRUE(comes_true([&] { return status("k1") == "running" && restarts("k1") == 1; }));
}

TEST_F(RestartPolicies, TheNextEngineGoesOnWithARestartThatWaited) {
  run({"--restart", "on-failure", "--name", "w1"}, "exit 3");
  run({"--restart", "always", "--name", "stopped"}, "exec sleep 1000");
  run({"--restart", "unless-stopped", "--name", "left"}, "exec sleep 1000");
  run({"--restart", "unless-stopped", "--name", "died"}, "exec sleep 1000");
  for (const char* name : {"stopped", "left"}) EXPECT_EQ(docker({"stop", "-t", "0", name}).code, 0);
  ASSERT_TRUE(waits_long("w1"));
  const int count = restarts("w1");
  const pid_t died = inspect("died")["State"].value("Pid", 0);
  kill_engine();
  ::kill(died, SIGKILL);
  EXPECT_EQ(docker({"ps"}).code, 0);  // starts another engine
  EXPECT_TRUE(comes_true([&] { return restarts("w1") > count; })) << "and it counts on";
  EXPECT_TRUE(comes_true([&] { return status("stopped") == "running"; })) << "always, as docker's";
  EXPECT_TRUE(comes_true([&] { return status("died") == "running"; }));
  EXPECT_EQ(status("left"), "exited");
}

TEST_F(RestartPolicies, TheNextEngineKnowsThePolicyOfOneThatNeverRan) {
  EXPECT_EQ(
      docker({"create", "--restart", "on-failure:1", "--name", "n1", "alpine", "sh", "-c", "echo one; exit 5"}).code,
      0);
  kill_engine();
  EXPECT_EQ(docker({"ps"}).code, 0);  // starts another engine
  EXPECT_EQ(inspect("n1")["HostConfig"]["RestartPolicy"].dump(), R"({"MaximumRetryCount":1,"Name":"on-failure"})");
  EXPECT_EQ(docker({"start", "n1"}).code, 0);
  ASSERT_TRUE(comes_true([&] { return restarts("n1") == 1 && status("n1") == "exited"; }));
  EXPECT_EQ(logs("n1"), "one\none\n");
}

TEST_F(RestartPolicies, RefusalsAreDockers) {
  const std::string unknown =
      "invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or "
      "'unless-stopped'";
  EXPECT_THAT(docker({"run", "--restart", "sometimes", "alpine", "true"}).err, HasSubstr(unknown));
  EXPECT_THAT(docker({"run", "--restart", "always", "--rm", "alpine", "true"}).err,
              StartsWith("docker: conflicting options: cannot specify both --restart and --rm"));
  EXPECT_EQ(call("POST", "/containers/create",
                 R"({"Image":"alpine","HostConfig":{"AutoRemove":true,"RestartPolicy":{"Name":"always"}}})")
                .refusal(),
            "400 can't create 'AutoRemove' container with restart policy");
  EXPECT_EQ(docker({"run", "--restart", "no", "--rm", "alpine", "true"}).code, 0);
}

TEST_F(RestartPolicies, AreUpdated) {
  const std::string id = run({"--name", "u1"}, "exec sleep 1000");
  EXPECT_EQ(docker({"update", "--restart", "on-failure:4", "u1"}).out, "u1\n");
  EXPECT_EQ(inspect("u1")["HostConfig"]["RestartPolicy"].dump(), R"({"MaximumRetryCount":4,"Name":"on-failure"})");
  ::kill(inspect("u1")["State"].value("Pid", 0), SIGKILL);
  EXPECT_TRUE(comes_true([&] { return restarts("u1") == 1 && status("u1") == "running"; }));
  EXPECT_EQ(
      call("POST", "/containers/u1/update", R"({"RestartPolicy":{"Name":"always","MaximumRetryCount":4}})").refusal(),
      "400 invalid restart policy: maximum retry count can only be used with 'on-failure'");
  EXPECT_THAT(docker({"update", "u1"}).err, StartsWith("you must provide one or more flags when using this command"));
  const std::string gone = run({"--rm", "--name", "r1"}, "exec sleep 1000");
  EXPECT_EQ(call("POST", "/containers/r1/update", R"({"RestartPolicy":{"Name":"always"}})").refusal(),
            "500 Cannot update container " + gone +
                ": Restart policy cannot be updated because AutoRemove is enabled for the container");
}

TEST_F(RestartPolicies, ARestartIsToldWithItsReasonAndIsAStartAsAnyOther) {
  const Outcome told = home_->glassdock(
      {"--explain", "docker", "run", "--restart", "on-failure:1", "--name", "t1", "alpine", "sh", "-c", "exit 4"});
  EXPECT_THAT(told.out + told.err, HasSubstr("The policy on-failure:1 restarts"));
  EXPECT_THAT(told.out + told.err, HasSubstr(", attempt 1, after 100 ms."));
}

TEST_F(RestartPolicies, ALogIsBoundedAndReadAcrossItsFiles) {
  const std::string id = run({"--log-opt", "max-size=2k", "--log-opt", "max-file=3", "--name", "l1"},
                             "i=0; while [ $i -lt 200 ]; do echo line $i; i=$((i+1)); done");
  ASSERT_TRUE(comes_true([&] { return status("l1") == "exited"; }));
  std::uintmax_t bytes = 0;
  for (const char* name : {"log", "log.1", "log.2"}) {
    bytes += std::filesystem::file_size(home_->data() / "containers" / id / name);
  }
  EXPECT_LT(bytes, 3U * 2200);
  EXPECT_FALSE(std::filesystem::exists(home_->data() / "containers" / id / "log.3"));
  const std::vector<std::string> lines = split(std::string(trim(logs("l1"))), '\n');
  ASSERT_GT(lines.size(), 40U) << "of more than one file";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i], "line " + std::to_string(200 - lines.size() + i)) << "none is missing, none there twice";
  }
  EXPECT_EQ(docker({"logs", "--tail", "2", "l1"}).out, "line 198\nline 199\n");
  EXPECT_EQ(inspect("l1")["HostConfig"]["LogConfig"].dump(),
            R"({"Config":{"max-file":"3","max-size":"2k"},"Type":"json-file"})");
  EXPECT_EQ(docker({"rm", "l1"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(home_->data() / "containers" / id));
}

TEST_F(RestartPolicies, WhoFollowsALogHasEveryLineAcrossRotations) {
  run({"--log-opt", "max-size=1k", "--log-opt", "max-file=5", "--name", "l1"},
      "sleep 0.5; i=0; while [ $i -lt 40 ]; do echo line $i; i=$((i+1)); sleep 0.01; done; exit 2");
  std::string wanted;
  for (int i = 0; i < 40; ++i) wanted += "line " + std::to_string(i) + "\n";
  EXPECT_EQ(docker({"logs", "-f", "l1"}).out, wanted);
}

TEST_F(RestartPolicies, WithoutALogThereIsNothingToRead) {
  EXPECT_EQ(docker({"run", "--log-driver", "none", "--name", "n1", "alpine", "echo", "hi"}).out, "hi\n");
  EXPECT_THAT(docker({"logs", "n1"}).err, HasSubstr("configured logging driver does not support reading"));
  EXPECT_EQ(call("GET", "/containers/n1/logs?stdout=1").refusal(),
            "501 configured logging driver does not support reading");
  EXPECT_EQ(inspect("n1").value("LogPath", "-"), "");
  EXPECT_THAT(docker({"run", "--log-opt", "foo=1", "alpine", "true"}).err,
              HasSubstr("unknown log opt 'foo' for json-file log driver"));
  EXPECT_THAT(docker({"run", "--log-driver", "none", "--log-opt", "max-size=1m", "alpine", "true"}).err,
              StartsWith("docker: invalid logging opts for driver none"));
}

TEST_F(RestartPolicies, InitIsProcessOneAndPassesOnSignalsAndTheExitCode) {
  run({"--init", "--name", "i1"}, "trap 'exit 9' TERM; (sleep 0.1 & ) ; while :; do sleep 0.05; done");
  EXPECT_EQ(inspect("i1").value("Path", ""), "sh") << "as docker has it";
  EXPECT_TRUE(inspect("i1")["HostConfig"].value("Init", false));
  const std::string words = docker({"exec", "i1", "cat", "/proc/1/cmdline"}).out;
  EXPECT_THAT(words, StartsWith(std::string("/sbin/docker-init\0--\0sh\0", 24)));
  ::usleep(300'000);
  EXPECT_EQ(docker({"exec", "i1", "sh", "-c", "grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null"}).out, "")
      << "orphans are reaped";
  EXPECT_EQ(docker({"stop", "i1"}).code, 0);
  EXPECT_EQ(inspect("i1")["State"].value("ExitCode", 0), 9);
  EXPECT_EQ(docker({"run", "--rm", "--init", "alpine", "sh", "-c", "kill -9 $$"}).code, 137);
  const Outcome missing = docker({"run", "--rm", "--init", "alpine", "nosuch"});
  EXPECT_EQ(missing.code, 127);
  EXPECT_THAT(missing.err, HasSubstr("exec nosuch failed: No such file or directory"));
  EXPECT_EQ(docker({"run", "--rm", "--init", "alpine", "/etc/passwd"}).code, 126);
  EXPECT_EQ(docker({"run", "--rm", "--init", "-u", "1000", "--read-only", "alpine", "id", "-u"}).out, "1000\n");
}

TEST_F(RestartPolicies, EventsTellOfCommandsExecuted) {
  const std::string id = run({"--name", "e1"}, "exec sleep 1000");
  EXPECT_EQ(docker({"exec", "e1", "sh", "-c", "exit 3"}).code, 3);
  EXPECT_EQ(docker({"exec", "e1", "true"}).code, 0);
  EXPECT_NE(docker({"exec", "e1", "nosuch"}).code, 0);
  const std::string text = call("GET", "/events?since=0&until=" + std::to_string(::time(nullptr) + 1) +
                                           "&filters=%7B%22container%22:%5B%22e1%22%5D%7D")
                               .body;
  std::vector<std::string> actions;
  std::string exec_id;
  for (const std::string& line : split(text, '\n')) {
    const nlohmann::json event = nlohmann::json::parse(line, nullptr, false);
    if (!event.is_object() || !starts_with(event.value("Action", ""), "exec")) continue;
    const nlohmann::json& attributes = event["Actor"]["Attributes"];
    actions.push_back(event.value("Action", "") + attributes.value("exitCode", ""));
    EXPECT_EQ(attributes.value("execID", "").size(), 64U);
    EXPECT_EQ(attributes.value("name", ""), "e1");
  }
  EXPECT_THAT(actions,
              ElementsAre("exec_create: sh -c exit 3", "exec_start: sh -c exit 3", "exec_die3", "exec_create: true ",
                          "exec_start: true ", "exec_die0", "exec_create: nosuch ", "exec_start: nosuch "));
}

}  // namespace
}  // namespace glassdock::testing
