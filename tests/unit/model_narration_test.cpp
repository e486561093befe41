// What is said while a scenario is played, and what the hub is set to.
#include <gmock/gmock.h>

#include "app/model/history.h"
#include "tests/support/narration_story.h"
#include "tests/support/reduced.h"

namespace glassdock::model {
namespace {

using support::NarrationStory;
using support::reduce;

client::Narration said(const char* part, const char* words) {
  return {.scenario = "tea", .step = "fetch", .part = part, .english = words, .korean = words};
}

NarrationStory one_step() {
  NarrationStory story;
  story.baseline();
  story.say(said("title", "Tea"));
  story.say(said("title", "You see tea."));
  story.say(said("say", "The line is slow."));
  story.hub({.bytes_per_second = 20'000, .latency_ms = 200});
  story.say(said("command", "docker pull alpine"));
  return story;
}

TEST(Narration, KeepsWhatWasSaidSinceTheStepBegan) {
  NarrationStory story = one_step();
  Model model = reduce(story.events);
  EXPECT_EQ(model.narration.scenario, "tea");
  EXPECT_EQ(model.narration.title.english, "Tea");
  EXPECT_EQ(model.narration.number, 1);
  ASSERT_EQ(model.narration.said.size(), 2U);
  EXPECT_EQ(model.narration.said[1].english, "docker pull alpine");
  story.say(said("say", "The second."));
  model = reduce(story.events);
  EXPECT_EQ(model.narration.number, 2);
  EXPECT_EQ(model.narration.said.size(), 1U);
}

TEST(Narration, OfAnotherPlayBeginsAnew) {
  NarrationStory story = one_step();
  story.say(said("end", "Tea"));
  story.say(said("title", "Coffee"));
  const Model model = reduce(story.events);
  EXPECT_EQ(model.narration.title.english, "Coffee");
  EXPECT_EQ(model.narration.number, 0);
}

TEST(Narration, TellsWhatTheHubIsSetTo) {
  NarrationStory story = one_step();
  EXPECT_EQ(reduce(story.events).hub.bytes_per_second, 20'000);
  EXPECT_FALSE(reduce(story.events).hub.is_well());
  story.hub({.fault = "down"});
  EXPECT_EQ(reduce(story.events).hub.fault, "down");
  EXPECT_EQ(reduce(story.events).hub.latency_ms, 0);
  story.hub({});
  EXPECT_TRUE(reduce(story.events).hub.is_well());
}

TEST(Narration, IsTheSameWhereOneSteppedBackToIt) {
  const NarrationStory story = one_step();
  History history;
  for (const trace::Event& event : story.events) history.add(event);
  const std::uint64_t end = hash(history.at(history.size()));
  const std::size_t behind_goal = history.size() - 3;  // the step, the hub and the command follow
  EXPECT_EQ(history.at(behind_goal).narration.number, 0);
  EXPECT_EQ(history.at(behind_goal + 1).narration.number, 1);
  EXPECT_TRUE(history.at(behind_goal + 1).hub.is_well());
  EXPECT_EQ(hash(history.at(history.size())), end);
}

TEST(Narration, OfAHostileRecordingIsBounded) {
  NarrationStory story;
  for (int i = 0; i < 500; ++i) story.say(said("choice", std::string(9000, 'x').c_str()));
  const Model model = reduce(story.events);
  EXPECT_LE(model.narration.said.size(), 64U);
  EXPECT_LE(model.narration.said[0].english.size(), most_words);
}

}  // namespace
}  // namespace glassdock::model
