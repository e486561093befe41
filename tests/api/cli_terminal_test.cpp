// Terminals in containers and commands executed in them, by `glassdock docker` and by the real `docker`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "engine/base/text.h"
#include "tests/support/comes_true.h"
#include "tests/support/docker_client.h"
#include "tests/support/places.h"
#include "tests/support/program.h"
#include "tests/support/pty_program.h"

namespace glassdock::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char asks_cursor[] = "\x1b[6n";  // BusyBox's shell behind its prompt: from then on it reads keys
constexpr char detach_keys[] = "\x10\x11";

// With each client.
class CliTerminal : public ::testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    home_ = new EngineHome();
    EXPECT_EQ(home_->docker({"pull", "-q", "alpine"}).code, 0);
  }
  static void TearDownTestSuite() {
    delete home_;
    home_ = nullptr;
  }
  void SetUp() override { ASSERT_NE(GetParam(), "") << no_docker_client; }
  void TearDown() override {
    for (const std::string& id : split(home_->docker({"ps", "-aq"}).out, '\n')) {
      if (!id.empty()) home_->docker({"rm", "-f", id});
    }
  }

  static std::vector<std::string> command(std::vector<std::string> words) {
    if (!is_own()) return docker_words(GetParam(), home_->data() / "engine.sock", home_->path(), std::move(words));
    words.insert(words.begin(), "docker");
    return home_->command(std::move(words));
  }
  static Outcome docker(std::vector<std::string> words, std::string_view input = {}) {
    return run(command(std::move(words)), input);
  }
  static void start_shell() { ASSERT_EQ(home_->docker({"run", "-dit", "--name", "shell", "alpine", "sh"}).code, 0); }

  static bool is_own() { return GetParam() == own_client; }

  static EngineHome* home_;
};
EngineHome* CliTerminal::home_ = nullptr;

// What is the engine's own part, or better than docker's client has it.
class OwnTerminal : public CliTerminal {};

TEST_P(CliTerminal, RunIsAShellOfTheUsersOwnSize) {
  PtyProgram shell(command({"run", "--rm", "-it", "alpine", "sh"}));
  ASSERT_TRUE(shell.wait_for(asks_cursor)) << shell.seen();
  EXPECT_FALSE(shell.is_cooked()) << "keys go to the container unread";
  shell.type("stty size; tty; echo $TERM\r");
  EXPECT_TRUE(shell.wait_for("31 97\r\n/dev/pts/0\r\nxterm\r\n")) << shell.seen();
  ASSERT_TRUE(shell.wait_for(asks_cursor));
  shell.type(tell_next_size);
  ASSERT_TRUE(shell.wait_for("armed\r\n"));
  shell.resize(9, 40);
  EXPECT_TRUE(shell.wait_for("9 40\r\n")) << shell.seen();
  ASSERT_TRUE(shell.wait_for(asks_cursor));
  shell.type("sleep 1000\r");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // the shell puts it into the foreground
  shell.type("\x03");
  EXPECT_TRUE(shell.wait_for(asks_cursor)) << "Ctrl-C ends the command, not the shell";
  shell.type("(exit 7)\r");
  ASSERT_TRUE(shell.wait_for(asks_cursor));
  shell.type("\x04");
  EXPECT_EQ(shell.finish(), 7) << "Ctrl-D";
  EXPECT_TRUE(shell.is_cooked());
}

TEST_P(CliTerminal, SignalsAreTheContainersUnlessTheyAreKeptFromIt) {
  const auto state = [] { return docker({"inspect", "-f", "{{.State.Status}}", "loop"}).out; };
  Program first(command({"run", "--name", "loop", "--sig-proxy=false", "alpine", "sh", "-c",
                         "trap 'exit 9' HUP; while :; do echo tick; sleep 0.05; done"}));
  ASSERT_TRUE(first.wait_for_out("tick\n"));
  first.send_signal(SIGHUP);
  EXPECT_EQ(first.finish().code, 128 + SIGHUP);
  EXPECT_EQ(state(), "running\n");

  Program second(command({"attach", "--no-stdin", "--sig-proxy=false", "loop"}));
  ASSERT_TRUE(second.wait_for_out("tick\n"));
  second.send_signal(SIGHUP);
  EXPECT_EQ(second.finish().code, 128 + SIGHUP);
  EXPECT_EQ(state(), "running\n");

  Program third(command({"attach", "--no-stdin", "loop"}));
  ASSERT_TRUE(third.wait_for_out("tick\n"));
  third.send_signal(SIGHUP);
  EXPECT_EQ(third.finish().code, 9);
}

