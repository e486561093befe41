#include <gtest/gtest.h>

#include <limits>

#include "engine/trace/stage_clock.h"
#include "engine/trace/stages.h"

namespace glassdock::trace {
namespace {

// Makes events with a clock that the test sets.
struct Story {
  Event& add(std::int64_t time_ns, Stage stage, Kind kind, std::uint64_t span, std::uint64_t parent = 0) {
    Event event;
    event.sequence = events.size() + 1;
    event.time_ns = time_ns;
    event.stage = stage;
    event.kind = kind;
    event.span = span;
    event.parent = parent;
    event.name = "x";
    events.push_back(event);
    return events.back();
  }
  void begin(std::int64_t time, Stage stage, std::uint64_t span, std::uint64_t parent = 0) {
    add(time, stage, Kind::begin, span, parent);
  }
  Event& end(std::int64_t time, Stage stage, std::uint64_t span) { return add(time, stage, Kind::end, span); }
  std::int64_t own(Stage stage) const { return summarize(events)[stage].own_ns; }

  std::vector<Event> events;
};

TEST(Stages, NoEventsTakeNoTime) {
  const StageSummary summary = summarize({});
  EXPECT_EQ(summary.total_ns, 0);
  EXPECT_FALSE(summary[Stage::pull].seen);
}

TEST(Stages, AnInnerSpanTakesItsTimeFromTheOuter) {
  Story story;
  story.begin(100, Stage::request, 1);
  story.begin(110, Stage::cache, 2, 1);
  story.end(130, Stage::cache, 2);
  story.end(150, Stage::request, 1);
  EXPECT_EQ(story.own(Stage::cache), 20);
  EXPECT_EQ(story.own(Stage::request), 30);
  EXPECT_EQ(summarize(story.events).total_ns, 50);
}

TEST(Stages, BlobsSideBySideCountOnceAndUnpackingBesides) {
  Story story;
  story.begin(0, Stage::pull, 1);
  story.begin(10, Stage::pull, 2, 1);
  story.begin(20, Stage::pull, 3, 1);
  story.begin(30, Stage::snapshot, 4, 2);
  story.end(50, Stage::pull, 3);
  story.end(70, Stage::snapshot, 4);
  story.end(80, Stage::pull, 2);
  story.end(90, Stage::pull, 1);
  EXPECT_EQ(story.own(Stage::pull), 90);
  EXPECT_EQ(story.own(Stage::snapshot), 40);
  const StageSummary summary = summarize(story.events);
  ASSERT_EQ(summary.beside.size(), 1u);
  EXPECT_EQ(summary.beside[0].length_ns, 40);
  EXPECT_TRUE(summary.beside[0].has(Stage::pull) && summary.beside[0].has(Stage::snapshot));
  EXPECT_FALSE(summary.beside[0].has(Stage::request));
}

TEST(Stages, EachGroupThatRunsSideBySideIsCountedByItself) {
  Story story;
  story.begin(0, Stage::run, 1);
  story.begin(10, Stage::lifecycle, 2);
  story.end(15, Stage::lifecycle, 2);
  story.end(20, Stage::run, 1);
  story.begin(30, Stage::pull, 3);
  story.begin(30, Stage::snapshot, 4, 3);
  story.end(60, Stage::snapshot, 4);
  story.end(60, Stage::pull, 3);
  const StageSummary summary = summarize(story.events);
  ASSERT_EQ(summary.beside.size(), 2u);
  EXPECT_TRUE(summary.beside[0].has(Stage::pull) && summary.beside[0].length_ns == 30) << "the longest first";
  EXPECT_TRUE(summary.beside[1].has(Stage::lifecycle) && summary.beside[1].length_ns == 5);
}

TEST(Stages, AClientThatWaitsIsNoWork) {
  Story story;
  story.begin(0, Stage::request, 1);  // wait: open all the time, related to nothing
  story.begin(10, Stage::isolate, 2);
  story.end(40, Stage::isolate, 2);
  story.end(100, Stage::request, 1);
  EXPECT_EQ(story.own(Stage::isolate), 30);
  EXPECT_EQ(story.own(Stage::request), 70);
}

TEST(Stages, HeldTimeCountsForNoStage) {
  Story story;
  story.begin(0, Stage::isolate, 1);
  Event& released = story.add(1'000'000, Stage::isolate, Kind::instant, 1);
  released.arguments = {{"held_ns", std::int64_t{999'000}}};
  story.end(1'000'500, Stage::isolate, 1);
  const StageSummary summary = summarize(story.events);
  EXPECT_EQ(summary[Stage::isolate].own_ns, 1500);
  EXPECT_EQ(summary[Stage::isolate].held_ns, 999'000);
  EXPECT_EQ(summary.total_ns, 1500);
}

// Two blobs at their gates at once: 100 to 500 and 200 to 600.
TEST(Stages, TimeHeldAtSeveralGatesAtOnceCountsOnce) {
  Story story;
  story.begin(0, Stage::pull, 1);
  Event& first = story.add(500, Stage::lifecycle, Kind::instant, 1);
  first.arguments = {{"held_ns", std::int64_t{400}}, {"stage", std::string("pull")}};
  Event& second = story.add(600, Stage::lifecycle, Kind::instant, 1);
  second.arguments = {{"held_ns", std::int64_t{400}}, {"stage", std::string("pull")}};
  story.end(700, Stage::pull, 1);
  const StageSummary summary = summarize(story.events);
  EXPECT_EQ(summary.total_ns, 200);
  EXPECT_EQ(summary[Stage::pull].own_ns, 200);
  EXPECT_EQ(summary[Stage::pull].held_ns, 500);
  EXPECT_EQ(summary[Stage::lifecycle].held_ns, 0);
}

TEST(Stages, TimeHeldBeforeTheFirstEventIsNoTimeOfTheTrace) {
  Story story;
  story.add(1000, Stage::lifecycle, Kind::instant, 0).arguments = {{"held_ns", std::int64_t{900}}};
  story.add(1300, Stage::run, Kind::instant, 0);
  EXPECT_EQ(summarize(story.events).total_ns, 300);
}

TEST(Stages, WhatComesAfterAFailureWasNotReached) {
  Story story;
  story.begin(0, Stage::request, 1);  // the image is not there: the client pulls, and goes on
  story.end(10, Stage::request, 1).arguments = {{"error", std::string("No such image")}};
  story.begin(20, Stage::pull, 2);
  story.end(30, Stage::pull, 2);
  EXPECT_FALSE(summarize(story.events)[Stage::run].cut_off) << "a pull needs no more";
  story.begin(40, Stage::snapshot, 3);
  story.end(50, Stage::snapshot, 3).arguments = {{"failed", true}};
  const StageSummary summary = summarize(story.events);
  EXPECT_FALSE(summary[Stage::cache].cut_off) << "a later one was seen";
  EXPECT_TRUE(summary[Stage::isolate].cut_off);
  EXPECT_TRUE(summary[Stage::run].cut_off);
}

TEST(Stages, WhatComesAfterWorkWithoutAnEndWasNotReached) {
  Story story;
  story.begin(0, Stage::isolate, 1);
  story.add(10, Stage::lifecycle, Kind::instant, 1);
  EXPECT_TRUE(summarize(story.events)[Stage::run].cut_off);
}

TEST(Stages, EvidenceIsTakenOff) {
  Story story;
  story.begin(0, Stage::cache, 1);
  story.end(100, Stage::cache, 1).arguments = {{"evidence_ns", std::int64_t{60}}};
  EXPECT_EQ(story.own(Stage::cache), 40);
  story.events.back().arguments = {{"evidence_ns", std::int64_t{600}}};
  EXPECT_EQ(story.own(Stage::cache), 0);
}

TEST(Stages, AnOperationToldAsOneEventIsASpan) {
  Story story;
  story.begin(0, Stage::request, 1);
  story.add(50, Stage::isolate, Kind::instant, 1).arguments = {{"duration_ns", std::int64_t{30}}};
  story.end(100, Stage::request, 1);
  EXPECT_EQ(story.own(Stage::isolate), 30);
  EXPECT_EQ(story.own(Stage::request), 70);
  const auto spans = find_spans(story.events);
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[1].begin_ns, 20);
  EXPECT_EQ(spans[1].begin, spans[1].end);
}

TEST(Stages, SpansWithoutAnEndOrBeginDoNoHarm) {
  Story story;
  story.end(5, Stage::pull, 99);
  story.begin(10, Stage::pull, 1);
  story.add(60, Stage::run, Kind::instant, 0);
  EXPECT_EQ(story.own(Stage::pull), 50);
  const auto spans = find_spans(story.events);
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0].end, story.events.size());
}

TEST(Stages, TheBaselineTakesNoTime) {
  Story story;
  story.add(0, Stage::lifecycle, Kind::instant, 0).name = "baseline.image";
  story.add(1000, Stage::run, Kind::instant, 0);
  const StageSummary summary = summarize(story.events);
  EXPECT_EQ(summary.total_ns, 0);
  EXPECT_FALSE(summary[Stage::lifecycle].seen);
}

TEST(Stages, HostileNumbersDoNotOverflow) {
  Story story;
  for (int i = 0; i < 40; ++i) {
    Event& event = story.add(std::int64_t{1} << 61, Stage::run, Kind::instant, 7);
    for (const char* name : {"held_ns", "evidence_ns", "duration_ns"}) {
      event.arguments.push_back(
          {name, i % 2 == 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min()});
    }
  }
  story.begin(0, Stage::run, 7, 7);  // its own parent, and its end before its begin
  story.end(0, Stage::run, 7);
  EXPECT_GE(summarize(story.events).total_ns, 0);
}

// execve at 100, told as running at 130, exit at 500.
TEST(Stages, TheCommandRunsFromItsExecveToItsExit) {
  Story story;
  story.begin(0, Stage::isolate, 1);
  story.add(100, Stage::run, Kind::instant, 1).name = "run.exec";
  story.end(130, Stage::isolate, 1);
  EXPECT_EQ(story.own(Stage::isolate), 100) << "the walls stand when the command is there";
  story.add(300, Stage::run, Kind::instant, 0);
  EXPECT_EQ(story.own(Stage::run), 200) << "while it runs";
  Event& exit = story.add(500, Stage::run, Kind::instant, 1);
  exit.name = "container.exit";
  exit.arguments = {{"duration_ns", std::int64_t{400}}};
  story.add(900, Stage::run, Kind::instant, 0);
  EXPECT_EQ(story.own(Stage::run), 400);
  EXPECT_EQ(story.own(Stage::isolate), 100);
}

TEST(Stages, ACommandThatDidNotStartTakesNoTime) {
  Story story;
  story.begin(0, Stage::isolate, 1);
  Event& exec = story.add(100, Stage::run, Kind::instant, 1);
  exec.name = "run.exec";
  exec.arguments = {{"errno", std::int64_t{2}}};
  story.end(200, Stage::isolate, 1);
  EXPECT_EQ(story.own(Stage::run), 0);
  EXPECT_EQ(story.own(Stage::isolate), 200);
}

TEST(Stages, WhileItIsHeldNothingCounts) {
  Story story;
  story.begin(0, Stage::isolate, 1);
  Event& held = story.add(100, Stage::lifecycle, Kind::instant, 7);
  held.name = "gate.held";
  held.arguments = {{"id", std::int64_t{1}}, {"stage", std::string("isolate")}};
  story.add(400, Stage::lifecycle, Kind::instant, 0);
  EXPECT_EQ(story.own(Stage::isolate), 100);
  EXPECT_EQ(summarize(story.events)[Stage::isolate].held_ns, 300);
  Event& released = story.add(500, Stage::lifecycle, Kind::instant, 7);
  released.name = "gate.released";
  released.arguments = {{"id", std::int64_t{1}}, {"stage", std::string("isolate")}, {"held_ns", std::int64_t{390}}};
  story.end(600, Stage::isolate, 1);
  EXPECT_EQ(story.own(Stage::isolate), 210) << "the release tells how long it really was";
}

// What was counted first stays counted, however many come.
TEST(Stages, ManySpansAreAddedUpExactly) {
  Story story;
  story.begin(0, Stage::request, 1);
  constexpr std::int64_t spans = 5000;
  for (std::int64_t i = 0; i < spans; ++i) {
    story.begin(10 * i, Stage::pull, static_cast<std::uint64_t>(i) + 2, 1);
    story.end(10 * i + 4, Stage::pull, static_cast<std::uint64_t>(i) + 2);
  }
  story.end(10 * spans, Stage::request, 1);
  EXPECT_EQ(story.own(Stage::pull), 4 * spans);
  EXPECT_EQ(story.own(Stage::request), 6 * spans);
}

// A damaged begin without a number opens nothing that others could belong to.
TEST(Stages, ASpanWithoutANumberIsNotOpen) {
  Story story;
  story.begin(0, Stage::pull, 0);
  story.begin(10, Stage::pull, 3);
  StageClock clock;
  for (const Event& event : story.events) clock.add(event);
  EXPECT_FALSE(clock.is_open(0));
  EXPECT_TRUE(clock.is_open(3));
}

}  // namespace
}  // namespace glassdock::trace
