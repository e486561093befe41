#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "engine/base/unique_fd.h"
#include "engine/os/files.h"
#include "engine/runtime/launcher/status_writer.h"
#include "engine/runtime/protocol.h"

namespace glassdock::runtime {
namespace {

// A file that takes no byte beyond a limit of this process, as a full disk does.
class StatusWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    writer_.open(file_.get());
  }
  void TearDown() override { allow(before_.rlim_cur); }
  void allow(rlim_t bytes) const {
    rlimit limit{bytes, before_.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  bool append(const std::string& line) { return writer_.append(line.data(), line.size()); }
  std::string text() const { return os::read_file(path_); }

  os::TempDir folder_{"/tmp", "glassdock-status."};
  const std::string path_ = (folder_.path() / "status").string();
  UniqueFd file_{::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)};
  rlimit before_{};
  StatusWriter writer_;
};

TEST_F(StatusWriterTest, BehindALineThatWasCutShortTheNextStandsAlone) {
  EXPECT_TRUE(append("started 12 34\n"));
  allow(22);
  EXPECT_FALSE(append("executed 1700\n"));
  EXPECT_FALSE(append("exited 0 0 1800\n")) << "no room for the mark either";
  EXPECT_EQ(text(), "started 12 34\nexecuted");
  allow(23);
  EXPECT_FALSE(append("exited 0 0 1800\n")) << "nor for all of it";
  allow(before_.rlim_cur);
  EXPECT_TRUE(append("exited 0 0 1800\n"));
  const std::string piece = std::string("executed") + torn_mark[0] + torn_mark;
  EXPECT_EQ(text(), "started 12 34\n" + piece + "exited 0 0 1800\n");
}

TEST_F(StatusWriterTest, ALineOfWhichNothingCameThereLeavesNoMark) {
  EXPECT_TRUE(append("started 12 34\n"));
  allow(14);
  EXPECT_FALSE(append("executed 1700\n"));
  allow(before_.rlim_cur);
  EXPECT_TRUE(append("exited 0 0 1800\n"));
  EXPECT_EQ(text(), "started 12 34\nexited 0 0 1800\n");
}

}  // namespace
}  // namespace glassdock::runtime