TEST_P(CliTerminal, DetachesAttachesAndStartsAgain) {
  PtyProgram first(command({"run", "--name", "shell", "-it", "alpine", "sh"}));
  ASSERT_TRUE(first.wait_for(asks_cursor));
  first.type(detach_keys);
  EXPECT_EQ(first.finish(), 0);
  EXPECT_TRUE(first.is_cooked());

  PtyProgram second(command({"attach", "--detach-keys", "a,b", "shell"}));
  ASSERT_TRUE(second.wait_for("/ # ")) << "it is drawn anew";
  second.type("echo $((6*7))a");
  second.type("c\r");
  ASSERT_TRUE(second.wait_for("\n42ac\r\n")) << second.seen();
  ASSERT_TRUE(second.wait_for(asks_cursor));
  second.type("ab");
  EXPECT_EQ(second.finish(), 1);
  EXPECT_THAT(second.seen(), EndsWith("read escape sequence\r\n"));

  PtyProgram third(command({"attach", "shell"}));
  ASSERT_TRUE(third.wait_for("/ # "));
  third.type("exit 9\r");
  EXPECT_EQ(third.finish(), 9);

  PtyProgram fourth(command({"start", "-ai", "shell"}));
  ASSERT_TRUE(fourth.wait_for(asks_cursor));
  fourth.type("stty size; exit 3\r");
  EXPECT_EQ(fourth.finish(), 3);
  EXPECT_THAT(fourth.seen(), HasSubstr("31 97\r\n"));
  EXPECT_TRUE(fourth.is_cooked());
  EXPECT_EQ(docker({"start", "shell"}).out, "shell\n");
}

TEST_P(CliTerminal, RefusesInDockersWords) {
  start_shell();
  const std::string no_terminal = "the input device is not a TTY\n";
  for (const std::vector<std::string>& words : {std::vector<std::string>{"run", "--rm", "-it", "alpine", "true"},
                                                {"attach", "shell"},
                                                {"exec", "-it", "shell", "true"}}) {
    const Outcome refused = docker(words);
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, HasSubstr(no_terminal)) << words[0];
  }
  EXPECT_EQ(home_->docker({"rm", "-f", "shell"}).code, 0);
  ASSERT_EQ(docker({"run", "--name", "shell", "alpine", "true"}).code, 0);
  Outcome stopped = docker({"attach", "shell"});
  EXPECT_EQ(stopped.code, 1);
  EXPECT_EQ(stopped.err, "You cannot attach to a stopped container, start it first\n");
  EXPECT_THAT(docker({"exec", "shell", "true"}).err,
              AllOf(HasSubstr("Error response from daemon: container "), HasSubstr(" is not running")));
  EXPECT_THAT(docker({"exec", "nosuch", "true"}).err,
              HasSubstr("No such container: nosuch"));  // docker's 20.10 has no "response from daemon" here
  Outcome several = docker({"start", "-a", "shell", "other"});
  EXPECT_EQ(several.code, 1);
  EXPECT_EQ(several.err, "you cannot start and attach multiple containers at once\n");
  Outcome missing = docker({"start", "nosuch"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err,
              AllOf(HasSubstr("No such container: nosuch"), HasSubstr("failed to start containers: nosuch")));
}

TEST_P(CliTerminal, ExecIsASecondProcessBehindTheSameWalls) {
  start_shell();
  const std::string walls =
      "for n in mnt net uts ipc cgroup pid; do [ $(readlink /proc/self/ns/$n) = $(readlink /proc/1/ns/$n) ] || echo "
      "other $n; done; cmp -s /proc/self/cgroup /proc/1/cgroup || echo other cgroup; grep -E "
      "'^(Cap|NoNewPrivs|Seccomp|Umask|Sig|Groups|Uid|Gid)' /proc/self/status | grep -v SigQ > /tmp/self; grep -E "
      "'^(Cap|NoNewPrivs|Seccomp|Umask|Groups|Uid|Gid)' /proc/1/status > /tmp/one; grep -v Sig /tmp/self | cmp -s - "
      "/tmp/one || cat /tmp/self /tmp/one";
  Outcome same = docker({"exec", "shell", "sh", "-c", walls});
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_EQ(same.out, "");
  Outcome files = docker({"exec", "shell", "sh", "-c", "ls /proc/$$/fd; readlink /proc/$$/fd/0"});
  EXPECT_EQ(files.out, "0\n1\n2\n/dev/null\n") << "nothing of the engine is open";
  // The machine's node would be another device than the container's /dev.
  EXPECT_EQ(docker({"exec", "shell", "sh", "-c", "[ /dev/null -ef /proc/self/fd/0 ] && echo own"}).out, "own\n");
}

