// Two recordings side by side: where their stages stand, what keys do, what stands where.
#include <gtest/gtest.h>

#include "app/render/fonts.h"
#include "app/scene/comparison.h"
#include "app/session/session.h"
#include "tests/support/run_story.h"

namespace glassdock::session {
namespace {

using support::RunStory;
using trace::Stage;

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

model::History warm() {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.create();
  story.warm_start();
  return history_of(story);
}

class ComparisonTest : public testing::Test {
 protected:
  scene::Scene build(scene::Viewport size = {1600, 900}) { return session_.build(size, fonts_); }
  const Comparison& both() const { return *session_.comparison(); }
  std::int64_t border(Stage stage) const { return both().borders()[static_cast<std::size_t>(stage)]; }
  // The stages that the second one has begun.
  const model::Run& second_run() {
    const player::Position at = player::position(both().player(), both().track());
    return second_.at(at.count).run;
  }
  bool second_began(Stage stage) {
    return second_run().stages[static_cast<std::size_t>(stage)].first != model::no_event;
  }
  bool first_began(Stage stage) {
    return session_.shown().run.stages[static_cast<std::size_t>(stage)].first != model::no_event;
  }

  terminal::LineHistory lines_;
  Session session_{cold(), warm(), {"first: cold.gdtrace", "second: warm.gdtrace"}, Settings{}, lines_};
  model::History second_ = warm();  // the same again, to look into
  render::Fonts fonts_;
};

TEST_F(ComparisonTest, AStageBeginsInBothAtOnceAndTheOneWithoutItWaits) {
  session_.execute({.action = Action::seek_time, .number = border(Stage::pull)});
  EXPECT_TRUE(first_began(Stage::pull));
  EXPECT_FALSE(second_began(Stage::snapshot)) << "it waits: it pulls nothing";
  session_.execute({.action = Action::seek_time, .number = border(Stage::isolate) - 1});
  EXPECT_FALSE(first_began(Stage::isolate));
  EXPECT_FALSE(second_began(Stage::isolate));
  session_.execute({.action = Action::seek_time, .number = border(Stage::isolate)});
  EXPECT_TRUE(first_began(Stage::isolate));
  EXPECT_TRUE(second_began(Stage::isolate));
  session_.execute({.action = Action::to_end});
  EXPECT_TRUE(first_began(Stage::run));
  EXPECT_TRUE(second_began(Stage::run));
  EXPECT_EQ(session_.position().behind, 0U);
}

TEST_F(ComparisonTest, StepsLeadToTheEndAndBackThroughTheSamePictures) {
  std::vector<std::uint64_t> hashes{scene::hash(build())};
  while (both().at_ns() < both().end_ns()) {
    session_.press({.key = Key::right});
    hashes.push_back(scene::hash(build()));
    ASSERT_LT(hashes.size(), 500U);
  }
  EXPECT_GT(hashes.size(), 40U);
  std::size_t back = 0;
  for (; both().at_ns() > 0; ++back) {
    const std::uint64_t before = scene::hash(build());
    session_.press({.key = Key::left});
    ASSERT_NE(scene::hash(build()), before);
    ASSERT_LT(back, hashes.size());
  }
  EXPECT_GE(back + 3, hashes.size());
  EXPECT_EQ(both().at_ns(), 0);
  EXPECT_EQ(scene::hash(build()), hashes.front());
}

TEST_F(ComparisonTest, PlayingEndsAtTheEndAndIsStillThen) {
  session_.press({.key = Key::space});
  int frames = 0;
  do session_.advance(100'000'000, ++frames);
  while (session_.animates() && frames < 1000);
  EXPECT_LT(frames, 1000);
  EXPECT_EQ(both().at_ns(), both().end_ns());
  session_.advance(100'000'000, ++frames);
  EXPECT_FALSE(session_.animates());
}

TEST_F(ComparisonTest, TheDifferenceIsTold) {
  constexpr auto english = trace::Language::english;
  const std::optional<std::int64_t> none, one = 20'000'000, other = 5'000'000;
  EXPECT_EQ(scene::difference_words(one, other, english), "15.000 ms less");
  EXPECT_EQ(scene::difference_words(other, one, english), "15.000 ms more");
  EXPECT_EQ(scene::difference_words(one, one, english), "about as long");
  EXPECT_EQ(scene::difference_words(one, none, english), "only the first needed it");
  EXPECT_EQ(scene::difference_words(none, one, english), "only the second needed it");
  EXPECT_EQ(scene::difference_words(none, none, english), "neither needed it");
}

bool meet(const scene::Rect& a, const scene::Rect& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

TEST_F(ComparisonTest, NoTextStandsOnAnother) {
  for (trace::Language language : {trace::Language::english, trace::Language::korean}) {
    session_.settings().language = language;
    for (scene::Viewport size : {scene::Viewport{800, 600}, {1200, 760}, {1600, 900}, {2560, 1440}}) {
      for (std::size_t border = 0; border < stage_borders; ++border) {
        session_.execute({.action = Action::seek_time, .number = both().borders()[border]});
        const scene::Scene scene = build(size);
        const auto& texts = scene.layers[scene::Scene::ground].texts;
        for (std::size_t i = 0; i < texts.size(); ++i) {
          const auto ink = [&](const scene::Text& text) {
            constexpr float side = 1, above = 2;  // a line is higher than its letters
            return scene::Rect{text.at.x + side, text.at.y + above, text.width - 2 * side,
                               fonts_.line_height(text.font) - 2 * above};
          };
          EXPECT_LE(ink(texts[i]).bottom(), size.height);
          for (std::size_t j = 0; j < i; ++j) {
            EXPECT_FALSE(meet(ink(texts[i]), ink(texts[j])))
                << size.width << ": " << texts[j].words << " | " << texts[i].words;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace glassdock::session
