#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/digest.h"
#include "engine/os/id_map.h"
#include "engine/plan/host.h"

namespace glassdock::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

Host read(std::string_view self_cgroup, std::string_view mountinfo) {
  Host host;
  host.data_folder = "/var/lib/glassdock";
  read_cgroups(host, self_cgroup, mountinfo);
  return host;
}

// "/glassdock-" and eight digits that tell two engines' folders apart.
const std::string ours = "/glassdock-" + Digest::of("/var/lib/glassdock").hex().substr(0, 8);

TEST(PlanHost, AMachineOnV2) {
  Host host =
      read("0::/system.slice/ssh.service\n",
           "24 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
           "31 24 0:27 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
  EXPECT_EQ(host.cgroups, CgroupLayout::v2);
  EXPECT_EQ(host.unified_top, "/sys/fs/cgroup");
  EXPECT_EQ(host.unified_base, "/sys/fs/cgroup/system.slice/ssh.service");
  EXPECT_EQ(host.unified_folder, host.unified_base + ours);
  EXPECT_THAT(host.cgroup_folders, IsEmpty()) << "what the tree hands down is read from it later";
  EXPECT_THAT(host.remarks, IsEmpty());
}

TEST(PlanHost, AnEngineThatMovedIntoItsLeafFindsItsFolderAgain) {
  Host host = read("0::/user.slice/glassdock-engine\n", "31 24 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  EXPECT_EQ(host.unified_folder, "/sys/fs/cgroup/user.slice" + ours);
  host = read("0::/glassdock-engine\n", "31 24 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  EXPECT_EQ(host.unified_folder, "/sys/fs/cgroup" + ours);
}

constexpr char hybrid_mounts[] =
    "30 24 0:26 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755\n"
    "31 30 0:27 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
    "32 30 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
    "33 30 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "34 30 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "35 30 0:31 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
    "36 30 0:32 / /sys/fs/cgroup/devices rw - cgroup cgroup rw,devices\n"
    "37 30 0:33 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer\n"
    "39 30 0:35 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n"
    "38 30 0:34 / /sys/fs/cgroup/net_cls,net_prio rw - cgroup cgroup rw,net_cls,net_prio\n";

TEST(PlanHost, AHybridMachine) {
  Host host = read(
      "10:blkio:/b\n9:net_cls,net_prio:/\n8:freezer:/\n7:devices:/user.slice\n6:pids:/user.slice/ann\n5:memory:/\n"
      "4:cpu,cpuacct:/a/b\n1:name=systemd:/user.slice\n0::/user.slice/session\n",
      hybrid_mounts);
  EXPECT_EQ(host.cgroups, CgroupLayout::v1);
  EXPECT_THAT(host.cgroup_folders, ElementsAre(Pair("blkio", "/sys/fs/cgroup/blkio/b" + ours),
                                               Pair("cpu", "/sys/fs/cgroup/cpu,cpuacct/a/b" + ours),
                                               Pair("cpuacct", "/sys/fs/cgroup/cpu,cpuacct/a/b" + ours),
                                               Pair("devices", "/sys/fs/cgroup/devices/user.slice" + ours),
                                               Pair("memory", "/sys/fs/cgroup/memory" + ours),
                                               Pair("pids", "/sys/fs/cgroup/pids/user.slice/ann" + ours)))
      << "the unified tree freezes, so the freezer is not wanted";
  EXPECT_EQ(host.cgroup_mounts.at("cpuacct"), "cpu,cpuacct");
  EXPECT_TRUE(host.limits_io());
  EXPECT_EQ(host.unified_folder, "/sys/fs/cgroup/unified/user.slice/session" + ours);
}

TEST(PlanHost, AMachineOnV1Alone) {
  std::string mounts = hybrid_mounts;
  auto line = mounts.find("31 30");
  mounts.erase(line, mounts.find('\n', line) + 1);
  Host host = read("8:freezer:/\n5:memory:/\n4:cpu,cpuacct:/\n", mounts);
  EXPECT_EQ(host.cgroups, CgroupLayout::v1);
  EXPECT_EQ(host.unified_folder, "");
  EXPECT_TRUE(host.has_controller("freezer"));
  EXPECT_FALSE(host.has_controller("pids"));
  EXPECT_FALSE(host.limits_io());
  EXPECT_THAT(host.remarks, IsEmpty()) << "what is not limited is warned of where it is asked for";
}

TEST(PlanHost, InsideAnotherContainer) {
  // The mount shows a part of the tree; paths of /proc/self/cgroup start at the tree's top.
  Host host = read("5:memory:/docker/4f1c/inner\n",
                   "34 30 0:30 /docker/4f1c /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  EXPECT_EQ(host.cgroup_folders.at("memory"), "/sys/fs/cgroup/memory/inner" + ours);
  // "/docker/4f1c2" only begins like the mount's root.
  host =
      read("5:memory:/docker/4f1c2\n", "34 30 0:30 /docker/4f1c /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  EXPECT_FALSE(host.has_controller("memory"));
  EXPECT_THAT(host.remarks, Contains(HasSubstr("no memory limits")));
  // Outside the cgroup namespace's top.
  host = read("0::/../other\n", "31 24 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  EXPECT_EQ(host.cgroups, CgroupLayout::none);
}

TEST(PlanHost, WithoutAnyOrWithNonsense) {
  for (const char* mounts : {"", "\n\n", "31 24 0:27 /\n", " - cgroup2\n", "31 24 0:27 / /x rw - cgroup2\n"}) {
    for (const char* own : {"", "0::", "::::", "x", "0:/\n"}) {
      Host host = read(own, mounts);
      EXPECT_EQ(host.cgroups, CgroupLayout::none);
      EXPECT_THAT(host.remarks, ElementsAre(HasSubstr("no cgroups")));
    }
  }
}

TEST(PlanHost, ThisMachineIsRead) {
  Host host = probe_host("/var/lib/glassdock");
  EXPECT_GE(host.cpus, 1);
  EXPECT_GE(host.kernel_major, 5);
  EXPECT_EQ(host.rootless, host.rootless || host.single_id) << "one id alone is an ordinary user's";
  for (const auto& [controller, folder] : host.cgroup_folders) EXPECT_TRUE(folder.find(ours) != std::string::npos);
}

TEST(PlanHost, SaysWhichProfilesAreNotThere) {
  Host host;
  read_security_modules(host, "lockdown,capability,landlock,yama,apparmor,bpf\n");
  EXPECT_THAT(host.remarks, ElementsAre(HasSubstr("no AppArmor profile")));
  host.remarks.clear();
  read_security_modules(host, "capability,selinux");
  EXPECT_THAT(host.remarks, ElementsAre(HasSubstr("no SELinux profile")));
  host.remarks.clear();
  read_security_modules(host, "capability,yama");
  EXPECT_THAT(host.remarks, IsEmpty());
}

// 0 to 65535 are a container's; an ordinary user's 0 is the user.
TEST(PlanHost, ATrialsIdsAreNobodysAndNoOtherTrials) {
  const TrialIds of_root = trial_ids_of(os::every_id);
  EXPECT_EQ(of_root.first, 1879048192U);
  EXPECT_EQ(of_root.first + std::uint64_t{of_root.count} * of_root.trials, 2147352576U);
  for (const std::uint64_t few : {1U, 1001U, 65533U}) EXPECT_EQ(trial_ids_of(few).count, 0U) << few;
  for (const std::uint64_t usual : {65536U, 65537U, 131071U}) {
    const TrialIds ids = trial_ids_of(usual);
    EXPECT_EQ(ids.first, 65520U) << usual;
    EXPECT_EQ(ids.count, 1U) << usual;
    EXPECT_EQ(ids.trials, 14U) << usual;
  }
  const TrialIds many = trial_ids_of(3 * 65536 + 1);
  EXPECT_EQ(many.first, 65536U);
  EXPECT_EQ(many.count, 65536U);
  EXPECT_EQ(many.trials, 2U);
}

}  // namespace
}  // namespace glassdock::plan
