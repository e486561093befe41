// Ends that cross: a daemon's, a monitor's and a client's, while something else is in hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>
#include <future>
#include <list>
#include <memory>

#include "engine/base/text.h"
#include "engine/content/sqlite.h"
#include "engine/http/client.h"
#include "engine/runtime/protocol.h"
#include "tests/golden/held_run.h"
#include "tests/golden/processes.h"
#include "tests/golden/real_engine.h"

namespace glassdock::golden {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

class Ends : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    engine_ = new RealEngine();
    ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
    ASSERT_EQ(engine_->docker({"run", "--rm", "alpine", "true"}).code, 0);
  }
  static void TearDownTestSuite() {
    delete engine_;
    engine_ = nullptr;
  }
  void SetUp() override { before_ = engine_->traces(); }
  void TearDown() override {
    for (const std::string& id : split(trim(engine_->docker({"ps", "-aq"}).out), '\n')) {
      engine_->docker({"rm", "-f", id});
    }
    EXPECT_EQ(engine_->differs_from(before_), "");
  }
  std::string run_detached(const std::string& name, std::vector<std::string> command) {
    std::vector<std::string> words = {"run", "-d", "--name", name, "alpine"};
    words.insert(words.end(), command.begin(), command.end());
    return std::string(trim(engine_->docker(words).out));
  }
  // The status file names process 1: "started PID STARTTIME".
  pid_t first_process(const std::string& id) const {
    std::istringstream status(os::read_file(engine_->data() / "containers" / id / "status"));
    std::string word;
    pid_t pid = 0;
    status >> word >> pid;
    return pid;
  }
  std::string table() const { return engine_->docker({"ps", "-a"}).out; }
  // The status of the engine's answer.
  static int post(const std::string& path, std::string* body = nullptr) {
    http::Client client = http::Client::connect_unix(engine_->socket());
    http::Response answer = client.request("POST", path);
    std::string text = answer.read_body();
    if (body) *body = text;
    return answer.status();
  }
  static int create(const std::string& name, const std::string& script = "exit 7",
                    const std::vector<std::string>& binds = {}) {
    http::Client client = http::Client::connect_unix(engine_->socket());
    http::Response answer = client.request(
        "POST", "/containers/create?name=" + name, {{"Content-Type", "application/json"}},
        nlohmann::json{{"Image", "alpine"}, {"Cmd", {"sh", "-c", script}}, {"HostConfig", {{"Binds", binds}}}}.dump());
    answer.read_body();
    return answer.status();
  }
  // Its output, in frames; an error's message where there is none.
  static std::string log(const std::string& name) {
    http::Client client = http::Client::connect_unix(engine_->socket());
    return client.request("GET", "/containers/" + name + "/logs?stdout=1").read_body();
  }
  static nlohmann::json state(const std::string& name) {
    http::Client client = http::Client::connect_unix(engine_->socket());
    return nlohmann::json::parse(client.request("GET", "/containers/" + name + "/json").read_body())["State"];
  }
  // Of an engine that does not run.
  static void change_metadata(const char* sql) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open((engine_->data() / "glassdock.db").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }
  static RealEngine* engine_;
  Traces before_;
};
RealEngine* Ends::engine_ = nullptr;

TEST_F(Ends, ADaemonThatComesDuringATeardownHasTheExit) {
  const std::string id = run_detached("torn-down", {"sleep", "1000"});
  const pid_t child = first_process(id);
  const pid_t monitor = parent_of(child);
  engine_->kill();
  // Stopped, it has all of its end before it when the new daemon connects.
  ASSERT_EQ(::kill(monitor, SIGSTOP), 0);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    ::kill(monitor, SIGCONT);
  });
  engine_->start();
  EXPECT_TRUE(comes_true([&] { return table().find("Exited (137)") != std::string::npos; })) << table();
  EXPECT_EQ(state("torn-down")["Error"], "");
}

TEST_F(Ends, AContainerWithADamagedRecordLivesAndCanBeRemoved) {
  const std::string id = run_detached("damaged", {"sh", "-c", "echo data > /kept; sleep 1000"});
  const ProcessMark child(first_process(id));
  const std::filesystem::path kept = engine_->data() / "containers" / id / "upper/kept";
  ASSERT_TRUE(comes_true([&] { return std::filesystem::exists(kept); }));
  engine_->kill();
  change_metadata("UPDATE containers SET spec = '{' WHERE name = 'damaged'");
  engine_->start();
  EXPECT_TRUE(child.alive());
  EXPECT_TRUE(std::filesystem::exists(kept));
  EXPECT_THAT(table(), HasSubstr("Dead"));
  EXPECT_EQ(state("damaged")["Status"], "dead");
  EXPECT_EQ(create("damaged"), 409);
  EXPECT_EQ(post("/containers/damaged/start"), 409);
  EXPECT_EQ(engine_->docker({"rm", "damaged"}).code, 0);
  EXPECT_FALSE(child.alive());
  EXPECT_EQ(create("damaged"), 201);
}

