// Restart, pause, rename, kill, top and prune over the API. Statuses and words are those of dockerd 26.1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

#include "engine/base/text.h"
#include "engine/http/target.h"
#include "tests/support/alpine_api.h"

namespace glassdock::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ContainerMoves : public AlpineApi {
 protected:
  static std::string create(const std::string& name, const std::string& script, const std::string& host = "{}") {
    const nlohmann::json body = {
        {"Image", "alpine"}, {"Cmd", {"sh", "-c", script}}, {"HostConfig", nlohmann::json::parse(host)}};
    return call("POST", "/containers/create?name=" + name, body.dump()).json().value("Id", "");
  }
  static std::string run(const std::string& name, const std::string& script, const std::string& host = "{}") {
    const std::string id = create(name, script, host);
    EXPECT_EQ(call("POST", "/containers/" + name + "/start").status, 204);
    return id;
  }
  // Where the machine gives no cgroup there is nothing to hold processes in: that is told in one line.
  static bool can_pause() {
    const std::string driver = call("GET", "/info").json().value("CgroupDriver", "");
    return driver != "none";
  }
};

TEST_F(ContainerMoves, PauseHoldsEveryProcessAndUnpauseLetsThemGoOn) {
  const std::string id = run("held", "while :; do date +%s%N > /n; done");
  if (!can_pause()) {
    EXPECT_THAT(call("POST", "/containers/held/pause").refusal(),
                StartsWith("400 cannot pause container held: it has no cgroup"));
    GTEST_SKIP() << "no cgroup to freeze here";
  }
  EXPECT_EQ(call("POST", "/containers/held/pause").status, 204);
  EXPECT_EQ(status("held"), "paused");
  EXPECT_THAT(call("GET", "/containers/json").json()[0].value("Status", ""), HasSubstr("(Paused)"));
  const std::string file = (home_->data() / "containers" / id / "upper/n").string();
  const std::string before = os::try_read_file(file).value_or("none");
  ::usleep(50'000);
  EXPECT_EQ(os::try_read_file(file).value_or("none"), before) << "nothing runs";
  EXPECT_EQ(call("POST", "/containers/held/pause").refusal(), "409 Container " + id + " is already paused");
  EXPECT_EQ(call("POST", "/containers/held/start").refusal(),
            "409 cannot start a paused container, try unpause instead");
  EXPECT_EQ(call("DELETE", "/containers/held").refusal(),
            "409 cannot remove container \"/held\": container is paused and must be unpaused first");
  EXPECT_EQ(call("POST", "/containers/held/unpause").status, 204);
  EXPECT_EQ(status("held"), "running");
  EXPECT_EQ(call("POST", "/containers/held/unpause").refusal(), "500 Container " + id + " is not paused");
}

TEST_F(ContainerMoves, OnlyWhatRunsIsPaused) {
  const std::string id = create("created", "true");
  EXPECT_EQ(call("POST", "/containers/created/pause").refusal(), "409 container " + id + " is not running");
  EXPECT_EQ(call("POST", "/containers/created/unpause").refusal(), "500 Container " + id + " is not paused");
  EXPECT_EQ(call("POST", "/containers/nosuch/pause").refusal(), "404 No such container: nosuch");
}

TEST_F(ContainerMoves, ASignalThatEndsAPausedContainerLetsItGoOn) {
  if (!can_pause()) GTEST_SKIP() << "no cgroup to freeze here";
  const std::string id = run("held", "trap 'exit 5' TERM; echo > /ready; while :; do sleep 0.1; done");
  const auto ready = home_->data() / "containers" / id / "upper/ready";
  for (const char* ending : {"/kill", "/stop?t=0", "/kill?signal=TERM"}) {
    ASSERT_TRUE(comes_true([&] { return std::filesystem::exists(ready); }));
    EXPECT_EQ(call("POST", "/containers/held/pause").status, 204);
    EXPECT_EQ(call("POST", std::string("/containers/held") + ending).status, 204) << ending;
    call("POST", "/containers/held/wait");
    EXPECT_EQ(status("held"), "exited") << ending;
    std::filesystem::remove(ready);
    call("POST", "/containers/held/start");
  }
  EXPECT_EQ(call("POST", "/containers/held/pause").status, 204);
  EXPECT_EQ(call("DELETE", "/containers/held?force=1").status, 204);
}

TEST_F(ContainerMoves, APauseSurvivesTheDaemonsDeath) {
  if (!can_pause()) GTEST_SKIP() << "no cgroup to freeze here";
  run("held", "sleep 1000");
  EXPECT_EQ(call("POST", "/containers/held/pause").status, 204);
  EXPECT_EQ(call("POST", "/containers/held/rename?name=kept").status, 204);
  kill_engine();
  EXPECT_EQ(home_->glassdock({"engine", "start"}).code, 0);
  EXPECT_EQ(status("kept"), "paused");
  EXPECT_EQ(call("POST", "/containers/kept/unpause").status, 204);
  EXPECT_EQ(status("kept"), "running");
}

// As where the daemon dies between the freezer and the disk.
TEST_F(ContainerMoves, WhatTheFreezerHoldsIsPausedForTheNextDaemon) {
  if (!can_pause()) GTEST_SKIP() << "no cgroup to freeze here";
  const std::string id = run("held", "sleep 1000");
  kill_engine();
  const std::string cgroups = os::read_file(home_->data() / "containers" / id / "cgroups");
  for (const std::string& cgroup : split(cgroups, '\n')) {
    std::ofstream(cgroup + "/cgroup.freeze") << "1" << std::flush;
    std::ofstream(cgroup + "/freezer.state") << "FROZEN" << std::flush;
  }
  EXPECT_EQ(home_->glassdock({"engine", "start"}).code, 0);
  EXPECT_EQ(status("held"), "paused");
  EXPECT_EQ(call("POST", "/containers/held/unpause").status, 204);
  EXPECT_EQ(call("POST", "/containers/held/stop?t=0").status, 204);
}

TEST_F(ContainerMoves, RestartStopsAndStartsAlsoOneOfRm) {
  run("again", "date >> /starts; sleep 1000", R"({"AutoRemove":true})");
  const int before = state("again").value("Pid", 0);
  EXPECT_EQ(call("POST", "/containers/again/restart?t=0").status, 204);
  EXPECT_EQ(status("again"), "running");
  EXPECT_NE(state("again").value("Pid", 0), before);
  EXPECT_EQ(call("POST", "/containers/again/stop?t=0").status, 204);
  EXPECT_TRUE(comes_true([] { return call("GET", "/containers/again/json").status == 404; }));
}

// Its end removes it as well: whichever comes first, it has gone with the answer.
TEST_F(ContainerMoves, OneOfRmThatIsRemovedByForceHasGoneWithTheAnswer) {
  constexpr int rounds = 30;
  for (int i = 0; i < rounds && !HasFailure(); ++i) {
    const std::string id = run("going", "exec sleep 1000", R"({"AutoRemove":true})");
    const std::string name = i % 2 == 0 ? "going" : id;
    EXPECT_EQ(call("DELETE", "/containers/" + name + "?force=1").refusal(), "204 ") << "round " << i;
    EXPECT_EQ(call("GET", "/containers/" + id + "/json").status, 404) << "round " << i;
    EXPECT_FALSE(std::filesystem::exists(home_->data() / "containers" / id)) << "round " << i;
  }
}

TEST_F(ContainerMoves, RestartOfAStoppedOneIsAStart) {
  create("created", "exit 3");
  EXPECT_EQ(call("POST", "/containers/created/restart?signal=foo").status, 204) << "nobody is signalled";
  EXPECT_EQ(call("POST", "/containers/created/wait").json().value("StatusCode", 0), 3);
  EXPECT_EQ(call("POST", "/containers/nosuch/restart").refusal(), "404 No such container: nosuch");
  EXPECT_EQ(call("POST", "/containers/created/restart?t=x").refusal(),
            "500 strconv.Atoi: parsing \"x\": invalid syntax");
  run("running", "sleep 1000");
  EXPECT_EQ(call("POST", "/containers/running/restart?signal=foo").refusal(),
            "500 Cannot restart container running: invalid signal: foo");
  EXPECT_EQ(call("POST", "/containers/running/stop?signal=foo").refusal(),
            "500 cannot stop container: running: invalid signal: foo");
}

TEST_F(ContainerMoves, RenameChangesTheNameAndChecksIt) {
  const std::string id = run("first", "sleep 1000");
  const std::string other = create("other", "true");
  EXPECT_EQ(call("POST", "/containers/first/rename?name=/second").status, 204);
  EXPECT_EQ(call("GET", "/containers/first/json").status, 404);
  EXPECT_EQ(call("GET", "/containers/second/json").json().value("Name", ""), "/second");
  EXPECT_EQ(call("GET", "/containers/second/json").json().value("Id", ""), id);
  const std::string refused = " Error when allocating new name: ";
  EXPECT_EQ(call("POST", "/containers/second/rename?name=second").refusal(),
            "400 Renaming a container with the same name as its current name");
  EXPECT_EQ(call("POST", "/containers/second/rename").refusal(), "400 Neither old nor new names may be empty");
  EXPECT_EQ(call("POST", "/containers/second/rename?name=x").refusal(),
            "400" + refused + "Invalid container name (/x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
  EXPECT_EQ(call("POST", "/containers/second/rename?name=other").refusal(),
            "409" + refused + "Conflict. The container name \"/other\" is already in use by container \"" + other +
                "\". You have to remove (or rename) that container to be able to reuse that name.");
  EXPECT_NE(create("first", "true"), "") << "the old name is free";
}

TEST_F(ContainerMoves, KillTakesSignalsAsDockerDoes) {
  // Process 1 takes only what it handles (pid_namespaces(7)).
  const std::string id = run("target", "trap 'echo one > /got' USR1; while :; do sleep 0.05; done");
  for (const char* word : {"usr1", "SIGUSR1", "10", "RTMIN", "SIGRTMIN%2B15", "CLD", "01"}) {
    EXPECT_EQ(call("POST", std::string("/containers/target/kill?signal=") + word).status, 204) << word;
  }
  EXPECT_EQ(call("POST", "/containers/target/kill?signal=foo").refusal(),
            "400 cannot kill container: target: invalid signal: foo");
  EXPECT_EQ(call("POST", "/containers/target/kill?signal=0").refusal(),
            "400 cannot kill container: target: invalid signal: 0");
  for (const char* number : {"-1", "32", "65"}) {
    EXPECT_EQ(call("POST", std::string("/containers/target/kill?signal=") + number).refusal(),
              std::string("400 cannot kill container: target: the linux daemon does not support signal ") + number);
  }
  EXPECT_EQ(call("POST", "/containers/target/kill").status, 204);
  EXPECT_EQ(state("target").value("ExitCode", 0), 137);
  EXPECT_EQ(call("POST", "/containers/target/kill").refusal(),
            "409 cannot kill container: target: container " + id + " is not running");
  EXPECT_EQ(call("POST", "/containers/nosuch/kill").refusal(),
            "404 cannot kill container: nosuch: No such container: nosuch");
}

TEST_F(ContainerMoves, TopShowsTheHostsPs) {
  const std::string id = run("busy", "sleep 1000 & sleep 2000 & wait");
  const std::string stopped = create("created", "true");
  EXPECT_EQ(call("GET", "/containers/created/top").refusal(), "409 container " + stopped + " is not running");
  if (testing::run({"/usr/bin/env", "ps"}).code != 0) {
    EXPECT_THAT(call("GET", "/containers/busy/top").refusal(), HasSubstr("executable file not found"));
    GTEST_SKIP() << "no ps here";
  }
  nlohmann::json table;
  EXPECT_TRUE(comes_true([&] {
    table = call("GET", "/containers/busy/top").json();
    return table["Processes"].size() == 3 && table["Processes"][1][7] == "sleep 1000";  // which sh forks first
  }));
  EXPECT_EQ(table["Titles"], nlohmann::json({"UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"}));
  ASSERT_EQ(table["Processes"].size(), 3u) << table;
  EXPECT_EQ(table["Processes"][0][1], std::to_string(state("busy").value("Pid", 0)));
  EXPECT_EQ(table["Processes"][1][7], "sleep 1000");
  EXPECT_EQ(call("GET", "/containers/busy/top?ps_args=-o%20pid,comm").json()["Titles"],
            nlohmann::json({"PID", "COMMAND"}));
  EXPECT_EQ(call("GET", "/containers/busy/top?ps_args=-o%20cmd").refusal(), "500 Couldn't find PID field in ps output");
  EXPECT_EQ(call("GET", "/containers/busy/top?ps_args=--nosuch").refusal(), "500 ps: error: unknown gnu long option");
  EXPECT_EQ(call("GET", "/containers/busy/top?ps_args=-eo%20x=PID").refusal(),
            "500 specifying \"x=PID\" is not allowed");
}

TEST_F(ContainerMoves, PruneRemovesWhatIsStoppedAndFitsTheFilters) {
  const std::string running = run("running", "sleep 1000");
  const std::string stopped = create("stopped", "true");
  auto prune = [](const std::string& filters) {
    return call("POST", "/containers/prune?filters=" + http::percent_encode(filters));
  };
  EXPECT_EQ(prune(R"({"foo":["x"]})").refusal(), "400 invalid filter 'foo'");
  EXPECT_EQ(prune(R"({"until":["x"]})").refusal(), "400 failed to parse value as time or duration: \"x\"");
  EXPECT_EQ(prune(R"({"label":["x"]})").body, "{\"ContainersDeleted\":null,\"SpaceReclaimed\":0}\n");
  EXPECT_EQ(prune(R"({"until":["1h"]})").json()["ContainersDeleted"], nullptr);
  EXPECT_EQ(prune("").json()["ContainersDeleted"], nlohmann::json({stopped}));
  EXPECT_EQ(status("running"), "running");
}

TEST_F(ContainerMoves, TheListTakesDockersFilters) {
  create("first", "true");
  run("second", "sleep 1000");
  auto names = [](const std::string& query) {
    std::vector<std::string> found;
    for (const auto& one : call("GET", "/containers/json?" + query).json()) found.push_back(one["Names"][0]);
    return found;
  };
  auto filtered = [&](const std::string& filters) { return names("all=1&filters=" + http::percent_encode(filters)); };
  EXPECT_THAT(names(""), ElementsAre("/second"));
  EXPECT_THAT(names("limit=2"), ElementsAre("/second", "/first"));
  EXPECT_THAT(filtered(R"({"health":["none"],"is-task":["false"]})"), ElementsAre("/second", "/first"));
  EXPECT_THAT(filtered(R"({"before":["second"]})"), ElementsAre("/first"));
  EXPECT_THAT(filtered(R"({"publish":["80"]})"), ElementsAre());
  EXPECT_THAT(filtered(R"({"volume":["x"]})"), ElementsAre());
  auto refused = [](const std::string& filters) {
    return call("GET", "/containers/json?filters=" + http::percent_encode(filters)).refusal();
  };
  EXPECT_EQ(refused(R"({"status":["foo"]})"), "400 invalid filter 'status=foo'");
  EXPECT_EQ(refused(R"({"exited":["x"]})"),
            "400 invalid filter 'exited=x': strconv.Atoi: parsing \"x\": invalid syntax");
  EXPECT_EQ(refused(R"({"health":["foo"]})"), "400 unrecognized filter value for health: foo");
  EXPECT_EQ(refused(R"({"publish":["x"]})"),
            "500 error while looking up for publish x: strconv.ParseUint: parsing \"x\": invalid syntax");
}

TEST_F(ContainerMoves, CommandsThatWereNeverStartedGoWithTheContainersEnd) {
  const std::string body = R"({"Cmd":["true"]})";
  const auto create_exec = [&] {
    return call("POST", "/containers/held/exec", body).json().value("Id", std::string());
  };
  const auto start = [](const std::string& exec) {
    return call("POST", "/exec/" + exec + "/start", R"({"Detach":true})");
  };
  run("held", "exec sleep 1000");
  const std::string done = create_exec(), waits = create_exec();
  EXPECT_EQ(start(done).status, 200);
  EXPECT_EQ(call("GET", "/exec/" + waits + "/json").status, 200);
  EXPECT_EQ(call("POST", "/containers/held/restart?t=0").status, 204);
  EXPECT_EQ(call("GET", "/exec/" + waits + "/json").refusal(), "404 No such exec instance: " + waits);
  EXPECT_EQ(start(waits).refusal(), "404 No such exec instance: " + waits);
  EXPECT_EQ(call("GET", "/exec/" + done + "/json").status, 200) << "its exit code can be asked for";

  const std::string removed = create_exec();
  EXPECT_EQ(call("DELETE", "/containers/held?force=1").status, 204);
  EXPECT_EQ(call("GET", "/exec/" + removed + "/json").refusal(), "404 No such exec instance: " + removed);
}

TEST_F(ContainerMoves, OfCommandsThatWaitTheOldestMakeRoom) {
  run("held", "exec sleep 1000");
  std::vector<std::string> execs;
  for (int i = 0; i < 1025; ++i) {
    execs.push_back(call("POST", "/containers/held/exec", R"({"Cmd":["true"]})").json().value("Id", ""));
  }
  EXPECT_EQ(call("GET", "/exec/" + execs.front() + "/json").status, 404);
  EXPECT_EQ(call("GET", "/exec/" + execs[1] + "/json").status, 200);
  EXPECT_EQ(call("GET", "/exec/" + execs.back() + "/json").status, 200);
}

// Of a process, all that it began.
std::vector<pid_t> descendants_of(pid_t process) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    const std::string stat = os::try_read_file(entry.path() / "stat").value_or("");
    const auto behind = stat.rfind(')');  // proc(5): pid (comm) state ppid
    if (pid <= 0 || behind == std::string::npos || std::atoi(stat.c_str() + behind + 4) != process) continue;
    found.push_back(pid);
    for (const pid_t below : descendants_of(pid)) found.push_back(below);
  }
  return found;
}

