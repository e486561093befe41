// A container whose cgroups do not go at once: who waits for it, and who does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fstream>
#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/http/client.h"
#include "tests/golden/processes.h"

namespace glassdock::golden {
namespace {

using ::testing::StartsWith;

// A process in a cgroup of v1's freezer: it outlives its SIGKILL until it is thawed.
class FrozenProcess {
 public:
  FrozenProcess() : freezer_(fmt::format("/sys/fs/cgroup/freezer/glassdock-test-{}", ::getpid())) {
    if (::mkdir(freezer_.c_str(), 0755) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      for (;;) ::pause();
    }
    write(freezer_ + "/cgroup.procs", std::to_string(pid_));
    write(freezer_ + "/freezer.state", "FROZEN");
    comes_true([&] { return trim(os::read_file(freezer_ + "/freezer.state")) == "FROZEN"; });
  }
  ~FrozenProcess() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    write(freezer_ + "/freezer.state", "THAWED");
    ::waitpid(pid_, nullptr, 0);
    EXPECT_TRUE(comes_true([&] { return ::rmdir(freezer_.c_str()) == 0; }));
  }
  FrozenProcess(const FrozenProcess&) = delete;
  FrozenProcess& operator=(const FrozenProcess&) = delete;

  bool there() const { return pid_ != 0; }
  // Another process is held with it.
  void hold(pid_t other) const { write(freezer_ + "/cgroup.procs", std::to_string(other)); }
  // Into the pids cgroup of another process, which can't be removed then.
  void join(pid_t other) const {
    std::ifstream cgroups(fmt::format("/proc/{}/cgroup", other));
    for (std::string line; std::getline(cgroups, line);) {
      const auto controller = line.find(":pids:");
      if (controller == std::string::npos) continue;
      write("/sys/fs/cgroup/pids" + line.substr(controller + 6) + "/cgroup.procs", std::to_string(pid_));
      return;
    }
    ADD_FAILURE() << "no pids cgroup";
  }

 private:
  static void write(const std::string& file, const std::string& text) {
    std::ofstream out(file);
    out << text << std::flush;
    EXPECT_TRUE(out) << file;
  }
  std::string freezer_;
  pid_t pid_ = 0;
};

class SlowTeardown : public ::testing::Test {
 protected:
  void SetUp() override {
    frozen_ = std::make_unique<FrozenProcess>();
    if (!frozen_->there()) GTEST_SKIP() << "no v1 freezer here: nothing else outlives its SIGKILL";
    engine_ = std::make_unique<RealEngine>();
    ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
    ASSERT_EQ(engine_->docker({"run", "--rm", "alpine", "true"}).code, 0);
    before_ = engine_->traces();
  }
  void TearDown() override {
    frozen_.reset();
    if (!engine_) return;
    for (const std::string& id : split(trim(engine_->docker({"ps", "-aq"}).out), '\n')) {
      engine_->docker({"rm", "-f", id});
    }
    EXPECT_EQ(engine_->differs_from(before_), "");
  }
  std::string run_detached(const std::string& name) const {
    return std::string(trim(engine_->docker({"run", "-d", "--name", name, "alpine", "sleep", "1000"}).out));
  }
  void run_slow() {
    id_ = run_detached("slow");
    frozen_->join(first_process(*engine_, id_));
  }
  int post(const std::string& path) const {
    http::Client client = http::Client::connect_unix(engine_->socket());
    http::Response answer = client.request("POST", path);
    answer.read_body();
    return answer.status();
  }
  // The answer's words, where it is docker's status of what failed.
  std::string failure_of(const std::string& method, const std::string& path) const {
    http::Client client = http::Client::connect_unix(engine_->socket());
    http::Response answer = client.request(method, path);
    const std::string body = answer.read_body();
    return answer.status() == 500 ? nlohmann::json::parse(body).value("message", "") : std::to_string(answer.status());
  }
  std::string state() const {
    http::Client client = http::Client::connect_unix(engine_->socket());
    return nlohmann::json::parse(client.request("GET", "/containers/slow/json").read_body())["State"]["Status"];
  }
  bool has_ended() const {
    return os::read_file(engine_->data() / "containers" / id_ / "status").find("\nexited ") != std::string::npos;
  }

