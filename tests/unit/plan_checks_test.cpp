#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/mount.h>

#include <cstring>

#include "engine/base/error.h"
#include "tests/support/plan_samples.h"

namespace glassdock::plan {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string refusal(const ContainerSpec& spec, const Host& host, ErrorKind kind, const PlanOptions& options = {}) {
  try {
    compile(spec, host, samples::seccomp(), options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  return "not refused";
}

// What is said to a container that `change` made, on the v1 machine.
std::string refused(void (*change)(ContainerSpec&)) {
  ContainerSpec spec = samples::container();
  change(spec);
  return refusal(spec, samples::v1(), ErrorKind::invalid_argument);
}

TEST(PlanChecks, LimitsInDockersWords) {
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.limits.memory_bytes = 1024; }),
            "Minimum memory limit allowed is 6MB");
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.limits.memory_bytes = (6 << 20) - 1; }),
            "Minimum memory limit allowed is 6MB");
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.limits.memory_bytes = -1; }), "Minimum memory limit allowed is 6MB");
  constexpr char cpus[] = "Range of CPUs is from 0.01 to 4.00, as there are only 4 CPUs available";
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.limits.nano_cpus = 4'000'000'001; }), cpus);
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.limits.nano_cpus = 9'999'999; }), cpus);
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.limits.nano_cpus = -1; }), cpus);
  ContainerSpec least = samples::container();
  least.limits = {6 << 20, 10'000'000, -1};
  EXPECT_NO_THROW(check(least, samples::v1()));
}

TEST(PlanChecks, WhatThisMachineCannotDoIsRefusedOrWarnedOf) {
  Host bare = samples::single_id();
  ContainerSpec spec = samples::container();
  spec.limits.nano_cpus = 500'000'000;
  EXPECT_THAT(refusal(spec, bare, ErrorKind::not_supported), HasSubstr("NanoCPUs can not be set"));
  spec.limits = {64 << 20, 0, 20};
  EXPECT_THAT(warnings(spec, bare),
              ElementsAre(HasSubstr("Your kernel does not support memory limit capabilities"), HasSubstr("PIDs limit"),
                          AllOf(HasSubstr("delegated"), HasSubstr("glassdock doctor"))));
  EXPECT_NO_THROW(check(spec, bare)) << "docker starts it without them";
  EXPECT_EQ(dropped_limits(spec, bare), "memory.max=67108864\npids.max=20");
  EXPECT_THAT(warnings(spec, samples::v1()), IsEmpty());
  EXPECT_EQ(dropped_limits(spec, samples::v1()), "");
  Host root = samples::v1();
  root.cgroup_folders.erase("memory");
  EXPECT_THAT(warnings(spec, root), ElementsAre(HasSubstr("memory limit"),
                                                AllOf(HasSubstr("glassdock doctor"), Not(HasSubstr("ordinary user")))));
  Host no_swap = samples::v2();
  no_swap.swap_limit = false;
  EXPECT_THAT(warnings(spec, no_swap), ElementsAre(HasSubstr("Memory limited without swap.")));
  spec = samples::container();
  spec.user = "1000";
  EXPECT_THAT(refusal(spec, bare, ErrorKind::not_supported), HasSubstr("one user id alone is mapped"));
  spec.user = "0:0";
  EXPECT_NO_THROW(check(spec, bare));
}

TEST(PlanChecks, LimitsOfDisksAreDroppedInDockersWords) {
  using enum Throttle::Kind;
  ContainerSpec spec = samples::container();
  spec.limits.throttles = {{write_iops, "/dev/sda", 5},
                           {read_bps, "/dev/sda", 1 << 20},
                           {read_bps, "/dev/sdb", 7},
                           {write_bps, "/dev/sda", 0}};
  for (const Host& host : {samples::v1(), samples::v2()}) {
    EXPECT_THAT(warnings(spec, host), IsEmpty());
    EXPECT_EQ(dropped_limits(spec, host), "");
  }
  Host lacks = samples::v1();
  lacks.cgroup_folders.erase("blkio");
  EXPECT_THAT(warnings(spec, lacks),
              ElementsAre("Your kernel does not support BPS Block I/O read limit or the cgroup is not mounted. Block "
                          "I/O BPS read limit discarded.",
                          "Your kernel does not support IOPS Block write limit or the cgroup is not mounted. Block I/O "
                          "IOPS write limit discarded.",
                          HasSubstr("glassdock doctor")));
  EXPECT_EQ(dropped_limits(spec, lacks),
            "io.max=/dev/sda wiops=5\nio.max=/dev/sda rbps=1048576\nio.max=/dev/sdb rbps=7");
  EXPECT_NO_THROW(compile(spec, lacks, samples::seccomp())) << "docker starts it without them";
  EXPECT_EQ(refused([](ContainerSpec& nul) {
              nul.limits.throttles = {{read_bps, std::string("/d\0", 3), 1}};
            }),
            "a disk contains a NUL byte");
}

