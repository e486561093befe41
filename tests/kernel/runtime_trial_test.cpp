// Trials: starts with one wall missing, or in the learner's order. What can be seen from inside, what the kernel
// answers, and that nothing of the machine's can be changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "engine/base/text.h"
#include "tests/kernel/runtime_start.h"
#include "tests/support/comes_true.h"
#include "tests/support/in_namespace.h"
#include "tests/support/places.h"
#include "tests/support/start_lab.h"

namespace fs = std::filesystem;

namespace glassdock {
namespace {

using glassdock::testing::comes_true;
using runtime::Report;
using support::LabStart;
using ::testing::HasSubstr;
using ::testing::Not;

// The user that a container's root is on the machine; the monitor has given it this folder.
uid_t root_of(const LabStart& start) {
  struct stat folder {};
  EXPECT_EQ(::stat((start.folder / "upper").c_str(), &folder), 0);
  return folder.st_uid;
}

std::vector<std::string> processes_of(const plan::TrialIds& ids, uid_t root) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string status = os::try_read_file(entry.path() / "status").value_or("");
    const auto line = status.find("\nUid:\t");
    if (line == std::string::npos) continue;
    const auto user = static_cast<uid_t>(std::atoll(status.c_str() + line + 6));
    if (user >= root && user - root < ids.count) found.push_back(entry.path().filename());
  }
  return found;
}

// Objects of the machine's IPC namespace that the user has made, a line each (sysvipc(7)).
std::vector<std::string> ipc_objects_of(uid_t root) {
  std::vector<std::string> found;
  for (const char* kind : {"shm", "sem", "msg"}) {
    const auto lines = split(os::read_file(fs::path("/proc/sysvipc") / kind), '\n');
    const auto titles = split_words(lines.at(0));
    const auto column = static_cast<std::size_t>(std::find(titles.begin(), titles.end(), "cuid") - titles.begin());
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const auto words = split_words(lines[i]);
      if (column < words.size() && words[column] == std::to_string(root)) found.push_back(kind + (": " + lines[i]));
    }
  }
  return found;
}

// "isolate.pivot: EINVAL", as an operation's name and its errno; empty where nothing failed.
std::string failure(const LabStart& start) {
  if (start.reports.empty() || start.reports.back().report != Report::failed) return {};
  const runtime::ReportMessage& last = start.reports.back();
  const plan::View plan = start.view();
  return std::string(plan.text(plan.operation(static_cast<std::uint32_t>(last.operation)).name)) + ": " +
         ::strerrorname_np(last.error) + " " + last.text;
}

class RuntimeTrial : public RuntimeStart {
 protected:
  // By its users: a process that a trial has left behind has no file of the engine open, and no folder of it.
  void TearDown() override {
    if (lab_) {
      for (const uid_t root : roots_) {
        EXPECT_TRUE(comes_true([&] { return processes_of(lab_->host().trial_ids, root).empty(); })) << root;
        EXPECT_THAT(ipc_objects_of(root), ::testing::IsEmpty());
      }
    }
    RuntimeStart::TearDown();
  }
  std::unique_ptr<LabStart> run(plan::Trial trial, const std::string& script, const plan::Limits& limits = {}) {
    plan::ContainerSpec spec = lab_->spec({"sh", "-c", script});
    spec.trial = std::move(trial);
    spec.limits = limits;
    auto start = lab_->run(spec);
    roots_.push_back(root_of(*start));
    return start;
  }
  // One that runs until its test has what it wants.
  std::unique_ptr<LabStart> living(const std::string& wall) {
    plan::ContainerSpec spec = lab_->spec({"sleep", "600"});
    spec.trial = {.left_out = wall};
    auto start = lab_->prepare(spec);
    lab_->start(*start);
    EXPECT_TRUE(start->until(Report::executed)) << failure(*start);
    roots_.push_back(root_of(*start));
    return start;
  }
  static void end(LabStart& start) {
    start.link->signal(SIGKILL);
    EXPECT_TRUE(start.until(Report::exited));
  }
  std::string without(const std::string& wall, const std::string& script) {
    auto start = run({.left_out = wall}, script);
    EXPECT_EQ(start->reports.empty() ? Report::hello : start->reports.back().report, Report::exited)
        << wall << ": " << failure(*start);
    return start->log();
  }
  std::string in_order(std::vector<std::string> order, const std::string& script = "true") {
    return failure(*run({.order = std::move(order)}, script));
  }

