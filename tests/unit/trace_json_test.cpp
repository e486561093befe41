#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/base/error.h"
#include "engine/trace/json.h"

namespace glassdock::trace {
namespace {

Event full_event() {
  Event event;
  event.sequence = 58;
  event.time_ns = 7'654'321;
  event.span = 3;
  event.parent = 1;
  event.stage = Stage::pull;
  event.kind = Kind::end;
  event.actor = Actor::hub;
  event.pid = 4812;
  event.name = "pull.blob";
  event.subject = "sha256:1f9c";
  event.gate = "pull.blob";
  event.plain_command = "curl -s \"http://127.0.0.1/\" | sha256sum";
  event.arguments = {{"bytes", std::int64_t{1034716}},
                     {"ratio", 1.0},
                     {"tiny", 1e-300},
                     {"resumed", false},
                     {"media_type", std::string("application/\\x\n\t\x01")}};
  event.evidence = {{"GET /v2/", "", "HTTP/1.1 200 OK\r\n", "curl"}, {"", "before", "", ""}};
  event.source = {"engine/registry/pull.cpp", 96};
  return event;
}

std::string fault_of(std::string_view line) {
  try {
    from_json_line(line);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::corrupt);
    return error.message();
  }
  return "";
}

constexpr std::string_view least = R"({"n":1,"t":2,"stage":"run","kind":"instant","name":"x")";

TEST(TraceJson, EventComesBackAsItWas) {
  const std::string line = to_json_line(full_event());
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(from_json_line(line), full_event());
}

TEST(TraceJson, EmptyFieldsAreLeftOut) {
  Event event;
  event.name = "x";
  EXPECT_EQ(to_json_line(event), R"({"n":0,"t":0,"stage":"request","kind":"instant","actor":"daemon","name":"x"})");
}

TEST(TraceJson, ExtremeNumbersComeBack) {
  Event event = full_event();
  event.sequence = std::numeric_limits<std::uint64_t>::max();
  event.arguments = {{"low", std::numeric_limits<std::int64_t>::min()}, {"high", std::numeric_limits<double>::max()}};
  EXPECT_EQ(from_json_line(to_json_line(event)), event);
  event.arguments = {{"none", std::numeric_limits<double>::infinity()}};
  const Event back = from_json_line(to_json_line(event));
  EXPECT_TRUE(std::isnan(std::get<double>(back.arguments.at(0).value)));
}

TEST(TraceJson, BytesThatAreNotUtf8AreReplaced) {
  Event event = full_event();
  event.subject = "a\xFF\xC0\x80\xED\xA0\x80z\xF0\x9F\x98\x80\xE2\x82";
  const Event back = from_json_line(to_json_line(event));
  EXPECT_EQ(back.subject, "a\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDz\U0001F600\uFFFD\uFFFD");
  EXPECT_EQ(to_json_line(back), to_json_line(event));
}

TEST(TraceJson, EscapesAndSurrogatesAreRead) {
  const Event event = from_json_line(std::string(least) + R"(,"subject":"\u00e9\ud83d\ude00\ud800x\/\b"})");
  EXPECT_EQ(event.subject, "é\U0001F600\uFFFDx/\b");
}

TEST(TraceJson, UnknownKeysOfANewerWriterAreSkipped) {
  const Event event = from_json_line(std::string(least) + R"(,"later":{"a":[1,{"b":null}],"c":true},"pid":7} )");
  EXPECT_EQ(event.pid, 7);
}

TEST(TraceJson, DamagedLinesAreNamed) {
  EXPECT_THAT(fault_of(""), testing::HasSubstr("ends too early"));
  EXPECT_THAT(fault_of("{}"), testing::HasSubstr("missing"));
  EXPECT_THAT(fault_of("[1]"), testing::HasSubstr("'{' expected"));
  EXPECT_THAT(fault_of(std::string(least) + "} x"), testing::HasSubstr("more after the end"));
  EXPECT_THAT(fault_of(std::string(least) + ",}"), testing::HasSubstr("comma"));
  EXPECT_THAT(fault_of(std::string(least) + R"(,"pid":-4})"), testing::HasSubstr("pid"));
  EXPECT_THAT(fault_of(std::string(least) + R"(,"span":1e3})"), testing::HasSubstr("natural number"));
  EXPECT_THAT(fault_of(std::string(least) + R"(,"span":99999999999999999999})"), testing::HasSubstr("64 bits"));
  EXPECT_THAT(fault_of(std::string(least) + R"(,"args":{"x":1e999}})"), testing::HasSubstr("double"));
  EXPECT_THAT(fault_of(std::string(least) + R"(,"args":{"x":[1]}})"), testing::HasSubstr("number"));
  EXPECT_THAT(fault_of(std::string(least) + R"(,"subject":"\u12g4"})"), testing::HasSubstr("hexadecimal"));
  EXPECT_THAT(fault_of(std::string(least) + ",\"subject\":\"a\nb\"}"), testing::HasSubstr("control character"));
  EXPECT_THAT(fault_of(R"({"n":1,"t":2,"stage":"\u001b[2J","kind":"instant","name":"x"})"),
              testing::StrEq("unknown stage"));
  EXPECT_THAT(fault_of(R"({"n":1,"t":-2,"stage":"run","kind":"instant","name":"x"})"), testing::HasSubstr("time"));
}

TEST(TraceJson, EveryCutOfALineIsRefused) {
  const std::string line = to_json_line(full_event());
  for (std::size_t length = 0; length < line.size(); ++length) {
    EXPECT_THROW(from_json_line(std::string_view(line).substr(0, length)), Error) << length;
  }
}

TEST(TraceJson, NestingAndSizesAreBounded) {
  std::string deep = std::string(least) + ",\"x\":";
  for (int i = 0; i < 100'000; ++i) deep += '[';
  EXPECT_THAT(fault_of(deep), testing::HasSubstr("nested too deeply"));
  EXPECT_THAT(fault_of(std::string(json_line_limit + 1, ' ')), testing::HasSubstr("longer than"));
  std::string many = std::string(least) + ",\"args\":{";
  for (int i = 0; i < 5000; ++i) many += "\"a\":1,";
  EXPECT_THAT(fault_of(many), testing::HasSubstr("too many arguments"));
}

}  // namespace
}  // namespace glassdock::trace
