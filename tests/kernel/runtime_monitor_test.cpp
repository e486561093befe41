// What a monitor owes its daemon and the clients, on the real kernel.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

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
  std::unique_ptr<StartLab> lab_;
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
  start->link->release(gate->operation, gate->report);
  ASSERT_TRUE(start->until(Report::exited));
  EXPECT_FALSE(runtime::has_monitor(start->folder)) << "its monitor still holds the container";

  start->link.reset();
  start->state().hold[0] = start->state().hold[1] = 0;
  start->state().monitor.head = start->state().child.head = 0;
  start->reports.clear();
  lab_->start(*start);
  EXPECT_TRUE(start->until(Report::exited)) << "no second start beside the first one's reader";
  EXPECT_EQ(read_frames(client), std::string(output, 'x')) << "what a client is owed comes when he reads";
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
