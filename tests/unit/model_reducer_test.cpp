#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "app/model/reducer.h"
#include "engine/trace/json.h"
#include "engine/trace/stages.h"
#include "engine/trace/words.h"
#include "tests/support/reduced.h"
#include "tests/support/run_story.h"

namespace glassdock::model {
namespace {

using support::reduce;
using support::RunStory;
using support::story_base;
using support::story_container;
using support::story_image;
using support::story_top;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using trace::Kind;
using trace::Stage;

const Wall& wall(const Container& container, WallKind kind) {
  return container.walls[static_cast<std::size_t>(kind)];
}

State stage(const Model& model, Stage name) {
  return model.run.stages[static_cast<std::size_t>(name)].state;
}

const Mount* mount(const Container& container, const std::string& target) {
  for (const Mount& each : container.mounts) {
    if (each.target == target) return &each;
  }
  return nullptr;
}

TEST(Reducer, KnowsEveryEventThatTheEngineTells) {
  for (const trace::EventWords& words : trace::event_words()) {
    const auto unneeded = names_without_picture();
    const bool listed = std::find(unneeded.begin(), unneeded.end(), words.name) != unneeded.end();
    EXPECT_NE(has_picture(words.name), listed) << words.name << " must be in one of the two tables of reducer.cpp";
  }
  for (const std::string_view name : names_without_picture()) EXPECT_NE(trace::find_words(name), nullptr) << name;
  EXPECT_TRUE(has_picture("isolate.volume-12"));
  EXPECT_FALSE(has_picture("isolate.unheard-of"));
}

TEST(Reducer, AnUnknownEventChangesNothingButTheCount) {
  Model model;
  trace::Event event;
  event.name = "later.version";
  event.subject = story_container;
  apply(model, event, 0);
  EXPECT_EQ(model.events, 1u);
  EXPECT_THAT(model.containers, IsEmpty());
}

TEST(Reducer, TheBaselineTellsWhatIsHere) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.baseline_container("e1", "exited");
  const Model model = reduce(story.events);
  EXPECT_EQ(model.engine.hub, "127.0.0.1:41873");
  EXPECT_EQ(model.engine.cgroups, "v2");
  EXPECT_EQ(model.engine.launcher, 47981);
  EXPECT_EQ(model.engine.namespaces[static_cast<std::size_t>(WallKind::pid)], "4026531836");
  ASSERT_EQ(model.images.size(), 1u);
  EXPECT_THAT(model.images[0].layers, ElementsAre(story_base, story_top));
  ASSERT_NE(model.layer(story_top), nullptr);
  EXPECT_EQ(model.layer(story_top)->number, 2);
  EXPECT_EQ(model.layer(story_top)->bytes, 1141);
  EXPECT_EQ(model.layer(story_top)->entries, 312);
  ASSERT_NE(model.container("e1"), nullptr);
  EXPECT_EQ(model.container("e1")->phase, Phase::exited);
  EXPECT_EQ(model.container("e1")->exit_code, 3);
  EXPECT_THAT(model.container("e1")->layers, ElementsAre(story_base, story_top));
}

TEST(Reducer, AColdRunPutsEverythingInItsPlace) {
  RunStory story;
  story.baseline();
  story.cold();
  const Model model = reduce(story.events);
  ASSERT_NE(model.current(), nullptr);
  const Container& container = *model.current();
  EXPECT_EQ(container.name, "brave_lovelace");
  EXPECT_EQ(container.command, "ls -l");
  EXPECT_EQ(container.program, "ls");
  EXPECT_EQ(container.phase, Phase::exited);
  EXPECT_EQ(container.exit_code, 0);
  EXPECT_THAT(container.layers, ElementsAre(story_base, story_top));
  EXPECT_EQ(container.memory.limit, 67108864);
  EXPECT_EQ(container.memory.used, 778240);
  EXPECT_EQ(container.cpu.limit, 50000);
  EXPECT_EQ(container.pids.limit, 20);
  EXPECT_EQ(container.capability_count, 14);
  EXPECT_EQ(container.capability_count_before, 41);
  EXPECT_EQ(container.monitor, 48117);
  EXPECT_EQ(container.process, 48121);
  EXPECT_EQ(wall(container, WallKind::pid).inode, "4026532256");
  EXPECT_EQ(wall(container, WallKind::pid).host_inode, "4026531836");
  EXPECT_EQ(wall(container, WallKind::cgroup).inode, "4026532324");
  EXPECT_EQ(wall(container, WallKind::cgroup).host_inode, "4026531835");
  EXPECT_EQ(wall(container, WallKind::user).state, State::gone) << "it is the engine's own";
  ASSERT_NE(mount(container, "/x"), nullptr);
  EXPECT_TRUE(mount(container, "/x")->read_only);
  EXPECT_EQ(mount(container, "/x")->type, "bind");
  EXPECT_NE(mount(container, "/y"), nullptr);
  EXPECT_EQ(mount(container, "/")->type, "overlay");
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    EXPECT_EQ(model.run.stages[i].state, State::there) << trace::to_string(static_cast<Stage>(i));
  }
  EXPECT_TRUE(model.run.ended);
  EXPECT_FALSE(model.run.failed) << "the first create's 404 leads to the pull";
  ASSERT_EQ(model.transfers.size(), 2u);
  EXPECT_TRUE(model.transfers[0].verified);
  EXPECT_EQ(model.layer(story_base)->entries, 312);
  EXPECT_EQ(model.image("alpine:latest")->id, story_image);
}