  std::unique_ptr<FrozenProcess> frozen_;
  std::unique_ptr<RealEngine> engine_;
  Traces before_;
  std::string id_;
};

// The next one of the container that has this name; no event where the engine goes first.
trace::Event next_of(client::GlassStream& events, const std::string& id, std::string_view name) {
  while (auto line = events.next()) {
    const auto* event = std::get_if<trace::Event>(&*line);
    if (event && event->name == name && event->subject == id) return *event;
  }
  ADD_FAILURE() << "no " << name;
  return {};
}

// What the monitor cannot remove the engine does, and everybody else's exits go on meanwhile.
TEST_F(SlowTeardown, HoldsUpNoOtherContainer) {
  engine_->post("/glass/faults", R"({"operation":"lifecycle.cgroups-remove","errno":"EIO"})");
  run_slow();
  run_detached("quick");
  auto kill = std::async(std::launch::async, [&] { return post("/containers/slow/kill"); });
  EXPECT_TRUE(comes_true([&] { return has_ended(); }));
  auto wait = std::async(std::launch::async, [&] { return post("/containers/quick/wait"); });
  EXPECT_EQ(post("/containers/quick/kill"), 204);
  EXPECT_EQ(wait.get(), 200);
  EXPECT_EQ(state(), "running") << "its cgroups are still being removed";
  EXPECT_TRUE(comes_true([&] { return state() == "exited"; }));
  EXPECT_EQ(kill.get(), 204);
}

TEST_F(SlowTeardown, IsToldAtItsBeginningAndEndsTheWaitAtItsEnd) {
  client::Glass glass(engine_->socket()), glass_between(engine_->socket());
  client::GlassStream watcher = glass.events(false);
  run_slow();
  auto wait = std::async(std::launch::async, [&] { return post("/containers/slow/wait"); });
  auto kill = std::async(std::launch::async, [&] { return post("/containers/slow/kill"); });

  const trace::Event exit = next_of(watcher, id_, "container.exit");
  EXPECT_EQ(trace::argument_number(exit, "exit_code"), 137);
  client::GlassStream between = glass_between.events(false);
  const trace::Event was = next_of(between, id_, "baseline.container");
  EXPECT_EQ(trace::argument_text(was, "state"), "exited");
  EXPECT_EQ(trace::argument_number(was, "exit_code"), 137);
  EXPECT_EQ(trace::argument_number(was, "pid"), 0);
  EXPECT_EQ(state(), "running");
  EXPECT_EQ(wait.wait_for(std::chrono::seconds(0)), std::future_status::timeout);

  frozen_.reset();
  EXPECT_EQ(wait.get(), 200);
  EXPECT_EQ(kill.get(), 204);
  EXPECT_EQ(state(), "exited");
  EXPECT_EQ(post("/containers/slow/start"), 204) << "a mark behind the end of both streams";
  for (client::GlassStream* stream : {&watcher, &between}) {
    bool removed = false;
    while (auto line = stream->next()) {
      const auto* event = std::get_if<trace::Event>(&*line);
      if (!event || event->subject != id_) continue;
      EXPECT_NE(event->name, "container.exit") << "told twice";
      removed = removed || event->name == "lifecycle.cgroups-remove";
      EXPECT_GE(event->time_ns, event->name == "lifecycle.cgroups-remove" ? exit.time_ns : 0);
      if (event->name == "container.start") break;
    }
    EXPECT_TRUE(removed);
  }
}

TEST_F(SlowTeardown, OfAMonitorThatIsKilledMeanwhileKeepsTheExit) {
  run_slow();
  const ProcessMark monitor(parent_of(first_process(*engine_, id_)));
  auto kill = std::async(std::launch::async, [&] { return post("/containers/slow/kill?signal=KILL"); });
  EXPECT_TRUE(comes_true([&] { return has_ended(); }));
  ASSERT_EQ(::kill(monitor.pid(), SIGKILL), 0);
  frozen_.reset();
  EXPECT_TRUE(comes_true([&] { return state() == "exited"; }));
  EXPECT_EQ(kill.get(), 204);
  http::Client client = http::Client::connect_unix(engine_->socket());
  const auto inspected = nlohmann::json::parse(client.request("GET", "/containers/slow/json").read_body())["State"];
  EXPECT_EQ(inspected["ExitCode"], 137);
  EXPECT_EQ(inspected["Error"], "") << "the monitor told its end before";
}

// As dockerd 26.1 has it: 10 s and 2 s behind SIGKILL.
TEST_F(SlowTeardown, AProcessThatSigkillDoesNotEndKeepsNobody) {
  const std::pair<const char*, const char*> asked[] = {{"POST", "/containers/killed/kill"},
                                                       {"POST", "/containers/stopped/stop?t=0"},
                                                       {"POST", "/containers/restarted/restart?t=0"},
                                                       {"DELETE", "/containers/removed?force=1"}};
  for (const char* name : {"killed", "stopped", "restarted", "removed"}) {
    frozen_->hold(first_process(*engine_, run_detached(name)));
  }
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::future<std::string>> answers;
  for (const auto& [method, path] : asked) {
    answers.push_back(
        std::async(std::launch::async, [this, method = method, path = path] { return failure_of(method, path); }));
  }
  const std::string words = "tried to kill container, but did not receive an exit event";
  EXPECT_THAT(answers[0].get(), StartsWith("cannot kill container: killed: " + words));
  EXPECT_THAT(answers[1].get(), StartsWith("cannot stop container: stopped: " + words));
  EXPECT_THAT(answers[2].get(), StartsWith("Cannot restart container restarted: " + words));
  EXPECT_THAT(answers[3].get(), StartsWith("cannot remove container \"/removed\": could not kill: " + words));
  const auto waited = std::chrono::steady_clock::now() - began;
  EXPECT_GT(waited, std::chrono::seconds(11));
  EXPECT_LT(waited, std::chrono::seconds(20));
  EXPECT_EQ(trim(engine_->docker({"ps", "-q"}).out).size(), 4 * 13U - 1) << "all still run";

  frozen_.reset();
  EXPECT_TRUE(comes_true([&] { return engine_->docker({"ps", "-q"}).out.empty(); })) << "the signal has stayed";
}

}  // namespace
}  // namespace glassdock::golden
