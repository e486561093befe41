#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "engine/daemon/start_failure.h"
#include "engine/plan/plan.h"

namespace glassdock::daemon {
namespace {

using ::testing::HasSubstr;

TEST(StartFailure, AMountInsideProcIsRefusedInDockersWords) {
  const Error error = to_error({"isolate.volume-2", plan::inside_proc, "/data", {}, false});
  EXPECT_NE(error.message().find("\"/data\" cannot be mounted because it is inside /proc"), std::string::npos);
  EXPECT_EQ(error.exit_code(), 128);
}

TEST(StartFailure, OfAnExecHasDockersWordsAndOneCode) {
  const std::string runtime = "OCI runtime exec failed: exec failed: unable to start container process: ";
  const Error missing = to_exec_error({"exec.exec", ENOENT, {}, "nosuch", false});
  EXPECT_EQ(missing.message(), runtime + "exec: \"nosuch\": executable file not found in $PATH: unknown");
  EXPECT_EQ(missing.exit_code(), 126);
  EXPECT_EQ(missing.kind(), ErrorKind::invalid_argument);
  EXPECT_EQ(to_exec_error({"exec.folder", ENOENT, {}, "/x", false}).message(),
            runtime + "chdir to cwd (\"/x\") set in config.json failed: no such file or directory: unknown");
  EXPECT_EQ(to_exec_error({"exec.user", ENOENT, "ann", "ann", false}).message(),
            "unable to find user ann: no matching entries in passwd file");
}

TEST(StartFailure, OfAnUnknownNameSaysWhetherItIsOfAUserOrAGroup) {
  const auto said = [](const std::string& asked_for, const std::string& object) {
    return to_error({"isolate.user", ENOENT, object, asked_for, false}).message();
  };
  EXPECT_EQ(said("ann:staff", "ann"), "unable to find user ann: no matching entries in passwd file");
  EXPECT_EQ(said("ann:ann", "ann"), "unable to find user ann: no matching entries in passwd file") << "it comes first";
  EXPECT_EQ(said("0:staff", "staff"), "unable to find group staff: no matching entries in group file");
  EXPECT_EQ(said("", "staff"), "unable to find group staff: no matching entries in group file") << "--group-add";
  EXPECT_EQ(to_exec_error({"exec.user", ENOENT, "staff", "0:staff", false}).message(),
            "unable to find group staff: no matching entries in group file");
}

TEST(StartFailure, OfADiskThatIsNoneSaysWhereTheDisksAre) {
  const Error missing = to_disk_error("/dev/nosuch", ENOENT);
  EXPECT_EQ(missing.message(), "stat /dev/nosuch: no such file or directory") << "as docker";
  EXPECT_EQ(missing.exit_code(), 128);
  EXPECT_THAT(missing.hint(), HasSubstr("lsblk"));
  const Error partition = to_error({"isolate.limits", ENODEV, "/sys/fs/cgroup/x/io.max", {}, false});
  EXPECT_EQ(partition.message(),
            "unable to start container process: isolate.limits /sys/fs/cgroup/x/io.max: No such device");
  EXPECT_THAT(partition.hint(), HasSubstr("whole disk"));
  EXPECT_EQ(to_error({"isolate.limits", EBUSY, "/x", {}, false}).hint(), "");
}

TEST(StartFailure, TooMuchInTheFilesOfNamesIsToldInWords) {
  const std::string many = "a process has at most 65536 groups, and ann is in more";
  EXPECT_EQ(to_error({"isolate.user", E2BIG, "ann", "ann", false}).message(), many);
  EXPECT_EQ(to_exec_error({"exec.user", E2BIG, "ann", "ann", false}).message(), many);
  EXPECT_EQ(to_error({"isolate.user", EFBIG, "ann", "ann", false}).message(),
            "the container's /etc/passwd or /etc/group is larger than 4 MiB");
}

}  // namespace
}  // namespace glassdock::daemon
