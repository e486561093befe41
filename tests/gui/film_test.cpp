// `glassdock export FILE --to mp4|gif`: a recording of the real engine becomes a film that other programs can play.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/comes_true.h"
#include "tests/support/places.h"
#include "tests/support/recorded_run.h"

namespace glassdock::testing {
namespace {

using ::testing::HasSubstr;

class Film : public RecordedRun {
 protected:
  void SetUp() override {
    RecordedRun::SetUp();
    if (run({"/usr/bin/which", "ffprobe"}).code != 0) GTEST_SKIP() << "ffmpeg is not installed";
  }
  static std::string film(const std::string& ending) { return home_->path() / ("film." + ending); }
  static Outcome make(const std::string& ending, std::vector<std::string> more) {
    more.insert(more.begin(), {"export", recording(), "--to", ending, "-o", film(ending), "--size", "801x481"});
    return home_->glassdock(more);
  }
  // "800,480,121": width, height, frames, all of which were decoded.
  static std::string decoded(const std::string& ending) {
    return run({"/usr/bin/ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries",
                "stream=width,height,nb_read_frames", "-of", "csv=p=0", film(ending)})
        .out;
  }
  // As it is told: "Wrote …: 121 frames, 4.0 s."
  static std::size_t frames(const Outcome& outcome) {
    const std::size_t at = outcome.err.find("): ");
    return at == std::string::npos ? 0 : std::stoul(outcome.err.substr(at + 3));
  }
};

TEST_F(Film, HasTheFramesThatItSaysAndHalfOfThemAtTwiceTheSpeed) {
  const Outcome slow = make("mp4", {"--fps", "10"});
  if (slow.err.find("EGL") != std::string::npos) GTEST_SKIP() << slow.err;
  ASSERT_EQ(slow.code, 0) << slow.err;
  EXPECT_GT(frames(slow), 30u);
  EXPECT_EQ(decoded("mp4"), "800,480," + std::to_string(frames(slow)) + "\n");
  const Outcome fast = make("mp4", {"--fps", "10", "--speed", "2"});
  ASSERT_EQ(fast.code, 0) << fast.err;
  constexpr double rest = 15;  // the last picture stands for a second and a half
  EXPECT_NEAR(static_cast<double>(frames(fast)) - rest, (static_cast<double>(frames(slow)) - rest) / 2, 1.5);
}

TEST_F(Film, IsAGifToo) {
  const Outcome outcome = make("gif", {"--fps", "5", "--theme", "light"});
  if (outcome.err.find("EGL") != std::string::npos) GTEST_SKIP() << outcome.err;
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(os::read_file(film("gif")).substr(0, 6), "GIF89a");
  // Frames that change nothing are not stored by a GIF file's encoder: their time goes to the one before.
  EXPECT_THAT(decoded("gif"), HasSubstr("800,480,"));
}

TEST_F(Film, ThatIsGivenUpLeavesNothing) {
  const os::TempDir folder(std::filesystem::temp_directory_path(), "glassdock-test.");
  const auto is_empty = [&] { return std::filesystem::is_empty(folder.path()); };
  Program making(
      home_->command({"export", recording(), "--to", "mp4", "--speed", "0.05", "-o", folder.path() / "f.mp4"}));
  const bool begun = comes_true([&] { return !is_empty(); });
  making.send_signal(SIGINT);
  const Outcome outcome = making.finish();
  if (outcome.err.find("EGL") != std::string::npos) GTEST_SKIP() << outcome.err;
  EXPECT_TRUE(begun);
  EXPECT_EQ(outcome.code, 128 + SIGINT) << outcome.err;
  EXPECT_TRUE(is_empty());
}

TEST_F(Film, SaysInOneLineWhatItCannotDo) {
  EXPECT_EQ(home_->glassdock({"export", recording(), "--to", "mp4"}).code, 2);
  EXPECT_EQ(home_->glassdock({"export", recording(), "--to", "html", "--speed", "2"}).code, 2);
  EXPECT_THAT(make("mp4", {"--speed", "0.001"}).err, HasSubstr("--speed"));
  const Outcome missing = run({"/usr/bin/env", "PATH=/nowhere", program_path("glassdock"), "export", recording(),
                               "--to", "mp4", "-o", film("none")});
  if (missing.err.find("EGL") != std::string::npos) GTEST_SKIP() << missing.err;
  EXPECT_NE(missing.code, 0);
  EXPECT_THAT(missing.err, HasSubstr("apt install ffmpeg"));
  EXPECT_FALSE(std::filesystem::exists(film("none")));
}

}  // namespace
}  // namespace glassdock::testing
