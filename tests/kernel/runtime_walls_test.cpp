// What stands around a container's processes: capabilities, devices, users, keyrings, signals, masked paths.
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "engine/base/text.h"
#include "tests/kernel/runtime_start.h"
#include "tests/support/private_mounts.h"
#include "tests/support/program.h"
#include "tests/support/start_lab.h"

namespace glassdock {
namespace {

using runtime::Report;
using support::LabStart;
using support::StartLab;

class RuntimeWalls : public RuntimeStart {};

TEST_F(RuntimeWalls, StandsBehindItsOwnWalls) {
  std::string log = shell(
      "echo pid $$; hostname; ls /proc/self/fd | wc -l; cat /proc/self/cgroup | grep -v ':/$'; ls -l /proc/self/fd; "
      "grep -E 'Cap|NoNewPrivs|Seccomp:' /proc/self/status; cat /proc/kcore | wc -c; touch /proc/sys/kernel/x");
  EXPECT_NE(log.find("pid 1\\n"), std::string::npos) << log;
  EXPECT_NE(log.find("CapEff:\\t00000000a80425fb"), std::string::npos) << log;
  EXPECT_NE(log.find("CapBnd:\\t00000000a80425fb"), std::string::npos) << log;
  EXPECT_NE(log.find("CapInh:\\t0000000000000000"), std::string::npos) << log;
  EXPECT_NE(log.find("Seccomp:\\t2"), std::string::npos) << log;
  // ls itself opens the folder: 0, 1, 2 and that one.
  EXPECT_NE(log.find("\"log\":\"4\\n\""), std::string::npos) << log;
}

TEST_F(RuntimeWalls, DeviceRulesKeepDisksAway) {
  if (lab_->host().cgroups == plan::CgroupLayout::none) GTEST_SKIP() << "no cgroups to make here";
  std::string log = shell("mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk; echo end; head -c 1 /dev/zero | wc -c");
  EXPECT_NE(log.find("not permitted"), std::string::npos) << log;
  EXPECT_NE(log.find("\"log\":\"1\\n\""), std::string::npos) << log;
}

// The mounts of a process, or of this one: the fields of their lines (proc_pid_mountinfo(5)).
std::vector<std::vector<std::string>> mounts_of(const std::string& process) {
  std::vector<std::vector<std::string>> mounts;
  for (const std::string& line : split(trim(os::read_file("/proc/" + process + "/mountinfo")), '\n')) {
    mounts.push_back(split(line, ' '));
  }
  return mounts;
}

bool has(const std::vector<std::string>& words, const char* word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// A machine on which no cgroup says which devices are opened: its mounts of them are gone, for this process alone.
class RuntimeStartWithoutDeviceRules : public RuntimeStart {
 protected:
  void SetUp() override {
    if (std::string why = StartLab::missing(); !why.empty()) GTEST_SKIP() << why;
    mounts_.emplace();
    for (const std::vector<std::string>& mount : mounts_of("self")) {
      if (!has(mount, "cgroup2") && !(has(mount, "cgroup") && has(split(mount.back(), ','), "devices"))) continue;
      if (::umount2(mount.at(4).c_str(), MNT_DETACH) != 0) {
        GTEST_SKIP() << "cannot unmount " << mount.at(4) << ": " << ::strerror(errno);
      }
    }
    RuntimeStart::SetUp();
  }
  void TearDown() override {
    RuntimeStart::TearDown();
    lab_.reset();
    mounts_.reset();
  }
  std::optional<tests::PrivateMounts> mounts_;
};

TEST_F(RuntimeStartWithoutDeviceRules, NoDeviceOfTheImageOpensAndNoneIsMade) {
  ASSERT_FALSE(lab_->host().guards_devices());
  EXPECT_TRUE(std::any_of(lab_->host().remarks.begin(), lab_->host().remarks.end(),
                          [](const std::string& remark) { return starts_with(remark, "no device rules: "); }));
  const std::string layer = lab_->data() / "layers/1/";
  ASSERT_EQ(::mknod((layer + "zero").c_str(), S_IFCHR | 0666, makedev(1, 5)), 0);
  ASSERT_EQ(::mknod((layer + "disk").c_str(), S_IFBLK | 0666, makedev(7, 0)), 0);
  auto start = lab_->prepare(lab_->spec(
      {"sh", "-c",
       "for file in /zero /disk /dev/zero; do head -c 1 $file > /got && echo opens $file; done; : > /dev/null && "
       "echo opens /dev/null; mknod /tmp/made c 1 5; ls /tmp/made; echo end; sleep 1000"}));
  lab_->start(*start);
  ASSERT_TRUE(start->until(Report::executed)) << start->log();
  for (int i = 0; i < 500 && start->log().find("\"end\\n") == std::string::npos; ++i) ::usleep(10000);

  const std::string process = std::to_string(start->pid);
  for (const std::string& line : split(os::read_file("/proc/" + process + "/status"), '\n')) {
    if (!starts_with(line, "Cap")) continue;
    EXPECT_EQ(std::stoull(line.substr(line.find('\t') + 1), nullptr, 16) >> CAP_MKNOD & 1, 0u) << line;
  }
  const auto mounts = mounts_of(process);
  const auto root = std::find_if(mounts.begin(), mounts.end(), [](const auto& mount) { return mount.at(4) == "/"; });
  ASSERT_NE(root, mounts.end());
  EXPECT_TRUE(has(split(root->at(5), ','), "nodev")) << root->at(5);

  ASSERT_EQ(::kill(start->pid, SIGKILL), 0);
  ASSERT_TRUE(start->until(Report::exited));
  const std::string log = start->log();
  for (const char* said :
       {"head: /zero: Permission denied", "head: /disk: Permission denied", "opens /dev/zero", "opens /dev/null",
        "mknod: /tmp/made: Operation not permitted", "ls: /tmp/made: No such file or directory"}) {
    EXPECT_NE(log.find(said), std::string::npos) << said << " in " << log;
  }
}

TEST_F(RuntimeWalls, RunsAsTheUserOfTheContainersOwnFiles) {
  plan::ContainerSpec spec = lab_->spec({});
  spec.user = "guest";
  std::string log = shell("id", &spec);
  EXPECT_NE(log.find("uid=405(guest) gid=100(users) groups=18(audio),100(users)"), std::string::npos) << log;
  spec = lab_->spec({});
  spec.user = "405:18";
  log = shell("id; env", &spec);
  EXPECT_NE(log.find("uid=405(guest) gid=18(audio)"), std::string::npos) << log;
  EXPECT_NE(log.find("HOME=/home/guest"), std::string::npos) << log;
}

TEST_F(RuntimeWalls, AUserMayOpenItsOwnOutputByName) {
  plan::ContainerSpec spec = lab_->spec({});
  spec.user = "1000";
  std::string log = shell("echo out > /dev/stdout; echo err > /dev/stderr", &spec);
  EXPECT_NE(log.find("{\"log\":\"out\\n\",\"stream\":\"stdout\""), std::string::npos) << log;
  EXPECT_NE(log.find("{\"log\":\"err\\n\",\"stream\":\"stderr\""), std::string::npos) << log;
}

TEST_F(RuntimeWalls, LinksOfTheImageThatLeadNowhereYetAreFollowedInsideTheRoot) {
  plan::ContainerSpec spec = lab_->spec({"sh", "-c", "cat /run/resolve/stub.conf /srv/data/sub/file; readlink /data"});
  std::string folder = "containers/" + spec.id + "/";
  spec.resolv_file = folder + "resolv.conf";
  spec.binds = {{folder + "volume", "/data/sub"}};
  auto start = lab_->prepare(spec);
  os::make_folders(start->folder / "upper/etc", 0755);
  os::make_folders(start->folder / "volume", 0755);
  std::ofstream(start->folder / "resolv.conf") << "nameserver 192.0.2.1\n";
  std::ofstream(start->folder / "volume/file") << "of the volume\n";
  std::filesystem::create_symlink("../run/resolve/stub.conf", start->folder / "upper/etc/resolv.conf");
  std::filesystem::create_symlink("/srv/data", start->folder / "upper/data");
  lab_->start(*start);
  ASSERT_TRUE(start->until(Report::exited)) << start->reports.back().text << " " << start->reports.back().error;
  std::string log = start->log();
  EXPECT_NE(log.find("nameserver 192.0.2.1"), std::string::npos) << log;
  EXPECT_NE(log.find("of the volume"), std::string::npos) << log;
  EXPECT_NE(log.find("/srv/data"), std::string::npos) << log;
}

TEST_F(RuntimeWalls, TheEnginesSessionKeyringStaysOutside) {
  // A key that only those may see who have it in a keyring of theirs: of who is root here, this process alone.
  constexpr unsigned possessor_alone = 0x3f000000;  // KEY_POS_ALL, keyctl_setperm(3)
  if (::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "glassdock-test") < 0) GTEST_SKIP() << "no keyrings here";
  long key = ::syscall(SYS_add_key, "user", "glassdock-secret", "x", 1, KEY_SPEC_SESSION_KEYRING);
  ASSERT_GT(key, 0);
  ASSERT_EQ(::syscall(SYS_keyctl, KEYCTL_SETPERM, key, possessor_alone), 0);
  ASSERT_NE(os::read_file("/proc/keys").find("glassdock-secret"), std::string::npos);
  lab_.reset();
  lab_ = std::make_unique<StartLab>();
  before_ = support::count_leftovers(lab_->host());
  plan::ContainerSpec spec = lab_->spec({"cat", "/proc/keys"});
  spec.trial = {.left_out = "isolate.mask"};
  auto start = lab_->run(spec);
  ::syscall(SYS_keyctl, KEYCTL_UNLINK, key, KEY_SPEC_SESSION_KEYRING);
  EXPECT_EQ(start->exit_code(), 0);
  EXPECT_EQ(start->log().find("glassdock-secret"), std::string::npos) << start->log();
}

// The kernel's struct sigaction, by the system call: the C library refuses its own two signals.
void set_disposition(int number, unsigned long handler) {
  const unsigned long action[4] = {handler};
  ASSERT_EQ(::syscall(SYS_rt_sigaction, number, action, nullptr, 8), 0);
}

TEST_F(RuntimeWalls, NoSignalOfTheEnginesStaysIgnored) {
  constexpr int ignored[] = {SIGHUP, SIGUSR1, 32, 33, 64};
  lab_.reset();
  for (int number : ignored) set_disposition(number, 1);
  lab_ = std::make_unique<StartLab>();
  for (int number : ignored) set_disposition(number, 0);
  before_ = support::count_leftovers(lab_->host());
  std::string log = lab_->run(lab_->spec({"grep", "Sig", "/proc/self/status"}))->log();
  EXPECT_NE(log.find("SigIgn:\\t0000000000000000"), std::string::npos) << log;
  EXPECT_NE(log.find("SigBlk:\\t0000000000000000"), std::string::npos) << log;
}

TEST_F(RuntimeWalls, TheEnginesStandingIsNotTheContainers) {
  cpu_set_t all, one;
  ASSERT_EQ(::sched_getaffinity(0, sizeof all, &all), 0);
  if (CPU_COUNT(&all) < 2) GTEST_SKIP() << "one CPU alone";
  lab_.reset();
  CPU_ZERO(&one);
  for (int cpu = 0; CPU_COUNT(&one) == 0; ++cpu) {
    if (CPU_ISSET(cpu, &all)) CPU_SET(cpu, &one);
  }
  std::string score = os::read_file("/proc/self/oom_score_adj");
  std::ofstream("/proc/self/oom_score_adj") << "321";
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  ASSERT_EQ(::setpriority(PRIO_PROCESS, 0, 7), 0);
  lab_ = std::make_unique<StartLab>();
  before_ = support::count_leftovers(lab_->host());
  auto start = lab_->prepare(lab_->spec({"cat", "/proc/self/oom_score_adj"}));
  start->hold_at("run.exec");
  lab_->start(*start);
  auto held = start->until(Report::at_gate);
  EXPECT_TRUE(held);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, static_cast<id_t>(start->pid)), 0);
  cpu_set_t theirs;
  EXPECT_EQ(::sched_getaffinity(start->pid, sizeof theirs, &theirs), 0);
  EXPECT_GE(CPU_COUNT(&theirs), CPU_COUNT(&all));
  if (held) start->link->release(held->operation, held->report);
  EXPECT_TRUE(start->until(Report::exited));
  EXPECT_NE(start->log().find("{\"log\":\"0\\n\""), std::string::npos) << start->log();
  std::ofstream("/proc/self/oom_score_adj") << score;
  EXPECT_EQ(::sched_setaffinity(0, sizeof all, &all), 0);
  EXPECT_EQ(::setpriority(PRIO_PROCESS, 0, 0), 0);
}