TEST(PlanChecks, MountsInDockersWords) {
  EXPECT_EQ(refused([](ContainerSpec& spec) {
              spec.binds = {{"/a", "data", false}};
            }),
            "invalid mount path: 'data' mount path must be absolute");
  EXPECT_EQ(refused([](ContainerSpec& spec) {
              spec.tmpfs = {{"data", ""}};
            }),
            "invalid mount path: 'data' mount path must be absolute");
  EXPECT_EQ(refused([](ContainerSpec& spec) {
              spec.binds = {{"/a", "/x/..", false}};
            }),
            "invalid specification: destination can't be '/'");
  EXPECT_EQ(refused([](ContainerSpec& spec) {
              spec.binds = {{"/a", "/sys/../proc/1", false}};
            }),
            "\"/proc/1\" cannot be mounted because it is inside /proc");
  EXPECT_EQ(refused([](ContainerSpec& spec) {
              spec.tmpfs = {{"/proc", ""}};
            }),
            "\"/proc\" cannot be mounted because it is inside /proc");
  EXPECT_EQ(refused([](ContainerSpec& spec) {
              spec.binds = {{"/a", "/x", false}};
              spec.tmpfs = {{"/y/../x/", ""}};
            }),
            "Duplicate mount point: /x");
  EXPECT_EQ(refused([](ContainerSpec& spec) {
              spec.binds = {{"", "/x", false}};
            }),
            "invalid volume specification: the source of /x is empty");
  for (const char* options : {"colour=red", "size", "size=", "bind"}) {
    ContainerSpec spec = samples::container();
    spec.tmpfs = {{"/run", options}};
    EXPECT_THAT(refusal(spec, samples::v1(), ErrorKind::invalid_argument), HasSubstr("invalid tmpfs option"));
  }
}

TEST(PlanChecks, UsersFoldersNamesAndTexts) {
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.user = "4294967296"; }),
            "uids and gids must be in range 0-2147483647");
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.user = "0:2147483648"; }),
            "uids and gids must be in range 0-2147483647");
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.groups = {"99999999999999999999999"}; }),
            "uids and gids must be in range 0-2147483647");
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.user = "a:b:c"; }),
            "invalid user: a:b:c (give NAME, UID, NAME:GROUP or UID:GID)");
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.arguments.clear(); }), "no command specified");
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.working_folder = "srv"; }),
            "the working directory 'srv' is invalid, it needs to be an absolute path");
  EXPECT_THAT(refused([](ContainerSpec& spec) { spec.hostname = std::string(65, 'x'); }),
              HasSubstr("invalid hostname"));
  for (const char* name : {"a\n6.6.6.6 registry-1.docker.io", "a b", "a\tb", "a#b", "a/b", "\xc3\xa4"}) {
    ContainerSpec named = samples::container();
    named.hostname = name;
    EXPECT_EQ(refusal(named, samples::v1(), ErrorKind::invalid_argument),
              "invalid hostname format: " + named.hostname + " (a host name has letters, digits, '-', '.' and '_')");
  }
  for (const char* name : {"a", "Web-1.example.org", "my_service_1"}) {
    ContainerSpec named = samples::container();
    named.hostname = name;
    EXPECT_NO_THROW(check(named, samples::v1())) << name;
  }
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.environment = {"=x"}; }), "invalid environment variable: =x");
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.environment = {""}; }), "invalid environment variable: ");
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.arguments = {std::string("a\0b", 3)}; }),
            "the command contains a NUL byte");
  EXPECT_EQ(refused([](ContainerSpec& spec) { spec.shm_bytes = 0; }), "SHM size can not be less than 0");
}