TEST(Reducer, WhatIsToComeIsPlannedFromTheStartsFirstEvent) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.create();
  story.begin_start();
  Model model = reduce(story.events);
  const Container& container = *model.current();
  ASSERT_EQ(container.operations.size(), 13u);
  EXPECT_EQ(container.operations[2].name, "isolate.clone");
  EXPECT_EQ(container.operations[2].state, State::planned);
  EXPECT_EQ(container.operations[12].stage, Stage::run);
  EXPECT_EQ(wall(container, WallKind::net).state, State::planned);
  EXPECT_EQ(wall(container, WallKind::cgroup).state, State::planned);
  EXPECT_EQ(wall(container, WallKind::user).state, State::gone);
  ASSERT_EQ(container.mounts.size(), 4u);
  EXPECT_EQ(container.mounts[1].target, "/proc");
  EXPECT_EQ(container.mounts[1].state, State::planned);
  EXPECT_EQ(container.mounts[3].target, "") << "where a volume goes is told when it is done";

  const std::size_t before = story.events.size();
  story.walls();
  for (std::size_t i = before; i < story.events.size(); ++i) apply(model, story.events[i], i);
  EXPECT_EQ(wall(*model.current(), WallKind::net).state, State::there);
  EXPECT_EQ(model.current()->operations.size(), 13u);
  EXPECT_EQ(model.current()->operations[2].state, State::there);
  EXPECT_EQ(model.current()->operations[5].state, State::planned);
}

// Limits of a start that reads no evidence.
Model with_limits(const std::string& told) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.create();
  story.begin_start();
  story.limits(told.empty() ? std::vector<trace::Argument>{} : std::vector<trace::Argument>{{"limits", told}});
  return reduce(story.events);
}

TEST(Reducer, LimitsAreWhatWasWrittenAndNoneWhereNoneWas) {
  const Model v2 = with_limits("memory.max=67108864\nmemory.swap.max=67108864\ncpu.max=50000 100000");
  EXPECT_EQ(v2.current()->memory.limit, 67108864);
  EXPECT_EQ(v2.current()->cpu.limit, 50000);
  EXPECT_EQ(v2.current()->pids.limit, 0);
  const Model v1 = with_limits("memory.limit_in_bytes=67108864\ncpu.cfs_period_us=100000\ncpu.cfs_quota_us=50000");
  EXPECT_EQ(v1.current()->memory.limit, 67108864);
  EXPECT_EQ(v1.current()->cpu.limit, 50000);
  EXPECT_EQ(with_limits("").current()->memory.limit, std::nullopt) << "an engine that does not tell them";
}

TEST(Reducer, AStartThatAnnouncesNoLimitsHasNone) {
  RunStory story;
  story.baseline();
  story.create();
  story.begin_start();
  EXPECT_EQ(reduce(story.events).current()->pids.limit, std::nullopt) << "they are to come";
  for (trace::Argument& argument : story.events[story.events.size() - 1].arguments) {
    if (argument.name == "operations") argument.value = std::string("isolate.cgroups isolate.clone run.exec");
  }
  EXPECT_EQ(reduce(story.events).current()->pids.limit, 0);
}

