#include <gtest/gtest.h>

#include "app/text/docker_line.h"
#include "app/text/hints.h"
#include "app/text/korean.h"
#include "app/text/run_line.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

TEST(MeantName, IsWhatASlipLeavesOf) {
  const std::vector<std::string_view> names = {"docker", "watch", "doctor", "memory-swap", "memory", "rm", "ps"};
  EXPECT_EQ(meant_name("dokcer", names), "docker");
  EXPECT_EQ(meant_name("doctro", names), "doctor");
  EXPECT_EQ(meant_name("mem", names), "memory") << "the shortest that begins so";
  EXPECT_EQ(meant_name("me", names), "");
  EXPECT_EQ(meant_name("sp", names), "") << "of two letters none may be wrong";
  EXPECT_EQ(meant_name("kubectl", names), "");
}

TEST(EditDistance, ASwapIsOneSlip) {
  EXPECT_EQ(edit_distance("dokcer", "docker"), 1u);
  EXPECT_EQ(edit_distance("rnu", "run"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
}

std::string hint_of(std::vector<std::string> words) {
  try {
    parse_docker(words, {});
    return "no error";
  } catch (const Error& error) {
    return error.hint();
  }
}

TEST(Hints, NameTheFlagThatWasMeant) {
  EXPECT_EQ(hint_of({"run", "--mem", "64m", "alpine"}), "did you mean --memory (-m)?");
  EXPECT_EQ(hint_of({"run", "--read-olny", "alpine"}), "did you mean --read-only?");
  EXPECT_EQ(hint_of({"run", "--publsh", "80", "alpine"}), "") << "what this version refuses is no help";
  EXPECT_EQ(hint_of({"run", "--nosuch", "alpine"}), "");
  EXPECT_EQ(hint_of({"rnu", "alpine"}), "did you mean run?");
  EXPECT_EQ(hint_of({"dance"}), "");
}

TEST(Hints, SayWhatToTypeInstead) {
  const std::string no_network = "there are no networks yet, a container has lo only: leave it out";
  const std::string units = "a size is a number and b, k, m or g, as in 64m";
  EXPECT_EQ(hint_of({"run", "-p", "80:80", "alpine"}), no_network);
  EXPECT_EQ(hint_of({"run", "--gpus", "all", "alpine"}), "");
  EXPECT_EQ(hint_of({"run", "-m", "64q", "alpine"}), units);
  EXPECT_EQ(hint_of({"run", "--memm", "64m", "alpine"}), "did you mean --memory (-m)?");
  const std::string removal =
      hint_for_removal("a b",
                       "cannot remove container \"/a b\": container is running: stop the container before "
                       "removing or force remove");
  EXPECT_EQ(removal, "docker stop 'a b' ends it first; docker rm -f 'a b' ends and removes it");
  EXPECT_EQ(hint_for_removal("x", "No such container: x"), "");
  for (const std::string& hint : {no_network, units, removal}) EXPECT_NE(korean(hint), hint);
}

RunCommand run_of(std::vector<std::string> words) {
  words.insert(words.begin(), "run");
  return std::get<RunCommand>(parse_docker(words, {}));
}

constexpr std::string_view too_little = "Minimum memory limit allowed is 6MB";

TEST(Hints, ANumberAloneIsBytes) {
  EXPECT_EQ(hint_for_refusal(run_of({"-m", "4", "alpine"}), too_little),
            "a number alone is bytes: did you mean -m 4g? The least is -m 6m");
  EXPECT_EQ(hint_for_refusal(run_of({"-m", "64", "alpine"}), too_little),
            "a number alone is bytes: did you mean -m 64m, -m 64g? The least is -m 6m");
  EXPECT_EQ(hint_for_refusal(run_of({"-m", "5000000", "alpine"}), too_little),
            "a number alone is bytes: the least is -m 6m");
  EXPECT_EQ(hint_for_refusal(run_of({"-m", "4m", "alpine"}), too_little), "the least is -m 6m");
  EXPECT_EQ(hint_for_refusal(run_of({"-m", "4k", "alpine"}), too_little), "the least is -m 6m");
  EXPECT_EQ(hint_for_refusal(run_of({"-m", "4", "alpine"}), "no such image"), "");
}

TEST(Hints, QuotesMakeOneWordOfTwo) {
  const std::string refused = "exec: \"ls -l\": executable file not found in $PATH (the image has no such program)";
  EXPECT_EQ(hint_for_refusal(run_of({"alpine", "ls -l"}), refused),
            "the quotes made one word of 'ls -l': did you mean alpine ls -l, or alpine sh -c 'ls -l'?");
  EXPECT_EQ(hint_for_refusal(run_of({"alpine", "ls | wc"}), "exec: \"ls | wc\": executable file not found in $PATH"),
            "the quotes made one word of 'ls | wc': did you mean alpine sh -c 'ls | wc'?");
  EXPECT_EQ(hint_for_refusal(run_of({"alpine", "nosuch", "a b"}), "exec: \"nosuch\": executable file not found"), "");
  EXPECT_EQ(hint_for_refusal(run_of({"alpine"}), refused), "");
}

TEST(Hints, SpeakKorean) {
  const std::vector<RunCommand> runs = {run_of({"-m", "4", "alpine"}), run_of({"-m", "5000000", "alpine"})};
  for (const RunCommand& run : runs) {
    const std::string hint = hint_for_refusal(run, too_little);
    EXPECT_NE(korean(hint), hint);
  }
  EXPECT_EQ(korean("the quotes made one word of 'ls -l': did you mean alpine ls -l, or alpine sh -c 'ls -l'?"),
            "따옴표 때문에 한 낱말이 됐어요: 'ls -l'. 혹시 alpine ls -l, 아니면 alpine sh -c 'ls -l'?");
  EXPECT_EQ(korean("did you mean --memory (-m)?"), "혹시 --memory (-m)?");
}

}  // namespace
}  // namespace glassdock::text
