// A guest whose root is a disk: the same files as in the initramfs, for images that do not fit its memory.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/vm/disk.h"
#include "engine/vm/drivers.h"
#include "tests/support/guest_lab.h"

namespace glassdock {
namespace {

using support::GuestLab;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class VmMachineDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = support::no_guest_reason(); !reason.empty()) GTEST_SKIP() << reason;
    if (const std::string reason = support::no_guest_disk_reason(); !reason.empty()) GTEST_SKIP() << reason;
    lab_ = std::make_unique<GuestLab>();
  }
  vm::GuestDisk make_disk(const std::vector<std::uint64_t>& layers) const {
    return vm::make_disk(lab_->store(), layers, lab_->store().folder(), vm::unprivileged_user(), {});
  }
  std::vector<std::string> files_of_the_store() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(lab_->store().folder())) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  std::unique_ptr<GuestLab> lab_;
  const trace::Context context_{};
};

TEST_F(VmMachineDisk, ItsRootIsTheImagesFilesUnderMemoryThatCanBeWritten) {
  const std::filesystem::path layer = lab_->store().path(2);
  os::make_folders(layer / "srv", 0755);
  std::ofstream(layer / "srv/first") << "twice\n";
  ASSERT_EQ(::chmod((layer / "srv/first").c_str(), 04751), 0);
  std::filesystem::create_hard_link(layer / "srv/first", layer / "srv/second");
  std::ofstream(layer / "srv/large") << std::string(3 << 20, 'x');
  const vm::GuestRoot root = vm::make_disk_root(vm::load_drivers(lab_->kernel(), vm::disk_drivers));
  const vm::GuestDisk disk = make_disk({1, 2});
  EXPECT_GT(disk.bytes, std::uint64_t{3} << 20);
  EXPECT_THAT(files_of_the_store(), ::testing::UnorderedElementsAre("1", "2")) << "the disk has a name";
  EXPECT_EQ(::fcntl(disk.file.get(), F_GETFL) & O_ACCMODE, O_RDONLY);
  vm::MachineSpec spec = lab_->spec(
      {"sh", "-c",
       "stat -c '%n %a %h %s' /srv/*; cat /srv/second; echo new > /srv/first; cat /srv/second; rm /srv/large; ls /srv; "
       "grep ' / ' /proc/mounts; ls -a / | head -3; ls -d /.glassdock-guest 2>/dev/null"});
  spec.root_file = root.file.get();
  spec.disk_file = disk.file.get();
  vm::Machine machine(spec, context_);
  EXPECT_EQ(machine.finish().exit_code, 1) << machine.console();
  EXPECT_EQ(machine.end().fault, "");
  EXPECT_EQ(machine.output(),
            "/srv/first 4751 2 6\n/srv/large 644 1 3145728\n/srv/second 4751 2 6\ntwice\ntwice\nfirst\nsecond\n"
            "overlay / overlay "
            "rw,relatime,lowerdir=/lower,upperdir=/over/upper,workdir=/over/work 0 0\n.\n..\nbin\n");
}

TEST_F(VmMachineDisk, DriversComeBehindWhatTheyDependOn) {
  std::vector<std::string> names;
  for (const vm::Driver& driver : vm::load_drivers(lab_->kernel(), vm::disk_drivers)) {
    names.push_back(driver.name);
    EXPECT_THAT(driver.bytes.substr(1, 3), "ELF") << driver.name;
  }
  const auto at = [&](const char* name) { return std::find(names.begin(), names.end(), name); };
  EXPECT_LT(at("virtio"), at("virtio_blk"));
  EXPECT_LT(at("virtio_ring"), at("virtio"));
}

