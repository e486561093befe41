// What keys and clicks do, without a window and without an engine.
#include "app/session/session.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/render/fonts.h"
#include "app/scene/layout.h"
#include "tests/support/run_story.h"
#include "tests/support/shown.h"

namespace glassdock::session {
namespace {

using support::RunStory;

constexpr Chord f5{.key = Key::f5}, f10{.key = Key::f10}, left{.key = Key::left}, right{.key = Key::right},
    enter{.key = Key::enter}, escape{.key = Key::escape}, tab{.key = Key::tab}, to_now{.key = Key::right, .ctrl = true};

class SessionTest : public testing::Test {
 protected:
  void SetUp() override { session_.set_run(1); }  // as the stories have it
  template <typename What>
  std::vector<What> wished() {
    std::vector<What> found;
    for (Wish& wish : session_.take_wishes()) {
      if (auto* one = std::get_if<What>(&wish)) found.push_back(std::move(*one));
    }
    return found;
  }
  void tell(const RunStory& story) {
    session_.take({story.events.begin() + static_cast<std::ptrdiff_t>(told_), story.events.end()});
    told_ = story.events.size();
  }
  // As a person does: each key, then its text.
  void type_keys(std::string_view words) {
    for (char letter : words) {
      const bool known = letter >= 'a' && letter <= 'z';
      if (known) session_.press({.key = static_cast<Key>(static_cast<int>(Key::a) + letter - 'a')});
      if (letter == ' ') session_.press({.key = Key::space});
      session_.type(std::string(1, letter));
    }
  }
  // Until the view has shown everything.
  void watch() {
    do session_.advance(100'000'000, now_ns_ += 100'000'000);
    while (session_.animates());
  }
  // One Enter, and all of a cold run was shown.
  void watch_a_run() {
    session_.press(enter);
    RunStory story;
    story.baseline();
    story.cold();
    tell(story);
    watch();
  }
  // Held at two gates of a start, the second in the container's process.
  RunStory held_story() {
    RunStory story;
    story.held_start();
    return story;
  }
  scene::Scene build() { return session_.build({1600, 900}, fonts_); }

