// `glassdock lesson`, as a program: lessons that ship hold on the real engine, and are played as learners do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <filesystem>

#include "app/lessons/common_format.h"
#include "app/lessons/own_engine.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "tests/golden/real_engine.h"
#include "tests/support/lesson_example.h"
#include "tests/support/places.h"
#include "tests/support/pty_program.h"
#include "tests/support/reachable_programs.h"

namespace glassdock::testing {
namespace {

using golden::Owner;
using golden::RealEngine;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

const std::string program = program_path("glassdock");

std::vector<std::string> lesson_files() {
  return lessons::yaml_files(source_path("lessons"));
}

// docker pause, and limits.
bool needs_cgroup(const std::string& file) {
  return file.find("life-cycle") != std::string::npos || file.find("cgroups") != std::string::npos;
}

class ShippedLesson : public ::testing::TestWithParam<std::string> {};

TEST_P(ShippedLesson, HoldsOnTheRealEngine) {
  if (needs_cgroup(GetParam()) && !RealEngine(Owner::self).has_cgroup()) GTEST_SKIP() << "no cgroup of one's own here";
  const Outcome outcome = run({program, "lesson", "check", GetParam()});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("ok"));
}

INSTANTIATE_TEST_SUITE_P(Each, ShippedLesson, ::testing::ValuesIn(lesson_files()), [](const auto& lesson) {
  std::string name = fs::path(lesson.param).stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// A folder with a lesson and a home for the learner.
class LessonRun : public ::testing::Test {
 protected:
  LessonRun() : folder_(fs::temp_directory_path(), "glassdock-lesson-test.") { write("a.yaml", lesson_example()); }
  ~LessonRun() override { glassdock({"--data", data(), "engine", "stop"}); }

  std::string data() const { return folder_.path() / "data"; }
  std::string file(const std::string& name = "a.yaml") const { return folder_.path() / name; }
  void write(const std::string& name, const std::string& text) {
    os::write_file_atomically(os::real_system(), file(name), text);
  }
  std::vector<std::string> command(std::vector<std::string> words) const {
    words.insert(words.begin(), {"/usr/bin/env", "XDG_STATE_HOME=" + (folder_.path() / "state").native(), program});
    return words;
  }
  std::vector<std::string> lesson_words() const {
    return {"--data", data(), "--language", "en", "lesson", "run", file()};
  }
  Outcome glassdock(std::vector<std::string> words, std::string_view input = {}) const {
    return run(command(std::move(words)), input);
  }
  Outcome play(std::string_view input, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = lesson_words();
    words.insert(words.end(), more.begin(), more.end());
    return glassdock(std::move(words), input);
  }
  nlohmann::json progress() const {
    return nlohmann::json::parse(os::read_file(folder_.path() / "state/glassdock/lessons/progress.json"));
  }

  os::TempDir folder_;
};

TEST_F(LessonRun, IsFinishedByWhoDoesAllOfIt) {
  // The answer, the command with its flag in another form, Enter at the gate and after the step; then the others.
  const Outcome outcome = play(
      "2\ndocker run --name=tea alpine echo hello\n\n\n"
      "2\n\n\n"
      "docker rm $(docker ps -aq)\n\n");
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Right: A container that has ended"));
  EXPECT_THAT(outcome.out, HasSubstr("All walls stand. Look around."));
  EXPECT_THAT(outcome.out, HasSubstr("Done, and checked."));
  EXPECT_THAT(outcome.out, HasSubstr("Predictions right: 2 of 2."));
  EXPECT_EQ(progress()["lessons"]["a"]["finished"], true);
}

TEST_F(LessonRun, TellsWhoIsWrongWhatHappensAndWhatToLookAt) {
  const Outcome outcome = play("1\ndocker run --name tea alpine echo hello\n\n\n");
  EXPECT_EQ(outcome.code, 1) << "left at the end of input";
  EXPECT_THAT(outcome.out, HasSubstr("You said: Nothing"));
  EXPECT_THAT(outcome.out, HasSubstr("What happens: A container that has ended"));
  EXPECT_THAT(outcome.out, HasSubstr("Many believe: A container that has ended is gone."));
  EXPECT_THAT(outcome.out, HasSubstr("Look: See docker ps -a."));
  const auto kept = progress()["lessons"]["a"];
  EXPECT_EQ(kept["answers"]["greet"]["right"], false);
  EXPECT_EQ(kept["step"], "fails");
  // Another day.
  const Outcome later = play("2\n\n\nquit\n");
  EXPECT_THAT(later.out, HasSubstr("Goes on with step 2 of 3."));
  EXPECT_EQ(progress()["lessons"]["a"]["step"], "challenge");
}

TEST_F(LessonRun, LetsWanderOffAndHelps) {
  const Outcome outcome = play(
      "9\n2\n"
      "docker run --name milk alpine true\n"
      "hint\nhint\n?\n"
      "restart\n"
      "2\ndocker ps -a\ndocker run --name tea alpine echo hello\nreadlink /proc/self/ns/pid\n\nskip\n");
  EXPECT_THAT(outcome.out, HasSubstr("Type the number of an answer, 1 to 2."));
  EXPECT_THAT(outcome.out, HasSubstr("This step waits for: docker run --name tea alpine echo hello"));
  EXPECT_THAT(outcome.out, HasSubstr("Hint 1 of 1: The name stands before the image."));
  EXPECT_THAT(outcome.out, HasSubstr("There is no further hint."));
  const std::size_t restarted = outcome.out.find("The lab is as it was");
  ASSERT_NE(restarted, std::string::npos) << outcome.out;
  EXPECT_THAT(outcome.out.substr(restarted), Not(HasSubstr("milk"))) << "the lab was reset";
  EXPECT_THAT(outcome.out, HasSubstr("pid:[")) << "a look around at the gate";
}

TEST_F(LessonRun, BringsALaterStepsLabWhereOneBeganAnew) {
  const Outcome outcome = play("restart\n2\n\n\ndocker rm tea\n\n", {"--from", "fails"});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Done, and checked."));
}

TEST_F(LessonRun, TellsNoAnswerOfACommandThatFailed) {
  const Outcome outcome =
      glassdock({"--data", data(), "--language", "en", "lesson", "run", "1", "--from", "two-containers"},
                "2\ndocker rm -f tea\n\nquit\n");
  EXPECT_THAT(outcome.out, HasSubstr("Not yet. Wanted: exit code 0."));
  EXPECT_THAT(outcome.out, Not(HasSubstr("Right: ")));
  EXPECT_THAT(outcome.out, Not(HasSubstr("What happens: ")));
}

TEST_F(LessonRun, SeesWhetherAChallengeIsDone) {
  const Outcome outcome = play("docker ps -aq\ndocker rm tea\n\n", {"--from", "challenge"});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Done, and checked."));
}

TEST_F(LessonRun, OnOnesOwnEngineTouchesTheLessonsContainersAlone) {
  ASSERT_EQ(glassdock({"--data", data(), "docker", "run", "--name", "mine", "alpine", "true"}).code, 0);
  const Outcome outcome = play("docker ps -aq\nrestart\ndocker rm tea\n\n", {"--my-engine", "--from", "challenge"});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  const Outcome left = glassdock({"--data", data(), "docker", "ps", "-a", "--format", "{{.Names}}"});
  EXPECT_EQ(left.out, "mine\n");
}

TEST_F(LessonRun, IsPlayedInATerminal) {
  PtyProgram player(command(lesson_words()));
  ASSERT_TRUE(player.wait_for("1 to 2: "));
  player.type("2\r");
  ASSERT_TRUE(player.wait_for("$ "));
  // The keyboard is the container's as long as that runs.
  player.type("docker run -it --rm alpine sh\r");
  ASSERT_TRUE(player.wait_for("# "));
  player.type("echo in''side\r");
  ASSERT_TRUE(player.wait_for("inside"));
  player.type("exit\r");
  ASSERT_TRUE(player.wait_for("This step waits for"));
  player.type("docker run --name tea alpine echo hello\r");
  ASSERT_TRUE(player.wait_for("Enter goes on: "));
  EXPECT_TRUE(player.is_cooked()) << "the player's own prompt at the gate";
  player.type("\r");
  ASSERT_TRUE(player.wait_for("Right: "));
  // Ctrl-C ends what runs, and the lesson goes on. "ready" comes from a second shell, which the first one waits for by
  // then: dash forgets an interrupt that comes just before it forks.
  ASSERT_TRUE(player.wait_for("Enter goes on: "));
  player.type("sh -c 'echo re\"\"ady; exec sleep 600'\r");
  ASSERT_TRUE(player.wait_for("ready"));
  player.type("\x03");
  ASSERT_TRUE(player.wait_for("Enter goes on: "));
  player.type("quit\r");
  EXPECT_EQ(player.finish(), 1);
  EXPECT_TRUE(player.is_cooked());
}

TEST_F(LessonRun, SpeaksKorean) {
  const Outcome outcome = glassdock({"--data", data(), "--language", "ko", "lesson", "run", file()}, "1\n?\n");
  EXPECT_THAT(outcome.out, HasSubstr("90과: 첫 수업"));
  EXPECT_THAT(outcome.out, HasSubstr("컨테이너는 명령 하나를 실행해요."));
  EXPECT_THAT(outcome.out, HasSubstr("적어 두었어요."));
}

TEST_F(LessonRun, ChecksTheExampleAndSeesEachFault) {
  EXPECT_EQ(glassdock({"lesson", "check", file()}).code, 0);
  struct Fault {
    const char *what, *with, *says;
  };
  for (const Fault& fault : {
           Fault{"state: exited, exit_code: 0", "state: running", "answer ended names no misconception"},
           Fault{"{name: tea, count: 0}", "{name: tea}",
                 "exactly one answer is to be what happens, and these are: "
                 "nothing and ended"},
           Fault{"with: {exit_code: 0}", "with: {exit_code: 7}", "wanted: event container.exit exit_code=7"},
           Fault{"expect: {proc: {namespace: pid}}", "expect: {proc: {namespace: pid, shared: true}}",
                 "wanted: pid namespace shared with the host"},
           Fault{"at: run.exec", "at: pull.blob", "nothing was held at pull.blob"},
           Fault{"expect: {container: {count: 0}}", "expect: {image: {name: alpine}}",
                 "the challenge is solved before anything is done"},
           Fault{"lab: [docker run --name tea", "lab: [docker rnu --name tea", "to make the lab of step challenge"},
           Fault{"minutes:", "minuts:", "unknown key"},
       }) {
    const lessons::Source damaged = lesson_with(fault.what, fault.with);
    ASSERT_NE(damaged.text, lesson_example()) << fault.what;
    write("b.yaml", damaged.text);
    const Outcome outcome = glassdock({"lesson", "check", file("b.yaml"), "--report", file("report.xml")});
    EXPECT_EQ(outcome.code, 1) << fault.with;
    EXPECT_THAT(outcome.out, HasSubstr(fault.says)) << fault.with;
    EXPECT_THAT(outcome.out, ::testing::ContainsRegex("b\\.yaml:[0-9]+:[0-9]+: "));
    EXPECT_THAT(os::read_file(file("report.xml")), HasSubstr("<failure message="));
  }
}

TEST_F(LessonRun, LooksIntoContainersAndAtTheHost) {
  lessons::Source lesson = lesson_with("  - id: fails\n", R"(  - id: milk
    say: {en: Look inside., ko: 안을 보세요.}
    run: docker run -d --name milk alpine sleep 600; docker exec milk sh -c 'echo "so  white" > /colour'
    expect:
      - file: {container: milk, path: /colour, has: so white}
      - not: {file: {container: milk, path: /nowhere, has: white}}
      - not: {file: {container: milk, path: /nowhere, has: nowhere}}  # as cat says that it is not there
      - proc: {container: milk, file: cmdline, has: sleep 600}
      - container: {count: 1, name: milk, image: alpine, command: sleep 600, state: running}
      - container: {count: 0, name: milk, exit_code: 1}
  - id: fails
)");
  const std::size_t solution = lesson.text.find("docker rm $(");
  lesson.text.insert(solution + std::string("docker rm ").size(), "-f ");
  write("b.yaml", lesson.text);
  const Outcome outcome = glassdock({"lesson", "check", file("b.yaml")});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
}

// The learner's own hands are in IsPlayedInATerminal.
TEST_F(LessonRun, ChecksWhatIsTypedInsideAContainer) {
  write("b.yaml", lesson_with("  - id: fails\n", R"(  - id: inside
    say: {en: Go inside., ko: 안으로 들어가세요.}
    type: docker run -it alpine sh
    inside: [echo in''side, sh -c 'exit 7']
    expect: [{exit_code: 7}, {output: {has: inside}}]
  - id: fails
)")
                      .text);
  const Outcome outcome = glassdock({"lesson", "check", file("b.yaml")});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
}

TEST_F(LessonRun, LeavesAloneWhatIsNotTheLessons) {
  write("b.yaml", lesson_with("minutes: 5", "minutes: 5\nown_engine: true").text);
  const Outcome outcome = glassdock({"--data", data(), "lesson", "run", file("b.yaml"), "--my-engine"});
  EXPECT_EQ(outcome.code, 125);
  EXPECT_THAT(outcome.err, HasSubstr("removes whatever an engine has"));
  EXPECT_THAT(outcome.err, HasSubstr("play it without --my-engine"));
}

TEST_F(LessonRun, EndsALineThatHangs) {
  write("b.yaml", lesson_with("run: docker run alpine false", "run: docker run alpine sleep 600").text);
  const Outcome outcome = glassdock({"lesson", "check", file("b.yaml"), "--limit", "2"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("\"docker run alpine sleep 600\" did not end within 2 s"));
}

TEST_F(LessonRun, IsHandedInAndGradedByItsRecordings) {
  const fs::path folder = folder_.path() / "class";
  fs::create_directory(folder);
  EXPECT_EQ(glassdock({"--language", "en", "lesson", "export", folder / "kim.json"}).code, 125) << "nothing was begun";
  // Two predictions, the second one wrong; then left.
  const Outcome played = glassdock({"--data", data(), "--language", "en", "lesson", "run", "8"},
                                   "\n\n"
                                   "2\ndocker run alpine ls\n\n"
                                   "1\ndocker run alpine\n\n"
                                   "quit\n");
  EXPECT_THAT(played.out, HasSubstr("You said: It stays up"));
  const Outcome exported = glassdock({"--language", "en", "lesson", "export", folder / "kim.json", "--name", "Kim"});
  EXPECT_EQ(exported.code, 0) << exported.err;
  EXPECT_THAT(exported.out, HasSubstr("kim.json: what Kim did in 1 lessons."));
  // A step's recording that is damaged is missing in what is handed in, and nothing else.
  const fs::path recordings = folder_.path() / "state/glassdock/lessons/recordings/command-replaced";
  os::write_file_atomically(os::real_system(), recordings / "other.json", "{\"output\":");
  ASSERT_EQ(::mkfifo((recordings / "pipe.json").c_str(), 0600), 0);
  const Outcome again = glassdock({"--language", "en", "lesson", "export", folder / "kim.json", "--name", "Kim"});
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.err, HasSubstr("other.json is left out, for it cannot be read: "));
  EXPECT_THAT(again.err, HasSubstr("pipe.json is left out, for it cannot be read: it is no regular file"));
  const Outcome csv = glassdock({"lesson", "grade", folder, "--csv"});
  EXPECT_EQ(csv.code, 0) << csv.err;
  EXPECT_EQ(csv.out,
            "learner,number,lesson,finished,right,scored,hints,misconceptions,remarks\n"
            "Kim,8,command-replaced,no,1,2,0,small-vm,\n"
            "\n"
            "misconception,learners,what\n"
            "small-vm,1,A container is a small virtual machine.\n");
  os::write_file_atomically(os::real_system(), folder / "lee.json", "{\"glassdock_lessons\": true}");
  ASSERT_EQ(::mkfifo((folder / "pipe.json").c_str(), 0600), 0);
  const Outcome table = glassdock({"--language", "en", "lesson", "grade", folder});
  EXPECT_EQ(table.code, 1);
  EXPECT_THAT(table.out, HasSubstr("1/2"));
  EXPECT_THAT(table.out, HasSubstr("   1  A container is a small virtual machine."));
  EXPECT_THAT(table.err, HasSubstr("lee.json is no file of lesson export"));
  EXPECT_THAT(table.err, HasSubstr("pipe.json is no file of lesson export: it is no regular file"));
}

TEST_F(LessonRun, ShowsTheAnswerOfTheBeginningBesideTheOneOfTheEnd) {
  const auto ask_again = [&](const char* answer) {
    return glassdock({"--data", data(), "--language", "en", "lesson", "run", "13", "--from", "belief-again"},
                     std::string(answer) + "\n\n");
  };
  EXPECT_THAT(ask_again("2").out, HasSubstr("Nothing: you did not answer it"));
  glassdock({"--data", data(), "--language", "en", "lesson", "run", "1"}, "1\nquit\n");
  const Outcome outcome = ask_again("2");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("  At the beginning you said           Now you say\n"
                                     "  A small virtual machine             An ordinary process with walls"));
}

TEST_F(LessonRun, ListsLessonsWithTheirState) {
  const Outcome outcome = glassdock({"--language", "en", "lesson", "list"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("What is a container?"));
  EXPECT_THAT(outcome.out, HasSubstr("15 min"));
  EXPECT_THAT(outcome.out, HasSubstr("new"));
  EXPECT_EQ(glassdock({"lesson", "schema"}).out, os::read_file(source_path("lessons/lesson.schema.json")));
}

TEST_F(LessonRun, RefusesWrongUse) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"lesson"}, {"lesson", "lsit"}, {"lesson", "run"}, {"lesson", "list", "--fast"}}) {
    const Outcome outcome = glassdock(words);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("usage: glassdock lesson list"));
  }
  EXPECT_THAT(glassdock({"lesson", "run", "77"}).err, HasSubstr("there is no lesson 77"));
  EXPECT_THAT(glassdock({"lesson", "run", file(), "--from", "x"}).err, HasSubstr("its steps: greet, fails, challenge"));
}

