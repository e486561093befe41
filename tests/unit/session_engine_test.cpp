// What starts a command, holds it and lets it go on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "tests/support/session_test.h"
#include "tests/support/shown.h"

namespace glassdock::session {
namespace {

using support::RunStory;

TEST_F(SessionTest, OneEnterStartsTheCommandThatStandsTyped) {
  ASSERT_TRUE(session_.terminal_focused());
  session_.press(enter);
  const auto starts = wished<StartCommand>();
  ASSERT_EQ(starts.size(), 1U);
  EXPECT_EQ(starts[0].line, "docker run hello-world");
  EXPECT_EQ(starts[0].mode, client::RunMode::run);
  EXPECT_FALSE(session_.terminal_focused());
  // One at a time.
  session_.press(f10);
  EXPECT_TRUE(wished<StartCommand>().empty());
}

TEST_F(SessionTest, F10StartsHeldThenLooksBackAndReturns) {
  session_.press(f10);
  const auto starts = wished<StartCommand>();
  ASSERT_EQ(starts.size(), 1U);
  EXPECT_EQ(starts[0].mode, client::RunMode::step);
  tell(held_story());
  watch();
  ASSERT_EQ(session_.position().mode, player::Mode::held);
  session_.press(left);
  EXPECT_EQ(session_.position().mode, player::Mode::past);
  // Looking only: a step moves the view, never the engine.
  session_.press(f10);
  EXPECT_TRUE(wished<Proceed>().empty());
  session_.press(left);
  session_.press(to_now);
  EXPECT_EQ(session_.position().mode, player::Mode::held);
  session_.press(f10);
  const auto steps = wished<Proceed>();
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].mode, client::RunMode::step);
  EXPECT_EQ(steps[0].held, 2U);
}

// Another studio holds a start of its own, and held it first.
TEST_F(SessionTest, OfSeveralHoldsOnesOwnIsShownAndLetGo) {
  session_.press(f10);
  RunStory story;
  story.begun();
  story.walls();
  story.held("pull.blob", 1, 47980, 50);
  story.held("isolate.proc", 2);
  tell(story);
  watch();
  for (const bool class_mode : {false, true}) {
    if (class_mode) session_.execute({.action = Action::class_mode});
    const std::string words = support::words_in(build());
    EXPECT_NE(words.find("before: isolate.proc"), std::string::npos) << words;
    EXPECT_EQ(words.find("pull.blob"), std::string::npos) << words;
  }
  session_.take_wishes();
  session_.press(f10);
  const auto steps = wished<Proceed>();
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].held, 2U);
}

TEST_F(SessionTest, AViewThatIsLateDoesNotKeepTheEngineFromBeingStepped) {
  session_.press(f10);
  tell(held_story());
  session_.advance(1'000'000, now_ns_);
  ASSERT_GT(session_.position().behind, 0U);
  session_.take_wishes();
  session_.press(f10);
  EXPECT_EQ(wished<Proceed>().size(), 1U);
  EXPECT_EQ(session_.position().behind, 0U);
}

TEST_F(SessionTest, GatesThatAreSetHoldTheNextRunAndTheRestOfThisOne) {
  session_.execute({.action = Action::toggle_gate, .name = "isolate"});
  session_.press(f5);
  const auto starts = wished<StartCommand>();
  ASSERT_EQ(starts.size(), 1U);
  EXPECT_EQ(starts[0].mode, client::RunMode::hold);
  EXPECT_EQ(starts[0].holds, std::vector<std::string>{"isolate"});
  session_.execute({.action = Action::toggle_gate, .name = "run.exec"});
  const auto changes = wished<SetHolds>();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].holds, (std::vector<std::string>{"isolate", "run.exec"}));
  session_.execute({.action = Action::toggle_gate, .name = "isolate"});
  EXPECT_EQ(session_.breakpoints(), std::vector<std::string>{"run.exec"});
}

