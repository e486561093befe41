#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/terminal/output.h"
#include "app/terminal/screen.h"

namespace glassdock::terminal {
namespace {

using ::testing::StartsWith;

TEST(Screen, TextTornInTheMiddleOfACharacterIsWhole) {
  Screen screen({4, 20});
  const std::string bytes = "한글 ok";
  for (const char byte : bytes) screen.feed(std::string_view(&byte, 1));
  EXPECT_EQ(plain_text(*screen.rows()[0]), bytes);
  EXPECT_EQ(screen.cursor().column, 7) << "Hangul takes two columns";
}

TEST(Screen, BytesThatAreNoUtf8DoNoHarm) {
  Screen screen({4, 20});
  screen.feed("a\xff\xfe\xc3(b");
  EXPECT_THAT(plain_text(*screen.rows()[0]), StartsWith("a"));
  EXPECT_NE(plain_text(*screen.rows()[0]).find("\xef\xbf\xbd"), std::string::npos);
}

TEST(Screen, ColoursBelongToTheirRun) {
  Screen screen({4, 20});
  screen.feed("\x1b[1;32mgreen\x1b[0m plain");
  const Line& line = *screen.rows()[0];
  ASSERT_GE(line.runs.size(), 2u);
  EXPECT_EQ(line.runs[0].text, "green");
  EXPECT_EQ(line.runs[0].style.text.kind, Colour::Kind::named);
  EXPECT_TRUE(line.runs[0].style.bold);
  EXPECT_EQ(line.runs.back().style, Style{});
}

TEST(Screen, TheAlternateScreenGivesTheFirstOneBack) {
  Screen screen({4, 20});
  screen.feed("before\x1b[?1049h\x1b[Hinside");
  EXPECT_TRUE(screen.alternate());
  screen.feed("\x1b[?1049l");
  EXPECT_FALSE(screen.alternate());
  EXPECT_EQ(plain_text(*screen.rows()[0]), "before");
}

TEST(Screen, WhatScrolledAwayIsKeptWithinItsLimit) {
  Screen screen({3, 20}, {.lines = 10, .bytes = 1 << 20});
  for (int i = 0; i < 50; ++i) screen.feed("line " + std::to_string(i) + "\r\n");
  EXPECT_EQ(screen.first_row() - screen.first_line(), 10u);
  EXPECT_EQ(plain_text(*screen.scrolled(screen.first_row() - 1)), "line 47");
}

// Several at once go at CSI S, and where a window becomes lower; they were shown before, or were not.
TEST(Screen, EachRowThatScrollsAwayAtOnceIsKept) {
  for (const bool shown : {true, false}) {
    Screen by_size({6, 20}), by_sequence({6, 20});
    for (Screen* screen : {&by_size, &by_sequence}) {
      for (int i = 0; i < 6; ++i) screen->feed((i > 0 ? "\r\nline " : "line ") + std::to_string(i));
      if (shown) screen->rows();
    }
    by_size.resize({2, 20});
    by_sequence.feed("\x1b[3S");
    ASSERT_EQ(by_size.first_row(), 4u);
    ASSERT_EQ(by_sequence.first_row(), 3u);
    for (std::uint64_t i = 0; i < 4; ++i) EXPECT_EQ(plain_text(*by_size.scrolled(i)), "line " + std::to_string(i));
    for (std::uint64_t i = 0; i < 3; ++i) EXPECT_EQ(plain_text(*by_sequence.scrolled(i)), "line " + std::to_string(i));
    EXPECT_EQ(plain_text(*by_size.rows()[0]), "line 4");
    EXPECT_EQ(plain_text(*by_sequence.rows()[0]), "line 3");
  }
}

TEST(Screen, AWindowOfNoSizeIsOneOfTheLeast) {
  Screen screen({0, 0});
  screen.feed("anything at all\n");
  screen.resize({2, 5});
  EXPECT_EQ(screen.size(), (Size{2, 5}));
}

TEST(Output, AFloodIsSkippedAndItsEndIsShown) {
  Output output({5, 40});
  std::string flood;
  while (flood.size() < 4'000'000) flood += "yes\n";
  output.receive(flood, 1);
  output.receive("\r\nthe end", 1);
  int rounds = 0;
  for (; output.waiting(); ++rounds) output.advance({});
  EXPECT_LT(rounds, 100) << "what waits is bounded";
  EXPECT_GT(output.skipped_bytes(), 3'000'000u);
  EXPECT_EQ(plain_text(*output.now().rows.back()), "the end");
}

// As a loop of the shell prints: each line comes by itself, at a moment of its own.
TEST(Output, AFloodOfSmallPiecesCostsNoMoreThanOneOfLargeOnes) {
  Output output({5, 40});
  constexpr std::int64_t pieces = 100'000;
  for (std::int64_t piece = 0; piece < pieces; ++piece) output.receive("x\r\n", piece);
  output.receive("the end", pieces);
  EXPECT_GT(output.skipped_bytes(), 0u);
  const Output::Budget left = output.advance({});
  EXPECT_EQ(left.bytes, 0u) << "as much as fits is shown";
  EXPECT_LE(output.frames(), Output::Budget().frames + 1);
  int rounds = 1;
  for (; output.waiting(); ++rounds) output.advance({});
  EXPECT_LT(rounds, 100);
  EXPECT_EQ(plain_text(*output.now().rows.back()), "the end");
  EXPECT_EQ(plain_text(*output.at(pieces - 1).rows.back()), "");
}

TEST(Output, AMomentThatWasShownIsShownAgain) {
  Output output({5, 40});
  output.receive("first\r\n", 10);
  output.receive("second", 20);
  output.finish();
  EXPECT_EQ(plain_text(*output.at(15).rows[0]), "first");
  EXPECT_EQ(plain_text(*output.at(15).rows[1]), "");
  EXPECT_EQ(plain_text(*output.at(20).rows[1]), "second");
}

TEST(Screen, WhatWasErasedIsOutOfSight) {
  // As clear(1) of ncurses has it for xterm, clear of BusyBox, and GNU Readline for Ctrl L.
  for (const std::string_view erase : {"\x1b[H\x1b[2J\x1b[3J", "\x1b[H\x1b[J", "\x1b[H\x1b[2J"}) {
    Screen screen({3, 20});
    for (int i = 0; i < 10; ++i) screen.feed("line " + std::to_string(i) + "\r\n");
    EXPECT_EQ(screen.cleared(), 0u);
    for (const char byte : erase) screen.feed(std::string_view(&byte, 1));
    EXPECT_EQ(screen.cleared(), screen.first_row()) << erase;
    const bool all = erase.ends_with("3J");
    EXPECT_EQ(screen.first_line() == screen.first_row(), all) << erase;
    screen.feed("behind");
    EXPECT_EQ(plain_text(*screen.rows()[0]), "behind");
  }
}

TEST(Screen, APartThatIsErasedHidesNothing) {
  for (const std::string_view erase : {"\x1b[J", "\x1b[1J", "\x1b[2K", "\x1b[?1049h\x1b[2J\x1b[?1049l"}) {
    Screen screen({3, 20});
    for (int i = 0; i < 10; ++i) screen.feed("line " + std::to_string(i) + "\r\n");
    screen.feed(erase);
    EXPECT_EQ(screen.cleared(), 0u) << erase;
  }
}

}  // namespace
}  // namespace glassdock::terminal
