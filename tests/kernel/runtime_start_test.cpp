// Starts on the real kernel: launcher, monitor and child, with plans as the daemon makes them.
#include "tests/kernel/runtime_start.h"

#include <gtest/gtest.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include "engine/base/text.h"
#include "tests/support/comes_true.h"
#include "tests/support/program.h"
#include "tests/support/start_lab.h"

namespace glassdock {
namespace {

using runtime::Report;
using support::LabStart;
using support::StartLab;

TEST_F(RuntimeStart, RunsAProgramAndTellsItsExitCode) {
  EXPECT_EQ(lab_->run(lab_->spec({"true"}))->exit_code(), 0);
  EXPECT_EQ(lab_->run(lab_->spec({"sh", "-c", "exit 7"}))->exit_code(), 7);
  EXPECT_EQ(lab_->run(lab_->spec({"sh", "-c", "kill -9 $$; sleep 0; exit 3"}))->exit_code(), 3)
      << "process 1 of a pid namespace cannot kill itself with a signal that it does not handle";
}

TEST_F(RuntimeStart, OutputIsLoggedAsJsonLines) {
  std::string log = shell("echo one; echo 'two \"2\"' >&2; printf three");
  EXPECT_NE(log.find("{\"log\":\"one\\n\",\"stream\":\"stdout\",\"time\":\""), std::string::npos) << log;
  EXPECT_NE(log.find("{\"log\":\"two \\\"2\\\"\\n\",\"stream\":\"stderr\""), std::string::npos) << log;
  EXPECT_NE(log.find("{\"log\":\"three\",\"stream\":\"stdout\""), std::string::npos) << log;
}

TEST_F(RuntimeStart, UnknownUserFailsWithItsName) {
  plan::ContainerSpec spec = lab_->spec({"true"});
  spec.user = "nobodyknows";
  auto start = lab_->run(spec);
  ASSERT_FALSE(start->reports.empty());
  EXPECT_EQ(start->reports.back().report, Report::failed);
  EXPECT_EQ(start->reports.back().error, ENOENT);
  EXPECT_STREQ(start->reports.back().text, "nobodyknows");
}

TEST_F(RuntimeStart, MissingAndForbiddenProgramsAreToldApart) {
  auto missing = lab_->run(lab_->spec({"nosuch"}));
  EXPECT_EQ(missing->reports.back().report, Report::failed);
  EXPECT_EQ(missing->reports.back().error, ENOENT);
  auto forbidden = lab_->run(lab_->spec({"/etc/passwd"}));
  EXPECT_EQ(forbidden->reports.back().error, EACCES);
  auto folder = lab_->run(lab_->spec({"/etc"}));
  EXPECT_EQ(folder->reports.back().error, EACCES);
}

TEST_F(RuntimeStart, TheEnginesOwnProgramIsExecutedByNoContainer) {
  // At execve /proc/self/exe is the launcher. A script of that interpreter leads there past every check of a path.
  for (const char* command : {"/proc/self/exe", "/proc/1/exe", "/link", "/script"}) {
    auto start = lab_->prepare(lab_->spec({command}));
    std::filesystem::create_symlink("/proc/self/exe", start->folder / "upper/link");
    std::ofstream(start->folder / "upper/script") << "#!/proc/self/exe\n";
    std::filesystem::permissions(start->folder / "upper/script", std::filesystem::perms::all);
    lab_->start(*start);
    auto failed = start->until(Report::failed);
    ASSERT_TRUE(failed) << command;
    EXPECT_EQ(failed->error, EACCES) << command;
    EXPECT_EQ(failed->operation, static_cast<int>(start->operation("run.exec")));
  }
}

TEST_F(RuntimeStart, NoWorkingFolderOutsideTheRoot) {
  for (const char* folder : {"/proc/self/fd/3", "/proc/self/fd/10", "/proc/1/cwd/../../.."}) {
    plan::ContainerSpec spec = lab_->spec({"ls", "layers"});
    spec.working_folder = folder;
    EXPECT_NE(lab_->run(spec)->exit_code(), 0) << folder;
  }
}

TEST_F(RuntimeStart, AWorkingFolderBehindALinkOfProc) {
  const std::pair<const char*, const char*> folders[] = {
      {"/proc/self", "/proc/1"}, {"/proc/self/fd", "/proc/1/fd"}, {"/proc/1/root", "/"}, {"/dev/fd", "/proc/1/fd"}};
  for (const auto& [folder, is] : folders) {
    plan::ContainerSpec spec = lab_->spec({"sh", "-c", "pwd"});
    spec.working_folder = folder;
    auto start = lab_->run(spec);
    EXPECT_EQ(start->exit_code(), 0) << folder;
    EXPECT_NE(start->log().find(std::string("\"") + is + "\\n\""), std::string::npos) << start->log();
  }
}

// A user behind a long line, whose last group has many members, and who is in `count` groups.
void write_groups(const std::filesystem::path& etc, unsigned count, std::size_t comment = 20'000) {
  std::filesystem::create_directories(etc);
  std::ofstream(etc / "passwd") << "root:x:0:0::/:\n" << std::string(comment, 'x') << "\nann:x:7:7::/:\n";
  std::ofstream groups(etc / "group");
  for (unsigned i = 1; i < count; ++i) groups << "g" << i << ":x:" << 1000 + i << ":ann\n";
  groups << "many:x:999:";
  for (unsigned i = 0; i < 5000; ++i) groups << "member" << i << ",";
  groups << "ann\n";
}

TEST_F(RuntimeStart, NoGroupIsDroppedWithoutAWord) {
  plan::ContainerSpec spec = lab_->spec({"sh", "-c", "id -G | wc -w; id -G | grep -cw 999"});
  spec.user = "ann";
  auto start = lab_->prepare(spec);
  write_groups(start->folder / "upper/etc", 1000);
  lab_->start(*start);
  EXPECT_TRUE(start->until(Report::exited));
  EXPECT_NE(start->log().find("\"1001\\n\""), std::string::npos) << "with the user's own: " << start->log();
  EXPECT_NE(start->log().find("\"1\\n\""), std::string::npos) << start->log();
}

// The engine would read it with all its rights, and the machine's own reader miss what it took (proc(5), kmsg).
TEST_F(RuntimeStart, AnImageWhoseUsersAreAFileOfTheKernelHasNone) {
  plan::ContainerSpec spec = lab_->spec({"sh", "-c", "echo $HOME"});
  auto start = lab_->prepare(spec);
  std::filesystem::create_directories(start->folder / "upper/etc");
  std::filesystem::create_symlink("/proc/kmsg", start->folder / "upper/etc/passwd");
  std::filesystem::create_symlink("/proc/kmsg", start->folder / "upper/etc/group");
  lab_->start(*start);
  EXPECT_TRUE(start->until(Report::exited)) << start->reports.back().text;
  EXPECT_NE(start->log().find("\"/\\n\""), std::string::npos) << start->log();
}

TEST_F(RuntimeStart, MoreThanIsReadOrMayBeFailsTheStart) {
  struct {
    unsigned groups;
    std::size_t comment;
    int error;
  } const files[] = {{NGROUPS_MAX, 1, E2BIG}, {1, 5 << 20, EFBIG}};
  for (const auto& [groups, comment, error] : files) {
    plan::ContainerSpec spec = lab_->spec({"true"});
    spec.user = "ann";
    auto start = lab_->prepare(spec);
    write_groups(start->folder / "upper/etc", groups, comment);
    lab_->start(*start);
    auto failed = start->until(Report::failed);
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->error, error);
    EXPECT_EQ(failed->operation, static_cast<int>(start->operation("isolate.user")));
  }
}

TEST_F(RuntimeStart, AnEmptyNameIsNoProgram) {
  auto start = lab_->run(lab_->spec({""}));
  EXPECT_EQ(start->reports.back().error, ENOENT);
}

TEST_F(RuntimeStart, EmptyArgumentsArrive) {
  plan::ContainerSpec spec = lab_->spec({"sh", "-c", "echo $#-$1-$2", "sh", "", "b"});
  EXPECT_NE(lab_->run(spec)->log().find("2--b"), std::string::npos);
}

TEST_F(RuntimeStart, MemoryLimitKills) {
  if (!lab_->host().has_controller("memory")) GTEST_SKIP() << "no memory cgroup here";
  plan::ContainerSpec spec = lab_->spec({"dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1"});
  spec.limits.memory_bytes = 16 << 20;
  auto start = lab_->run(spec);
  EXPECT_EQ(start->exit_code(), 137);
  EXPECT_GE(start->reports.back().operation, 1) << "the count of OOM kills";
}

TEST_F(RuntimeStart, HeldMeansHeld) {
  for (const char* gate : {"isolate.descriptors", "isolate.user", "run.exec"}) {
    auto start = lab_->prepare(lab_->spec({"true"}));
    start->hold_at(gate);
    lab_->start(*start);
    auto held = start->until(Report::at_gate);
    ASSERT_TRUE(held) << gate;
    EXPECT_EQ(held->operation, static_cast<int>(start->operation(gate)));
    EXPECT_GT(start->pid, 0);
    char target[64] = {};
    std::string link = "/proc/" + std::to_string(start->pid) + "/ns/pid";
    ASSERT_GT(::readlink(link.c_str(), target, sizeof target - 1), 0);
    char own[64] = {};
    ASSERT_GT(::readlink("/proc/self/ns/pid", own, sizeof own - 1), 0);
    EXPECT_STRNE(target, own);
    // The overlay stands where the plan says so, and not before.
    bool mounted =
        os::read_file("/proc/" + std::to_string(start->pid) + "/mountinfo").find("overlay") != std::string::npos;
    EXPECT_EQ(mounted, std::string(gate) != "isolate.descriptors") << gate;
    EXPECT_FALSE(start->link->receive(*std::make_unique<std::vector<UniqueFd>>(), std::chrono::milliseconds(50)))
        << "it went on by itself";
    start->link->release(held->operation, held->report);
    ASSERT_TRUE(start->until(Report::exited)) << gate;
    EXPECT_EQ(start->exit_code(), 0);
  }
}

TEST_F(RuntimeStart, ASmallStackAndFewDescriptorsAreEnough) {
  for (const auto& [resource, small] : {std::pair(RLIMIT_STACK, 256 * 1024), std::pair(RLIMIT_NOFILE, 32)}) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(resource, &before), 0);
    const rlimit little{static_cast<rlim_t>(small), before.rlim_max};
    lab_.reset();
    ASSERT_EQ(::setrlimit(resource, &little), 0);
    lab_ = std::make_unique<StartLab>();
    ASSERT_EQ(::setrlimit(resource, &before), 0);
    before_ = support::count_leftovers(lab_->host());
    auto start = lab_->run(lab_->spec({"true"}));
    ASSERT_FALSE(start->reports.empty());
    EXPECT_EQ(start->exit_code(), 0) << start->reports.back().text << " " << start->reports.back().error;
  }
}