TEST_P(CliTerminal, ExecTakesUserFolderEnvironmentAndInput) {
  start_shell();
  Outcome told = docker({"exec", "-u", "1000:50", "-w", "/etc", "-e", "A=b c", "-e", "PATH=/bin", "shell", "sh", "-c",
                         "id; pwd; echo $A $PATH $HOME"});
  EXPECT_EQ(told.out, "uid=1000 gid=50 groups=50\n/etc\nb c /bin /\n") << told.err;
  Outcome input =
      docker({"exec", "-i", "shell", "sh", "-c", "wc -c; echo said >&2; exit 5"}, std::string(300'000, 'x'));
  EXPECT_EQ(input.code, 5);
  EXPECT_EQ(input.out, "300000\n");
  EXPECT_EQ(input.err, "said\n");
  EXPECT_EQ(docker({"exec", "shell", "cat"}).out, "") << "without -i there is no input";
  EXPECT_EQ(docker({"exec", "shell", "sh", "-c", "kill -9 $$"}).code, 137);
  EXPECT_EQ(docker({"exec", "-d", "shell", "touch", "/tmp/made"}).code, 0);
  EXPECT_EQ(docker({"exec", "shell", "sh", "-c",
                    "for i in 1 2 3 4 5 6 7 8 9; do [ -e /tmp/made ] && break; sleep 0.1; done; ls /tmp/made"})
                .out,
            "/tmp/made\n");
}

TEST_P(CliTerminal, ExecSaysWhyItCannotBegin) {
  start_shell();
  const std::string runtime = "OCI runtime exec failed: exec failed: ";
  struct Case {
    std::vector<std::string> words;
    std::string said;
  };
  for (const Case& one :
       {Case{{"shell", "nosuch"},
             runtime +
                 "unable to start container process: exec: \"nosuch\": executable file not found in $PATH: unknown"},
        Case{{"shell", "/tmp"},
             runtime + "unable to start container process: exec: \"/tmp\": permission denied: unknown"},
        Case{{"-u", "nosuch", "shell", "id"}, "unable to find user nosuch: no matching entries in passwd file"},
        Case{{"-w", "rel", "shell", "id"}, runtime + "Cwd must be an absolute path: unknown"},
        Case{{"-w", "/nosuch", "shell", "id"},
             runtime + "unable to start container process: chdir to cwd (\"/nosuch\") set in config.json failed: no "
                       "such file or directory: unknown"},
        // CVE-2019-5736, CVE-2024-21626
        Case{{"shell", "/proc/self/exe"},
             runtime + "unable to start container process: exec: \"/proc/self/exe\": permission denied: unknown"},
        Case{{"-w", "/proc/self/fd/3", "shell", "ls"},
             runtime + "unable to start container process: chdir to cwd (\"/proc/self/fd/3\") set in config.json "
                       "failed: not a directory: unknown"}}) {
    std::vector<std::string> words = one.words;
    words.insert(words.begin(), "exec");
    Outcome refused = docker(words);
    EXPECT_EQ(refused.code, 126) << one.said;
    EXPECT_THAT(refused.out, HasSubstr(one.said + "\r\n"));
  }
  Outcome detached = docker({"exec", "-d", "shell", "nosuch"});
  EXPECT_EQ(detached.code, 1);
  EXPECT_THAT(detached.err, HasSubstr("Error response from daemon: " + runtime));
}

TEST_P(CliTerminal, ExecHasATerminalOfItsOwn) {
  start_shell();
  PtyProgram exec(command({"exec", "-it", "shell", "sh"}));
  ASSERT_TRUE(exec.wait_for(asks_cursor)) << exec.seen();
  exec.type("stty size; tty; echo $TERM\r");
  EXPECT_TRUE(exec.wait_for("31 97\r\n/dev/pts/1\r\nxterm\r\n")) << exec.seen();
  ASSERT_TRUE(exec.wait_for(asks_cursor));
  exec.resize(12, 50);
  EXPECT_TRUE(exec.wait_for("\r/ # \x1b[J"));
  exec.type("stty size; exit 4\r");
  EXPECT_TRUE(exec.wait_for("12 50\r\n"));
  EXPECT_EQ(exec.finish(), 4);
  EXPECT_TRUE(exec.is_cooked());

  PtyProgram left(command({"exec", "-it", "shell", "sh"}));
  ASSERT_TRUE(left.wait_for(asks_cursor));
  left.type(detach_keys);
  EXPECT_EQ(left.finish(), 1);
  EXPECT_THAT(left.seen(), HasSubstr("read escape sequence"));
}

TEST_P(CliTerminal, AnExecEndsWithProcessOne) {
  start_shell();
  Program exec(command({"exec", "shell", "sh", "-c", "echo ready; sleep 1000"}));
  ASSERT_TRUE(exec.wait_for_out("ready"));
  ASSERT_EQ(home_->docker({"rm", "-f", "shell"}).code, 0);
  EXPECT_EQ(exec.finish().code, 137);
}

// The process with that command line and its parent, as proc(5) has them; 0 where there is none, or it has ended.
struct Found {
  pid_t pid = 0, parent = 0;
};
Found facts_of(pid_t pid) {
  const std::string stat = os::try_read_file("/proc/" + std::to_string(pid) + "/stat").value_or("");
  const auto behind = stat.rfind(')');  // pid (comm) state ppid
  if (behind == std::string::npos || stat[behind + 2] == 'Z') return {};
  return {pid, std::atoi(stat.c_str() + behind + 4)};
}
Found find_process(std::string_view command_line) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    if (os::try_read_file(entry.path() / "cmdline").value_or("") != command_line) continue;
    return facts_of(std::atoi(entry.path().filename().c_str()));
  }
  return {};
}

