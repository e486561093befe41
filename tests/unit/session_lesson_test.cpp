// A lesson in the studio by keys and clicks: what is wished for, what Enter and digits mean.
#include <gmock/gmock.h>

#include "tests/support/lesson_example.h"
#include "tests/support/places.h"
#include "tests/support/session_test.h"
#include "tests/support/shown.h"

namespace glassdock::session {
namespace {

using lessons::Wants;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr Chord alt_h{.key = Key::h, .alt = true}, alt_r{.key = Key::r, .alt = true}, alt_s{.key = Key::s, .alt = true},
    alt_l{.key = Key::l, .alt = true};

lessons::Verdict verdict(std::vector<std::size_t> holding, bool expected) {
  lessons::Verdict one;
  one.holding = std::move(holding);
  one.expected.holds = expected;
  return one;
}

class SessionLesson : public SessionTest {
 protected:
  void SetUp() override {
    SessionTest::SetUp();
    session_.begin_lesson(lessons::parse_lesson({"a.yaml", testing::lesson_example()}), {}, "");
  }
  void make_ready() {
    wished<ResetLab>();
    session_.lab_is_ready();
  }
  const lessons::Player& player() { return session_.lesson()->player; }
  void answer_and_start() {
    make_ready();
    session_.type("2");
    type_keys("docker run --name tea alpine echo hello");
    session_.press(enter);
  }
  // The command has ended, and the picture has not come there.
  void end_before_the_picture() {
    answer_and_start();
    support::RunStory story;
    story.baseline();
    story.cold();
    tell(story);
    session_.advance(1'000'000, ++now_ns_);
    end_line(0);
    session_.take_verdict(verdict({1}, true));
  }
  void end_line(int code) {
    session_.command_ended();
    session_.play_told(code, {});
  }
};

TEST_F(SessionLesson, MakesItsLabAtFirstAndWaitsForIt) {
  const auto resets = wished<ResetLab>();
  ASSERT_EQ(resets.size(), 1U);
  EXPECT_EQ(resets[0].images, std::vector<std::string>{"alpine"});
  session_.type("2");
  EXPECT_EQ(player().wants(), Wants::answer) << "the lab is not ready";
  session_.lab_is_ready();
  session_.execute({.action = Action::play_answer, .number = 1});
  EXPECT_EQ(player().wants(), Wants::line);
}

TEST_F(SessionLesson, TakesADigitAsTheAnswerAndOtherTextAsALine) {
  make_ready();
  session_.type("9");
  EXPECT_EQ(session_.line().text(), "9") << "no answer has that number";
  EXPECT_EQ(player().wants(), Wants::answer);
}

TEST_F(SessionLesson, RunsTheStepsCommandHeldAtItsGates) {
  answer_and_start();
  const auto starts = wished<StartCommand>();
  ASSERT_EQ(starts.size(), 1U);
  EXPECT_TRUE(starts[0].of_play);
  EXPECT_EQ(starts[0].mode, client::RunMode::hold);
  EXPECT_THAT(starts[0].holds, Contains("run.exec"));
}

TEST_F(SessionLesson, HasTheCommandThatShowsWhatAGateHolds) {
  answer_and_start();
  support::RunStory story = held_story();
  story.released("isolate.proc", 2, 1'000'000'000);
  story.held("run.exec", 3);
  tell(story);
  watch();
  const scene::Scene scene = build();
  const auto look = std::find_if(scene.places.begin(), scene.places.end(),
                                 [](const scene::Place& place) { return place.act == scene::Act::copy; });
  ASSERT_NE(look, scene.places.end());
  EXPECT_THAT(look->name, HasSubstr("48121"));
  EXPECT_THAT(support::joined_words(scene), HasSubstr("$ " + look->name));
}

TEST_F(SessionLesson, LetsWanderOff) {
  make_ready();
  session_.type("2");
  type_keys("docker ps");
  session_.press(enter);
  const auto starts = wished<StartCommand>();
  ASSERT_EQ(starts.size(), 1U);
  EXPECT_FALSE(starts[0].of_play);
  EXPECT_TRUE(starts[0].holds.empty());
  EXPECT_EQ(player().wants(), Wants::line);
}

TEST_F(SessionLesson, LooksAtWhatCameOfItAndGoesOnByEnter) {
  answer_and_start();
  session_.take_output("hello\r\n", 5);
  end_line(0);
  auto judged = wished<JudgeStep>();
  ASSERT_EQ(judged.size(), 1U);
  EXPECT_EQ(judged[0].observed.exit_code, 0);
  EXPECT_EQ(judged[0].observed.output, "hello\n") << "not the line that was typed";
  session_.take_verdict(verdict({1}, true));
  EXPECT_EQ(wished<KeepRecording>().size(), 1U);
  EXPECT_TRUE(player().grade()->is_right());
  session_.press(enter);
  EXPECT_EQ(player().step().id, "fails");
  const auto kept = wished<KeepProgress>();
  ASSERT_FALSE(kept.empty());
  EXPECT_EQ(kept.back().progress.at(session_.lesson()->lesson.id).step, "fails");
}

TEST_F(SessionLesson, TellsWhatCameOfItWhenThePictureHasShownIt) {
  end_before_the_picture();
  EXPECT_FALSE(player().grade()) << "the picture is not there yet";
  EXPECT_TRUE(wished<KeepRecording>().empty());
  watch();
  EXPECT_TRUE(player().grade());
  EXPECT_EQ(wished<KeepRecording>().size(), 1U);
}

TEST_F(SessionLesson, IsToldAtOnceToWhoSkipsThePicture) {
  end_before_the_picture();
  session_.press(enter);
  EXPECT_TRUE(player().grade());
  EXPECT_EQ(player().step().id, "greet") << "one Enter does one thing";
}

TEST_F(SessionLesson, RunsTheLessonsOwnLineByEnter) {
  answer_and_start();
  end_line(0);
  session_.take_verdict(verdict({1}, true));
  session_.press(enter);
  wished<StartCommand>();
  session_.press(enter);
  EXPECT_TRUE(wished<StartCommand>().empty()) << "an answer first";
  session_.type("2");
  session_.press(enter);
  const auto starts = wished<StartCommand>();
  ASSERT_EQ(starts.size(), 1U);
  EXPECT_EQ(starts[0].line, "docker run alpine false");
  EXPECT_TRUE(starts[0].of_play);
}

TEST_F(SessionLesson, WaitsAgainWhereTheLineCouldNotBegin) {
  answer_and_start();
  EXPECT_EQ(player().wants(), Wants::end);
  session_.play_line_dropped();
  session_.command_ended();
  EXPECT_EQ(player().wants(), Wants::line);
  EXPECT_TRUE(wished<JudgeStep>().empty());
}

TEST_F(SessionLesson, GivesHintsBeginsAnewAndSkipsByKeys) {
  make_ready();
  session_.press(alt_h);
  EXPECT_EQ(player().hints(), 1U);
  session_.type("1");
  session_.press(alt_r);
  EXPECT_EQ(player().wants(), Wants::answer);
  EXPECT_EQ(wished<ResetLab>().size(), 1U);
  session_.lab_is_ready();
  session_.press(alt_s);
  EXPECT_EQ(player().step().id, "fails");
  EXPECT_EQ(wished<ResetLab>().size(), 1U);
}

TEST_F(SessionLesson, MakesTheNextStepsLabWhereTheStepAnewTookItAway) {
  make_ready();
  session_.press(alt_s);
  make_ready();
  session_.type("2");
  session_.press(enter);
  end_line(1);
  session_.take_verdict(verdict({1}, true));
  EXPECT_TRUE(wished<ResetLab>().empty());
  session_.press(enter);
  EXPECT_EQ(player().step().id, "challenge");
  const auto resets = wished<ResetLab>();
  ASSERT_EQ(resets.size(), 1U);
  EXPECT_EQ(resets[0].lines, player().step().lab);
}

TEST_F(SessionLesson, TellsNoAnswerWhereTheCommandDidNotDoWhatItIsFor) {
  answer_and_start();
  end_line(1);
  session_.take_verdict(verdict({1}, false));
  EXPECT_EQ(player().wants(), Wants::look);
  EXPECT_FALSE(player().grade());
  EXPECT_TRUE(wished<KeepRecording>().empty());
}

TEST_F(SessionLesson, GoesOneStepForOnePressOfEnter) {
  answer_and_start();
  end_line(0);
  session_.take_verdict(verdict({1}, true));
  session_.press(enter, true);
  EXPECT_EQ(player().step().id, "greet");
  session_.press(enter);
  EXPECT_EQ(player().step().id, "fails");
}

TEST_F(SessionLesson, DoesNotResetTheLabUnderACommand) {
  answer_and_start();
  wished<ResetLab>();
  session_.press(alt_r);
  EXPECT_TRUE(wished<ResetLab>().empty());
  EXPECT_THAT(session_.notice(), HasSubstr("busy"));
}

TEST_F(SessionLesson, FoldsAwayAndComesBack) {
  session_.press(alt_l);
  EXPECT_FALSE(session_.settings().arrangement.play);
  session_.press(alt_l);
  EXPECT_TRUE(session_.settings().arrangement.play);
  session_.execute({.action = Action::leave_play});
  const auto opened = wished<OpenPlay>();
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_TRUE(opened[0].lesson.empty() && opened[0].scenario.empty());
}

TEST_F(SessionLesson, ShowsTheAnswerOfTheBeginningWhereItIsAskedAgain) {
  lessons::Progress progress;
  progress["what-is-a-container"].answers["belief"] = {"machine", false, false};
  session_.begin_lesson(lessons::load_lesson(source_path("lessons/13-exec.yaml")), progress, "belief-again");
  make_ready();
  session_.type("2");
  EXPECT_THAT(support::joined_words(build()), HasSubstr("At the beginning you said"));
  const std::string words = session_.play_in_words();
  EXPECT_THAT(words, HasSubstr("At the beginning you said: A small virtual machine"));
  EXPECT_THAT(words, HasSubstr("Now you say: An ordinary process"));
}

TEST_F(SessionLesson, SaysWhyTheLabCouldNotBeMade) {
  wished<ResetLab>();
  session_.lab_failed("the engine cannot be started");
  const scene::Scene scene = build();
  const auto& texts = scene.layers[scene::Scene::ground].texts;
  const bool told = std::any_of(texts.begin(), texts.end(), [](const scene::Text& text) {
    return text.words.find("the engine cannot") != std::string::npos;
  });
  EXPECT_TRUE(told);
}

class SessionWithoutLesson : public SessionTest {};

TEST_F(SessionWithoutLesson, ListsLessonsByAKey) {
  session_.press(alt_l);
  const auto shown = wished<ShowPanel>();
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].panel, Action::show_lessons);
}

}  // namespace
}  // namespace glassdock::session
