// A container's terminal, on the real kernel.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "engine/base/text.h"
#include "tests/support/start_lab.h"

namespace glassdock {
namespace {

using runtime::Report;
using support::LabStart;
using support::StartLab;

constexpr int both = runtime::attach_stdin | runtime::attach_stdout;

class RuntimeTerminal : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::string why = StartLab::missing(); !why.empty()) GTEST_SKIP() << why;
    lab_ = std::make_unique<StartLab>();
  }

  std::unique_ptr<LabStart> prepare(std::vector<std::string> arguments) {
    plan::ContainerSpec spec = lab_->spec(std::move(arguments));
    spec.terminal = {24, 80};
    return lab_->prepare(spec, {}, runtime::start_stdin);
  }
  // Started, with a client at its terminal. The gate holds it until the client is there.
  UniqueFd start_attached(LabStart& start, const DetachKeys& keys = {}) {
    start.hold_at("run.exec");
    lab_->start(start);
    auto gate = start.until(Report::at_gate);
    if (!gate) throw std::runtime_error("it does not come to its gate");
    UniqueFd client = attach(start, both, keys);
    start.link->release(gate->operation, gate->report);
    return client;
  }
  static UniqueFd attach(LabStart& start, int flags, const DetachKeys& keys = {}, std::string_view early = {}) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("no socket pair");
    UniqueFd ours(ends[0]), theirs(ends[1]);
    start.link->attach(theirs.get(), flags, early, keys);
    return ours;
  }

  std::unique_ptr<StartLab> lab_;
};

