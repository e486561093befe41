// The containers' panel by keys: opened, a container chosen, gauges only while somebody looks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/render/fonts.h"
#include "app/scene/layout.h"
#include "app/session/session.h"
#include "tests/support/life_story.h"
#include "tests/support/shown.h"

namespace glassdock::session {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Chord f2{.key = Key::f2}, escape{.key = Key::escape}, left{.key = Key::left}, tab{.key = Key::tab};

class SessionContainers : public testing::Test {
 protected:
  void SetUp() override {
    session_.set_engine(scene::EngineState::there);
    story_.baseline();
    story_.baseline_image();
    story_.runs("tea");
    story_.runs("shop");
    tell();
  }
  // What the story has told since.
  void tell() {
    session_.take({story_.events.begin() + static_cast<std::ptrdiff_t>(told_), story_.events.end()});
    told_ = story_.events.size();
    do session_.advance(100'000'000, now_ns_ += 100'000'000);
    while (session_.animates());
  }
  // As the ring round it tells.
  bool has_focus(scene::Act act) {
    const scene::Scene now = build();
    for (const scene::Place& place : now.places) {
      if (place.act != act) continue;
      const auto& shapes = now.layers[scene::Scene::overlay].shapes;
      return std::any_of(shapes.begin(), shapes.end(), [&](const scene::Shape& shape) {
        return shape.box.line == scene::Colour::ink && shape.box.rect == place.rect.inset(-2);
      });
    }
    return false;
  }
  bool table_has_focus() { return has_focus(scene::Act::scroll_containers); }
  // By keys alone.
  bool go_to_table() {
    session_.press(f2);
    session_.press(escape);  // leaves the terminal
    for (std::size_t i = 0; i < build().places.size() && !table_has_focus(); ++i) session_.press(tab);
    return table_has_focus();
  }
  std::vector<std::string> rows() {
    std::vector<std::string> names;
    for (const scene::Place& place : build().places) {
      if (place.act == scene::Act::choose_container) names.push_back(place.name);
    }
    return names;
  }
  scene::Scene build() { return session_.build({1600, 900}, fonts_); }
  std::string words(scene::Viewport size = {1600, 900}) {
    const scene::Scene now = session_.build(size, fonts_);
    std::string all;
    for (const auto layer : {scene::Scene::ground, scene::Scene::drawers}) {
      for (const scene::Text& text : now.layers[layer].texts) all += text.words + " | ";
    }
    return all;
  }
  bool shows_rows() {
    const scene::Scene now = build();
    for (const scene::Place& place : now.places) {
      if (place.act == scene::Act::choose_container) return true;
    }
    return false;
  }

  void choose(const std::string& id) {
    for (const scene::Place& place : build().places) {
      if (place.act == scene::Act::choose_container && place.name == id) return session_.click(place, 0.5);
    }
    ADD_FAILURE() << "no row of " << id;
  }