TEST_F(RuntimeStart, AStartForWhichNoMonitorCanBeMadeIsToldWhy) {
  const pid_t launcher = lab_->launcher().pid();
  EXPECT_EQ(lab_->run(lab_->spec({"true"}))->exit_code(), 0);
  rlimit before{};
  ASSERT_EQ(::prlimit(launcher, RLIMIT_NOFILE, nullptr, &before), 0);
  const rlimit few{7, before.rlim_max};  // 0 to 3, a pipe, and too little for what a monitor wants
  ASSERT_EQ(::prlimit(launcher, RLIMIT_NOFILE, &few, nullptr), 0);
  const std::string thread = std::to_string(launcher);
  const std::string spares = os::read_file("/proc/" + thread + "/task/" + thread + "/children");
  for (const std::string& spare : split(trim(spares), ' ')) {
    UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, std::stoi(spare), 0)));
    ::kill(std::stoi(spare), SIGKILL);
    pollfd end{process.get(), POLLIN, 0};
    EXPECT_TRUE(!process || ::poll(&end, 1, 5000) == 1);  // until then it might take the next start with it
  }
  for (int i = 0; i < 2; ++i) {
    auto start = lab_->run(lab_->spec({"true"}));
    ASSERT_FALSE(start->reports.empty()) << i;
    EXPECT_EQ(start->reports.back().report, Report::failed);
    EXPECT_EQ(start->reports.back().operation, -1);
    EXPECT_EQ(start->reports.back().error, EMFILE);
    EXPECT_TRUE(start->state().monitor.head.load() == 0);
  }
  ASSERT_EQ(::prlimit(launcher, RLIMIT_NOFILE, &before, nullptr), 0);
  // A spare monitor that was made just before has the limit still.
  EXPECT_TRUE(testing::comes_true([&] { return lab_->run(lab_->spec({"true"}))->exit_code() == 0; }))
      << "it is the same launcher, and goes on";
  EXPECT_EQ(lab_->launcher().pid(), launcher);
}

