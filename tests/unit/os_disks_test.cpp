#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "engine/os/disks.h"

namespace glassdock::os {
namespace {

TEST(DiskBelow, IsAWholeDiskOrNone) {
  EXPECT_EQ(disk_below("/proc"), "") << "of no disk";
  EXPECT_EQ(disk_below("/nosuch"), "");
  const std::string disk = disk_below("/");
  if (disk.empty()) GTEST_SKIP() << "the root folder stands on no disk here";
  struct stat found {};
  ASSERT_EQ(::stat(disk.c_str(), &found), 0) << disk;
  EXPECT_TRUE(S_ISBLK(found.st_mode)) << disk;
  const std::filesystem::path device = "/sys/block" + disk.substr(disk.rfind('/'));
  EXPECT_TRUE(std::filesystem::exists(device)) << "a partition has no folder of its own there: " << device;
}

}  // namespace
}  // namespace glassdock::os