TEST(PlanChecks, MoreLayersThanOnePageNamesAreRefused) {
  ContainerSpec spec = samples::container();
  auto room = [&](std::size_t layers) {
    spec.lower.clear();
    for (std::size_t i = 0; i < layers; ++i) spec.lower.push_back("layers/" + std::to_string(1000 + i));
    return compile(spec, samples::v1(), samples::seccomp());
  };
  EXPECT_NO_THROW(room(127)) << "docker's most layers";
  EXPECT_THROW(room(400), Error);
  std::size_t most = 127;
  try {
    for (;; ++most) room(most);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_supported);
    EXPECT_THAT(error.what(), HasSubstr("too many layers (" + std::to_string(most) + ")"));
  }
  std::string plan = room(most - 1);
  View view(plan.data(), plan.size());
  for (std::uint32_t i = 0; i < view.count(); ++i) {
    if (view.operation(i).code != Code::mount_overlay) continue;
    std::size_t bytes = std::string(view.text(view.operation(i).text[1])).size() + 1;
    EXPECT_LE(bytes, 4096u);
    EXPECT_GT(bytes + std::string(":layers/1000").size(), 4096u) << "one more would not have fitted";
  }
}

TEST(PlanChecks, TooManyPartsAreRefused) {
  ContainerSpec spec = samples::container();
  for (int i = 0; i < 128; ++i) spec.binds.push_back({"/a", "/v" + std::to_string(i), false});
  EXPECT_EQ(refusal(spec, samples::v1(), ErrorKind::invalid_argument),
            "the container's start has too many parts (give fewer mounts, arguments or variables)");
  spec = samples::container();
  spec.environment.push_back("X=" + std::string(9 << 20, 'x'));
  EXPECT_EQ(refusal(spec, samples::v1(), ErrorKind::invalid_argument),
            "the container's start has too many parts (give fewer mounts, arguments or variables)");
}

TEST(PlanChecks, APlanWithoutACloneBetweenMonitorAndChildIsNone) {
  const std::string good = compile(samples::container(), samples::v1(), samples::seccomp());
  ASSERT_TRUE(View(good.data(), good.size()).valid());
  PlanHeader header{};
  std::memcpy(&header, good.data(), sizeof header);
  for (std::uint32_t first : {0U, 1U, header.first_child - 1, header.first_child + 1}) {
    std::string bad = good;
    PlanHeader changed = header;
    changed.first_child = first;
    std::memcpy(bad.data(), &changed, sizeof changed);
    EXPECT_FALSE(View(bad.data(), bad.size()).valid()) << first;
  }
}

TEST(PlanChecks, AFailureIsInjectedIntoItsOperationAlone) {
  PlanOptions options;
  options.injected = {{"isolate.proc", ENOMEM}, {"run.exec", EACCES}};
  std::string plan = compile(samples::container(), samples::v1(), samples::seccomp(), options);
  View view(plan.data(), plan.size());
  for (std::uint32_t i = 0; i < view.count(); ++i) {
    std::string name = view.text(view.operation(i).name);
    int wanted = name == "isolate.proc" ? ENOMEM : name == "run.exec" ? EACCES : 0;
    EXPECT_EQ(view.operation(i).injected_errno, wanted) << name;
  }
  options.injected = {{"isolate.limits", EIO}};
  EXPECT_EQ(refusal(samples::container(), samples::v1(), ErrorKind::invalid_argument, options),
            "this start has no operation \"isolate.limits\"");
}

// Whether mknod is kept, and what the root is mounted with.
std::pair<bool, std::uint64_t> devices_of(const Host& host) {
  const std::string plan = compile(samples::container(), host, samples::seccomp());
  const View view(plan.data(), plan.size());
  std::pair<bool, std::uint64_t> found{false, ~std::uint64_t{0}};
  for (std::uint32_t i = 0; i < view.count(); ++i) {
    const Operation& operation = view.operation(i);
    if (operation.code == Code::drop_bounding) found.first = (operation.number[0] >> CAP_MKNOD & 1) != 0;
    if (operation.code == Code::mount_overlay) found.second = operation.number[0];
  }
  return found;
}

TEST(PlanChecks, WithoutDeviceRulesNoDeviceNodeOpens) {
  EXPECT_EQ(devices_of(samples::v1()), std::pair(true, std::uint64_t{0}));
  EXPECT_EQ(devices_of(samples::v2()), std::pair(true, std::uint64_t{0}));
  EXPECT_EQ(devices_of(samples::rootless()), std::pair(true, std::uint64_t{0}));
  Host unguarded = samples::v1();
  unguarded.cgroup_folders.erase("devices");
  EXPECT_EQ(devices_of(unguarded), std::pair(false, std::uint64_t{MS_NODEV}));
}

}  // namespace
}  // namespace glassdock::plan
