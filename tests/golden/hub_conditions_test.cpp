// POST /glass/hub as a client may get it wrong; what the conditions do is in golden_runs_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "tests/golden/real_engine.h"

namespace glassdock::golden {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string refusal_of(const RealEngine& engine, const std::string& body) {
  try {
    engine.post("/glass/hub", body);
  } catch (const std::exception& refusal) {
    return refusal.what();
  }
  return "taken";
}

TEST(HubConditions, WhatIsWrongIsNamedAndChangesNothing) {
  const RealEngine engine;
  EXPECT_THAT(refusal_of(engine, R"({"fault":"flood"})"),
              AllOf(HasSubstr("unknown \\\"fault\\\": \\\"flood\\\""), HasSubstr("one of none, down, not-found")));
  EXPECT_THAT(refusal_of(engine, R"({"fault":1})"), HasSubstr("unknown \\\"fault\\\": 1"));
  EXPECT_THAT(refusal_of(engine, R"({"latency_ms":-1})"), HasSubstr("\\\"latency_ms\\\" is no number from 0 up"));
  EXPECT_THAT(refusal_of(engine, R"({"fault":"down","speed":1})"),
              AllOf(HasSubstr("knows no condition \\\"speed\\\""), HasSubstr("bytes_per_second")));
  EXPECT_EQ(engine.docker({"pull", "-q", "alpine"}).code, 0);
  EXPECT_EQ(refusal_of(engine, "{}"), "taken");
}

TEST(HubConditions, AnEngineWithoutAHubSaysSo) {
  const RealEngine engine(Owner::self, {"--hub", "off"});
  client::Glass glass(engine.socket());
  try {
    glass.set_hub({.fault = "down"});
    ADD_FAILURE() << "taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::conflict);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("this engine has no hub"), HasSubstr("--hub off")));
  }
}

}  // namespace
}  // namespace glassdock::golden
