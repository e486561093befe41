#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/base/error.h"
#include "engine/daemon/process_list.h"

namespace glassdock::daemon {
namespace {

using Row = std::vector<std::string>;

TEST(ProcessTable, KeepsTheLinesOfItsProcesses) {
  const ProcessTable table = read_process_table(
      "UID   PID  PPID CMD\n"
      "root    7     1 sh -c  two   words\n"
      "root    8     7 sleep 1\n"
      "\n"
      "root   77     1 another\n",
      {7, 8});
  EXPECT_EQ(table.titles, (Row{"UID", "PID", "PPID", "CMD"}));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0], (Row{"root", "7", "1", "sh -c two words"}));
  EXPECT_EQ(table.rows[1], (Row{"root", "8", "7", "sleep 1"}));
}

TEST(ProcessTable, ThreadsFollowTheirProcess) {
  const ProcessTable table = read_process_table("PID LWP\n7 -\n- 7\n- 9\n8 -\n- 8\n", {7});
  EXPECT_EQ(table.rows, (std::vector<Row>{{"7", "-"}, {"-", "7"}, {"-", "9"}}));
}

TEST(ProcessTable, WithoutAColumnOfNumbersThereIsNone) {
  EXPECT_THROW(read_process_table("CMD\nsh\n", {7}), Error);
  EXPECT_THROW(read_process_table("", {7}), Error);
  EXPECT_THROW(read_process_table("PID CMD\nx sh\n", {7}), Error);
}

TEST(Processes, WithoutACgroupThoseOfThePidNamespaceAreMeant) {
  const auto found = processes_of("/nonexistent", ::getpid());
  EXPECT_EQ(found.count(::getpid()), 1u);
}

}  // namespace
}  // namespace glassdock::daemon
