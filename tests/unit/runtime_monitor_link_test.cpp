#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/runtime/messages.h"
#include "engine/runtime/monitor_link.h"

namespace glassdock::runtime {
namespace {

std::ptrdiff_t open_descriptors() {
  using std::filesystem::directory_iterator;
  return std::distance(directory_iterator("/proc/self/fd"), directory_iterator());
}

TEST(MonitorLink, AStreamThatCannotBeHandedOverIsTold) {
  auto [link, monitors_end] = MonitorLink::pair();
  UniqueFd client(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const auto before = open_descriptors();
  link.attach(client.get(), attach_stdout, "early");
  EXPECT_EQ(open_descriptors(), before) << "the copies are the monitor's";
  monitors_end.reset();
  for (const char* early : {"", "early"}) {
    try {
      link.attach(client.get(), attach_stdout, early);
      ADD_FAILURE() << "nobody has it";
    } catch (const Error& fault) {
      EXPECT_EQ(fault.kind(), ErrorKind::unavailable) << fault.what();
    }
  }
  EXPECT_EQ(open_descriptors(), before - 1);
}

TEST(MonitorLink, ADescriptorThatIsNoneIsTold) {
  auto [link, monitors_end] = MonitorLink::pair();
  EXPECT_THROW(link.attach(-1, attach_stdout, ""), Error);
}

TEST(MonitorLink, NobodyListensInAnEmptyFolder) {
  os::TempDir folder("/tmp", "glassdock-link.");
  EXPECT_FALSE(has_monitor(folder.path()));
  EXPECT_FALSE(open_monitor(folder.path()));
  EXPECT_FALSE(MonitorLink::connect(folder.path()));
}

TEST(MonitorLink, WhoCannotLookDoesNotSayThatThereIsNoMonitor) {
  os::TempDir folder("/tmp", "glassdock-link.");
  os::write_file_atomically(os::real_system(), folder.path() / lock_file, "");
  EXPECT_FALSE(has_monitor(folder.path())) << "nobody holds it";
  std::filesystem::remove(folder.path() / lock_file);
  std::filesystem::create_symlink(lock_file, folder.path() / lock_file);  // ELOOP, for root as well
  EXPECT_THROW(has_monitor(folder.path()), Error);
  EXPECT_THROW(open_monitor(folder.path()), Error);
}

}  // namespace
}  // namespace glassdock::runtime
