// A scenario in the studio by keys and clicks: what is wished for, what Enter and digits mean; a recording that tells
// of one.
#include <gmock/gmock.h>

#include "tests/support/session_test.h"
#include "tests/support/shown.h"
#include "tests/support/yaml_example.h"

namespace glassdock::session {
namespace {

using lessons::Wants;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Chord alt_l{.key = Key::l, .alt = true}, alt_n{.key = Key::n, .alt = true}, alt_p{.key = Key::p, .alt = true},
    alt_r{.key = Key::r, .alt = true}, alt_s{.key = Key::s, .alt = true};

class SessionScenario : public SessionTest {
 protected:
  void SetUp() override {
    SessionTest::SetUp();
    session_.begin_scenario(scenarios::parse_scenario({"tea.yaml", testing::yaml_example("scenarios.md")}));
  }
  void make_ready() { session_.lab_is_ready(std::vector<std::string>(3)); }
  const scenarios::Player& player() { return session_.scenario()->player; }
  void fetch() {
    make_ready();
    session_.press(enter);
    session_.command_ended();
    session_.play_told(0, {});
    session_.take_verdict(scenarios::Verdict{{1}, {}});
  }
};

TEST_F(SessionScenario, MakesItsLabAtFirst) {
  const auto resets = wished<ResetLab>();
  ASSERT_EQ(resets.size(), 1U);
  EXPECT_THAT(resets[0].lines, ElementsAre("echo milk > recipe"));
  session_.press(enter);
  EXPECT_TRUE(wished<StartCommand>().empty()) << "the lab is not ready";
  make_ready();
  EXPECT_EQ(wished<TellEngine>().size(), 1U);
  EXPECT_EQ(player().wants(), Wants::line);
}

TEST_F(SessionScenario, TypesTheLineByEnterAndTellsTheEngineBefore) {
  make_ready();
  wished<TellEngine>();
  session_.press(enter);
  std::vector<Wish> wishes = session_.take_wishes();
  std::size_t told = wishes.size(), started = wishes.size();
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    if (std::holds_alternative<TellEngine>(wishes[i])) told = i;
    if (std::holds_alternative<StartCommand>(wishes[i])) started = i;
  }
  ASSERT_LT(started, wishes.size());
  EXPECT_LT(told, started) << "the hub is set first";
  EXPECT_EQ(std::get<StartCommand>(wishes[started]).line, "docker pull alpine");
  EXPECT_TRUE(std::get<StartCommand>(wishes[started]).of_play);
}

TEST_F(SessionScenario, MarksTheClasssAnswerByADigit) {
  make_ready();
  session_.type("1");
  EXPECT_EQ(player().chosen(), 0U);
  EXPECT_TRUE(session_.line().text().empty());
}

TEST_F(SessionScenario, ADigitIsNoCommandWhereAClassSeesNoTerminal) {
  fetch();
  session_.type("2");
  EXPECT_EQ(session_.line().text(), "2") << "the terminal stands there";
  session_.press({.key = Key::backspace});
  session_.execute({.action = Action::class_mode});
  ASSERT_EQ(session_.settings().arrangement.class_panel, scene::Arrangement::ClassPanel::play);
  session_.type("2");
  EXPECT_EQ(session_.line().text(), "");
  EXPECT_EQ(session_.notice(), "Nothing is asked just now.");
}

TEST_F(SessionScenario, AClassSeesTheEndOfWhatItsCommandPrinted) {
  make_ready();
  session_.press(enter);
  session_.take_output("one\r\ntwo\r\nthree\r\nfour\r\nthe    last\r\n", 5);
  session_.command_ended();
  session_.play_told(0, {});
  session_.take_verdict(scenarios::Verdict{{1}, {}});
  session_.execute({.action = Action::class_mode});
  const std::string words = support::joined_words(build());
  EXPECT_THAT(words, HasSubstr("two three four the  last"));
  EXPECT_THAT(words, Not(HasSubstr("one two")));
}

TEST_F(SessionScenario, TheRaceTakesItsRoomInClassModeAndGivesItBack) {
  using ClassPanel = scene::Arrangement::ClassPanel;
  constexpr Chord f12{.key = Key::f12};
  fetch();
  session_.execute({.action = Action::class_mode});
  session_.press(f12);
  EXPECT_TRUE(session_.settings().arrangement.race);
  EXPECT_EQ(session_.settings().arrangement.class_panel, ClassPanel::none);
  session_.press(f12);
  EXPECT_FALSE(session_.settings().arrangement.race);
  EXPECT_EQ(session_.settings().arrangement.class_panel, ClassPanel::play);
}

// The command has ended, and the picture comes there by itself just before Enter.
TEST_F(SessionScenario, EnterForThePicturesEndDoesNotSkipWhatCameOfIt) {
  make_ready();
  session_.press(enter);
  support::RunStory story;
  story.baseline();
  story.cold();
  tell(story);
  session_.advance(1'000'000, ++now_ns_);
  session_.command_ended();
  session_.play_told(0, {});
  session_.take_verdict(scenarios::Verdict{{1}, {}});
  EXPECT_THAT(support::joined_words(build()), HasSubstr("To the picture's end"));
  watch();
  ASSERT_EQ(player().wants(), Wants::on);
  const std::size_t step = player().index();
  session_.press(enter);
  EXPECT_EQ(player().index(), step);
  session_.press(enter);
  EXPECT_EQ(player().index(), step + 1);
}

TEST_F(SessionScenario, SaysWhatReallyHappenedAndNamesTheMisconception) {
  fetch();
  const std::string words = support::joined_words(build());
  EXPECT_THAT(words, HasSubstr("What happens: Yes, but slowly"));
  EXPECT_THAT(words, HasSubstr("Many believe: Images come with docker."));
  EXPECT_THAT(words, HasSubstr("It came all the same."));
  EXPECT_THAT(words, HasSubstr("As expected."));
  session_.press(enter);
  EXPECT_EQ(player().step().id, "drink");
}

TEST_F(SessionScenario, ShowsADifference) {
  make_ready();
  session_.press(enter);
  session_.command_ended();
  session_.play_told(1, {});
  session_.take_verdict(scenarios::Verdict{{1}, {{{}, {"not as expected\n  - wanted: exit code 0", ""}, {}}}});
  EXPECT_THAT(support::joined_words(build()), HasSubstr("- wanted: exit code 0"));
}

TEST_F(SessionScenario, NeverShowsThePresentersNotesToTheClass) {
  make_ready();
  EXPECT_THAT(support::joined_words(build()), Not(HasSubstr("Ask who has seen")));
  EXPECT_THAT(session_.play_in_words(), Not(HasSubstr("Ask who has seen")));
  const std::string notes = support::joined_words(session_.build_notes({760, 720}, fonts_, 0));
  EXPECT_THAT(notes, HasSubstr("Ask who has seen this at home."));
  EXPECT_THAT(notes, HasSubstr("Next: step 2 of 3"));
  EXPECT_THAT(notes, HasSubstr("0:00 of 5 min"));
}

TEST_F(SessionScenario, HoldsAtItsGateUntilEnter) {
  fetch();
  session_.press(enter);
  session_.press(enter);
  support::RunStory story;
  story.baseline();
  story.held("run.exec", 9);
  tell(story);
  EXPECT_EQ(wished<JudgeGate>().size(), 1U);
  EXPECT_THAT(support::joined_words(build()), HasSubstr("All walls stand."));
  session_.press(enter);
  EXPECT_EQ(wished<Proceed>().size(), 1U);
}

TEST_F(SessionScenario, GoesOnByItselfWhereItHasStoodBefore) {
  fetch();
  session_.press(enter);
  session_.press(enter);
  support::RunStory story;
  story.baseline();
  story.held("run.exec", 9);
  tell(story);
  session_.press(enter);
  story.released("run.exec", 9, 1000);
  story.held("run.exec", 10);
  wished<Proceed>();
  tell(story);
  const auto second = wished<Proceed>();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].held, 10U);
  story.released("run.exec", 10, 1000);
  session_.execute({.action = Action::toggle_gate, .name = "run.exec"});
  story.held("run.exec", 11);
  wished<Proceed>();
  tell(story);
  EXPECT_TRUE(wished<Proceed>().empty()) << "a gate that was set holds each time";
}