// Its status file names another's process by then, which began as long after the boot as process 1 had.
TEST_F(Ends, AfterARebootNoOthersProcessIsTakenForTheContainers) {
  const std::string id = run_detached("rebooted", {"sleep", "1000"});
  const ProcessMark child(first_process(id)), monitor(parent_of(child.pid()));
  engine_->kill();
  ASSERT_EQ(::kill(monitor.pid(), SIGKILL), 0);
  ::kill(child.pid(), SIGKILL);
  ASSERT_TRUE(comes_true([&] { return !child.alive() && !monitor.alive(); }));
  const Program other({"/bin/sleep", "1000"});
  std::string stat = os::read_file(fmt::format("/proc/{}/stat", other.pid()));
  const std::string start_time = split(std::string_view(stat).substr(stat.rfind(')') + 2), ' ').at(19);
  std::ofstream(engine_->data() / "containers" / id / "status")
      << "started " << other.pid() << " " << start_time << "\nexecuted 1700\n";
  std::ofstream(engine_->data() / "boot-id") << "00000000-0000-0000-0000-000000000000\n";
  engine_->start();
  EXPECT_EQ(state("rebooted")["Status"], "exited");
  EXPECT_TRUE(ProcessMark(other.pid()).alive());
  EXPECT_EQ(os::read_file(engine_->data() / "boot-id"), os::read_file("/proc/sys/kernel/random/boot_id"));
}

TEST_F(Ends, AnEmptyLineInAStatusFileKeepsNoDaemonFromComing) {
  const std::string id = run_detached("empty-line", {"sh", "-c", "exit 7"});
  EXPECT_TRUE(comes_true([&] { return state("empty-line")["Status"] == "exited"; }));
  engine_->kill();
  std::ofstream(engine_->data() / "containers" / id / "status", std::ios::app) << "\n";
  engine_->start();
  EXPECT_EQ(state("empty-line")["ExitCode"], 7);
}

// A monitor that is stopped, under a new daemon.
class HangingMonitor : public Ends {
 protected:
  void SetUp() override {
    Ends::SetUp();
    id_ = run_detached("hanging", {"sleep", "1000"});
    child_.emplace(first_process(id_));
    monitor_.emplace(parent_of(child_->pid()));
    engine_->kill();
    ASSERT_EQ(::kill(monitor_->pid(), SIGSTOP), 0);
    engine_->start();
    ASSERT_THAT(table(), HasSubstr("Up "));
  }
  void TearDown() override {
    if (monitor_ && monitor_->alive()) ::kill(monitor_->pid(), SIGCONT);
    Ends::TearDown();
  }
  std::string id_;
  std::optional<ProcessMark> child_, monitor_;
};

TEST_F(HangingMonitor, LeavesItsContainerToBeRemoved) {
  Program removal(engine_->command({"docker", "rm", "-f", "hanging"}));
  EXPECT_TRUE(removal.wait_for_out("hanging"));
  EXPECT_FALSE(child_->alive());
  EXPECT_TRUE(comes_true([&] { return !monitor_->alive(); }));
  EXPECT_THAT(table(), Not(HasSubstr("hanging")));
}

TEST_F(HangingMonitor, LeavesItsContainerToBeKilledAndWaitedFor) {
  http::Client client = http::Client::connect_unix(engine_->socket());
  http::Hijacked stream = client.upgrade("POST", "/containers/hanging/attach?stream=1&stderr=1").hijack();
  std::string said = stream.already_read;  // it may come along with the answer's head
  char piece[256];
  for (ssize_t got; (got = ::read(stream.socket.get(), piece, sizeof piece)) > 0;) {
    said.append(piece, static_cast<std::size_t>(got));
  }
  EXPECT_THAT(said, HasSubstr("Error attaching: the container's monitor does not answer"));

  std::string answer;
  auto wait = std::async(std::launch::async, [&] { return post("/containers/hanging/wait", &answer); });
  EXPECT_EQ(post("/containers/hanging/kill"), 204);
  EXPECT_EQ(wait.get(), 200);
  EXPECT_THAT(answer, HasSubstr("137"));
}

