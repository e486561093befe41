// Guests that go wrong, or wish ill.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "tests/support/guest_lab.h"

namespace glassdock {
namespace {

using namespace std::chrono_literals;
using support::GuestLab;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using vm::Milestone;

class VmMachineFaults : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = support::no_guest_reason(); !reason.empty()) GTEST_SKIP() << reason;
    lab_ = std::make_unique<GuestLab>();
  }

  std::unique_ptr<GuestLab> lab_;
  const trace::Context context_{};
};

TEST_F(VmMachineFaults, ACommandThatIsNotThereIsDockers127) {
  vm::Machine machine(lab_->spec({"nosuch"}), context_);
  EXPECT_EQ(machine.finish().exit_code, 127);
  EXPECT_EQ(machine.end().fault, "");
}

TEST_F(VmMachineFaults, ACommandThatASignalEnds) {
  vm::Machine machine(lab_->spec({"sh", "-c", "kill -9 $$"}), context_);
  EXPECT_EQ(machine.finish().exit_code, 137);
}

TEST_F(VmMachineFaults, APanicIsSaidWithTheKernelsWords) {
  vm::Machine machine(lab_->spec({"sh", "-c", "echo c > /proc/sysrq-trigger"}), context_);
  EXPECT_FALSE(machine.finish().exit_code);
  EXPECT_THAT(machine.end().fault, HasSubstr("Kernel panic"));
}

TEST_F(VmMachineFaults, AKernelWithoutARootPanicsAndIsSaid) {
  vm::MachineSpec spec = lab_->spec({"true"});
  spec.root_file = lab_->kernel().file.get();  // no archive at all
  vm::Machine machine(spec, context_);
  EXPECT_THAT(machine.finish().fault, HasSubstr("Kernel panic"));
}

TEST_F(VmMachineFaults, AGuestThatNeverSpeaksIsGivenUp) {
  vm::MachineSpec spec = lab_->spec({"true"});
  spec.kernel_words = "console=none rdinit=/nowhere init=/bin/nothing panic=0";
  vm::MachineLimits limits;
  limits.to_init = 4s;
  vm::Machine machine(spec, context_, limits);
  EXPECT_THAT(machine.finish().fault, StartsWith("the guest's kernel did not get to init within 4 s"));
}

TEST_F(VmMachineFaults, ACommandThatLoopsIsGivenUp) {
  vm::MachineLimits limits;
  limits.command = 1s;
  vm::Machine machine(lab_->spec({"sh", "-c", "while :; do :; done"}), context_, limits);
  EXPECT_EQ(machine.finish().fault, "the command did not end within 1 s");
  EXPECT_FALSE(machine.end().exit_code);
}