TEST_F(RuntimeStart, EveryOperationCanFailAndLeavesNothing) {
  auto sample = lab_->prepare(lab_->spec({"true"}));
  plan::View view = sample->view();
  for (std::uint32_t i = 0; i < view.header().first_teardown; ++i) {
    std::string name = view.text(view.operation(i).name);
    if ((view.operation(i).flags & plan::may_fail) != 0) continue;
    plan::PlanOptions options;
    options.injected[name] = EIO;
    auto start = lab_->run(lab_->spec({"true"}), options);
    ASSERT_FALSE(start->reports.empty()) << name;
    EXPECT_EQ(start->reports.back().report, Report::failed) << name;
    EXPECT_EQ(start->reports.back().error, EIO) << name;
    EXPECT_EQ(start->reports.back().operation, static_cast<int>(i)) << name;
    EXPECT_NE(os::read_file(start->folder / "status").find("failed "), std::string::npos) << name;
  }
}

TEST_F(RuntimeStart, CancelUndoesAHeldStart) {
  for (const char* gate : {"isolate.limits", "isolate.clone", "isolate.pivot", "run.exec"}) {
    auto start = lab_->prepare(lab_->spec({"true"}));
    try {
      start->hold_at(gate);
    } catch (const std::runtime_error&) {
      continue;  // no limits, no such operation
    }
    lab_->start(*start);
    ASSERT_TRUE(start->until(Report::at_gate)) << gate;
    start->link->cancel();
    auto failed = start->until(Report::failed);
    ASSERT_TRUE(failed) << gate;
    EXPECT_EQ(failed->error, ECANCELED) << gate;
  }
}