void type(const UniqueFd& client, std::string_view keys) {
  ASSERT_EQ(::write(client.get(), keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
}

// What comes, to the words and not a byte further, or to the end of the stream; for at most ten seconds each time.
std::string read_to(const UniqueFd& client, const std::string& words) {
  std::string text;
  char buffer[65536];
  pollfd ready{client.get(), POLLIN, 0};
  while (words.empty() || text.find(words) == std::string::npos) {
    if (::poll(&ready, 1, 10'000) <= 0) return text + " (and nothing more)";
    ssize_t got = ::read(client.get(), buffer, words.empty() ? sizeof buffer : 1);
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

std::string read_all(const UniqueFd& client) {
  return read_to(client, "");
}

std::string logged(const LabStart& start) {
  std::string text;
  for (const std::string& line : split(start.log(), '\n')) {
    if (!line.empty()) text += nlohmann::json::parse(line).at("log").get<std::string>();
  }
  return text;
}

TEST_F(RuntimeTerminal, IsOfTheContainersOwnDevptsAndItsConsole) {
  auto start = prepare(
      {"sh", "-c",
       "tty; ls -1 /dev/pts; stty size; for i in 0 1 2; do readlink /proc/self/fd/$i; done; ls -1 /proc/self/fd; "
       "grep -o '/0 /dev/console .* - devpts' /proc/self/mountinfo; echo to the console > /dev/console; "
       "echo to the tty > /dev/tty; ps -o pid,tty | tail -n 1"});
  UniqueFd client = start_attached(*start);
  const std::string seen = read_all(client);
  ASSERT_TRUE(start->until(Report::exited));
  EXPECT_TRUE(starts_with(
      seen, "/dev/pts/0\r\n0\r\nptmx\r\n24 80\r\n/dev/pts/0\r\n/dev/pts/0\r\n/dev/pts/0\r\n0\r\n1\r\n2\r\n3\r\n"))
      << seen;
  EXPECT_NE(seen.find("/0 /dev/console rw,nosuid,noexec"), std::string::npos) << seen;
  EXPECT_NE(seen.find("\r\nto the console\r\nto the tty\r\n"), std::string::npos) << seen;
  EXPECT_EQ(logged(*start), seen) << "the log has the same bytes";
  EXPECT_NE(start->log().find("\"stream\":\"stdout\""), std::string::npos);
  EXPECT_EQ(start->log().find("\"stream\":\"stderr\""), std::string::npos);
}

TEST_F(RuntimeTerminal, WhatIsTypedBeforeItIsThereComesToIt) {
  auto start = prepare({"sh", "-c", "read line; echo got $line; read line; echo got $line"});
  start->hold_at("isolate.terminal");
  lab_->start(*start);
  auto gate = start->until(Report::at_gate);
  ASSERT_TRUE(gate);
  UniqueFd client = attach(*start, both, {}, "early\n");
  type(client, "late\n");
  start->link->release(gate->operation, gate->report);
  const std::string seen = read_to(client, "got late");
  EXPECT_NE(seen.find("got early\r\n"), std::string::npos) << seen;
  EXPECT_TRUE(ends_with(seen, "got late")) << seen;
  ASSERT_TRUE(start->until(Report::exited));
}

TEST_F(RuntimeTerminal, CtrlCReachesTheForegroundAndCtrlDEndsTheShell) {
  auto start = prepare({"sh"});
  UniqueFd client = start_attached(*start);
  read_to(client, "# ");
  type(client, "sleep 1000 || echo ended by $?\n");
  read_to(client, "$?\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // the shell makes it its foreground
  type(client, "\x03");
  EXPECT_NE(read_to(client, "# ").find("^C"), std::string::npos);
  type(client, "echo still here\n");
  read_to(client, "\nstill here\r\n");
  // Its prompt, and the place of the cursor asked for: from then on it reads keys.
  read_to(client, "\x1b[6n");
  type(client, "\x04");
  ASSERT_TRUE(start->until(Report::exited));
  EXPECT_EQ(start->exit_code(), 0);
}

TEST_F(RuntimeTerminal, AResizeIsSeenAndSignalled) {
  auto start = prepare({"sh", "-c", "trap 'stty size; exit 5' WINCH; echo ready; while :; do sleep 0.05; done"});
  UniqueFd client = start_attached(*start);
  read_to(client, "ready");
  start->link->resize(50, 132);
  EXPECT_NE(read_all(client).find("50 132\r\n"), std::string::npos);
  ASSERT_TRUE(start->until(Report::exited));
  EXPECT_EQ(start->exit_code(), 5);
}

TEST_F(RuntimeTerminal, NothingOfTheLastOutputIsLost) {
  for (int round = 0; round < 20; ++round) {
    auto start =
        prepare({"sh", "-c", "stty raw; i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done; printf end"});
    UniqueFd client = start_attached(*start);
    const std::string seen = read_all(client);
    ASSERT_TRUE(start->until(Report::exited));
    EXPECT_TRUE(ends_with(seen, "line 2999\nend")) << seen.substr(seen.size() - std::min<std::size_t>(seen.size(), 80));
    EXPECT_EQ(logged(*start), seen);
  }
}

TEST_F(RuntimeTerminal, OutputAfterAllHaveClosedItStillComes) {
  auto start = prepare({"sh", "-c", "echo one; exec <&- >&- 2>&-; sleep 0.3; echo two > /dev/console"});
  UniqueFd client = start_attached(*start);
  EXPECT_EQ(read_all(client), "one\r\ntwo\r\n");
  EXPECT_TRUE(start->until(Report::exited));
}

TEST_F(RuntimeTerminal, TheDetachKeysEndTheStreamAndNothingElse) {
  auto start = prepare({"sh", "-c", "stty raw -echo; echo ready; head -c 6 | od -An -c; sleep 1000"});
  UniqueFd client = start_attached(*start, parse_detach_keys("ctrl-p,ctrl-q"));
  read_to(client, "ready\n");
  type(client,
       "a\x10"
       "b\x10");
  type(client, "c");
  type(client, "\x10");
  type(client, "\x11lost");
  EXPECT_EQ(read_all(client), "") << "its end, and no more";
  UniqueFd again = attach(*start, both);
  type(again, "z\x10\x11");
  EXPECT_NE(read_to(again, "z").find("a 020   b 020   c   z"), std::string::npos) << "without keys they are typed";
  start->link->signal(SIGKILL);
  EXPECT_TRUE(start->until(Report::exited));
}

TEST_F(RuntimeTerminal, WithoutInputNobodyTypes) {
  plan::ContainerSpec spec = lab_->spec({"sh", "-c", "read -t 0.3 line; echo \"got $line\""});
  spec.terminal.emplace();
  auto start = lab_->prepare(spec);
  UniqueFd client = start_attached(*start);
  type(client, "x\n");
  EXPECT_EQ(read_all(client), "got \r\n");
  EXPECT_TRUE(start->until(Report::exited));
}

TEST_F(RuntimeTerminal, BelongsToTheUser) {
  plan::ContainerSpec spec = lab_->spec({"sh", "-c", "stat -c '%u %g %a' /dev/console; echo x > /dev/stdout"});
  spec.terminal.emplace();
  spec.user = "1234:77";
  auto start = lab_->run(spec);
  EXPECT_EQ(start->exit_code(), 0);
  EXPECT_EQ(logged(*start), "1234 5 620\r\nx\r\n");
}

TEST_F(RuntimeTerminal, OutlivesItsDaemon) {
  auto start = prepare({"sh"});
  UniqueFd client = start_attached(*start);
  read_to(client, "# ");
  start->link.reset();
  type(client, "echo $((6*7))\n");
  EXPECT_NE(read_to(client, "42\r\n").find("42\r\n"), std::string::npos) << "nobody but its monitor is needed";
  start->link = runtime::MonitorLink::connect(start->folder);
  ASSERT_TRUE(start->link);
  ASSERT_TRUE(start->until(Report::hello));
  start->link->resize(33, 44);
  UniqueFd second = attach(*start, both);
  type(second, "stty size; exit 3\n");
  EXPECT_NE(read_all(second).find("33 44\r\n"), std::string::npos);
  EXPECT_NE(read_all(client).find("33 44\r\n"), std::string::npos) << "the first one is still there";
  ASSERT_TRUE(start->until(Report::exited));
  EXPECT_EQ(start->exit_code(), 3);
}

TEST_F(RuntimeTerminal, GoesWithItsMonitor) {
  auto start = prepare({"sh"});
  UniqueFd client = start_attached(*start);
  read_to(client, "# ");
  pid_t monitor = 0;
  for (const auto& report : start->reports) {
    if (report.report == Report::started) monitor = report.number;
  }
  ASSERT_GT(monitor, 0);
  ASSERT_EQ(::kill(monitor, SIGKILL), 0);
  EXPECT_EQ(read_all(client).find("nothing more"), std::string::npos);
  pollfd end{start->pidfd.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&end, 1, 10'000), 1) << "hung up, and killed with its monitor";
}

TEST_F(RuntimeTerminal, AConsoleThatIsALinkOfAVolumeIsRefused) {
  const std::filesystem::path dev = lab_->data() / "dev";
  std::filesystem::create_directories(dev / "pts");
  std::filesystem::create_symlink("/etc/passwd", dev / "console");
  plan::ContainerSpec spec = lab_->spec({"true"});
  spec.terminal.emplace();
  spec.binds.push_back({dev.string(), "/dev", false});
  auto start = lab_->run(spec);
  ASSERT_FALSE(start->reports.empty());
  EXPECT_EQ(start->reports.back().report, Report::failed);
}

}  // namespace
}  // namespace glassdock
