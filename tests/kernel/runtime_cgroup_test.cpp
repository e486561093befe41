// Removing a container's cgroups on the real kernel.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "engine/os/files.h"
#include "engine/plan/host.h"
#include "engine/runtime/cgroup_removal.h"

namespace glassdock::runtime {
namespace {

namespace fs = std::filesystem;

pid_t sleeper_in(const fs::path& cgroup) {
  pid_t pid = ::fork();
  if (pid == 0) {
    std::ofstream(cgroup / "cgroup.procs") << "0" << std::flush;
    for (;;) ::pause();
  }
  return pid;
}

class CgroupRemoval : public ::testing::Test {
 protected:
  void SetUp() override {
    host_ = plan::probe_host(data_.path().string());
    plan::prepare_cgroups(host_);
  }
  void TearDown() override { plan::remove_cgroups(host_); }

  os::TempDir data_{"/tmp", "glassdock-cgroup."};
  plan::Host host_;
};

TEST_F(CgroupRemoval, EndsWhatIsInItAndInThoseBelow) {
  std::vector<std::string> tops;
  if (!host_.unified_folder.empty()) tops.push_back(host_.unified_folder);
  if (host_.has_controller("pids")) tops.push_back(host_.cgroup_folders["pids"]);
  if (tops.empty()) GTEST_SKIP() << "no cgroups to make here";
  for (const std::string& top : tops) {
    fs::path cgroup = fs::path(top) / "removed";
    fs::create_directories(cgroup / "below/deeper");
    fs::create_directories(cgroup / "beside");
    std::vector<pid_t> sleepers;
    for (const char* folder : {"below/deeper", "beside", "below/deeper"})
      sleepers.push_back(sleeper_in(cgroup / folder));
    for (int i = 0; i < 500 && os::read_file(cgroup / "below/deeper/cgroup.procs").size() < 4; ++i) ::usleep(1000);
    EXPECT_EQ(remove_cgroup(cgroup.c_str()), 0) << cgroup;
    EXPECT_FALSE(fs::exists(cgroup));
    for (pid_t sleeper : sleepers) {
      int status = 0;
      ::kill(sleeper, SIGKILL);
      ::waitpid(sleeper, &status, 0);
      EXPECT_EQ(WTERMSIG(status), SIGKILL);
    }
    EXPECT_EQ(remove_cgroup(cgroup.c_str()), 0) << "what is gone is fine";
  }
}

}  // namespace
}  // namespace glassdock::runtime