// As an ordinary user has them, to whom a source tree in root's home is closed.
const fs::path& programs() {
  return programs_for_others(program_path(""));
}
fs::path lesson_for_others(const fs::path& file) {
  return programs().parent_path() / "share/glassdock/lessons" / file.filename();
}

// Of an ordinary user: all but what needs a cgroup of one's own.
TEST(LessonsOfAnOrdinaryUser, HoldToo) {
  const std::string missing = RealEngine::missing(Owner::ordinary_user);
  if (!missing.empty()) GTEST_SKIP() << missing;
  const RealEngine engine(Owner::ordinary_user, {}, golden::Begin::later);
  for (const std::string& file : lesson_files()) {
    if (needs_cgroup(file)) continue;
    const std::vector<std::string> words =
        engine.as_owner({"/usr/bin/env", "TMPDIR=" + engine.folder().native(), programs() / "glassdock", "lesson",
                         "check", lesson_for_others(file)});
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  }
}

// An engine that somebody has is not emptied, whichever way it is named.
TEST(LessonsElsewhere, AreRefusedOnAnEngineThatIsNotTheirs) {
  const RealEngine engine(Owner::self);
  ASSERT_EQ(engine.glassdock({"docker", "run", "--name", "mine", "alpine", "true"}).code, 0);
  const std::string state = "XDG_STATE_HOME=" + (engine.folder() / "state").native();
  for (const auto& place : {std::vector<std::string>{"--socket", engine.socket()}, {"--data", engine.data()}}) {
    std::vector<std::string> words{"/usr/bin/env", state, program, "--language", "en"};
    words.insert(words.end(), place.begin(), place.end());
    words.insert(words.end(), {"lesson", "run", "1"});
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.code, 125);
    EXPECT_THAT(outcome.err, HasSubstr(engine.data().native() + " is not for lessons alone"));
  }
  EXPECT_EQ(engine.glassdock({"docker", "ps", "-aq"}).out.size(), 13U) << "it is still there";
}

