// Trials: starts with one wall missing, or in the learner's order. What can be seen from inside, what the kernel
// answers, and that nothing of the machine's can be changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "engine/base/text.h"
#include "tests/kernel/runtime_start.h"
#include "tests/support/start_lab.h"

namespace fs = std::filesystem;

namespace glassdock {
namespace {

using runtime::Report;
using support::LabStart;
using testing::HasSubstr;
using testing::Not;

class RuntimeTrial : public RuntimeStart {
 protected:
  std::unique_ptr<LabStart> run(plan::Trial trial, const std::string& script, const plan::Limits& limits = {}) {
    plan::ContainerSpec spec = lab_->spec({"sh", "-c", script});
    spec.trial = std::move(trial);
    spec.limits = limits;
    return lab_->run(spec);
  }
  std::string without(const std::string& wall, const std::string& script) {
    auto start = run({.left_out = wall}, script);
    EXPECT_EQ(start->reports.empty() ? Report::hello : start->reports.back().report, Report::exited)
        << wall << ": " << failure(*start);
    return start->log();
  }
  // "isolate.pivot: EINVAL", as an operation's name and its errno.
  std::string in_order(std::vector<std::string> order, const std::string& script = "true") {
    return failure(*run({.order = std::move(order)}, script));
  }
  static std::string failure(const LabStart& start) {
    if (start.reports.empty() || start.reports.back().report != Report::failed) return {};
    const runtime::ReportMessage& last = start.reports.back();
    const plan::View plan = start.view();
    return std::string(plan.text(plan.operation(static_cast<std::uint32_t>(last.operation)).name)) + ": " +
           ::strerrorname_np(last.error) + " " + last.text;
  }
};

TEST_F(RuntimeTrial, RootInsideIsNobodyOutside) {
  plan::ContainerSpec spec = lab_->spec({"sh", "-c", "id -u; cat /proc/self/uid_map; echo x > /tmp/x"});
  spec.trial = {.left_out = "isolate.hostname"};
  auto start = lab_->prepare(spec);
  start->hold_at("run.exec");
  lab_->start(*start);
  const auto held = start->until(Report::at_gate);
  ASSERT_TRUE(held) << failure(*start);
  const std::string user = std::to_string(lab_->host().trial_ids.first);
  const std::string status = os::read_file("/proc/" + std::to_string(start->pid) + "/status");
  EXPECT_THAT(status, HasSubstr("Uid:\t" + user + "\t" + user));
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1"));
  start->link->release(held->operation, held->report);
  EXPECT_TRUE(start->until(Report::exited));
  EXPECT_THAT(start->log(), HasSubstr("\"log\":\"0\\n\""));
  EXPECT_THAT(start->log(), HasSubstr(user));
}

TEST_F(RuntimeTrial, WithoutAPidNamespaceTheHostsProcessesAreSeenAndStay) {
  const std::string self = std::to_string(::getpid());
  const std::string log =
      without("namespace.pid", "cat /proc/" + self + "/comm; kill -9 " + self + "; sleep 600 & echo on");
  EXPECT_THAT(log, HasSubstr("\"log\":\"kernel_runtime\\n\""));
  EXPECT_THAT(log, HasSubstr("not permitted"));
  EXPECT_THAT(log, HasSubstr("\"log\":\"on\\n\""));  // what it left behind is gone: the fixture counts
}

TEST_F(RuntimeTrial, WithoutAUtsNamespaceTheHostsNameIsSeenAndStays) {
  char name[256];
  ASSERT_EQ(::gethostname(name, sizeof name), 0);
  const std::string log = without("namespace.uts", "hostname; hostname other");
  EXPECT_THAT(log, HasSubstr(std::string("\"log\":\"") + name + "\\n\""));
  EXPECT_THAT(log, HasSubstr("not permitted"));
  char after[256];
  ASSERT_EQ(::gethostname(after, sizeof after), 0);
  EXPECT_STREQ(after, name);
}

TEST_F(RuntimeTrial, WithoutANetworkNamespaceTheHostsInterfacesAreSeen) {
  const auto count = [](const std::string& devices) { return std::count(devices.begin(), devices.end(), ':'); };
  const std::string inside = without("namespace.network", "echo is $(grep -c : /proc/net/dev)");
  EXPECT_THAT(inside, HasSubstr("is " + std::to_string(count(os::read_file("/proc/self/net/dev"))) + "\\n"));
}

TEST_F(RuntimeTrial, WithoutAnIpcNamespaceItIsTheHosts) {
  const std::string own = fs::read_symlink("/proc/self/ns/ipc").string();
  EXPECT_THAT(without("namespace.ipc", "readlink /proc/self/ns/ipc"), HasSubstr(own));
}

TEST_F(RuntimeTrial, WithoutPivotRootTheHostsFilesAreSeenAndCannotBeChanged) {
  const fs::path open = lab_->data().parent_path() / "glassdock-trial-open";
  os::make_folders(open, 0777);
  ::chmod(open.c_str(), 0777);  // anybody may write here
  std::ofstream(open / "seen") << "the host's\n";
  const std::string log = without("isolate.pivot", "cat " + open.string() + "/seen; touch " + open.string() +
                                                       "/new; ls " + lab_->data().string() + "; set -- " +
                                                       lab_->data().string() + "/containers/*; echo $#");
  EXPECT_THAT(log, HasSubstr("the host's"));
  EXPECT_THAT(log, HasSubstr("ead-only file system"));
  EXPECT_FALSE(fs::exists(open / "new"));
  EXPECT_THAT(log, HasSubstr("\"log\":\"1\\n\""));  // of the engine's data folder its own parts alone
  fs::remove_all(open);
}

TEST_F(RuntimeTrial, WithoutMasksTheMachinesFilesAreSeenAndStayShut) {
  const std::string log = without("isolate.mask", "stat -c %F /proc/timer_list; head -c 1 /proc/timer_list");
  EXPECT_THAT(log, HasSubstr("regular"));
  EXPECT_THAT(log, HasSubstr("ermission denied"));
  EXPECT_THAT(without("isolate.hostname", "stat -c %F /proc/timer_list"), HasSubstr("character special file"));
}

TEST_F(RuntimeTrial, WithoutReadonlyPathsTheSettingsBelongToAnotherRootAllTheSame) {
  const char* script = "echo 1 > /proc/sys/kernel/panic";
  EXPECT_THAT(without("isolate.hostname", script), HasSubstr("ead-only file system"));
  EXPECT_THAT(without("isolate.readonly-paths", script), HasSubstr("ermission denied"));
}

TEST_F(RuntimeTrial, OfTheTwoCapabilityWallsTheFirstHoldsForRoot) {
  constexpr const char* docker = "CapEff:\\t00000000a80425fb";
  const char* script = "grep CapEff /proc/self/status";
  EXPECT_THAT(without("isolate.hostname", script), HasSubstr(docker));
  EXPECT_THAT(without("isolate.capabilities", script), HasSubstr(docker));  // execve takes them again, out of the set
  EXPECT_THAT(without("isolate.bounding", script), Not(HasSubstr(docker)));
}

TEST_F(RuntimeTrial, WithoutSeccompTheKernelAnswersMore) {
  EXPECT_THAT(without("isolate.seccomp", "grep Seccomp: /proc/self/status"), HasSubstr("Seccomp:\\t0"));
}

TEST_F(RuntimeTrial, WithoutItsLimitTheTrialHasTheEnginesOwn) {
  if (!lab_->host().has_controller("memory")) GTEST_SKIP() << "no cgroup with memory to make here";
  const plan::Limits limits{.memory_bytes = 8 << 20};
  const char* script = "dd if=/dev/zero of=/dev/null bs=32M count=1 && echo had it";
  auto kept = run({.left_out = "isolate.hostname"}, script, limits);
  EXPECT_THAT(kept->log(), Not(HasSubstr("had it")));
  auto missing = run({.left_out = "isolate.limits"}, script, limits);
  EXPECT_THAT(missing->log(), HasSubstr("had it"));
  auto much =
      run({.left_out = "isolate.limits"}, "dd if=/dev/zero of=/dev/null bs=600M count=1 && echo had it", limits);
  EXPECT_THAT(much->log(), Not(HasSubstr("had it")));
}

TEST_F(RuntimeTrial, WithoutACgroupNamespaceTheHostsTreeIsSeen) {
  if (lab_->host().cgroups == plan::CgroupLayout::none) GTEST_SKIP() << "no cgroups to make here";
  EXPECT_THAT(without("isolate.cgroup-namespace", "cat /proc/self/cgroup"), HasSubstr("/glassdock-"));
}

TEST_F(RuntimeTrial, EveryWallThatMayBeMissingCanBe) {
  for (const char* wall : {"isolate.device-rules", "isolate.hostname", "isolate.loopback", "isolate.sysctls",
                           "isolate.proc", "isolate.device-links", "isolate.devpts", "isolate.shm", "isolate.mqueue",
                           "isolate.sysfs", "namespace.cgroup"}) {
    EXPECT_THAT(without(wall, "echo runs"), HasSubstr("runs")) << wall;
  }
}

TEST_F(RuntimeTrial, TheKernelAnswersTheLearnersOrder) {
  // A root that nothing is mounted on is no place to pivot to (pivot_root(2)).
  EXPECT_EQ(in_order({"isolate.pivot", "snapshot.overlay"}), "isolate.pivot: EINVAL ");
  // Who has given up CAP_SYS_ADMIN mounts nothing any more.
  EXPECT_EQ(in_order({"isolate.capabilities", "isolate.proc"}), "isolate.dev: EPERM /dev");
  // Behind pivot_root the machine's /proc is out of sight, and in a user namespace the kernel gives no new one then.
  EXPECT_EQ(in_order({"isolate.user", "isolate.proc"}), "isolate.proc: EPERM /proc");
  // The machine's devices are out of sight as well.
  EXPECT_EQ(in_order({"isolate.pivot", "isolate.proc"}), "isolate.devices: ENOENT /dev/null");
  // The image's /dev is not the trial's to make a file in.
  EXPECT_EQ(in_order({"isolate.devices", "isolate.dev"}), "isolate.devices: EACCES /dev/null");
  // The filter lets mount(2) through for CAP_SYS_ADMIN alone, which docker's containers do not have.
  EXPECT_EQ(in_order({"isolate.seccomp", "isolate.proc"}), "isolate.dev: EPERM /dev");
}

TEST_F(RuntimeTrial, AnOrderThatNoCallRefusesShowsItselfInside) {
  auto hidden = run({.order = {"isolate.proc", "snapshot.overlay"}}, "ls /proc | wc -l; echo end");
  EXPECT_THAT(hidden->log(), HasSubstr("\"log\":\"0\\n\"")) << failure(*hidden);  // the overlay lies over it
  auto masked = run({.order = {"isolate.mask", "isolate.proc"}}, "stat -c %F /proc/timer_list");
  EXPECT_THAT(masked->log(), HasSubstr("regular")) << failure(*masked);
}

TEST_F(RuntimeTrial, LayersUpsideDownShowTheFileThatWasReplaced) {
  for (const auto& [layer, words] : {std::pair("layers/2", "second"), std::pair("layers/3", "third")}) {
    os::make_folders(lab_->data() / layer / "etc", 0755);
    std::ofstream(lab_->data() / layer / "etc/note") << words << "\n";
  }
  const auto note = [&](std::vector<std::size_t> layers) {
    plan::ContainerSpec spec = lab_->spec({"cat", "/etc/note"});
    spec.lower = {"layers/3", "layers/2", "layers/1"};
    spec.trial = {.layers = std::move(layers)};
    auto start = lab_->run(spec);
    return failure(*start) + start->log();
  };
  EXPECT_THAT(note({1, 2, 3}), HasSubstr("third"));
  EXPECT_THAT(note({1, 3, 2}), HasSubstr("second"));
  EXPECT_THAT(note({3, 2, 1}), HasSubstr("second"));
}

}  // namespace
}  // namespace glassdock
