// The course of a scenario: what is said, what the engine is told, what is waited for.
#include <gmock/gmock.h>

#include "app/scenarios/player.h"
#include "tests/support/yaml_example.h"

namespace glassdock::scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ScenarioPlayer : public ::testing::Test {
 protected:
  void start(std::vector<std::string> left_out = {"", "", ""}) { player_.start(std::move(left_out)); }
  // The orders since the last call: a part that is said, or "hub".
  std::vector<std::string> orders() {
    std::vector<std::string> all;
    for (const Order& order : player_.take_orders()) {
      const auto* said = std::get_if<client::Narration>(&order);
      all.push_back(said ? said->part : "hub");
    }
    return all;
  }
  std::vector<std::string> parts() const {
    std::vector<std::string> all;
    for (const Said& one : player_.said()) all.push_back(one.part);
    return all;
  }
  void fetch() {
    start();
    player_.begin();
    player_.judged({{1}, {}});
  }
  void drink() {
    fetch();
    player_.go_on();
    orders();
    player_.begin();
  }

  const Scenario scenario_ = parse_scenario({"tea.yaml", testing::yaml_example("scenarios.md")});
  Player player_{scenario_};
};

TEST_F(ScenarioPlayer, SaysTitleAndGoalThenTheStepWithItsQuestion) {
  EXPECT_EQ(player_.wants(), Wants::nothing);
  start();
  EXPECT_THAT(orders(), ElementsAre("title", "title", "say", "ask", "choice", "choice"));
  EXPECT_THAT(parts(), ElementsAre("say", "ask", "choice", "choice"));
  EXPECT_EQ(player_.wants(), Wants::line);
  EXPECT_EQ(player_.answers(), 2U);
}

TEST_F(ScenarioPlayer, SetsTheHubForTheStepAlone) {
  start();
  orders();
  player_.begin();
  EXPECT_THAT(orders(), ElementsAre("hub", "command"));
  EXPECT_EQ(player_.hub().latency_ms, 20U);
  player_.judged({{1}, {}});
  EXPECT_THAT(orders(), ElementsAre("hub", "answer", "believed", "look", "then"));
  EXPECT_TRUE(is_well(player_.hub()));
}

TEST_F(ScenarioPlayer, TakesTheLineInWhateverSpelling) {
  start();
  EXPECT_TRUE(player_.takes("docker  pull alpine:latest"));
  EXPECT_FALSE(player_.takes("docker pull busybox"));
}

TEST_F(ScenarioPlayer, MarksWhatTheClassSays) {
  start();
  player_.choose(7);
  EXPECT_FALSE(player_.chosen());
  player_.choose(0);
  EXPECT_EQ(player_.chosen(), 0U);
  EXPECT_EQ(player_.wants(), Wants::line) << "Enter goes on without it, too";
}

TEST_F(ScenarioPlayer, SaysWhatStandsAtAGateOnce) {
  drink();
  EXPECT_THAT(player_.gates(), ElementsAre("run.exec"));
  EXPECT_FALSE(player_.at_gate("snapshot.prepare"));
  ASSERT_TRUE(player_.at_gate("run.exec"));
  EXPECT_TRUE(player_.hold());
  EXPECT_THAT(orders(), ElementsAre("command", "gate"));
  EXPECT_FALSE(player_.at_gate("run.exec"));
  player_.leave_gate();
  EXPECT_FALSE(player_.hold());
}

TEST_F(ScenarioPlayer, CountsAGateThatWasNotReachedAsAFault) {
  drink();
  player_.judged({});
  ASSERT_EQ(player_.outcome().faults.size(), 1U);
  EXPECT_EQ(player_.outcome().faults[0].what.english, "nothing was held at run.exec");
  const Mark mark = player_.outcome().faults[0].mark;
  EXPECT_EQ(fmt::format("{}:{}", mark.line, mark.column),
            testing::place_of(testing::yaml_example("scenarios.md"), "run.exec"));
  EXPECT_EQ(player_.wants(), Wants::on);
}

TEST_F(ScenarioPlayer, LeavesAStepOutWithTheReason) {
  start({"there is no QEMU", "", ""});
  EXPECT_THAT(parts(), ElementsAre("say", "left-out"));
  EXPECT_EQ(player_.answers(), 0U);
  EXPECT_TRUE(player_.go_on());
  EXPECT_EQ(player_.step().id, "drink");
}

TEST_F(ScenarioPlayer, EndsBehindItsLastStepOrWhereOneLeaves) {
  fetch();
  player_.go_on();
  player_.skip();
  EXPECT_EQ(player_.step().id, "opinion");
  EXPECT_EQ(player_.wants(), Wants::on) << "no command";
  player_.go_on();
  EXPECT_EQ(player_.wants(), Wants::nothing);
  EXPECT_THAT(parts(), ElementsAre("end"));
  start();
  player_.leave();
  EXPECT_EQ(orders().back(), "end");
}

TEST_F(ScenarioPlayer, TellsNobodyTheNotes) {
  fetch();
  player_.go_on();
  player_.begin();
  player_.at_gate("run.exec");
  for (const Order& order : player_.take_orders()) {
    const auto* said = std::get_if<client::Narration>(&order);
    if (!said) continue;
    EXPECT_EQ(said->english.find("Ask who has seen this"), std::string::npos);
    EXPECT_EQ(said->english.find("Type docker ps -a"), std::string::npos);
  }
}

TEST_F(ScenarioPlayer, WaitsAgainWhereTheLineCouldNotBegin) {
  start();
  player_.begin();
  orders();
  player_.not_begun();
  EXPECT_EQ(player_.wants(), Wants::line);
  EXPECT_THAT(orders(), ElementsAre("hub")) << "all is well with it again";
  player_.judged({});
  EXPECT_THAT(orders(), IsEmpty());
}

}  // namespace
}  // namespace glassdock::scenarios
