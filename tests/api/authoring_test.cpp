// docs/authoring.md, as its reader follows it; scenarios made of what somebody does and of recordings; files that are
// saved while they are played.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "tests/golden/real_engine.h"
#include "tests/support/places.h"
#include "tests/support/pty_program.h"
#include "tests/support/yaml_example.h"

namespace glassdock::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

const std::string program = program_path("glassdock");

// A folder in which somebody writes files, with a home and an engine of their own.
class Authoring : public ::testing::Test {
 protected:
  Authoring() : folder_(fs::temp_directory_path(), "glassdock-authoring-test.") { fs::create_directory(path("labs")); }

  fs::path path(const std::string& name) const { return folder_.path() / name; }
  void write(const std::string& name, const std::string& text) const {
    os::write_file_atomically(os::real_system(), path(name), text);
  }
  std::vector<std::string> command(const std::string& line) const {
    const std::string home = folder_.path().native();
    return {"/usr/bin/env",
            "HOME=" + home,
            "TMPDIR=" + home + "/labs",
            "XDG_STATE_HOME=" + home + "/state",
            "GLASSDOCK_SOCKET=" + engine_.socket().native(),
            "LANG=C.UTF-8",
            "PATH=" + program_path("") + ":/usr/local/bin:/usr/bin:/bin",
            "sh",
            "-c",
            "cd '" + home + "' && " + line};
  }
  Outcome shell(const std::string& line, std::string_view input = {}) const { return run(command(line), input); }

  golden::RealEngine engine_;  // the author's own
  os::TempDir folder_;
};

// ---- The page's examples

struct Block {
  std::string kind;  // "yaml", "console"
  std::vector<std::string> lines;
  int line = 0;  // of the page
};
std::vector<Block> blocks_of(const std::string& page) {
  std::vector<Block> blocks;
  bool within = false;
  int number = 0;
  for (const std::string& line : split(page, '\n')) {
    ++number;
    if (starts_with(line, "```")) {
      within = !within;
      if (within) blocks.push_back({line.substr(3), {}, number});
    } else if (within) {
      blocks.back().lines.push_back(line);
    }
  }
  return blocks;
}

constexpr std::string_view prompt = "$ ", enter = "⏎", gap = "…";

// What is typed into the program that the console's line runs, rather than into the shell.
bool takes_input(const std::string& line) {
  return line.find("scenario author") != std::string::npos || line.find("scenario run") != std::string::npos;
}

