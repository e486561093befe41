// `glassdock vm-race` where nothing can be raced: what it says, and the races that were recorded elsewhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/places.h"
#include "tests/support/program.h"

namespace glassdock::testing {
namespace {

using ::testing::HasSubstr;

TEST(CliRace, RecordedOnesArePrintedWithoutAnEngine) {
  const EngineHome home;
  const Outcome outcome = home.glassdock({"--language", "en", "vm-race", "--recorded"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("*** Recorded 20"));
  EXPECT_THAT(outcome.out, HasSubstr("race-alpine-ls.gdtrace"));
  EXPECT_THAT(outcome.out, HasSubstr("first output"));
  EXPECT_EQ(home.glassdock({"vm-race", "--recorded", "--report", home.path() / "r.json"}).code, 2);
}

TEST(CliRace, WithoutQemuTheMessageNamesTheRecordedOnes) {
  const EngineHome home;
  const Outcome outcome = run({"/usr/bin/env", "PATH=/nowhere", program_path("glassdock"), "--language", "en", "--data",
                               home.path() / "data", "vm-race"});
  EXPECT_NE(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("there is no qemu-system-x86_64"));
  EXPECT_THAT(outcome.err, HasSubstr("glassdock vm-race --recorded shows one that was recorded"));
}

}  // namespace
}  // namespace glassdock::testing
