// The format of lesson files: what is read, what is refused and how that is said, and its schema.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <random>
#include <regex>
#include <set>

#include "app/lessons/lesson.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "tests/support/fault_of.h"
#include "tests/support/lesson_example.h"
#include "tests/support/places.h"

namespace glassdock::lessons {
namespace {

using ::testing::HasSubstr;
using testing::lesson_example;
using testing::lesson_with;
using testing::Slip;
using ::testing::StartsWith;

TEST(LessonFormat, ReadsTheExample) {
  const Lesson lesson = parse_lesson({"90-a-first-lesson.yaml", lesson_example()});
  EXPECT_EQ(lesson.id, "a-first-lesson");
  EXPECT_EQ(lesson.number, 90);
  EXPECT_EQ(lesson.title.korean, "첫 수업");
  ASSERT_EQ(lesson.steps.size(), 3u);
  const Step& greet = lesson.steps[0];
  EXPECT_EQ(greet.type, "docker run --name tea alpine echo hello");
  ASSERT_EQ(greet.predict->answers.size(), 2u);
  EXPECT_EQ(greet.predict->answers[1].when.size(), 2u);
  EXPECT_EQ(greet.holds.at(0).at, "run.exec");
  EXPECT_TRUE(lesson.steps[1].predict->new_case);
  EXPECT_TRUE(lesson.steps[2].is_challenge());
}

TEST(LessonFormat, ReadsWhatIsTypedInsideAndWhoseEngineItIs) {
  const std::string typed = "type: docker run --name tea alpine echo hello";
  EXPECT_FALSE(parse_lesson(lesson_with("", "")).own_engine);
  EXPECT_TRUE(parse_lesson(lesson_with("minutes: 5", "minutes: 5\nown_engine: true")).own_engine);
  const Lesson lesson = parse_lesson(lesson_with(typed, typed + "\n    inside: [ps, ls /]"));
  EXPECT_EQ(lesson.steps[0].inside, (std::vector<std::string>{"ps", "ls /"}));
}

TEST(LessonFormat, TakesNoFileWhoseNameLeadsElsewhere) {
  for (const char* name : {"/tmp/...yaml", "/tmp/90.yaml", "/tmp/90-Tea.yaml", "/tmp/-.yaml"}) {
    EXPECT_THAT(tests::fault_of([&] {
                  parse_lesson({name, lesson_example()});
                }).message(),
                HasSubstr("its id"))
        << name;
  }
}

TEST(LessonFormat, LooksAtNoEnvironment) {
  const std::string holds = "container: {count: 0}";
  for (const char* look : {"proc: {container: tea, file: environ, has: A}", "proc: {file: task/7/environ, has: A}",
                           "file: {container: tea, path: /proc/./1//environ, has: A}"}) {
    EXPECT_THAT(tests::fault_of([&] { parse_lesson(lesson_with(holds, look)); }).message(), HasSubstr("environ"))
        << look;
  }
}

TEST(LessonFormat, OfManyKeysIsReadAtOnceAndSaysWhichIsThereTwice) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + ": a\n";
  const Error fault = tests::fault_of([&] { parse_yaml({"a.yaml", text + "7: a\n"}); });
  EXPECT_THAT(fault.message(), StartsWith("a.yaml:50001:1: the key \"7\" stands here twice"));
  EXPECT_THAT(fault.hint(), HasSubstr("line 8"));
  const std::string key(1000, 'k');
  EXPECT_LT(tests::fault_of([&] { parse_lesson({"a.yaml", key + ": 1\n"}); }).message().size(), 300u);
}

class LessonSlips : public ::testing::TestWithParam<Slip> {};

TEST_P(LessonSlips, IsRefusedAtItsPlaceWithASuggestion) {
  testing::expect_refused(GetParam(), lesson_example(), parse_lesson);
}

INSTANTIATE_TEST_SUITE_P(
    Each, LessonSlips,
    ::testing::Values(
        Slip{"UnknownKey", "minutes: 5", "minuts: 5", "minuts", "unknown key \"minuts\"", "did you mean minutes?"},
        Slip{"UnknownCondition", "container: {name: tea, count", "contaner: {name: tea, count", "contaner",
             "unknown key \"contaner\"", "did you mean container?"},
        Slip{"KeyTwice", "minutes: 5", "number: 5", "number: 5", "twice", "line 3"},
        Slip{"WrongType", "minutes: 5", "minutes: soon", "soon", "a number from 1 to 90"},
        Slip{"QuotedNumber", "minutes: 5", "minutes: \"5\"", "\"5\"", "a number from 1 to 90"},
        Slip{"MissingTranslation", "{en: Nothing, ko: 아무것도 없어요}", "{en: Nothing}", "{en: Nothing}",
             "the key \"ko\" is missing"},
        Slip{"NotKorean", "ko: 아무것도 없어요", "ko: rien", "rien", "this is not Korean"},
        Slip{"EmptyText", "en: Nothing,", "en: \"\",", "\"\",", "the text is empty"},
        Slip{"UnknownGate", "at: run.exec", "at: run.exce", "run.exce", "there is no gate or stage", "run.exec"},
        Slip{"UnknownEvent", "name: container.exit", "name: container.exti", "container.exti",
             "the engine tells no event", "container.exit"},
        Slip{"UnknownPlace", "point: process", "point: proces", "proces", "the picture has no place", "process"},
        Slip{"UnknownMisconception", "misconception: stop-deletes", "misconception: stop-delets", "stop-delets",
             "is not a misconception", "did you mean stop-deletes? glassdock lesson misconceptions lists them"},
        Slip{"MisconceptionOfOnesOwn", "misconception: stop-deletes", "misconception: my-own", "my-own",
             "is not a misconception", "glassdock lesson misconceptions lists them"},
        Slip{"UnknownState", "state: exited", "state: exitd", "exitd", "is not a container's state", "exited"},
        Slip{"NoMisconception",
             "          misconception: stop-deletes\n          look: {en: See docker ps -a., ko: docker ps -a를 "
             "보세요.}\n",
             "", "question: {en", "2 answers name no misconception", "the right one none"},
        Slip{"TwoActions", "    type: docker", "    run: ls\n    type: docker", "id: greet",
             "exactly one of these keys is needed: run, type, opinion, solution"},
        Slip{"NoAction", "    run: docker run alpine false\n", "", "id: fails", "exactly one of these keys"},
        Slip{"PredictWithoutCommand", "run: docker run alpine false",
             "solution: [docker run alpine false]\n    expect: {exit_code: 0}", "new_case: true\n      question",
             "goes with run or type"},
        Slip{"InsideWithoutCommand", "solution: [", "inside: [ls]\n    solution: [", "[ls]", "goes with run or type"},
        Slip{"AnyOfOne", "expect: {container: {count: 0}}", "expect: {any: [{exit_code: 0}]}", "[{exit_code", "2"},
        Slip{"ChallengeWithoutExpect", "    expect: {container: {count: 0}}\n", "", "id: challenge",
             "a challenge says what it expects"},
        Slip{"NoChallenge", "solution: [", "type: docker ps\n    accept: [", "version", "the lesson has no challenge"},
        Slip{"NoNewCase", "      new_case: true\n", "", "version", "a case that it has not shown"},
        Slip{"StepTwice", "id: fails", "id: greet", "id: greet\n    say: {en: This", "a second step \"greet\""},
        Slip{"AnswerTwice", "id: ended", "id: nothing", "id: nothing\n          text: {en: A", "a second answer"},
        Slip{"NewerVersion", "version: 1", "version: 2\nnews: 7", "2\nnews", "version 2 of the format",
             "newer glassdock"},
        Slip{"Anchor", "title: {", "title: &title {", "&title", "anchors"},
        Slip{"Alias", "goal: {en: You run one command in a container., ko: 컨테이너에서 명령 하나를 실행해요.}",
             "goal: *x", "*x", ""},
        Slip{"Tag", "minutes: 5", "minutes: !!int 5", "!!int", "tags"},
        Slip{"SecondDocument", "steps:", "---\nsteps:", "steps:", "a second document"},
        Slip{"Tab", "  - id: greet\n    say", "  - id: greet\n\tsay", "\tsay", "", "not with tabs"}),
    testing::name_of);

TEST(LessonFormat, RefusesWhatIsNoLesson) {
  const auto said = [](const std::string& text) {
    return tests::fault_of([&] { parse_lesson({"a.yaml", text}); }).message();
  };
  EXPECT_THAT(said(""), StartsWith("a.yaml:1:1: the file is empty"));
  EXPECT_THAT(said("- 1\n"), StartsWith("a.yaml:1:1: keys and values are needed here"));
  EXPECT_THAT(said("a: \xff\n"), StartsWith("a.yaml:1:4: this byte is no UTF-8"));
  EXPECT_THAT(said(std::string(most_bytes + 1, '#')), HasSubstr("the file is larger"));
  EXPECT_THAT(said(std::string(400, '[')), HasSubstr("within each other"));
  EXPECT_THAT(said("a: &a [x]\nb: &b [*a, *a]\n"), HasSubstr("anchors"));
}

// Whatever happens to a file, it is read or refused with its place.
TEST(LessonFormat, SaysWhereADamagedFileIsWrong) {
  const std::string whole = lesson_example();
  const std::regex form("a\\.yaml:[0-9]+:[0-9]+: (.|\n)*");
  std::mt19937 random(7);  // the same damage at each run
  constexpr std::string_view bytes = "\n\t :-[]{}\"'#&*!|>%@`,?0aZ\x80\xff\0\\";
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = whole;
    for (int times = 1 + static_cast<int>(random() % 3); times > 0; --times) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = bytes[random() % bytes.size()];
          break;
        case 1:
          text.erase(at, 1 + random() % 40);
          break;
        case 2:
          text.insert(at, text.substr(random() % text.size(), 1 + random() % 40));
          break;
        default:
          text.resize(at + 1);
      }
    }
    try {
      parse_lesson({"a.yaml", text});
    } catch (const Error& error) {
      ++refused;
      EXPECT_TRUE(std::regex_match(error.message(), form)) << error.message() << "\n" << text;
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(LessonFormat, HasItsSchemaInTheFolderOfLessons) {
  const std::string schema = lesson_schema();
  const std::filesystem::path file = source_path("lessons/lesson.schema.json");
  EXPECT_EQ(os::read_file(file), schema) << "write it anew: glassdock lesson schema > lessons/lesson.schema.json";
  const auto json = nlohmann::json::parse(schema);
  EXPECT_EQ(json.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(json.at("additionalProperties"), false);
  EXPECT_TRUE(json.at("$defs").contains("condition"));
}

TEST(LessonFormat, ReadsEveryLessonThatShips) {
  const std::vector<Lesson> lessons = load_lessons(source_path("lessons"));
  ASSERT_GE(lessons.size(), 6u);
  for (std::size_t i = 1; i < lessons.size(); ++i) EXPECT_LT(lessons[i - 1].number, lessons[i].number);
  // Asks what the learner believes before anything is shown.
  EXPECT_TRUE(lessons[0].steps[0].opinion);
}

// The last lesson asks again what the first one asked before anything was shown: in the same words, with the same
// answers.
TEST(LessonFormat, AsksAtTheEndWhatItAskedAtTheBeginning) {
  const std::vector<Lesson> lessons = load_lessons(source_path("lessons"));
  std::size_t asked_again = 0;
  for (const Lesson& lesson : lessons) {
    for (const Step& step : lesson.steps) {
      if (!step.opinion || !step.opinion->again) continue;
      ++asked_again;
      EXPECT_EQ(lesson.id, lessons.back().id);
      const EarlierQuestion& again = *step.opinion->again;
      const auto first =
          std::find_if(lessons.begin(), lessons.end(), [&](const Lesson& one) { return one.id == again.lesson; });
      ASSERT_NE(first, lessons.end()) << again.lesson;
      const auto asked =
          std::find_if(first->steps.begin(), first->steps.end(), [&](const Step& one) { return one.id == again.step; });
      ASSERT_NE(asked, first->steps.end()) << again.step;
      EXPECT_EQ(step.opinion->question.english, asked->opinion->question.english);
      EXPECT_EQ(step.opinion->question.korean, asked->opinion->question.korean);
      ASSERT_EQ(step.opinion->answers.size(), asked->opinion->answers.size());
      for (std::size_t i = 0; i < asked->opinion->answers.size(); ++i) {
        EXPECT_EQ(step.opinion->answers[i].id, asked->opinion->answers[i].id);
        EXPECT_EQ(step.opinion->answers[i].text.korean, asked->opinion->answers[i].text.korean);
      }
    }
  }
  EXPECT_EQ(asked_again, 1u);
}

// docs/lessons.md names each lesson, and just the misconceptions that its answers name.
TEST(LessonFormat, HasItsLessonsInTheTableOfTheDocs) {
  const std::string page = os::read_file(source_path("docs/lessons.md"));
  for (const Lesson& lesson : load_lessons(source_path("lessons"))) {
    const std::string head = fmt::format("| {} {} |", lesson.number, lesson.title.english);
    const std::size_t at = page.find(head);
    ASSERT_NE(at, std::string::npos) << head;
    const std::vector<std::string> cells = split(page.substr(at, page.find('\n', at) - at), '|');
    std::set<std::string> told, named;
    for (const std::string& one : split(cells.at(4), ',')) told.emplace(trim(one));
    for (const Step& step : lesson.steps) {
      if (!step.predict) continue;
      for (const Answer& answer : step.predict->answers) named.insert(answer.misconception);
    }
    named.erase("");
    EXPECT_EQ(told, named) << head;
  }
}

// `docker rm -f $(docker ps -aq)` on one's own engine would take all that one has.
TEST(LessonFormat, HasNoLessonThatReachesForeignContainersOnOnesOwnEngine) {
  const auto reaches_all = [](const std::string& line) {
    return line.find("$(docker ps") != std::string::npos || line.find("prune -") != std::string::npos;
  };
  for (const Lesson& lesson : load_lessons(source_path("lessons"))) {
    for (const Step& step : lesson.steps) {
      std::vector<std::string> lines = step.lines();
      for (const Words& hint : step.hints) lines.push_back(hint.english);
      EXPECT_TRUE(lesson.own_engine || std::none_of(lines.begin(), lines.end(), reaches_all)) << lesson.number;
    }
  }
}

}  // namespace
}  // namespace glassdock::lessons
