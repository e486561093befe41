// `glassdock replay FILE --picture`: a recording of the real engine becomes a PNG file, through both programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "tests/support/places.h"
#include "tests/support/recorded_run.h"

namespace glassdock::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class CliPicture : public RecordedRun {
 protected:
  static std::string picture() { return home_->path() / "picture.png"; }
  static Outcome draw(std::vector<std::string> words) {
    words.insert(words.begin(), {"replay", recording(), "--picture", picture()});
    return home_->glassdock(words);
  }
};

// "640x480", as the file's own header has it; what the file begins with where it is no PNG.
std::string size_of(const std::string& png) {
  if (png.size() < 24 || png.substr(1, 3) != "PNG") return png.substr(0, 24);
  auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i) value = value << 8 | static_cast<unsigned char>(png[i]);
    return std::to_string(value);
  };
  return number(16) + "x" + number(20);
}

TEST_F(CliPicture, DrawsOneMomentInTheSizeAskedFor) {
  Outcome end = draw({"--size", "640x480"});
  if (end.err.find("EGL") != std::string::npos) GTEST_SKIP() << end.err;
  ASSERT_EQ(end.code, 0) << end.err;
  std::string last = os::read_file(picture());
  EXPECT_EQ(size_of(last), "640x480");
  // Another moment and another theme are other pictures.
  ASSERT_EQ(draw({"--size", "640x480", "--at", "isolate"}).code, 0);
  EXPECT_NE(os::read_file(picture()), last);
  ASSERT_EQ(draw({"--size=640x480", "--theme=light"}).code, 0);
  EXPECT_NE(os::read_file(picture()), last);
  ASSERT_EQ(draw({"--size", "640x480"}).code, 0);
  EXPECT_EQ(os::read_file(picture()), last) << "the same moment is the same picture";
}

TEST_F(CliPicture, HasAPlaceForEveryStageAndForTheEnginesGates) {
  if (Outcome end = draw({}); end.err.find("EGL") != std::string::npos) GTEST_SKIP() << end.err;
  std::set<std::string> pictures;
  for (const char* at : {"request", "cache", "pull", "snapshot", "isolate", "run", "cache.lookup", "pull.blob",
                         "snapshot.unpack", "snapshot.prepare", "run.exec", "after:pull.blob", "after:isolate.clone"}) {
    const Outcome outcome = draw({"--size", "640x480", "--at", at});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    pictures.insert(os::read_file(picture()));
  }
  EXPECT_GE(pictures.size(), 11u) << "the end of a stage may be where a gate is: request and cache.lookup";
  const Outcome beyond = draw({"--at", "99999"});
  EXPECT_NE(beyond.code, 0);
  EXPECT_THAT(beyond.err, HasSubstr("there is no event 99999: the recording has "));
}

// The numbers that --at takes.
TEST_F(CliPicture, TheTextHasTheNumberOfEachEvent) {
  const Outcome replayed = home_->glassdock({"replay", recording()});
  EXPECT_EQ(replayed.code, 0) << replayed.err;
  EXPECT_TRUE(std::regex_search(replayed.out, std::regex("\n *[0-9]+ +[0-9.]+ ms +isolate +"))) << replayed.out;
}

TEST_F(CliPicture, RefusesInOneLineWhatItCannotDraw) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"--at", "no.such-gate"}, {"--at", "pull.commit-9"}, {"--size", "wide"}, {"--theme", "pink"}}) {
    Outcome outcome = draw(words);
    EXPECT_NE(outcome.code, 0) << words[1];
    EXPECT_THAT(outcome.err, HasSubstr(words[1]));
  }
  EXPECT_EQ(draw({"--size", "wide"}).code, 2);
  EXPECT_EQ(home_->glassdock({"replay", recording(), "--at", "run"}).code, 2);
}

TEST_F(CliPicture, SaysWhatIsMissingWithoutTheProgramThatDraws) {
  std::string alone = home_->path() / "glassdock";
  std::filesystem::copy_file(program_path("glassdock"), alone);
  Outcome outcome = run({alone, "replay", recording(), "--picture", picture()});
  EXPECT_NE(outcome.code, 0);
  EXPECT_THAT(outcome.err, AllOf(StartsWith("glassdock: "), HasSubstr((home_->path() / "glassdock-studio").string())));
}

}  // namespace
}  // namespace glassdock::testing
