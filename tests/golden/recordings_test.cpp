// Recordings that cannot be read, or not whole: `glassdock replay` and `glassdock export` say so in one line, and what
// cannot be read leaves no file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "tests/golden/real_engine.h"
#include "tests/golden/refusal.h"

namespace glassdock::golden {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Damage {
  const char* name;
  std::string (*done)(std::string recording);
  Words says;
};

std::string replace(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  if (at == std::string::npos) throw std::runtime_error("the recording has no " + what);
  return text.replace(at, what.size(), by);
}

const Damage damages[] = {
    {"Empty", [](std::string) { return std::string(); }, {":1: the file is empty", "glassdock --trace FILE"}},
    {"CutInTheHeader",
     [](std::string text) { return text.substr(0, 60); },
     {":1: the recording's header is damaged or cut off", "record again"}},
    {"BrokenHeader",
     [](std::string text) { return replace(std::move(text), "\"kernel\":", "\"kernel\""); },
     {":1: the recording's header is damaged or cut off", "record again"}},
    {"NewerVersion",
     [](std::string text) { return replace(std::move(text), "\"version\":1", "\"version\":99"); },
     {":1: recording version 99 is newer", "update glassdock"}},
    {"NoSuchVersion",
     [](std::string text) { return replace(std::move(text), "\"version\":1", "\"version\":0"); },
     {":1: there is no recording version 0", "record again"}},
    {"NoRecording",
     [](std::string) { return std::string("#!/bin/sh\necho no recording\n"); },
     {":1: not a Glassdock recording", "glassdock --trace FILE"}},
    {"BrokenLine",
     [](std::string text) {
       const auto second = text.find('\n') + 1, third = text.find('\n', second) + 1;
       return text.replace(second, third - second, "{\"seq\":oh\n");
     },
     {":2: ", "record again"}},
};

// One real recording, and a folder with an engine's files in which it is spoilt.
class Recordings : public ::testing::TestWithParam<Damage> {
 protected:
  static void SetUpTestSuite() {
    engine_ = std::make_unique<RealEngine>();
    const std::string file = engine_->folder() / "whole.gdtrace";
    const Outcome outcome = engine_->glassdock({"--trace", file, "docker", "run", "--rm", "alpine", "true"});
    if (outcome.code != 0) throw std::runtime_error(outcome.err);
    whole_ = os::read_file(file);
  }
  static void TearDownTestSuite() { engine_.reset(); }
  static std::filesystem::path write(const std::string& recording) {
    const std::filesystem::path file = engine_->folder() / "one.gdtrace";
    std::ofstream(file, std::ios::binary) << recording;
    return file;
  }

  static std::unique_ptr<RealEngine> engine_;
  static std::string whole_;
};
std::unique_ptr<RealEngine> Recordings::engine_;
std::string Recordings::whole_;

TEST_P(Recordings, CannotBeRead) {
  const std::string file = write(GetParam().done(whole_));
  const std::string out = engine_->folder() / "out";
  for (const Words& words : {Words{"replay", file}, Words{"export", file, "--to", "html", "-o", out},
                             Words{"export", file, "--to", "perfetto", "-o", out}}) {
    EXPECT_EQ(refused(
                  *engine_, [&] { return engine_->glassdock(words); }, 125, GetParam().says),
              "")
        << words[0];
  }
}
INSTANTIATE_TEST_SUITE_P(Damaged, Recordings, ::testing::ValuesIn(damages),
                         [](const auto& one) { return std::string(one.param.name); });

// The recorder was killed: what it had written is shown, and one line tells of the rest.
using CutShort = Recordings;
TEST_F(CutShort, ShowsWhatIsThereAndSaysWhatIsNot) {
  const std::string file = write(whole_.substr(0, whole_.size() - 5));
  const Outcome replayed = engine_->glassdock({"replay", file});
  EXPECT_EQ(replayed.code, 0);
  EXPECT_THAT(replayed.out, HasSubstr("alpine"));
  ASSERT_EQ(complaints(replayed.err).size(), 1u) << replayed.err;
  EXPECT_THAT(replayed.err, HasSubstr("the last line is cut off"));

  const std::string out = engine_->folder() / "out";
  const Outcome exported = engine_->glassdock({"export", file, "--to", "html", "-o", out});
  EXPECT_EQ(exported.code, 0);
  EXPECT_THAT(exported.err, StartsWith(replayed.err)) << "then what was written";
  EXPECT_THAT(os::read_file(out), HasSubstr("</html>"));
  std::filesystem::remove(out);
}

using Whole = Recordings;
TEST_F(Whole, HasWhatTheHubDidForThisRun) {
  EXPECT_THAT(whole_,
              AllOf(HasSubstr("\"actor\":\"hub\""), HasSubstr("\"path\":\"/v2/library/alpine/manifests/latest\"")));
}

}  // namespace
}  // namespace glassdock::golden