// The launcher, and every monitor that has been made or will take the next start: no start comes on while this lives.
class StoppedMonitors {
 public:
  explicit StoppedMonitors(pid_t engine) : stopped_(descendants_of(engine)) {
    for (const pid_t process : stopped_) ::kill(process, SIGSTOP);
  }
  ~StoppedMonitors() { go_on(); }
  StoppedMonitors(const StoppedMonitors&) = delete;
  StoppedMonitors& operator=(const StoppedMonitors&) = delete;
  void go_on() {
    for (const pid_t process : stopped_) ::kill(process, SIGCONT);
    stopped_.clear();
  }
  bool empty() const { return stopped_.empty(); }

 private:
  std::vector<pid_t> stopped_;
};

TEST_F(ContainerMoves, ACommandsStartThatHangsEndsWithItsClientAndWithTheContainer) {
  const std::string id = run("held", "exec sleep 1000");
  const auto execs = [&] {
    return call("GET", "/containers/" + id + "/json").json().value("ExecIDs", nlohmann::json());
  };
  const auto in_hand = [&] { return execs().is_array() && !execs().empty(); };
  const pid_t engine = home_->engine();
  StoppedMonitors stopped(engine);
  ASSERT_FALSE(stopped.empty());
  {
    Program client(home_->command({"docker", "exec", "held", "true"}));
    ASSERT_TRUE(comes_true(in_hand));
    ::usleep(500'000);
    EXPECT_TRUE(in_hand()) << "it waits for the launcher";
  }
  EXPECT_TRUE(comes_true([&] { return !in_hand(); })) << "the client is gone";

  Program of_container(home_->command({"docker", "exec", "held", "true"}));
  ASSERT_TRUE(comes_true(in_hand));
  ::usleep(500'000);
  ::kill(state("held").value("Pid", 0), SIGKILL);
  EXPECT_TRUE(comes_true([&] { return !in_hand(); })) << "process 1 is dead";
  const Outcome outcome = of_container.finish();
  EXPECT_EQ(outcome.code, 126) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("cannot exec in a stopped container"));
}

TEST_F(ContainerMoves, ACommandsStartThatHangsDoesNotKeepTheEngine) {
  run("held", "exec sleep 1000");
  const pid_t engine = home_->engine();
  StoppedMonitors stopped(engine);
  Program client(home_->command({"docker", "exec", "held", "true"}));
  ASSERT_TRUE(comes_true(
      [&] { return call("GET", "/containers/held/json").json().value("ExecIDs", nlohmann::json()).is_array(); }));
  ::usleep(500'000);
  ::kill(engine, SIGTERM);
  EXPECT_TRUE(comes_true([&] { return ::kill(engine, 0) != 0; })) << "the engine has ended";
  stopped.go_on();
  client.finish();
  home_->docker({"ps"});  // the next engine
}

TEST_F(ContainerMoves, ATerminalIsResizedBehindTheStartInHand) {
  run("held", "exec sleep 1000");
  const std::string exec =
      call("POST", "/containers/held/exec", R"({"Cmd":["sleep","1000"],"Tty":true})").json().value("Id", "");
  const auto resize = [&] { return call("POST", "/exec/" + exec + "/resize?h=9&w=40"); };
  EXPECT_EQ(resize().status, 404) << "nobody starts it";
  StoppedMonitors stopped(home_->engine());
  auto started = std::async(std::launch::async,
                            [&] { return call("POST", "/exec/" + exec + "/start", R"({"Detach":true})").status; });
  ::usleep(300'000);
  auto resized = std::async(std::launch::async, [&] { return resize().status; });
  EXPECT_EQ(resized.wait_for(std::chrono::milliseconds(500)), std::future_status::timeout);
  stopped.go_on();
  EXPECT_EQ(started.get(), 200);
  EXPECT_EQ(resized.get(), 200);
}

}  // namespace
}  // namespace glassdock::testing
