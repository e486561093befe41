#include <gtest/gtest.h>

#include "app/player/places.h"
#include "engine/base/error.h"
#include "tests/support/run_story.h"

namespace glassdock::player {
namespace {

using support::RunStory;

model::History history_of(const RunStory& story) {
  model::History history;
  for (const trace::Event& event : story.events) history.add(event);
  return history;
}

model::History cold() {
  RunStory story;
  story.baseline();
  story.cold();
  return history_of(story);
}

// Name and kind of the last event that is shown there.
std::string last_at(const model::History& history, const std::string& at) {
  const trace::Event event = history.event(find_place(history, at) - 1);
  return event.name + " " + std::string(trace::to_string(event.kind));
}

std::string refusal_of(const model::History& history, const std::string& at) {
  try {
    find_place(history, at);
    return "";
  } catch (const Error& error) {
    return error.message();
  }
}

TEST(Places, AStageIsShownAsItsFirstPassageEnded) {
  model::History history = cold();
  for (const auto& [at, last] : {std::pair{"request", "request.received begin"},
                                 {"cache", "cache.lookup end"},
                                 {"pull", "pull.blob end"},
                                 {"snapshot", "snapshot.overlay instant"},
                                 {"isolate", "isolate.capabilities instant"},
                                 {"run", "run.exec instant"}}) {
    EXPECT_EQ(last_at(history, at), last);
  }
  EXPECT_EQ(history.at(find_place(history, "cache")).lookup.state, model::State::gone) << "a first run misses";
  for (const model::Transfer& transfer : history.at(find_place(history, "pull")).transfers) {
    EXPECT_EQ(transfer.state, model::State::there);
  }
  const model::Container running = history.at(find_place(history, "run")).containers.at(0);
  EXPECT_FALSE(running.exit_code);
  EXPECT_FALSE(running.program.empty());
}

TEST(Places, WithoutAPullTheLookHitsAndThereIsNoPullToShow) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.create();
  story.warm_start();
  model::History history = history_of(story);
  EXPECT_EQ(history.at(find_place(history, "cache")).lookup.state, model::State::there);
  EXPECT_EQ(refusal_of(history, "pull"), "the recording never comes to \"pull\"");
}

TEST(Places, AStageThatWasCutShortIsShownWithItsLastEvent) {
  RunStory story;
  story.create();
  story.begin_start();
  story.walls();
  const model::History history = history_of(story);
  EXPECT_EQ(last_at(history, "snapshot"), "snapshot.prepare end");
  EXPECT_EQ(last_at(history, "isolate"), "isolate.hostname instant");
}

TEST(Places, AGateIsJustBeforeItsOperationWhoeverWaitsThere) {
  const model::History history = cold();
  for (const char* gate : {"cache.lookup", "pull.manifest", "pull.blob", "snapshot.unpack", "snapshot.prepare",
                           "isolate.clone", "isolate.volume-2", "run.exec"}) {
    const std::size_t count = find_place(history, gate);
    EXPECT_EQ(history.name(history.row(count)), gate);
    EXPECT_NE(history.row(count).kind, trace::Kind::end);
  }
  EXPECT_EQ(last_at(history, "after:cache.lookup"), "cache.lookup end");
  EXPECT_EQ(last_at(history, "after:pull.blob"), "pull.blob end");
  EXPECT_EQ(last_at(history, "after:isolate.clone"), "isolate.clone instant");
  EXPECT_EQ(refusal_of(history, "isolate.tmpfs"), "the recording never comes to \"isolate.tmpfs\"");
  EXPECT_NE(refusal_of(history, "isolate.tmfs"), "");
}

TEST(Places, AGateThatHeldIsShownHeld) {
  RunStory story;
  story.create();
  story.begin_start();
  story.walls();
  story.held("isolate.proc", 1);
  story.released("isolate.proc", 1, 14'000'000'000);
  story.files();
  EXPECT_EQ(last_at(history_of(story), "isolate.proc"), "gate.held instant");
}

TEST(Places, ANumberIsAnEventsAndOnesBeyondTheEndAreRefused) {
  RunStory story;
  story.baseline();
  story.cold();
  const model::History history = history_of(story);
  const std::uint64_t last = story.events.back().sequence;
  EXPECT_EQ(history.event(find_place(history, "7") - 1).sequence, 7u);
  EXPECT_EQ(find_place(history, std::to_string(last)), history.size());
  EXPECT_EQ(refusal_of(history, "99999"), "there is no event 99999: the recording has " +
                                              std::to_string(history.size()) + ", and the last is number " +
                                              std::to_string(last));
  EXPECT_EQ(find_place(history, ""), history.size());
}

}  // namespace
}  // namespace glassdock::player
