// What a scenario's commands printed, and the machines that were asked, in the model.
#include <gtest/gtest.h>

#include "tests/support/reduced.h"
#include "tests/support/ways_story.h"

namespace glassdock::model {
namespace {

using support::WaysStory;

Ways ways_of(const WaysStory& story) {
  return support::reduce(story.events).ways;
}

TEST(ModelWays, TheNewestSightOfItsNameCounts) {
  WaysStory story;
  story.saw("port", "one", "first\n");
  story.saw("port", "other", "a\nb\n", 1);
  const Ways ways = ways_of(story);
  ASSERT_EQ(ways.sights.size(), 1u);
  EXPECT_EQ(ways.sight("port")->command, "other");
  EXPECT_EQ(ways.sight("port")->output, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(ways.sight("port")->exit_code, 1);
  EXPECT_EQ(ways.sight("disk"), nullptr);
}

TEST(ModelWays, ANameThatNobodyKnowsIsPassedOver) {
  WaysStory story;
  story.saw("weather", "date", "rain\n");
  EXPECT_TRUE(ways_of(story).sights.empty());
}

TEST(ModelWays, AMachineOfARaceIsKeptWithWhatWasSeenInside) {
  WaysStory story;
  story.whole();
  const Ways ways = ways_of(story);
  ASSERT_EQ(ways.machines.size(), 1u);
  EXPECT_EQ(ways.machines[0].cpus, 1);
  EXPECT_EQ(ways.machines[0].memory_bytes, 134217728);
  EXPECT_EQ(ways.machines[0].accelerator, "TCG");
  EXPECT_EQ(ways.machines[0].inside.front(), "kernel: 6.1.0-42-cloud-amd64");
  story.whole();
  EXPECT_EQ(ways_of(story).machines.size(), 1u) << "one that was told the same takes its place";
}

}  // namespace
}  // namespace glassdock::model
