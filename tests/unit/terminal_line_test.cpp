#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "app/terminal/command_line.h"
#include "app/terminal/process.h"
#include "app/terminal/screen.h"
#include "app/terminal/shell.h"
#include "app/terminal/text.h"
#include "engine/base/unique_fd.h"
#include "engine/os/files.h"
#include "tests/support/places.h"

namespace glassdock::terminal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Names : public CompletionSource {
 public:
  std::vector<std::string> images() const override { return {"alpine:latest", "busybox:latest"}; }
  std::vector<std::string> containers() const override { return {"tea"}; }
};

TEST(CommandLine, MovesByCharactersAndWords) {
  LineHistory history;
  CommandLine line(history);
  line.insert("docker 한글");
  line.backspace();
  EXPECT_EQ(line.text(), "docker 한");
  line.word_left();
  line.kill_to_end();
  EXPECT_EQ(line.text(), "docker ");
  line.yank();
  EXPECT_EQ(line.text(), "docker 한");
  line.home();
  line.word_right();
  EXPECT_EQ(line.cursor(), 6U);
  line.word_right();
  EXPECT_EQ(line.cursor(), line.text().size());
  line.home();
  line.insert("x\n\ty");
  EXPECT_EQ(line.text().find('\n'), std::string::npos);
}

// As the shell reads them.
TEST(Text, SeveralLinesBecomeOneThatMeansTheSame) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"docker ps", "docker ps"},
      {"docker ps\n", "docker ps"},
      {"docker ps  # all\n", "docker ps  # all"},
      {"a\nb", "a; b"},
      {"a\r\n\r\nb\r\n", "a; b"},
      {"a\rb", "a; b"},
      {"  a  \n\tb", "a; b"},
      {"docker run \\\n  --rm alpine\nls", "docker run   --rm alpine; ls"},
      {"a \\\n\nb", "a ; b"},
      {"# first\na # second\n'#' x#y\n", "a; '#' x#y"},
      {"a &&\nb |\nc &\nd;\ne", "a && b | c & d; e"},
      {"for i in 1 2; do\necho do\ndone", "for i in 1 2; do echo do; done"},
      {"if a\nthen\nb\nelse\nc\nfi", "if a; then b; else c; fi"},
      {"sh -c '\na\n\nb'\nc", "sh -c ' a; b'; c"},
      {"echo \"it's\" \\'\nb", "echo \"it's\" \\'; b"},
      {"{\na\n}", "{ a; }"},
      {"\n\na\n", "a"},
      {"", ""},
  };
  for (const auto& [lines, one] : cases) EXPECT_EQ(join_lines(lines).text, one) << lines;
  EXPECT_EQ(join_lines("a\n# b\n").lines, 1U);
  EXPECT_EQ(join_lines("a\nb\n").lines, 2U);
}

TEST(CommandLine, BringsBackWhatBeginsAsTyped) {
  LineHistory history;
  CommandLine line(history);
  for (const char* typed : {"docker ps", "ls", "docker run alpine"}) {
    line.set_text(typed);
    line.accept();
  }
  line.insert("docker");
  line.up();
  EXPECT_EQ(line.text(), "docker run alpine");
  line.up();
  EXPECT_EQ(line.text(), "docker ps");
  line.down();
  line.down();
  EXPECT_EQ(line.text(), "docker");
}

TEST(CommandLine, CompletesCommandsImagesAndContainers) {
  LineHistory history;
  CommandLine line(history);
  const Names names;
  line.insert("docker ru");
  line.complete(names, "/");
  EXPECT_EQ(line.text(), "docker run ");
  line.insert("--rm alp");
  line.complete(names, "/");
  EXPECT_THAT(line.text(), HasSubstr("alpine"));
  line.set_text("docker rm t");
  line.complete(names, "/");
  EXPECT_THAT(line.text(), HasSubstr("docker rm tea"));
  line.set_text("docker container paus");
  line.complete(names, "/");
  EXPECT_EQ(line.text(), "docker container pause ");
  line.insert("t");
  line.complete(names, "/");
  EXPECT_THAT(line.text(), HasSubstr("docker container pause tea"));
  line.set_text("docker inspect te");
  line.complete(names, "/");
  EXPECT_THAT(line.text(), HasSubstr("docker inspect tea"));
  line.set_text("docker create alp");
  line.complete(names, "/");
  EXPECT_THAT(line.text(), HasSubstr("docker create alpine"));
  line.set_text("docker system prune --al");
  line.complete(names, "/");
  EXPECT_EQ(line.text(), "docker system prune --all ");
}