TEST_P(CliTerminal, AnExecEndsWithItsMonitorAndTheContainerGoesOn) {
  start_shell();
  Program exec(command({"exec", "shell", "sh", "-c", "echo ready; exec sleep 47114711"}));
  ASSERT_TRUE(exec.wait_for_out("ready"));
  constexpr std::string_view sleeper(
      "sleep\0"
      "47114711\0",
      15);
  Found sleeping;
  ASSERT_TRUE(comes_true([&] { return (sleeping = find_process(sleeper)).parent > 1; }));
  ASSERT_EQ(::kill(sleeping.parent, SIGKILL), 0);
  EXPECT_EQ(exec.finish().code, 137);
  EXPECT_EQ(docker({"exec", "shell", "echo", "on"}).out, "on\n");
}

// Ends with all that lies between it and a client that does not read full.
constexpr char fills_all[] = "head -c 10000000 /dev/zero & sleep 1; kill -9 $!; echo last >&2; exit 3";

TEST_P(OwnTerminal, AnExecsOutputWaitsForItsClient) {
  start_shell();
  Program slow(command({"exec", "shell", "sh", "-c", fills_all}));
  std::this_thread::sleep_for(std::chrono::seconds(13));  // longer than a monitor may be silent for other reasons
  const Outcome whole = slow.finish();
  EXPECT_THAT(whole.err, HasSubstr("last\n"));
  EXPECT_EQ(whole.code, 3);
}

