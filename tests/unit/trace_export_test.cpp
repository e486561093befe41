#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <regex>

#include "engine/trace/export.h"

namespace glassdock::trace {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

Event make(std::int64_t time_us, Kind kind, std::uint64_t span, std::uint64_t parent, Stage stage = Stage::pull) {
  Event event;
  event.time_ns = time_us * 1000;
  event.kind = kind;
  event.span = span;
  event.parent = parent;
  event.stage = stage;
  event.pid = 100;
  event.name = "pull.blob";
  return event;
}

// A request in which two blobs come side by side, then a child that does one operation.
std::vector<Event> run() {
  std::vector<Event> events = {make(0, Kind::begin, 1, 0, Stage::request),
                               make(10, Kind::begin, 2, 1),
                               make(20, Kind::begin, 3, 1),
                               make(50, Kind::end, 2, 1),
                               make(60, Kind::end, 3, 1),
                               make(90, Kind::instant, 1, 0, Stage::isolate),
                               make(95, Kind::instant, 1, 0, Stage::isolate),
                               make(100, Kind::end, 1, 0, Stage::request),
                               make(110, Kind::begin, 9, 0, Stage::run)};
  events[0].name = "request.received";
  events[0].subject = "POST /containers/create";
  events[0].arguments = {{"env", std::string("KEY=word")}};
  events[5].actor = Actor::child;
  events[5].pid = 200;
  events[5].name = "isolate.mount";
  events[5].arguments = {{"duration_ns", std::int64_t{15'500}}};
  events[5].plain_command = "mount -t proc proc /proc";
  events[5].evidence = {{"/proc/200/mountinfo", "old", "<script>alert(1)</script>\x1b[2J\tend", "findmnt -N 200"}};
  events[6].actor = Actor::child;
  events[6].pid = 200;
  events[6].subject = "\"><img src=x onerror=alert(1)>";
  for (std::size_t i = 0; i < events.size(); ++i) events[i].sequence = i + 1;
  return events;
}

RecordingHeader header() {
  RecordingHeader header;
  header.command = "docker run -e KEY=word alpine </title><script>";
  header.machine = "lab";
  return header;
}

json perfetto() {
  return json::parse(to_perfetto(header(), run()));
}

// The engine counts on from run to run, and what it says on the wire ends its lines as HTTP does.
TEST(Html, EventsAreNumberedFromTheRecordingsFirstAndHeadsAreLines) {
  std::vector<Event> events = run();
  for (Event& event : events) event.sequence += 445;
  events[0].evidence = {{"the request as it came on the socket", "", "GET / HTTP/1.1\r\nHost: a\r\n\r\n\rb", ""}};
  const std::string page = to_html(header(), events);
  EXPECT_NE(page.find("1 of 9 here, 446 of the engine&#39;s"), std::string::npos) << page;
  EXPECT_NE(page.find("GET / HTTP/1.1\nHost: a\n\n\\x0db"), std::string::npos);
}

TEST(Perfetto, SpansAreCompleteEventsWithTrueTimes) {
  std::vector<json> spans;
  const json trace = perfetto();
  for (const json& event : trace["traceEvents"]) {
    if (event["ph"] == "X") spans.push_back(event);
  }
  ASSERT_EQ(spans.size(), 5u);
  EXPECT_EQ(spans[0]["name"], "request.received");
  EXPECT_EQ(spans[0]["ts"], 0.0);
  EXPECT_EQ(spans[0]["dur"], 100.0);
  EXPECT_EQ(spans[3]["name"], "isolate.mount");
  EXPECT_EQ(spans[3]["ts"], 74.5);
  EXPECT_EQ(spans[3]["dur"], 15.5);
  EXPECT_EQ(spans[3]["args"]["plain command"], "mount -t proc proc /proc");
  EXPECT_EQ(spans[4]["args"]["unfinished"], true);
}

TEST(Perfetto, SpansOfOneThreadOnlyNest) {
  std::map<std::pair<int, int>, std::vector<std::pair<double, double>>> threads;
  const json trace = perfetto();
  for (const json& event : trace["traceEvents"]) {
    if (event["ph"] != "X") continue;
    const double begin = event["ts"];
    threads[{event["pid"], event["tid"]}].emplace_back(begin, begin + event["dur"].get<double>());
  }
  EXPECT_EQ(threads.size(), 3u);  // the engine's two lanes and the child's
  for (const auto& [thread, spans] : threads) {
    for (const auto& [begin, end] : spans) {
      for (const auto& [other_begin, other_end] : spans) {
        EXPECT_FALSE(begin < other_begin && other_begin < end && end < other_end);
      }
    }
  }
}

TEST(Perfetto, ActorsAreProcessesAndAFlowLeadsToTheChild) {
  std::map<std::string, int> phases;
  std::vector<std::string> names;
  std::vector<double> flow;
  const json trace = perfetto();
  for (const json& event : trace["traceEvents"]) {
    ++phases[event["ph"]];
    if (event["ph"] == "M") names.push_back(event["args"]["name"]);
    if (event["ph"] == "s" || event["ph"] == "f") flow.push_back(event["ts"]);
  }
  EXPECT_THAT(flow, testing::ElementsAre(0.0, 74.5));
  EXPECT_EQ(phases["i"], 1);
  EXPECT_THAT(names, testing::UnorderedElementsAre("engine", "child", "pid 100", "pid 100 (2)", "pid 200"));
}

TEST(Perfetto, HidesTheEnvironment) {
  EXPECT_THAT(to_perfetto(header(), run()), Not(HasSubstr("word")));
  EXPECT_THAT(to_perfetto(header(), run(), {.show_environment = true}), HasSubstr("KEY=word"));
}

TEST(Perfetto, NothingIsAValidTraceToo) {
  EXPECT_TRUE(json::parse(to_perfetto({}, {}))["traceEvents"].empty());
}

// Elements that are opened are closed, in order, and none loads or runs anything: no text broke out of its place.
void expect_balanced(const std::string& html) {
  static const std::regex tag("<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>");
  std::vector<std::string> open;
  for (std::sregex_iterator at(html.begin(), html.end(), tag), end; at != end; ++at) {
    const std::string name = (*at)[2];
    const std::string rest = (*at)[3];
    EXPECT_FALSE(name == "script" || name == "img" || name == "link" || name == "iframe") << name;
    EXPECT_FALSE(std::regex_search(rest, std::regex("\\b(src|on[a-z]+)="))) << rest;
    if (name == "meta" || (!rest.empty() && rest.back() == '/')) continue;
    if ((*at)[1].length() == 0) {
      open.push_back(name);
    } else {
      ASSERT_FALSE(open.empty()) << name;
      ASSERT_EQ(open.back(), name);
      open.pop_back();
    }
  }
  EXPECT_TRUE(open.empty());
}

TEST(Html, IsBalancedAndNeedsNothingElse) {
  for (const Language language : {Language::english, Language::korean}) {
    const std::string html = to_html(header(), run(), {}, language);
    expect_balanced(html);
    for (const char* outside : {"http:", "https:", "@import", "url(\""})
      EXPECT_EQ(html.find(outside), std::string::npos);
    EXPECT_EQ(html.find('\x1b'), std::string::npos);
  }
}

TEST(Html, ShowsStagesTimelineEventsAndEvidence) {
  const std::string html = to_html(header(), run());
  for (const char* part :
       {"1 Request", "6 Run", "<svg viewBox", "mount -t proc proc /proc", "&lt;script&gt;alert(1)", "\\x1b[2J end",
        "findmnt -N 200", "prefers-color-scheme:dark", "@media print", "href=\"#e1\"", "id=\"e1\"", "KEY=(hidden)"}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
  EXPECT_THAT(html, Not(HasSubstr("KEY=word")));
}

TEST(Html, SaysWhatItLeavesOut) {
  std::vector<Event> many(html_event_limit + 10, make(1, Kind::instant, 0, 0));
  const std::string html = to_html(header(), many);
  EXPECT_THAT(html, HasSubstr("This page lists the first events only: 5000 / 5010"));
  EXPECT_THAT(html, Not(HasSubstr("id=\"e5000\"")));
}

TEST(Html, AnEmptyRecordingIsAPageToo) {
  expect_balanced(to_html({}, {}));
}

}  // namespace
}  // namespace glassdock::trace
