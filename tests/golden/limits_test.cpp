// Limits as a user meets them: set by docker's options, seen from inside, and felt. On v1, on v2, and as an ordinary
// user with and without a cgroup of his own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <memory>

#include "engine/base/text.h"
#include "engine/http/client.h"
#include "engine/plan/host.h"
#include "tests/golden/held_run.h"
#include "tests/golden/real_engine.h"
#include "tests/support/sanitizers.h"

namespace glassdock::golden {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

class Limits : public ::testing::TestWithParam<Owner> {
 protected:
  static void TearDownTestSuite() { engines_.clear(); }
  void SetUp() override {
    if (std::string why = RealEngine::missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
    const plan::Host host = plan::probe_host("/");
    for (const char* controller : {"memory", "cpu", "pids"}) {
      if (GetParam() == Owner::self && !host.has_controller(controller)) {
        GTEST_SKIP() << "no " << controller << " cgroup for this user";
      }
    }
    v2_ = host.cgroups == plan::CgroupLayout::v2;
    auto& engine = engines_[GetParam()];
    if (!engine) {
      engine = std::make_unique<RealEngine>(GetParam());
      ASSERT_EQ(engine->docker({"pull", "-q", "alpine"}).code, 0);
    }
    engine_ = engine.get();
  }
  Outcome run(std::vector<std::string> options, const std::string& script) const {
    options.insert(options.begin(), {"run", "--rm"});
    options.insert(options.end(), {"alpine", "sh", "-c", script});
    return engine_->docker(std::move(options));
  }

  static std::map<Owner, std::unique_ptr<RealEngine>> engines_;
  RealEngine* engine_ = nullptr;
  bool v2_ = false;
};
std::map<Owner, std::unique_ptr<RealEngine>> Limits::engines_;

TEST_P(Limits, AreSeenFromInside) {
  const Outcome seen =
      run({"-m", "64m", "--cpus", "0.5", "--pids-limit", "20"},
          v2_ ? "cd /sys/fs/cgroup && cat memory.max cpu.max pids.max"
              : "cd /sys/fs/cgroup && cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us pids/pids.max");
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_EQ(seen.out, v2_ ? "67108864\n50000 100000\n20\n" : "67108864\n50000\n20\n");
  EXPECT_EQ(seen.err, "");
}

TEST_P(Limits, TheContainerSeesItsOwnCgroupAndNoOther) {
  const Outcome seen =
      run({}, std::string("cut -d: -f3 /proc/self/cgroup | sort -u; mkdir /sys/fs/cgroup/") + (v2_ ? "x" : "memory/x"));
  EXPECT_EQ(seen.out, "/\n");
  EXPECT_THAT(seen.err, HasSubstr("Read-only file system"));
}

TEST_P(Limits, OutOfMemoryIsDeathBy137AndTold) {
  const Outcome died = engine_->docker({"run", "--name", "eater", "-m", "16m", "alpine", "tail", "/dev/zero"});
  EXPECT_EQ(died.code, 137) << died.err;
  http::Client client = http::Client::connect_unix(engine_->socket());
  const auto state =
      nlohmann::json::parse(client.request("GET", "/containers/eater/json", {}, "").read_body()).at("State");
  EXPECT_EQ(state.at("OOMKilled"), true) << state;
  EXPECT_EQ(state.at("ExitCode"), 137);
  EXPECT_EQ(engine_->docker({"rm", "eater"}).code, 0);
}

TEST_P(Limits, NoMoreProcessesThanAllowed) {
  const Outcome bomb = run({"--pids-limit", "10"}, "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 & done");
  EXPECT_THAT(bomb.err, HasSubstr("can't fork"));
  EXPECT_NE(bomb.code, 0);
}

TEST_P(Limits, CpuTimeIsHeldBack) {
  // A loop of builtins that lasts many periods of 100 ms, each with 10 ms of CPU time.
  const Outcome spun = run({"--cpus", "0.1"},
                           "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; cd /sys/fs/cgroup; "
                           "cat cpu.stat cpu/cpu.stat 2> /dev/null | grep nr_throttled");
  EXPECT_THAT(spun.out, MatchesRegex("nr_throttled [1-9][0-9]*\n"));
}

// That a read waits is the kernel's work, and its time nobody's to hold: here the kernel knows the limit, and counts
// what passed.
TEST_P(Limits, OfADiskAreSeenFromInsideAndWhatPassedIsCounted) {
  const std::string disk = engine_->docker({"info", "--format", "{{.IOLimitDisk}}"}).out;
  if (trim(disk).empty()) GTEST_SKIP() << "no cgroup with io here, or the engine's files are on no disk";
  const std::string path(trim(disk));
  const std::string script =
      std::string("dd if=/bin/busybox of=/dev/null bs=64k iflag=direct 2>/dev/null; cd /sys/fs/cgroup; ") +
      (v2_ ? "cat io.max"
           : "cat blkio/blkio.throttle.read_bps_device "
             "blkio/blkio.throttle.write_iops_device") +
      "; stat -Lc 'size %s' /bin/busybox; sleep 1000";
  const Outcome made = engine_->docker({"run", "-d", "--name", "reader", "--device-read-bps", path + ":64mb",
                                        "--device-write-iops", path + ":1000", "alpine", "sh", "-c", script});
  ASSERT_EQ(made.code, 0) << made.err;
  std::string said;
  ASSERT_TRUE(comes_true([&] {
    said = engine_->docker({"logs", "reader"}).out;
    return said.find("size ") != std::string::npos && ends_with(said, "\n");
  })) << said;
  EXPECT_THAT(said, MatchesRegex(v2_ ? "[0-9:]+ rbps=67108864 wbps=max riops=max wiops=1000\nsize [0-9]+\n"
                                     : "[0-9:]+ 67108864\n[0-9:]+ 1000\nsize [0-9]+\n"));
  const std::uint64_t size = parse_number(trim(said.substr(said.find("size ") + 5))).value_or(UINT64_MAX);
  http::Client client = http::Client::connect_unix(engine_->socket());
  const auto stats = nlohmann::json::parse(
      client.request("GET", "/containers/reader/stats?stream=false&one-shot=true", {}, "").read_body());
  std::uint64_t most_read = 0;
  for (const auto& count : stats.at("blkio_stats").at("io_service_bytes_recursive")) {
    if (count.at("op") == "read") most_read = std::max(most_read, count.at("value").get<std::uint64_t>());
  }
  EXPECT_GE(most_read, size) << stats.at("blkio_stats");
  EXPECT_EQ(engine_->docker({"rm", "-f", "reader"}).code, 0);
}

TEST_P(Limits, ADiskThatIsNoneIsFoundAtTheStart) {
  const Outcome made =
      engine_->docker({"create", "--name", "nowhere", "--device-read-bps", "/dev/nosuch:1mb", "alpine"});
  EXPECT_EQ(made.code, 0) << "it may come until then: " << made.err;
  if (made.err.find("Block I/O BPS read limit discarded") != std::string::npos) {
    EXPECT_EQ(engine_->docker({"rm", "nowhere"}).code, 0);
    GTEST_SKIP() << "no cgroup with io for this user";
  }
  const Outcome missing = engine_->docker({"start", "nowhere"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("stat /dev/nosuch: no such file or directory"));
  EXPECT_EQ(engine_->docker({"rm", "nowhere"}).code, 0);
  const Outcome wrong = engine_->docker({"run", "--rm", "--device-read-bps", "/dev/null:1mb", "alpine", "true"});
  EXPECT_EQ(wrong.code, 125);
  EXPECT_THAT(wrong.err, AllOf(HasSubstr("No such device"), HasSubstr("only a whole disk can be limited")));
}

TEST_P(Limits, NoCgroupStaysWhenTheContainerAndThenTheEngineAreGone) {
  RealEngine engine(GetParam());
  ASSERT_EQ(engine.docker({"pull", "-q", "alpine"}).code, 0);
  ASSERT_EQ(engine.docker({"run", "--rm", "-m", "32m", "alpine", "true"}).code, 0);
  EXPECT_THAT(engine.traces().cgroups, Not(IsEmpty())) << "the engine's own";
  engine.stop();
  EXPECT_TRUE(comes_true([&] { return engine.traces().cgroups.empty(); })) << join(engine.traces().cgroups, " ");
  if (GetParam() != Owner::delegated_user) return;
  EXPECT_EQ(engine.cgroup().handed_down(), "") << "alone in it, nobody else has enabled anything";
}

INSTANTIATE_TEST_SUITE_P(Of, Limits, ::testing::Values(Owner::self, Owner::delegated_user, Owner::session_user),
                         [](const auto& one) {
                           if (one.param == Owner::self) return "OwnUser";
                           return one.param == Owner::delegated_user ? "DelegatedUser" : "SessionUser";
                         });

TEST(LimitsWithoutACgroup, AreRefusedOrWarnedAbout) {
  if (const char* why = tests::no_user_namespace()) GTEST_SKIP() << why;
  if (std::string why = RealEngine::missing(Owner::ordinary_user); !why.empty()) GTEST_SKIP() << why;
  RealEngine engine(Owner::ordinary_user);
  ASSERT_EQ(engine.docker({"pull", "-q", "alpine"}).code, 0);
  const Outcome warned = engine.docker({"run", "--rm", "-m", "64m", "--pids-limit", "20", "--device-write-bps",
                                        "/dev/nosuch:1mb", "alpine", "echo", "it runs"});
  EXPECT_EQ(warned.code, 0);
  EXPECT_EQ(warned.out, "it runs\n");
  EXPECT_THAT(warned.err, HasSubstr("WARNING: Your kernel does not support memory limit capabilities"));
  EXPECT_THAT(warned.err, HasSubstr("WARNING: Your kernel does not support PIDs limit capabilities"));
  EXPECT_THAT(warned.err, HasSubstr("WARNING: Your kernel does not support BPS Block I/O write limit"));
  EXPECT_THAT(warned.err, ::testing::ContainsRegex("\nWARNING: [^\n]*delegated[^\n]*glassdock doctor"));
  const Outcome refused = engine.docker({"run", "--rm", "--cpus", "0.5", "alpine", "echo", "it runs"});
  EXPECT_EQ(refused.code, 125);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, AllOf(HasSubstr("NanoCPUs can not be set"), HasSubstr("glassdock doctor")));
}

}  // namespace
}  // namespace glassdock::golden
