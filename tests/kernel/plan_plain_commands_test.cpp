// A student who types a plan's plain commands one after the other gets the container that the engine starts.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "engine/base/text.h"
#include "engine/os/disks.h"
#include "tests/support/container_facts.h"
#include "tests/support/program.h"
#include "tests/support/start_lab.h"

namespace glassdock {
namespace {

using support::StartLab;

// What a log kept of standard output and standard error.
std::string output_of(const std::string& log) {
  std::string output;
  for (const std::string& line : split(log, '\n')) {
    if (!line.empty()) output += nlohmann::json::parse(line).at("log").get<std::string>();
  }
  return output;
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
    plan::ContainerSpec spec = lab_->spec({"sh", "-c", support::look_around, "it's", ""});
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
    std::string typed = "exec 7< /dev/null 8> /dev/null\n";  // as a terminal may hand on
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
    support::Facts hand = support::facts_of(typed.out, by_hand.id);
    support::Facts engine = support::facts_of(output_of(start->log()), by_engine.id);
    ASSERT_FALSE(engine.empty()) << output_of(start->log());
    EXPECT_EQ(support::difference(hand, engine), "") << "by hand, and by the engine";
    EXPECT_EQ(support::shared_namespaces(hand), support::Facts{"user"});
    EXPECT_EQ(support::shared_namespaces(engine), support::Facts{"user"});
    for (int i = 0; i < 300 && !(support::count_leftovers(lab_->host()) == before); ++i) ::usleep(10000);
    EXPECT_EQ(support::describe(before), support::describe(support::count_leftovers(lab_->host())));
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
    struct stat disk {};
    const std::string path = os::disk_below(lab_->data());
    if (!lab_->host().limits_io() || ::stat(path.c_str(), &disk) != 0) return;
    for (const plan::ThrottleNames& names : plan::throttle_names) {
      spec.limits.throttles.push_back({names.kind, path, 64 << 20, major(disk.st_rdev), minor(disk.st_rdev)});
    }
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

// script(1) shows a prompt before each line that it is given, so no facts are compared.
TEST_F(PlanPlainCommands, OpenTheTerminal) {
  if (::access("/usr/bin/script", X_OK) != 0) GTEST_SKIP() << "no script(1) here (package bsdutils)";
  plan::ContainerSpec spec = make_spec();
  spec.terminal = {31, 97};
  spec.arguments = {"sh", "-c",
                    "tty; ls -l /proc/self/fd/0 /dev/pts/; stty size; grep -c ' /dev/console ' /proc/self/mountinfo"};
  testing::Outcome typed = type(*lab_->prepare(spec));
  for (const char* said : {"/dev/pts/0\r\nl", "/proc/self/fd/0 -> /dev/pts/0\r\n", "\n31 97\r\n", "\n1\r\n"}) {
    EXPECT_NE(typed.out.find(said), std::string::npos) << said << typed.out;
  }
  EXPECT_EQ(typed.err, "");
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