TEST_F(HangingMonitor, LeavesItsContainerToBeStoppedByAnHealedMonitor) {
  ASSERT_EQ(::kill(monitor_->pid(), SIGCONT), 0);
  EXPECT_EQ(post("/containers/hanging/stop?t=1"), 204);
  EXPECT_THAT(table(), HasSubstr("Exited (137)"));
  EXPECT_TRUE(comes_true([&] { return !monitor_->alive(); }));  // it tells the end, then goes
}

TEST_F(HangingMonitor, LeavesItsContainerToCommandsOnceItAnswers) {
  Program command(engine_->command({"docker", "exec", "hanging", "echo", "in"}));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  ASSERT_EQ(::kill(monitor_->pid(), SIGCONT), 0);
  const Outcome outcome = command.finish();
  EXPECT_EQ(outcome.out, "in\n") << outcome.err;
}

TEST_F(HangingMonitor, LeavesItsContainerToNoCommand) {
  EXPECT_THAT(engine_->docker({"exec", "hanging", "true"}).out, HasSubstr("the container's monitor does not answer"));
}

// Its queue of connections is full by then: a daemon that waited for a place in it would never come up.
TEST_F(HangingMonitor, KeepsNoDaemonFromComing) {
  for (int i = 0; i < 2; ++i) {
    engine_->kill();
    engine_->start();
  }
  EXPECT_THAT(table(), HasSubstr("Up "));
  EXPECT_EQ(post("/containers/hanging/kill"), 204);
  EXPECT_TRUE(comes_true([&] { return !monitor_->alive(); }));
}

TEST_F(Ends, ManyHangingMonitorsCostOneWait) {
  constexpr int many = 8;  // one after the other they would take longer than the engine's start may
  std::list<ProcessMark> monitors;
  for (int i = 0; i < many; ++i) {
    monitors.emplace_back(parent_of(first_process(run_detached("hanging-" + std::to_string(i), {"sleep", "1000"}))));
  }
  const std::string healthy = run_detached("healthy", {"sleep", "1000"});
  engine_->kill();
  for (const ProcessMark& monitor : monitors) ASSERT_EQ(::kill(monitor.pid(), SIGSTOP), 0);
  auto start = std::async(std::launch::async, [] { engine_->start(); });
  EXPECT_EQ(start.wait_for(seconds(30)), std::future_status::ready);
  start.get();
  EXPECT_EQ(post("/containers/healthy/kill"), 204);
  EXPECT_TRUE(comes_true([&] { return state("healthy")["Status"] == "exited"; }));
  for (const ProcessMark& monitor : monitors) ASSERT_EQ(::kill(monitor.pid(), SIGCONT), 0);
}

// No new daemon here: this one has the monitor's link, which stays open and says nothing.
TEST_F(Ends, AMonitorThatHangsKeepsNobodyWaitingBehindItsContainersEnd) {
  std::list<ProcessMark> monitors;
  for (const char* name : {"to-remove", "to-stop"}) {
    monitors.emplace_back(parent_of(first_process(run_detached(name, {"sleep", "1000"}))));
    ASSERT_EQ(::kill(monitors.back().pid(), SIGSTOP), 0);
  }
  std::string answer;
  auto wait = std::async(std::launch::async, [&] { return post("/containers/to-stop/wait", &answer); });
  auto stop = std::async(std::launch::async, [] { return post("/containers/to-stop/stop?t=0"); });
  EXPECT_EQ(engine_->docker({"rm", "-f", "to-remove"}).code, 0);
  EXPECT_EQ(stop.get(), 204);
  EXPECT_EQ(wait.get(), 200);
  EXPECT_THAT(answer, HasSubstr("137"));
  EXPECT_THAT(table(), AllOf(HasSubstr("Exited (137)"), Not(HasSubstr("to-remove"))));
  for (const ProcessMark& monitor : monitors) EXPECT_FALSE(monitor.alive());
}

TEST_F(Ends, AMonitorThatHangsAtAGateDoesNotKeepItsContainer) {
  HeldRun run(*engine_, "isolate.proc", {"--name", "held", "alpine", "true"});
  const ProcessMark monitor(monitor_of(run.pid()));
  ASSERT_EQ(::kill(monitor.pid(), SIGSTOP), 0);
  EXPECT_EQ(engine_->docker({"rm", "-f", "held"}).code, 0);
  EXPECT_THAT(table(), Not(HasSubstr("held")));
  EXPECT_FALSE(monitor.alive());
}