  support::LifeStory story_;
  terminal::LineHistory lines_;
  Session session_{Settings{}, lines_};
  render::Fonts fonts_;
  std::int64_t now_ns_ = 1;
  std::size_t told_ = 0;
};

TEST_F(SessionContainers, F2OpensAndClosesThePanelAlsoFromTheTerminal) {
  EXPECT_TRUE(session_.terminal_focused());
  EXPECT_FALSE(shows_rows());
  session_.press(f2);
  EXPECT_TRUE(shows_rows());
  EXPECT_TRUE(table_has_focus());
  session_.type("d");
  EXPECT_TRUE(session_.terminal_focused()) << "the next command can be typed at once";
  session_.press(f2);
  EXPECT_FALSE(shows_rows());
}

TEST_F(SessionContainers, EscClosesItLast) {
  session_.press(f2);
  session_.press(escape);  // leaves the terminal
  session_.press(escape);
  EXPECT_FALSE(shows_rows());
}

TEST_F(SessionContainers, AChosenContainerIsInThePictureAndExplained) {
  session_.press(f2);
  const scene::Scene scene = build();
  const auto row = std::find_if(scene.places.begin(), scene.places.end(), [](const scene::Place& place) {
    return place.act == scene::Act::choose_container && place.name == "tea";
  });
  ASSERT_NE(row, scene.places.end());
  session_.click(*row, 0.5);
  EXPECT_THAT(session_.in_words(), HasSubstr(" tea: Up "));
  EXPECT_EQ(session_.looked_at(), "tea");
  EXPECT_TRUE(session_.selected());
  session_.press(f2);
  session_.press(f2);
  EXPECT_EQ(session_.looked_at(), "shop") << "closing it gives the choice back to what happens";
}

TEST_F(SessionContainers, OnlyWhatIsLookedAtIsMeasured) {
  story_.exits("shop", 0);  // no command runs in the picture
  tell();
  EXPECT_EQ(session_.looked_at(), "");
  EXPECT_FALSE(session_.counts_seconds());
  session_.press(f2);
  EXPECT_EQ(session_.looked_at(), "shop");
  EXPECT_TRUE(session_.counts_seconds());
  session_.press(escape);
  session_.press(left);
  EXPECT_EQ(session_.looked_at(), "") << "an earlier moment has no gauges";
}

TEST_F(SessionContainers, TheTableIsOneStopInWhichKeysChooseARow) {
  ASSERT_TRUE(go_to_table());
  ASSERT_EQ(session_.looked_at(), "shop") << "the newest, in the first row";
  session_.press({.key = Key::down});
  EXPECT_EQ(session_.looked_at(), "tea");
  session_.press({.key = Key::down});
  EXPECT_EQ(session_.looked_at(), "tea") << "the last";
  session_.press({.key = Key::up});
  EXPECT_EQ(session_.looked_at(), "shop");
  EXPECT_TRUE(table_has_focus());
  session_.press(tab);
  EXPECT_FALSE(table_has_focus());
}

TEST_F(SessionContainers, ACommandThatRunsKeepsItsKeys) {
  session_.press({.key = Key::u, .ctrl = true});
  session_.type("docker run -it alpine");
  session_.press({.key = Key::enter});
  session_.command_asks();
  ASSERT_TRUE(session_.terminal_focused());
  session_.press(f2);
  EXPECT_TRUE(session_.terminal_focused());
  EXPECT_FALSE(table_has_focus());
}

// Enter is for the line that stands typed as soon as there is no table that has the keys.
TEST_F(SessionContainers, AClosedPanelLeavesNoKeysBehind) {
  session_.press(escape);
  session_.press(f2);
  ASSERT_TRUE(table_has_focus());
  session_.press(f2);
  session_.press({.key = Key::enter});
  EXPECT_TRUE(session_.command_runs());
}

TEST_F(SessionContainers, NorDoesAButtonOfIt) {
  ASSERT_TRUE(go_to_table());
  for (std::size_t i = 0; i < build().places.size() && !has_focus(scene::Act::show_all_containers); ++i) {
    session_.press(tab);
  }
  ASSERT_TRUE(has_focus(scene::Act::show_all_containers));
  session_.press(f2);
  build();
  session_.press({.key = Key::enter});
  EXPECT_TRUE(session_.command_runs());
}

TEST_F(SessionContainers, NorDoesATableThatMadeRoomForTheSignals) {
  session_.press(escape);
  session_.press(f2);
  ASSERT_TRUE(table_has_focus());
  session_.execute({.action = Action::show_signals});
  build();
  session_.press({.key = Key::enter});
  EXPECT_TRUE(session_.command_runs());
}

TEST_F(SessionContainers, F2OpensTheTableWhateverStoodThereLast) {
  for (const bool class_mode : {false, true}) {
    if (class_mode) session_.execute({.action = Action::class_mode});
    const auto tells_signals = [&] {
      return support::words_in(build()).find("No signal was sent") != std::string::npos;
    };
    session_.execute({.action = Action::show_signals});
    EXPECT_TRUE(tells_signals());
    session_.press(f2);
    session_.press(f2);
    EXPECT_FALSE(tells_signals());
  }
}

TEST_F(SessionContainers, NorDoesAnEmptyTable) {
  session_.press(escape);
  session_.press(f2);
  story_.exits("tea", 0);
  story_.exits("shop", 0);
  tell();
  session_.execute({.action = Action::show_all_containers});
  ASSERT_FALSE(shows_rows());
  session_.press({.key = Key::enter});
  EXPECT_TRUE(session_.command_runs());
}

// There is no table in front of a class: one of them is there at once, and the arrows lead to the others.
TEST_F(SessionContainers, InClassModeTheArrowsLeadFromLifeToLife) {
  session_.execute({.action = Action::class_mode});
  session_.press(f2);
  EXPECT_THAT(words(), AllOf(HasSubstr("LIFE OF | shop | "), HasSubstr("1 / 2 | ")));
  session_.press({.key = Key::down});
  EXPECT_THAT(words(), AllOf(HasSubstr("LIFE OF | tea | "), HasSubstr("2 / 2 | ")));
  session_.press({.key = Key::down});
  EXPECT_THAT(words(), HasSubstr("LIFE OF | tea | "));
  session_.press({.key = Key::up});
  EXPECT_THAT(words(), HasSubstr("LIFE OF | shop | "));
}

// It was removed, and the picture is of another.
TEST_F(SessionContainers, InClassModeSecondsGoOnForWhatIsInThePicture) {
  story_.was_here("old", "exited", 90'000'000'000, 80'000'000'000, 60'000'000'000);
  story_.exits("shop", 0);
  tell();
  session_.press(f2);
  choose("old");
  session_.execute({.action = Action::class_mode});
  EXPECT_TRUE(session_.counts_seconds()) << "its heading says how long ago it ended";
  story_.pause("tea");
  story_.remove("old");
  tell();
  EXPECT_TRUE(session_.counts_seconds());
}

TEST_F(SessionContainers, MoreThanFitAreReachedByKeysAndStayInSight) {
  for (std::int64_t i = 0; i < 40; ++i)
    story_.was_here("c" + std::to_string(i), "exited", 90'000'000'000 + i * 1'000'000'000, 1, 1);
  tell();
  ASSERT_TRUE(go_to_table());
  const std::size_t page = rows().size();
  ASSERT_LT(page, 20U);
  session_.press({.key = Key::end});
  EXPECT_EQ(session_.looked_at(), "c39");
  EXPECT_EQ(rows().back(), "c39");
  session_.press({.key = Key::page_up});
  EXPECT_EQ(session_.looked_at(), "c" + std::to_string(39 - page));
  EXPECT_EQ(rows().front(), session_.looked_at());
  session_.press({.key = Key::home});
  EXPECT_EQ(session_.looked_at(), "shop");
  EXPECT_EQ(rows().front(), "shop");
  session_.press({.key = Key::page_down});
  EXPECT_EQ(rows().back(), session_.looked_at());
}

TEST_F(SessionContainers, ARowThatIsChosenByAKeyLaysNothingOverTheTable) {
  ASSERT_TRUE(go_to_table());
  session_.press({.key = Key::down});
  EXPECT_FALSE(session_.settings().arrangement.evidence_drawer);
}

// The picture is of a run that made none: the life is of the first in the table all the same, and the arrows go on
// from there. What is in the picture stays.
TEST_F(SessionContainers, ARunWithoutAContainerLeavesNoLifeEmpty) {
  story_.missing(77, "alpin");
  tell();
  session_.press(escape);
  session_.press(f2);
  ASSERT_EQ(session_.shown().in_picture(), nullptr);
  for (const scene::Viewport& size : {scene::Viewport{1600, 900}, scene::Viewport{800, 600}}) {
    EXPECT_THAT(words(size), AllOf(HasSubstr("LIFE OF | shop | "), Not(HasSubstr("will stand here: created"))));
  }
  EXPECT_EQ(session_.looked_at(), "shop");
  session_.execute({.action = Action::show_signals});
  EXPECT_THAT(words(), HasSubstr("LIFE OF | shop | "));
  session_.execute({.action = Action::show_signals});
  build();
  session_.press(f2);
  session_.press(f2);
  session_.press({.key = Key::down});
  EXPECT_EQ(session_.looked_at(), "tea");
}

// In a narrow window both lie over the picture: what was asked for last is seen.
TEST_F(SessionContainers, F2BringsThemBeforeTheEvidenceAndTheEvidenceGoesBeforeThem) {
  const scene::Viewport small{800, 600};
  const auto seen = [&](std::string_view words) {
    const std::vector<scene::Text> texts = session_.build(small, fonts_).layers[scene::Scene::drawers].texts;
    return std::any_of(texts.begin(), texts.end(), [&](const scene::Text& text) { return text.words == words; });
  };
  seen("");
  session_.click({.act = scene::Act::select_event, .name = "container", .number = 5}, 0.5);
  ASSERT_TRUE(seen("EVIDENCE"));
  session_.press(f2);
  EXPECT_TRUE(seen("$ docker ps -a"));
  EXPECT_FALSE(seen("EVIDENCE"));
  session_.execute({.action = Action::toggle_evidence});
  EXPECT_TRUE(seen("EVIDENCE"));
  session_.press(f2);
  EXPECT_TRUE(seen("$ docker ps -a")) << "they were open, and hidden";
  session_.press(f2);
  EXPECT_FALSE(seen("$ docker ps -a"));
}

// Both would rise over the picture.
TEST_F(SessionContainers, InALowWindowTheTerminalDoesNotRiseOverThem) {
  for (int line = 0; line < 40; ++line) session_.take_output("tea\r\n", now_ns_);
  const scene::Viewport small{800, 600};
  const auto terminal = [&] {
    for (const scene::Place& place : session_.build(small, fonts_).places) {
      if (place.act == scene::Act::focus_terminal) return place.rect;
    }
    return scene::Rect{};
  };
  const scene::Rect canvas = scene::lay_out(small).canvas;
  ASSERT_LT(terminal().y, canvas.bottom()) << "it rises";
  session_.press(f2);
  EXPECT_GT(terminal().h, 0);
  EXPECT_GE(terminal().y, canvas.bottom());
}

TEST_F(SessionContainers, WhatWasMeasuredOfOneIsShownOfNoOther) {
  session_.press(f2);
  const client::UsageSample sample{.id = "shop", .cpu_ns = 1'000, .machine_cpu_ns = 1'000, .cpus = 1, .processes = 1};
  const client::ContainerLook look{.usage = sample, .lines = {"a line"}};
  const auto nothing = AllOf(HasSubstr("Measured each second"), Not(HasSubstr("a line")));
  session_.take_look("shop", look);
  EXPECT_THAT(words(), HasSubstr("a line"));
  choose("tea");
  EXPECT_THAT(words(), nothing) << "until it is looked at itself";
  choose("shop");
  EXPECT_THAT(words(), nothing) << "what was measured before is old";
  session_.take_look("shop", look);
  session_.press(escape);
  session_.press(left);
  EXPECT_THAT(words(), nothing) << "an earlier moment";
}

TEST_F(SessionContainers, WhatWasMeasuredBeforeItWasClosedIsOld) {
  session_.press(f2);
  const client::UsageSample sample{.id = "shop", .cpu_ns = 1'000, .machine_cpu_ns = 1'000, .cpus = 1, .processes = 1};
  session_.take_look("shop", {.usage = sample, .lines = {"a line"}});
  ASSERT_THAT(words(), HasSubstr("a line"));
  session_.press(f2);
  build();
  session_.press(f2);
  EXPECT_THAT(words(), AllOf(HasSubstr("Measured each second"), Not(HasSubstr("a line"))));
}

TEST_F(SessionContainers, AnotherContainersGaugesBeginAnew) {
  session_.press(f2);
  client::UsageSample sample{.id = "shop", .cpu_ns = 1'000, .machine_cpu_ns = 1'000, .cpus = 1, .processes = 1};
  session_.take_look("shop", {.usage = sample, .lines = {"hello"}});
  EXPECT_THAT(words(), AllOf(HasSubstr("not yet"), Not(HasSubstr("0.00%")))) << "a share needs two samples";
  sample.cpu_ns += 500;
  sample.machine_cpu_ns += 1'000;
  session_.take_look("shop", {.usage = sample, .lines = {"hello"}});
  EXPECT_THAT(words(), HasSubstr("50.00%"));
  EXPECT_THAT(words(), HasSubstr("hello"));
  choose("tea");
  build();
  session_.take_look("tea", {.usage = sample, .lines = {}});
  EXPECT_THAT(words(), AllOf(HasSubstr("not yet"), Not(HasSubstr("0.00%"))));
}

}  // namespace
}  // namespace glassdock::session
