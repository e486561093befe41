// What the command prints, what it reads, and where one sees it.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/scene/layout.h"
#include "engine/base/text.h"
#include "tests/support/session_test.h"
#include "tests/support/shown.h"

namespace glassdock::session {
namespace {

using support::RunStory;

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
  EXPECT_TRUE(inputs[0].answers);
  // It has ended before its last question comes to the screen.
  session_.take_output(std::string(100'000, 'x') + std::string(where_is_the_cursor), 3);
  session_.command_ended();
  session_.press(enter);
  watch();
  EXPECT_TRUE(wished<SendInput>().empty());
}

TEST_F(SessionTest, ALineThatWasWrappedIsWholeInALargerTerminal) {
  const std::string row =
      "50f1f3f2d4db   hello-world   \"/hello\"   34 seconds ago   Exited (0) 4 seconds ago   happy_fermi";
  const auto shows = [&](std::string_view words) {
    return support::words_in(build()).find(words) != std::string::npos;
  };
  build();
  session_.take_output(row + "\r\n", 1);
  EXPECT_FALSE(shows(row));
  EXPECT_TRUE(shows("Exited (0) 4 seconds ago   happy_fermi")) << "between words";
  session_.press({.key = Key::f7});
  EXPECT_TRUE(shows(row));
  session_.press({.key = Key::f7});
  EXPECT_FALSE(shows(row));
  EXPECT_TRUE(shows("Exited (0) 4 seconds ago   happy_fermi")) << "nothing is cut off";
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

// The picture may still be on its way; a prompt that one types at is now.
TEST_F(SessionTest, AProgramThatReadsHasItsPromptAtOnce) {
  session_.press(enter);
  support::RunStory story;
  story.baseline();
  story.cold();
  tell(story);
  session_.take_output("/ # ", session_.history().row(session_.history().size() - 1).time_ns);
  session_.advance(100'000'000, 100'000'001);
  const auto shows_prompt = [&] {
    const scene::Scene scene = build();
    const auto& texts = scene.layers[scene::Scene::ground].texts;
    return std::any_of(texts.begin(), texts.end(),
                       [](const scene::Text& text) { return starts_with(text.words, "/ #"); });
  };
  ASSERT_GT(session_.position().behind, 0U);
  EXPECT_FALSE(shows_prompt());
  session_.command_asks();
  EXPECT_TRUE(shows_prompt());
  EXPECT_GT(session_.position().behind, 0U);
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

// However often it is woken by them: keys and picture have their time.
TEST_F(SessionTest, AFloodOfSmallPiecesIsShownOverSeveralPictures) {
  session_.press(enter);
  for (int piece = 0; piece < 100'000; ++piece) session_.take_output("x\r\n", piece);
  session_.take_output("the end\r\n", 100'000);
  const auto shows_end = [&] { return support::words_in(build()).find("the end") != std::string::npos; };
  EXPECT_FALSE(shows_end());
  int pictures = 0;
  do session_.advance(1'000'000, now_ns_ += 1'000'000), ++pictures;
  while (session_.animates());
  EXPECT_GT(pictures, 2);
  EXPECT_LT(pictures, 100) << "most of it is skipped";
  EXPECT_TRUE(shows_end());
}

// What is said of the first start's command is true of no other.
TEST_F(SessionTest, OnlyTheFirstCommandSaysHello) {
  EXPECT_NE(support::words_in(build()).find("It says hello and ends."), std::string::npos);
  session_.type("x");
  const std::string words = support::words_in(build());
  EXPECT_EQ(words.find("It says hello and ends."), std::string::npos);
  EXPECT_NE(words.find("Its output will stand here."), std::string::npos);
}

// In a narrow window terminal and timeline share one place.
TEST_F(SessionTest, WhatTheCommandPrintedCanBeReadAtItsEndInTheSmallestWindow) {
  const scene::Viewport small{800, 600};
  const auto shows = [&](const std::string& words) {
    const scene::Scene scene = session_.build(small, fonts_);
    for (const scene::Layer& layer : scene.layers) {
      for (const scene::Text& text : layer.texts) {
        if (text.words == words) return true;
      }
    }
    return false;
  };
  const auto has_timeline = [&] {
    const std::vector<scene::Place> places = session_.build(small, fonts_).places;
    return std::any_of(places.begin(), places.end(),
                       [](const scene::Place& place) { return place.act == scene::Act::seek_time; });
  };
  const auto run = [&] {
    watch_a_run();
    std::string lines;
    for (int i = 1; i <= 6; ++i) lines += "line " + std::to_string(i) + "\r\n";
    session_.take_output(lines, session_.history().row(session_.history().size() - 1).time_ns);
    watch();
  };
  run();
  EXPECT_TRUE(has_timeline()) << "it runs";
  session_.command_ended();
  for (int i = 1; i <= 6; ++i) EXPECT_TRUE(shows("line " + std::to_string(i))) << i;
  EXPECT_FALSE(session_.terminal_focused()) << "the picture keeps its keys";
  // Looking back, and at one's wish, it is the timeline's place.
  session_.press({.key = Key::f6});
  EXPECT_TRUE(has_timeline());
  EXPECT_FALSE(session_.terminal_focused());
  session_.press({.key = Key::f6});
  EXPECT_TRUE(shows("line 1"));
  EXPECT_TRUE(session_.terminal_focused());
  for (const scene::Place& place : session_.build(small, fonts_).places) {
    if (place.act == scene::Act::switch_tab) session_.click(place, 0.5);
  }
  EXPECT_TRUE(has_timeline()) << "the button is the key";
}

TEST_F(SessionTest, OneWhoLooksAtTheRunKeepsTheTimeline) {
  const scene::Viewport small{800, 600};
  watch_a_run();
  session_.take_output("done\r\n", session_.history().row(session_.history().size() - 1).time_ns);
  session_.press(left);
  session_.press({.key = Key::end});
  session_.command_ended();
  watch();
  const std::vector<scene::Place> places = session_.build(small, fonts_).places;
  EXPECT_TRUE(std::any_of(places.begin(), places.end(),
                          [](const scene::Place& place) { return place.act == scene::Act::seek_time; }));
}

TEST_F(SessionTest, ClearClearsTheTerminal) {
  const auto says = [&](std::string_view words) { return support::words_in(build()).find(words) != std::string::npos; };
  session_.execute({.action = Action::focus_terminal});
  session_.press(enter);
  std::string lines;
  for (int i = 0; i < 200; ++i) lines += "line " + std::to_string(i) + "\r\n";
  session_.take_output(lines, 1);
  session_.command_ended();
  ASSERT_TRUE(says("line 199"));
  session_.take_output("\x1b[H\x1b[2J\x1b[3J", 2);
  EXPECT_FALSE(says("line "));
  session_.take_output("behind\r\n", 3);
  EXPECT_TRUE(says("behind"));
}

// As at a shell's prompt: what is typed stays, and what was printed can be scrolled to.
TEST_F(SessionTest, SoDoesCtrlLWhileALineIsTyped) {
  const auto says = [&](std::string_view words) { return support::words_in(build()).find(words) != std::string::npos; };
  session_.press(enter);
  std::string lines;
  for (int i = 0; i < 200; ++i) lines += "line " + std::to_string(i) + "\r\n";
  session_.take_output(lines, 1);
  session_.command_ended();
  session_.execute({.action = Action::focus_terminal});
  type_keys("docker ps");
  EXPECT_TRUE(session_.press({.key = Key::l, .ctrl = true}));
  EXPECT_FALSE(says("line "));
  EXPECT_TRUE(says("docker ps"));
  session_.execute({.action = Action::scroll_up});
  EXPECT_TRUE(says("line 1"));
}

}  // namespace
}  // namespace glassdock::session
