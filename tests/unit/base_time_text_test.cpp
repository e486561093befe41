#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/base/time_text.h"

namespace glassdock {
namespace {

constexpr std::int64_t second = 1'000'000'000;

TEST(Durations, AsGoWritesThem) {
  EXPECT_EQ(parse_duration("10s"), 10 * second);
  EXPECT_EQ(parse_duration("1h30m"), 5400 * second);
  EXPECT_EQ(parse_duration("1.5m"), 90 * second);
  EXPECT_EQ(parse_duration("-300ms"), -300'000'000);
  EXPECT_EQ(parse_duration("2us"), 2000);
  EXPECT_EQ(parse_duration("2µs"), 2000);
  EXPECT_EQ(parse_duration("0"), 0);
  for (const char* bad : {"", "10", "s", "10x", "1h 2m", ".s", "1..5s", "99999999999h"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Moments, AsDockerTakesThem) {
  const std::int64_t now = 1'700'000'000 * second;
  EXPECT_EQ(parse_moment("10m", now), now - 600 * second);
  EXPECT_EQ(parse_moment("1700000000", 0), now);
  EXPECT_EQ(parse_moment("1700000000.25", 0), now + second / 4);
  EXPECT_EQ(parse_moment("0", now), 0);
  EXPECT_EQ(parse_moment("2023-11-14T22:13:20Z", 0), now);
  EXPECT_EQ(parse_moment("2023-11-14T22:13:20.5Z", 0), now + second / 2);
  EXPECT_EQ(parse_moment("2023-11-15T07:13:20+09:00", 0), now);
  EXPECT_EQ(parse_moment("2023-11-14T22:13Z", 0), now - 20 * second);
  EXPECT_EQ(parse_moment("2023-11-14Z", 0), (1'699'920'000) * second);
}

TEST(Moments, FarOnesStandAtTheEndOfWhatNanosecondsReach) {
  EXPECT_GT(parse_moment("9999-12-31T00:00:00Z", 0), parse_moment("2261-01-01T00:00:00Z", 0));
  EXPECT_LT(parse_moment("0001-01-01T00:00:00Z", 0), parse_moment("1700-01-01T00:00:00Z", 0));
  EXPECT_GT(parse_moment("-2540400h", INT64_MAX - 1), 0);
  EXPECT_FALSE(parse_duration(std::string(400, '9') + "s"));
}

TEST(Moments, OtherWordsAreRefused) {
  for (const char* bad : {"x", "", "2023-13-45T00:00:00Z", "12:00", "1.x", "99999999999999999999"}) {
    EXPECT_THROW(parse_moment(bad, 0), Error) << bad;
  }
}

}  // namespace
}  // namespace glassdock