TEST_F(VmMachineDisk, ADriverOfAnotherKernelIsSaidByInit) {
  const vm::GuestRoot root = vm::make_disk_root({{"wrong", "no module at all"}});
  const vm::GuestDisk disk = make_disk({1});
  vm::MachineSpec spec = lab_->spec({"true"});
  spec.root_file = root.file.get();
  spec.disk_file = disk.file.get();
  vm::Machine machine(spec, context_);
  EXPECT_THAT(machine.finish().fault,
              StartsWith("init in the guest could not go on: .glassdock-guest/drivers/00: Exec format error"));
}

TEST_F(VmMachineDisk, WhoeverGivesUpWhileItIsMadeLeavesNothing) {
  EXPECT_THROW(vm::make_disk(lab_->store(), {1}, lab_->store().folder(), vm::unprivileged_user(),
                             [] { throw Error(ErrorKind::cancelled, "given up"); }),
               Error);
  EXPECT_THAT(files_of_the_store(), ElementsAre("1"));
}

TEST_F(VmMachineDisk, MksquashfsThatFailsIsSaidInItsWords) {
  ::signal(SIGPIPE, SIG_IGN);  // as the engine has it
  const std::string path = std::getenv("PATH");
  const os::TempDir folder("/tmp", "glassdock-false.");
  ::chmod(folder.path().c_str(), 0755);
  std::ofstream(folder.path() / "mksquashfs") << "#!/bin/sh\necho 'no room at all' >&2\nexit 3\n";
  ::chmod((folder.path() / "mksquashfs").c_str(), 0755);
  const auto fault_with_path = [&](const std::string& programs) -> Error {
    ::setenv("PATH", programs.c_str(), 1);
    try {
      make_disk({1});
    } catch (const Error& fault) {
      ::setenv("PATH", path.c_str(), 1);
      return fault;
    }
    ::setenv("PATH", path.c_str(), 1);
    return {ErrorKind::internal, "no fault"};
  };
  EXPECT_EQ(fault_with_path(folder.path()).message(),
            "the guest's disk cannot be made: mksquashfs ended with code 3: no room at all");
  EXPECT_STREQ(fault_with_path("/nowhere").what(),
               "there is no mksquashfs, which makes a guest's disk (sudo apt install squashfs-tools)");
}

TEST(VmDrivers, DependenciesAreReadFromTheModule) {
  EXPECT_THAT(vm::driver_dependencies(std::string("\0depends=virtio,virtio_ring\0name=x", 34)),
              ElementsAre("virtio", "virtio_ring"));
  EXPECT_THAT(vm::driver_dependencies(std::string("x\0depends=\0name=x", 17)), IsEmpty());
  EXPECT_THAT(vm::driver_dependencies("no module"), IsEmpty());
}

// Whatever lies there: packed, built in, or nothing at all.
TEST(VmDrivers, AreFoundBesideTheKernelOrSaidToBeMissing) {
  const os::TempDir home("/tmp", "glassdock-drivers.");
  const auto modules = home.path() / "lib/modules/9.9-test/kernel/drivers";
  vm::GuestKernel kernel;
  kernel.path = home.path() / "boot/vmlinuz-9.9-test";
  kernel.release = "9.9-test";
  const auto fault = [&] {
    try {
      vm::load_drivers(kernel, {"virtio_blk", "squashfs"});
      return std::string();
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  EXPECT_THAT(fault(), HasSubstr("there is no lib/modules/9.9-test with its drivers (take --root initramfs"));
  os::make_folders(modules);
  std::ofstream(modules / "virtio-blk.ko") << std::string(
      "\x7f"
      "ELF\0depends=\0",
      13);
  EXPECT_THAT(fault(), HasSubstr("there is no driver squashfs in"));
  std::ofstream(modules.parent_path().parent_path() / "modules.builtin") << "kernel/fs/squashfs/squashfs.ko\n";
  const auto drivers = vm::load_drivers(kernel, {"virtio_blk", "squashfs"});
  ASSERT_EQ(drivers.size(), 1u);
  EXPECT_EQ(drivers[0].name, "virtio_blk");
}

}  // namespace
}  // namespace glassdock
