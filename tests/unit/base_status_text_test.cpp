#include <gtest/gtest.h>

#include "engine/base/status_text.h"

namespace glassdock {
namespace {

TEST(StatusText, TellsDurationsAsDockerDoes) {
  EXPECT_EQ(human_duration(-5), "Less than a second");
  EXPECT_EQ(human_duration(0), "Less than a second");
  EXPECT_EQ(human_duration(1), "1 second");
  EXPECT_EQ(human_duration(59), "59 seconds");
  EXPECT_EQ(human_duration(60), "About a minute");
  EXPECT_EQ(human_duration(119), "About a minute");
  EXPECT_EQ(human_duration(180), "3 minutes");
  EXPECT_EQ(human_duration(3599), "59 minutes");
  EXPECT_EQ(human_duration(3600), "About an hour");
  EXPECT_EQ(human_duration(5400), "2 hours");
  EXPECT_EQ(human_duration(47 * 3600), "47 hours");
  EXPECT_EQ(human_duration(48 * 3600), "2 days");
  EXPECT_EQ(human_duration(14 * 86400), "2 weeks");
  EXPECT_EQ(human_duration(60 * 86400), "2 months");
  EXPECT_EQ(human_duration(730 * 86400), "2 years");
}

TEST(StatusText, SaysOfEachStateWhatDockerPsSays) {
  EXPECT_EQ(status_text("created", 0, 9), "Created");
  EXPECT_EQ(status_text("running", 0, 180), "Up 3 minutes");
  EXPECT_EQ(status_text("paused", 0, 2), "Up 2 seconds (Paused)");
  EXPECT_EQ(status_text("restarting", 1, 1), "Restarting (1) 1 second ago");
  EXPECT_EQ(status_text("exited", 137, 20), "Exited (137) 20 seconds ago");
  EXPECT_EQ(status_text("removing", 0, 1), "Removal In Progress");
  EXPECT_EQ(status_text("dead", 0, 1), "Dead");
}

}  // namespace
}  // namespace glassdock
