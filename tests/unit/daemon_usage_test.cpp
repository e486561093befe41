#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engine/daemon/container_usage.h"
#include "engine/os/files.h"

namespace glassdock::daemon {
namespace {

namespace fs = std::filesystem;

class CgroupUsage : public ::testing::Test {
 protected:
  std::string cgroup(const char* name, std::initializer_list<std::pair<const char*, const char*>> files) {
    const fs::path path = folder_.path() / name;
    fs::create_directory(path);
    for (const auto& [file, text] : files) std::ofstream(path / file) << text;
    return path.string();
  }
  os::TempDir folder_{"/tmp", "glassdock-usage."};
};

TEST_F(CgroupUsage, OfV2IsInOneFolder) {
  const std::string path = cgroup("v2", {{"cpu.stat",
                                          "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\nnr_periods 7\n"
                                          "nr_throttled 2\nthrottled_usec 30\n"},
                                         {"memory.current", "4096\n"},
                                         {"memory.max", "65536\n"},
                                         {"memory.stat", "anon 100\ninactive_file 200\n"},
                                         {"pids.current", "3\n"},
                                         {"pids.max", "max\n"},
                                         {"io.stat", "259:1 rbytes=10 wbytes=20 rios=1\n8:0 rbytes=1 wbytes=2\n"}});
  ContainerUsage usage;
  usage.memory_limit_bytes = 1'000'000;
  ASSERT_TRUE(read_cgroup_usage({path}, usage));
  EXPECT_EQ(usage.cpu_ns, 1'500'000u);
  EXPECT_EQ(usage.user_ns, 1'000'000u);
  EXPECT_EQ(usage.kernel_ns, 500'000u);
  EXPECT_EQ(usage.periods, 7u);
  EXPECT_EQ(usage.throttled_ns, 30'000u);
  EXPECT_EQ(usage.memory_bytes, 4096u);
  EXPECT_EQ(usage.memory_limit_bytes, 65536u);
  EXPECT_EQ(usage.memory["inactive_file"], 200u);
  EXPECT_EQ(usage.processes, 3u);
  EXPECT_FALSE(usage.processes_limit);
  ASSERT_EQ(usage.devices.size(), 2u);
  EXPECT_EQ(usage.devices[0].major, 259u);
  EXPECT_EQ(usage.devices[0].written_bytes, 20u);
}

TEST_F(CgroupUsage, OfV1IsInOneOfEachController) {
  const std::string cpu = cgroup("cpu", {{"cpu.stat", "nr_periods 7\nnr_throttled 2\nthrottled_time 30\n"},
                                         {"cpuacct.usage", "900\n"},
                                         {"cpuacct.stat", "user 2\nsystem 1\n"}});
  const std::string memory = cgroup("memory", {{"memory.usage_in_bytes", "10\n"},
                                               {"memory.max_usage_in_bytes", "20\n"},
                                               {"memory.limit_in_bytes", "9223372036854771712\n"}});
  const std::string pids = cgroup("pids", {{"pids.current", "1\n"}, {"pids.max", "5\n"}});
  const std::string blkio = cgroup("blkio", {{"blkio.throttle.io_service_bytes_recursive",
                                              "8:0 Read 10\n8:0 Write 20\n8:0 Sync 30\n8:0 Total 30\n259:1 Read 1\n"
                                              "259:1 Write 0\n259:1 Total 1\nTotal 31\n"}});
  ContainerUsage usage;
  usage.memory_limit_bytes = 777;
  ASSERT_TRUE(read_cgroup_usage({cpu, memory, pids, blkio}, usage));
  EXPECT_EQ(usage.cpu_ns, 900u);
  EXPECT_EQ(usage.user_ns, 2 * (1'000'000'000ull / static_cast<unsigned long long>(::sysconf(_SC_CLK_TCK))));
  EXPECT_EQ(usage.throttled_ns, 30u);
  EXPECT_EQ(usage.most_memory_bytes, 20u);
  EXPECT_EQ(usage.memory_limit_bytes, 777u) << "no limit is the machine's memory";
  EXPECT_EQ(usage.processes_limit, 5u);
  ASSERT_EQ(usage.devices.size(), 2u);
  EXPECT_EQ(usage.devices[0].major, 8u);
  EXPECT_EQ(usage.devices[0].read_bytes, 10u);
  EXPECT_EQ(usage.devices[0].written_bytes, 20u);
  EXPECT_EQ(usage.devices[1].minor, 1u);
}

TEST_F(CgroupUsage, WithoutACounterThereIsNone) {
  ContainerUsage usage;
  EXPECT_FALSE(read_cgroup_usage({}, usage));
  EXPECT_FALSE(read_cgroup_usage({cgroup("pids", {{"pids.current", "1\n"}})}, usage));
  EXPECT_FALSE(measure(folder_.path()));
}

TEST(MachineTime, IsTheSumOfSevenParts) {
  const std::uint64_t tick = 1'000'000'000ull / static_cast<unsigned long long>(::sysconf(_SC_CLK_TCK));
  EXPECT_EQ(machine_cpu_time("cpu  1 2 3 4 5 6 7 800 900\ncpu0 1 1 1\n"), 28 * tick);
  EXPECT_EQ(machine_cpu_time(""), 0u);
}

}  // namespace
}  // namespace glassdock::daemon
