// KVM is taken only where a guest really ran on it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>

#include "engine/base/unique_fd.h"
#include "engine/os/files.h"
#include "engine/vm/accelerator.h"

namespace glassdock::vm {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class AcceleratorProbe : public ::testing::Test {
 protected:
  os::TempDir folder_{std::filesystem::temp_directory_path(), "glassdock-kvm."};
};

TEST_F(AcceleratorProbe, WithoutADeviceItIsTcg) {
  const Accelerator found = probe_accelerator(folder_.path() / "kvm", {});
  EXPECT_FALSE(found.kvm);
  EXPECT_THAT(found.reason, HasSubstr("is missing"));
}

TEST_F(AcceleratorProbe, AFileThatIsNoKvmIsSaid) {
  std::ofstream(folder_.path() / "kvm") << "x";
  EXPECT_THAT(probe_accelerator(folder_.path() / "kvm", {}).reason, HasSubstr("KVM_GET_API_VERSION"));
}

TEST_F(AcceleratorProbe, ADeviceThatIsForbiddenIsSaid) {
  if (::geteuid() != 0) GTEST_SKIP() << "root's probe runs as nobody";
  std::ofstream(folder_.path() / "kvm") << "x";
  ::chmod((folder_.path() / "kvm").c_str(), 0600);
  EXPECT_THAT(probe_accelerator(folder_.path() / "kvm", unprivileged_user()).reason, HasSubstr("Permission denied"));
}

// Who opens a file that somebody has a lease on waits until that one gives it back (fcntl(2), "Leases").
TEST_F(AcceleratorProbe, ADeviceThatDoesNotAnswerIsGivenUp) {
  const UniqueFd device(::open((folder_.path() / "kvm").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const auto asked_back = ::signal(SIGIO, SIG_IGN);
  ASSERT_EQ(::fcntl(device.get(), F_SETLEASE, F_WRLCK), 0) << std::strerror(errno);
  EXPECT_THAT(probe_accelerator(folder_.path() / "kvm", {}, 50ms).reason, HasSubstr("did not end on "));
  ::fcntl(device.get(), F_SETLEASE, F_UNLCK);
  ::signal(SIGIO, asked_back);
}

// Whatever this machine has: a verdict, and in time.
TEST_F(AcceleratorProbe, ThisMachinesOwnDeviceIsJudgedInTime) {
  if (::access("/dev/kvm", F_OK) != 0) GTEST_SKIP() << "no /dev/kvm here";
  const auto begin = std::chrono::steady_clock::now();
  const Accelerator found = probe_accelerator("/dev/kvm", {}, 500ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_NE(found.reason, "");
  std::cout << "/dev/kvm: " << found.name() << ": " << found.reason << "\n";
}

}  // namespace
}  // namespace glassdock::vm
