#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/headless/doctor.h"
#include "app/headless/help.h"
#include "app/headless/options.h"
#include "app/headless/usage.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/trace/columns.h"

namespace glassdock::headless {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Options parse(std::vector<std::string> arguments) {
  return parse_options(arguments);
}

TEST(Options, EndAtTheCommand) {
  Options options = parse({"--explain", "--trace", "t.gdtrace", "docker", "run", "--rm", "--trace", "x"});
  EXPECT_TRUE(options.explain);
  EXPECT_EQ(options.trace_file, "t.gdtrace");
  EXPECT_THAT(options.words, ElementsAre("docker", "run", "--rm", "--trace", "x"));
}

TEST(Options, StepExplainsToo) {
  Options options = parse({"--step", "docker"});
  EXPECT_TRUE(options.explain);
  EXPECT_EQ(run_options(options).mode, client::RunMode::step);
  EXPECT_TRUE(options.watches());
}

TEST(Options, HoldTakesStagesAndGatesAndWhatIsBehindThem) {
  Options options = parse({"--hold", "pull", "--hold=after:cache.lookup", "docker"});
  EXPECT_THAT(options.holds, ElementsAre("pull", "after:cache.lookup"));
  EXPECT_EQ(run_options(options).mode, client::RunMode::hold);
  EXPECT_FALSE(options.explain);
}

TEST(Options, WatchNothingByThemselves) {
  Options options = parse({"--socket", "/s", "--data=/d", "docker", "ps"});
  EXPECT_FALSE(options.watches());
  EXPECT_EQ(options.place.socket, "/s");
  EXPECT_EQ(options.place.data, "/d");
  EXPECT_EQ(run_options(options).mode, client::RunMode::run);
}

TEST(Options, RefuseWhatTheyDoNotKnow) {
  for (std::vector<std::string> words : std::vector<std::vector<std::string>>{{"--nosuch"},
                                                                              {"--trace"},
                                                                              {"--trace", "docker", "run", "alpine"},
                                                                              {"--hold", "docker", "run", "alpine"},
                                                                              {"--hold", "isolte"},
                                                                              {"--hold", "after:"},
                                                                              {"--hold", "after:run.exec"},
                                                                              {"--hold", "after:isolate"},
                                                                              {"--step", "--hold", "pull"},
                                                                              {"--language", "fr"}}) {
    try {
      parse(words);
      FAIL() << words[0];
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), 2) << error.what();
      EXPECT_FALSE(error.hint().empty()) << error.what();
    }
  }
}

TEST(Options, SayTheLanguageWhateverElseIsWrong) {
  auto wished = [](std::vector<std::string> words) { return wished_language(words); };
  EXPECT_EQ(wished({"--nosuch", "--language", "ko"}), trace::Language::korean);
  EXPECT_EQ(wished({"--language=ko", "docker"}), trace::Language::korean);
  EXPECT_EQ(wished({"docker", "--language", "ko"}), trace::Language::english);
  EXPECT_EQ(wished({"--language"}), trace::Language::english);
}

TEST(HelpText, FitsTheTerminalInBothLanguages) {
  for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
    const std::string text = help_text(language, 80);
    for (const std::string& line : split(text, '\n')) EXPECT_LE(trace::columns(line), 80) << line;
    for (const char* word : {"docker …", "doctor", "--hold STAGE|GATE", "-h, --help", "GLASSDOCK_SOCKET"}) {
      EXPECT_THAT(text, HasSubstr(word));
    }
  }
}

TEST(HelpText, IsKoreanInEveryLineThatIsNoCommand) {
  for (const std::string& line : split(help_text(trace::Language::korean, 0), '\n')) {
    const bool name_alone = starts_with(line, "  replay FILE --") || starts_with(line, "  export ") ||
                            starts_with(line, "  engine ") || starts_with(line, "  lesson ") ||
                            starts_with(line, "  scenario ") || starts_with(line, "  vm-race ") ||
                            starts_with(line, "        glassdock") || ends_with(line, "COMMAND");
    const bool hangul =
        std::any_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xEA; });
    EXPECT_TRUE(line.empty() || name_alone || hangul) << line;
  }
}

TEST(HelpText, OfACommandHasItsOptionsAndAnExampleInBothLanguages) {
  const std::string replay = help_text(own_command("replay"), trace::Language::english, 80);
  for (const char* words : {"Usage:  glassdock replay FILE\n", "--at STAGE|GATE|EVENT", "--evidence",
                            "Example:\n  glassdock replay run.gdtrace --picture run.png --at isolate\n"}) {
    EXPECT_THAT(replay, HasSubstr(words));
  }
  for (const char* name : {"docker", "watch", "gates", "events", "replay", "export", "doctor", "engine", "vm-race",
                           "lesson", "scenario", "help"}) {
    const OwnCommand& command = own_command(name);
    for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
      const std::string text = help_text(command, language, 80);
      for (const std::string& line : split(text, '\n')) EXPECT_LE(trace::columns(line), 80) << line;
    }
    for (const text::Flag& flag : command.flags) {
      EXPECT_NE(in_language(flag.help, trace::Language::korean), flag.help);
    }
  }
}

TEST(Findings, AreALineEachAndBelowItWhatMendsThem) {
  std::vector<Finding> findings{{Health::good, "kernel", "Linux 6", ""},
                                {Health::broken, "namespaces", "no", "sudo x"}};
  EXPECT_EQ(findings_text(findings, {}),
            "ok       kernel           Linux 6\n"
            "missing  namespaces       no\n"
            "                          mend it with: sudo x\n");
  EXPECT_EQ(findings_text(findings, {.language = trace::Language::korean}),
            "정상     커널             Linux 6\n"
            "안 됨    네임스페이스     no\n"
            "                          고치는 법: sudo x\n");
}

TEST(Options, TheLanguageMayStandBehindACommandOfGlassdocksOwn) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"replay", "f", "--language", "ko", "--at", "run"},
        {"replay", "f", "--language=ko", "--at", "run"}}) {
    const Options options = parse_options(words);
    EXPECT_TRUE(options.language_given);
    EXPECT_EQ(options.language, trace::Language::korean);
    EXPECT_EQ(options.words, (std::vector<std::string>{"replay", "f", "--at", "run"}));
  }
  const std::vector<std::string> of_docker{"docker", "run", "alpine", "--language", "ko"};
  EXPECT_EQ(parse_options(of_docker).words, of_docker);
}

}  // namespace
}  // namespace glassdock::headless
