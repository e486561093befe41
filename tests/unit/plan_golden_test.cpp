// Plans as text, compared with the files of tests/golden/plan. GLASSDOCK_UPDATE_GOLDEN=1 writes them anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/plan/evidence.h"
#include "tests/support/places.h"
#include "tests/support/plan_samples.h"

namespace glassdock::plan {
namespace {

// What changes between two texts, as lines that went and came.
std::string difference(const std::string& before, const std::string& after) {
  std::vector<std::string> old_lines = split(before, '\n'), new_lines = split(after, '\n');
  std::string text;
  // The longest common subsequence by the plain table: plans have some hundred lines.
  std::vector<std::vector<int>> common(old_lines.size() + 1, std::vector<int>(new_lines.size() + 1));
  for (std::size_t i = old_lines.size(); i-- > 0;) {
    for (std::size_t j = new_lines.size(); j-- > 0;) {
      common[i][j] =
          old_lines[i] == new_lines[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::size_t i = 0, j = 0;
  while (i < old_lines.size() || j < new_lines.size()) {
    if (i < old_lines.size() && j < new_lines.size() && old_lines[i] == new_lines[j]) {
      ++i, ++j;
    } else if (j == new_lines.size() || (i < old_lines.size() && common[i + 1][j] >= common[i][j + 1])) {
      text += "- " + old_lines[i++] + "\n";
    } else {
      text += "+ " + new_lines[j++] + "\n";
    }
  }
  return text;
}

void expect_golden(const std::string& name, const std::string& text) {
  std::filesystem::path path = std::filesystem::path(source_path("tests/golden/plan")) / (name + ".txt");
  if (std::getenv("GLASSDOCK_UPDATE_GOLDEN")) std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(difference(os::try_read_file(path).value_or(""), text), "")
      << name << ": where this is meant: GLASSDOCK_UPDATE_GOLDEN=1, and read the difference";
}

// Every operation has a name that the list of gates has, and either a command or a word why there is none.
void expect_told(const View& view) {
  std::vector<std::string> known = operation_names();
  auto last = known.begin();
  for (std::uint32_t i = 0; i < view.count(); ++i) {
    const Operation& operation = view.operation(i);
    std::string name = view.text(operation.name);
    auto dash = name.rfind('-');
    if (dash != std::string::npos && parse_number(name.substr(dash + 1))) name.resize(dash);
    auto found = std::find(known.begin(), known.end(), name);
    EXPECT_NE(found, known.end()) << name;
    // -v and --tmpfs stand in the order of their depth, and the seccomp filter comes last without privileges to gain.
    bool moves = starts_with(name, "isolate.volume") || starts_with(name, "isolate.tmpfs") ||
                 starts_with(name, "isolate.h") || name == "isolate.resolv" || name == "isolate.seccomp";
    if (!moves) {
      EXPECT_GE(found, last) << name << " comes earlier in operation_names()";
      last = found;
    }
    EXPECT_TRUE(*view.text(operation.plain_command) || *view.text(operation.remark)) << name;
    EXPECT_GT(operation.source_line, 0u) << name;
    EXPECT_TRUE(starts_with(view.text(operation.source_file), "engine/plan/")) << view.text(operation.source_file);
  }
}

void check_plan(const std::string& name, const ContainerSpec& spec, const Host& host, const PlanOptions& options = {}) {
  SCOPED_TRACE(name);
  std::string plan = compile(spec, host, samples::seccomp(), options);
  View view(plan.data(), plan.size());
  ASSERT_TRUE(view.valid());
  expect_told(view);
  expect_golden(name, samples::dump(view));
}

std::string dump_of(const ContainerSpec& spec, const Host& host, const PlanOptions& options = {}) {
  std::string plan = compile(spec, host, samples::seccomp(), options);
  View view(plan.data(), plan.size());
  EXPECT_TRUE(view.valid());
  expect_told(view);
  return samples::dump(view);
}

TEST(PlanGolden, TheDefaultContainerOnEachMachine) {
  check_plan("v1", samples::container(), samples::v1());
  check_plan("v2", samples::container(), samples::v2());
  check_plan("rootless", samples::container(), samples::rootless());
  check_plan("single-id", samples::container(), samples::single_id());
}

TEST(PlanGolden, TheTrialOnEachMachine) {
  ContainerSpec spec = samples::container();
  spec.limits.memory_bytes = 64 << 20;
  spec.trial = {.left_out = "isolate.pivot"};
  check_plan("trial-v1", spec, samples::v1());
  check_plan("trial-rootless", spec, samples::rootless());
}

TEST(PlanGolden, WhatEachOptionChanges) {
  const Host hosts[] = {samples::v1(), samples::v2()};
  struct Case {
    const char* option;
    void (*set)(ContainerSpec&);
  };
  const Case cases[] = {
      {"-m 64m", [](ContainerSpec& spec) { spec.limits.memory_bytes = 64 << 20; }},
      {"--cpus 1.5", [](ContainerSpec& spec) { spec.limits.nano_cpus = 1'500'000'000; }},
      {"--pids-limit 20", [](ContainerSpec& spec) { spec.limits.pids = 20; }},
      {"--device-read-bps of a disk twice and of another one, --device-write-iops",
       [](ContainerSpec& spec) {
         using enum Throttle::Kind;
         spec.limits.throttles = {{read_bps, "/dev/sda", 1 << 20, 8, 0},
                                  {read_bps, "/dev/sda", 2 << 20, 8, 0},
                                  {read_bps, "/dev/nvme0n1", 5, 259, 1},
                                  {write_iops, "/dev/sda", 100, 8, 0}};
       }},
      {"--device-write-bps of nothing, --device-read-iops of more than 32 bits",
       [](ContainerSpec& spec) {
         using enum Throttle::Kind;
         spec.limits.throttles = {{write_bps, "/dev/sda", 0, 8, 0}, {read_iops, "/dev/sda", 1ULL << 32, 8, 0}};
       }},
      {"--pids-limit -1", [](ContainerSpec& spec) { spec.limits.pids = -1; }},
      {"-v /srv/data:/data",
       [](ContainerSpec& spec) {
         spec.binds = {{"/srv/data", "/data", false}};
       }},
      {"-v /srv/data:/data:ro",
       [](ContainerSpec& spec) {
         spec.binds = {{"/srv/data", "/data", true}};
       }},
      {"-v '/a b:/it'\\''s/in' -v /outer:/it's",
       [](ContainerSpec& spec) {
         spec.binds = {{"/a b", "/it's/in", false}, {"/outer", "/it's", false}};
       }},
      {"-v /own:/etc/hosts",
       [](ContainerSpec& spec) {
         spec.binds = {{"/own", "/etc/hosts", false}};
       }},
      {"--init", [](ContainerSpec& spec) { spec.init_file = "init"; }},
      {"--read-only", [](ContainerSpec& spec) { spec.read_only = true; }},
      {"--tmpfs /run",
       [](ContainerSpec& spec) {
         spec.tmpfs = {{"/run", ""}};
       }},
      {"--tmpfs /run:size=1m,mode=1777,exec",
       [](ContainerSpec& spec) {
         spec.tmpfs = {{"/run", "size=1m,mode=1777,exec"}};
       }},
      {"--tmpfs /run:suid,dev,exec",
       [](ContainerSpec& spec) {
         spec.tmpfs = {{"/run", "suid,dev,exec"}};
       }},
      {"-u 1000:50", [](ContainerSpec& spec) { spec.user = "1000:50"; }},
      {"-u ann --group-add 7 --group-add audio",
       [](ContainerSpec& spec) {
         spec.user = "ann";
         spec.groups = {"7", "audio"};
       }},
      {"-w /srv/./x/../app", [](ContainerSpec& spec) { spec.working_folder = "/srv/./x/../app"; }},
      {"-e HOME=/h -e ID=$ID",
       [](ContainerSpec& spec) {
         spec.environment.insert(spec.environment.end(), {"HOME=/h", "ID=$ID"});
       }},
      {"the id as an argument",
       [](ContainerSpec& spec) {
         spec.arguments = {"echo", samples::id, std::string("'") + samples::id, ""};
       }},
      {"--rm", [](ContainerSpec& spec) { spec.volatile_overlay = true; }},
      {"-t", [](ContainerSpec& spec) { spec.terminal.emplace(); }},
      {"-t in a terminal of 24 rows and 80 columns",
       [](ContainerSpec& spec) {
         spec.terminal = {24, 80};
       }},
      {"--shm-size 1m", [](ContainerSpec& spec) { spec.shm_bytes = 1 << 20; }},
      {"--security-opt no-new-privileges", [](ContainerSpec& spec) { spec.no_new_privileges = true; }},
  };
  std::string text;
  for (const Case& one : cases) {
    std::string on_v1;
    for (const Host& host : hosts) {
      ContainerSpec spec = samples::container();
      std::string before = dump_of(spec, host);
      one.set(spec);
      std::string change = difference(before, dump_of(spec, host));
      bool v1 = host.cgroups == CgroupLayout::v1;
      if (!v1 && change == on_v1) continue;
      text += fmt::format("== {}{}\n{}\n", one.option, v1 ? "" : " (on v2)", change);
      if (v1) on_v1 = change;
    }
  }
  expect_golden("options", text);
}

TEST(PlanGolden, ACommandInARunningContainer) {
  std::string text;
  for (const auto& [name, host] :
       {std::pair("v1", samples::v1()), std::pair("rootless, with a terminal", samples::rootless())}) {
    const bool v1 = host.cgroups == CgroupLayout::v1;
    ExecSpec exec;
    exec.command = samples::container();
    exec.command.user = "1000";
    exec.command.working_folder = "/srv";
    exec.process = 4812;
    exec.unified_cgroup = host.unified_folder + "/" + samples::id;
    if (v1) exec.v1_cgroups = {std::string("/sys/fs/cgroup/pids/glassdock-00/") + samples::id};
    if (!v1) exec.command.terminal = {24, 80};
    exec.command.no_new_privileges = !v1;
    const std::string plan = compile_exec(exec, host, samples::seccomp());
    const View view(plan.data(), plan.size());
    ASSERT_TRUE(view.valid());
    for (std::uint32_t i = 0; i < view.count(); ++i) {
      const auto& known = exec_operation_names();
      EXPECT_NE(std::find(known.begin(), known.end(), view.text(view.operation(i).name)), known.end());
      EXPECT_TRUE(*view.text(view.operation(i).plain_command) || *view.text(view.operation(i).remark));
    }
    text += fmt::format("== {}\n{}\n", name, samples::dump(view));
  }
  expect_golden("exec", text);
}

TEST(PlanGolden, WhatALeftOutWallChanges) {
  std::string text;
  for (const char* wall :
       {"namespace.pid", "namespace.network", "namespace.uts", "namespace.ipc", "namespace.cgroup",
        "isolate.cgroup-namespace", "isolate.limits", "isolate.sysfs", "isolate.cgroup-mount", "isolate.seccomp",
        "isolate.capabilities", "isolate.bounding", "isolate.pivot", "isolate.tmpfs-2"}) {
    ContainerSpec spec = samples::container();
    spec.limits.memory_bytes = 64 << 20;
    spec.tmpfs = {{"/a", ""}, {"/b", ""}, {"/c", ""}};
    // Against a trial of something that changes nothing else: what every trial has is in the golden plan "trial".
    ContainerSpec beside = spec;
    beside.trial = {.left_out = "isolate.loopback"};
    spec.trial = {.left_out = wall};
    text += fmt::format("== without {}\n{}\n", wall,
                        difference(dump_of(beside, samples::v1()), dump_of(spec, samples::v1())));
  }
  expect_golden("left-out", text);
}

TEST(PlanGolden, WhatShowsEachOperation) {
  std::string text;
  for (const auto& [name, host] :
       {std::pair("v1", samples::v1()), std::pair("v2", samples::v2()), std::pair("rootless", samples::rootless())}) {
    ContainerSpec spec = samples::container();
    if (!host.rootless) spec.limits = {64 << 20, 1'500'000'000, 20};
    spec.terminal.emplace();
    spec.binds = {{"/srv/data", "/data", true}};
    spec.tmpfs = {{"/run", ""}};
    spec.working_folder = "/srv";
    spec.read_only = true;
    std::string plan = compile(spec, host, samples::seccomp());
    View view(plan.data(), plan.size());
    text += fmt::format("== {}\n", name);
    for (std::uint32_t i = 0; i < view.count(); ++i) {
      text += fmt::format("\n{}\n", view.text(view.operation(i).name));
      for (const EvidencePath& path : evidence_of(view, i, 4812)) {
        static constexpr const char* kinds[] = {"file", "link", "folder"};
        text += fmt::format("    {} {}{}{}{}\n", kinds[static_cast<int>(path.kind)], path.path,
                            path.lines.empty() ? "" : ": ", join(path.lines, " | "),
                            path.command.empty() ? "" : " $ " + path.command);
      }
      if (std::string command = shows(view, i, 4812); !command.empty()) text += "    $ " + command + "\n";
      if (std::string command = shows_before(view, i, 4811); !command.empty())
        text += "    before: $ " + command + "\n";
      // Before the clone there is no process to look at.
      for (const EvidencePath& path : evidence_of(view, i, 0)) {
        EXPECT_FALSE(starts_with(path.path, "/proc/")) << path.path;
      }
    }
  }
  expect_golden("evidence", text);
}

TEST(PlanGolden, EveryOperationStandsInTheDocument) {
  std::string page = os::read_file(source_path("docs/start-plan.md"));
  for (const std::string& name : operation_names()) {
    EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name << " is missing in docs/start-plan.md";
  }
}

}  // namespace
}  // namespace glassdock::plan
