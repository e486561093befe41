// What a damaged or hostile recording may do to the model: nothing.
#include <gtest/gtest.h>

#include <random>

#include "app/model/reducer.h"
#include "tests/support/reduced.h"
#include "tests/support/run_story.h"

namespace glassdock::model {
namespace {

using support::reduce;
using support::RunStory;
using trace::Kind;
using trace::Stage;

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

}  // namespace
}  // namespace glassdock::model
