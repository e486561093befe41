#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/os/files.h"
#include "engine/runtime/cgroup_removal.h"

namespace glassdock::runtime {
namespace {

// A folder with a cgroup.procs; what stands in it is the test's to say.
os::TempDir* cgroup;
void list(const std::string& text) {
  std::ofstream(cgroup->path() / "cgroup.procs", std::ios::trunc) << text;
}

std::vector<pid_t> opened;

int note(pid_t pid) {
  opened.push_back(pid);
  errno = ESRCH;
  return -1;
}
int open_process(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}
// As if the process had ended after the list was read, and its number were another's, who is in no list of ours.
int open_who_came_later(pid_t pid) {
  list("2\n");
  return open_process(pid);
}

class KillListed : public ::testing::Test {
 protected:
  void SetUp() override {
    cgroup = &folder_;
    opened.clear();
  }
  void TearDown() override {
    for (pid_t sleeper : sleepers_) {
      ::kill(sleeper, SIGKILL);
      ::waitpid(sleeper, nullptr, 0);
    }
  }
  void kill_with(int (*open)(pid_t)) {
    UniqueFd fd(::open(folder_.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    kill_listed(fd.get(), open);
  }
  std::vector<pid_t> listed(const std::string& text) {
    list(text);
    kill_with(note);
    return opened;
  }
  std::string sleepers(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      pid_t pid = ::fork();
      if (pid == 0) {
        for (;;) ::pause();
      }
      sleepers_.insert(pid);
      text += std::to_string(pid) + "\n";
    }
    return text;
  }
  // How many of them have been killed. They are gone for TearDown then.
  int killed() {
    int count = 0;
    for (auto at = sleepers_.begin(); at != sleepers_.end();) {
      siginfo_t end{};
      ::usleep(1000);
      if (::waitid(P_PID, static_cast<id_t>(*at), &end, WEXITED | WNOHANG) == 0 && end.si_pid == *at) {
        EXPECT_EQ(end.si_status, SIGKILL);
        ++count;
        at = sleepers_.erase(at);
      } else {
        ++at;
      }
    }
    return count;
  }

  os::TempDir folder_{"/tmp", "glassdock-listed."};
  std::set<pid_t> sleepers_;
};

TEST_F(KillListed, ALineThatARunOfReadsCutsIsOneProcess) {
  std::string text;
  std::vector<pid_t> wanted;
  for (pid_t pid = 98'500; pid < 101'000; ++pid) {
    text += std::to_string(pid) + "\n";
    wanted.push_back(pid);
  }
  EXPECT_EQ(listed(text), wanted);
}

TEST_F(KillListed, HalfANumberIsNobody) {
  EXPECT_EQ(listed("12345\n123"), std::vector<pid_t>{12345});
  opened.clear();
  EXPECT_EQ(listed("0\n1\n\n2\n"), std::vector<pid_t>{2}) << "never ourselves, never init";
}

TEST_F(KillListed, EndsThemAllHoweverFewDescriptorsThereAre) {
  constexpr int many = 100;
  list(sleepers(many));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = ::dup(STDIN_FILENO);
  ::close(next);
  // The folder, its list twice, two processes.
  const rlimit few{static_cast<rlim_t>(next) + 5, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  kill_with(open_process);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  int ended = 0;
  for (int i = 0; i < 100 && ended < many; ++i) ended += killed();
  EXPECT_EQ(ended, many);
  EXPECT_EQ(::dup(STDIN_FILENO), next) << "a descriptor stayed open";
  ::close(next);
}

TEST_F(KillListed, ANumberThatIsSomebodyElsesByNowIsLeftAlone) {
  list(sleepers(1));
  kill_with(open_who_came_later);
  ::usleep(50'000);
  EXPECT_EQ(killed(), 0);
}

}  // namespace
}  // namespace glassdock::runtime