TEST(Reducer, TheUserWallOfAnOrdinaryUsersEngineIsTheEnginesAndStays) {
  RunStory story;
  story.baseline(true);
  story.baseline_image();
  story.create();
  story.begin_start();
  EXPECT_EQ(wall(*reduce(story.events).current(), WallKind::user).state, State::planned);
  story.limits({});
  story.clone();
  EXPECT_EQ(wall(*reduce(story.events).current(), WallKind::user).state, State::there);
  EXPECT_EQ(wall(*reduce(story.events).current(), WallKind::user).inode, "4026531837");
  story.execute();
  story.exit();
  const Model model = reduce(story.events);
  EXPECT_EQ(wall(*model.current(), WallKind::user).state, State::there);
  EXPECT_EQ(wall(*model.current(), WallKind::pid).state, State::leaving);
}

TEST(Reducer, WhatTheMonitorDidLastBringsItNotBack) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.create();
  story.begin_start();
  story.walls();
  story.fail_to_execute();
  story.teardown("lifecycle.cgroups-remove");
  EXPECT_EQ(reduce(story.events).current()->monitor, 0);
}

TEST(Reducer, AWarmRunNeedsNoPull) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.create();
  const Model model = reduce(story.events);
  EXPECT_EQ(stage(model, Stage::pull), State::gone);
  EXPECT_EQ(model.lookup.state, State::there);
  EXPECT_EQ(stage(model, Stage::isolate), State::planned);
  EXPECT_THAT(model.current()->layers, ElementsAre(story_base, story_top));
  EXPECT_EQ(model.current()->writable, State::there);
}

