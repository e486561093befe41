// Whose the keys are: the line's, the command's, the picture's.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/life_story.h"
#include "tests/support/session_test.h"
#include "tests/support/shown.h"

namespace glassdock::session {
namespace {

TEST_F(SessionTest, TheTerminalGetsEveryKeyButThoseThatAreSaidToPass) {
  session_.press({.key = Key::end});
  session_.type(" x");
  EXPECT_EQ(session_.line().text(), "docker run hello-world x");
  session_.press({.key = Key::backspace});
  session_.press({.key = Key::u, .ctrl = true});
  EXPECT_EQ(session_.line().text(), "");
  session_.press({.key = Key::y, .ctrl = true});
  session_.press({.key = Key::e});  // a letter: it comes as text
  EXPECT_FALSE(session_.settings().arrangement.evidence_drawer);
  session_.press({.key = Key::f11});
  EXPECT_TRUE(session_.settings().arrangement.class_mode);
  session_.press({.key = Key::f1});
  EXPECT_EQ(wished<ShowPanel>().size(), 1U) << "the question mark is typed";
  session_.press(escape);
  EXPECT_FALSE(session_.terminal_focused());
  session_.press({.key = Key::k, .ctrl = true});
  EXPECT_EQ(wished<ShowPanel>().size(), 1U);
}

// What stands typed at first is a suggestion: whoever types something else need not take it away.
TEST_F(SessionTest, TheFirstLetterTakesThePlaceOfTheSuggestion) {
  const auto ink = [&] {
    scene::Colour colour = scene::Colour::none;
    const scene::Scene scene = build();
    for (const scene::Text& text : scene.layers[scene::Scene::ground].texts) {
      if (text.words == session_.line().text()) colour = text.colour;
    }
    return colour;
  };
  EXPECT_EQ(ink(), scene::Colour::ink2);
  type_keys("docker run alpine ls");
  EXPECT_EQ(session_.line().text(), "docker run alpine ls");
  EXPECT_EQ(ink(), scene::Colour::ink);
  for (const Chord key : {Chord{.key = Key::backspace}, left, right, Chord{.key = Key::end}, Chord{.key = Key::home}}) {
    terminal::LineHistory lines;
    Session another(Settings{}, lines);
    another.press(key);
    another.type("x");
    EXPECT_EQ(another.line().text().size(), key.key == Key::backspace ? 22U : 23U) << name_of(key);
  }
  terminal::LineHistory lines;
  Session another(Settings{}, lines);
  another.paste("docker ps\n");
  EXPECT_EQ(another.line().text(), "docker ps");
  EXPECT_EQ(another.notice(), "");
}

TEST_F(SessionTest, PastedLinesAreJoinedAndNothingRuns) {
  session_.paste("docker pull alpine\r\ndocker run alpine ls\r\n");
  EXPECT_EQ(session_.line().text(), "docker pull alpine; docker run alpine ls");
  EXPECT_NE(session_.notice().find("joined"), std::string::npos);
  EXPECT_TRUE(wished<StartCommand>().empty());
  session_.press(enter);
  EXPECT_EQ(wished<StartCommand>().size(), 1U);
  EXPECT_EQ(session_.notice(), "");
}

// A gate is set for the line that stands typed: that stays in sight, and is still the next thing to do.
TEST_F(SessionTest, EnterRunsTheTypedLineBehindAClickOnABadge) {
  type_keys("docker run alpine ls");
  session_.click({.act = scene::Act::toggle_gate, .name = "isolate"}, 0.5);
  EXPECT_TRUE(session_.terminal_focused());
  session_.press(enter);
  const auto starts = wished<StartCommand>();
  ASSERT_EQ(starts.size(), 1U);
  EXPECT_EQ(starts[0].line, "docker run alpine ls");
  EXPECT_EQ(starts[0].holds, std::vector<std::string>{"isolate"});
  // An empty line repeats nothing.
  session_.command_ended();
  session_.click({.act = scene::Act::toggle_gate, .name = "isolate"}, 0.5);
  EXPECT_FALSE(session_.terminal_focused());
  session_.press(enter);
  EXPECT_TRUE(wished<StartCommand>().empty());
  EXPECT_TRUE(session_.terminal_focused());
}

TEST_F(SessionTest, ATipGoesWhenSomethingIsPressedAndComesAgainAtAnotherThing) {
  const auto tips = [&] { return build().layers[scene::Scene::overlay].texts.size(); };
  const scene::Scene now = build();
  const auto badge = std::find_if(now.places.begin(), now.places.end(),
                                  [](const scene::Place& place) { return place.act == scene::Act::toggle_gate; });
  ASSERT_NE(badge, now.places.end());
  for (const bool by_click : {true, false}) {
    session_.hover(nullptr);
    session_.hover(&*badge);
    session_.show_tip(true);
    ASSERT_GT(tips(), 0U);
    by_click ? session_.click(*badge, 0.5) : void(session_.press(left));
    EXPECT_EQ(tips(), 0U);
    session_.show_tip(true);
    EXPECT_EQ(tips(), 0U) << "it is the same thing";
  }
}

TEST_F(SessionTest, AltAndALetterMoveByWords) {
  session_.press({.key = Key::b, .alt = true});
  session_.press({.key = Key::b, .alt = true});
  session_.type("x");
  EXPECT_EQ(session_.line().text(), "docker run xhello-world");
  session_.press({.key = Key::f, .alt = true});
  session_.type("y");
  EXPECT_EQ(session_.line().text(), "docker run xhelloy-world");
}

TEST_F(SessionTest, WhatIsTypedAfterARunBeginsTheNextLine) {
  watch_a_run();
  session_.command_ended();
  ASSERT_FALSE(session_.terminal_focused()) << "the run is looked at";
  session_.press({.key = Key::space});
  session_.type(" ");
  EXPECT_FALSE(session_.terminal_focused()) << "a key of the picture";
  session_.press({.key = Key::d});
  session_.type("d");
  session_.press({.key = Key::e});
  session_.type("e");
  EXPECT_TRUE(session_.terminal_focused());
  EXPECT_EQ(session_.line().text(), "de");
}

TEST_F(SessionTest, NoFirstLetterIsLostAtThePromptOfARunThatEnded) {
  watch_a_run();
  session_.command_ended();
  session_.press(left);
  session_.press(to_now);
  ASSERT_FALSE(session_.terminal_focused());
  type_keys("echo top");
  EXPECT_EQ(session_.line().text(), "echo top");
  EXPECT_FALSE(session_.settings().arrangement.evidence_drawer);
}

TEST_F(SessionTest, AfterEscLettersAreKeysAndNotTyped) {
  watch_a_run();
  session_.command_ended();
  session_.press(escape);
  type_keys("e");
  EXPECT_TRUE(session_.settings().arrangement.evidence_drawer);
  type_keys("t");
  EXPECT_TRUE(session_.terminal_focused());
  EXPECT_EQ(session_.line().text(), "");
  type_keys("t");
  EXPECT_EQ(session_.line().text(), "t");
}

TEST_F(SessionTest, WhatIsTypedWhileTheCommandWaitsAtAGateGoesNowhereAndIsAnswered) {
  constexpr const char* waits = "The command waits at the gate. F5 lets it run, F10 steps.";
  session_.press(f10);
  session_.type("kept");  // its run is not open yet
  EXPECT_EQ(wished<SendInput>().size(), 1U);
  tell(held_story());
  watch();
  type_keys("ls");
  session_.paste("more");
  session_.press(enter);
  EXPECT_TRUE(wished<SendInput>().empty());
  EXPECT_NE(session_.in_words().find(waits), std::string::npos);
  EXPECT_NE(support::words_in(build()).find(std::string(waits) + " | "), std::string::npos);
  // In a terminal that has the keys, too; Esc leaves it, and Ctrl C is the command's.
  session_.execute({.action = Action::focus_terminal});
  EXPECT_EQ(session_.in_words().find(waits), std::string::npos);
  session_.press(enter);
  session_.press({.key = Key::z, .ctrl = true});
  type_keys("x");
  EXPECT_NE(session_.in_words().find(waits), std::string::npos);
  session_.press(escape);
  EXPECT_FALSE(session_.terminal_focused());
  EXPECT_TRUE(wished<SendInput>().empty());
  session_.press({.key = Key::c, .ctrl = true});
  EXPECT_EQ(wished<SendInput>().size(), 1U);
  // Let go, it gets what is typed again, and nothing is said any more.
  session_.press(f5);
  EXPECT_EQ(session_.in_words().find(waits), std::string::npos);
}

TEST_F(SessionTest, InClassModeNoLetterReachesATerminalThatIsHidden) {
  constexpr const char* hidden = "Nothing is typed here. T shows the terminal. Esc gives E and L back.";
  ASSERT_TRUE(session_.terminal_focused());
  session_.press({.key = Key::f11});
  EXPECT_FALSE(session_.terminal_focused());
  type_keys("hi");
  session_.paste("more");
  EXPECT_EQ(session_.line().text(), "docker run hello-world");
  EXPECT_NE(session_.in_words().find(hidden), std::string::npos);
  session_.press(enter);
  EXPECT_FALSE(session_.terminal_focused());
  // A command that runs, and asks, does not either.
  session_.press(f5);
  session_.command_asks();
  type_keys("hi");
  EXPECT_FALSE(session_.terminal_focused());
  EXPECT_TRUE(wished<SendInput>().empty());
  session_.press(right);
  EXPECT_NE(session_.in_words().find("The command reads what is typed. T shows the terminal."), std::string::npos);
  // T shows it, and it has the keys.
  type_keys("t");
  EXPECT_TRUE(session_.terminal_focused());
  type_keys("te");
  EXPECT_EQ(wished<SendInput>().size(), 2U);
  EXPECT_EQ(session_.in_words().find("T shows the terminal."), std::string::npos);
}

TEST_F(SessionTest, InClassModeALineThatIsTypedOpensNothing) {
  using ClassPanel = scene::Arrangement::ClassPanel;
  const scene::Arrangement& now = session_.settings().arrangement;
  session_.press({.key = Key::f11});
  type_keys("docker run alpine ");
  EXPECT_EQ(now.class_panel, ClassPanel::none);
  EXPECT_NE(session_.in_words().find("Nothing is typed here."), std::string::npos);
  session_.press(escape);
  type_keys("e");
  EXPECT_EQ(now.class_panel, ClassPanel::evidence);
}

TEST_F(SessionTest, InClassModeAMissingCommandIsAskedForWhereItCanBeTyped) {
  session_.press({.key = Key::u, .ctrl = true});
  session_.press({.key = Key::f11});
  session_.press(f10);
  EXPECT_EQ(session_.notice(), "Nothing is typed. T shows the terminal, to type a command in.");
  type_keys("t");
  session_.press(f10);
  EXPECT_NE(session_.notice().find("Type a command"), std::string::npos);
}

TEST_F(SessionTest, EscInClassModeClosesWhatIsFoldedOutAndNeverLeaves) {
  using ClassPanel = scene::Arrangement::ClassPanel;
  const scene::Arrangement& now = session_.settings().arrangement;
  session_.press({.key = Key::f11});
  for (const auto& [key, panel] :
       {std::pair{"e", ClassPanel::evidence}, {"l", ClassPanel::timeline}, {"t", ClassPanel::terminal}}) {
    type_keys(key);
    EXPECT_EQ(now.class_panel, panel);
    session_.press(escape);
    EXPECT_EQ(now.class_panel, ClassPanel::none);
    EXPECT_FALSE(session_.terminal_focused());
    EXPECT_TRUE(now.class_mode);
  }
  // Of a terminal whose command runs, too, but for a program that fills the screen.
  session_.press(f5);
  session_.press({.key = Key::f6});
  EXPECT_EQ(now.class_panel, ClassPanel::terminal);
  session_.take_output("\x1b[?1049h", 1);
  wished<SendInput>();
  session_.press(escape);
  EXPECT_EQ(wished<SendInput>().size(), 1U);
  session_.take_output("\x1b[?1049l", 2);
  session_.press(escape);
  EXPECT_EQ(now.class_panel, ClassPanel::none);
  EXPECT_TRUE(wished<SendInput>().empty());
  session_.press(escape);
  EXPECT_TRUE(now.class_mode);
  // Out of it letters are keys, as behind any Esc.
  session_.press({.key = Key::f11});
  EXPECT_FALSE(now.class_mode);
  type_keys("e");
  EXPECT_TRUE(now.evidence_drawer);
  EXPECT_TRUE(wished<SendInput>().empty());
}

// No line stands there.
TEST_F(SessionTest, LookingBackLettersAreKeysAndOthersReturnToThePrompt) {
  watch_a_run();
  session_.command_ended();
  session_.press(left);
  type_keys("e");
  EXPECT_TRUE(session_.settings().arrangement.evidence_drawer);
  EXPECT_EQ(session_.position().mode, player::Mode::past);
  type_keys("docker");
  EXPECT_EQ(session_.position().mode, player::Mode::live);
  EXPECT_EQ(session_.line().text(), "docker");
}

TEST_F(SessionTest, CtrlCReachesTheCommandThatRunsWhateverHasTheFocus) {
  session_.press(f10);
  tell(held_story());
  watch();
  ASSERT_FALSE(session_.terminal_focused());
  session_.take_wishes();
  session_.press(interrupt);
  const auto inputs = wished<SendInput>();
  ASSERT_EQ(inputs.size(), 1U);
  EXPECT_EQ(inputs[0].bytes, "\x03");
  EXPECT_FALSE(session_.terminal_focused());
  session_.command_ended();
  EXPECT_FALSE(session_.press(interrupt));
}

TEST_F(SessionTest, TheKeyLineOfClassModeNamesOnlyKeysThatWork) {
  session_.press(enter);
  session_.take_output("x", 1);
  const auto names = [&](std::string_view key) {
    const std::vector<scene::Text> texts = build().layers[scene::Scene::ground].texts;
    return std::any_of(texts.begin(), texts.end(), [&](const scene::Text& text) { return text.words == key; });
  };
  for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
    session_.settings().language = language;
    session_.press({.key = Key::f11});
    for (const char* key : {"F10", "←", "T", "E", "L", "F11"}) EXPECT_TRUE(names(key)) << key;
    type_keys("t");
    ASSERT_TRUE(session_.terminal_focused());
    for (const char* key : {"←", "T", "E", "L", "Esc"}) EXPECT_FALSE(names(key)) << key;
    for (const char* key : {"F10", "F6", "F11"}) EXPECT_TRUE(names(key)) << key;
    session_.press({.key = Key::f6});
    EXPECT_FALSE(session_.terminal_focused());
    for (const char* key : {"T", "E", "L"}) EXPECT_TRUE(names(key)) << key;
    session_.press({.key = Key::f11});
  }
}

// Whoever types a line at a gate does not let it go with the first blank.
TEST_F(SessionTest, ABlankWithinALineThatGoesNowhereOpensNoGate) {
  session_.press(f10);
  tell(held_story());
  watch();
  wished<Proceed>();
  type_keys("docker ps");
  EXPECT_TRUE(wished<Proceed>().empty());
  session_.press(left);
  session_.press(to_now);
  session_.press({.key = Key::space});
  EXPECT_EQ(wished<Proceed>().size(), 1U) << "by itself it is the picture's";
}

// Its seconds count as long as they are told.
TEST_F(SessionTest, ClassModeCountsTheSecondsOfAContainerBesideTheRun) {
  support::LifeStory story;
  story.baseline();
  story.baseline_image();
  story.runs("tea");
  story.container = support::story_container;
  story.create(7000);
  story.warm_start(7000);
  story.pause("tea");
  tell(story);
  watch();
  EXPECT_FALSE(session_.counts_seconds());
  session_.press({.key = Key::f11});
  EXPECT_TRUE(session_.counts_seconds());
}

}  // namespace
}  // namespace glassdock::session