// In a process of its own, which the kernel answers keyctl(2) with `error` from then on. The exit status: the errno of
// the start, or of the keyring that stayed, behind 128.
int start_without_keyctl(int error) {
  pid_t child = ::fork();
  if (child == 0) {
    sock_filter program[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                             BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_keyctl, 0, 1),
                             BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)),
                             BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    sock_fprog filter{std::size(program), program};
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) ::_exit(255);
    int result = 254;
    {
      StartLab lab;
      auto start = lab.run(lab.spec({"true"}));
      trace::Record record{};
      while (trace::take(start->state().child, record, start->view().count())) {
        if (record.operation != start->operation("isolate.descriptors")) continue;
        result = record.error != 0 ? record.error : 128 + static_cast<int>(record.number[0]);
      }
    }
    ::_exit(result);
  }
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(RuntimeWalls, WithoutAKeyringOfItsOwnNothingStartsSilently) {
  EXPECT_EQ(start_without_keyctl(ENOSYS), 128) << "there are no keyrings";
  EXPECT_EQ(start_without_keyctl(EPERM), 128 + EPERM) << "the container is denied keyctl too, and the event tells";
  EXPECT_EQ(start_without_keyctl(EDQUOT), EDQUOT);
}

TEST_F(RuntimeWalls, NothingCanBeMadeAmongTheCgroupMounts) {
  if (lab_->host().cgroups != plan::CgroupLayout::v1) GTEST_SKIP() << "v2 has one mount and no folder around it";
  std::string log = shell("touch /sys/fs/cgroup/file; ls /sys/fs/cgroup; cat /sys/fs/cgroup/memory/tasks");
  EXPECT_NE(log.find("Read-only file system"), std::string::npos) << log;
  EXPECT_NE(log.find("{\"log\":\"memory\\n\""), std::string::npos) << log;
  EXPECT_NE(log.find("{\"log\":\"1\\n\""), std::string::npos) << log;
}