TEST(Reducer, AHeldGateMarksWhatWaitsAndIsForgottenWhenItIsDone) {
  RunStory story;
  story.baseline();
  story.create();
  story.begin_start();
  story.walls();
  story.held("isolate.proc", 1);
  Model model = reduce(story.events);
  ASSERT_EQ(model.held.size(), 1u);
  EXPECT_EQ(model.held[0].who, trace::Actor::child);
  EXPECT_EQ(model.held[0].id, "1");
  EXPECT_EQ(model.current()->process_state, State::held);
  EXPECT_EQ(mount(*model.current(), "/proc")->state, State::held);
  EXPECT_EQ(stage(model, Stage::isolate), State::held);

  RunStory released = story;
  released.released("isolate.proc", 1, 5'000'000'000);
  model = reduce(released.events);
  EXPECT_THAT(model.held, IsEmpty());
  EXPECT_EQ(model.held_ns, 5'000'000'000);
  EXPECT_EQ(model.current()->process_state, State::there);
  EXPECT_EQ(mount(*model.current(), "/proc")->state, State::planned);

  RunStory lost = story;  // the event of the release is missing
  lost.files();
  EXPECT_THAT(reduce(lost.events).held, IsEmpty());
  EXPECT_EQ(reduce(lost.events).current()->process_state, State::there);
}

TEST(Reducer, TwoRunsMayHoldUnderTheSameNumber) {
  RunStory story;
  story.held("isolate.proc", 1, 0, 1);
  story.held("isolate.dev", 1, 0, 2);
  story.released("isolate.dev", 1, 10, 2);
  const Model model = reduce(story.events);
  ASSERT_EQ(model.held.size(), 1u);
  EXPECT_EQ(model.held[0].gate, "isolate.proc");
}

TEST(Reducer, ACommandThatIsNotThereFailsTheRunAndTakesTheWallsDown) {
  RunStory story;
  story.baseline();
  story.create();
  story.begin_start();
  story.walls();
  story.files();
  story.powers();
  story.fail_to_execute();
  const Model model = reduce(story.events);
  EXPECT_TRUE(model.run.failed);
  EXPECT_TRUE(model.run.ended);
  EXPECT_EQ(stage(model, Stage::run), State::failed);
  EXPECT_EQ(stage(model, Stage::isolate), State::there);
  const Container& container = *model.current();
  EXPECT_EQ(container.error, "unable to start container process: exec: \"nosuch\": executable file not found in $PATH");
  EXPECT_EQ(container.failed_code, 127);
  EXPECT_FALSE(container.exit_code) << "nothing ran that could have ended";
  EXPECT_EQ(container.program, "");
  EXPECT_EQ(container.operations.back().state, State::failed);
  EXPECT_EQ(container.operations.back().error_number, 2);
  EXPECT_EQ(wall(container, WallKind::pid).state, State::leaving);
}

TEST(Reducer, AFailureAfterWhichTheStartGoesOnIsNone) {
  RunStory story;
  story.create();
  story.begin_start();
  story.operation("isolate.hostname", Stage::isolate, {{"errno", std::int64_t{2}}});
  EXPECT_EQ(reduce(story.events).current()->operations[4].state, State::failed);
  story.operation("isolate.proc");
  const Model model = reduce(story.events);
  EXPECT_EQ(model.current()->operations[4].state, State::there);
  EXPECT_EQ(model.current()->operations[4].error_number, 2);
}

TEST(Reducer, AnImageThatNobodyHasFailsThePull) {
  RunStory story;
  story.missing();
  story.pull_in_vain("alpine:latest");
  const Model model = reduce(story.events);
  EXPECT_EQ(stage(model, Stage::pull), State::failed);
  EXPECT_EQ(stage(model, Stage::run), State::planned);
  EXPECT_TRUE(model.run.failed);
  EXPECT_EQ(model.images[0].state, State::failed);
}

// The engine throws away what it had pulled by then.
TEST(Reducer, APullThatFailsBehindItsManifestLeavesNoImage) {
  RunStory story;
  const std::uint64_t request = story.request("POST /images/create");
  story.tell(Stage::pull, Kind::begin, "pull.manifest", "alpine:latest", 90, request);
  story.tell(Stage::pull, Kind::end, "pull.manifest", "alpine:latest", 90, request, {{"blobs", story_base}});
  EXPECT_EQ(reduce(story.events).image_of_run()->state, State::appearing);
  story.answer(request, "POST /images/create", 500);
  EXPECT_EQ(reduce(story.events).image_of_run()->state, State::failed);
}

// As `docker pull busybox; docker pull alpine`: what both have comes once, and is told by the digest of its files.
TEST(Reducer, ALayerThatIsHereAlreadyIsNoLayerMore) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  const std::string other = "sha256:" + std::string(64, '7'), files = "sha256:" + std::string(64, '8');
  const std::uint64_t request = story.request("POST /images/create");
  story.tell(Stage::pull, Kind::begin, "pull.manifest", "busybox:latest", 90, request);
  story.tell(Stage::pull, Kind::end, "pull.manifest", "busybox:latest", 90, request,
             {{"blobs", story_base + " " + other}});
  for (const char* digest : {"sha256:files of the base", files.c_str()}) {
    story.tell(Stage::cache, Kind::instant, "cache.layer", digest, request, 0, {{"result", std::string("hit")}});
  }
  story.tell(Stage::pull, Kind::instant, "pull.done", "busybox:latest", request, 0,
             {{"image", std::string("sha256:b")}});
  story.answer(request, "POST /images/create", 200);
  const Model model = reduce(story.events);
  EXPECT_THAT(model.image_of_run()->layers, ElementsAre(story_base, other));
  EXPECT_EQ(model.layers.size(), 3u);
  EXPECT_EQ(model.layer(other)->state, State::there);
}

TEST(Reducer, ARunNamesItsImageAsSoonAsAnEventDoes) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  const std::uint64_t request = story.request("POST /containers/create");
  EXPECT_EQ(reduce(story.events).run.image, "");
  story.tell(Stage::lifecycle, Kind::instant, "gate.held", "docker.io/library/alpine", 1, 0,
             {{"id", std::int64_t{1}}, {"gate", std::string("cache.lookup")}, {"stage", std::string("cache")}});
  Model model = reduce(story.events);
  EXPECT_EQ(model.run.image, "alpine:latest");
  ASSERT_NE(model.image_of_run(), nullptr);
  EXPECT_EQ(model.image_of_run()->id, story_image);
  story.lookup(request, false, "alpin");
  model = reduce(story.events);
  EXPECT_EQ(model.run.image, "alpin:latest");
  EXPECT_EQ(model.image_of_run(), nullptr);
  // Somebody else's question is none of this run.
  const std::uint64_t other = story.request("GET /images/busybox/json", 0);
  story.lookup(other, false, "busybox");
  EXPECT_EQ(reduce(story.events).run.image, "alpin:latest");
}

