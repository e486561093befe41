// What learners hand in, graded by the recordings: a class of five with known mistakes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/lessons/assessment.h"
#include "tests/support/fault_of.h"
#include "tests/support/lesson_example.h"

namespace glassdock::lessons {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The example's lesson: its first step leaves `tea` exited with 0, its second a container that ended with 1, and its
// challenge leaves none.
Lesson lesson() {
  return parse_lesson({"90-first.yaml", testing::lesson_example()});
}
ContainerSeen tea() {
  return {.id = "7", .name = "tea", .image = "alpine", .command = "echo hello", .state = "exited"};
}
StepRecording saw(std::vector<ContainerSeen> containers, std::string output = "") {
  StepRecording recording;
  recording.observed.output = std::move(output);
  recording.looks.containers = std::move(containers);
  return recording;
}

// All of it done, and all of it right.
HandedIn diligent(const std::string& name) {
  ContainerSeen failed = tea();
  failed.command = "false";
  failed.exit_code = 1;
  HandedIn one{.learner = name, .progress = {}, .recordings = {}};
  one.progress["first"] = {
      .step = "",
      .finished = true,
      .answers = {{"greet", {"ended", true, true}}, {"fails", {"one", true, true}}},
      .hints = 0,
  };
  one.recordings["first"] = {
      {"greet", saw({tea()}, "hello\n")}, {"fails", saw({failed, tea()})}, {"challenge", saw({})}};
  return one;
}

std::vector<GradedLesson> graded(const HandedIn& handed_in) {
  const std::vector<Lesson> lessons{lesson()};
  return grade(handed_in_from_json(to_json(handed_in)), lessons);
}

TEST(Assessment, GivesExactlyTheTableOfAClass) {
  const HandedIn ann = diligent("Ann");
  HandedIn ben = diligent("Ben");
  ben.progress["first"].answers["greet"] = {"nothing", true, false};
  ben.progress["first"].hints = 2;
  HandedIn cho = diligent("Cho, J.");
  cho.progress["first"] = {.step = "challenge",
                           .finished = false,
                           .answers = {{"greet", {"nothing", true, false}}, {"fails", {"none", true, false}}},
                           .hints = 0};
  // Made itself right and finished.
  HandedIn dan = diligent("=Dan");
  dan.progress["first"].answers["greet"] = {"nothing", true, true};
  dan.recordings["first"]["challenge"] = saw({tea()});
  HandedIn eve = diligent("Eve");
  eve.recordings["first"].erase("greet");
  eve.progress["gone"].hints = 1;

  std::vector<std::vector<GradedLesson>> all;
  for (const HandedIn& one : {ann, ben, cho, dan, eve}) all.push_back(graded(one));
  EXPECT_EQ(to_csv(all), R"(learner,number,lesson,finished,right,scored,hints,misconceptions,remarks
Ann,90,first,yes,2,2,0,,
Ben,90,first,yes,1,2,2,stop-deletes,
"Cho, J.",90,first,no,0,2,0,stop-deletes; stop-deletes,
'=Dan,90,first,no,1,2,0,stop-deletes,greet: the recording says otherwise; challenge: the recording says otherwise
Eve,90,first,yes,1,1,0,,greet: no recording
Eve,0,gone,no,0,0,1,,this lesson is not here

misconception,learners,what
stop-deletes,3,A container that has ended is gone.
)");
}

TEST(Assessment, SaysWhatARecordingDoesNotTell) {
  HandedIn one = diligent("Ann");
  one.recordings["first"]["greet"].looks = {};
  one.progress["first"].answers["fails"].answer = "seven";
  const auto all = graded(one);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].scored, 0);
  EXPECT_THAT(all[0].remarks, ElementsAre(HasSubstr("nobody looked at this"), "fails: no such answer: seven"));
}

TEST(Assessment, DoesNotScoreWhatTheRunDidNotDecide) {
  HandedIn one = diligent("Ann");
  one.recordings["first"]["greet"] = saw({tea()}, "nothing of the kind");
  one.progress["first"].answers["greet"] = {"nothing", false, false};
  const auto all = graded(one);
  EXPECT_EQ(all.at(0).scored, 1);
  EXPECT_THAT(all[0].remarks, IsEmpty());
  EXPECT_THAT(all[0].misconceptions, IsEmpty());
}