  terminal::LineHistory lines_;
  Session session_{Settings{}, lines_};
  render::Fonts fonts_;
  std::size_t told_ = 0;
  std::int64_t now_ns_ = 1;
};

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

TEST_F(SessionTest, TheTerminalGetsEveryKeyButThoseThatAreSaidToPass) {
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

TEST_F(SessionTest, WhatIsTypedWhileACommandRunsIsForIt) {
  session_.press(enter);
  session_.execute({.action = Action::focus_terminal});
  session_.type("hallo");
  session_.press(enter);
  const auto inputs = wished<SendInput>();
  ASSERT_EQ(inputs.size(), 2U);
  EXPECT_EQ(inputs[0].bytes, "hallo");
  EXPECT_EQ(inputs[1].bytes, "\r");
  session_.command_ended();
  EXPECT_TRUE(session_.terminal_focused());  // it left the picture as it was
}

TEST_F(SessionTest, APasteIsNoTypingWhereTheCommandTellsThemApart) {
  session_.press(enter);
  session_.take_output("\x1b[?2004h", 1);
  session_.paste("two\nlines\x1b[201~");
  session_.type("x");
  const auto inputs = wished<SendInput>();
  ASSERT_EQ(inputs.size(), 2U);
  EXPECT_EQ(inputs[0].bytes, "\x1b[200~two\rlines[201~\x1b[201~");
  EXPECT_EQ(inputs[1].bytes, "x");
}

TEST_F(SessionTest, WhatACommandAsksItsTerminalIsAnsweredToItAlone) {
  constexpr std::string_view where_is_the_cursor = "\x1b[6n";
  session_.press(enter);
  session_.take_output("\r\nab", 1);
  wished<SendInput>();
  session_.take_output(where_is_the_cursor, 2);
  const auto inputs = wished<SendInput>();
  ASSERT_EQ(inputs.size(), 1U);
  EXPECT_EQ(inputs[0].bytes, "\x1b[3;3R");
  // It has ended before its last question comes to the screen.
  session_.take_output(std::string(100'000, 'x') + std::string(where_is_the_cursor), 3);
  session_.command_ended();
  session_.press(enter);
  watch();
  EXPECT_TRUE(wished<SendInput>().empty());
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

TEST_F(SessionTest, ACommandThatReadsItsInputGetsItAtAGateToo) {
  session_.press(f10);
  tell(held_story());
  watch();
  session_.command_asks();
  EXPECT_TRUE(session_.terminal_focused());
  session_.type("hi");
  EXPECT_EQ(wished<SendInput>().size(), 1U);
  // The next command has asked for nothing.
  session_.command_ended();
  session_.set_run(1);
  session_.type("top");
  session_.press(f10);
  wished<SendInput>();
  session_.type("x");
  EXPECT_TRUE(wished<SendInput>().empty());
}

TEST_F(SessionTest, InClassModeNoLetterReachesATerminalThatIsHidden) {
  constexpr const char* hidden = "Nothing is typed here. T shows the terminal.";
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

TEST_F(SessionTest, EscInClassModeClosesWhatIsFoldedOutAndOnlyThenLeaves) {
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
  // Out of it letters are keys, as behind any Esc.
  session_.press(escape);
  EXPECT_FALSE(now.class_mode);
  type_keys("e");
  EXPECT_TRUE(now.evidence_drawer);
  EXPECT_TRUE(wished<SendInput>().empty());
}

// What is said of the first start's command is true of no other.
TEST_F(SessionTest, OnlyTheFirstCommandSaysHello) {
  EXPECT_NE(support::words_in(build()).find("It says hello and ends."), std::string::npos);
  session_.type("x");
  const std::string words = support::words_in(build());
  EXPECT_EQ(words.find("It says hello and ends."), std::string::npos);
  EXPECT_NE(words.find("Its output will stand here."), std::string::npos);
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

TEST_F(SessionTest, ACommandThatRunsGetsWhatIsTypedAndAsksForTheKeys) {
  session_.press(enter);
  session_.take_wishes();
  session_.command_asks();
  EXPECT_TRUE(session_.terminal_focused());
  session_.press(enter);
  EXPECT_EQ(wished<SendInput>().size(), 1U);
  session_.command_ended();
  // One who steps in the picture goes on with that, but for what is typed.
  session_.press(f5);
  session_.press(f5);
  session_.press(left);
  session_.command_asks();
  EXPECT_FALSE(session_.terminal_focused());
  session_.press(to_now);
  session_.take_wishes();
  type_keys("hostname");
  std::string typed;
  for (const SendInput& input : wished<SendInput>()) typed += input.bytes;
  EXPECT_EQ(typed, "hostname");
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

TEST_F(SessionTest, OutputIsShownAtTheMomentAtWhichItCame) {
  watch_a_run();
  const std::size_t size = session_.history().size();
  session_.take_output("first\r\n", session_.history().row(size / 2).time_ns);
  session_.take_output("second\r\n", session_.history().row(size - 1).time_ns);
  const auto shows = [&](std::string_view words) {
    const scene::Scene scene = build();
    for (const scene::Text& text : scene.layers[scene::Scene::ground].texts) {
      if (text.words == words) return true;
    }
    return false;
  };
  EXPECT_TRUE(shows("second"));
  session_.execute({.action = Action::seek_event, .number = static_cast<std::int64_t>(size / 2)});
  EXPECT_TRUE(shows("first"));
  EXPECT_FALSE(shows("second"));
  session_.press(to_now);
  EXPECT_TRUE(shows("second"));
}

// A view that is late holds output back; what one types stands behind all of it.
TEST_F(SessionTest, ThePromptStandsBehindTheOutputThatIsHeldBack) {
  session_.press(enter);
  RunStory story;
  story.baseline();
  story.cold();
  tell(story);
  session_.advance(1'000'000, now_ns_);
  session_.take_output("Hi there\r\n", session_.history().row(session_.history().size() - 1).time_ns);
  session_.command_ended();
  ASSERT_GT(session_.position().behind, 0U);
  const auto rows = [&] {
    std::string all;
    const scene::Rect terminal = scene::lay_out({1600, 900}).terminal;
    const scene::Scene scene = build();
    for (const scene::Text& text : scene.layers[scene::Scene::ground].texts) {
      if (text.font.face == scene::Face::mono && terminal.contains(text.at)) all += text.words + "|";
    }
    return all;
  };
  EXPECT_EQ(rows().find("Hi there"), std::string::npos) << rows();
  EXPECT_FALSE(rows().ends_with("$|")) << rows();
  session_.press({.key = Key::z});
  session_.type("z");
  EXPECT_TRUE(rows().ends_with("Hi there|$|z|")) << rows();
  session_.press({.key = Key::backspace});
  watch();
  EXPECT_TRUE(rows().ends_with("Hi there|$|")) << rows();
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

TEST_F(SessionTest, EverythingThatCanBeClickedCanBeReachedByTheKeyboard) {
  tell(held_story());
  watch();
  session_.press(escape);
  const scene::Scene scene = build();
  std::vector<scene::PlaceKey> missing;
  for (const scene::Place& place : scene.places) missing.push_back(scene::key_of(place));
  for (std::size_t i = 0; i < scene.places.size(); ++i) {
    session_.press(tab);
    const scene::Scene now = build();
    // The ring tells where the focus is.
    std::size_t rings = 0;
    for (const scene::Place& place : now.places) {
      const auto& shapes = now.layers[place.ring_beneath ? scene::Scene::ground : scene::Scene::overlay].shapes;
      const bool focused = std::any_of(shapes.begin(), shapes.end(), [&](const scene::Shape& shape) {
        return shape.box.line == scene::Colour::ink && shape.box.rect == place.rect.inset(-2);
      });
      if (!focused) continue;
      ++rings;
      std::erase(missing, scene::key_of(place));
    }
    ASSERT_GT(rings, 0U) << i;
  }
  EXPECT_TRUE(missing.empty()) << missing.size() << ", the first: " << static_cast<int>(missing.front().act) << " "
                               << missing.front().name;
}

// One region after the other, whatever the length of the words does to where things stand.
TEST_F(SessionTest, TabGoesTheSameWayInBothLanguages) {
  tell(held_story());
  watch();
  session_.press(escape);
  const auto way = [&](trace::Language language, const scene::Viewport& size) {
    session_.settings().language = language;
    std::vector<std::string> all;
    const std::size_t places = session_.build(size, fonts_).places.size();
    for (std::size_t i = 0; i < places; ++i) {
      session_.press(tab);
      const scene::Scene now = session_.build(size, fonts_);
      const scene::Layer& over = now.layers[scene::Scene::overlay];
      if (over.shapes.empty()) continue;
      for (const scene::Place& place : now.places) {
        if (place.rect.inset(-2) != over.shapes.front().box.rect) continue;
        all.push_back(std::to_string(static_cast<int>(place.act)) + " " + place.name + " " +
                      std::to_string(place.number));
      }
    }
    return all;
  };
  for (const scene::Viewport& size :
       {scene::Viewport{1600, 900}, scene::Viewport{1024, 700}, scene::Viewport{800, 600}}) {
    auto english = way(trace::Language::english, size), korean = way(trace::Language::korean, size);
    // Lists have more rows where the words are shorter.
    const auto only_in_one = [](std::vector<std::string>& all, const std::vector<std::string>& other) {
      std::erase_if(all,
                    [&](const std::string& one) { return std::find(other.begin(), other.end(), one) == other.end(); });
      std::rotate(all.begin(), std::min_element(all.begin(), all.end()), all.end());
    };
    const auto english_before = english;
    only_in_one(english, korean);
    only_in_one(korean, english_before);
    EXPECT_GT(english.size(), 20U);
    EXPECT_EQ(english, korean) << size.width;
  }
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

TEST_F(SessionTest, ThingsInThePictureOpenTheirEvidence) {
  tell(held_story());
  watch();
  for (const scene::Place& place : build().places) {
    if (place.act != scene::Act::select_event || place.number < 0) continue;
    session_.click(place, 0.5);
    EXPECT_EQ(session_.selected(), static_cast<model::EventIndex>(place.number)) << place.name;
  }
  session_.press(escape);
  EXPECT_FALSE(session_.selected());
}

// What was chosen is the thing, also where no event tells of it, and nothing of an older one stays.
TEST_F(SessionTest, AThingWithoutAnEventIsExplainedToo) {
  tell(held_story());
  watch();
  const auto choose = [&](const std::string& name) {
    const scene::Scene scene = build();
    for (const scene::Place& place : scene.places) {
      if (place.act == scene::Act::select_event && place.name == name) return session_.click(place, 0.5);
    }
    FAIL() << name;
  };
  const auto says = [&](std::string_view words) {
    const std::vector<scene::Text> texts = build().layers[scene::Scene::ground].texts;
    return std::any_of(texts.begin(), texts.end(), [&](const scene::Text& one) { return one.words == words; });
  };
  choose("wall:pid");
  EXPECT_TRUE(session_.selected());
  choose("kernel");
  EXPECT_FALSE(session_.selected());
  EXPECT_TRUE(says("$ uname -sr"));
  session_.press(escape);
  EXPECT_FALSE(says("$ uname -sr"));
}

TEST_F(SessionTest, TheEvidenceScrollsByTheWheelAndByKeysAndBeginsAtItsTop) {
  RunStory story = held_story();
  for (int i = 0; i < 20; ++i) story.events.back().evidence.push_back({"/proc/" + std::to_string(i), "", "x", ""});
  story.events.back().name = "isolate.hostname";
  tell(story);
  watch();
  const auto place = [&] {
    const scene::Scene scene = build();
    const scene::Rect panel = scene::lay_out({1600, 900}).evidence;
    return *scene::scrolled_at(scene, panel.centre());
  };
  const auto seen = [&] {
    const scene::Rect panel = scene::lay_out({1600, 900}).evidence;
    const scene::Scene scene = build();
    std::string words;
    for (const scene::Text& text : scene.layers[scene::Scene::ground].texts) {
      if (panel.contains(text.room.centre())) words += text.words + " ";
    }
    return words;
  };
  ASSERT_EQ(place().act, scene::Act::scroll_evidence);
  const std::string first = seen();
  session_.scroll(place(), -1);
  const std::string second = seen();
  EXPECT_NE(first, second);
  session_.scroll(place(), 1);
  EXPECT_EQ(seen(), first);
  for (int i = 0; i < 40; ++i) session_.scroll(place(), -1);
  const std::string last = seen();
  EXPECT_NE(last, first);
  // It turns round at once: nothing was counted beyond the end.
  session_.scroll(place(), 1);
  EXPECT_NE(seen(), last);
  // At the prompt these keys have no other meaning.
  session_.press({.key = Key::page_up});
  session_.press({.key = Key::page_up});
  session_.press({.key = Key::page_up});
  EXPECT_EQ(seen(), first);
  session_.press({.key = Key::page_down});
  EXPECT_NE(seen(), first);
  const scene::Scene shown = build();
  for (const scene::Place& one : shown.places) {
    if (one.name == "wall:mnt") session_.click(one, 0.5);
  }
  EXPECT_NE(seen().find("mnt namespace"), std::string::npos) << seen();
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
  // By the key: the event that is shown.
  session_.press({.key = Key::f9});
  EXPECT_EQ(session_.breakpoints(), std::vector<std::string>{gate});
}

TEST_F(SessionTest, TheTerminalScrollsBackAndStaysThereUntilOneTypes) {
  build();  // it has its size now
  std::string lines;
  for (int i = 1; i <= 300; ++i) lines += "line " + std::to_string(i) + "\r\n";
  session_.take_output(lines, 1);
  watch();
  const auto shows = [&](const std::string& words) {
    const scene::Scene scene = build();
    for (const scene::Text& text : scene.layers[scene::Scene::ground].texts) {
      if (text.words == words) return true;
    }
    return false;
  };
  ASSERT_TRUE(shows("line 300"));
  session_.press({.key = Key::page_up, .shift = true});
  EXPECT_FALSE(shows("line 300"));
  EXPECT_TRUE(shows("line 290"));
  session_.take_output("and more\r\n", 2);
  watch();
  EXPECT_FALSE(shows("and more"));
  EXPECT_TRUE(shows("line 290"));
  const scene::Place terminal{.act = scene::Act::focus_terminal};
  session_.scroll(terminal, 10'000);
  EXPECT_TRUE(shows("line 1"));
  session_.scroll(terminal, -10'000);
  EXPECT_TRUE(shows("and more"));
  session_.press({.key = Key::page_up, .shift = true});
  session_.type("x");
  EXPECT_TRUE(shows("and more"));
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

TEST_F(SessionTest, TheTimelineIsZoomedByTheWheelAndByKeys) {
  watch_a_run();
  const auto shown = [&] {
    for (const scene::Place& place : build().places) {
      if (place.act == scene::Act::seek_time) return place;
    }
    return scene::Place{};
  };
  const std::int64_t whole = shown().length;
  ASSERT_GT(whole, 0);
  session_.scroll(shown(), 1);
  EXPECT_EQ(shown().length, whole / 2);
  session_.press({.key = Key::escape});  // the letters are the terminal's before
  session_.press({.key = Key::plus});
  EXPECT_EQ(shown().length, whole / 4);
  for (int i = 0; i < 20; ++i) session_.press({.key = Key::minus});
  EXPECT_EQ(shown().length, whole);
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

}  // namespace
}  // namespace glassdock::session