TEST_F(Ends, ARemovalThatWaitsDoesNotKeepTheEngine) {
  const std::string id = run_detached("kept", {"sleep", "1000"});
  const ProcessMark child(first_process(id)), monitor(parent_of(child.pid()));
  ASSERT_EQ(::kill(monitor.pid(), SIGSTOP), 0);
  Program removal(engine_->command({"docker", "rm", "-f", "kept"}));
  EXPECT_TRUE(comes_true([&] { return !child.alive(); }));
  auto stopped = std::async(std::launch::async, [] { engine_->stop(); });
  EXPECT_EQ(stopped.wait_for(seconds(10)), std::future_status::ready) << "the waiting removal holds it";
  ::kill(monitor.pid(), SIGCONT);
  stopped.get();
  EXPECT_TRUE(comes_true([&] { return !monitor.alive(); }));
  engine_->start();
}

TEST_F(Ends, ACreationInHandIsNeitherRemovedNorStarted) {
  HeldRun run(*engine_, "snapshot.prepare", {"--name", "half", "alpine", "echo", "made"});
  EXPECT_THAT(engine_->docker({"rm", "half"}).err, HasSubstr("is being created"));
  EXPECT_THAT(engine_->docker({"rm", "-f", "half"}).err, HasSubstr("is being created"));
  EXPECT_THAT(engine_->docker({"update", "--restart", "always", "half"}).err, HasSubstr("is being created"));
  EXPECT_EQ(post("/containers/half/start"), 409);
  EXPECT_EQ(run.release().out, "made\n");
  EXPECT_EQ(engine_->docker({"rm", "half"}).code, 0);
  EXPECT_EQ(engine_->docker({"run", "--rm", "--name", "half", "alpine", "true"}).code, 0) << "the name is free";
}

TEST_F(Ends, ACreationThatCannotBeUndoneSaysWhyItFailedAndCanBeRemoved) {
  // A database that takes the record, fails all the same, and gives the record up no more.
  content::sqlite::Connection database(engine_->data() / "glassdock.db", "NORMAL");
  database.execute(
      "CREATE TRIGGER no_more AFTER INSERT ON containers BEGIN SELECT RAISE(FAIL, 'it is full'); END;"
      "CREATE TRIGGER no_less BEFORE DELETE ON containers BEGIN SELECT RAISE(ABORT, 'it is stuck'); END;");
  const Outcome failed = engine_->docker({"run", "--name", "unlucky", "alpine", "true"});
  EXPECT_NE(failed.code, 0);
  EXPECT_THAT(failed.err, AllOf(HasSubstr("it is full"), Not(HasSubstr("it is stuck"))));
  EXPECT_EQ(state("unlucky")["Status"], "dead");
  EXPECT_EQ(post("/containers/unlucky/start"), 409);
  database.execute("DROP TRIGGER no_more; DROP TRIGGER no_less;");
  EXPECT_EQ(engine_->docker({"rm", "unlucky"}).code, 0);
  EXPECT_EQ(engine_->docker({"run", "--rm", "--name", "unlucky", "alpine", "true"}).code, 0);
}

TEST_F(Ends, StopWaitsAsLongAsItIsTold) {
  run_detached("patient", {"sh", "-c", "trap 'sleep 1; exit 5' TERM; while :; do sleep 0.1; done"});
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(post("/containers/patient/stop?t=9999999999"), 204);
  EXPECT_THAT(table(), HasSubstr("Exited (5)"));
}

TEST_F(Ends, AStartThatCannotBePreparedLeavesItsContainerToBeStarted) {
  const std::string id = run_detached("again", {"true"});
  EXPECT_TRUE(comes_true([&] { return state("again")["Status"] == "exited"; }));
  const std::filesystem::path file = engine_->data() / "containers" / id / "log";
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  EXPECT_EQ(post("/containers/again/start"), 500);
  EXPECT_THAT(log("again"), HasSubstr("directory")) << "no empty log";
  EXPECT_EQ(state("again")["Status"], "exited");
  std::filesystem::remove(file);
  EXPECT_EQ(post("/containers/again/start"), 204);
}