  std::vector<uid_t> roots_;  // of all trials of the test
};

TEST_F(RuntimeTrial, RootInsideIsNobodyOutside) {
  plan::ContainerSpec spec = lab_->spec({"sh", "-c", "id -u; cat /proc/self/uid_map; echo x > /tmp/x"});
  spec.trial = {.left_out = "isolate.hostname"};
  auto start = lab_->prepare(spec);
  start->hold_at("run.exec");
  lab_->start(*start);
  const auto held = start->until(Report::at_gate);
  ASSERT_TRUE(held) << failure(*start);
  const std::string user = std::to_string(root_of(*start));
  const std::string status = os::read_file("/proc/" + std::to_string(start->pid) + "/status");
  EXPECT_THAT(status, HasSubstr("Uid:\t" + user + "\t" + user));
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1"));
  start->link->release(held->operation, held->report);
  EXPECT_TRUE(start->until(Report::exited));
  EXPECT_THAT(start->log(), HasSubstr("\"log\":\"0\\n\""));
  EXPECT_THAT(start->log(), HasSubstr(user));
}

TEST_F(RuntimeTrial, WithoutAPidNamespaceTheHostsProcessesAreSeenAndStay) {
  if (lab_->host().cgroups == plan::CgroupLayout::none) GTEST_SKIP() << "no cgroups to make here";
  const std::string self = std::to_string(::getpid());
  const std::string log =
      without("namespace.pid", "cat /proc/" + self + "/comm; kill -9 " + self + "; sleep 600 & echo on");
  EXPECT_THAT(log, HasSubstr("\"log\":\"kernel_runtime\\n\""));
  EXPECT_THAT(log, HasSubstr("not permitted"));
  EXPECT_THAT(log, HasSubstr("\"log\":\"on\\n\""));  // what it left behind is gone: the fixture counts
}

TEST_F(RuntimeTrial, WithoutAPidNamespaceNoOtherTrialCanBeEnded) {
  if (lab_->host().cgroups == plan::CgroupLayout::none) GTEST_SKIP() << "no cgroups to make here";
  auto other = living("namespace.uts");
  EXPECT_THAT(without("namespace.pid", "kill -9 -1; echo on"), HasSubstr("\"log\":\"on\\n\""));
  pollfd ended{other->pidfd.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 0), 0);
  EXPECT_NE(roots_[0], roots_[1]);
  end(*other);
}

// Whose parent has ended before them is a child of the monitor, and counts as a process until that has taken its end.
TEST_F(RuntimeTrial, WithoutAPidNamespaceTheEndsOfOrphansAreTaken) {
  if (!lab_->host().has_controller("pids")) GTEST_SKIP() << "no cgroup here that counts processes";
  const std::string log =
      without("namespace.pid", "i=0; while [ $i -lt 300 ]; do (true &); i=$((i+1)); done; sh -c 'echo on'");
  EXPECT_THAT(log, HasSubstr("\"log\":\"on\\n\""));
}

// Each lives for a moment, and has made the next by then.
TEST_F(RuntimeTrial, WithoutAPidNamespaceAChainOfForksEndsWithIt) {
  if (lab_->host().cgroups == plan::CgroupLayout::none) GTEST_SKIP() << "no cgroups to make here";
  const std::string log = without(
      "namespace.pid", "export n=20000 c='[ $n = 0 ] || { n=$((n-1)); sh -c \"$c\" & }'; sh -c \"$c\"; echo on");
  EXPECT_THAT(log, HasSubstr("\"log\":\"on\\n\""));
}