TEST(Reducer, APullEndsItsRunUnlessAContainerWaitsForIt) {
  RunStory pull;
  pull.pull();
  EXPECT_TRUE(reduce(pull.events).run.ended);
  EXPECT_TRUE(reduce(pull.events).run.is_pull());
  RunStory run;
  run.missing();
  run.pull();
  EXPECT_FALSE(reduce(run.events).run.ended);
  EXPECT_FALSE(reduce(run.events).run.is_pull());
}

TEST(Reducer, TheRealDockersRequestsAreOneRun) {
  RunStory story;
  story.cold(0);
  const Model model = reduce(story.events);
  EXPECT_EQ(model.run.first, 0u);
  EXPECT_EQ(model.run.requests.size(), 4u);
  EXPECT_EQ(model.run.container, story_container);
  EXPECT_EQ(stage(model, Stage::run), State::there);
}

TEST(Reducer, ANewRunTakesThePictureOverAndOtherRequestsDoNot) {
  RunStory story;
  story.cold(1);
  const std::uint64_t list = story.request("GET /containers/json", 0);
  story.answer(list, "GET /containers/json", 200, 0);
  Model model = reduce(story.events);
  EXPECT_EQ(model.run.container, story_container);
  EXPECT_EQ(model.other.words, "GET /containers/json");
  EXPECT_EQ(model.other.status, 200);

  story.container = std::string(64, 'e');
  const std::size_t begin = story.events.size();
  story.create(2);
  model = reduce(story.events);
  EXPECT_EQ(model.run.first, begin);
  EXPECT_EQ(model.run.root, 2u);
  EXPECT_EQ(model.run.container, story.container);
  EXPECT_THAT(model.transfers, IsEmpty());
  ASSERT_NE(model.container(story_container), nullptr);
  EXPECT_THAT(model.container(story_container)->operations, IsEmpty()) << "only the run in the picture needs them";
}

// Of a container that is started twice, what the start in the picture took is told; the roots are those of two
// commands, of `watch`, and of the real docker.
TEST(Reducer, ARestartsTimesAreItsOwn) {
  constexpr std::int64_t second = 1'000'000'000;
  for (const auto& [first_root, second_root] : {std::pair{1U, 2U}, {1U, 1U}, {0U, 0U}}) {
    RunStory story;
    story.baseline();
    story.missing(first_root);
    story.pull(first_root);
    story.create(first_root);
    story.begin_start(first_root);
    story.walls();
    story.held("isolate.proc", 2, 48121, first_root);
    story.released("isolate.proc", 2, 3 * second, first_root);
    story.files();
    story.powers();
    story.execute(first_root);
    const Model once = reduce(story.events);
    const std::size_t restart = story.events.size();
    story.restart(5 * second, second_root);
    const Model model = reduce(story.events);
    EXPECT_EQ(model.run.first, restart);
    EXPECT_EQ(model.run.root, second_root);
    EXPECT_EQ(model.run.container, story_container);
    EXPECT_TRUE(model.run.executing);
    EXPECT_FALSE(model.run.ended);
    // One start took as long as the other, but for its gate; nothing was pulled, and what ran before is not counted.
    const StageTimes times = model.stage_times(), before = once.stage_times();
    EXPECT_GT(times[trace::index_of(Stage::isolate)], 0);
    EXPECT_LE(times[trace::index_of(Stage::isolate)], before[trace::index_of(Stage::isolate)]);
    EXPECT_LT(times[trace::index_of(Stage::run)].value_or(second), second);
    EXPECT_LT(times[trace::index_of(Stage::request)].value_or(second), second);
    EXPECT_FALSE(times[trace::index_of(Stage::pull)]);
    EXPECT_EQ(stage(model, Stage::pull), State::gone);
    EXPECT_EQ(model.run.clock.times(model.now_ns).all_held_ns, 0);
    // Between its exit and its start the run goes on.
    for (std::size_t count = restart + 1; count <= story.events.size(); ++count) {
      EXPECT_FALSE(reduce({story.events.begin(), story.events.begin() + static_cast<std::ptrdiff_t>(count)}).run.ended)
          << story.events[count - 1].name;
    }
    story.exit();
    EXPECT_TRUE(reduce(story.events).run.ended);
  }
}

