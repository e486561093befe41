// A scenario that is made of what was done in the studio.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/scene/strings.h"
#include "tests/support/session_test.h"

namespace glassdock::session {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class TypedHere : public SessionTest {
 protected:
  void type_line(std::string_view line, std::uint64_t run, std::string_view prints, int exit_code) {
    session_.type(line);
    session_.press(enter);
    session_.set_run(run);
    session_.name_run(run, std::string(line));
    session_.take_output(prints, ++now_ns_);
    session_.command_ended(exit_code);
  }
};

TEST_F(TypedHere, BecomesAFileInTheFolderOfTheCommandLine) {
  session_.set_folder("/home/student");
  type_line("echo one two | tee note", 8, "one two\r\n", 0);
  type_line("false", 9, "", 1);
  session_.take_wishes();
  session_.execute({Action::make_scenario});
  const auto written = wished<WriteScenario>();
  ASSERT_THAT(written, SizeIs(1));
  EXPECT_EQ(written[0].folder, "/home/student");
  EXPECT_THAT(written[0].text, HasSubstr("echo one two | tee note"));
  EXPECT_THAT(written[0].text, HasSubstr("output: {has: \"one two\"}"));
  EXPECT_THAT(written[0].text, HasSubstr("exit_code: 1"));
}

TEST_F(TypedHere, HasNoLineThatNeverRan) {
  session_.type("docker run tea");
  session_.press(enter);
  session_.command_ended();
  type_line("true", 9, "", 0);
  session_.take_wishes();
  session_.execute({Action::make_scenario});
  const auto written = wished<WriteScenario>();
  ASSERT_THAT(written, SizeIs(1));
  EXPECT_THAT(written[0].text, Not(HasSubstr("docker run tea")));
}

TEST_F(TypedHere, IsNeeded) {
  session_.execute({Action::make_scenario});
  EXPECT_THAT(wished<WriteScenario>(), IsEmpty());
  EXPECT_EQ(session_.notice(), say(scene::Word::nothing_done_yet, trace::Language::english));
  session_.type("sleep 9");
  session_.press(enter);
  session_.name_run(9, "sleep 9");
  session_.execute({Action::make_scenario});
  EXPECT_EQ(session_.notice(), say(scene::Word::command_still_runs, trace::Language::english));
}

TEST(TypedLinesOfAProgram, AreThoseItRead) {
  TypedLines typed;
  const auto run = [&](std::string_view keys) {
    typed.begin("docker run -it alpine sh");
    typed.opened(7, 0);
    typed.printed("/ # ls\r\nbin\r\n");
    typed.read(keys);
    typed.ended(0);
    return typed.lines().back();
  };
  EXPECT_THAT(run("lx\x7fs\rexit\r").inside, ElementsAre("ls", "exit"));
  EXPECT_THAT(run("ls\r\x04").inside, ElementsAre("ls"));
  EXPECT_EQ(run("ls\r").output, "") << "its echo and its prompts are in it";
  EXPECT_THAT(run("l\t\r").inside, IsEmpty()) << "what Tab made of it is not known";
  EXPECT_THAT(run("ls").inside, IsEmpty()) << "it was never sent off";
  EXPECT_EQ(run("").output, "/ # ls\nbin\n");
  // A program that reads without end.
  EXPECT_THAT(run(std::string(100'000, 'x') + "\r").inside, IsEmpty());
  std::string many;
  for (int i = 0; i < 200; ++i) many += "x\r";
  EXPECT_THAT(run(many).inside, IsEmpty());
}

TEST(TypedLinesOfAProgram, AreBounded) {
  TypedLines typed;
  for (int i = 0; i < 1100; ++i) {
    typed.begin(std::to_string(i));
    typed.opened(7, 0);
    typed.printed(std::string(i == 1099 ? 100'000 : 1, 'x'));
    typed.ended(0);
  }
  ASSERT_THAT(typed.lines(), SizeIs(1000));
  EXPECT_EQ(typed.lines().front().line, "100");
  EXPECT_THAT(typed.lines().back().output, SizeIs(64 * 1024));
}

}  // namespace
}  // namespace glassdock::session