TEST(Assessment, RefusesWhatIsNoFileOfALearner) {
  const std::string whole = to_json(diligent("Ann"));
  for (std::size_t length = 0; length + 2 < whole.size(); length += 97) {
    EXPECT_EQ(tests::fault_of([&] { handed_in_from_json(whole.substr(0, length)); }).kind(), ErrorKind::corrupt);
  }
  const std::string deep(1'000'000, '[');
  EXPECT_THAT(tests::fault_of([&] { handed_in_from_json("{\"recordings\":" + deep); }).message(), HasSubstr("deep"));
  std::string newer = whole;
  newer.replace(newer.find(":1"), 2, ":2");
  EXPECT_THAT(tests::fault_of([&] { handed_in_from_json(newer); }).message(), HasSubstr("newer glassdock"));
}

TEST(StepRecordings, AreReadAgainAndHideWhatIsSecret) {
  StepRecording recording = saw({tea()}, "so\xff");
  recording.observed.exit_code = 3;
  trace::Event event;
  event.name = "request.received";
  event.arguments = {{"env", std::string("TOKEN=hunter2")}};
  recording.observed.events = {event};
  recording.looks.images["alpine"] = true;
  recording.looks.texts["proc 7 comm"] = "sleep\n";
  recording.looks.absent["file tea /menu"] = "No such file or directory";
  recording.looks.unseen["file tea /fifo"] = "cat /fifo did not end in 10 s";
  const std::string text = to_json(recording);
  EXPECT_THAT(text, ::testing::Not(HasSubstr("hunter2")));
  const StepRecording again = recording_from_json(text);
  EXPECT_EQ(again.observed.exit_code, 3);
  EXPECT_EQ(again.observed.events.at(0).name, "request.received");
  EXPECT_EQ(again.looks.containers->at(0).name, "tea");
  EXPECT_EQ(again.looks.images, recording.looks.images);
  EXPECT_EQ(again.looks.texts, recording.looks.texts);
  EXPECT_EQ(again.looks.absent, recording.looks.absent);
  EXPECT_EQ(again.looks.unseen, recording.looks.unseen);
  EXPECT_EQ(to_json(again), text);
}

TEST(KeptWorlds, LookOnceAtEachThing) {
  struct Counting final : World {
    int times = 0;
    std::vector<ContainerSeen> containers() override {
      ++times;
      return {tea()};
    }
    bool has_image(const std::string&) override { return ++times != 0; }
    FileSeen file_in(const std::string&, const std::string& path) override {
      ++times;
      if (path == "/fifo") return {FileSeen::State::unknown, "it did not end"};
      if (path == "/menu") return {FileSeen::State::absent, "no such file"};
      return {FileSeen::State::there, "f"};
    }
    std::string proc_file(pid_t, const std::string&) override { return ++times, "p"; }
    std::string name_space(pid_t, const std::string&) override { return ++times, "n"; }
  };
  Counting live;
  Looks looks;
  for (World* world : {static_cast<World*>(&live), static_cast<World*>(nullptr)}) {
    KeptWorld kept(world, looks);
    EXPECT_EQ(kept.containers().size(), 1u);
    EXPECT_TRUE(kept.has_image("alpine"));
    EXPECT_EQ(kept.file_in("7", "/leaf").text, "f");
    const FileSeen none = kept.file_in("7", "/menu");
    EXPECT_EQ(none.state, FileSeen::State::absent);
    EXPECT_EQ(none.text, "no such file");
    EXPECT_EQ(kept.file_in("7", "/fifo").state, FileSeen::State::unknown);
    EXPECT_EQ(kept.proc_file(7, "comm"), "p");
    EXPECT_EQ(kept.name_space(7, "pid"), "n");
  }
  EXPECT_EQ(live.times, 7);
  KeptWorld kept(nullptr, looks);
  EXPECT_EQ(tests::fault_of([&] { kept.has_image("busybox"); }).kind(), ErrorKind::not_found);
}

}  // namespace
}  // namespace glassdock::lessons