// As where its request was lost.
TEST(Reducer, ASecondStartThatNobodyAskedForIsARunOfItsOwnToo) {
  RunStory story;
  story.create();
  story.warm_start();
  const Model once = reduce(story.events);
  const std::size_t again = story.events.size();
  story.begin_start_of(0);
  story.walls();
  story.files();
  story.powers();
  story.execute();
  const Model model = reduce(story.events);
  EXPECT_EQ(model.run.first, again);
  EXPECT_EQ(model.run.begin_ns, story.events[again].time_ns);
  EXPECT_EQ(model.run.container, story_container);
  EXPECT_EQ(model.stage_times()[trace::index_of(Stage::isolate)], once.stage_times()[trace::index_of(Stage::isolate)]);
}

TEST(Reducer, AStartThatGoesOnIsNotPushedOutOfThePicture) {
  RunStory story;
  story.create(1);
  story.begin_start(1);
  story.container = std::string(64, 'e');
  story.create(2);
  EXPECT_EQ(reduce(story.events).run.container, story_container);
}

TEST(Reducer, ARemovedContainerIsGoneUnlessItIsTheRunsOwn) {
  RunStory story;
  story.baseline_container("e1", "exited");
  story.create();
  story.warm_start();
  story.remove();
  EXPECT_EQ(reduce(story.events).current()->phase, Phase::removed);
  EXPECT_EQ(reduce(story.events).current()->writable, State::leaving);
  story.container = "e1";
  story.remove();
  EXPECT_EQ(reduce(story.events).container("e1"), nullptr);
}

TEST(Reducer, ImagesAreTaggedUntaggedAndDeletedWithTheirLayers) {
  RunStory story;
  story.baseline_image();
  story.tell(Stage::lifecycle, Kind::instant, "image.tag", "mine:1", 0, 0, {{"image", story_image}});
  Model model = reduce(story.events);
  ASSERT_NE(model.image("mine:1"), nullptr);
  EXPECT_EQ(model.image("mine:1")->layers.size(), 2u);
  story.tell(Stage::lifecycle, Kind::instant, "image.untag", "mine:1");
  EXPECT_EQ(reduce(story.events).image("mine:1"), nullptr);
  story.tell(Stage::lifecycle, Kind::instant, "image.delete", story_image);
  model = reduce(story.events);
  EXPECT_THAT(model.images, IsEmpty());
  EXPECT_THAT(model.layers, IsEmpty());
}

TEST(Reducer, TheStagesTimesAreThoseOfTheSummary) {
  RunStory story;
  story.baseline();
  story.missing();
  story.pull();
  story.create();
  story.begin_start();
  story.walls();
  story.held("isolate.proc", 1);
  story.released("isolate.proc", 1, 3'000'000'000);
  story.files();
  story.powers();
  const Model model = reduce(story.events);
  const trace::StageSummary summary = trace::summarize(story.events);
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    EXPECT_EQ(model.stage_times()[i].value_or(0), summary.stages[i].own_ns) << trace::to_string(static_cast<Stage>(i));
  }
}

