#include <gtest/gtest.h>

#include <fstream>

#include "engine/os/cgroups.h"
#include "engine/os/files.h"

namespace glassdock::os {
namespace {

namespace fs = std::filesystem;

// A tree of folders; those that may be written have the file that says so, the others lack it, for to root every file
// that is there may be written.
class HighestWritableCgroup : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(own_); }
  void make_writable(const fs::path& cgroup) { std::ofstream(cgroup / "cgroup.procs"); }

  TempDir folder_{fs::temp_directory_path(), "glassdock-cgroups."};
  const fs::path top_ = folder_.path() / "top";
  const fs::path own_ = top_ / "user.slice" / "user@1000.service" / "own";
};

TEST_F(HighestWritableCgroup, IsTheOwnOneWhereNoneAboveMayBeWritten) {
  EXPECT_EQ(highest_writable_cgroup(own_, top_), own_);
}

TEST_F(HighestWritableCgroup, IsTheLastOneOfAnUnbrokenWay) {
  make_writable(own_.parent_path());
  make_writable(top_);  // of no use: user.slice between may not be written
  EXPECT_EQ(highest_writable_cgroup(own_, top_), top_ / "user.slice" / "user@1000.service");
}

TEST_F(HighestWritableCgroup, NeverLeavesTheTree) {
  for (const fs::path& cgroup : {own_.parent_path(), own_.parent_path().parent_path(), top_, folder_.path()}) {
    make_writable(cgroup);
  }
  EXPECT_EQ(highest_writable_cgroup(own_, top_), top_);
  EXPECT_EQ(highest_writable_cgroup(top_, top_), top_);
  EXPECT_EQ(highest_writable_cgroup(own_, folder_.path() / "to"), own_) << "a name that begins alike is another folder";
  EXPECT_EQ(highest_writable_cgroup({}, top_), fs::path()) << "no cgroup of our own is known";
}

}  // namespace
}  // namespace glassdock::os
