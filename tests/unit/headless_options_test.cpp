#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/headless/doctor.h"
#include "app/headless/options.h"
#include "engine/base/error.h"

namespace glassdock::headless {
namespace {

using ::testing::ElementsAre;

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

TEST(Findings, AreOneLineEachWithWhatMendsThem) {
  std::vector<Finding> findings{{Health::good, "kernel", "Linux 6", ""},
                                {Health::broken, "namespaces", "no", "sudo x"}};
  EXPECT_EQ(findings_text(findings),
            "ok       kernel           Linux 6\n"
            "missing  namespaces       no; mend it with: sudo x\n");
}

}  // namespace
}  // namespace glassdock::headless