TEST_F(Ends, ASecondStartLeavesTheFirstsExitWhereItIsUntilItIsStored) {
  ASSERT_EQ(create("twice", "[ -e /ran ] && sleep 1000; echo > /ran; exit 7"), 201);
  const std::string id(trim(engine_->docker({"ps", "-aq", "--no-trunc"}).out));
  const auto status = [&] { return os::read_file(engine_->data() / "containers" / id / "status"); };
  std::future<int> second;
  {
    content::sqlite::Connection database(engine_->data() / "glassdock.db", "NORMAL");
    const content::sqlite::Transaction others(database);  // nothing can be stored
    ASSERT_EQ(post("/containers/twice/start"), 204);
    ASSERT_TRUE(comes_true([&] { return state("twice")["Status"] == "exited"; }));
    second = std::async(std::launch::async, [] { return post("/containers/twice/start"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_THAT(status(), HasSubstr("exited"));
    engine_->kill();
  }
  EXPECT_ANY_THROW(second.get());
  engine_->start();
  EXPECT_EQ(state("twice")["Status"], "exited");
  EXPECT_EQ(state("twice")["ExitCode"], 7);
}

// A start answers before its state is stored, which still says then that the container was stopped by hand.
TEST_F(Ends, AStartThatWasNotStoredEndsAStopByHand) {
  ASSERT_EQ(
      engine_->docker({"run", "-d", "--restart", "unless-stopped", "--name", "kept", "alpine", "sleep", "1000"}).code,
      0);
  ASSERT_EQ(post("/containers/kept/stop?t=0"), 204);
  engine_->stop();  // its end is stored
  engine_->start();
  ASSERT_EQ(state("kept")["Status"], "exited");
  {
    content::sqlite::Connection database(engine_->data() / "glassdock.db", "NORMAL");
    const content::sqlite::Transaction others(database);  // nothing can be stored
    ASSERT_EQ(post("/containers/kept/start"), 204);
    engine_->kill();
  }
  engine_->start();
  ASSERT_TRUE(comes_true([&] { return state("kept")["Status"] == "running"; }));
  const int first = state("kept")["Pid"];
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  EXPECT_TRUE(comes_true([&] { return state("kept")["Status"] == "running" && state("kept")["Pid"] != first; }));
}

TEST_F(Ends, AStartWritesItsHostsAgain) {
  const std::string id = run_detached("names", {"sh", "-c", "cat /etc/hostname /etc/hosts /etc/resolv.conf"});
  const auto exits = [] { return comes_true([] { return state("names")["Status"] == "exited"; }); };
  EXPECT_TRUE(exits());
  const std::string first = log("names");
  EXPECT_THAT(first, AllOf(HasSubstr(id.substr(0, 12)), HasSubstr("localhost"), HasSubstr("nameserver")));
  const std::filesystem::path folder = engine_->data() / "containers" / id;
  std::filesystem::resize_file(folder / "hosts", 0);  // as a lost disk cache leaves it
  std::filesystem::remove(folder / "hostname");
  std::ofstream(folder / "resolv.conf", std::ios::app) << "nameserver 192.0.2.1\n";
  EXPECT_EQ(post("/containers/names/start"), 204);
  EXPECT_TRUE(exits());
  EXPECT_EQ(log("names"), first + first);
}

TEST_F(Ends, AStartMakesAFolderForABindWhoseSourceHasGone) {
  const std::filesystem::path gone = engine_->folder() / "gone";
  ASSERT_EQ(create("bound", "echo > /g/here", {gone.string() + ":/g"}), 201);
  for (int start = 0; start < 2; ++start) {  // with what was made ready at create, and without
    EXPECT_GT(std::filesystem::remove_all(gone), 0u);
    EXPECT_EQ(post("/containers/bound/start"), 204);
    EXPECT_TRUE(comes_true([] { return state("bound")["Status"] == "exited"; }));
    EXPECT_TRUE(std::filesystem::exists(gone / "here"));
  }
  std::filesystem::remove_all(gone);
}

TEST_F(Ends, ManyCreatedContainersLeaveDescriptorsToStartThem) {
  constexpr int many = 60;
  const auto descriptors = [] {
    using std::filesystem::directory_iterator;
    return std::distance(directory_iterator(fmt::format("/proc/{}/fd", engine_->pid())), directory_iterator());
  };
  const auto before = descriptors();
  std::ptrdiff_t half = 0;
  for (int i = 0; i < many; ++i) {
    if (i == many - 10) half = descriptors();
    ASSERT_EQ(create(fmt::format("made-{}", i)), 201);
  }
  EXPECT_GT(half, before + 10) << "some are ready for their start";
  EXPECT_LE(descriptors(), half + 3) << "more of them take no more";
  for (const int i : {0, many - 1}) {
    const std::string name = fmt::format("made-{}", i);
    EXPECT_EQ(post("/containers/" + name + "/start"), 204);
    EXPECT_TRUE(comes_true([&] { return state(name)["Status"] == "exited"; }));
    EXPECT_EQ(state(name)["ExitCode"], 7);
  }
}

TEST_F(Ends, TheEngineTakesAllDescriptorsAndAContainerItsUsersShare) {
  rlimit here{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &here), 0);
  const auto soft_limit = [] {
    return std::string(trim(engine_->docker({"run", "--rm", "alpine", "sh", "-c", "ulimit -Sn"}).out));
  };
  rlimit of_engine{};
  ASSERT_EQ(::prlimit(engine_->pid(), RLIMIT_NOFILE, nullptr, &of_engine), 0);
  EXPECT_EQ(of_engine.rlim_cur, of_engine.rlim_max);
  EXPECT_EQ(soft_limit(), std::to_string(here.rlim_cur));
  const ProcessMark launcher(child_named(engine_->pid(), launcher_name));
  ASSERT_EQ(::kill(launcher.pid(), SIGKILL), 0);
  EXPECT_EQ(soft_limit(), std::to_string(here.rlim_cur)) << "of a new launcher, too";
}

TEST_F(Ends, ALimitOfFileSizesIsToldAndSurvived) {
  rlimit before{};
  ASSERT_EQ(::prlimit(engine_->pid(), RLIMIT_FSIZE, nullptr, &before), 0);
  const rlimit no_byte{0, before.rlim_max};
  ASSERT_EQ(::prlimit(engine_->pid(), RLIMIT_FSIZE, &no_byte, nullptr), 0);
  const Outcome refused = engine_->docker({"run", "--name", "large", "alpine", "true"});
  ASSERT_EQ(::prlimit(engine_->pid(), RLIMIT_FSIZE, &before, nullptr), 0);
  EXPECT_EQ(refused.code, 125);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("File too large"), HasSubstr("ulimit -f")));
  EXPECT_EQ(create("large"), 201);
}