TEST_F(RuntimeWalls, TheLauncherHoldsNothingOfTheEnginesSurroundings) {
  lab_.reset();
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);  // not close-on-exec
  UniqueFd reads(ends[0]), writes(ends[1]);
  lab_ = std::make_unique<StartLab>();
  before_ = support::count_leftovers(lab_->host());
  writes.reset();
  pollfd wait{reads.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&wait, 1, 5000), 1) << "the launcher or its spare monitor holds the pipe";
}

TEST_F(RuntimeWalls, AVolumeOverDevAimsNoMask) {
  // CVE-2025-31133: what is bound over /proc/keys would be what the volume's "null" leads to.
  plan::ContainerSpec spec = lab_->spec({"sh", "-c", "cat /proc/keys /proc/timer_list; echo end"});
  spec.binds = {{"containers/" + spec.id + "/dev", "/dev"}};
  auto start = lab_->prepare(spec);
  os::make_folders(start->folder / "dev", 0755);
  std::filesystem::create_symlink("/etc/passwd", start->folder / "dev/null");
  lab_->start(*start);
  ASSERT_TRUE(start->until(Report::exited)) << start->reports.back().text << " " << start->reports.back().error;
  EXPECT_NE(start->log().find("end"), std::string::npos) << start->log();
  EXPECT_EQ(start->log().find("root:"), std::string::npos) << start->log();
}

