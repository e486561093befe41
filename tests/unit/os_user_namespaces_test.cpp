#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "engine/os/id_map.h"
#include "engine/os/user_namespaces.h"

namespace glassdock::os {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(OsUserNamespaces, AreRefusedWithTheSwitchThatForbidsThem) {
  EXPECT_EQ(refused_user_namespaces(EPERM, {"0", "15000", ""}).mend,
            "sudo sysctl -w kernel.unprivileged_userns_clone=1");
  EXPECT_EQ(refused_user_namespaces(ENOSPC, {"1", "0", ""}).mend, "sudo sysctl -w user.max_user_namespaces=15000");
  EXPECT_EQ(refused_user_namespaces(EACCES, {"1", "15000", "1"}).mend,
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
}

TEST(OsUserNamespaces, NumberIsNotTakenForTheDisk) {
  const UserNamespaceRefusal refusal = refused_user_namespaces(ENOSPC, {"", "20", "1"});
  EXPECT_THAT(refusal.says, AllOf(HasSubstr("no more of them are allowed"), Not(HasSubstr("space left"))));
  EXPECT_EQ(refusal.mend, "sudo sysctl -w user.max_user_namespaces=15000");
}

TEST(OsUserNamespaces, RefusedByNoSwitchAskWhereThisRuns) {
  const UserNamespaceRefusal refusal = refused_user_namespaces(EPERM, {"", "15000", "0"});
  EXPECT_EQ(refusal.mend, "");
  EXPECT_THAT(refusal.says, AllOf(HasSubstr("Operation not permitted"), HasSubstr("inside another container")));
}

TEST(OsIdMap, TellsWhoAnIdIsOutside) {
  const std::string map = "         0      12345          1\n         1     100000      65536\n";
  EXPECT_EQ(mapped_ids(map), 65537u);
  EXPECT_EQ(outside_id(map, 0), 12345u);
  EXPECT_EQ(outside_id(map, 1), 100000u);
  EXPECT_EQ(outside_id(map, 65536), 165535u);
  EXPECT_EQ(outside_id(map, 65537), std::nullopt);
  EXPECT_EQ(outside_id("", 0), std::nullopt);
  EXPECT_EQ(outside_id("0 0 4294967295", 7), 7u);
}

}  // namespace
}  // namespace glassdock::os
