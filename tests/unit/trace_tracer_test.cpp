#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "engine/base/error.h"
#include "engine/trace/trace_parent.h"
#include "engine/trace/tracer.h"

namespace glassdock::trace {
namespace {

using std::chrono::milliseconds;

std::vector<Event> drain(Subscription& subscription) {
  std::vector<Event> events;
  while (auto event = subscription.next(milliseconds(0))) events.push_back(*event);
  return events;
}

Event named(std::string name) {
  Event event;
  event.name = std::move(name);
  return event;
}

TEST(Tracer, UnwatchedTellsNothing) {
  Tracer tracer;
  const Context context{&tracer};
  bool filled = false;
  context.tell(Stage::pull, "a", "b", {{"c", 1}}, [&](Event&) { filled = true; });
  EXPECT_FALSE(filled);
  auto watcher = tracer.subscribe(false);
  EXPECT_THAT(drain(*watcher), testing::IsEmpty());
  tracer.unsubscribe(watcher);
  EXPECT_FALSE(tracer.watched());
}

TEST(Tracer, ArgumentsOfEveryKindArrive) {
  Tracer tracer;
  auto watcher = tracer.subscribe(true);
  EXPECT_TRUE(tracer.wants_evidence());
  const std::string text = "t";
  const Context context{.tracer = &tracer, .span = 7, .actor = Actor::hub};
  context.tell(Stage::pull, "a", "b",
               {{"size", std::size_t{5}}, {"text", text}, {"literal", "l"}, {"yes", true}, {"real", 0.5}, {"int", -1}});
  const auto events = drain(*watcher);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].arguments, (std::vector<Argument>{{"size", std::int64_t{5}},
                                                        {"text", std::string("t")},
                                                        {"literal", std::string("l")},
                                                        {"yes", true},
                                                        {"real", 0.5},
                                                        {"int", std::int64_t{-1}}}));
  EXPECT_EQ(events[0].actor, Actor::hub);
  EXPECT_EQ(events[0].span, 7u);
  EXPECT_EQ(events[0].parent, 0u);
  EXPECT_THAT(events[0].source.file, testing::EndsWith("trace_tracer_test.cpp"));
  EXPECT_GT(events[0].source.line, 0u);
}

TEST(Tracer, WhatThreadsTellSideBySideHasTimesThatRise) {
  Tracer tracer;
  auto watcher = tracer.subscribe(false);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const Context context{&tracer};
      for (int j = 0; j < 2000; ++j) Span(context, Stage::pull, "a", "b");
    });
  }
  threads.clear();
  std::int64_t last = 1;
  for (const Event& event : drain(*watcher)) {
    ASSERT_GE(event.time_ns, last);
    last = event.time_ns;
  }
  Event late = named("of another process");
  late.time_ns = 5;
  tracer.emit(late);
  EXPECT_EQ(drain(*watcher).at(0).time_ns, 5) << "its own time is kept";
}

TEST(Tracer, SpanTellsBeginAndEndAndWhetherItFailed) {
  Tracer tracer;
  auto watcher = tracer.subscribe(false);
  const Context context{&tracer};
  try {
    Span outer(context, Stage::pull, "pull.blob", "sha256:1", {{"size", 3}}, "curl x");
    outer.result("bytes", std::int64_t{2});
    Span inner(outer.context(), Stage::snapshot, "snapshot.unpack", "sha256:1");
    throw std::runtime_error("cut off");
  } catch (const std::runtime_error&) {
  }
  const auto events = drain(*watcher);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].kind, Kind::begin);
  EXPECT_EQ(events[0].plain_command, "curl x");
  EXPECT_EQ(events[1].parent, events[0].span);
  EXPECT_EQ(events[2].span, events[1].span);
  EXPECT_EQ(events[3].kind, Kind::end);
  EXPECT_EQ(events[3].span, events[0].span);
  EXPECT_EQ(argument_text(events[3], "failed"), "true");
  EXPECT_EQ(argument_number(events[3], "bytes"), 2);
  EXPECT_EQ(find_argument(events[3], "size"), nullptr);
  for (std::size_t i = 1; i < events.size(); ++i) EXPECT_GT(events[i].sequence, events[i - 1].sequence);
}

TEST(Tracer, ASpanThatBeganUnwatchedEndsUntold) {
  Tracer tracer;
  const Context context{&tracer};
  std::shared_ptr<Subscription> watcher;
  {
    Span span(context, Stage::pull, "pull.blob", "x");
    watcher = tracer.subscribe(false);
    EXPECT_FALSE(span.told());
  }
  EXPECT_THAT(drain(*watcher), testing::IsEmpty());
}

