#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <sstream>

#include "engine/trace/columns.h"
#include "engine/trace/text_view.h"

namespace glassdock::trace {
namespace {

Event lookup(Kind kind, std::int64_t time_ns) {
  Event event;
  event.time_ns = time_ns;
  event.stage = Stage::cache;
  event.kind = kind;
  event.span = 4;
  event.name = "cache.lookup";
  event.subject = "alpine:latest";
  return event;
}

TEST(TextView, ALineHasTimeStageSentenceAndCommand) {
  Event event = lookup(Kind::begin, 1'500'000);
  event.plain_command = "ls\n| wc -l";
  EXPECT_EQ(describe(event, {.start_ns = 380'000}),
            "      1.120 ms  cache     The engine looks for alpine:latest in its local cache.\n"
            "                          $ ls\n"
            "                            | wc -l\n");
}

TEST(TextView, AnEndTellsTheLengthOfItsSpan) {
  TextView view({});
  EXPECT_THAT(view.add(lookup(Kind::begin, 1'000'000)), testing::StartsWith("      0.000 ms"));
  EXPECT_EQ(view.add(lookup(Kind::end, 1'090'000)),
            "      0.090 ms  cache     Cache miss: it is not here yet. (0.090 ms)\n");
  EXPECT_EQ(view.add(lookup(Kind::end, 1'100'000)), "      0.100 ms  cache     Cache miss: it is not here yet.\n");
}

TEST(TextView, TimesNeverRunBackwards) {
  TextView view({});
  view.add(lookup(Kind::begin, 1'000'000));
  view.add(lookup(Kind::instant, 3'000'000));
  EXPECT_THAT(view.add(lookup(Kind::end, 2'500'000)),
              testing::AllOf(testing::StartsWith("      2.000 ms"), testing::HasSubstr("(1.500 ms)")))
      << "told late: its line stands at the time of the line above, and its length is true";
  EXPECT_THAT(view.add(lookup(Kind::instant, 3'200'000)), testing::StartsWith("      2.200 ms"));
}

TEST(TextView, TheFirstEventAfterTheBaselineIsZero) {
  TextView view({});
  Event baseline;
  baseline.time_ns = 5'000'000;
  baseline.name = "baseline.engine";
  EXPECT_THAT(view.add(baseline), testing::StartsWith("      0.000 ms"));
  EXPECT_THAT(view.add(lookup(Kind::begin, 9'000'000)), testing::StartsWith("      0.000 ms"));
}

TEST(TextView, LongSentencesWrap) {
  std::istringstream lines(describe(lookup(Kind::begin, 0), {.width = 60}));
  std::string line;
  std::getline(lines, line);
  EXPECT_LE(line.size(), 60u);
  std::getline(lines, line);
  EXPECT_THAT(line, testing::StartsWith("                          "));
}

TEST(TextView, LongCommandsWrapAtBlanksBetweenWords) {
  const std::string long_word(50, 'x');
  Event event = lookup(Kind::begin, 0);
  event.plain_command = "mount -t overlay -o index=off overlay 'a b c d'\ncat " + long_word + " | wc";
  EXPECT_THAT(describe(event, {.width = 60}),
              testing::EndsWith("\n                          $ mount -t overlay -o index=off \\\n"
                                "                              overlay 'a b c d'\n"
                                "                            cat \\\n"
                                "                              " +
                                long_word +
                                " \\\n"
                                "                              | wc\n"));
  EXPECT_THAT(describe(event, {}),
              testing::EndsWith("                          $ mount -t overlay -o index=off overlay "
                                "'a b c d'\n                            cat " +
                                long_word + " | wc\n"));
}

std::string printed_by(const std::string& command) {
  std::string out;
  std::unique_ptr<FILE, int (*)(FILE*)> shell(::popen(command.c_str(), "r"), ::pclose);
  for (int c = std::getc(shell.get()); c != EOF; c = std::getc(shell.get())) out += static_cast<char>(c);
  return out;
}

// A shell reads a broken command as it reads the whole one.
TEST(WrappedCommand, IsNeverBrokenWithinQuotes) {
  const std::vector<std::string> commands = {
      "printf '%s\\n' 'it'\\''s  a  long  word' \"two  \\\"quoted\\\"  words\" three\\  \\ four\\\\ five",
      "printf '%s\\n' \"$(dirname \"/a  b/c\")\" \"$(dirname '/a\"  \"b/d  e')\" && [ -d / ] || { false; }",
      "printf '%s\\n' 'first  \n  line' second third fourth fifth sixth\necho next command of them all"};
  for (const std::string& whole : commands) {
    const std::string broken = wrapped_command(whole, 22, 0);
    EXPECT_NE(broken, whole);
    EXPECT_EQ(printed_by(broken), printed_by(whole)) << broken;
  }
}

TEST(TextView, ALengthIsNotTornFromItsUnit) {
  // "… (0.090" would end just before the edge.
  EXPECT_EQ(describe(lookup(Kind::end, 0), {.width = 66}, 90'000),
            "      0.000 ms  cache     Cache miss: it is not here yet.\n"
            "                          (0.090 ms)\n");
}

TEST(TextView, AnOperationWithoutACommandSaysWhy) {
  Event event = lookup(Kind::instant, 0);
  event.arguments = {{"remark", std::string("no command of a shell loads a seccomp filter here")}};
  EXPECT_THAT(describe(event, {.width = 60}),
              testing::HasSubstr("\n                          # no command of a shell loads a\n"
                                 "                          # seccomp filter here\n"));
}

TEST(TextView, TheFirstCommandThatNeedsEarlierOnesSaysSo) {
  const std::string order =
      "                          # Commands with ${ID:?} or ${R:?} are typed in their order, in one bash, from the "
      "step "
      "on that sets ID and R.\n";
  TextView view({});
  Event event = lookup(Kind::begin, 1'000'000);
  event.plain_command = "ls";
  EXPECT_THAT(view.add(event), testing::Not(testing::HasSubstr("in one bash")));
  event.plain_command = "mkdir ${R:?}/dev";
  EXPECT_THAT(view.add(event), testing::EndsWith("$ mkdir ${R:?}/dev\n" + order));
  EXPECT_THAT(view.add(event), testing::Not(testing::HasSubstr("in one bash"))) << "once";
}

TEST(TextView, NothingReachesTheTerminalAsAnEscape) {
  Event event = lookup(Kind::instant, 0);
  event.name = "unknown\x1b[2J";
  event.subject = "a\rb\x1b]0;title\x07";
  event.plain_command = "echo \x1b[31m";
  event.arguments = {{"k\x1b", std::string("\x9b")}};
  EXPECT_EQ(describe(event, {}).find_first_of("\x1b\r\x07"), std::string::npos);
}

TEST(TextView, ColourOnlyRepeatsWhatTheWordsSay) {
  const std::string plain = describe(lookup(Kind::begin, 0), {});
  std::string coloured = describe(lookup(Kind::begin, 0), {.colour = true});
  EXPECT_NE(coloured, plain);
  for (auto at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  EXPECT_EQ(coloured, plain);
}

TEST(StageTable, ShowsTheSixAlwaysAndTheOthersWhenTheyTookTime) {
  const std::vector<Event> events = {lookup(Kind::begin, 0), lookup(Kind::end, 90'000)};
  EXPECT_EQ(stage_table(summarize(events), {}),
            "1 Request              none                Not needed this time.\n"
            "2 Cache            0.090 ms  ############  The engine looks into its local cache.\n"
            "3 Pull                 none                Not needed this time.\n"
            "4 Snapshot             none                Not needed this time.\n"
            "5 Isolate              none                Not needed this time.\n"
            "6 Run                  none                Not needed this time.\n"
            "  All              0.090 ms\n");
  EXPECT_THAT(stage_table(summarize(events), {.language = Language::korean}),
              testing::HasSubstr("2 캐시             0.090 ms"));
}

TEST(StageTable, TellsWhatWasSkippedFromWhatWasNotReached) {
  std::vector<Event> events = {lookup(Kind::begin, 0), lookup(Kind::end, 90'000)};
  events.back().arguments = {{"failed", true}};
  EXPECT_THAT(stage_table(summarize(events), {}),
              testing::AllOf(testing::HasSubstr("1 Request              none                Not needed this time.\n"),
                             testing::HasSubstr("3 Pull                 none                Not reached.\n"),
                             testing::HasSubstr("6 Run                  none                Not reached.\n")));
  EXPECT_THAT(stage_table(summarize(events), {.language = Language::korean}),
              testing::HasSubstr("여기까지 오지 않았어요."));
}

TEST(StageTable, SaysWhyTheStagesAddUpToMoreThanAll) {
  const auto event = [](Kind kind, std::int64_t time_ns, Stage stage, std::uint64_t span, std::uint64_t parent) {
    Event made = lookup(kind, time_ns);
    made.stage = stage;
    made.span = span;
    made.parent = parent;
    return made;
  };
  std::vector<Event> events = {event(Kind::begin, 0, Stage::pull, 1, 0),
                               event(Kind::begin, 10'000'000, Stage::snapshot, 2, 1),
                               event(Kind::end, 40'000'000, Stage::snapshot, 2, 0),
                               event(Kind::begin, 45'000'000, Stage::lifecycle, 3, 0),  // too short to be told
                               event(Kind::end, 45'010'000, Stage::lifecycle, 3, 0),
                               event(Kind::end, 50'000'000, Stage::pull, 1, 0)};
  EXPECT_THAT(stage_table(summarize(events), {}),
              testing::EndsWith("  All             50.000 ms\n"
                                "  Pull and Snapshot ran side by side for 30.000 ms, which each of them counts.\n"));
  EXPECT_THAT(stage_table(summarize(events), {.language = Language::korean}),
              testing::HasSubstr("내려받기, 스냅샷: 나란히 돌아간 시간 30.000 ms."));
  events.erase(events.begin() + 1, events.begin() + 5);
  EXPECT_THAT(stage_table(summarize(events), {}), testing::Not(testing::HasSubstr("side by side")));
}

TEST(StageTable, FitsTheTerminal) {
  std::vector<Event> events = {lookup(Kind::begin, 0), lookup(Kind::end, 90'000'000)};
  events.back().arguments = {{"held_ns", std::int64_t{5'000'000}}};
  for (const Language language : {Language::english, Language::korean}) {
    std::istringstream lines(stage_table(summarize(events), {.width = 80, .language = language}));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), 80) << line;
  }
}

TEST(GateTable, NamesEachGate) {
  EXPECT_THAT(gate_table({}),
              testing::HasSubstr("\npull.blob                  engine    The layers' digests are known"));
}

}  // namespace
}  // namespace glassdock::trace
