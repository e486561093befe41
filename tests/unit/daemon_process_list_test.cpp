#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/base/error.h"
#include "engine/daemon/process_list.h"
#include "engine/daemon/start_kit.h"
#include "engine/os/files.h"
#include "tests/support/comes_true.h"

namespace glassdock::daemon {
namespace {

using Row = std::vector<std::string>;

TEST(ProcessTable, KeepsTheLinesOfItsProcesses) {
  const ProcessTable table = read_process_table(
      "UID   PID  PPID CMD\n"
      "root    7     1 sh -c  two   words\n"
      "root    8     7 sleep 1\n"
      "\n"
      "root   77     1 another\n",
      {7, 8});
  EXPECT_EQ(table.titles, (Row{"UID", "PID", "PPID", "CMD"}));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0], (Row{"root", "7", "1", "sh -c two words"}));
  EXPECT_EQ(table.rows[1], (Row{"root", "8", "7", "sleep 1"}));
}

TEST(ProcessTable, ThreadsFollowTheirProcess) {
  const ProcessTable table = read_process_table("PID LWP\n7 -\n- 7\n- 9\n8 -\n- 8\n", {7});
  EXPECT_EQ(table.rows, (std::vector<Row>{{"7", "-"}, {"-", "7"}, {"-", "9"}}));
}

TEST(ProcessTable, WithoutAColumnOfNumbersThereIsNone) {
  EXPECT_THROW(read_process_table("CMD\nsh\n", {7}), Error);
  EXPECT_THROW(read_process_table("", {7}), Error);
  EXPECT_THROW(read_process_table("PID CMD\nx sh\n", {7}), Error);
}

// A script in the place of ps.
class ProcessList : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("PATH", (folder_.path().string() + ":" + path_).c_str(), 1); }
  void TearDown() override { ::setenv("PATH", path_.c_str(), 1); }
  std::string refusal_of(const std::string& script) const {
    os::write_file_atomically(os::real_system(), folder_.path() / "ps", "#!/bin/sh\n" + script + "\n", 0700);
    try {
      list_processes("", {1}, std::chrono::milliseconds(500));
    } catch (const Error& fault) {
      return fault.message();
    }
    return "none";
  }

 private:
  const std::string path_ = ::getenv("PATH");
  os::TempDir folder_{std::filesystem::temp_directory_path(), "glassdock-ps."};
};

TEST_F(ProcessList, PsHasNoSignalBlockedOrIgnored) {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
  const auto handler = ::signal(SIGPIPE, SIG_IGN);
  const std::string blocked = refusal_of("echo $(grep SigBlk /proc/self/status) >&2; exit 1");
  const std::string ignored = refusal_of("kill -PIPE $$; echo it is ignored >&2; exit 1");
  ::signal(SIGPIPE, handler);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(blocked, "ps: SigBlk: 0000000000000000");
  EXPECT_EQ(ignored, "ps: it failed");
}

TEST_F(ProcessList, APsThatHangsIsKilled) {
  EXPECT_EQ(refusal_of("exec sleep 1000"), "ps: it takes more than 0.5 s");
  siginfo_t child{};
  EXPECT_TRUE(testing::comes_true([&] { return ::waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) != 0; }))
      << "nothing is left of it";
  EXPECT_EQ(errno, ECHILD);
}

TEST(Processes, WithoutACgroupThoseOfThePidNamespaceAreMeant) {
  const auto found = processes_of("/nonexistent", ::getpid());
  EXPECT_EQ(found.count(::getpid()), 1u);
}

// The pid namespace of a trial may be the machine's own, and all processes with it.
TEST(Processes, WithACgroupThatIsEmptyNoneAre) {
  const os::TempDir folder("/tmp", "glassdock-list.");
  std::ofstream(folder.path() / cgroups_file) << "/nonexistent/cgroup\n";
  EXPECT_TRUE(processes_of(folder.path(), ::getpid()).empty());
}

}  // namespace
}  // namespace glassdock::daemon
