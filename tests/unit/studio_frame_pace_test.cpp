#include <gtest/gtest.h>

#include "app/studio/frame_pace.h"

namespace glassdock::studio {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr FramePace::Time start{std::chrono::hours(1)};

TEST(FramePace, AFloodOfEventsIsSixtyFramesASecond) {
  FramePace pace;
  int frames = 0;
  for (int event = 0; event < 10'000; ++event) frames += pace.begins(start + event * microseconds(100)) ? 1 : 0;
  EXPECT_GE(frames, 58);
  EXPECT_LE(frames, 61);
}

TEST(FramePace, WhatComesAfterARestIsShownAtOnce) {
  FramePace pace;
  EXPECT_TRUE(pace.begins(start));
  EXPECT_FALSE(pace.begins(start + milliseconds(1)));
  EXPECT_TRUE(pace.begins(pace.next()));
  EXPECT_TRUE(pace.begins(start + std::chrono::seconds(5)));
}

TEST(FramePace, OneThatHurriesIsOneFrame) {
  FramePace pace;
  EXPECT_TRUE(pace.begins(start));
  pace.hurry();
  EXPECT_TRUE(pace.begins(start + milliseconds(1)));
  EXPECT_FALSE(pace.begins(start + milliseconds(2)));
}

}  // namespace
}  // namespace glassdock::studio