TEST_F(RuntimeTrial, ItsIdsAreItsOwnWhileItLivesAndAgainWhenItIsStartedAgain) {
  plan::ContainerSpec spec = lab_->spec({"sh", "-c", "head -c 40000 /dev/zero; echo; echo x >> /x; wc -l < /x"});
  spec.trial = {.left_out = "namespace.uts"};
  const auto first = lab_->prepare(spec);
  first->hold_at("run.exec");
  lab_->start(*first);
  const auto held = first->until(Report::at_gate);
  ASSERT_TRUE(held) << failure(*first);
  int client[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, client), 0);
  const UniqueFd silent(client[0]);
  const int little = 4096;
  ASSERT_EQ(::setsockopt(client[1], SOL_SOCKET, SO_SNDBUF, &little, sizeof little), 0);
  first->link->attach(client[1], runtime::attach_stdout, {});
  ::close(client[1]);
  first->link->release(held->operation, held->report);
  ASSERT_TRUE(first->until(Report::exited));  // the monitor stays until the client has read all
  const uid_t root = root_of(*first);
  const auto second = lab_->run(spec);
  EXPECT_EQ(root_of(*second), root);
  EXPECT_THAT(second->log(), HasSubstr("\"log\":\"2\\n\"")) << failure(*second);
  // Somebody else has got them since.
  auto other = living("namespace.uts");
  ASSERT_EQ(::chown((first->folder / "rootfs").c_str(), root_of(*other), root_of(*other)), 0);
  EXPECT_EQ(failure(*lab_->run(spec)), "isolate.clone: EBUSY the trial's ids");
  end(*other);
}

// As an ordinary user's engine stands, whose other containers have the ids up to 65519: one of them is the trial's.
TEST(RuntimeTrialOfAnOrdinaryUser, HasAnIdThatNoContainerHas) {
  const std::string failed = tests::run_in(tests::World::mapped_ids, [] {
    if (const std::string why = support::StartLab::missing(); !why.empty()) throw std::runtime_error("SKIP: " + why);
    support::StartLab lab;
    plan::ContainerSpec spec = lab.spec({"sh", "-c", "id -u; echo x > /x; cat /proc/self/uid_map"});
    spec.trial = {.left_out = "namespace.uts"};
    const auto start = lab.run(spec);
    if (start->exit_code() != 0) throw std::runtime_error("it does not run: " + failure(*start) + start->log());
    const auto words = split_words(start->log().substr(start->log().rfind("{\"log\":\"")));
    const auto outside = parse_number(words.at(2)).value_or(0);  // behind {"log":" and 0
    if (outside < 65520 || outside > 65533) throw std::runtime_error("an id of others: " + start->log());
    if (root_of(*start) != outside) throw std::runtime_error("its files are another's: " + start->log());
  });
  if (failed.rfind("SKIP: ", 0) == 0) GTEST_SKIP() << failed;
  EXPECT_EQ(failed, "");
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

// What it made would stay: nobody takes away objects of a namespace that does not end.
TEST_F(RuntimeTrial, WithoutAnIpcNamespaceNothingIsMadeInTheHosts) {
  fs::copy_file(build_path("tests/kernel/kernel_ipc_program"), lab_->data() / "layers/1/bin/ipc-program");
  const char* calls[] = {"shmget", "shmget-private", "semget", "semget-private", "msgget", "msgget-private", "mq_open"};
  const std::string made = without("namespace.uts", "ipc-program");
  const std::string refused = without("namespace.ipc", "ipc-program");
  for (const char* call : calls) {
    EXPECT_THAT(made, HasSubstr(std::string(call) + " made"));
    EXPECT_THAT(refused, HasSubstr(std::string(call) + " EPERM"));
  }
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
    spec.trial = {.layers = std::move(layers)};
    spec.lower.clear();
    for (const std::uint64_t layer : plan::order_layers({1, 2, 3}, *spec.trial)) {
      spec.lower.insert(spec.lower.begin(), "layers/" + std::to_string(layer));
    }
    auto start = lab_->run(spec);
    return failure(*start) + start->log();
  };
  EXPECT_THAT(note({1, 2, 3}), HasSubstr("third"));
  EXPECT_THAT(note({1, 3, 2}), HasSubstr("second"));
  EXPECT_THAT(note({3, 2, 1}), HasSubstr("second"));
}

}  // namespace
}  // namespace glassdock