// The lines that were printed, without empty ones and without the prompts before them: what is typed into a pipe is not
// echoed.
std::vector<std::string> printed_lines(const std::string& printed) {
  std::vector<std::string> lines;
  for (std::string line : split(printed, '\n')) {
    if (ends_with(line, "\r")) line.pop_back();  // of a terminal
    for (bool more = true; more;) {
      more = false;
      for (const std::string_view one :
           {prompt, std::string_view("Enter runs it: "), std::string_view("Enter goes on: "),
            std::string_view("Held. Any command looks around; Enter goes on: ")}) {
        if (!starts_with(line, one)) continue;
        line.erase(0, one.size());
        more = true;
      }
    }
    if (!line.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

// Whether just these lines were printed; "…" stands for any that the page leaves out.
::testing::AssertionResult shows(const std::string& printed, const std::vector<std::string>& page) {
  const std::vector<std::string> lines = printed_lines(printed);
  auto at = lines.begin();
  bool leaves_out = false;
  for (const std::string& one : page) {
    if (one.empty()) continue;
    if (one == gap) {
      leaves_out = true;
      continue;
    }
    const auto found = leaves_out ? std::find(at, lines.end(), one) : at;
    if (found == lines.end() || *found != one) {
      return ::testing::AssertionFailure() << "not \"" << one << "\" in its place of\n" << join(lines, "\n");
    }
    at = found + 1;
    leaves_out = false;
  }
  if (leaves_out || at == lines.end()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "more is printed, from \"" << *at << "\" on";
}

TEST_F(Authoring, IsDoneAsThePageSays) {
  std::size_t consoles = 0;
  for (const Block& block : blocks_of(os::read_file(source_path("docs/authoring.md")))) {
    SCOPED_TRACE("docs/authoring.md:" + std::to_string(block.line));
    if (block.kind == "yaml") {
      ASSERT_TRUE(starts_with(block.lines.at(0), "# ")) << "its file's name";
      write(block.lines[0].substr(2), join(block.lines, "\n") + "\n");
      continue;
    }
    ASSERT_EQ(block.kind, "console");
    ++consoles;
    for (std::size_t i = 0; i < block.lines.size();) {
      ASSERT_TRUE(starts_with(block.lines[i], prompt)) << block.lines[i];
      const std::string line = block.lines[i++].substr(prompt.size());
      std::string input;
      std::vector<std::string> shown;
      for (; i < block.lines.size(); ++i) {
        const std::string& one = block.lines[i];
        if (one == enter) {
          input += "\n";
        } else if (starts_with(one, prompt) && takes_input(line)) {
          input += one.substr(prompt.size()) + "\n";
        } else if (starts_with(one, prompt)) {
          break;
        } else {
          shown.push_back(one);
        }
      }
      const Outcome outcome = shell(line, input);
      ASSERT_TRUE(shows(outcome.out + outcome.err, shown)) << line;
    }
  }
  EXPECT_GE(consoles, 10u);
}

// Written by an instructor who had this page alone, and kept as it came.
TEST_F(Authoring, HoldsWhatAnInstructorWroteWithThePageAlone) {
  fs::copy_file(source_path("tests/api/authored/writable-layer.yaml"), path("writable-layer.yaml"));
  for (const char* language : {"en", "ko"}) {
    const Outcome checked =
        shell(std::string("glassdock --language ") + language + " scenario check writable-layer.yaml");
    EXPECT_EQ(checked.code, 0);
    EXPECT_EQ(checked.out + checked.err, "ok   writable-layer: 9 of 9 steps hold\n");
  }
  const Outcome recorded = shell("glassdock scenario record writable-layer.yaml --trace layer.gdtrace");
  EXPECT_EQ(recorded.code, 0) << recorded.out << recorded.err;
  const Outcome english = shell("glassdock --language en scenario replay layer.gdtrace");
  EXPECT_THAT(english.out, HasSubstr("Each container has a layer of its own on top of the same image."));
  const Outcome korean = shell("glassdock --language ko scenario replay layer.gdtrace");
  EXPECT_THAT(korean.out, HasSubstr("컨테이너마다 같은 이미지 위에 자기만의 레이어가 있어요."));
  for (const Outcome& replayed : {english, korean, shell("glassdock replay layer.gdtrace")}) {
    EXPECT_EQ(replayed.code, 0) << replayed.err;
  }
}

TEST_F(Authoring, ListsWhatAWrongAnswerMayName) {
  const Outcome listed = shell("glassdock lesson misconceptions");
  EXPECT_EQ(listed.code, 0) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr("small-vm              A container is a small virtual machine.\n"
                                    "                      컨테이너는 작은 가상 머신이다.\n"));
}

// ---- What a check says

TEST_F(Authoring, IsToldWhereAndWhy) {
  const std::string head =
      "version: 1\ntitle: {en: A, ko: 가}\ngoal: {en: A., ko: 가.}\nminutes: 1\nimages: [alpine]\nsteps:\n"
      "  - id: one\n    say: {en: A., ko: 가.}\n";
  const auto checked = [&](const std::string& text) {
    write("a.yaml", text);
    return shell("glassdock --language en scenario check a.yaml");
  };
  const Outcome misspelt = checked(source_with(head, "[alpine]", "[alpin]").text + "    run: \"true\"\n");
  EXPECT_EQ(misspelt.code, 1);
  EXPECT_THAT(misspelt.out, ::testing::StartsWith("FAIL a: it cannot be played\na.yaml:5:9: "));
  EXPECT_THAT(misspelt.out, HasSubstr("alpin"));
  const Outcome slip = checked(source_with(head, "minutes", "minuts").text);
  EXPECT_THAT(slip.out, ::testing::StartsWith("FAIL a: it cannot be played\na.yaml:4:1: unknown key \"minuts\""));
  EXPECT_THAT(checked(head + "    run: docker pull alpine\n    hold:\n      - say: {en: A., ko: 가.}\n"
                             "        at: pull.blob\n")
                  .out,
              HasSubstr("a.yaml:12:13: nothing was held at pull.blob: the local cache had it already"));
  EXPECT_THAT(
      checked(head + "    run: \"for i in 1 2 3 4 5 6; do echo $i; done; exit 3\"\n    expect: {exit_code: 0}\n").out,
      HasSubstr("  + seen: exit code 3\n  +   …\n  +   2\n  +   3\n  +   4\n  +   5\n  +   6\n"));
  const Outcome silent = checked(head + "    run: \"false\"\n");
  EXPECT_EQ(silent.code, 0);
  EXPECT_EQ(silent.out,
            "ok   a: 1 of 1 steps hold\na.yaml:7:5: warning: step one ended with code 1, and expects nothing\n");
  // A slip in a name is no proof that something is not so.
  EXPECT_EQ(checked(head + "    run: \"true\"\n    expect: {not: {file: {container: redd, path: /x, has: y}}}\n").code,
            1);
}

// ---- Making a scenario of what one does

TEST_F(Authoring, KeepsNoWordOfItsOwnAsAStep) {
  const Outcome made = shell("umask 022 && glassdock --language en scenario author a.yaml --image alpine",
                             "say\nhold\ninside\nhub\ntry\n"
                             "no-such-program\nundo\n"
                             "docker frobnicate\nundo\n"
                             "hold run.exec\n"
                             "docker run --name tea alpine echo hi\n"
                             "undo\nhold\nquit\ntry echo I look\nsay Here it stands.\n\n"
                             "quit\n");
  for (const char* form : {"say TEXT", "hold GATE", "inside LINE", "hub KEY: VALUE", "try LINE"}) {
    EXPECT_THAT(made.out, HasSubstr(std::string("Its text is missing: ") + form));
  }
  EXPECT_THAT(made.out, HasSubstr("That ended with code 127"));
  EXPECT_THAT(made.out, HasSubstr("That ended with code 1, and did not do what it names."));
  std::size_t answers = 0;
  for (std::size_t at = made.out.find("At a hold: Enter goes on."); at != std::string::npos;
       at = made.out.find("At a hold: Enter goes on.", at + 1)) {
    ++answers;
  }
  EXPECT_EQ(answers, 3u) << made.out;
  EXPECT_THAT(made.out, HasSubstr("I look"));
  EXPECT_THAT(made.out, HasSubstr("a.yaml is kept with 1 steps."));
  const std::string file = os::read_file(path("a.yaml"));
  EXPECT_THAT(file, HasSubstr("- at: run.exec\n        say:\n          en: \"Here it stands.\""));
  EXPECT_THAT(file, Not(HasSubstr("frobnicate")));
  EXPECT_EQ(shell("stat -c %a a.yaml").out, "644\n") << "as an editor would have written it";
}

TEST_F(Authoring, SaysWhatItsWordsAre) {
  EXPECT_THAT(shell("glassdock --language en scenario author --help").out, HasSubstr("inside LINE"));
  const Outcome alone = shell("glassdock --language en scenario author");
  EXPECT_EQ(alone.code, 2);
  EXPECT_EQ(alone.err, "glassdock: author takes the name of a new file (glassdock scenario author NEW.yaml)\n");
}

TEST_F(Authoring, KeepsWhatCameOfEachLine) {
  const Outcome made = shell("glassdock --language en scenario author a.yaml",
                             "hub latency_ms: 10\n"
                             "docker run alpine sh -c 'exit 3'\n"
                             "say It waits.\n"
                             "docker run -d --name tea alpine sleep 600\n"
                             "hold exec.exec pull.blob\n"
                             "docker exec tea ls /\n"
                             "\n"
                             "inside echo warm > /tmp/cup\n"
                             "docker exec -it tea sh\n"
                             "try docker rm -f tea\n"
                             "docker ps -aq\n");
  EXPECT_EQ(made.code, 0) << made.out << made.err;
  EXPECT_THAT(made.out, HasSubstr("Nothing was held at pull.blob"));
  const std::string file = os::read_file(path("a.yaml"));
  EXPECT_THAT(file, HasSubstr("hub: {latency_ms: 10}"));
  EXPECT_THAT(file, HasSubstr("- exit_code: 3"));
  EXPECT_THAT(file, HasSubstr("- event: {name: pull.done}"));
  EXPECT_THAT(file,
              HasSubstr("- container: {image: alpine, command: \"sh -c 'exit 3'\", state: exited, exit_code: 3}"));
  EXPECT_THAT(file, HasSubstr("en: \"It waits.\""));
  EXPECT_THAT(file, HasSubstr("- at: exec.exec"));
  EXPECT_THAT(file, Not(HasSubstr("pull.blob")));
  EXPECT_THAT(file, HasSubstr("- \"echo warm > /tmp/cup\""));
  const Outcome checked = shell("glassdock scenario check a.yaml --report a.json");
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err << file;
  EXPECT_THAT(checked.out, HasSubstr("ok   a: 5 of 5 steps hold"));
  EXPECT_THAT(checked.out, HasSubstr("a.yaml:3:7: warning: still to be written: TODO: a title"));
  EXPECT_THAT(os::read_file(path("a.json")), HasSubstr("\"warnings\": ["));
}

TEST_F(Authoring, KeepsNothingThatDiffersEachTime) {
  const Outcome made = shell("glassdock --language en scenario author a.yaml --image alpine",
                             "docker run -d alpine sleep 600\n"
                             "docker stop -t 0 $(docker ps -q)\n"
                             "docker run --name tea alpine cat /proc/uptime\n"
                             "docker run --name cup alpine true\n"
                             "undo\n"
                             "docker run -it alpine sh\n"
                             "hold run.exce\n");
  EXPECT_THAT(made.out, HasSubstr("No longer a step: docker run --name cup alpine true"));
  EXPECT_THAT(made.out, HasSubstr("this command reads what is typed"));
  EXPECT_THAT(made.out, HasSubstr("run.exec"));
  EXPECT_EQ(made.code, 0) << made.out << made.err;
  EXPECT_THAT(made.out, HasSubstr("not the same this time, and left out: output: {has: "));
  const std::string file = os::read_file(path("a.yaml"));
  EXPECT_THAT(file, Not(HasSubstr("cup")));
  const Outcome checked = shell("glassdock scenario check a.yaml");
  EXPECT_EQ(checked.code, 0) << checked.out << file;
}

TEST_F(Authoring, RunsNoLineThatNamesAContainerByChance) {
  const Outcome made = shell("glassdock --language en scenario author a.yaml --image alpine",
                             "docker run -d alpine sleep 600\n"
                             "try docker ps --format 'it is {{.Names}}'\n"
                             "quit\n");
  const std::size_t at = made.out.find("it is ");
  ASSERT_NE(at, std::string::npos) << made.out;
  EXPECT_EQ(made.code, 1) << "left";
  EXPECT_THAT(os::read_file(path("a.yaml")), HasSubstr("docker run -d alpine sleep 600")) << "written after each line";
  EXPECT_THAT(shell("glassdock --language en scenario author a.yaml").err, HasSubstr("is there already"));
  EXPECT_EQ(shell("glassdock scenario author b.yaml", "quit\n").code, 1);
  EXPECT_FALSE(fs::exists(path("b.yaml")));
}

// ---- Making one of a recording

TEST_F(Authoring, MakesAScenarioOfWhatClientsDid) {
  const std::string line =
      "(glassdock --trace all.gdtrace watch > watch.out 2>&1 & echo $! > pid); "
      "until grep -q . watch.out; do sleep 0.1; done; ";
  const Outcome done = shell(line +
                             "glassdock docker run --name tea -m 64m alpine sh -c 'echo hi; exit 3'; "
                             "glassdock docker run -d --name cup alpine sleep 600; "
                             "glassdock docker exec cup ls /; glassdock docker stop -t 0 cup; "
                             "glassdock docker rm cup tea; glassdock docker ps -a; "
                             "kill -INT $(cat pid); while kill -0 $(cat pid) 2>/dev/null; do sleep 0.1; done");
  const Outcome made = shell("glassdock scenario from all.gdtrace > a.yaml; cat a.yaml");
  EXPECT_THAT(made.out, HasSubstr("alpine sh -c 'echo hi; exit 3'")) << done.out << done.err << made.err;
  EXPECT_THAT(made.out, HasSubstr("run: \"docker stop -t 0 cup\""));
  EXPECT_THAT(made.out, HasSubstr("container: {name: cup, state: exited, exit_code: 137}"));
  const Outcome checked = shell("glassdock scenario check a.yaml");
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err << made.out;
  EXPECT_THAT(checked.out, HasSubstr("ok   a: 7 of 7 steps hold"));
}

TEST_F(Authoring, MakesAScenarioOfAScenariosRecordingWithItsTexts) {
  write("tea.yaml", yaml_example("scenarios.md"));
  EXPECT_EQ(shell("glassdock scenario record tea.yaml --trace tea.gdtrace").code, 0);
  const Outcome made = shell("glassdock scenario from tea.gdtrace > a.yaml; cat a.yaml");
  EXPECT_THAT(made.out, HasSubstr("ko: \"허브까지의 회선이 느려요.\"")) << made.err;
  EXPECT_THAT(made.out, HasSubstr("hub: {latency_ms: 20}"));
  EXPECT_THAT(made.out, HasSubstr("- at: run.exec"));
  EXPECT_THAT(shell("glassdock --language en scenario from tea.yaml").err, HasSubstr("tea.yaml"));
}

// ---- A file that is saved while it is played

TEST_F(Authoring, GoesOnWithAScenarioThatIsSaved) {
  const std::string text = yaml_example("scenarios.md");
  write("tea.yaml", text);
  PtyProgram player(command("glassdock --language en scenario run tea.yaml"));
  ASSERT_TRUE(player.wait_for("The line to the hub is slow."));
  ASSERT_TRUE(player.wait_for("$ "));
  write("tea.yaml", source_with(text, "The line to the hub is slow.", "The line is very slow.").text);
  ASSERT_TRUE(player.wait_for("The file was saved, and is loaded again: changed: fetch."));
  ASSERT_TRUE(player.wait_for("The line is very slow."));
  ASSERT_TRUE(player.wait_for("$ "));
  // A slip is told with its place, and the version before goes on.
  write("tea.yaml", source_with(text, "minutes: 5", "minuts: 5").text);
  ASSERT_TRUE(player.wait_for("tea.yaml:5:1: unknown key"));
  ASSERT_TRUE(player.wait_for("The version before goes on."));
  player.type("\r");
  ASSERT_TRUE(player.wait_for("Enter goes on: "));
  // Another step: it is shown as it is now, when its turn comes.
  write("tea.yaml", source_with(text, "Now it runs.", "Now it runs as planned.").text);
  ASSERT_TRUE(player.wait_for("loaded again"));
  player.type("\r");
  ASSERT_TRUE(player.wait_for("Now it runs as planned."));
  ASSERT_TRUE(player.wait_for("Enter runs it: "));
  player.type("quit\r");
  EXPECT_EQ(player.finish(), 0);
}

TEST_F(Authoring, GoesOnWithALessonThatIsSaved) {
  const std::string text = yaml_example("lessons.md");
  write("a.yaml", text);
  PtyProgram player(command("glassdock --language en lesson run a.yaml"));
  ASSERT_TRUE(player.wait_for("1 to 2: "));
  player.type("2\r");
  ASSERT_TRUE(player.wait_for("$ "));
  write("a.yaml", source_with(text, "A container runs one command.", "Each runs one command.").text);
  ASSERT_TRUE(player.wait_for("changed: greet."));
  ASSERT_TRUE(player.wait_for("Each runs one command.")) << "the step, anew";
  ASSERT_TRUE(player.wait_for("1 to 2: "));
  write("a.yaml", source_with(text, "type: docker", "tpye: docker").text);
  ASSERT_TRUE(player.wait_for("unknown key \"tpye\""));
  // The next step changes, and this one is left as it is.
  player.type("2\r");
  ASSERT_TRUE(player.wait_for("$ "));
  write("a.yaml", source_with(source_with(text, "This command fails.", "This one fails.").text,
                              "A container runs one command.", "Each runs one command.")
                      .text);
  ASSERT_TRUE(player.wait_for("changed: fails."));
  player.type("docker run --name tea alpine echo hello\r");
  ASSERT_TRUE(player.wait_for("Held."));
  player.type("\r");
  ASSERT_TRUE(player.wait_for("Right: "));
  ASSERT_TRUE(player.wait_for("Enter goes on: "));
  player.type("\r");
  ASSERT_TRUE(player.wait_for("This one fails."));
  player.type("quit\r");
  EXPECT_EQ(player.finish(), 1);
  shell("glassdock --data state/glassdock/lessons/engine engine stop");
}

// ---- Reports of what was shown and played

TEST_F(Authoring, ReportsWhatWasShownAndPlayed) {
  write("tea.yaml", yaml_example("scenarios.md"));
  const Outcome shown = shell("glassdock --language en scenario run tea.yaml --report r.xml", "1\n\n\nskip\nquit\n");
  EXPECT_EQ(shown.code, 0) << "what was shown was as expected";
  EXPECT_THAT(shown.out, HasSubstr("The class answers; the run decides."));
  const std::string xml = os::read_file(path("r.xml"));
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"tea\" tests=\"3\" failures=\"0\" skipped=\"2\">"));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"skipped\"/>"));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"not come to\"/>"));
  EXPECT_EQ(shell("glassdock scenario run tea.yaml --report r.txt", "quit\n").code, 2);
  write("a.yaml", yaml_example("lessons.md"));
  shell("glassdock --data d lesson run a.yaml --report r.json",
        "1\ndocker run --name tea alpine echo hello\n\n\nskip\nquit\n");
  const std::string json = os::read_file(path("r.json"));
  EXPECT_THAT(json, HasSubstr("\"answer\": \"nothing\""));
  EXPECT_THAT(json, HasSubstr("\"right\": false"));
  EXPECT_THAT(json, HasSubstr("\"command\": \"docker run --name tea alpine echo hello\""));
  EXPECT_THAT(json, HasSubstr("\"skipped\": \"not come to\""));
  shell("glassdock --data d lesson run a.yaml --report r.html", "quit\n");
  EXPECT_THAT(os::read_file(path("r.html")), HasSubstr("<section class=\"skipped\">"));
  shell("glassdock --data d engine stop");
}