TEST_F(SessionTest, CommandsOfOtherClientsAreHeldWhereThatIsWished) {
  session_.set_run(0);
  session_.press({.key = Key::f8});
  auto holds = wished<HoldOthers>();
  ASSERT_EQ(holds.size(), 1U);
  EXPECT_TRUE(holds[0].on);
  EXPECT_EQ(holds[0].holds, std::vector<std::string>{"request"});
  session_.set_others(1);  // as the story has it
  EXPECT_NE(support::words_in(build()).find("other clients stop at gates"), std::string::npos);
  tell(held_story());
  watch();
  ASSERT_EQ(session_.position().mode, player::Mode::held);
  session_.press(f10);
  auto goes = wished<Proceed>();
  ASSERT_EQ(goes.size(), 1U);
  EXPECT_TRUE(goes[0].of_others);
  EXPECT_EQ(goes[0].mode, client::RunMode::step);
  EXPECT_EQ(goes[0].held, 2U);
  // Run on: to a gate that is set, or to the next request.
  session_.execute({.action = Action::toggle_gate, .name = "run.exec"});
  session_.press(f5);
  goes = wished<Proceed>();
  ASSERT_EQ(goes.size(), 1U);
  EXPECT_EQ(goes[0].mode, client::RunMode::hold);
  EXPECT_EQ(goes[0].holds, (std::vector<std::string>{"run.exec", "request"}));
  // It is not ours to give up.
  session_.execute({.action = Action::give_up});
  EXPECT_TRUE(wished<GiveUp>().empty());
  EXPECT_NE(session_.notice().find("Ctrl+C"), std::string::npos);
  session_.press({.key = Key::f8});
  holds = wished<HoldOthers>();
  ASSERT_EQ(holds.size(), 1U);
  EXPECT_FALSE(holds[0].on);
}

TEST_F(SessionTest, GatesThatAreSetWhileOthersAreNotHeldYetAreTheirsToo) {
  session_.press({.key = Key::f8});
  session_.execute({.action = Action::toggle_gate, .name = "run.exec"});
  session_.take_wishes();
  session_.set_others(7);
  const auto holds = wished<HoldOthers>();
  ASSERT_EQ(holds.size(), 1U);
  EXPECT_EQ(holds[0].holds, (std::vector<std::string>{"run.exec", "request"}));
}

TEST_F(SessionTest, WhereOthersCannotBeHeldTheNextPressTriesAgain) {
  session_.press({.key = Key::f8});
  session_.set_others(0);
  session_.take_wishes();
  session_.press({.key = Key::f8});
  const auto holds = wished<HoldOthers>();
  ASSERT_EQ(holds.size(), 1U);
  EXPECT_TRUE(holds[0].on);
}

TEST_F(SessionTest, OtherClientsAreHeldAgainByTheNextEngine) {
  session_.press({.key = Key::f8});
  session_.set_others(7);
  session_.take_wishes();
  session_.set_engine(scene::EngineState::gone);
  EXPECT_TRUE(wished<HoldOthers>().empty());
  session_.set_engine(scene::EngineState::there);
  EXPECT_EQ(wished<HoldOthers>().size(), 1U);
}

TEST_F(SessionTest, RunToHoldsThereOnce) {
  session_.press(f10);
  tell(held_story());
  watch();
  session_.take_wishes();
  session_.execute({.action = Action::run_to, .name = "run.exec"});
  const auto goes = wished<Proceed>();
  ASSERT_EQ(goes.size(), 1U);
  EXPECT_EQ(goes[0].holds, std::vector<std::string>{"run.exec"});
  EXPECT_TRUE(session_.breakpoints().empty());
}

constexpr Chord next_stage{.key = Key::f10, .shift = true};

// A stage that is not needed is passed by, so each one behind would do; gates that are set stay what they are.
TEST_F(SessionTest, TheNextStageIsTheFirstThatComes) {
  session_.execute({.action = Action::toggle_gate, .name = "isolate.proc"});
  session_.press(next_stage);
  EXPECT_EQ(wished<StartCommand>().size(), 1U) << "the typed line, at its first gate";
  tell(held_story());
  watch();
  session_.take_wishes();
  session_.press(next_stage);
  const auto goes = wished<Proceed>();
  ASSERT_EQ(goes.size(), 1U);
  EXPECT_EQ(goes[0].mode, client::RunMode::hold);
  EXPECT_EQ(goes[0].holds, (std::vector<std::string>{"isolate.proc", "run"}));
  EXPECT_EQ(session_.breakpoints(), std::vector<std::string>{"isolate.proc"});
}

TEST_F(SessionTest, LookingBackTheViewGoesToTheNextStageAlone) {
  watch_a_run();
  session_.command_ended();
  session_.press({.key = Key::home});
  session_.take_wishes();
  std::vector<std::optional<trace::Stage>> stages;
  for (std::size_t i = 0; i < 5; ++i) {
    session_.press(next_stage);
    watch();
    stages.push_back(session_.shown().run.current);
  }
  EXPECT_THAT(stages, testing::ElementsAre(trace::Stage::cache, trace::Stage::pull, trace::Stage::snapshot,
                                           trace::Stage::isolate, trace::Stage::run));
  EXPECT_EQ(session_.position().mode, player::Mode::past);
  session_.press(next_stage);
  EXPECT_EQ(session_.position().mode, player::Mode::live) << "behind the last one is the end";
  EXPECT_TRUE(session_.take_wishes().empty());
}