TEST(LineHistory, IsKeptForItsOwnerAlone) {
  const os::TempDir folder("/tmp", "glassdock-history.");
  const std::filesystem::path file = folder.path() / "state/history";
  std::filesystem::create_directory(file.parent_path());
  LineHistory first(file);
  first.add("docker ps");
  first.add("docker ps");
  first.add(" secret");
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_THAT(LineHistory(file).lines(), ElementsAre("docker ps"));
}

// All that it prints, and how it ended.
struct Printed {
  std::string text;
  Exit exit;
};

Printed printed_by(const Launch& launch) {
  Process process(launch);
  std::string bytes;
  pollfd waits{process.output_fd(), POLLIN, 0};
  while (::poll(&waits, 1, 30'000) > 0 && process.read(bytes, 1 << 16)) {
  }
  pollfd end{process.end_fd(), POLLIN, 0};
  ::poll(&end, 1, 30'000);
  return {bytes, process.exit().value_or(Exit{-1, 0})};
}

TEST(Process, HasATerminalOfItsSize) {
  const Printed printed = printed_by({.arguments = {"/bin/sh", "-c", "stty size; exit 7"}, .size = {11, 42}});
  EXPECT_THAT(printed.text, HasSubstr("11 42"));
  EXPECT_EQ(printed.exit.code, 7);
}

// A process of the line, which prints its number, when its terminal is closed.
UniqueFd left_behind_by(const char* line) {
  Process process({.arguments = {"/bin/sh", "-c", line}});
  std::string bytes;
  pollfd waits{process.output_fd(), POLLIN, 0};
  while (bytes.find('\n') == std::string::npos && ::poll(&waits, 1, 30'000) > 0 && process.read(bytes, 64)) {
  }
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, std::stoi(bytes), 0)));
}

// Dead, if not yet reaped: that is up to init.
bool ends(const UniqueFd& process, int within_ms) {
  pollfd end{process.get(), POLLIN, 0};
  return ::poll(&end, 1, within_ms) == 1;
}

