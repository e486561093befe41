#include <gtest/gtest.h>

#include <limits>

#include "engine/trace/work_times.h"
#include "tests/support/run_story.h"

namespace glassdock::trace {
namespace {

Event event_of(Kind kind, std::int64_t time_ns, std::uint64_t span, std::string subject = "c") {
  Event event;
  event.time_ns = time_ns;
  event.kind = kind;
  event.span = span;
  event.name = "x";
  event.subject = std::move(subject);
  return event;
}

Event released(std::int64_t time_ns, std::int64_t held_ns, std::string subject = "c") {
  Event event = event_of(Kind::instant, time_ns, 1, std::move(subject));
  event.name = "gate.released";
  event.arguments = {{"held_ns", held_ns}};
  return event;
}

Event operation(std::int64_t time_ns, std::int64_t duration_ns) {
  Event event = event_of(Kind::instant, time_ns, 1);
  event.arguments = {{"duration_ns", duration_ns}};
  return event;
}

TEST(WorkTimes, ASpanTakesFromItsBeginToItsEnd) {
  WorkTimes times;
  EXPECT_FALSE(times.add(event_of(Kind::begin, 100, 4)));
  EXPECT_EQ(times.add(event_of(Kind::end, 190, 4)), 90);
  EXPECT_FALSE(times.add(event_of(Kind::end, 200, 4))) << "it has ended";
  EXPECT_FALSE(times.add(event_of(Kind::end, 200, 5))) << "its begin was not seen";
}

TEST(WorkTimes, AnOperationSaysItself) {
  WorkTimes times;
  EXPECT_EQ(times.add(operation(1000, 20)), 20);
  EXPECT_FALSE(times.add(event_of(Kind::instant, 1000, 1)));
}

TEST(WorkTimes, TimeHeldIsNotCounted) {
  WorkTimes times;
  times.add(event_of(Kind::begin, 0, 4));
  EXPECT_FALSE(times.add(released(500, 400)));
  times.add(released(900, 300));
  EXPECT_EQ(times.add(event_of(Kind::end, 1000, 4)), 300);
  EXPECT_EQ(times.add(operation(1100, 50)), 50) << "it began after the gate";
}

TEST(WorkTimes, GatesHeldSideBySideCountOnce) {
  WorkTimes times;
  times.add(event_of(Kind::begin, 0, 4));
  times.add(released(500, 400));  // 100 to 500
  times.add(released(600, 400));  // 200 to 600
  times.add(released(650, 10));   // 640 to 650
  EXPECT_EQ(times.add(event_of(Kind::end, 700, 4)), 190);
}

TEST(WorkTimes, WhatIsDoneWhileAnotherThingIsHeldTakesItsTime) {
  WorkTimes times;
  times.add(event_of(Kind::begin, 300, 4));  // held is something since 100
  EXPECT_EQ(times.add(event_of(Kind::end, 350, 4)), 50);
  times.add(event_of(Kind::begin, 400, 5));
  times.add(released(600, 500));
  EXPECT_EQ(times.add(event_of(Kind::end, 700, 5)), 300);
}

TEST(WorkTimes, ALayerIsHeldByItsOwnGatesOnly) {
  WorkTimes times;
  times.add(event_of(Kind::begin, 0, 4, "sha256:aa"));
  times.add(released(500, 400, "sha256:bb"));
  times.add(released(700, 100, "sha256:aa"));
  EXPECT_EQ(times.add(event_of(Kind::end, 1000, 4, "sha256:aa")), 900);
}

TEST(WorkTimes, NothingOverflows) {
  WorkTimes times;
  times.add(event_of(Kind::begin, 0, 4));
  for (int i = 0; i < 3000; ++i) times.add(released(100, std::numeric_limits<std::int64_t>::max()));
  for (int i = 0; i < 3000; ++i) times.add(released(200, -5));
  EXPECT_EQ(times.add(event_of(Kind::end, 300, 4)), 300);
}

// "Its command runs now.", and the request that asked for it, stand around every gate of a start.
TEST(WorkTimes, AHeldStartTakesAsLongAsAnother) {
  support::RunStory story, held_story;
  story.begin_start();
  story.walls();
  story.execute();
  held_story.begin_start();
  held_story.walls();
  held_story.held("run.exec", 1);
  held_story.released("run.exec", 1, 1'900'000'000);
  held_story.execute();
  const auto longest = [](const support::RunStory& told) {
    WorkTimes times;
    std::int64_t most = 0;
    for (const Event& event : told.events) most = std::max(most, times.add(event).value_or(0));
    return most;
  };
  EXPECT_LE(longest(held_story), longest(story) + 300'000) << "but for the two events more";
}

}  // namespace
}  // namespace glassdock::trace