TEST(Reducer, ListsAndTextsAreBounded) {
  RunStory story;
  const std::string endless(1 << 20, 'x');
  for (std::size_t i = 0; i < 2 * most_containers; ++i) story.baseline_container(std::to_string(i), "running", endless);
  for (std::size_t i = 0; i < 2 * most_images; ++i) {
    story.tell(Stage::pull, Kind::instant, "pull.done", "image:" + std::to_string(i), 0, 0, {{"image", endless}});
  }
  for (std::size_t i = 0; i < 2 * most_layers; ++i) {
    story.tell(Stage::pull, Kind::begin, "pull.blob", "sha256:" + std::to_string(i), i, 1);
  }
  story.begin_start();
  for (std::size_t i = 0; i < 2 * most_operations; ++i) story.operation("isolate.volume-" + std::to_string(i));
  for (std::size_t i = 0; i < 2 * most_held; ++i) story.held("isolate.proc", static_cast<std::int64_t>(i));
  const Model model = reduce(story.events);
  EXPECT_LE(model.containers.size(), most_containers);
  EXPECT_LE(model.images.size(), most_images);
  EXPECT_LE(model.layers.size(), most_layers);
  EXPECT_LE(model.transfers.size(), most_transfers);
  EXPECT_LE(model.held.size(), most_held);
  EXPECT_LE(model.current()->operations.size(), most_operations);
  EXPECT_LE(model.current()->mounts.size(), most_mounts);
  EXPECT_LE(model.containers.front().image.size(), most_text);
  EXPECT_LT(footprint(model), 3u << 19);
}

TEST(Reducer, ATextIsCutBetweenCharacters) {
  RunStory story;
  std::string korean;
  while (korean.size() < most_text + 20) korean += "한";
  story.baseline_container("e1", "running", korean);
  const std::string image = reduce(story.events).container("e1")->image;
  EXPECT_LE(image.size(), most_text);
  EXPECT_EQ(image.size() % 3, 0u);
}

// Any event of a real run with any part of it turned into something else.
TEST(Reducer, DamagedEventsNeverCrash) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.cold();
  story.remove();
  std::mt19937_64 random(7);
  const std::string texts[] = {
      "", "x", std::string(5000, '\xff'), "/", "::::", " ", "pid:[", "sha256:", "-1", "CapEff:\tzz"};
  const std::int64_t numbers[] = {0, -1, 1, INT64_MAX, INT64_MIN, 1'000'000'007};
  const auto text = [&] { return texts[random() % std::size(texts)]; };
  const auto number = [&] { return numbers[random() % std::size(numbers)]; };
  for (int round = 0; round < 300; ++round) {
    Model model;
    for (std::size_t i = 0; i < 400; ++i) {
      trace::Event event = story.events[random() % story.events.size()];
      switch (random() % 8) {
        case 0:
          event.subject = text();
          break;
        case 1:
          for (trace::Argument& argument : event.arguments) argument.value = text();
          break;
        case 2:
          for (trace::Argument& argument : event.arguments) argument.value = number();
          break;
        case 3:
          for (trace::Evidence& evidence : event.evidence) evidence = {text(), text(), text(), text()};
          break;
        case 4:
          event.time_ns = number();
          break;
        case 5:
          event.kind = static_cast<Kind>(random() % 4);
          event.stage = static_cast<Stage>(random() % trace::stage_count);
          break;
        case 6:
          event.span = random() % 20;
          event.parent = random() % 20;
          break;
        default:
          event.gate = text();
      }
      apply(model, event, i);
    }
    EXPECT_EQ(model.events, 400u);
    EXPECT_LT(footprint(model), 3u << 19);
  }
}

TEST(ModelHash, TellsModelsApartAndIsStable) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  Model one = reduce(story.events);
  Model other = reduce(story.events);
  EXPECT_EQ(hash(one), hash(other));
  other.run.command = "docker run alpine";
  EXPECT_EQ(hash(one), hash(other)) << "no event tells the command";
  other.layers[1].number = 3;
  EXPECT_NE(hash(one), hash(other));
  EXPECT_EQ(hash(Model{}), hash(Model{}));
  // The same on every machine and in every build: a change of the model's fields changes it, and this line with it.
  std::string texts[] = {"ab", "c"};
  Model first, second;
  first.engine.version = texts[0];
  first.engine.data_folder = texts[1];
  second.engine.version = "a";
  second.engine.data_folder = "bc";
  EXPECT_NE(hash(first), hash(second));
}

TEST(Model, AContainersImageIsFoundByItsShortNameToo) {
  Model model;
  for (const char* name : {"alpine:latest", "busybox:latest"}) {
    Image image;
    image.reference = name;
    model.images.push_back(image);
  }
  Container container;
  container.image = "alpine";
  EXPECT_EQ(model.image_of(container), &model.images[0]);
}

}  // namespace
}  // namespace glassdock::model
