// The course of a lesson: what it waits for, what is graded and kept.
#include <gtest/gtest.h>

#include "app/lessons/player.h"
#include "tests/support/lesson_example.h"

namespace glassdock::lessons {
namespace {

Verdict verdict(std::vector<std::size_t> holding, bool expected) {
  Verdict one;
  one.holding = std::move(holding);
  one.expected.holds = expected;
  one.expected.finding.wanted = {"tea: running", "tea: running"};
  return one;
}

class PlayerTest : public ::testing::Test {
 protected:
  Lesson lesson_ = parse_lesson({"a.yaml", testing::lesson_example()});
  LessonProgress progress_;
};

TEST_F(PlayerTest, AsksBeforeItWaitsForTheCommand) {
  Player player(lesson_, progress_, "");
  EXPECT_EQ(player.wants(), Wants::answer);
  EXPECT_EQ(player.answers(), 2U);
  EXPECT_FALSE(player.takes("docker run --name tea alpine echo hello")) << "not before the answer";
  player.choose(7);
  EXPECT_EQ(player.wants(), Wants::answer) << "there is no such answer";
  player.choose(1);
  EXPECT_EQ(player.wants(), Wants::line);
  EXPECT_TRUE(player.takes("docker container run --name=tea alpine:latest echo hello"));
  EXPECT_FALSE(player.takes("docker ps"));
}

TEST_F(PlayerTest, HoldsAtTheStepsGatesWhileItsCommandRuns) {
  Player player(lesson_, progress_, "");
  player.choose(1);
  EXPECT_TRUE(player.gates().empty());
  player.begin();
  EXPECT_EQ(player.wants(), Wants::end);
  EXPECT_EQ(player.gates(), std::vector<std::string>{"run.exec"});
}

TEST_F(PlayerTest, GradesByWhatHoldsAndKeepsTheFirstAnswer) {
  Player player(lesson_, progress_, "");
  player.choose(0);
  player.begin();
  EXPECT_TRUE(player.judged(verdict({1}, true))) << "it is recorded";
  ASSERT_TRUE(player.grade());
  EXPECT_FALSE(player.grade()->is_right());
  EXPECT_EQ(player.grade()->right, 1U);
  EXPECT_EQ(player.wants(), Wants::on);
  player.restart();
  EXPECT_EQ(player.wants(), Wants::answer);
  EXPECT_FALSE(player.grade());
  player.choose(1);
  player.begin();
  EXPECT_FALSE(player.judged(verdict({1}, true)));
  EXPECT_TRUE(player.grade()->is_right());
  EXPECT_FALSE(progress_.answers.at("greet").right) << "the second answer has seen what happens";
  EXPECT_EQ(score_of(progress_).scored, 1U);
  EXPECT_EQ(score_of(progress_).right, 0U);
}

TEST_F(PlayerTest, DoesNotScoreWhatNoRunDecides) {
  Player player(lesson_, progress_, "");
  player.choose(0);
  player.begin();
  player.judged(verdict({0, 1}, true));
  EXPECT_FALSE(player.grade()->right);
  EXPECT_FALSE(player.grade()->is_right());
  EXPECT_EQ(score_of(progress_).scored, 0U);
}

TEST_F(PlayerTest, LooksAgainUntilWhatItExpectsIsThere) {
  Player player(lesson_, progress_, "");
  player.choose(1);
  player.begin();
  player.judged(verdict({1}, false));
  EXPECT_EQ(player.wants(), Wants::look);
  ASSERT_TRUE(player.missing());
  EXPECT_EQ(player.missing()->wanted.english, "tea: running");
  EXPECT_FALSE(player.grade()) << "what did not come about proves nothing";
  EXPECT_TRUE(progress_.answers.empty());
  EXPECT_FALSE(player.go_on());
  EXPECT_TRUE(player.judged(verdict({1}, true))) << "it is recorded";
  EXPECT_TRUE(player.grade()->is_right());
  EXPECT_FALSE(player.missing());
  EXPECT_TRUE(player.go_on());
  EXPECT_EQ(player.step().id, "fails");
  EXPECT_EQ(progress_.step, "fails");
}

TEST_F(PlayerTest, TakesAnythingForAChallengeAndTellsNoWayToDoIt) {
  Player player(lesson_, progress_, "challenge");
  EXPECT_TRUE(player.takes("docker ps"));
  player.begin();
  EXPECT_FALSE(player.judged(verdict({}, false)));
  EXPECT_EQ(player.wants(), Wants::line);
  EXPECT_FALSE(player.missing());
  player.begin();
  EXPECT_TRUE(player.judged(verdict({}, true))) << "it is recorded";
  EXPECT_TRUE(player.go_on());
  EXPECT_EQ(player.wants(), Wants::nothing);
  EXPECT_TRUE(progress_.finished);
  EXPECT_EQ(progress_.step, "");
}

TEST_F(PlayerTest, GivesHintsOneAfterTheOtherAndThenTheWay) {
  Player player(lesson_, progress_, "challenge");
  player.hint();
  EXPECT_EQ(player.hints(), 1U);
  EXPECT_FALSE(player.shows_way());
  player.hint();
  EXPECT_EQ(player.hints(), 1U);
  EXPECT_TRUE(player.shows_way());
  EXPECT_EQ(progress_.hints, 2);
}

TEST_F(PlayerTest, HasNoHintsForAStepThatIsDone) {
  Player player(lesson_, progress_, "");
  EXPECT_TRUE(player.has_hints());
  player.choose(1);
  player.begin();
  player.judged(verdict({1}, true));
  ASSERT_EQ(player.wants(), Wants::on);
  EXPECT_FALSE(player.has_hints());
  player.hint();
  EXPECT_EQ(player.hints(), 0U);
  EXPECT_EQ(progress_.hints, 0);
}

TEST_F(PlayerTest, IsNotFinishedByWhoSkips) {
  Player player(lesson_, progress_, "");
  player.skip();
  player.skip();
  player.skip();
  EXPECT_EQ(player.wants(), Wants::nothing);
  EXPECT_FALSE(progress_.finished);
  player.skip();
  player.hint();
  player.restart();
  player.begin();
  EXPECT_EQ(player.wants(), Wants::nothing);
}

TEST(EarlierAnswer, IsWhatWasKeptOfTheSameQuestion) {
  Opinion opinion;
  opinion.answers = {{.id = "machine"}, {.id = "process"}};
  Progress progress;
  progress["first"].answers["belief"] = {"machine", false, false};
  EXPECT_EQ(earlier_answer(opinion, progress), nullptr) << "it is asked for the first time";
  opinion.again = EarlierQuestion{"first", "belief"};
  EXPECT_EQ(earlier_answer(opinion, progress), &opinion.answers[0]);
  EXPECT_EQ(earlier_answer(opinion, {}), nullptr) << "the lesson was not begun";
  progress["first"].answers["belief"].answer = "gone";
  EXPECT_EQ(earlier_answer(opinion, progress), nullptr);
  progress["first"].answers.clear();
  EXPECT_EQ(earlier_answer(opinion, progress), nullptr) << "it was skipped";
}

// The challenge begins with a container that the first step makes.
TEST_F(PlayerTest, NeedsTheLabOfALaterStepOnceItWasBroughtToAnEarlierOne) {
  const auto play = [](Player& player) {
    player.choose(1);
    player.begin();
    player.judged(verdict({1}, true));
    ASSERT_TRUE(player.go_on());
  };
  Player in_order(lesson_, progress_, "greet");
  in_order.restart();
  play(in_order);
  play(in_order);
  EXPECT_FALSE(in_order.needs_lab()) << "all that the steps did is there";
  Player anew(lesson_, progress_, "greet");
  play(anew);
  anew.restart();
  play(anew);
  EXPECT_EQ(anew.step().id, "challenge");
  EXPECT_TRUE(anew.needs_lab());
  anew.restart();
  EXPECT_FALSE(anew.needs_lab()) << "it is brought there";
}

TEST_F(PlayerTest, NeedsNoLabThatHasBeenMadeSince) {
  for (Step& step : lesson_.steps) step.lab = {"docker run --name tea alpine echo hello"};
  Player player(lesson_, progress_, "fails");
  player.choose(1);
  player.begin();
  player.judged(verdict({1}, true));
  player.go_on();
  EXPECT_EQ(player.step().id, "challenge");
  EXPECT_FALSE(player.needs_lab());
}

TEST_F(PlayerTest, GoesOnWhereTheLearnerLeft) {
  progress_.step = "fails";
  EXPECT_EQ(Player(lesson_, progress_, "").index(), 1U);
  EXPECT_EQ(Player(lesson_, progress_, "challenge").index(), 2U);
  progress_.step = "of a lesson that was rewritten";
  EXPECT_EQ(Player(lesson_, progress_, "").index(), 0U);
}

}  // namespace
}  // namespace glassdock::lessons