// ---- Lectures

TEST_F(Authoring, ShowsALecturePartByPart) {
  write("tea.yaml", yaml_example("scenarios.md"));
  write("l.yaml",
        "version: 1\ntitle: {en: Short, ko: 짧은 강의}\ngoal: {en: Tea., ko: 차.}\nminutes: 10\nchain:\n"
        "  - scenario: tea\n    say: {en: First tea., ko: 먼저 차.}\n    notes: {en: Pour slowly., ko: 천천히.}\n"
        "then: {en: It is empty., ko: 비었어요.}\n");
  const Outcome shown = shell("glassdock --language en scenario run l.yaml", "\n\n\n\n\n\n\n");
  EXPECT_EQ(shown.code, 0) << shown.out << shown.err;
  for (const char* part : {"Lecture: Short (10 minutes)", "Part 1 of 1: Tea for the class (minute 0 to 5)",
                           "First tea.", "For you: Pour slowly.", "Now it runs.", "It is empty."}) {
    EXPECT_THAT(shown.out, HasSubstr(part));
  }
  EXPECT_EQ(shell("glassdock scenario run l.yaml", "quit\n").code, 0);
  write("l.yaml", source_with(os::read_file(path("l.yaml")), "scenario: tea", "scenario: tee").text);
  const Outcome checked = shell("glassdock scenario check l.yaml");
  EXPECT_EQ(checked.code, 1);
  EXPECT_THAT(checked.out, HasSubstr("l.yaml:6:5: there is no scenario tee"));
  EXPECT_THAT(shell("glassdock --language en scenario list").out, HasSubstr("Containers in 45 minutes"));
}

TEST_F(Authoring, ShippedLecturesHoldOnTheRealEngine) {
  const Outcome checked =
      shell("glassdock scenario check '" + source_path("scenarios/lectures/containers-in-45-minutes.yaml") + "'");
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("ok   containers-in-45-minutes"));
}

}  // namespace
}  // namespace glassdock::testing
