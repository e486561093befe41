#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "app/text/tables.h"
#include "app/text/usage_lines.h"
#include "engine/base/error.h"

namespace glassdock::text {
namespace {

constexpr std::int64_t now = 1'700'000'000;

client::DiskUsage usage() {
  client::DiskUsage usage;
  usage.layer_bytes = 4'056'145;
  client::ImageSummary used, unused;
  used.id = "sha256:6a93115213b8415ade1770fa9e92c6d690bd236da1e35fb40a4a3eaf8bb704f1";
  used.tags = {"alpine:latest"};
  used.size_bytes = 2'028'049;
  used.shared_bytes = 0;
  used.containers = 2;
  used.created_s = now - 60;
  unused = used;
  unused.tags = {"hello-world:latest"};
  unused.containers = 0;
  usage.images = {used, unused};
  client::ContainerSummary running, exited;
  running.id = "d695f39bd6b71676bbaad8d15261cc23cfa9d097f78b7356a531bd5106f10bbe";
  running.image = "alpine";
  running.command = "sleep 1000";
  running.names = {"/cc1"};
  running.created_s = now - 15;
  running.state = "running";
  running.status = "Up 2 seconds";
  running.written_bytes = 75;
  running.root_bytes = 2'028'124;
  exited = running;
  exited.state = "exited";
  exited.written_bytes = 25;
  usage.containers = {running, exited};
  return usage;
}

TEST(DiskUsage, IsDockersTable) {
  EXPECT_EQ(disk_usage_table(usage(), now, {}),
            "TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE\n"
            "Images          2         1         4.056MB   2.028MB (50%)\n"
            "Containers      2         1         100B      25B (25%)\n"
            "Local Volumes   0         0         0B        0B\n"
            "Build Cache     0         0         0B        0B\n");
  EXPECT_EQ(disk_usage_table(usage(), now, {"{{.Type}}: {{.Size}}", false}),
            "Images: 4.056MB\nContainers: 100B\nLocal Volumes: 0B\nBuild Cache: 0B\n");
  EXPECT_THROW(disk_usage_table(usage(), now, {"json", true}), Error);
}

TEST(DiskUsage, VerboseNamesEachThing) {
  const std::string text = disk_usage_table(usage(), now, {"", true});
  for (const char* part :
       {"Images space usage:\n\nREPOSITORY    TAG       IMAGE ID       CREATED              SIZE      SHARED SIZE   "
        "UNIQUE "
        "SIZE   CONTAINERS\nalpine        latest    6a93115213b8   About a minute ago   2.03MB    0B            "
        "2.028MB  "
        "     2\n",
        "\nContainers space usage:\n\nCONTAINER ID   IMAGE     COMMAND        LOCAL VOLUMES   SIZE      CREATED        "
        "  STATUS         NAMES\nd695f39bd6b7   alpine    \"sleep 1000\"   0               75B       15 seconds ago   "
        "Up 2 "
        "seconds   cc1\n",
        "\nLocal Volumes space usage:\n\nVOLUME NAME   LINKS     SIZE\n",
        "\nBuild cache usage: 0B\n\nCACHE ID   CACHE TYPE"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  }
}

TEST(Events, AreDockersLines) {
  client::EngineEvent event{
      "container",           "die", "abc", {{"name", "ee2"}, {"exitCode", "137"}}, "alpine", 1'795'721'439'334'802'089,
      "{\"status\":\"die\"}"};
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  EXPECT_EQ(event_line(event, ""), "2026-11-26T19:30:39.334802089Z container die abc (exitCode=137, name=ee2)\n");
  EXPECT_EQ(event_line(event, "json"), "{\"status\":\"die\"}\n");
  EXPECT_EQ(event_line(event, "{{.Type}} {{.Action}} {{.ID}} {{.Time}} {{.Actor.Attributes}} {{.Status}} {{.From}}"),
            "container die abc 1795721439 map[exitCode:137 name:ee2] die alpine\n");
}

TEST(Prune, AsksAndTellsAsDockerDoes) {
  PruneCommand system{PruneCommand::Kind::system, {}, true, false};
  EXPECT_EQ(
      prune_warning(system),
      "WARNING! This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\n"
      "  - all images without at least one container associated to them\n  - all build cache\n\n"
      "Are you sure you want to continue? [y/N] ");
  EXPECT_EQ(prune_lines({{"a", "b"}, {}, 1}, "Containers"), "Deleted Containers:\na\nb\n\n");
  EXPECT_EQ(prune_lines({{}, {{"alpine:latest", ""}, {"", "sha256:1"}}, 1}, "Images"),
            "Deleted Images:\nuntagged: alpine:latest\ndeleted: sha256:1\n\n");
  EXPECT_EQ(prune_lines({}, "Images"), "");
  EXPECT_EQ(reclaimed_line(4'056'145), "Total reclaimed space: 4.056MB\n");
}

TEST(Processes, StandInColumnsOfTwenty) {
  EXPECT_EQ(processes_table({{"PID", "CMD"}, {{"7", "sleep 1"}}}),
            "PID                 CMD\n7                   sleep 1\n");
}

TEST(Stats, AreDockersTable) {
  client::UsageSample before, after;
  after.id = "d695f39bd6b71676bbaad8d15261cc23cfa9d097f78b7356a531bd5106f10bbe";
  after.name = "/cc1";
  before.cpu_ns = 1'000;
  after.cpu_ns = 26'000;
  after.machine_cpu_ns = 100'000;
  after.cpus = 2;
  after.memory_bytes = 323'584;
  after.memory_limit_bytes = 25'276'518'400;
  after.written_bytes = 1'500;
  after.processes = 1;
  const std::vector<UsageLine> lines{{"cc1", before, after}};
  EXPECT_EQ(stats_table(lines, {}),
            "CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O   BLOCK I/O    PIDS\n"
            "d695f39bd6b7   cc1       50.00%    316KiB / 23.54GiB   0.00%     0B / 0B   0B / 1.5kB   1\n");
  StatsCommand json;
  json.format = "json";
  EXPECT_EQ(
      stats_table(lines, json),
      "{\"BlockIO\":\"0B / 1.5kB\",\"CPUPerc\":\"50.00%\",\"Container\":\"cc1\",\"ID\":\"d695f39bd6b7\",\"MemPerc\":"
      "\"0.00%\",\"MemUsage\":\"316KiB / 23.54GiB\",\"Name\":\"cc1\",\"NetIO\":\"0B / 0B\",\"PIDs\":\"1\"}\n");
}

TEST(History, IsDockersTable) {
  std::vector<client::HistoryStep> steps{
      {"sha256:6a93115213b8415ade1770fa9e92c6d690bd236da1e35fb40a4a3eaf8bb704f1", now - 75,
       "COPY the root folder's layout and the links of BusyBox's commands", 1141, ""},
      {"<missing>", now - 75, "COPY busybox", 1'982'256, "from -"}};
  EXPECT_EQ(history_table(steps, now, true),
            "IMAGE          CREATED              CREATED BY                                      SIZE      COMMENT\n"
            "6a93115213b8   About a minute ago   COPY the root folder's layout and the links …   1.14kB    \n"
            "<missing>      About a minute ago   COPY busybox                                    1.98MB    from -\n");
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  TableOptions sizes;
  sizes.format = "{{.ID}} {{.CreatedAt}} {{.Size}}";
  EXPECT_EQ(history_table({&steps[1], 1}, now, false, sizes), "<missing> 2023-11-14T22:12:05Z 1982256\n");
}

TEST(Containers, ShowSizesAndTemplates) {
  const client::DiskUsage all = usage();
  TableOptions sizes;
  sizes.size = true;
  EXPECT_NE(containers_table(all.containers, now, sizes).find("75B (virtual 2.03MB)\n"), std::string::npos);
  EXPECT_TRUE(needs_sizes(sizes));
  EXPECT_FALSE(needs_sizes({}));
  TableOptions format;
  format.format = "{{.Names}} {{.Size}} {{.LocalVolumes}}";
  EXPECT_TRUE(needs_sizes(format));
  EXPECT_EQ(containers_table({&all.containers[0], 1}, now, format), "cc1 75B (virtual 2.03MB) 0\n");
  format.format = "json";
  EXPECT_FALSE(needs_sizes(format));
  format.format = "raw";
  EXPECT_NE(containers_table(all.containers, now, format).find("state: running\nstatus: Up 2 seconds\nnames: cc1\n"),
            std::string::npos);
}

}  // namespace
}  // namespace glassdock::text