TEST_F(Ends, OneClientTooManyIsToldSo) {
  const std::string id = run_detached("liked", {"sh", "-c", "while sleep 0.1; do echo; done"});
  std::list<http::Hijacked> clients;
  auto attach = [&] {
    http::Client client = http::Client::connect_unix(engine_->socket());
    http::Response answer = client.upgrade("POST", "/containers/" + id + "/attach?stream=1&stdout=1");
    int status = answer.status();
    if (status == 101) clients.push_back(std::move(answer).hijack());
    return status;
  };
  for (std::size_t i = 0; i < runtime::most_clients; ++i) ASSERT_EQ(attach(), 101) << i;
  EXPECT_EQ(attach(), 409);
  clients.pop_front();
  EXPECT_TRUE(comes_true([&] { return attach() == 101; })) << "one went: there is room again";
  // A promise dies with the daemon; who has output is attached.
  pollfd output{clients.back().socket.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&output, 1, 30'000), 1);
  ASSERT_EQ(output.revents & POLLHUP, 0);

  engine_->kill();
  engine_->start();
  EXPECT_EQ(attach(), 409) << "they are still there, under a new daemon";
  clients.pop_front();
  EXPECT_TRUE(comes_true([&] { return attach() == 101; }));
}

// A client without a terminal forwards nearly every signal: also that its window has another size.
TEST(Signals, ForTheCommandDoNotGiveUpAStartThatIsHeld) {
  if (const std::string why = RealEngine::missing(Owner::self); !why.empty()) GTEST_SKIP() << why;
  const RealEngine engine;
  ASSERT_EQ(engine.docker({"pull", "-q", "alpine"}).code, 0);
  int asked = 0;
  const Outcome outcome = step(engine, {"run", "--rm", "alpine", "echo", "ran"},
                               {{}, [&](const client::Held& held) {
                                  if (held.gate != "run.exec") return true;
                                  http::Client client = http::Client::connect_unix(engine.socket());
                                  const std::string path = "/containers/" + held.subject + "/kill?signal=SIGWINCH";
                                  EXPECT_EQ(client.request("POST", path).status(), 409);
                                  ++asked;
                                  return true;
                                }});
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "ran\n");
}

}  // namespace
}  // namespace glassdock::golden
