// What a monitor owes its daemon and the clients, on the real kernel.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/start_lab.h"

namespace glassdock {
namespace {

using runtime::Report;
using support::LabStart;
using support::StartLab;

class RuntimeMonitor : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::string why = StartLab::missing(); !why.empty()) GTEST_SKIP() << why;
    lab_ = std::make_unique<StartLab>();
  }
  // Brings it to its last gate. The monitor's pid, and in `gate` what to release.
  pid_t start_held(LabStart& start, runtime::ReportMessage& gate) {
    start.hold_at("run.exec");
    lab_->start(start);
    auto started = start.until(Report::started);
    auto held = started ? start.until(Report::at_gate) : std::nullopt;
    if (!held) throw std::runtime_error("it does not come to its gate");
    gate = *held;
    return started->number;
  }
  std::unique_ptr<StartLab> lab_;
};

// As one has it to whom process 1 passed its descriptor 1.
UniqueFd standard_output_of(pid_t pid) {
  return UniqueFd(::open(("/proc/" + std::to_string(pid) + "/fd/1").c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
}

// EPIPE comes as an error alone meanwhile.
class NoPipeSignals {
 public:
  NoPipeSignals() : before_(::signal(SIGPIPE, SIG_IGN)) {}
  ~NoPipeSignals() { ::signal(SIGPIPE, before_); }
  NoPipeSignals(const NoPipeSignals&) = delete;
  NoPipeSignals& operator=(const NoPipeSignals&) = delete;

 private:
  sighandler_t before_;
};

// A client's end, and what is handed to the monitor.
std::pair<UniqueFd, UniqueFd> client_stream() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("no socket pair");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// The bytes of both streams without their frames, to the end.
std::string read_frames(const UniqueFd& client) {
  std::string all, text;
  char buffer[65536];
  for (ssize_t got; (got = ::read(client.get(), buffer, sizeof buffer)) > 0;) {
    all.append(buffer, static_cast<std::size_t>(got));
  }
  for (std::size_t at = 0; at + 8 <= all.size();) {
    std::size_t size = 0;
    for (int i = 4; i < 8; ++i) size = size << 8 | static_cast<unsigned char>(all[at + static_cast<std::size_t>(i)]);
    text += all.substr(at + 8, size);
    at += 8 + size;
  }
  return text;
}

TEST_F(RuntimeMonitor, CancelBehindTheExecEndsTheCommand) {
  auto start = lab_->prepare(lab_->spec({"sleep", "1000"}));
  lab_->start(*start);
  ASSERT_TRUE(start->until(Report::executed));
  start->link->cancel();
  EXPECT_TRUE(start->until(Report::exited));
  EXPECT_EQ(start->exit_code(), 137);
}

// The moment between the record of an execve that came back and the child's word of it.
TEST_F(RuntimeMonitor, AChildThatIsKilledBehindItsFailedExecHasExecutedNothing) {
  auto start = lab_->prepare(lab_->spec({"sleep", "1000"}));
  runtime::ReportMessage gate{};
  start_held(*start, gate);
  trace::Record record{};
  record.operation = start->operation("run.exec");
  record.error = ENOENT;
  trace::publish(start->state().child, record);
  ASSERT_EQ(::kill(start->pid, SIGKILL), 0);
  EXPECT_TRUE(start->until(Report::failed));
  for (const auto& report : start->reports) EXPECT_NE(report.report, Report::executed);
}

TEST_F(RuntimeMonitor, ALateReleaseOfTheGateLeavesTheEvidenceHeld) {
  auto start = lab_->prepare(lab_->spec({"true"}));
  const std::uint32_t index = start->operation("isolate.pivot");
  start->hold_at("isolate.pivot");
  start->state().evidence[index / 64].fetch_or(std::uint64_t{1} << (index % 64));
  lab_->start(*start);
  auto gate = start->until(Report::at_gate);
  ASSERT_TRUE(gate);
  start->link->release(gate->operation, Report::at_gate);
  auto evidence = start->until(Report::at_evidence);
  ASSERT_TRUE(evidence);
  ASSERT_EQ(evidence->operation, gate->operation);
  start->link->release(gate->operation, Report::at_gate);
  std::vector<UniqueFd> descriptors;
  EXPECT_FALSE(start->link->receive(descriptors, std::chrono::milliseconds(100))) << "it went on";
  start->link->release(gate->operation, Report::at_evidence);
  EXPECT_TRUE(start->until(Report::exited));
}

TEST_F(RuntimeMonitor, AClientThatDoesNotReadKeepsTheContainerFromNothing) {
  constexpr std::size_t output = 40'000;
  auto start = lab_->prepare(lab_->spec({"sh", "-c", "head -c 40000 /dev/zero | tr '\\0' x"}));
  auto [client, theirs] = client_stream();
  const int little = 4096;
  ::setsockopt(theirs.get(), SOL_SOCKET, SO_SNDBUF, &little, sizeof little);
  start->hold_at("run.exec");
  lab_->start(*start);
  auto gate = start->until(Report::at_gate);
  ASSERT_TRUE(gate);
  start->link->attach(theirs.get(), runtime::attach_stdout, {});
  theirs.reset();
  UniqueFd holder = standard_output_of(start->pid);
  ASSERT_TRUE(holder);
  start->link->release(gate->operation, gate->report);
  ASSERT_TRUE(start->until(Report::exited));
  EXPECT_FALSE(runtime::has_monitor(start->folder)) << "its monitor still holds the container";
  const std::string log = start->log();
  EXPECT_EQ(static_cast<std::size_t>(std::count(log.begin(), log.end(), 'x')), output) << "the log waits for nobody";
  const NoPipeSignals none;
  EXPECT_EQ(::write(holder.get(), "x", 1), -1) << "somebody outside could write into a log that is no longer its own";
  EXPECT_EQ(errno, EPIPE);
  holder.reset();

  start->link.reset();
  start->state().hold[0] = start->state().hold[1] = 0;
  start->state().monitor.head = start->state().child.head = 0;
  start->reports.clear();
  lab_->start(*start);
  EXPECT_TRUE(start->until(Report::exited)) << "no second start beside the first one's reader";
  EXPECT_EQ(read_frames(client), std::string(output, 'x')) << "what a client is owed comes when he reads";
}

TEST_F(RuntimeMonitor, AnOutputThatSomebodyOutsideFillsForEverKeepsNoExit) {
  constexpr std::size_t most = 256 * 1024;  // more than a pipe has, pipe(7)
  auto start = lab_->prepare(lab_->spec({"sleep", "1000"}));
  lab_->start(*start);
  auto started = start->until(Report::started);
  ASSERT_TRUE(started);
  ASSERT_TRUE(start->until(Report::executed));
  UniqueFd holder = standard_output_of(start->pid);
  ASSERT_TRUE(holder);
  // Its end and the full pipe stand before the monitor at once.
  ASSERT_EQ(::kill(started->number, SIGSTOP), 0);
  ASSERT_EQ(::kill(start->pid, SIGKILL), 0);
  pollfd end{start->pidfd.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&end, 1, 10'000), 1);
  const NoPipeSignals none;
  auto fill = [&](const std::stop_token& stop) {
    const std::string block(4096, 'x');
    while (!stop.stop_requested()) {
      if (::write(holder.get(), block.data(), block.size()) < 0 && errno != EAGAIN) return;
    }
  };
  std::jthread one(fill), other(fill);
  pollfd room{holder.get(), POLLOUT, 0};
  while (::poll(&room, 1, 0) == 1) std::this_thread::yield();
  ASSERT_EQ(::kill(started->number, SIGCONT), 0);
  EXPECT_TRUE(start->until(Report::exited));
  EXPECT_EQ(start->exit_code(), 137);
  EXPECT_NE(os::read_file(start->folder / "status").find("exited 9 "), std::string::npos);
  pollfd closed{holder.get(), 0, 0};
  EXPECT_EQ(::poll(&closed, 1, 5000), 1) << "somebody still reads what comes from outside";
  EXPECT_LT(std::filesystem::file_size(start->folder / "log"), most);
}

TEST_F(RuntimeMonitor, OutlivesALimitOfFileSizes) {
  auto start = lab_->prepare(lab_->spec({"sh", "-c", "echo; exit 7"}));
  runtime::ReportMessage gate{};
  const pid_t monitor = start_held(*start, gate);
  const rlimit no_byte{0, 0};
  ASSERT_EQ(::prlimit(monitor, RLIMIT_FSIZE, &no_byte, nullptr), 0);
  start->link->release(gate.operation, gate.report);
  EXPECT_TRUE(start->until(Report::exited));
  EXPECT_EQ(start->exit_code(), 7);
  EXPECT_EQ(start->log(), "") << "the limit was not felt";
}

TEST_F(RuntimeMonitor, ASignalThatEndsAServiceEndsNeitherItNorItsContainer) {
  auto start = lab_->prepare(lab_->spec({"sh", "-c", "grep SigIgn /proc/self/status; read line; exit 7"}), {},
                             runtime::start_stdin | runtime::start_stdin_once);
  runtime::ReportMessage gate{};
  const pid_t monitor = start_held(*start, gate);
  auto [client, theirs] = client_stream();
  start->link->attach(theirs.get(), runtime::attach_stdin, {});
  theirs.reset();
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ASSERT_EQ(::kill(monitor, number), 0);
  start->link->release(gate.operation, gate.report);
  ASSERT_TRUE(start->until(Report::executed));
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ASSERT_EQ(::kill(monitor, number), 0);
  ASSERT_EQ(::send(client.get(), "\n", 1, MSG_NOSIGNAL), 1);
  EXPECT_TRUE(start->until(Report::exited));
  EXPECT_EQ(start->exit_code(), 7);
  EXPECT_NE(start->log().find("SigIgn:\\t0000000000000000"), std::string::npos) << start->log();
}

TEST_F(RuntimeMonitor, WhatAClientSentBeforeItWentArrivesWhole) {
  constexpr std::size_t sent = 200'000;  // more than the pipe and the monitor hold
  constexpr auto watched = std::chrono::milliseconds(200);
  for (const int flags : {+runtime::attach_stdin, runtime::attach_stdin | runtime::attach_stdout}) {
    auto start =
        lab_->prepare(lab_->spec({"sh", "-c", "echo; wc -c"}), {}, runtime::start_stdin | runtime::start_stdin_once);
    runtime::ReportMessage gate{};
    const pid_t monitor = start_held(*start, gate);
    auto [client, theirs] = client_stream();
    start->link->attach(theirs.get(), flags, {});
    theirs.reset();
    const std::string bytes(sent, 'x');
    ASSERT_EQ(::write(client.get(), bytes.data(), sent), static_cast<ssize_t>(sent));
    client.reset();
    // On a CPU so far, in nanoseconds: the first number (Linux: Documentation/scheduler/sched-stats.rst).
    auto busy = [&] { return std::stoll(os::read_file("/proc/" + std::to_string(monitor) + "/schedstat")); };
    const auto before = busy();
    std::this_thread::sleep_for(watched);
    EXPECT_LT(busy() - before, std::chrono::nanoseconds(watched).count() / 4) << "it waits without a pause";
    start->link->release(gate.operation, gate.report);
    ASSERT_TRUE(start->until(Report::exited));
    EXPECT_NE(start->log().find("\"log\":\"" + std::to_string(sent) + "\\n\""), std::string::npos) << start->log();
  }
}

TEST_F(RuntimeMonitor, ClientsThatWentWithInputUnreadMakeRoomForOneThatComes) {
  auto start = lab_->prepare(lab_->spec({"echo", "heard"}), {}, runtime::start_stdin);
  runtime::ReportMessage gate{};
  start_held(*start, gate);
  const std::string bytes(200'000, 'x');
  for (std::size_t i = 0; i < runtime::most_clients; ++i) {
    auto [client, theirs] = client_stream();
    start->link->attach(theirs.get(), runtime::attach_stdin, {});
    theirs.reset();
    const std::size_t size = i == 0 ? bytes.size() : 1;  // the first one's fills the pipe
    ASSERT_EQ(::write(client.get(), bytes.data(), size), static_cast<ssize_t>(size));
  }
  auto [client, theirs] = client_stream();
  start->link->attach(theirs.get(), runtime::attach_stdout, {});
  theirs.reset();
  start->link->release(gate.operation, gate.report);
  ASSERT_TRUE(start->until(Report::exited));
  EXPECT_EQ(read_frames(client), "heard\n");
}

TEST_F(RuntimeMonitor, WhatAClientSentEarlyArrivesWholeAndFirst) {
  auto start = lab_->prepare(lab_->spec({"sh", "-c", "md5sum"}), {}, runtime::start_stdin | runtime::start_stdin_once);
  lab_->start(*start);
  auto [client, theirs] = client_stream();
  const std::string early = "early" + std::string(100'000, 'a');
  ASSERT_EQ(::write(client.get(), "late", 4), 4);
  ::shutdown(client.get(), SHUT_WR);
  start->link->attach(theirs.get(), runtime::attach_stdin | runtime::attach_stdout, early);
  theirs.reset();
  ASSERT_TRUE(start->until(Report::exited));
  // (printf early; printf '%100000s' | tr ' ' a; printf late) | md5sum
  EXPECT_EQ(read_frames(client), "b1174d70be22eaaa2b8de9c9047533b3  -\n");
}

TEST_F(RuntimeMonitor, ANewDaemonGetsTheClientsThatAreThere) {
  auto start = lab_->prepare(lab_->spec({"sleep", "1000"}));
  lab_->start(*start);
  ASSERT_TRUE(start->until(Report::executed));
  std::vector<UniqueFd> clients;
  for (std::size_t i = 0; i < runtime::most_clients; ++i) {
    auto [client, theirs] = client_stream();
    start->link->attach(theirs.get(), runtime::attach_stdout, {});
    clients.push_back(std::move(client));
  }
  auto [late, theirs] = client_stream();
  start->link->attach(theirs.get(), runtime::attach_stdout, {});
  EXPECT_EQ(read_frames(late), "") << "one too many has its end at once, though somebody still holds a copy";
  start->link.reset();
  start->link = runtime::MonitorLink::connect(start->folder);
  ASSERT_TRUE(start->link);
  std::vector<UniqueFd> descriptors;
  auto hello = start->link->receive(descriptors, std::chrono::seconds(10));
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->report, Report::hello);
  ASSERT_EQ(descriptors.size(), 3 + runtime::most_clients);
  EXPECT_EQ(::write(descriptors.back().get(), "seen", 4), 4);
  char seen[8] = {};
  EXPECT_EQ(::read(clients.back().get(), seen, sizeof seen), 4) << "they are in their order, behind process 1's pidfd";
  start->link->signal(SIGKILL);
  descriptors.clear();
  EXPECT_TRUE(start->until(Report::exited));
}

TEST_F(RuntimeMonitor, TellsWhenTheCommandBeganAndEnded) {
  auto start = lab_->run(lab_->spec({"sleep", "0.2"}));
  std::int64_t began = 0, told = 0, ended = 0;
  for (const auto& report : start->reports) {
    if (report.report == Report::executed) began = report.realtime_ns;
    if (report.report == Report::ended) told = report.realtime_ns;
    if (report.report == Report::exited) ended = report.realtime_ns;
  }
  EXPECT_EQ(told, ended);
  EXPECT_GT(began, 1'700'000'000'000'000'000);
  EXPECT_GE(ended - began, 200'000'000);
  const std::string status = os::read_file(start->folder / "status");
  EXPECT_NE(status.find("executed " + std::to_string(began) + "\n"), std::string::npos) << status;
  EXPECT_NE(status.find(" " + std::to_string(ended) + "\n"), std::string::npos) << status;
}

}  // namespace
}  // namespace glassdock
