#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/terminal/fold.h"
#include "app/terminal/output.h"
#include "app/terminal/screen.h"

namespace glassdock::terminal {
namespace {

using ::testing::ElementsAre;
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

std::vector<std::string> folded(const Screen& screen, int columns) {
  Fold fold(columns);
  for (std::uint64_t number = screen.first_line(); number < screen.first_row(); ++number) {
    fold.add(screen.scrolled(number));
  }
  for (const SharedLine& row : screen.rows()) {
    if (!row->runs.empty()) fold.add(row);
  }
  std::vector<std::string> texts;
  for (const SharedLine& line : fold.take().lines) texts.push_back(plain_text(*line));
  return texts;
}

// As docker prints a table: its lines are as long as they are.
TEST(Screen, ALineIsWholeInAWiderPanelAndWrappedBetweenWordsInANarrowOne) {
  const std::string head = "CONTAINER ID   STATUS        NAMES", row = "50f1f3f2d4db   Exited (0)    brave";
  Screen screen({6, 20});
  screen.feed(head + "\r\n" + row + "\r\n");
  EXPECT_THAT(folded(screen, 20),
              ElementsAre("CONTAINER ID   ", "STATUS        NAMES", "50f1f3f2d4db   ", "Exited (0)    brave"));
  EXPECT_THAT(folded(screen, 22)[2], "50f1f3f2d4db   ") << "not within a column";
  screen.resize({6, 60});
  EXPECT_THAT(folded(screen, 60), ElementsAre(head, row));
  screen.feed(row + "\r\n");
  screen.resize({6, 30});
  EXPECT_EQ(folded(screen, 60), (std::vector{head, row, row})) << "nothing is cut off";
  EXPECT_EQ(screen.cursor().row, 0);
}

TEST(Screen, ALineThatJustFillsItsRowIsNotJoinedToTheNext) {
  Screen screen({6, 10});
  screen.feed("0123456789\r\n\r\nnext\r\n0123456789\r\n  apart");
  EXPECT_THAT(folded(screen, 40), ElementsAre("0123456789", "next", "0123456789", "  apart"));
  screen.feed("\x1b[H\x1b[2J0123456789\r0123456789abc");
  EXPECT_THAT(folded(screen, 40), ElementsAre("0123456789abc")) << "written anew, it goes on";
}

TEST(Screen, TheCursorIsWhereItsLineWasWrapped) {
  Screen screen({6, 10});
  screen.feed("$ echo 12345 67");
  const Cursor cursor = screen.cursor();
  const auto place = [&](int columns) {
    Fold fold(columns);
    for (int row = 0; row <= cursor.row; ++row) {
      const SharedLine& line = screen.rows()[static_cast<std::size_t>(row)];
      fold.add(line, row == cursor.row ? std::optional(cursor.column) : std::nullopt);
    }
    return *fold.take().cursor;
  };
  EXPECT_EQ(place(40).line, 0U);
  EXPECT_EQ(place(40).column, 15);
  EXPECT_EQ(place(10).line, 1U);
  EXPECT_EQ(place(10).column, 8) << "behind \"12345 67\"";
}

TEST(Screen, WideCharactersAreNotTornWhereALineIsWrapped) {
  Screen screen({6, 9});
  screen.feed("가나다라마바사");
  EXPECT_THAT(folded(screen, 20), ElementsAre("가나다라마바사"));
  EXPECT_THAT(folded(screen, 5), ElementsAre("가나", "다라", "마바", "사"));
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