TEST_F(SessionScenario, SkipsAndBeginsAnewByKeys) {
  make_ready();
  session_.press(alt_s);
  EXPECT_EQ(player().step().id, "drink");
  wished<ResetLab>();
  session_.press(alt_r);
  EXPECT_EQ(wished<ResetLab>().size(), 1U);
  make_ready();
  EXPECT_EQ(player().step().id, "fetch");
}

TEST_F(SessionScenario, GoesOnWhereWhatCameOfItCouldNotBeLookedAt) {
  make_ready();
  session_.press(enter);
  session_.command_ended();
  session_.play_told(0, {});
  session_.lab_failed("the engine cannot be reached");
  EXPECT_EQ(player().wants(), Wants::on);
  EXPECT_THAT(support::joined_words(build()), HasSubstr("the engine cannot be reached"));
}

TEST_F(SessionScenario, OpensNotesAndOtherScenariosByKeys) {
  session_.press(alt_n);
  EXPECT_EQ(wished<ShowNotes>().size(), 1U);
  session_.press(alt_p);
  const auto shown = wished<ShowPanel>();
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].panel, Action::show_scenarios);
  session_.press(alt_l);
  EXPECT_FALSE(session_.settings().arrangement.play);
}

TEST_F(SessionScenario, StandsBelowThePictureInClassMode) {
  make_ready();
  session_.press({.key = Key::f11});
  EXPECT_EQ(session_.settings().arrangement.class_panel, scene::Arrangement::ClassPanel::play);
  const scene::Scene scene = build();
  EXPECT_THAT(support::joined_words(scene), HasSubstr("Will it come?"));
  const bool picture = std::any_of(scene.places.begin(), scene.places.end(),
                                   [](const scene::Place& place) { return place.name == "hub"; });
  EXPECT_TRUE(picture) << "the picture stays";
  type_keys("docker");
  EXPECT_EQ(session_.line().text(), "docker") << "and what is typed is seen";
}

class SessionWithoutScenario : public SessionTest {};

TEST_F(SessionWithoutScenario, HasNoNotes) {
  session_.press(alt_n);
  EXPECT_TRUE(wished<ShowNotes>().empty());
  EXPECT_THAT(session_.notice(), HasSubstr("none is played"));
}

}  // namespace
}  // namespace glassdock::session