TEST(Process, ItsEndHangsUpOnTheForeground) {
  for (const char* line : {"sleep 1000 & echo $!; wait", "trap '' HUP; echo $$; exec sleep 1000",
                           "sh -c 'echo $$; exec sleep 1000' | cat"}) {
    const UniqueFd left = left_behind_by(line);
    ASSERT_TRUE(left) << line;
    EXPECT_TRUE(ends(left, 30'000)) << line;
  }
}

TEST(Process, WhatTakesNoHangupGoesOnAsBehindAnyTerminal) {
  const UniqueFd left = left_behind_by("(trap '' HUP; exec sh -c 'echo $$; exec sleep 1000') & wait");
  ASSERT_TRUE(left);
  EXPECT_FALSE(ends(left, 500));
  ASSERT_EQ(::syscall(SYS_pidfd_send_signal, left.get(), SIGKILL, nullptr, 0), 0);
  EXPECT_TRUE(ends(left, 30'000));
}

bool comes_to_wait_for_input(const Process& process) {
  constexpr int most_looks = 100;
  for (int looks = 0; looks < most_looks; ++looks) {
    if (process.waits_for_input()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

TEST(Process, TellsThatSomebodyWaitsForWhatIsTyped) {
  for (const char* line : {"cat", "read line", "(cat)", "sh -c 'cat; :'", "sleep 1000 | cat /dev/tty"}) {
    EXPECT_TRUE(comes_to_wait_for_input(Process({.arguments = {"/bin/sh", "-c", line}}))) << line;
  }
  const Process quiet({.arguments = {"/bin/sh", "-c", "sleep 1000 | cat"}});
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_FALSE(quiet.waits_for_input());
}

TEST(Process, TellsThatSomebodyPollsForWhatIsTyped) {
  if (::access("/usr/bin/python3", X_OK) != 0) GTEST_SKIP() << "python3 is not installed";
  for (const char* line : {
           "import select; p = select.poll(); p.register(0, select.POLLIN); p.poll()",
           "import select; select.select([0], [], [])",
           "import select; e = select.epoll(); e.register(0, select.EPOLLIN); e.poll()",
       }) {
    EXPECT_TRUE(comes_to_wait_for_input(Process({.arguments = {"/usr/bin/python3", "-c", line}}))) << line;
  }
  const Process quiet({.arguments = {"/usr/bin/python3", "-c",
                                     "import os, select; a, b = os.pipe(); p = select.poll(); "
                                     "p.register(a, select.POLLIN); p.register(1, select.POLLERR); p.poll()"}});
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_FALSE(quiet.waits_for_input());
}

TEST(Process, SaysThatThereIsNoSuchProgram) {
  EXPECT_THROW(Process({.arguments = {"/no/such/program"}}), Error);
}

class ShellTest : public ::testing::Test {
 protected:
  ShellTest() {
    const auto program = folder_.path() / "glassdock";
    os::write_file_atomically(os::real_system(), program, "#!/bin/sh\nfor w; do printf '<%s>' \"$w\"; done; echo\n",
                              0755);
    shell_.emplace(Programs{program, source_path("app/terminal")}, folder_.path());
  }
  std::string run(std::string_view line) {
    const Printed printed = printed_by(shell_->launch(line, {24, 80}));
    shell_->finished();
    return printed.text;
  }
  os::TempDir folder_{"/tmp", "glassdock-shell."};
  std::optional<Shell> shell_;
};

TEST_F(ShellTest, DockerIsGlassdockInPipesAndSubstitutionsToo) {
  EXPECT_THAT(run("docker run 'a b'"), HasSubstr("<docker><run><a b>"));
  EXPECT_THAT(run("docker rm $(echo one two)"), HasSubstr("<docker><rm><one><two>"));
  EXPECT_THAT(run("echo x | xargs docker rm && echo and"), HasSubstr("<docker><rm><x>"));
}

TEST_F(ShellTest, WhatIsSetHoldsForWhateverProgramIsTyped) {
  shell_->set_variable("GLASSDOCK_SOCKET", "/s s");
  EXPECT_THAT(run("env | grep ^GLASSDOCK_SOCKET"), HasSubstr("GLASSDOCK_SOCKET=/s s"));
  EXPECT_THAT(run("GLASSDOCK_SOCKET=/other; env | grep ^GLASSDOCK_SOCKET"), HasSubstr("=/other"));
}

TEST_F(ShellTest, FolderAndVariablesHoldForTheNextLine) {
  run("cd / && NAME=tea");
  EXPECT_EQ(shell_->folder(), "/");
  EXPECT_THAT(run("echo \"$NAME in $(pwd)\""), HasSubstr("tea in /"));
}

// The shell leaves its state in descriptor 9, which the line has, too.
TEST_F(ShellTest, ALineThatWritesWhereTheStateIsLeftDoesNoHarm) {
  run("NAME=tea");
  run("NAME=milk; trap - EXIT; printf '/\\0q\\0' >&9");
  EXPECT_THAT(run("echo \"<$NAME>\""), HasSubstr("<tea>"));
}

TEST_F(ShellTest, WordsAreThoseOfAShell) {
  shell_->set_variable("TEA", "green tea");
  EXPECT_THAT(run("docker run -v $(pwd):/x \"$TEA\" '$TEA' a\\ b"),
              HasSubstr("<docker><run><-v><" + folder_.path().string() + ":/x><green tea><$TEA><a b>"));
  EXPECT_THAT(run("CUP=blue; docker run ${CUP}"), HasSubstr("<docker><run><blue>"));
  EXPECT_THAT(run("docker ps | tr s S && docker images || echo not"),
              HasSubstr("<docker><pS>\r\n<docker><images>\r\n"));
  EXPECT_THAT(run("false && docker ps; docker rm $(docker ps -aq)"), HasSubstr("<docker><rm><<docker><ps><-aq>>"));
}

TEST_F(ShellTest, TheWindowsNameOfTheFolderIsExplained) {
  const auto english = Shell::explanation("docker run -v %cd%:/x alpine", trace::Language::english);
  EXPECT_EQ(english,
            "%cd% is the current folder in cmd.exe, the command prompt of Windows. In this shell write $(pwd).");
  const auto korean = Shell::explanation("docker run -v %CD%:/x alpine", trace::Language::korean);
  EXPECT_EQ(korean, "%cd%는 Windows 명령 프롬프트(cmd.exe)에서 현재 폴더를 뜻해요. 이 셸(shell)에서는 $(pwd)로 써요.");
  EXPECT_FALSE(Shell::explanation("docker run alpine", trace::Language::english));
}

}  // namespace
}  // namespace glassdock::terminal
