// What becomes of a monitor that does not speak, on the real kernel.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>

#include "engine/daemon/orphan.h"
#include "engine/daemon/status_file.h"
#include "engine/daemon/undo_cgroups.h"
#include "tests/support/start_lab.h"

namespace glassdock::daemon {
namespace {

using runtime::Report;
using support::LabStart;
using support::StartLab;

class EndOfAMonitor : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::string why = StartLab::missing(); !why.empty()) GTEST_SKIP() << why;
    lab_ = std::make_unique<StartLab>();
  }
  static bool has_ended(const UniqueFd& pidfd, int wait_ms) {
    pollfd end{pidfd.get(), POLLIN, 0};
    return ::poll(&end, 1, wait_ms) > 0;
  }
  std::optional<StatusRecord> record(const LabStart& start) const {
    return parse_status_file(os::read_file(start.folder / "status"));
  }
  std::unique_ptr<LabStart> sleeper() {
    auto start = lab_->prepare(lab_->spec({"sleep", "1000"}));
    lab_->start(*start);
    EXPECT_TRUE(start->until(Report::executed));
    return start;
  }
  std::unique_ptr<StartLab> lab_;
};

TEST_F(EndOfAMonitor, IsWaitedForWhileItWritesItsContainersEnd) {
  auto start = sleeper();
  UniqueFd monitor = runtime::open_monitor(start->folder);
  ASSERT_TRUE(signal_process(start->pidfd, SIGKILL));
  end_monitor(start->folder);
  EXPECT_FALSE(runtime::has_monitor(start->folder));
  ASSERT_TRUE(record(*start));
  EXPECT_TRUE(record(*start)->ended) << "its own record, not one of a monitor that was killed";
}

TEST_F(EndOfAMonitor, ComesToOneThatHangs) {
  auto start = sleeper();
  UniqueFd monitor = runtime::open_monitor(start->folder);
  ASSERT_TRUE(signal_process(monitor, SIGSTOP));
  ASSERT_TRUE(signal_process(start->pidfd, SIGKILL));
  end_monitor(start->folder);
  EXPECT_TRUE(has_ended(monitor, 0));
  EXPECT_FALSE(record(*start)->ended) << "nobody else writes in its place here";
  undo_cgroups(start->view());
}

// It lives on for the client alone.
TEST_F(EndOfAMonitor, IsNotThatOfOneThatLetGoOfItsContainer) {
  auto start = lab_->prepare(lab_->spec({"sh", "-c", "head -c 40000 /dev/zero"}));
  start->hold_at("run.exec");
  lab_->start(*start);
  auto gate = start->until(Report::at_gate);
  ASSERT_TRUE(gate);
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  UniqueFd client(ends[0]), theirs(ends[1]);
  const int little = 4096;
  ::setsockopt(theirs.get(), SOL_SOCKET, SO_SNDBUF, &little, sizeof little);
  start->link->attach(theirs.get(), runtime::attach_stdout, {});
  theirs.reset();
  UniqueFd monitor = runtime::open_monitor(start->folder);
  start->link->release(gate->operation, gate->report);
  ASSERT_TRUE(start->until(Report::exited));
  end_monitor(start->folder);
  EXPECT_FALSE(has_ended(monitor, 0)) << "the client has not read yet";
  client.reset();
  EXPECT_TRUE(has_ended(monitor, 10'000));
}

}  // namespace
}  // namespace glassdock::daemon
