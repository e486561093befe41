// A race as its events tell it.
#include <gtest/gtest.h>

#include "app/model/history.h"
#include "app/player/view_times.h"
#include "tests/support/race_story.h"
#include "tests/support/reduced.h"

namespace glassdock::model {
namespace {

using support::RaceStory;

const Race& race_of(const Model& model) {
  return model.race;
}

TEST(RaceModel, AMachineStandsAsFarAsItsMilestonesHaveCome) {
  RaceStory story;
  story.begin();
  story.machine_boot(0, "kernel");
  const Model model = support::reduce(story.events);
  const RaceRun& run = race_of(model).lane(Lane::vm).run;
  EXPECT_EQ(run.state, State::appearing);
  EXPECT_EQ(run.pid, 48611);
  ASSERT_TRUE(run.milestone("kernel"));
  EXPECT_GT(run.milestone("kernel")->ns, run.milestone("processor")->ns);
  EXPECT_EQ(run.milestone("init"), nullptr);
  EXPECT_EQ(race_of(model).accelerator, "TCG");
  EXPECT_EQ(race_of(model).lane(Lane::container).run.state, State::planned);
}

TEST(RaceModel, AContainersOwnEventsAreItsMilestones) {
  RaceStory story;
  story.begin();
  story.container_run(0);
  const Model model = support::reduce(story.events);
  const RaceLane& lane = race_of(model).lane(Lane::container);
  EXPECT_EQ(lane.run.state, State::there);
  EXPECT_EQ(lane.run.pid, 48533);
  for (const char* name : {"walls", "files", "command", "output", "exit"})
    EXPECT_TRUE(lane.run.milestone(name)) << name;
  EXPECT_EQ(lane.run.milestone("output")->ns, 3'000'000) << "as its end says";
  EXPECT_EQ(lane.run.output.front(), "bin");
  EXPECT_EQ(lane.run.left_out.size(), 1u);
}

TEST(RaceModel, WhatIsOnlyAskedSomethingIsNoRun) {
  RaceStory story;
  story.begin();
  story.container_run(0, true);
  story.container_run(1);
  story.container_run(0, false, true);
  const Model model = support::reduce(story.events);
  const RaceLane& lane = race_of(model).lane(Lane::container);
  EXPECT_EQ(lane.runs, 2);
  EXPECT_EQ(lane.run.number, 1);
  EXPECT_EQ(lane.cold_exit_ns, 4'000'000);
}

TEST(RaceModel, FiguresAreThoseThatWereTold) {
  RaceStory story;
  story.whole();
  const Model model = support::reduce(story.events);
  const Race& race = race_of(model);
  EXPECT_EQ(race.state, State::there);
  EXPECT_EQ(race.command, "ls /");
  EXPECT_EQ(race.had[1].size(), 2u);
  ASSERT_TRUE(race.lane(Lane::vm).spread("output"));
  EXPECT_EQ(race.lane(Lane::vm).spread("output")->median, 1'570'000'000);
  EXPECT_EQ(race.lane(Lane::vm).spread("created"), nullptr) << "it has none";
  EXPECT_EQ(race.lane(Lane::container).standing.command_is_seen, true);
  EXPECT_EQ(race.lane(Lane::vm).standing.command_is_seen, false);
  EXPECT_EQ(race.lane(Lane::vm).standing.read_bytes, std::nullopt) << "it was not read";
  EXPECT_EQ(race.lane(Lane::container).density.size(), 3u);
  EXPECT_EQ(race.lane(Lane::container).extrapolated_fit, 76'000);
}

TEST(RaceModel, ARaceThatIsGivenUpLeavesNoRunThatGoesOn) {
  RaceStory story;
  story.begin();
  story.machine_boot(0, "init");
  story.end("whoever asked for the race has gone");
  const Model model = support::reduce(story.events);
  EXPECT_EQ(race_of(model).state, State::failed);
  EXPECT_EQ(race_of(model).lane(Lane::vm).run.state, State::failed);
  EXPECT_EQ(race_of(model).error, "whoever asked for the race has gone");
}

TEST(RaceModel, AnEngineThatDiesEndsIt) {
  RaceStory story;
  story.begin();
  story.machine_boot(0, "init");
  story.tell(trace::Stage::lifecycle, trace::Kind::instant, "trace.ended", "");
  EXPECT_EQ(support::reduce(story.events).race.state, State::failed);
}

TEST(RaceModel, AnotherRaceBeginsWithNothing) {
  RaceStory story;
  story.whole();
  story.begin();
  const Model model = support::reduce(story.events);
  EXPECT_EQ(race_of(model).lane(Lane::vm).runs, 0);
  EXPECT_EQ(race_of(model).lane(Lane::vm).run.state, State::planned);
}

TEST(RaceModel, HowExactlyTheGuestWasStoppedIsOfTheRunAlone) {
  RaceStory story;
  story.begin();
  story.machine_boot(0, "stopped");
  const EventIndex stop = story.events.size() - 1;
  const auto run = [&] { return race_of(support::reduce(story.events)).lane(Lane::vm).run; };
  EXPECT_EQ(run().late_ns, 400'000);
  EXPECT_EQ(run().stop_symbol, "");
  EXPECT_EQ(run().stop, stop);
  story.events.back().arguments = {{"symbol", std::string("kernel_init")},
                                   {"address", std::string("ffffffff81a07a30")}};
  EXPECT_FALSE(run().late_ns);
  EXPECT_EQ(run().stop_symbol, "kernel_init");
  EXPECT_EQ(run().stop_address, "ffffffff81a07a30");
  story.events.back().arguments.clear();  // before its first instruction
  EXPECT_EQ(run().stop, no_event);
  story.events.back().arguments = {{"symbol", std::string("kernel_init")}};
  story.begin_run("vm", 1);
  EXPECT_EQ(run().stop_symbol, "");
}

TEST(RaceModel, AnyMomentIsThatOfPlayingUpToIt) {
  RaceStory story;
  story.whole();
  History history;
  std::vector<std::uint64_t> hashes;
  for (const trace::Event& event : story.events) {
    history.add(event);
    hashes.push_back(hash(history.now()));
  }
  for (std::size_t count = story.events.size(); count > 1; --count) {
    EXPECT_EQ(hash(history.at(count)), hashes[count - 1]) << count;
  }
}

// A container's start has eighty events; in a race only what its picture shows is a step.
TEST(RaceModel, OnlyMilestonesTakeTimeInTheView) {
  RaceStory story;
  story.begin();
  story.container_run(0);
  History history;
  for (const trace::Event& event : story.events) history.add(event);
  std::vector<std::string> steps;
  for (EventIndex i = 0; i < history.size(); ++i) {
    if (player::is_step(history, history.row(i))) steps.emplace_back(history.name(history.row(i)));
  }
  const std::vector<std::string> expected{"vm.race",  "vm.accelerator", "vm.sides",
                                          "vm.run",   "isolate.clone",  "snapshot.overlay",
                                          "run.exec", "container.exit", "vm.run"};
  EXPECT_EQ(steps, expected);
}

}  // namespace
}  // namespace glassdock::model
