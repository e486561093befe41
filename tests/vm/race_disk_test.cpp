// Races whose guest has its root on a disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <signal.h>

#include "tests/support/comes_true.h"
#include "tests/vm/race_home.h"

namespace glassdock::testing {
namespace {

using ::testing::HasSubstr;

// What the guest's memory must have at least, as the refusal has it, in MiB.
int least_memory(const std::string& refusal) {
  const std::string_view before = "more than --memory ";
  const std::size_t at = refusal.find(before);
  return at == std::string::npos ? 0 : std::atoi(refusal.c_str() + at + before.size());
}

// Four MiB above that the initramfs of alpine does not fit, and a disk's drivers do.
TEST_F(VmRaces, AnImageThatDoesNotFitTheGuestsMemoryIsADisk) {
  if (const std::string reason = support::no_guest_disk_reason(); !reason.empty()) GTEST_SKIP() << reason;
  const auto json_file = home_->path() / "disk.json";
  const int least = least_memory(home_->glassdock(race({"--command", "ls", "--memory", "64m"})).err);
  ASSERT_GT(least, 64);
  const Outcome ran =
      home_->glassdock(race({"--command", "touch /new && grep ' / ' /proc/mounts", "--runs", "1", "--no-cold",
                             "--times-only", "--memory", std::to_string(least + 4) + "m", "--report", json_file}));
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("the guest's root: a read-only disk (squashfs) under an overlay in memory, "));
  const auto report = nlohmann::json::parse(os::read_file(json_file));
  EXPECT_EQ(report["ready"]["root"], "disk");
  EXPECT_GT(report["ready"]["root_ns"], 0);
  for (const auto& run : report["run"]) {
    EXPECT_EQ(run.value("exit_code", -1), 0) << run;
    EXPECT_THAT(run.value("output", ""), HasSubstr("overlay / overlay"));
  }
}

TEST_F(VmRaces, ADiskIsMadeWhereItIsAskedForAndAnEngineThatIsKilledLeavesNothingOfIt) {
  if (const std::string reason = support::no_guest_disk_reason(); !reason.empty()) GTEST_SKIP() << reason;
  EXPECT_THAT(home_->glassdock(race({"--command", "ls", "--root", "tape"})).err,
              HasSubstr("--root takes initramfs or disk, not tape"));
  const auto files = [&] {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(home_->data())) {
      count += entry.is_regular_file() && entry.path().native().find("/layers/") != std::string::npos;
    }
    return count;
  };
  const std::size_t before = files();
  const pid_t engine = home_->engine();
  Program racing(home_->command(
      race({"--command", "sleep 30", "--runs", "1", "--no-cold", "--times-only", "--timeout", "1", "--root", "disk"})));
  ASSERT_TRUE(comes_true([&] { return !hypervisors(engine).empty(); }));
  const pid_t hypervisor = hypervisors(engine)[0];
  EXPECT_THAT(os::read_file("/proc/" + std::to_string(hypervisor) + "/cmdline"), HasSubstr("virtio-blk-device"));
  EXPECT_EQ(files(), before) << "the disk has a name";
  ::kill(engine, SIGKILL);
  EXPECT_TRUE(comes_true([&] { return ::kill(hypervisor, 0) != 0; })) << "QEMU outlived its engine";
  racing.finish();
  EXPECT_EQ(files(), before);
}

// The kernel's file alone, without its modules.
TEST_F(VmRaces, AKernelWithoutDriversIsSaidBeforeAnythingRuns) {
  if (os::find_program("mksquashfs").empty()) GTEST_SKIP() << "no mksquashfs (package squashfs-tools)";
  const os::TempDir folder("/tmp", "glassdock-alone.");
  const auto kernel = folder.path() / "vmlinuz";
  std::filesystem::copy_file(support::guest_kernel(), kernel);
  const std::string release = vm::load_kernel(kernel).release;
  if (std::filesystem::exists("/lib/modules/" + release)) GTEST_SKIP() << "this machine has that kernel's drivers";
  const std::vector<std::string> words{"vm-race", "--image",   "alpine",       "--command", "ls",  "--runs",
                                       "1",       "--no-cold", "--times-only", "--kernel",  kernel};
  std::vector<std::string> disk = words;
  disk.insert(disk.end(), {"--root", "disk"});
  const Outcome refused = home_->glassdock(disk);
  EXPECT_NE(refused.code, 0);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, HasSubstr("cannot have its root on a disk: there is no lib/modules/" + release));
  EXPECT_EQ(home_->glassdock(words).code, 0) << "the initramfs needs none";
}

}  // namespace
}  // namespace glassdock::testing
