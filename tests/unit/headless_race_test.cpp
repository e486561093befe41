// A race in words: from the engine's lines to a table, a page and a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "app/headless/race_recorded.h"
#include "app/headless/race_text.h"
#include "app/text/figures.h"
#include "engine/base/error.h"
#include "tests/support/places.h"

namespace glassdock::headless {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> lines{
    R"({"ready":{"image":"alpine","command":"ls <b>","accelerator":{"name":"TCG","reason":"there is no /dev/kvm"},"kernel_release":"6.1","host_release":"6.18","layers_bytes":2000000,"root_bytes":3000000,"kernel_bytes":10000000,"qemu_bytes":7000000,"kernel_ns":1000000,"root_ns":2000000}})",
    R"({"run":{"lane":"container","number":1,"milestones":[{"name":"output","ns":5000000},{"name":"exit","ns":9000000}],"exit_code":0}})",
    R"({"run":{"lane":"vm","number":1,"milestones":[{"name":"output","ns":1250000000}],"fault":"the guest's kernel gave up: x","left_out":[{"name":"exit","why":"the machine did not get there"}],"peak_bytes":200000000}})",
    R"({"standing":{"lane":"container","command":"sleep 9","proportional_bytes":2000000,"command_is_seen":true,"host_lines":["PID","7 sleep 9"]}})",
    R"({"standing":{"lane":"vm","command":"sleep 9","proportional_bytes":200000000,"command_is_seen":false}})",
    R"({"density":{"lane":"vm","count":2,"last_start_ns":2000000000,"proportional_bytes":300000000}})",
    R"({"later":{"unknown":1}})",
    R"({"summary":{"lane":"container","milestones":[{"name":"output","count":5,"median":5000000,"lower_quartile":4000000,"upper_quartile":6000000}]}})",
    R"({"summary":{"lane":"vm","milestones":[{"name":"output","count":5,"median":1250000000,"lower_quartile":1200000000,"upper_quartile":1300000000}],"memory_each_bytes":150000000,"extrapolated_fit":170}})",
};

client::RaceReport report() {
  client::RaceReport all;
  for (const std::string& line : lines) take_race_line(all, line);
  return all;
}

TEST(RaceText, ComparesSideBySide) {
  const std::string text = race_text(report(), trace::Language::english);
  EXPECT_THAT(text, HasSubstr("accelerator: *** TCG *** (there is no /dev/kvm)"));
  EXPECT_THAT(text, HasSubstr("first output"));
  EXPECT_THAT(text, HasSubstr("5.00 ms (4.00 ms - 6.00 ms)"));
  EXPECT_THAT(text, HasSubstr("1.25 s (1.20 s - 1.30 s)"));
  EXPECT_THAT(text, HasSubstr("250x"));
  EXPECT_THAT(text, HasSubstr("some 170 in this machine's memory (EXTRAPOLATED, not tried)"));
  EXPECT_THAT(text, HasSubstr("virtual machine 1: the guest's kernel gave up: x"));
  EXPECT_THAT(text, HasSubstr("virtual machine: exit left out: the machine did not get there"));
}

TEST(RaceText, SpeaksKorean) {
  const std::string text = race_text(report(), trace::Language::korean);
  EXPECT_THAT(text, HasSubstr("첫 출력"));
  EXPECT_THAT(text, HasSubstr("가상 머신"));
  EXPECT_THAT(text, Not(HasSubstr("first output")));
  EXPECT_THAT(text, Not(HasSubstr(" the median")));
}

TEST(RaceText, OfNothingIsNoCrash) {
  EXPECT_NE(race_text({}, trace::Language::english), "");
  EXPECT_NE(race_html({}, trace::Language::korean), "");
}

TEST(RaceText, PageHasNoMarkupOfTheRaces) {
  const std::string page = race_html(report(), trace::Language::english);
  EXPECT_THAT(page, HasSubstr("ls &lt;b&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("ls <b>")));
}

TEST(RaceText, TimesHaveThreeDigitsThatCount) {
  EXPECT_EQ(text::brief_time(1'234'567), "1.23 ms");
  EXPECT_EQ(text::brief_time(12'345'678), "12.3 ms");
  EXPECT_EQ(text::brief_time(123'456'789), "123 ms");
  EXPECT_EQ(text::brief_time(1'234'567'890), "1.23 s");
}

TEST(RaceRecorded, ComesToTheSameTable) {
  const std::vector<trace::ShippedRecording> all = trace::find_recordings(source_path("recordings"));
  const auto race = std::find_if(all.begin(), all.end(), [](const trace::ShippedRecording& one) {
    return one.file.filename() == "race-alpine-ls.gdtrace";
  });
  ASSERT_NE(race, all.end());
  EXPECT_EQ(race->accelerator, "TCG");
  const client::RaceReport report = recorded_report(trace::Recording(race->file));
  EXPECT_EQ(report.ready.command, "ls /");
  EXPECT_EQ(report.runs.size(), 12u) << "a cold one and five of each lane";
  ASSERT_TRUE(report.summary(client::Lane::vm));
  EXPECT_EQ(report.summary(client::Lane::vm)->find("exit")->count, 5);
  const std::string text = race_text(report, trace::Language::english);
  EXPECT_THAT(text, HasSubstr("accelerator: *** TCG ***"));
  EXPECT_THAT(text, HasSubstr("the median of 5 runs"));
  EXPECT_THAT(text, HasSubstr("qemu-system-x86"));
  EXPECT_THAT(recorded_words(*race, trace::Language::english), HasSubstr("*** Recorded 20"));
  EXPECT_THAT(recorded_words(*race, trace::Language::english), HasSubstr(" with TCG ***"));
  EXPECT_THAT(recorded_words(*race, trace::Language::korean), HasSubstr("기록(TCG)"));
}

TEST(RaceLines, AnErrorIsThrownAndADamagedLineRefused) {
  client::RaceReport all;
  try {
    take_race_line(all, R"({"error":{"message":"no room","hint":"make some"}})");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "no room (make some)");
  }
  for (const char* line : {"", "{", "[]", "{}", R"({"a":1,"b":2})", R"({"run":{"number":"x"}})", R"({"run":7})"}) {
    EXPECT_THROW(take_race_line(all, line), Error) << line;
  }
}

TEST(RaceLines, BecomeOneFile) {
  const auto file = nlohmann::json::parse(client::race_json("now", lines));
  EXPECT_EQ(file["made"], "now");
  EXPECT_EQ(file["ready"]["image"], "alpine");
  EXPECT_EQ(file["run"].size(), 2u);
  EXPECT_EQ(file["summary"].size(), 2u);
}

}  // namespace
}  // namespace glassdock::headless