TEST_P(CliTerminal, AnExecsExitCodeIsKnownWithItsEndAlsoWhereTheMonitorDies) {
  start_shell();
  Program exec(command({"exec", "shell", "sh", "-c", fills_all}));
  const std::string shell = std::string("sh") + '\0' + "-c" + '\0' + fills_all + '\0';
  Found running;
  ASSERT_TRUE(comes_true([&] { return (running = find_process(shell)).parent > 1; }));
  ASSERT_TRUE(comes_true([&] { return facts_of(running.pid).pid == 0; })) << "it has ended";
  ::usleep(300'000);
  ASSERT_EQ(::kill(running.parent, SIGKILL), 0) << "its client has not read all";
  EXPECT_EQ(exec.finish().code, 3);
}

TEST_P(CliTerminal, BothOutliveTheEngine) {
  start_shell();
  PtyProgram attached(command({"attach", "shell"}));
  ASSERT_TRUE(attached.wait_for("/ # "));
  PtyProgram exec(command({"exec", "-it", "shell", "sh"}));
  ASSERT_TRUE(exec.wait_for(asks_cursor));
  const pid_t engine = home_->engine();
  ASSERT_GT(engine, 0);
  ASSERT_EQ(::kill(engine, SIGKILL), 0);
  attached.type("echo $((6*7))\r");
  EXPECT_TRUE(attached.wait_for("\n42\r\n")) << attached.seen();
  exec.type("echo $((7*7))\r");
  EXPECT_TRUE(exec.wait_for("\n49\r\n")) << exec.seen();
  EXPECT_THAT(home_->docker({"ps"}).out, HasSubstr("shell")) << "a new engine adopts it";
  exec.type("echo $((8*8)); exit\r");
  EXPECT_TRUE(exec.wait_for("\n64\r\n")) << exec.seen();
  PtyProgram again(command({"attach", "shell"}));
  ASSERT_TRUE(again.wait_for("/ # "));
  again.resize(17, 71);
  // What is typed may come there before the new size does.
  constexpr int most_asks = 100;
  for (int asks = 0; asks < most_asks && again.seen().find("17 71\r\n") == std::string::npos; ++asks) {
    again.type("stty size; echo asked\r");
    ASSERT_TRUE(again.wait_for("\nasked\r\n")) << again.seen();
  }
  again.type("exit 6\r");
  EXPECT_EQ(again.finish(), 6);
  EXPECT_TRUE(attached.wait_for("17 71\r\n")) << "who was attached still is";
}

TEST_P(OwnTerminal, IsAsItWasWhenASignalEndsTheClient) {
  start_shell();
  PtyProgram attached(command({"attach", "shell"}));
  ASSERT_TRUE(attached.wait_for("/ # "));
  EXPECT_FALSE(attached.is_cooked());
  ::kill(attached.pid(), SIGTERM);
  EXPECT_EQ(attached.finish(), 143);
  EXPECT_TRUE(attached.is_cooked());
  EXPECT_THAT(home_->docker({"ps"}).out, HasSubstr("shell"));
}

TEST_P(OwnTerminal, WorksForAnOrdinaryUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "the user is made by root";
  os::TempDir folder(std::filesystem::temp_directory_path(), "glassdock-user.");
  constexpr uid_t user = 54321;
  ASSERT_EQ(::chown(folder.path().c_str(), user, user), 0);
  const auto as_user = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"/usr/bin/setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups", "env",
                                 "HOME=" + folder.path().string(), "XDG_RUNTIME_DIR=" + folder.path().string(),
                                 program_path("glassdock"), "--data", (folder.path() / "data").string()});
    return words;
  };
  if (run(as_user({"docker", "pull", "-q", "alpine"})).code != 0) GTEST_SKIP() << "no engine for an ordinary user here";
  PtyProgram shell(as_user({"docker", "run", "--name", "shell", "-it", "alpine", "sh"}));
  EXPECT_TRUE(shell.wait_for(asks_cursor)) << shell.seen();
  PtyProgram exec(as_user({"docker", "exec", "-it", "shell", "sh"}));
  EXPECT_TRUE(exec.wait_for(asks_cursor)) << exec.seen();
  exec.type("stty size; tty; exit 4\r");
  EXPECT_EQ(exec.finish(), 4);
  EXPECT_THAT(exec.seen(), HasSubstr("31 97\r\n/dev/pts/1\r\n"));
  shell.type("exit 5\r");
  EXPECT_EQ(shell.finish(), 5);
  EXPECT_EQ(run(as_user({"docker", "rm", "shell"})).code, 0);
  run(as_user({"engine", "stop"}));
}

INSTANTIATE_TEST_SUITE_P(By, OwnTerminal, ::testing::Values(own_client),
                         [](const auto&) { return std::string("Ours"); });
INSTANTIATE_TEST_SUITE_P(By, CliTerminal, ::testing::ValuesIn(docker_clients_and_own()),
                         [](const auto& client) { return name_of_client(client.param); });

}  // namespace
}  // namespace glassdock::testing
