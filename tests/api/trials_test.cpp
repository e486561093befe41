// A container that is a trial, over the API: what is refused, what inspect shows, that nothing is let into it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/alpine_api.h"

namespace glassdock::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Trials : public AlpineApi {
 protected:
  static ApiAnswer create(const std::string& name, const nlohmann::json& annotations,
                          const std::string& script = "true") {
    const nlohmann::json body = {
        {"Image", "alpine"}, {"Cmd", {"sh", "-c", script}}, {"HostConfig", {{"Annotations", annotations}}}};
    return call("POST", "/containers/create?name=" + name, body.dump());
  }
  // Of an engine that has ids which are nobody's.
  static bool can_be() { return call("GET", "/info").json().value("Trials", false); }
};

TEST_F(Trials, OtherAnnotationsAreKeptAndAskForNothing) {
  ASSERT_EQ(create("plain", {{"org.example.note", "tea"}}, "readlink /proc/self/ns/user").status, 201);
  const auto inspected = call("GET", "/containers/plain/json").json();
  EXPECT_EQ(inspected["HostConfig"]["Annotations"]["org.example.note"], "tea");
  EXPECT_EQ(call("POST", "/containers/plain/start").status, 204);
}

TEST_F(Trials, WhatIsNoTrialIsRefusedAtCreate) {
  if (!can_be()) GTEST_SKIP() << "no ids here that are nobody's";
  const auto refusal = [](const std::string& key, const std::string& value) {
    return create("none", {{key, value}}).refusal();
  };
  EXPECT_THAT(refusal("glassdock.leaveout", "isolate.mask"),
              StartsWith("400 there is no annotation glassdock.leaveout"));
  EXPECT_THAT(refusal("glassdock.leave-out", "isolate.masks"),
              StartsWith("400 no container's start has an operation \"isolate.masks\""));
  EXPECT_THAT(refusal("glassdock.leave-out", "isolate.propagation"),
              StartsWith("400 isolate.propagation can't be left out of a start"));
  EXPECT_THAT(refusal("glassdock.leave-out", "isolate.limits"), HasSubstr("-m 64m"));
  EXPECT_THAT(refusal("glassdock.order", "run.exec,isolate.proc"), StartsWith("400 run.exec has no other place"));
  EXPECT_THAT(refusal("glassdock.layers", "7"), StartsWith("400 the image has the layers 1 to "));
  EXPECT_EQ(call("GET", "/containers/none/json").status, 404) << "nothing is left of it";
}

TEST_F(Trials, NothingIsLetIntoATrialAndItCanBeStartedAgain) {
  if (!can_be()) GTEST_SKIP() << "no ids here that are nobody's";
  ASSERT_EQ(create("open", {{"glassdock.leave-out", "namespace.uts"}}, "sleep 600").status, 201);
  EXPECT_EQ(call("POST", "/containers/open/start").status, 204);
  EXPECT_THAT(call("POST", "/containers/open/exec", R"({"Cmd":["ls"]})").refusal(),
              StartsWith("409 Container open is a trial: no other command is let into it"));
  EXPECT_EQ(call("POST", "/containers/open/restart?t=0").status, 204);
  EXPECT_EQ(call("GET", "/containers/open/json").json()["State"]["Running"], true);
  EXPECT_EQ(call("DELETE", "/containers/open?force=1").status, 204);
}

TEST_F(Trials, TheKernelsErrorComesBackWithTheOperation) {
  if (!can_be()) GTEST_SKIP() << "no ids here that are nobody's";
  ASSERT_EQ(create("order", {{"glassdock.order", "isolate.pivot,snapshot.overlay"}}).status, 201);
  EXPECT_THAT(call("POST", "/containers/order/start").refusal(), HasSubstr("isolate.pivot: Invalid argument"));
  EXPECT_EQ(call("GET", "/containers/order/json").json()["State"]["Status"], "created");
}

}  // namespace
}  // namespace glassdock::testing
