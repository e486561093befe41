// A guest runs an image's command, and tells of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "tests/support/guest_lab.h"

namespace glassdock {
namespace {

using support::GuestLab;
using ::testing::HasSubstr;
using ::testing::Not;
using vm::Milestone;

class VmMachine : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = support::no_guest_reason(); !reason.empty()) GTEST_SKIP() << reason;
    lab_ = std::make_unique<GuestLab>();
  }
  static trace::Context untold() { return {}; }

  std::unique_ptr<GuestLab> lab_;
};

TEST_F(VmMachine, RunsACommandAndTellsItsMilestones) {
  const trace::Context context = untold();
  vm::Machine machine(lab_->spec({"ls", "/"}), context);
  const vm::MachineEnd& end = machine.finish();
  EXPECT_EQ(end.fault, "") << machine.console();
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_EQ(machine.output(), "bin\ndev\netc\nproc\nroot\nsys\ntmp\n") << "the image's files and nothing else";
  std::int64_t last = 0;
  for (std::size_t i = 0; i < vm::milestone_count; ++i) {
    const auto milestone = static_cast<Milestone>(i);
    ASSERT_TRUE(machine.milestones()[milestone]) << vm::to_string(milestone);
    EXPECT_GE(*machine.milestones()[milestone], last) << vm::to_string(milestone);
    last = *machine.milestones()[milestone];
  }
  EXPECT_EQ(machine.release(), lab_->kernel().release);
  EXPECT_GT(machine.before_command().cpu_ns.value_or(0), 0);
  EXPECT_GT(machine.at_exit().peak_bytes.value_or(0), std::uint64_t{32} << 20);
  EXPECT_THAT(machine.console(), HasSubstr("Linux version " + lab_->kernel().release));
}

TEST_F(VmMachine, GivesTheCommandsOwnStatus) {
  const trace::Context context = untold();
  vm::MachineSpec spec = lab_->spec({"sh", "-c", "pwd; id -u; id -g; echo $HOME $WORD; hostname; exit 7"});
  spec.order.environment.push_back("WORD=yes");
  spec.order.working_folder = "/srv/app";
  spec.order.user = "guest";
  spec.order.hostname = "box";
  vm::Machine machine(spec, context);
  EXPECT_EQ(machine.finish().exit_code, 7);
  EXPECT_EQ(machine.output(), "/srv/app\n405\n100\n/home/guest yes\nbox\n");
}

TEST_F(VmMachine, OutputComesByteForByte) {
  const trace::Context context = untold();
  vm::Machine machine(lab_->spec({"sh", "-c", "echo -ne 'a\\r\\n\\x03\\x04\\x11\\x13\\xff\\x00b'"}), context);
  EXPECT_EQ(machine.finish().exit_code, 0);
  EXPECT_EQ(machine.output(), std::string("a\r\n\x03\x04\x11\x13\xff\0b", 10));
}

TEST_F(VmMachine, ItsRootIsTheImagesFilesAsAContainerHasThem) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to make files of others, and whiteouts";
  const std::filesystem::path layer = lab_->store().path(2);
  os::make_folders(layer / "etc", 0755);
  os::make_folders(layer / "srv", 0755);
  std::ofstream(layer / "srv/first") << "twice\n";
  ASSERT_EQ(::chown((layer / "srv/first").c_str(), 1000, 1001), 0);
  ASSERT_EQ(::chmod((layer / "srv/first").c_str(), 04751), 0);
  std::filesystem::create_hard_link(layer / "srv/first", layer / "srv/second");
  ASSERT_EQ(::mkfifo((layer / "srv/pipe").c_str(), 0600), 0);
  ASSERT_EQ(::mknod((layer / "etc/group").c_str(), S_IFCHR, 0), 0);
  const vm::GuestRoot root = lab_->make_root({1, 2});
  vm::MachineSpec spec =
      lab_->spec({"sh", "-c",
                  "stat -c '%n %a %u %g %h %F' /srv/*; cat /srv/second; ls /etc; readlink /bin/ls; ls -a / | head -3"});
  spec.root_file = root.file.get();
  const trace::Context context = untold();
  vm::Machine machine(spec, context);
  EXPECT_EQ(machine.finish().exit_code, 0) << machine.console();
  EXPECT_EQ(machine.output(),
            "/srv/first 4751 1000 1001 2 regular file\n/srv/pipe 600 0 0 1 fifo\n"
            "/srv/second 4751 1000 1001 2 regular file\ntwice\npasswd\nbusybox\n.\n..\nbin\n");
}

TEST_F(VmMachine, IsHeldByWhoeverDrivesIt) {
  const trace::Context context = untold();
  vm::Machine machine(lab_->spec({"echo", "done"}), context);
  ASSERT_TRUE(machine.reach(Milestone::mounted)) << machine.console();
  EXPECT_EQ(machine.output(), "");
  EXPECT_FALSE(machine.milestones()[Milestone::exit]);
  EXPECT_TRUE(machine.reach(Milestone::output));
  EXPECT_EQ(machine.finish().exit_code, 0);
  EXPECT_EQ(machine.output(), "done\n");
}

}  // namespace
}  // namespace glassdock
