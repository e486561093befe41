#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "engine/base/error.h"
#include "engine/trace/gates.h"
#include "engine/trace/utf8.h"
#include "engine/trace/words.h"

namespace glassdock::trace {
namespace {

Event event_named(std::string_view name, Kind kind = Kind::begin) {
  Event event;
  event.name = name;
  event.kind = kind;
  event.subject = "alpine:latest";
  return event;
}

TEST(Words, TableIsSortedUniqueAndComplete) {
  std::string_view before;
  for (const EventWords& words : event_words()) {
    EXPECT_LT(before, words.name);
    before = words.name;
    EXPECT_FALSE(words.english.empty()) << words.name;
    EXPECT_FALSE(words.korean.empty()) << words.name;
    EXPECT_EQ(words.english_end.empty(), words.korean_end.empty()) << words.name;
    EXPECT_NE(words.name.find('.'), std::string_view::npos) << words.name;
  }
}

// With and without every argument that the templates may name, in all kinds and both languages.
TEST(Words, EveryTemplateFillsAndKeepsTheRules) {
  const std::vector<Argument> all = {{"state", std::string("running")},
                                     {"version", std::string("0.1.0")},
                                     {"object", std::string("/srv")},
                                     {"exit_code", std::int64_t{1}},
                                     {"held_ns", std::int64_t{5}},
                                     {"status", std::int64_t{200}},
                                     {"bytes", std::int64_t{1034716}},
                                     {"size", std::int64_t{5}},
                                     {"digest", std::string("sha256:") + std::string(64, 'a')},
                                     {"layers", std::int64_t{2}},
                                     {"files", std::int64_t{4}},
                                     {"count", std::int64_t{3}},
                                     {"registry", std::string("hub")}};
  for (const EventWords& words : event_words()) {
    for (const Kind kind : {Kind::begin, Kind::end, Kind::instant}) {
      for (const bool full : {false, true}) {
        Event event = event_named(words.name, kind);
        if (full) event.arguments = all;
        for (const Language language : {Language::english, Language::korean}) {
          const std::string text = sentence(event, language);
          EXPECT_EQ(text.find_first_of("{}|"), std::string::npos) << text;
          EXPECT_EQ(text.find('!'), std::string::npos) << text;
          EXPECT_EQ(text.find("  "), std::string::npos) << text;
        }
        // Visual language: at most 14 words a sentence.
        std::istringstream english(sentence(event));
        std::string word;
        int count = 0;
        while (english >> word) {
          EXPECT_LE(++count, 14) << sentence(event);
          if (word.back() == '.') count = 0;
        }
      }
    }
  }
}

TEST(Words, AnEndSaysTheOutcomeAndAPointSaysBoth) {
  Event event = event_named("cache.lookup");
  EXPECT_EQ(sentence(event), "The engine looks for alpine:latest in its local cache.");
  event.kind = Kind::end;
  EXPECT_EQ(sentence(event), "Cache miss: it is not here yet.");
  event.arguments = {{"result", std::string("hit")}};
  EXPECT_EQ(sentence(event), "Cache hit: it is here already.");
  EXPECT_EQ(sentence(event, Language::korean), "캐시 적중(cache hit): 이미 있어요.");
  event.kind = Kind::instant;
  EXPECT_EQ(sentence(event), "The engine looks for alpine:latest in its local cache. Cache hit: it is here already.");
}

TEST(Words, AFailureNeverClaimsSuccess) {
  Event event = event_named("pull.blob", Kind::end);
  event.arguments = {{"bytes", std::int64_t{5}}, {"failed", true}};
  EXPECT_EQ(sentence(event), "It failed.");
  event.arguments.push_back({"error", std::string("cut off\x1b[2J")});
  EXPECT_EQ(sentence(event), "It failed: cut off\\x1b[2J");
  EXPECT_EQ(sentence(event, Language::korean), "실패했어요: cut off\\x1b[2J");
  event.kind = Kind::instant;
  EXPECT_THAT(sentence(event), testing::StartsWith("Layer alpine:latest is coming"));
}

TEST(Words, AnUnknownNameIsToldFromItsParts) {
  Event event = event_named("vm.boot");
  event.subject = std::string(64, 'b');
  event.arguments = {{"accel", std::string("tcg")}, {"duration_ns", std::int64_t{5}}};
  EXPECT_EQ(sentence(event), "vm.boot bbbbbbbbbbbb accel=tcg");
}

TEST(Words, TextsOfAnEventAreNeverTemplates) {
  Event event = event_named("pull.manifest");
  event.subject = "{registry?{bytes:bytes}|";
  EXPECT_THAT(sentence(event), testing::HasSubstr("{registry?{bytes:bytes}|"));
}

TEST(Words, ANumberedOperationHasTheWordsOfItsKind) {
  EXPECT_EQ(sentence(event_named("isolate.volume-2")), "A folder of the host appears in the container.");
  EXPECT_EQ(find_words("isolate.volume-x"), nullptr);
  EXPECT_TRUE(holds_at("isolate.volume", "isolate.volume-2"));
  EXPECT_FALSE(holds_at("isolate.volume-2", "isolate.volume-3"));
}

TEST(Words, HeldNamesGateAndProcess) {
  Event event = event_named("gate.held", Kind::instant);
  event.gate = "isolate.proc";
  event.pid = 48121;
  EXPECT_EQ(sentence(event), "Held before isolate.proc. It really waits here (process 48121).");
  // The daemon tells for another process: the arguments say which.
  event.gate.clear();
  event.arguments = {{"gate", std::string("run.exec")}, {"pid", std::int64_t{5}}};
  event.arguments.push_back({"waits", std::string("child")});
  EXPECT_EQ(sentence(event), "Held before run.exec. The container's process really waits here (process 5).");
  event.arguments.back().value = std::string("monitor");
  EXPECT_EQ(sentence(event), "Held before run.exec. The container's monitor really waits here (process 5).");
  event.arguments.back().value = std::string("daemon");
  EXPECT_EQ(sentence(event), "Held before run.exec. The engine itself really waits here (process 5).");
  EXPECT_EQ(sentence(event, Language::korean),
            "run.exec 바로 앞에서 멈췄어요. 엔진이 직접 정말 여기서 기다려요(프로세스 5).");
}

TEST(Words, DigestsWithinAnAddressAreCut) {
  Event event = event_named("pull.http", Kind::instant);
  event.subject = "http://h/v2/a/blobs/sha256:" + std::string(64, 'e');
  EXPECT_THAT(sentence(event), testing::EndsWith("GET http://h/v2/a/blobs/sha256:eeeeeeeeeeee…"));
  event.subject = "http://h/v2/" + std::string(63, 'e') + "/x";
  EXPECT_THAT(sentence(event), testing::EndsWith("GET " + event.subject));
}

// What holds or opens a run, what was there before, and what was lost: nothing that anybody does by hand.
bool is_of_the_watching(std::string_view name) {
  return name.substr(0, 6) == "trace." || name.substr(0, 5) == "gate." || name.substr(0, 9) == "baseline.";
}

TEST(Remarks, StandForEventsOfTheTableAndForAllThatHaveNoCommand) {
  for (const RemarkWords& row : remark_words()) {
    EXPECT_NE(find_words(row.name), nullptr) << row.name;
    EXPECT_FALSE(row.english.empty() || row.korean.empty()) << row.name;
  }
  // Those of the start plan have one or the other (unit_plan); of the rest these have a command.
  const std::set<std::string_view> with_command = {"cache.lookup",     "container.pause",   "container.remove",
                                                   "container.signal", "container.unpause", "pull.http",
                                                   "snapshot.prepare"};
  for (const EventWords& words : event_words()) {
    const bool of_plan = find_gate(words.name) && find_gate(words.name)->waits != Actor::daemon;
    if (of_plan || words.name.substr(0, 10) == "lifecycle." || is_of_the_watching(words.name)) continue;
    const RemarkWords* row = find_remark(words.name);
    EXPECT_EQ(row && row->when == RemarkWords::When::always, with_command.count(words.name) == 0) << words.name;
  }
}

TEST(Remarks, AreSaidOnceAndInBothLanguages) {
  Event event = event_named("container.create");
  EXPECT_EQ(remark(event), "By hand nobody keeps a list of containers.");
  EXPECT_EQ(remark(event, Language::korean), "손으로 할 때는 아무도 컨테이너 목록을 적지 않아요.");
  event.kind = Kind::end;
  EXPECT_EQ(remark(event), "");
  // Whether it holds on this machine is for the event to say.
  event = event_named("isolate.pivot", Kind::instant);
  EXPECT_EQ(remark(event), "");
  event.arguments = {{"remark", std::string(find_remark("isolate.pivot")->english)}};
  EXPECT_THAT(remark(event), testing::StartsWith("pivot_root(2) lets go of the old root"));
  EXPECT_THAT(remark(event, Language::korean), testing::HasSubstr("옛 루트를 놓아요"));
  event.name = "later.event";
  event.arguments = {{"remark", std::string("of a newer engine\x1b[2J")}};
  EXPECT_EQ(remark(event, Language::korean), "of a newer engine\\x1b[2J");
}

TEST(Phrases, TakeTheirValuesAsTheyAre) {
  EXPECT_EQ(words_with(Phrase::engine_started, Language::english, {"/a{}", "/b"}),
            "No engine was running. Started one: data in /a{}, socket /b");
  EXPECT_EQ(words_of(Phrase::not_reached, Language::korean), "여기까지 오지 않았어요.");
}

TEST(Words, FiguresReadAsInThePictures) {
  EXPECT_EQ(duration_text(3'100'000), "3.100 ms");
  EXPECT_EQ(duration_text(499), "0.000 ms");
  EXPECT_EQ(duration_text(500), "0.001 ms");
  EXPECT_EQ(duration_text(999'999'499), "999.999 ms");
  EXPECT_EQ(duration_text(999'999'500), "1.00 s");
  EXPECT_EQ(duration_text(3'415'000'000), "3.42 s");
  EXPECT_EQ(duration_text(12'345'678'901), "12.35 s");
  EXPECT_EQ(duration_text(-3'415'000'000), "-3.42 s");
  EXPECT_EQ(duration_text(-1'500'000), "-1.500 ms");
  EXPECT_EQ(duration_text(INT64_MIN), "-9223372036.85 s");
  EXPECT_EQ(milliseconds_text(12'345'678'901), "12345.679 ms");
  EXPECT_EQ(bytes_text(674), "674 B");
  EXPECT_EQ(bytes_text(1034716), "1.03 MB");
  EXPECT_EQ(bytes_text(999'999), "1.00 MB");
  EXPECT_EQ(bytes_text(64 * 1024 * 1024), "67.1 MB");
  EXPECT_EQ(bytes_text(INT64_MAX), "9.22 EB");
}

TEST(Words, WhatCannotBeTrustedBecomesVisible) {
  EXPECT_EQ(visible("a\x1b[31m\x7f\tb\n"), "a\\x1b[31m\\x7f\\x09b\\x0a");
  EXPECT_EQ(visible("a\nb", LineFeeds::keep), "a\nb");
  EXPECT_EQ(visible("\xC2\x9B"
                    "31m \xE2\x80\xAE gnp.exe \xE2\x81\xA6"),
            "\\x9b31m \\u202e gnp.exe \\u2066");
  EXPECT_EQ(visible("한글 é \xFF"), "한글 é \uFFFD");
}

TEST(Words, TabsOfWhatWasReadAreBlanks) {
  EXPECT_EQ(visible(tabs_as_blanks("Uid:\t0\t0\x1b")), "Uid: 0 0\\x1b");
}

TEST(Gates, NamesAreUniqueAndTellWhatStands) {
  std::set<std::string_view> names;
  for (const Gate& gate : gates()) {
    EXPECT_TRUE(names.insert(gate.name).second) << gate.name;
    EXPECT_TRUE(gate.waits == Actor::daemon || gate.waits == Actor::child || gate.waits == Actor::monitor);
    EXPECT_FALSE(gate.standing.empty());
    EXPECT_FALSE(gate.standing_korean.empty());
    EXPECT_NE(find_words(gate.name), nullptr) << gate.name << " has no words";
  }
}

TEST(Gates, AWishIsAGateOrAStage) {
  EXPECT_TRUE(holds_at("pull.blob", "pull.blob"));
  EXPECT_TRUE(holds_at("pull", "pull.blob"));
  EXPECT_FALSE(holds_at("pull", "cache.lookup"));
  EXPECT_NO_THROW(check_hold("pull"));
  EXPECT_NO_THROW(check_hold("cache.lookup"));
  EXPECT_NO_THROW(check_hold("isolate.volume-2"));
  EXPECT_NO_THROW(check_hold(each_request));
  EXPECT_TRUE(holds_at(each_request, "cache.lookup")) << "whichever comes first";
  try {
    check_hold("pul.blob");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(error.what(), testing::HasSubstr("did you mean pull.blob?"));
  }
}

std::string refusal_of_hold(std::string_view wish) {
  try {
    check_hold(wish);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(Gates, AWishThatIsNoneIsRefusedWithWhatWasMeant) {
  const auto meant = [](std::string_view gate) { return fmt::format("(did you mean {}? ", gate); };
  EXPECT_THAT(refusal_of_hold("exec"), testing::HasSubstr(meant("run.exec"))) << "the part behind the dot";
  EXPECT_THAT(refusal_of_hold("lookpu"), testing::HasSubstr(meant("cache.lookup")));
  EXPECT_THAT(refusal_of_hold("isoalte"), testing::HasSubstr(meant("isolate")));
  EXPECT_EQ(refusal_of_hold("dinner"), "there is no gate or stage \"dinner\" (glassdock gates lists them)");
}

TEST(Gates, AStageWithoutAGateIsToldApartFromNone) {
  EXPECT_EQ(refusal_of_hold("network"),
            "stage \"network\" has no gate (the first gate is cache.lookup; glassdock gates lists them)");
  EXPECT_THAT(refusal_of_hold("after:exec.exec"), testing::StartsWith("nothing of the engine is left "));
}

TEST(Gates, APlaceIsAheadWhereTheRunMayStillComeToIt) {
  const std::string_view start = "isolate.clone isolate.volume isolate.volume-2 isolate.pivot run.exec";
  EXPECT_TRUE(is_ahead("run.exec", "isolate.clone", start));
  EXPECT_FALSE(is_ahead("isolate.clone", "isolate.clone", start));
  EXPECT_FALSE(is_ahead("cache.lookup", "isolate.clone", start));
  EXPECT_FALSE(is_ahead("isolate.tmpfs", "isolate.clone", start)) << "this start has none";
  EXPECT_TRUE(is_ahead("isolate.tmpfs", "cache.lookup", ""));
  EXPECT_TRUE(is_ahead("isolate.volume-2", "isolate.volume", start));
  EXPECT_TRUE(is_ahead("pull.blob", "pull.blob", "")) << "another layer";
  EXPECT_TRUE(is_ahead("after:isolate.clone", "isolate.clone", start));
  EXPECT_FALSE(is_ahead("after:isolate.clone", "isolate.pivot", start));
  EXPECT_TRUE(is_ahead("run", "isolate.clone", start));
  EXPECT_FALSE(is_ahead("pull", "isolate.clone", start));
  EXPECT_FALSE(is_ahead("run", "run.exec", start));
}

TEST(Gates, AWishIsUsedUpWhereItHolds) {
  EXPECT_TRUE(has_held("after:isolate.clone", "isolate.descriptors"));
  EXPECT_FALSE(has_held("after:isolate.clone", "isolate.clone"));
  EXPECT_FALSE(has_held("after:isolate.pivot", "isolate.clone"));
  EXPECT_TRUE(has_held("after:isolate.volume", "isolate.volume-2"));
  EXPECT_TRUE(has_held("isolate.volume", "isolate.volume-2"));
  EXPECT_FALSE(has_held("isolate.clone", "isolate.descriptors"));
}

TEST(Gates, WhatNeverHeldSaysWhy) {
  using testing::HasSubstr;
  const auto said = [](std::string_view wish, std::string_view operations = "isolate.clone isolate.proc run.exec") {
    return never_held_sentence(wish, operations, Language::english);
  };
  EXPECT_THAT(said("isolate.volume"), HasSubstr("no such operation. It is there with docker run -v."));
  EXPECT_THAT(said("after:isolate.tmpfs"), HasSubstr("docker run --tmpfs."));
  EXPECT_THAT(said("isolate.set-user"), HasSubstr("no such operation. glassdock gates"));
  for (const char* wish : {"pull", "pull.blob", "snapshot.unpack"}) {
    EXPECT_THAT(said(wish), HasSubstr("an image that is not here yet"));
  }
  EXPECT_THAT(said("isolate.volume-3", "isolate.volume isolate.volume-2"), HasSubstr("did not come there"));
  EXPECT_THAT(said("isolate.volume", ""), HasSubstr("did not come there")) << "nothing was started";
  EXPECT_THAT(said("run"), HasSubstr("did not come there"));
}

TEST(Words, TheEnvironmentChoosesTheLanguage) {
  const auto chosen = [](std::map<std::string, const char*> variables) {
    return environment_language([&](const char* name) { return variables.contains(name) ? variables[name] : nullptr; });
  };
  EXPECT_EQ(chosen({{"LANG", "ko_KR.UTF-8"}}), Language::korean);
  EXPECT_EQ(chosen({{"LANG", "en_US.UTF-8"}, {"LC_MESSAGES", "ko"}}), Language::korean);
  EXPECT_EQ(chosen({{"LANG", "ko_KR.UTF-8"}, {"LC_ALL", "C.UTF-8"}}), Language::english);
  EXPECT_EQ(chosen({{"LANG", "ko_KR.UTF-8"}, {"LC_ALL", ""}}), Language::korean);
  EXPECT_EQ(chosen({{"LANG", "kok_IN"}}), Language::english) << "Konkani";
  EXPECT_EQ(chosen({}), Language::english);
}

TEST(Words, PlacesOfEvidenceAreWordsOfTheLanguage) {
  Evidence evidence{"the request as it came on the socket", "", "GET /", ""};
  EXPECT_EQ(source_words(evidence, Language::english), evidence.source);
  EXPECT_EQ(source_words(evidence, Language::korean), "소켓으로 온 요청 그대로");
  evidence.source = "/proc/7/status\x1b";
  EXPECT_EQ(source_words(evidence, Language::korean), "/proc/7/status\\x1b");
}

}  // namespace
}  // namespace glassdock::trace