TEST_F(VmMachineFaults, AFloodOfOutputIsCountedAndNotKept) {
  vm::MachineLimits limits;
  limits.command = 3s;
  limits.output_bytes = 1000;
  vm::Machine machine(lab_->spec({"yes", "a gigabyte of this"}), context_, limits);
  EXPECT_EQ(machine.finish().fault, "the command did not end within 3 s");
  EXPECT_EQ(machine.output().size(), 1000u);
  EXPECT_GT(machine.output_bytes(), 10'000u);
}

TEST_F(VmMachineFaults, WhatTheCommandPrintsIsNeverTakenForInitsWords) {
  // What init would say, on the output line, and on each other line that root of a guest might find.
  const std::string forge =
      "for t in '' 0000; do echo \"$t exit 0\"; echo 'init 9.9'; done; "
      "for n in 64 65 66 67; do mknod /tmp/t$n c 4 $n; echo 'exit 0' > /tmp/t$n; done; "
      "mknod /tmp/port c 1 4; mknod /tmp/kmsg c 1 11; ls /dev; echo 'exit 0' > /dev/ttyS2; ls /sys/class/tty/ttyS2; ls "
      "-l /proc/1/fd; "
      "mount -t devtmpfs d /tmp; echo '|/tmp/forge' > /proc/sys/kernel/core_pattern; cat /proc/cmdline; exit 3";
  vm::Machine machine(lab_->spec({"sh", "-c", forge + " 2>&1"}), context_);
  EXPECT_EQ(machine.finish().exit_code, 3) << machine.output();
  EXPECT_EQ(machine.release(), lab_->kernel().release);
  EXPECT_THAT(machine.output(), HasSubstr("fd\nfull\nnull\nrandom\nshm\nstderr\nstdin\nstdout\ntty\nurandom\nzero\n"));
  EXPECT_THAT(machine.output(), HasSubstr("mknod: /tmp/t66: Operation not permitted"));
  EXPECT_THAT(machine.output(), HasSubstr("mount: permission denied"));
  EXPECT_THAT(machine.output(), HasSubstr("/proc/sys/kernel/core_pattern: Read-only file system"));
}

TEST_F(VmMachineFaults, AnImageThatIsTooLargeIsRefusedWhileItIsPacked) {
  try {
    vm::make_root(lab_->store(), {1}, 100'000);
    FAIL() << "no fault";
  } catch (const Error& fault) {
    EXPECT_THAT(fault.message(), HasSubstr("the image is too large for a guest: its files are more than 100kB"));
    EXPECT_THAT(fault.hint(), HasSubstr("--memory"));
  }
}

TEST_F(VmMachineFaults, AGuestThatGoesOffBeforeItsCommandEndsIsNoSuccess) {
  vm::Machine machine(lab_->spec({"sh", "-c", "echo b > /proc/sysrq-trigger; sleep 9"}), context_);
  EXPECT_FALSE(machine.finish().exit_code);
  EXPECT_THAT(machine.end().fault, StartsWith("the guest went off before its command had ended"));
}

TEST_F(VmMachineFaults, AMachineThatQemuDoesNotTakeIsSaidInItsWords) {
  vm::MachineSpec spec = lab_->spec({"true"});
  spec.hardware.cpus = 100'000;
  vm::Machine machine(spec, context_);
  EXPECT_THAT(machine.finish().fault, StartsWith("QEMU ended with code 1: "));
}

TEST_F(VmMachineFaults, NoHypervisorOutlivesWhoStartedIt) {
  int told[2];
  ASSERT_EQ(::pipe(told), 0);
  const pid_t owner = ::fork();
  if (owner == 0) {
    vm::Machine machine(lab_->spec({"sleep", "60"}), context_);
    const pid_t pid = machine.pid();
    if (::write(told[1], &pid, sizeof pid) == sizeof pid) machine.finish();
    ::_exit(0);
  }
  pid_t hypervisor = 0;
  ASSERT_EQ(::read(told[0], &hypervisor, sizeof hypervisor), static_cast<ssize_t>(sizeof hypervisor));
  const UniqueFd watch(static_cast<int>(::syscall(SYS_pidfd_open, hypervisor, 0)));
  ASSERT_TRUE(watch);
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  pollfd gone{watch.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&gone, 1, 10'000), 1) << "QEMU runs on";
}

TEST_F(VmMachineFaults, QemuIsNobodyAndHasNoNetwork) {
  if (::geteuid() != 0) GTEST_SKIP() << "an ordinary user's QEMU runs as that user";
  vm::Machine machine(lab_->spec({"sh", "-c", "cat /proc/net/dev | wc -l"}), context_);
  const std::string status = os::read_file("/proc/" + std::to_string(machine.pid()) + "/status");
  EXPECT_THAT(status, HasSubstr("Uid:\t65534\t65534\t65534\t65534"));
  EXPECT_THAT(status, HasSubstr("CapEff:\t0000000000000000"));
  ASSERT_TRUE(machine.reach(Milestone::kernel));
  EXPECT_THAT(os::read_file("/proc/" + std::to_string(machine.pid()) + "/status"), HasSubstr("Seccomp:\t2"));
  EXPECT_EQ(machine.finish().exit_code, 0);
  EXPECT_EQ(machine.output(), "3\n") << "two lines of titles, and lo";
}

}  // namespace
}  // namespace glassdock
