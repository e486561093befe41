// Layers that cost far more than they weigh: refused in one line by a real engine, and nothing of them stays.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/base/text.h"
#include "tests/golden/real_engine.h"
#include "tests/support/faulty_registry.h"
#include "tests/support/sanitizers.h"
#include "tests/support/tar_builder.h"
#include "tests/support/test_image.h"

namespace glassdock::golden {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using tests::TarBuilder;

constexpr std::size_t small_bytes = 1024 * 1024;
constexpr std::size_t small_entries = 1000;

std::vector<std::string> small_limits() {
  return {"--max-layer-bytes", std::to_string(small_bytes), "--max-layer-entries", std::to_string(small_entries)};
}

std::string tar_of_files(std::size_t count) {
  TarBuilder tar;
  for (std::size_t i = 0; i < count; ++i) tar.add({.name = fmt::format("file{}", i)});
  return tar.finish();
}

// gzip members one after the other are one stream (RFC 1952, 2.2): a large one is made without ever being written out.
std::string gzip_of(const std::string& first, const std::string& again, std::size_t times) {
  std::string stream = tests::gzip(first);
  const std::string member = tests::gzip(again);
  for (std::size_t i = 0; i < times; ++i) stream += member;
  return stream;
}

class Bombs : public ::testing::Test {
 protected:
  // Runs `image` and expects one line that ends with `fault` and a hint.
  void expect_refused(const RealEngine& engine, const tests::TestImage& image, const std::string& fault) {
    registry_.add("a/bomb", "latest", image);
    const Traces before = engine.traces();
    const Outcome outcome = engine.docker({"run", "--rm", registry_.host() + "/a/bomb", "true"});
    EXPECT_EQ(outcome.code, 125);
    EXPECT_EQ(outcome.out, "");
    std::vector<std::string> errors;
    for (const std::string& line : split(outcome.err, '\n')) {
      if (starts_with(line, "docker: ")) errors.push_back(line);
    }
    ASSERT_EQ(errors.size(), 1u) << outcome.err;
    EXPECT_THAT(errors[0], HasSubstr("layer " + Digest::of(image.layers[0]).text() + ": " + fault + " ("));
    EXPECT_THAT(errors[0], MatchesRegex(".*use.* image.*\\)"));
    EXPECT_EQ(engine.docker({"images", "-q"}).out, "");
    EXPECT_EQ(engine.docker({"ps", "-aq"}).out, "");
    EXPECT_EQ(engine.differs_from(before), "");
    if (tests::memory_is_the_programs_own()) {
      EXPECT_LT(highest_memory_kib(engine.pid()), 64 * 1024) << "KiB were resident";
    }
  }
  static long highest_memory_kib(pid_t pid) {
    const std::string status = os::read_file(fmt::format("/proc/{}/status", pid));
    return std::atol(status.c_str() + status.find("VmHWM:") + 6);
  }

  tests::FaultyRegistry registry_;
};

TEST_F(Bombs, ALayerThatInflatesTooFarIsRefused) {
  const RealEngine engine(Owner::self, small_limits());
  const std::string tar = TarBuilder().file("large", std::string(8 * small_bytes, '\0')).finish();
  expect_refused(engine, tests::make_image({tar}), "it inflates to more than 1 MiB");
  // The archive is small and ends; what follows its end counts as well.
  const std::string small = TarBuilder().file("small").finish();
  expect_refused(engine,
                 tests::make_image_of({gzip_of(small, std::string(small_bytes, '\0'), 8)}, {Digest::of("never known")}),
                 "it inflates to more than 1 MiB");
}

TEST_F(Bombs, ALayerWithTooManyEntriesIsRefused) {
  const RealEngine engine(Owner::self, small_limits());
  expect_refused(engine, tests::make_image({tar_of_files(small_entries + 1)}), "it has more than 1000 entries");
}

TEST_F(Bombs, ALayerAtItsLimitsIsTaken) {
  const RealEngine engine(Owner::self, small_limits());
  std::string tar = tar_of_files(small_entries);
  tar.resize(small_bytes, '\0');
  registry_.add("a/large/one", "latest", tests::make_image({tar}));
  const Outcome pulled = engine.docker({"pull", "-q", registry_.host() + "/a/large/one"});
  EXPECT_EQ(pulled.code, 0) << pulled.err;
}

TEST_F(Bombs, TheLimitsOfEveryDayHoldToo) {
  if (!std::getenv("GLASSDOCK_LONG_TESTS")) {
    GTEST_SKIP() << "inflates 64 GiB, a minute or more: GLASSDOCK_LONG_TESTS=1 runs it";
  }
  const RealEngine engine;
  TarBuilder whiteouts;  // of one name: entries that cost the disk nothing
  constexpr std::size_t ten_million = 10'000'000, at_once = 50'000;
  for (std::size_t i = 0; i < at_once; ++i) whiteouts.file(".wh.gone", "");
  expect_refused(
      engine,
      tests::make_image_of({gzip_of("", whiteouts.unfinished(), ten_million / at_once)}, {Digest::of("never known")}),
      "it has more than 2000000 entries");
  constexpr std::size_t mib = 1024 * 1024;
  expect_refused(engine,
                 tests::make_image_of({gzip_of(TarBuilder().file("small").finish(), std::string(256 * mib, '\0'), 257)},
                                      {Digest::of("never known")}),
                 "it inflates to more than 65536 MiB");
}

}  // namespace
}  // namespace glassdock::golden
