// What the timeline says of time that is long: a command that runs, a gate that holds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/render/fonts.h"
#include "app/scene/panels.h"
#include "app/scene/timeline.h"
#include "tests/support/run_story.h"
#include "tests/support/shown.h"

namespace glassdock::scene {
namespace {

using support::RunStory;
using support::words_in;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using trace::Stage;

constexpr std::int64_t second = 1'000'000'000;

RunStory story_until_the_command_runs() {
  RunStory story;
  story.begun();
  story.walls();
  story.held("isolate.proc", 1);
  story.released("isolate.proc", 1, 2 * second);
  story.files();
  story.powers();
  story.execute();
  return story;
}

class SceneTimeline : public testing::Test {
 protected:
  void tell(const RunStory& story) {
    for (std::size_t i = history_.size(); i < story.events.size(); ++i) history_.add(story.events[i]);
    times_.extend(history_);
  }
  model::EventIndex last_of(std::string_view name) const {
    for (model::EventIndex i = history_.size(); i-- > 0;) {
      if (history_.name(history_.row(i)) == name) return i;
    }
    return model::no_event;
  }
  // As a live view that has seen everything and waited for `later_ns` more.
  View live(std::int64_t later_ns = player::longest_wait) {
    player::Track track{history_, times_};
    player::Player player = player::make_live_player();
    player::go_live(player, track);
    player.view_ns = times_.end_ns() + later_ns;
    View view;
    view.position = player::position(player, track);
    return view;
  }
  Lanes lanes(const View& view) {
    return TimelineBars().of({history_.at(view.position.count), history_, times_, view}, 0, 1000);
  }
  Scene scene(const View& view, Viewport size = {1600, 900}) {
    return build({history_.at(view.position.count), history_, times_, view}, size, fonts_);
  }
  static bool says(const Scene& scene, std::string_view words) {
    const auto& texts = scene.layers[Scene::ground].texts;
    return std::any_of(texts.begin(), texts.end(), [&](const Text& one) { return one.words == words; });
  }

