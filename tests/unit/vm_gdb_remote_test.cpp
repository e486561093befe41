// GDB's remote protocol against bytes, and against stubs that wish ill.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "engine/vm/gdb_remote.h"

namespace glassdock::vm {
namespace {

using namespace std::chrono_literals;
using Kind = GdbPiece::Kind;
using Sight = Breakpoint::Sight;

TEST(GdbPiece, PacketsCarryTheSumOfTheirBytes) {
  EXPECT_EQ(gdb_packet("OK"), "$OK#9a");
  EXPECT_EQ(gdb_packet("c"), "$c#63");
  EXPECT_EQ(gdb_packet(""), "$#00");
  EXPECT_EQ(gdb_packet("\xff\xff"), "$\xff\xff#fe");
}

TEST(GdbPiece, ArriveOneBehindTheOtherAndInPieces) {
  const std::string whole = "+$OK#9a$T05thread:01;#07-";
  std::string bytes;
  std::vector<std::string> seen;
  for (const char byte : whole) {
    bytes += byte;
    while (const auto piece = take_gdb_piece(bytes)) {
      seen.push_back(piece->kind == Kind::taken ? "+" : piece->kind == Kind::refused ? "-" : piece->content);
      EXPECT_NE(piece->kind, Kind::nonsense);
    }
  }
  EXPECT_THAT(seen, ::testing::ElementsAre("+", "OK", "T05thread:01;", "-"));
  EXPECT_EQ(bytes, "");
}

TEST(GdbPiece, WhatIsNoneIsNonsense) {
  for (const char* text : {"$OK#9b", "$OK#zz", "OK", "\x03", "%Stop:T05#00", "#00"}) {
    std::string bytes = text;
    const auto piece = take_gdb_piece(bytes);
    ASSERT_TRUE(piece) << text;
    EXPECT_EQ(piece->kind, Kind::nonsense) << text;
  }
  std::string endless = "$" + std::string(5000, 'x');
  EXPECT_EQ(take_gdb_piece(endless)->kind, Kind::nonsense);
}

// A stub's end of the socket, on which answers stand ready before they are asked for.
class GdbBreakpoint : public ::testing::Test {
 protected:
  static constexpr auto soon = 20ms;

  GdbBreakpoint() { begin(); }
  void begin() {
    int fds[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    stub_.reset(fds[1]);
    breakpoint_.emplace(UniqueFd(fds[0]), 0xffffffff81a07a30, soon);
  }
  void say(std::string_view bytes) {
    EXPECT_EQ(::send(stub_.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  std::string heard() {
    std::array<char, 4096> piece;
    const ssize_t got = ::recv(stub_.get(), piece.data(), piece.size(), MSG_DONTWAIT);
    return got > 0 ? std::string(piece.data(), static_cast<std::size_t>(got)) : std::string();
  }

  UniqueFd stub_;
  std::optional<Breakpoint> breakpoint_;
};

TEST_F(GdbBreakpoint, IsSetHitAndTakenAwayAgain) {
  say("+$OK#9a");
  EXPECT_TRUE(breakpoint_->run_guest());
  EXPECT_EQ(heard(), gdb_packet("Z1,ffffffff81a07a30,1") + "+$c#63");
  EXPECT_EQ(breakpoint_->look(), Sight::nothing);
  say("+");
  EXPECT_EQ(breakpoint_->look(), Sight::nothing);
  say("$T05thre");
  EXPECT_EQ(breakpoint_->look(), Sight::nothing);
  say("ad:01;#07");
  EXPECT_EQ(breakpoint_->look(), Sight::hit);
  say("+$OK#9a+$OK#9a");
  EXPECT_TRUE(breakpoint_->let_go());
  EXPECT_EQ(heard(), "+" + gdb_packet("z1,ffffffff81a07a30,1") + "+$D#44+");
}

TEST_F(GdbBreakpoint, AGuestThatWasStoppedOtherwiseIsNotThere) {
  say("$T02thread:01;#04");
  EXPECT_EQ(breakpoint_->look(), Sight::nothing);
  say(gdb_packet("T02thread:01;") + "+$OK#9a+$OK#9a");
  EXPECT_TRUE(breakpoint_->let_go());
  say(gdb_packet("S05"));
  EXPECT_EQ(breakpoint_->look(), Sight::hit);
}

TEST_F(GdbBreakpoint, AStubThatRefusesOrTalksNonsenseSetsNone) {
  for (const char* answer : {"+$#00", "+$E22#a9", "-", "+$OK#00", "HTTP/1.1 400 Bad Request\r\n"}) {
    begin();
    say(answer);
    EXPECT_FALSE(breakpoint_->run_guest()) << answer;
  }
}

TEST_F(GdbBreakpoint, AStubThatNeverAnswersIsNotWaitedFor) {
  EXPECT_FALSE(breakpoint_->run_guest());
  EXPECT_FALSE(breakpoint_->let_go());
  say("+$O");  // nor one that stops in the middle of a packet
  EXPECT_FALSE(breakpoint_->let_go());
  EXPECT_EQ(breakpoint_->look(), Sight::nothing);
}

TEST_F(GdbBreakpoint, AStubThatClosesInTheMiddleOfAPacketIsLost) {
  say("+$T05thr");
  EXPECT_EQ(breakpoint_->look(), Sight::nothing);
  stub_.reset();
  EXPECT_EQ(breakpoint_->look(), Sight::lost);
  EXPECT_FALSE(breakpoint_->let_go());
  EXPECT_FALSE(breakpoint_->run_guest());
}

TEST_F(GdbBreakpoint, OneThatSendsWithoutEndIsLost) {
  for (int i = 0; i < 4; ++i) {
    say("$" + std::string(2000, 'x'));
    if (breakpoint_->look() == Sight::lost) return;
  }
  FAIL() << "it is still listened to";
}

TEST_F(GdbBreakpoint, WhatIsNoStopIsLost) {
  say("+$W00#b7");
  EXPECT_EQ(breakpoint_->look(), Sight::lost);
}

}  // namespace
}  // namespace glassdock::vm