TEST_F(SessionTest, AnEventHoldsTheNextRunInFrontOfItOrOfTheGateBefore) {
  const RunStory story = held_story();
  tell(story);
  watch();
  const auto index_of = [&](const std::string& name) {
    for (std::size_t i = 0; i < story.events.size(); ++i) {
      if (story.events[i].name == name) return static_cast<std::int64_t>(i);
    }
    return std::int64_t{-1};
  };
  session_.execute({.action = Action::toggle_event_gate, .number = index_of("isolate.hostname")});
  EXPECT_EQ(session_.breakpoints(), std::vector<std::string>{"isolate.hostname"});
  // Behind isolate.hostname a run is held: that is before the gate that it names.
  const auto held = static_cast<std::size_t>(index_of("gate.held"));
  const std::string gate = trace::argument_text(story.events[held], "gate");
  session_.execute({.action = Action::toggle_event_gate, .number = index_of("gate.held")});
  EXPECT_EQ(session_.breakpoints(), (std::vector<std::string>{"isolate.hostname", gate}));
  session_.execute({.action = Action::toggle_event_gate, .number = index_of("gate.held")});
  session_.execute({.action = Action::toggle_event_gate, .number = index_of("isolate.hostname")});
  // Nothing can hold what was here before.
  session_.execute({.action = Action::toggle_event_gate, .number = 0});
  EXPECT_TRUE(session_.breakpoints().empty());
  EXPECT_NE(session_.in_words().find("No gate stands there"), std::string::npos);
  // There is none before it, so the first one behind it is named.
  EXPECT_NE(session_.in_words().find("The next one is "), std::string::npos);
  // One that has no gate of its own: which one is meant instead.
  std::int64_t without = -1;
  for (std::size_t i = 1; i < story.events.size(); ++i) {
    const auto event = static_cast<std::int64_t>(i);
    const std::string stands = session_.gate_at(i);
    if (!stands.empty() && stands != story.events[i].name && story.events[i].name != "gate.held") without = event;
  }
  ASSERT_GE(without, 0);
  session_.execute({.action = Action::toggle_event_gate, .number = without});
  const std::string stands = session_.gate_at(static_cast<model::EventIndex>(without));
  EXPECT_NE(session_.in_words().find("No gate stands there. The next run holds at the one before it: " + stands),
            std::string::npos)
      << session_.in_words();
  session_.execute({.action = Action::toggle_event_gate, .number = without});
  // By the key: the event that is shown.
  session_.press({.key = Key::f9});
  EXPECT_EQ(session_.breakpoints(), std::vector<std::string>{gate});
}

TEST_F(SessionTest, WhatSomebodyElseHoldsIsNotLetGo) {
  session_.set_run(7);
  tell(held_story());
  watch();
  ASSERT_EQ(session_.position().mode, player::Mode::held);
  session_.press(f10);
  EXPECT_TRUE(wished<Proceed>().empty());
  ASSERT_EQ(session_.position().mode, player::Mode::held);
  EXPECT_FALSE(session_.terminal_focused()) << "F10 started the typed command instead";
}

TEST_F(SessionTest, WhatTheNextEngineHoldsUnderTheSameSpanIsNotLetGo) {
  session_.take({trace::Event{.name = "trace.ended"}});
  tell(held_story());
  watch();
  ASSERT_EQ(session_.position().mode, player::Mode::held);
  session_.press(f10);
  EXPECT_TRUE(wished<Proceed>().empty());
}

TEST_F(SessionTest, F5ShowsTheLastCommandBeforeItRunsItAgain) {
  watch_a_run();
  session_.command_ended();
  wished<StartCommand>();
  session_.press(f5);
  EXPECT_TRUE(wished<StartCommand>().empty());
  EXPECT_EQ(session_.line().text(), "docker run hello-world");
  EXPECT_NE(session_.in_words().find("F5 or Enter runs the typed command again."), std::string::npos);
  session_.press(f5);
  ASSERT_EQ(wished<StartCommand>().size(), 1U);
  session_.press(f5);  // it runs
  EXPECT_EQ(session_.line().text(), "");
  session_.command_ended();
  session_.press(f5);
  session_.press(enter);
  EXPECT_EQ(wished<StartCommand>().size(), 1U);
}