TEST(Tracer, ASlowWatcherLosesByCountAndGetsANewBaseline) {
  Tracer tracer;
  auto slow = tracer.subscribe(false, {named("baseline.engine")});
  auto quick = tracer.subscribe(false);
  for (std::size_t i = 0; i < Subscription::capacity + 10; ++i) {
    tracer.emit(named("x"));
    ASSERT_NE(quick->next(milliseconds(0)), nullptr);
  }
  EXPECT_EQ(slow->next(milliseconds(0))->name, "baseline.engine");
  std::uint64_t last = 0;
  std::size_t read = 0;
  std::shared_ptr<const Event> event;
  while ((event = slow->next(milliseconds(0))) && event->name == "x") {
    EXPECT_GT(event->sequence, last);
    last = event->sequence;
    ++read;
  }
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->name, "trace.lost");
  EXPECT_GT(event->sequence, last);
  EXPECT_EQ(argument_number(*event, "count"), static_cast<std::int64_t>(Subscription::capacity + 10 - read));
  tracer.baseline(slow, {named("baseline.image")});
  tracer.emit(named("y"));
  const auto rest = drain(*slow);
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest[0].name, "baseline.image");
  EXPECT_EQ(rest[1].name, "y");
  EXPECT_GT(rest[0].sequence, event->sequence);
}

TEST(Tracer, AQueueIsBoundedInBytes) {
  Tracer tracer;
  auto watcher = tracer.subscribe(true);
  Event large = named("large");
  large.evidence.push_back({"/proc/x", "", std::string(evidence_limit, 'x'), ""});
  for (int i = 0; i < 2000; ++i) tracer.emit(large);
  const auto events = drain(*watcher);
  EXPECT_EQ(events.back().name, "trace.lost");
  EXPECT_LE((events.size() - 1) * evidence_limit, Subscription::capacity_bytes);
}

TEST(Tracer, LongEvidenceIsCutBetweenCharactersAndSaysSo) {
  Tracer tracer;
  auto watcher = tracer.subscribe(true);
  Event event = named("x");
  std::string hangul;
  while (hangul.size() < 3 * evidence_limit) hangul += "한";
  event.evidence.push_back({"file", "", hangul, ""});
  event.evidence.push_back({"binary", "", std::string(2 * evidence_limit, '\x80'), ""});
  tracer.emit(event);
  const auto told = watcher->next(milliseconds(0));
  const std::string& content = told->evidence[0].content;
  EXPECT_LE(content.size(), evidence_limit);
  EXPECT_THAT(content, testing::EndsWith("한\n(cut here)"));
  EXPECT_LE(told->evidence[1].content.size(), evidence_limit);
}

TEST(Tracer, CloseWakesTheReader) {
  Tracer tracer;
  auto watcher = tracer.subscribe(false);
  std::thread closer([&] { watcher->close(); });
  EXPECT_EQ(watcher->next(std::chrono::hours(1)), nullptr);
  closer.join();
  EXPECT_TRUE(watcher->closed());
}

TEST(Tracer, ManyThreadsGiveEachWatcherOneRisingOrder) {
  Tracer tracer;
  auto watcher = tracer.subscribe(false);
  std::vector<std::thread> tellers;
  for (int i = 0; i < 4; ++i) {
    tellers.emplace_back([&] {
      for (int j = 0; j < 500; ++j) Context{&tracer}.tell(Stage::run, "x", "y", {{"j", j}});
    });
  }
  for (auto& teller : tellers) teller.join();
  const auto events = drain(*watcher);
  ASSERT_EQ(events.size(), 2000u);
  for (std::size_t i = 1; i < events.size(); ++i) EXPECT_EQ(events[i].sequence, events[i - 1].sequence + 1);
}

TEST(Context, GivesUpWhenTheRunWasCancelled) {
  struct Cancelled : GateKeeper {
    void pass(std::string_view, std::string_view, std::uint64_t) override {}
    bool cancelled() const noexcept override { return true; }
  } keeper;
  const Context context{.gates = &keeper};
  EXPECT_THROW(context.throw_if_cancelled(), Error);
  EXPECT_NO_THROW(Context{}.throw_if_cancelled());
}

TEST(TraceParent, NamesTheSpanAndNothingElseIsTakenForOne) {
  const std::string header = trace_parent(0xab12);
  EXPECT_EQ(header, "00-0000000000000000000000000000ab12-000000000000ab12-01");
  EXPECT_EQ(span_of_trace_parent(header), 0xab12U);
  EXPECT_EQ(span_of_trace_parent(trace_parent(~std::uint64_t{0})), ~std::uint64_t{0});
  for (const char* other : {"", "00-", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "00-0000000000000000000000000000ab12-00000000000-ab12-01",
                            "00-0000000000000000000000000000ab12-000000000000ab12-01x"}) {
    EXPECT_EQ(span_of_trace_parent(other), 0U) << other;
  }
}

}  // namespace
}  // namespace glassdock::trace
