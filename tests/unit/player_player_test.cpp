#include "app/player/player.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/run_story.h"

namespace glassdock::player {
namespace {

using support::RunStory;
constexpr std::int64_t millisecond = 1'000'000;

struct Shown {
  model::History history;
  ViewTimes times;
  explicit Shown(const std::vector<trace::Event>& events = {}) { add(events); }
  void add(const std::vector<trace::Event>& events) {
    for (const trace::Event& event : events) history.add(event);
    times.extend(history);
  }
  Track track() const { return {history, times}; }
  EventIndex find(std::string_view name) const {
    for (std::size_t i = 0; i < history.size(); ++i) {
      if (history.name(history.row(i)) == name) return i;
    }
    return no_event;
  }
};

std::vector<trace::Event> cold() {
  RunStory story;
  story.baseline();
  story.cold();
  return story.events;
}

// Until nothing moves any more.
void play_out(Player& player, const Track& track, std::int64_t frame_ns = 16 * millisecond) {
  for (int i = 0; i < 10'000 && advance(player, track, frame_ns); ++i) {
  }
}

TEST(ViewTimes, EveryEventOfAUsualStartHasItsStayAndTheStartItsLimit) {
  const Shown shown(cold());
  for (std::size_t i = 0; i + 1 < shown.history.size(); ++i) {
    const model::Row& row = shown.history.row(i);
    if (row.kind == trace::Kind::sample) continue;
    EXPECT_GE(shown.times.begin_of(i + 1) - shown.times.begin_of(i), full_stay(shown.history, row))
        << shown.history.name(row);
  }
  EXPECT_LE(shown.times.begin_of(shown.find("run.exec")), longest_start);
}

TEST(ViewTimes, TheBaselineTakesNone) {
  RunStory story;
  for (int i = 0; i < 50; ++i) {
    story.baseline_container(std::to_string(i), "exited");
    story.wait(1'000'000'000);
  }
  story.create();
  const Shown shown(story.events);
  EXPECT_EQ(shown.times.begin_of(50), 0);
  EXPECT_TRUE(shown.times.squeezes().empty());
}

TEST(ViewTimes, AStartOfAnyNumberOfEventsFits) {
  RunStory story;
  story.missing();
  const std::uint64_t request = story.request("POST /images/create");
  for (int i = 0; i < 100; ++i) {
    story.blob(request, "sha256:" + std::to_string(i), 1'000'000, 200);
    story.wait(3'000'000'000);
  }
  story.create();
  story.begin_start();
  story.walls();
  story.execute();
  const Shown shown(story.events);
  EXPECT_LE(shown.times.begin_of(shown.find("run.exec")), longest_start);
}

TEST(ViewTimes, ALongWaitIsSqueezedAndKnown) {
  RunStory story;
  story.create();
  story.begin_start();
  story.walls();
  story.held("isolate.proc", 1);
  story.released("isolate.proc", 1, 14'000'000'000);
  const Shown shown(story.events);
  ASSERT_EQ(shown.times.squeezes().size(), 1u);
  const Squeeze& squeeze = shown.times.squeezes()[0];
  EXPECT_EQ(squeeze.after, shown.find("gate.held"));
  EXPECT_EQ(squeeze.view_ns, longest_wait);
  EXPECT_GE(squeeze.true_ns, 14'000'000'000);
  const std::int64_t middle = shown.times.begin_of(squeeze.after) + longest_wait / 2;
  EXPECT_NEAR(
      static_cast<double>(shown.times.true_ns_at(shown.history, middle) - shown.history.row(squeeze.after).time_ns),
      7e9, 1e8);
}

TEST(ViewTimes, WhatIsShownNeverShiftsWhenMoreComes) {
  const std::vector<trace::Event> events = cold();
  const Shown whole(events);
  Shown live;
  for (std::size_t i = 0; i < events.size(); ++i) {
    live.add({events[i]});
    ASSERT_EQ(live.times.begin_of(i), whole.times.begin_of(i));
  }
}

TEST(ViewTimes, TimesThatRunBackwardsDoNoHarm) {
  std::vector<trace::Event> events = cold();
  for (std::size_t i = 0; i < events.size(); ++i)
    events[i].time_ns = i % 3 == 0 ? INT64_MAX : i % 3 == 1 ? INT64_MIN / 2 : 0;
  const Shown shown(events);
  for (std::size_t i = 1; i < events.size(); ++i) EXPECT_GE(shown.times.begin_of(i), shown.times.begin_of(i - 1));
}

TEST(Player, TheSamePictureAtAnyFrameRate) {
  const Shown shown(cold());
  Player fast = make_recorded_player(shown.track());
  Player slow = fast;
  play(fast, shown.track());
  play(slow, shown.track());
  for (int i = 0; i < 400; ++i) {
    for (int frame = 0; frame < 4; ++frame) advance(fast, shown.track(), 16 * millisecond);
    advance(slow, shown.track(), 64 * millisecond);
    ASSERT_EQ(fast.view_ns, slow.view_ns);
    ASSERT_EQ(position(fast, shown.track()).count, position(slow, shown.track()).count);
  }
  EXPECT_EQ(position(fast, shown.track()).behind, 0u);
  EXPECT_FALSE(advance(fast, shown.track(), 16 * millisecond)) << "at the end nothing moves";
}

TEST(Player, SpeedStretchesTheView) {
  const Shown shown(cold());
  Player player = make_recorded_player(shown.track());
  play(player, shown.track());
  set_speed(player, 1000);
  const std::int64_t begin = player.view_ns;
  for (int i = 0; i < 999; ++i) advance(player, shown.track(), 1'500);
  EXPECT_EQ(player.view_ns - begin, 1'498) << "no rest is lost";
}

TEST(Player, ALiveViewFollowsAndKnowsHowFarBehindItIs) {
  Shown shown(cold());
  Player player = make_live_player();
  EXPECT_EQ(position(player, shown.track()).mode, Mode::live);
  advance(player, shown.track(), 1'000 * millisecond);
  const Position late = position(player, shown.track());
  EXPECT_GT(late.behind, 0u);
  EXPECT_GT(late.behind_true_ns, 0);
  EXPECT_GT(late.behind_view_ns, 0);
  go_live(player, shown.track());
  EXPECT_EQ(position(player, shown.track()).behind, 0u);
  EXPECT_EQ(progress_of(player, shown.track(), shown.history.size() - 1, Motion::wall), 1);
  // After a pause the next event is shown at once.
  play_out(player, shown.track());
  RunStory more;
  more.wait(60'000'000'000'000);
  more.container = std::string(64, 'e');
  more.create(2);
  shown.add({more.events[0]});
  EXPECT_EQ(position(player, shown.track()).behind, 0u);
}

TEST(Player, ALiveViewLeavesRunsOutRatherThanFallMinutesBehind) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  std::vector<std::size_t> begins;
  for (std::uint64_t i = 0; i < 20; ++i) {
    begins.push_back(story.events.size());
    story.container = std::string(64, static_cast<char>('a' + i));
    story.cold(1000 + i);
    story.remove();
  }
  const Shown shown(story.events);
  ASSERT_GT(shown.times.end_ns(), 2 * longest_behind);
  Player player = make_live_player();
  EXPECT_TRUE(advance(player, shown.track(), millisecond));
  const Position at = position(player, shown.track());
  EXPECT_EQ(at.mode, Mode::live);
  EXPECT_LE(at.behind_view_ns, longest_behind);
  EXPECT_GT(at.behind_view_ns, longest_behind / 3) << "no more is left out than must be";
  EXPECT_NE(shown.history.row(at.event).marks & model::row_begins_run, 0u);
  play_out(player, shown.track());
  EXPECT_EQ(position(player, shown.track()).behind, 0u);

  Player slow = make_live_player();
  set_speed(slow, 10);
  advance(slow, shown.track(), millisecond);
  EXPECT_LE(position(slow, shown.track()).count, begins[1]) << "slow motion leaves nothing out";
}

TEST(Player, HeldPastAndBack) {
  RunStory story;
  story.create();
  story.begin_start();
  story.walls();
  story.held("isolate.proc", 1);
  const Shown shown(story.events);
  Player player = make_live_player();
  play_out(player, shown.track());
  EXPECT_EQ(position(player, shown.track()).mode, Mode::held);
  ASSERT_TRUE(step_back(player, shown.track()));
  EXPECT_EQ(position(player, shown.track()).mode, Mode::past);
  EXPECT_EQ(position(player, shown.track()).behind, 1u);
  EXPECT_FALSE(advance(player, shown.track(), millisecond)) << "the past stands still";
  go_live(player, shown.track());
  EXPECT_EQ(position(player, shown.track()).mode, Mode::held);
}

TEST(Player, StepsForthAndBackComeToTheSamePlaces) {
  const Shown shown(cold());
  Player player = make_recorded_player(shown.track());
  EXPECT_EQ(position(player, shown.track()).mode, Mode::recorded);
  std::vector<std::size_t> counts = {position(player, shown.track()).count};
  while (step(player, shown.track())) {
    play_out(player, shown.track());
    const Position at = position(player, shown.track());
    ASSERT_GT(at.count, counts.back());
    EXPECT_TRUE(is_step(shown.history, shown.history.row(at.event)));
    counts.push_back(at.count);
  }
  EXPECT_GE(counts.size(), 40u);
  for (std::size_t i = counts.size() - 1; i-- > 0;) {
    ASSERT_TRUE(step_back(player, shown.track()));
    EXPECT_EQ(position(player, shown.track()).count, counts[i]);
  }
  EXPECT_FALSE(step_back(player, shown.track()));
}

TEST(Player, AStepEasesAndAStepBackDoesNot) {
  const Shown shown(cold());
  Player player = make_recorded_player(shown.track());
  const EventIndex clone = shown.find("isolate.clone");
  scrub_to_event(player, shown.track(), clone - 1);
  ASSERT_TRUE(step(player, shown.track()));
  EXPECT_EQ(progress_of(player, shown.track(), clone, Motion::wall), 0);
  EXPECT_EQ(progress_of(player, shown.track(), clone - 1, Motion::wall), 1);
  advance(player, shown.track(), 110 * millisecond);
  EXPECT_NEAR(progress_of(player, shown.track(), clone, Motion::wall), 1 - 0.125, 1e-6);
  EXPECT_NEAR(progress_of(player, shown.track(), clone, Motion::leaving), (110 / 240.0) * (110 / 240.0), 1e-6);
  EXPECT_NEAR(progress_of(player, shown.track(), clone, Motion::packet), 110 / 240.0, 1e-6);
  EXPECT_NEAR(progress_of(player, shown.track(), clone, Motion::glow), 1 - 110 / 400.0, 1e-6);
  EXPECT_EQ(progress_of(player, shown.track(), clone, Motion::wall, true), 1);
  play_out(player, shown.track());
  EXPECT_EQ(progress_of(player, shown.track(), clone, Motion::process), 1) << "nothing stays half drawn";
  step_back(player, shown.track());
  step(player, shown.track());
  scrub_to_event(player, shown.track(), clone);
  EXPECT_EQ(progress_of(player, shown.track(), clone, Motion::wall), 1);
}

TEST(Player, RunsToStagesGatesAndEvents) {
  const Shown shown(cold());
  Player player = make_recorded_player(shown.track());
  run_to(player, shown.track(), GateGoal{"isolate.proc"});
  play_out(player, shown.track());
  EXPECT_EQ(position(player, shown.track()).count, shown.find("isolate.proc")) << "nothing of it is done";
  run_to(player, shown.track(), StageGoal{trace::Stage::run});
  play_out(player, shown.track());
  EXPECT_EQ(position(player, shown.track()).count, shown.find("run.exec"));
  run_to(player, shown.track(), EventGoal{shown.find("container.exit")});
  play_out(player, shown.track());
  EXPECT_EQ(position(player, shown.track()).event, shown.find("container.exit"));
}

TEST(Player, AGoalThatHasNotComeIsWaitedFor) {
  const std::vector<trace::Event> events = cold();
  Shown shown({events.begin(), events.begin() + 10});
  Player player = make_live_player();
  run_to(player, shown.track(), GateGoal{"isolate.proc"});
  play_out(player, shown.track());
  EXPECT_TRUE(player.playing);
  shown.add({events.begin() + 10, events.end()});
  play_out(player, shown.track());
  EXPECT_EQ(position(player, shown.track()).count, shown.find("isolate.proc"));
  EXPECT_EQ(position(player, shown.track()).mode, Mode::past);
}

TEST(Player, ScrubsAnywhereWithoutHarm) {
  const Shown shown(cold());
  Player player = make_recorded_player(shown.track());
  for (const double fraction : {-1.0, 0.0, 0.3, 1.0, 7.0, std::numeric_limits<double>::quiet_NaN()}) {
    scrub_to_fraction(player, shown.track(), fraction);
    EXPECT_LE(position(player, shown.track()).count, shown.history.size());
  }
  scrub_to_event(player, shown.track(), no_event);
  EXPECT_EQ(position(player, shown.track()).behind, 0u);
  const Shown nothing;
  Player empty = make_live_player();
  EXPECT_FALSE(step(empty, nothing.track()));
  EXPECT_FALSE(step_back(empty, nothing.track()));
  scrub_to_fraction(empty, nothing.track(), 0.5);
  EXPECT_EQ(position(empty, nothing.track()).count, 0u);
}

TEST(Player, AGoalIsNotLookedForAmongForgottenEvents) {
  Shown shown;
  shown.history.set_live_limit(1);
  RunStory story;
  story.baseline();
  story.create();
  shown.add(story.events);
  Player player = make_live_player();
  run_to(player, shown.track(), GateGoal{"isolate.proc"});
  const std::size_t before = story.events.size();
  story.held("isolate.proc", 1);
  for (int i = 0; i < 300; ++i) {
    story.tell(trace::Stage::snapshot, trace::Kind::instant, "snapshot.whiteout", "/x");
  }
  shown.add({story.events.begin() + static_cast<std::ptrdiff_t>(before), story.events.end()});
  ASSERT_GT(shown.history.first(), before);
  EXPECT_NO_THROW(advance(player, shown.track(), millisecond));
}

// With as much memory anew for each event this would move 360 GB.
}  // namespace
}  // namespace glassdock::player