// What a gate cannot hold is shown, not run again.
TEST_F(SessionTest, F10RepeatsOnlyWhatAGateCanHold) {
  for (const auto& [line, repeats] : {std::pair{"docker run alpine ls", true},
                                      {"docker rm -f web", false},
                                      {"docker run alpine ls; rm -r x", false}}) {
    session_.execute({.action = Action::focus_terminal});
    session_.press({.key = Key::u, .ctrl = true});
    session_.type(line);
    session_.press(enter);
    session_.command_ended();
    EXPECT_EQ(wished<StartCommand>().size(), 1U) << line;
    session_.press(f10);
    EXPECT_EQ(wished<StartCommand>().size(), repeats ? 1U : 0U) << line;
    session_.command_ended();
  }
}

// Held down it goes from gate to gate, and at the end it stops: a press begins a run.
TEST_F(SessionTest, AKeyThatIsHeldDownBeginsNoRun) {
  session_.press(f10);
  ASSERT_EQ(wished<StartCommand>().size(), 1U);
  session_.command_ended();
  for (const Chord key : {f10, f5, enter, f5}) session_.press(key, true);
  EXPECT_TRUE(wished<StartCommand>().empty());
  session_.press(f10);
  EXPECT_EQ(wished<StartCommand>().size(), 1U);
  tell(held_story());
  session_.press(f10, true);
  EXPECT_EQ(wished<Proceed>().size(), 1U);
}

TEST_F(SessionTest, NoKeyBringsBackWhatRemovesOrWrites) {
  session_.press({.key = Key::u, .ctrl = true});
  session_.type("docker rm -f web");
  session_.press(enter);
  session_.command_ended();
  wished<StartCommand>();
  for (const Chord key : {f5, f10, f5, f10}) session_.press(key);
  EXPECT_TRUE(wished<StartCommand>().empty());
  EXPECT_EQ(session_.line().text(), "");
  EXPECT_NE(session_.notice().find("Nothing is typed."), std::string::npos);
}

TEST_F(SessionTest, WhatIsTypedTakesThePlaceOfALineThatAKeyBroughtBack) {
  watch_a_run();
  session_.command_ended();
  session_.press(f5);
  ASSERT_EQ(session_.line().text(), "docker run hello-world");
  session_.type("d");
  session_.type("o");
  EXPECT_EQ(session_.line().text(), "do");
}

TEST_F(SessionTest, SecondsAreCountedOnlyWhileSomethingGoesOn) {
  RunStory story = held_story();
  tell(story);
  watch();
  EXPECT_TRUE(session_.counts_seconds());
  const auto says = [&](std::string_view words) {
    const std::vector<scene::Text> texts = build().layers[scene::Scene::ground].texts;
    return std::any_of(texts.begin(), texts.end(), [&](const scene::Text& one) { return one.words == words; });
  };
  constexpr std::int64_t second = 1'000'000'000;
  const std::int64_t since = story.events.back().time_ns;
  session_.advance(0, since + 12 * second + 1);
  EXPECT_TRUE(says("12 s held"));
  session_.advance(0, since + 13 * second + 1);
  EXPECT_TRUE(says("13 s held"));
  story.released("isolate.proc", 2, 20 * second);
  story.files();
  story.powers();
  story.execute();
  story.exit();
  tell(story);
  EXPECT_FALSE(session_.counts_seconds());
}

TEST_F(SessionTest, ForgottenEventsAreNotRead) {
  session_.history().set_live_limit(1);
  RunStory story = held_story();
  for (int i = 0; i < 300; ++i) {
    story.tell(trace::Stage::snapshot, trace::Kind::instant, "snapshot.whiteout", "/x");
  }
  tell(story);
  watch();
  const model::EventIndex first = session_.history().first();
  ASSERT_GT(first, 0U);
  session_.execute({.action = Action::to_begin});
  ASSERT_LT(session_.position().event, first);
  for (model::EventIndex event = 0; event < first; ++event) {
    const auto number = static_cast<std::int64_t>(event);
    EXPECT_NO_THROW(session_.execute({.action = Action::toggle_event_gate, .number = number}));
    EXPECT_NO_THROW(session_.execute({.action = Action::select, .number = number}));
    EXPECT_NO_THROW(session_.execute({.action = Action::seek_event, .number = number}));
  }
  EXPECT_NO_THROW(session_.execute({.action = Action::toggle_event_gate, .number = -1}));
  EXPECT_TRUE(session_.breakpoints().empty());
  EXPECT_NO_THROW(session_.in_words());
  EXPECT_NO_THROW(build());
}

}  // namespace
}  // namespace glassdock::session