// The child's parent, as the kernel tells it.
pid_t parent_of(pid_t pid) {
  for (auto& line : split(os::read_file("/proc/" + std::to_string(pid) + "/status"), '\n')) {
    if (starts_with(line, "PPid:")) return std::stoi(line.substr(5));
  }
  return 0;
}

bool ends(const UniqueFd& pidfd) {
  for (int i = 0; i < 500; ++i) {
    if (::syscall(SYS_pidfd_send_signal, pidfd.get(), 0, nullptr, 0) != 0 && errno == ESRCH) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

void undo_as_the_daemon_does(const LabStart& start) {
  plan::View view = start.view();
  for (std::uint32_t i = view.header().first_teardown; i < view.count(); ++i) {
    if (view.operation(i).code != plan::Code::remove_cgroups) continue;
    for (const char* folder = view.text(view.operation(i).text[0]); *folder; folder = plan::next_in_list(folder)) {
      for (int tries = 0; tries < 200 && ::rmdir(folder) != 0 && errno == EBUSY; ++tries) ::usleep(5000);
    }
  }
}

TEST_F(RuntimeStart, AMonitorsDeathEndsAHeldChild) {
  for (const char* gate : {"isolate.descriptors", "isolate.pivot", "isolate.capabilities", "run.exec"}) {
    auto start = lab_->prepare(lab_->spec({"true"}));
    start->hold_at(gate);
    lab_->start(*start);
    ASSERT_TRUE(start->until(Report::at_gate)) << gate;
    ASSERT_EQ(::kill(parent_of(start->pid), SIGKILL), 0);
    EXPECT_TRUE(ends(start->pidfd)) << gate;
    undo_as_the_daemon_does(*start);
  }
}

// Stopped it reads no end of file: the signal alone can end it, which the change of ids had taken back.
TEST_F(RuntimeStart, AMonitorsDeathEndsAStoppedChildOfAnotherUser) {
  plan::ContainerSpec spec = lab_->spec({"true"});
  spec.user = "405";
  auto start = lab_->prepare(spec);
  start->hold_at("isolate.capabilities");
  lab_->start(*start);
  ASSERT_TRUE(start->until(Report::at_gate));
  ASSERT_EQ(::kill(start->pid, SIGSTOP), 0);
  ASSERT_EQ(::kill(parent_of(start->pid), SIGKILL), 0);
  EXPECT_TRUE(ends(start->pidfd));
  undo_as_the_daemon_does(*start);
}

TEST_F(RuntimeStart, ANewDaemonAdoptsAHeldStart) {
  auto start = lab_->prepare(lab_->spec({"sh", "-c", "echo adopted"}));
  start->hold_at("run.exec");
  lab_->start(*start);
  ASSERT_TRUE(start->until(Report::at_gate));
  start->link.reset();  // the daemon is gone
  auto link = runtime::MonitorLink::connect(start->folder);
  ASSERT_TRUE(link);
  start->link = std::move(link);
  auto hello = start->next();
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->report, Report::hello);
  EXPECT_EQ(hello->pid, start->pid);
  auto held = start->next();
  ASSERT_TRUE(held);
  EXPECT_EQ(held->report, Report::at_gate);
  start->link->release(held->operation, held->report);
  ASSERT_TRUE(start->until(Report::exited));
  EXPECT_NE(start->log().find("adopted"), std::string::npos);
}

TEST_F(RuntimeStart, AContainerOutlivesTheDaemonAndTheLauncher) {
  auto start = lab_->prepare(lab_->spec({"sh", "-c", "sleep 0.5; echo late; exit 4"}));
  lab_->start(*start);
  ASSERT_TRUE(start->until(Report::executed));
  start->link.reset();
  ASSERT_EQ(::kill(lab_->launcher().pid(), SIGKILL), 0);
  ASSERT_TRUE(ends(start->pidfd));
  for (int i = 0; i < 200 && os::read_file(start->folder / "status").find("exited") == std::string::npos; ++i) {
    ::usleep(10000);
  }
  EXPECT_NE(os::read_file(start->folder / "status").find("exited 1024 0 "), std::string::npos);
  EXPECT_NE(start->log().find("late"), std::string::npos);
  EXPECT_EQ(lab_->run(lab_->spec({"true"}))->exit_code(), 0) << "a new launcher takes over";
}

}  // namespace
}  // namespace glassdock
