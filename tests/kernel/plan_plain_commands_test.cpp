// A student who types a plan's plain commands one after the other gets the container that the engine starts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>

#include "engine/base/text.h"
#include "tests/support/program.h"
#include "tests/support/start_lab.h"

namespace glassdock {
namespace {

using support::StartLab;

// What a container sees of itself: each line begins with what it is about.
constexpr char look_around[] = R"sh(
for one in pid mnt net uts ipc cgroup user; do echo "namespace $one $(readlink /proc/self/ns/$one)"; done
while read line; do echo "mount $line"; done < /proc/self/mountinfo
grep -E '^(Cap|Groups|Uid|Gid|NoNewPrivs|Seccomp:)' /proc/$$/status | while read line; do echo "status $line"; done
echo "hostname $(hostname)"
echo "folder $(pwd)"
echo "umask $(umask)"
echo "process $$"
env | while read line; do echo "environment $line"; done
while read line; do echo "cgroup $line"; done < /proc/self/cgroup
for file in memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us pids/pids.max devices/devices.list \
    memory.max cpu.max pids.max; do
  if [ -e /sys/fs/cgroup/$file ]; then
    while read line; do echo "limit $file $line"; done < /sys/fs/cgroup/$file
  fi
done
for name in eth0 lo; do grep -q $name: /proc/net/dev && echo "interface $name"; done
while read address rest; do echo "address $address"; done < /proc/net/if_inet6
for file in ip_unprivileged_port_start ping_group_range; do echo "sysctl $file $(cat /proc/sys/net/ipv4/$file)"; done
stat -c 'file %n %a %u:%g %t,%T %F' /dev/* /etc/hosts /etc/hostname /etc/resolv.conf /volume/* /run/two\ words 2>&1
for path in /dev/fd /dev/ptmx /dev/stdin; do echo "link $path $(readlink $path)"; done
touch /volume/touched /here 2>&1 | while read line; do echo "write $line"; done
echo "end of the container's words"
)sh";

// What a log kept of standard output and standard error.
std::string output_of(const std::string& log) {
  std::string output;
  for (const std::string& line : split(log, '\n')) {
    if (!line.empty()) output += nlohmann::json::parse(line).at("log").get<std::string>();
  }
  return output;
}

using Facts = std::vector<std::string>;

Facts facts_of(const std::string& output, const std::string& id) {
  Facts facts;
  // Typed by hand, the teardown's words follow.
  for (std::string line : split(output.substr(0, output.find("end of the container's words")), '\n')) {
    for (auto at = line.find(id); at != std::string::npos; at = line.find(id)) line.replace(at, id.size(), "ID");
    // proc_pid_mountinfo(5): the first three fields are numbers of the kernel's own.
    line = std::regex_replace(line, std::regex("^mount \\d+ \\d+ \\d+:\\d+ "), "mount ");
    if (!line.empty()) facts.push_back(line);
  }
  std::sort(facts.begin(), facts.end());
  return facts;
}

Facts without_namespaces(const Facts& all) {
  Facts facts;
  for (const std::string& fact : all) {
    if (!starts_with(fact, "namespace ")) facts.push_back(fact);
  }
  return facts;
}

// What differs by nature, made equal; the plan's remarks or plan.h say each.
std::string even_out(std::string fact) {
  // "isolate.seccomp": no command loads a filter.
  if (fact == "status Seccomp:\t2") fact = "status Seccomp:\t0";
  // mount(8) before util-linux 2.39 makes a file system read-only together with its mount; the engine only the mount.
  static const std::regex whole("^(mount .* ro[,a-z]* - (?:sysfs|cgroup2?|tmpfs) \\S+ )ro");
  return std::regex_replace(fact, whole, "$1rw");
}

Facts evened(Facts facts) {
  for (std::string& fact : facts) fact = even_out(fact);
  std::sort(facts.begin(), facts.end());
  return facts;
}

// Those of the first that the second has not.
Facts lacking(const Facts& first, const Facts& second) {
  Facts facts;
  std::set_difference(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(facts));
  return facts;
}

class PlanPlainCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::string why = StartLab::missing(); !why.empty()) GTEST_SKIP() << why;
    for (const char* program : {"/usr/bin/unshare", "/usr/bin/setpriv", "/bin/bash", "/bin/ip"}) {
      if (::access(program, X_OK) != 0) GTEST_SKIP() << "no " << program << " here";
    }
    lab_ = std::make_unique<StartLab>();
    os::make_folders(lab_->data() / "volume", 0755);
    std::ofstream(lab_->data() / "volume/a file") << "x";
  }

  // The same container as the engine's, with folders and an id of its own.
  plan::ContainerSpec make_spec() {
    plan::ContainerSpec spec = lab_->spec({"sh", "-c", look_around, "it's", ""});
    spec.hostname = "glass";
    std::filesystem::path folder = lab_->data() / "containers" / spec.id;
    os::make_folders(folder, 0755);
    auto write = [&](const char* name, const char* text) {
      std::ofstream(folder / name) << text;
      return "containers/" + spec.id + "/" + name;
    };
    spec.hosts_file = write("hosts", "127.0.0.1 localhost\n");
    spec.hostname_file = write("hostname", "glass\n");
    spec.resolv_file = write("resolv.conf", "nameserver 127.0.0.1\n");
    return spec;
  }

  // The commands as --explain prints them, the teardown's included, typed into a shell.
  testing::Outcome type(const support::LabStart& start) {
    std::string typed;
    plan::View view = start.view();
    for (std::uint32_t i = 0; i < view.count(); ++i) {
      const char* command = view.text(view.operation(i).plain_command);
      EXPECT_TRUE(*command || *view.text(view.operation(i).remark))
          << view.text(view.operation(i).name) << " has neither a command nor a word why not";
      if (*command) typed += std::string(command) + "\n";
    }
    // A namespace of its own, so that nothing reaches the machine where a command is wrong.
    return testing::run({"/usr/bin/unshare", "--mount", "--propagation", "private", "bash"}, typed);
  }

  // Both ways, compared.
  void expect_the_same(const std::function<void(plan::ContainerSpec&)>& change) {
    support::Leftovers before = support::count_leftovers(lab_->host());
    plan::ContainerSpec by_hand = make_spec(), by_engine = make_spec();
    change(by_hand);
    change(by_engine);
    testing::Outcome typed = type(*lab_->prepare(by_hand));
    EXPECT_EQ(typed.err, "");
    EXPECT_EQ(typed.code, 0);
    auto start = lab_->run(by_engine);
    EXPECT_EQ(start->exit_code(), 0);
    Facts hand = facts_of(typed.out, by_hand.id), engine = facts_of(output_of(start->log()), by_engine.id);
    ASSERT_NE(output_of(start->log()).find("end of the container's words"), std::string::npos);
    Facts seen_by_hand = evened(without_namespaces(hand)), seen = evened(without_namespaces(engine));
    EXPECT_THAT(lacking(seen_by_hand, seen), ::testing::IsEmpty()) << "by hand only";
    EXPECT_THAT(lacking(seen, seen_by_hand), ::testing::IsEmpty()) << "by the engine only";
    expect_new_namespaces(hand);
    expect_new_namespaces(engine);
    for (int i = 0; i < 300 && !(support::count_leftovers(lab_->host()) == before); ++i) ::usleep(10000);
    EXPECT_EQ(support::describe(before), support::describe(support::count_leftovers(lab_->host())));
  }

  void expect_new_namespaces(const Facts& facts) {
    for (const char* name : {"pid", "mnt", "net", "uts", "ipc", "cgroup", "user"}) {
      std::string own = std::filesystem::read_symlink(std::string("/proc/self/ns/") + name).string();
      std::string beginning = std::string("namespace ") + name + " ";
      auto found = std::find_if(facts.begin(), facts.end(),
                                [&](const std::string& fact) { return starts_with(fact, beginning); });
      ASSERT_NE(found, facts.end()) << name;
      EXPECT_EQ(*found == beginning + own, std::string(name) == "user") << *found;
    }
  }

  std::unique_ptr<StartLab> lab_;
};

TEST_F(PlanPlainCommands, StartThePlainContainer) {
  expect_the_same([](plan::ContainerSpec&) {});
}

TEST_F(PlanPlainCommands, SetTheLimits) {
  expect_the_same([&](plan::ContainerSpec& spec) {
    if (lab_->host().has_controller("memory")) spec.limits.memory_bytes = 64 << 20;
    if (lab_->host().has_controller("cpu")) spec.limits.nano_cpus = 500'000'000;
    if (lab_->host().has_controller("pids")) spec.limits.pids = 50;
  });
}

TEST_F(PlanPlainCommands, MountWhatTheUserWants) {
  expect_the_same([&](plan::ContainerSpec& spec) {
    spec.read_only = true;
    spec.working_folder = "/srv/deep/er";
    spec.environment.push_back("SAYS=it's $ID in $R, \"quoted\"");
    spec.environment.push_back("HOME=/elsewhere");
    spec.binds.push_back({(lab_->data() / "volume").string(), "/volume", true});
    spec.binds.push_back({(lab_->data() / "volume/a file").string(), "/run/two words", false});
    spec.tmpfs.push_back({"/tmp", "size=1m"});
    spec.tmpfs.push_back({"/srv/cache", "mode=700,exec"});
    spec.tmpfs.push_back({"/srv/new", ""});
  });
}

TEST_F(PlanPlainCommands, BecomeTheUser) {
  for (const char* user : {"guest", "405:18", "1234", "guest:0"}) {
    SCOPED_TRACE(user);
    expect_the_same([&](plan::ContainerSpec& spec) {
      spec.user = user;
      spec.groups = {"audio", "77"};
      spec.no_new_privileges = true;
    });
  }
}

}  // namespace
}  // namespace glassdock