// Who has no cgroup gets through lesson 5, and is not told that the wrong answers are right.
TEST(LessonsOfAnOrdinaryUser, AreFinishedWithoutACgroup) {
  const std::string missing = RealEngine::missing(Owner::ordinary_user);
  if (!missing.empty()) GTEST_SKIP() << missing;
  const RealEngine engine(Owner::ordinary_user);
  os::write_file_atomically(os::real_system(), engine.data() / lessons::own_engine_marker, "");
  const std::vector<std::string> words = engine.as_owner(
      {"/usr/bin/env", "XDG_STATE_HOME=" + (engine.folder() / "state").native(), programs() / "glassdock", "--socket",
       engine.socket().native(), "--language", "en", "lesson", "run", lesson_for_others("05-cgroups.yaml")});
  const Outcome outcome = run(words,
                              "docker run -d --name tea -m 64m alpine sleep 600\nhint\nskip\n"
                              "\nskip\n"
                              "docker stats --no-stream tea\nskip\n"
                              "2\n\nskip\n"
                              "2\n\nskip\n"
                              "2\n\nskip\n"
                              "2\n\n\n"
                              "skip\n");
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Type skip here"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("You said:")));
  EXPECT_THAT(outcome.out, HasSubstr("Predictions right: 1 of 1."));
}

}  // namespace
}  // namespace glassdock::testing