  model::History history_;
  player::ViewTimes times_;
  render::Fonts fonts_;
};

TEST_F(SceneTimeline, ACommandHasItsBarFromExecveToItsEnd) {
  RunStory story = story_until_the_command_runs();
  story.wait(5 * second);
  story.exit();
  tell(story);
  const Lanes lanes = this->lanes(live());
  ASSERT_EQ(lanes.commands.size(), 1U);
  const CommandBar& command = lanes.commands.front();
  EXPECT_EQ(command.execve, last_of("run.exec"));
  EXPECT_EQ(command.exit, last_of("container.exit"));
  EXPECT_LT(command.from, command.to);
  // The stage goes on as long, whatever the engine answers meanwhile.
  const auto run =
      std::find_if(lanes.stages.begin(), lanes.stages.end(), [](const Bar& bar) { return bar.stage == Stage::run; });
  ASSERT_NE(run, lanes.stages.end());
  EXPECT_LE(run->from, command.from);
  EXPECT_GE(run->to, command.to);
  EXPECT_TRUE(says(scene(live()), "ls -l") || says(scene(live()), "ls"));
}

TEST_F(SceneTimeline, OtherRunsMeanwhileHaveNoBarsInTheLanesOfThisOne) {
  RunStory story = story_until_the_command_runs();
  const std::vector<trace::Event> own = story.events;
  for (trace::Event other : own) {
    if (other.subject != support::story_container) continue;
    other.subject.assign(64, 'd');
    other.parent = 0;
    other.span += other.span != 0 ? 1000 : 0;
    other.time_ns = own.back().time_ns;
    story.events.push_back(std::move(other));
  }
  tell(story);
  const float from = 1000 * static_cast<float>(times_.begin_of(own.size())) /
                     static_cast<float>(times_.end_ns() + player::longest_wait);
  const Lanes lanes = this->lanes(live());
  EXPECT_GT(history_.size(), own.size() + 20);
  for (const std::vector<Bar>& lane : {lanes.stages, lanes.actors[2], lanes.actors[3]}) {
    ASSERT_FALSE(lane.empty());
    const auto later = std::count_if(lane.begin(), lane.end(), [&](const Bar& bar) { return bar.from > from + 1; });
    EXPECT_EQ(later, 0);
  }
}

TEST_F(SceneTimeline, WhereTimeIsDrawnShorterItSaysSoAndHowLongItWas) {
  RunStory story = story_until_the_command_runs();
  story.wait(5 * second);
  story.exit();
  tell(story);
  const Lanes lanes = this->lanes(live());
  ASSERT_EQ(lanes.breaks.size(), 2U);
  EXPECT_EQ(lanes.breaks[0].why, Break::Why::held);
  EXPECT_EQ(lanes.breaks[0].gate, "isolate.proc");
  EXPECT_EQ(lanes.breaks[0].true_ns, 2 * second);
  EXPECT_EQ(lanes.breaks[1].why, Break::Why::command_runs);
  EXPECT_GE(lanes.breaks[1].true_ns, 5 * second);
  for (Viewport size : {Viewport{1600, 900}, Viewport{1024, 700}, Viewport{800, 600}}) {
    EXPECT_TRUE(says(scene(live(), size), "2 s held")) << size.width;
    EXPECT_TRUE(says(scene(live(), size), "running 5.00 s")) << size.width;
  }
  const Scene scene = this->scene(live());
  const auto place =
      std::find_if(scene.places.begin(), scene.places.end(), [](const Place& one) { return one.name == "break"; });
  ASSERT_NE(place, scene.places.end());
  EXPECT_NE(place->tip.find("ran for"), std::string::npos) << place->tip;
}

TEST_F(SceneTimeline, TheCommandsBarGrowsWhileItRunsThenItsSecondsCount) {
  tell(story_until_the_command_runs());
  const auto solid = [&](const View& view) {
    const Scene scene = this->scene(view);
    float right = 0;
    for (const Shape& shape : scene.layers[Scene::ground].shapes) {
      if (shape.kind == Shape::Kind::box && shape.box.fill == Colour::run_soft && shape.box.dash == Dash::solid &&
          shape.box.rect.y > 700) {
        right = std::max(right, shape.box.rect.right());
      }
    }
    return right;
  };
  const float begin = solid(live(0)), later = solid(live(player::longest_wait / 2)), end = solid(live());
  EXPECT_GT(later, begin + 5);
  EXPECT_GT(end, later + 5);
  View view = live();
  EXPECT_FALSE(says(scene(view), "running 7 s"));
  view.waited_ns = 7 * second;
  EXPECT_TRUE(says(scene(view), "running 7 s"));
}

TEST_F(SceneTimeline, TheSecondsOfAGateThatHoldsCount) {
  RunStory story;
  story.begun();
  story.held("isolate.cgroups", 1, 0);
  tell(story);
  View view = live();
  view.waited_ns = 185 * second;
  EXPECT_TRUE(says(scene(view), "3 min 5 s held"));
}

TEST_F(SceneTimeline, ZoomedItShowsThePartRoundTheMomentAsLargeAsItSays) {
  RunStory story = story_until_the_command_runs();
  story.wait(5 * second);
  story.exit();
  tell(story);
  View view = live();
  const Lanes whole = lanes(view);
  const player::Track track{history_, times_};
  for (const int zoom : {2, 8, most_timeline_zoom}) {
    for (const double part : {0.0, 0.3, 0.5, 1.0}) {
      player::Player player = player::make_live_player();
      player::scrub_to_fraction(player, track, part);
      view.position = player::position(player, track);
      view.timeline_zoom = zoom;
      const Lanes shown = lanes(view);
      const std::int64_t length = shown.span.end_ns - shown.span.begin_ns;
      EXPECT_EQ(length, (whole.span.end_ns - whole.span.begin_ns) / zoom);
      EXPECT_GE(view.position.view_ns, shown.span.begin_ns);
      EXPECT_LE(view.position.view_ns, shown.span.end_ns);
      EXPECT_GE(shown.span.begin_ns, whole.span.begin_ns);
      EXPECT_LE(shown.span.end_ns, whole.span.end_ns);
      for (const Bar& bar : shown.stages) {
        EXPECT_GE(bar.from, 0);
        EXPECT_LE(bar.to, 1000);
        EXPECT_LT(bar.from, bar.to);
      }
      if (shown.commands.empty()) continue;
      // The same command at the same moments.
      const auto place = [&](const Lanes& of, std::int64_t view_ns) {
        return 1000 * static_cast<float>(static_cast<double>(view_ns - of.span.begin_ns) /
                                         static_cast<double>(of.span.end_ns - of.span.begin_ns));
      };
      const std::int64_t execve = times_.begin_of(shown.commands[0].execve);
      EXPECT_NEAR(shown.commands[0].from, std::clamp(place(shown, execve), 0.0F, 1000.0F), 0.5F);
    }
  }
}

TEST_F(SceneTimeline, ACommandThatCouldNotBeExecutedHasNoBar) {
  RunStory story;
  story.begun();
  story.walls();
  story.fail_to_execute();
  tell(story);
  EXPECT_TRUE(lanes(live()).commands.empty());
}

// What was run an hour before is as long as it was: the hour until the next command is no part of it.
TEST_F(SceneTimeline, AnEarlierRunEndsWithItsLastEvent) {
  RunStory story = story_until_the_command_runs();
  story.exit(0);
  story.remove();
  tell(story);
  story.wait(3600 * second);
  story.create(7000);
  tell(story);
  View view = live();
  const model::EventIndex last = last_of("container.exit");
  view.position.count = last + 1;
  view.position.event = last;
  view.position.view_ns = times_.begin_of(last);
  const Lanes earlier = lanes(view);
  EXPECT_LE(earlier.span.end_ns, times_.begin_of(earlier.span.end - 1) + player::least_stay);
  EXPECT_EQ(words_in(scene(view)).find(" 36020"), std::string::npos) << "milliseconds of the hour";
}

// A live stream forgets what is long ago, its rows and times stay.
TEST_F(SceneTimeline, ForgottenEventsOfTheRunAreNotRead) {
  RunStory story = story_until_the_command_runs();
  for (int i = 0; i < 300; ++i) {
    story.tell(Stage::snapshot, trace::Kind::instant, "snapshot.whiteout", "/x");
  }
  history_.set_live_limit(1);
  tell(story);
  ASSERT_GT(history_.first(), last_of("gate.held"));
  ASSERT_LT(history_.first(), history_.size());
  for (const Break& one : lanes(live()).breaks) EXPECT_GE(one.after, history_.first());
  player::Player player = player::make_live_player();
  const player::Track track{history_, times_};
  player::scrub_to_count(player, track, 0);
  for (bool class_mode : {false, true}) {
    View view = live();
    view.arrangement.class_mode = class_mode;
    EXPECT_NO_THROW(scene(view));
    view.position = player::position(player, track);
    ASSERT_FALSE(history_.keeps(view.position.event)) << "the last one shown";
    EXPECT_NO_THROW(scene(view));
  }
}

// Of more than a second nobody reads milliseconds; from near they tell the moments apart.
TEST_F(SceneTimeline, TimesReadInSecondsUnlessTheyWouldBeTheSame) {
  tell(story_until_the_command_runs());
  const auto longest = [](const Scene& scene) {
    std::size_t digits = 0;
    for (const Text& text : scene.layers[Scene::ground].texts) {
      if (text.words.ends_with(" ms")) digits = std::max(digits, text.words.find('.'));
    }
    return digits;
  };
  View view = live(0);
  EXPECT_LE(longest(scene(view)), 3U);
  view.timeline_zoom = 16;
  EXPECT_GT(longest(scene(view)), 3U);
}

// What is held is in both: the total that stands beside the time so far, and the way back to now.
TEST_F(SceneTimeline, TheHoldThatIsOnIsInItsTotalAndInTheWayToNow) {
  RunStory story;
  story.held_start();
  tell(story);
  const player::Track track{history_, times_};
  View view = live();
  view.waited_ns = 30 * second;
  EXPECT_THAT(words_in(scene(view)), HasSubstr("30.00 s of it held | "));
  player::Player player = player::make_live_player();
  player::scrub_to_count(player, track, history_.size() - 2);
  view.position = player::position(player, track);
  const std::int64_t way =
      history_.row(history_.size() - 1).time_ns - history_.row(view.position.event).time_ns + view.waited_ns;
  EXPECT_THAT(words_in(scene(view)),
              AllOf(HasSubstr(trace::duration_text(way) + " before now | "), Not(HasSubstr("of it held"))));
}

}  // namespace
}  // namespace glassdock::scene