TEST_F(RuntimeWalls, NoLinkOfTheImageLeadsAMountIntoProc) {
  for (const char* link : {"/proc", "../proc/sys", "/proc/self"}) {
    for (const char* operation : {"isolate.volume", "isolate.tmpfs"}) {
      plan::ContainerSpec spec = lab_->spec({"true"});
      if (operation == std::string("isolate.volume")) {
        spec.binds = {{"containers/" + spec.id + "/volume", "/data"}};
      } else {
        spec.tmpfs = {{"/data", ""}};
      }
      auto start = lab_->prepare(spec);
      os::make_folders(start->folder / "volume", 0755);
      std::filesystem::create_symlink(link, start->folder / "upper/data");
      lab_->start(*start);
      auto failed = start->until(Report::failed);
      ASSERT_TRUE(failed) << link;
      EXPECT_EQ(failed->error, plan::inside_proc) << link;
      EXPECT_EQ(failed->operation, static_cast<int>(start->operation(operation)));
      EXPECT_STREQ(failed->text, "/data");
    }
  }
}

TEST_F(RuntimeWalls, MasksAreForTheProcOfThisStartOnly) {
  for (const char* gate : {"isolate.mask", "isolate.readonly-paths"}) {
    auto start = lab_->prepare(lab_->spec({"true"}));
    start->hold_at(gate);
    lab_->start(*start);
    auto held = start->until(Report::at_gate);
    ASSERT_TRUE(held);
    std::string proc = (start->folder / "rootfs/proc").string();
    EXPECT_EQ(testing::run({"/usr/bin/nsenter", "--target", std::to_string(start->pid), "--mount", "mount", "-t",
                            "tmpfs", "tmpfs", proc})
                  .code,
              0);
    start->link->release(held->operation, held->report);
    auto failed = start->until(Report::failed);
    ASSERT_TRUE(failed) << gate;
    EXPECT_EQ(failed->error, ESTALE) << gate;
    EXPECT_EQ(failed->operation, static_cast<int>(start->operation(gate)));
  }
}

}  // namespace
}  // namespace glassdock
