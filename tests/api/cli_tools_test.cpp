// `glassdock gates` and `glassdock doctor`, as programs: exit codes, and lines of a known form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <regex>

#include "engine/base/text.h"
#include "engine/os/argument_pointers.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "engine/trace/recording.h"
#include "tests/support/in_namespace.h"
#include "tests/support/places.h"
#include "tests/support/program.h"
#include "tests/support/reachable_programs.h"
#include "tests/support/sanitizers.h"

namespace glassdock::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string program = program_path("glassdock");

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

TEST(CliGates, ListsEachGateWithWhoWaitsAndWhatStands) {
  const Outcome outcome = run({program, "gates"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  const std::regex form("(cache|pull|snapshot|isolate|run|exec|vm)\\.[a-z-]+ +(engine|monitor|child) +[^ ].*\\.");
  const std::vector<std::string> lines = lines_of(outcome.out);
  ASSERT_GT(lines.size(), 30u);
  for (const std::string& line : lines) {
    EXPECT_TRUE(std::regex_match(line, form)) << line;
    const std::string gate = line.substr(0, line.find(' '));
    // Each can be asked for by its name.
    EXPECT_EQ(run({program, "--hold", gate, "--version"}).code, 0) << gate;
  }
  EXPECT_EQ(run({program, "--hold", "no.such-gate", "--version"}).code, 2);
  EXPECT_EQ(run({program, "gates", "too-much"}).code, 2);
}

TEST(CliGates, SpeaksKorean) {
  const Outcome outcome = run({program, "--language", "ko", "gates"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(lines_of(outcome.out).size(), lines_of(run({program, "gates"}).out).size());
  EXPECT_THAT(outcome.out, HasSubstr("엔진"));
}

TEST(CliEvents, AreListedWithWhoTellsThemAndTheirWords) {
  const Outcome outcome = run({program, "events"});
  EXPECT_EQ(outcome.code, 0);
  const std::regex form("[a-z]+\\.[a-z-]+ +[a-z]+ +[^ ].*");
  for (const std::string& line : lines_of(outcome.out)) EXPECT_TRUE(std::regex_match(line, form)) << line;
  EXPECT_THAT(outcome.out, HasSubstr("{result=hit?Cache hit: it is here already."));
  EXPECT_EQ(lines_of(run({program, "--language", "ko", "events"}).out).size(), lines_of(outcome.out).size());
  EXPECT_EQ(run({program, "events", "too-much"}).code, 2);
}

// What is wrong with what doctor printed, a line each.
std::string wrong_with(const Outcome& outcome) {
  std::vector<std::string> lines = lines_of(outcome.out);
  const std::regex form(
      "(ok|limited|missing) {1,8}(kernel|namespaces|overlay|seccomp|cgroups|data folder|engine|"
      "devices|subordinate ids|virtual machines) +[^ ].*");
  if (lines.size() < 3) return "too few lines: " + outcome.out + outcome.err;
  std::string wrong = outcome.err;
  const std::string verdict = lines.back();
  lines.resize(lines.size() - 2);
  bool missing = false;
  for (const std::string& line : lines) {
    if (starts_with(line, std::string(26, ' ') + "mend it with: ")) continue;
    if (!std::regex_match(line, form)) wrong += "no finding: " + line + "\n";
    missing = missing || starts_with(line, "missing");
  }
  if (verdict != (missing ? "Containers cannot run here yet." : "Containers can run here.")) wrong += verdict + "\n";
  if (outcome.code != (missing ? 1 : 0)) wrong += "exit code " + std::to_string(outcome.code) + "\n";
  return wrong;
}

TEST(CliDoctor, SaysInKnownLinesWhatThisMachineCanDo) {
  const os::TempDir folder("/tmp", "glassdock-doctor-test.");
  const std::string data = folder.path() / "data";
  EXPECT_EQ(wrong_with(run({program, "--data", data, "doctor"})), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "it only looks";
  EXPECT_EQ(run({program, "doctor", "too-much"}).code, 2);
}

bool has_hangul(const std::string& text) {
  return std::regex_search(text, std::regex("[\xEA-\xED][\x80-\xBF][\x80-\xBF]"));
}

TEST(CliDoctor, SpeaksKorean) {
  const os::TempDir folder("/tmp", "glassdock-doctor-test.");
  const std::string data = folder.path() / "data";
  const Outcome outcome = run({program, "--language", "ko", "--data", data, "doctor"});
  for (const std::string& line : lines_of(outcome.out)) {
    EXPECT_TRUE(line.empty() || has_hangul(line)) << line;
    EXPECT_EQ(line.find(" the "), std::string::npos) << line;
  }
}

// What a terminal of its own shows of a program, and how it ended.
Outcome run_on_terminal(const std::vector<std::string>& words, const std::filesystem::path& folder) {
  int terminal = -1;
  const std::vector<char*> arguments = os::argument_pointers(words);
  const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (pid == 0) {
    if (::chdir(folder.c_str()) == 0) ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  const UniqueFd own(terminal);
  Outcome outcome;
  char bytes[4096];
  for (ssize_t got = 1; got > 0;) {  // EIO once the program has closed its end
    got = ::read(own.get(), bytes, sizeof bytes);
    if (got > 0) outcome.out.append(bytes, static_cast<std::size_t>(got));
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

TEST(CliExport, WritesAFileNamedAfterTheRecordingWhereStdoutIsATerminal) {
  const os::TempDir folder("/tmp", "glassdock-export-test.");
  const std::string recording = folder.path() / "first run.gdtrace";
  std::filesystem::create_directory(folder.path() / "here");
  {
    trace::RecordingWriter writer(os::real_system(), recording, trace::make_header("root", "docker run alpine"), {});
    trace::Event event;
    event.name = "cache.lookup";
    writer.append(event);
  }
  for (const auto& [format, name] : {std::pair{"html", "first run.html"}, {"perfetto", "first run.perfetto.json"}}) {
    const std::vector<std::string> command = {program, "export", recording, "--to", format};
    const std::filesystem::path file = folder.path() / "here" / name;
    Outcome outcome = run_on_terminal(command, folder.path() / "here");
    EXPECT_EQ(outcome.code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, StartsWith("Wrote " + std::string(name) + " ("));
    EXPECT_EQ(lines_of(outcome.out).size(), 1u) << outcome.out;
    EXPECT_EQ(os::read_file(file), run(command).out) << "a pipe gets the same";

    std::filesystem::resize_file(file, 0);
    outcome = run_on_terminal(command, folder.path() / "here");
    EXPECT_EQ(outcome.code, 125);
    EXPECT_THAT(outcome.out, HasSubstr(std::string(name) + " exists; without -o it is not overwritten"));
    EXPECT_EQ(std::filesystem::file_size(file), 0u);
  }
  EXPECT_EQ(run({program, "export", recording, "--to", "mp4"}).code, 2) << "a film goes to no pipe";
}

TEST(CliHelp, EachCommandSaysWhatItDoesAndGivesAnExample) {
  for (const char* command : {"watch", "gates", "events", "replay", "export", "doctor", "engine", "vm-race"}) {
    const Outcome asked = run({program, command, "--help"});
    EXPECT_EQ(asked.code, 0) << asked.err;
    EXPECT_EQ(asked.err, "");
    EXPECT_THAT(asked.out, AllOf(StartsWith("Usage:  glassdock " + std::string(command)), HasSubstr("\nExample:\n")));
    EXPECT_EQ(run({program, "help", command}).out, asked.out);
    EXPECT_EQ(run({program, command, "-h"}).out, asked.out);
  }
  EXPECT_EQ(run({program, "engine", "start", "--help"}).out, run({program, "engine", "--help"}).out);
  EXPECT_EQ(run({program, "help"}).out, run({program, "--help"}).out);
  EXPECT_EQ(run({program, "help", "docker", "run"}).out, run({program, "docker", "run", "--help"}).out);
  EXPECT_EQ(run({program, "help", "nosuch"}).code, 2);
}

TEST(CliErrors, NameTheCommandThatWasMeant) {
  const Outcome outcome = run({program, "dokcer", "run", "alpine"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err, "glassdock: there is no command \"dokcer\" (did you mean docker?)\n");
  EXPECT_THAT(run({program, "--exlpain", "gates"}).err, HasSubstr("(did you mean --explain?)"));
}

// What glassdock itself says; docker's words stay docker's.
TEST(CliErrors, SpeakKoreanWhereItIsChosen) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--nosuch"},
                                             {"nosuch"},
                                             {"--hold", "isolte", "gates"},
                                             {"--step", "--hold", "pull", "gates"},
                                             {"replay", "/no/such.gdtrace", "x"},
                                             {"replay", "/no/such"},
                                             {"replay", "/dev/null"},
                                             {"replay", program},
                                             {"export", "x"},
                                             {"engine", "dance"},
                                             {"dokcer", "x"},
                                             {"docker", "rnu", "x"},
                                             {"docker", "run", "--mem", "x"},
                                             {"docker", "run", "--explain", "x"}}) {
    std::vector<std::string> command = {program, "--language", "ko"};
    command.insert(command.end(), words.begin(), words.end());
    const Outcome outcome = run(command);
    EXPECT_NE(outcome.code, 0) << words[0];
    EXPECT_TRUE(has_hangul(outcome.err)) << outcome.err;
    EXPECT_FALSE(has_hangul(run({program, words[0], words.back()}).err));
  }
  EXPECT_FALSE(has_hangul(run({program, "--language", "ko", "docker", "run", "--nosuch"}).err));
}

TEST(CliErrors, SpeakTheLanguageOfTheEnvironmentWhereNoneIsGiven) {
  const std::string env = "/usr/bin/env";
  EXPECT_TRUE(has_hangul(run({env, "-u", "LC_ALL", "-u", "LC_MESSAGES", "LANG=ko_KR.UTF-8", program, "nosuch"}).err));
  EXPECT_TRUE(has_hangul(run({env, "LC_ALL=ko_KR.UTF-8", program, "help"}).out));
  EXPECT_FALSE(has_hangul(run({env, "LC_ALL=ko_KR.UTF-8", program, "--language", "en", "nosuch"}).err));
  EXPECT_FALSE(has_hangul(run({env, "LC_ALL=C", "LANG=ko_KR.UTF-8", program, "nosuch"}).err));
}

TEST(CliDoctor, NamesWhatAnOrdinaryUserLacks) {
  if (const char* why = tests::no_user_namespace()) GTEST_SKIP() << why;
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to forbid user namespaces in one of its own";
  const std::string reachable = (programs_for_others(program_path("")) / "glassdock").string();
  EXPECT_EQ(tests::run_in(tests::World::mapped_ids,
                          [&] {
                            const os::TempDir folder("/tmp", "glassdock-doctor-test.");
                            tests::detail::write_text("/proc/sys/user/max_user_namespaces", "0");
                            const Outcome outcome =
                                run({"/usr/bin/setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups",
                                     reachable, "--data", folder.path() / "data", "doctor"});
                            std::string wrong = wrong_with(outcome);
                            if (outcome.code != 1) wrong += "it finds nothing missing\n";
                            for (const char* words :
                                 {"missing  namespaces", "mend it with: sudo sysctl -w user.max_user_namespaces="}) {
                              if (outcome.out.find(words) == std::string::npos)
                                wrong += "does not say: " + std::string(words) + "\n";
                            }
                            if (!wrong.empty()) throw std::runtime_error(wrong + outcome.out);
                          }),
            "");
}

}  // namespace
}  // namespace glassdock::testing
