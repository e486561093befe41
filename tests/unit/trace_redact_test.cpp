#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/trace/json.h"
#include "engine/trace/redact.h"

namespace glassdock::trace {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string command(std::string_view typed) {
  return redact_command(typed, {});
}

TEST(Redact, ValuesOfEnvironmentFlagsAreHiddenInEveryForm) {
  EXPECT_EQ(command("docker run -e A=b alpine ls"), "docker run -e 'A=(hidden)' alpine ls");
  EXPECT_EQ(command("docker run --env A=b alpine"), "docker run --env 'A=(hidden)' alpine");
  EXPECT_EQ(command("docker run --env=A=b alpine"), "docker run --env='A=(hidden)' alpine");
  EXPECT_EQ(command("docker run -eA=b alpine"), "docker run -e'A=(hidden)' alpine");
  EXPECT_EQ(command("docker run -ite A=b alpine"), "docker run -ite 'A=(hidden)' alpine");
  EXPECT_EQ(command("docker run -e 'A=b c' -e \"D=e f\" -e G=h\\ i x"),
            "docker run -e 'A=(hidden)' -e 'D=(hidden)' -e 'G=(hidden)' x");
  EXPECT_EQ(command("env A=b C=d sh"), "env 'A=(hidden)' 'C=(hidden)' sh");
  EXPECT_EQ(command("docker run '--env=A=b c' '-eA=b c' \"--env=A=b;c\" '-e=A=b;c' x"),
            "docker run --env='A=(hidden)' -e'A=(hidden)' --env='A=(hidden)' -e='A=(hidden)' x");
  EXPECT_EQ(command("docker run -deA=b '-itePASS=b c' -die 'A=b c' '-e' A=b x"),
            "docker run -de'A=(hidden)' -ite'PASS=(hidden)' -die 'A=(hidden)' '-e' 'A=(hidden)' x");
  EXPECT_EQ(command("docker run -e HOME alpine"), "docker run -e HOME alpine");
  EXPECT_EQ(command("docker run -e HOME=/x alpine"), "docker run -e 'HOME=(hidden)' alpine");
  EXPECT_EQ(command("docker run --memory=64m -m 64m alpine"), "docker run --memory=64m -m 64m alpine");
  EXPECT_EQ(command("docker run -e 'A=unclosed"), "docker run -e 'A=(hidden)'");
}

TEST(Redact, CredentialsInHeadersOfACommandAreHidden) {
  EXPECT_EQ(command("curl -H 'Authorization: Basic \"YTpi\"' -H 'Accept: a' x"),
            "curl -H 'Authorization: (hidden)' -H 'Accept: a' x");
  EXPECT_EQ(redact_command("x \"proxy-authorization: a\"", {.show_environment = true}),
            "x \"proxy-authorization: (hidden)\"");
}

TEST(Redact, EnvironmentIsShownWhenAsked) {
  EXPECT_EQ(redact_command("docker run -e A=b x", {.show_environment = true}), "docker run -e A=b x");
}

// The command of run.exec as a recording shows it, where `preset` names what image and engine have set.
std::string executed(std::string_view command, std::string_view preset) {
  Event event;
  event.name = "run.exec";
  event.plain_command = command;
  if (!preset.empty()) event.arguments = {{"preset", std::string(preset)}};
  redact(event, {});
  return event.plain_command;
}

TEST(Redact, WhatImageAndEngineHaveSetStaysInTheLastCommand) {
  const std::string_view typed = "exec env -i HOME=\"$home\" PATH=/bin 'LANG=C x' KEY=s3cret /usr/bin/unshare -- sh";
  EXPECT_EQ(executed(typed, "HOME PATH LANG"),
            "exec env -i HOME=\"$home\" PATH=/bin 'LANG=C x' 'KEY=(hidden)' /usr/bin/unshare -- sh");
  EXPECT_EQ(executed(typed, "HOME LANG"),
            "exec env -i HOME=\"$home\" 'PATH=(hidden)' 'LANG=C x' 'KEY=(hidden)' /usr/bin/unshare -- sh");
  EXPECT_THAT(executed(typed, ""), Not(HasSubstr("/bin ")));
}

TEST(Redact, NoNameIsTakenForOneThatStays) {
  EXPECT_EQ(executed("exec env -i PATHS=a 'PA'\\''TH=b' \"PATH=c\" sh", "PATH"),
            "exec env -i 'PATHS=(hidden)' 'PA'\\''TH=(hidden)' 'PATH=(hidden)' sh");
  // The command's own env is the user's.
  EXPECT_EQ(executed("exec env -i PATH=/bin unshare -- env PATH=/s3cret sh", "PATH"),
            "exec env -i PATH=/bin unshare -- env 'PATH=(hidden)' sh");
}

TEST(Redact, TheCommandThatAGateAnnouncesIsHiddenToo) {
  Event event;
  event.name = "gate.held";
  event.arguments = {{"next_command", std::string("exec env -i KEY=s3cret sh")}};
  redact(event, {});
  EXPECT_EQ(argument_text(event, "next_command"), "exec env -i 'KEY=(hidden)' sh");
}

Event telling_event() {
  Event event;
  event.name = "container.create";
  event.plain_command = "unshare --pid sh -c 'true' KEY=s3cret";
  event.arguments = {{"env", std::string("KEY=s3cret\nMULTI=line one\nline two\nEMPTY=")},
                     {"command", std::string("docker run -e KEY=s3cret x")},
                     {"password", std::string("hunter2")},
                     {"count", std::int64_t{3}}};
  event.evidence = {
      {"POST /containers/create", "", R"({"Image":"x","Env":["KEY=s3cret", "B=say \"s3cret\""],"Cmd":["a=b"]})", ""},
      {"/proc/12/environ", "", std::string("KEY=s3cret\0HOME=/root\0", 22), "tr '\\0' '\\n' < /proc/12/environ"},
      {"POST /images/create", "", "POST / HTTP/1.1\r\nX-Registry-Auth: aHVudGVyMg==\r\nHost: a\r\n\r\n", ""},
      {"GET /token", "", R"({"token": "hunter2","expires_in":300})", "curl -H 'x' https://me:hunter2@host/v2/"}};
  return event;
}

TEST(Redact, NothingSecretLeavesAnEvent) {
  Event event = telling_event();
  redact(event, {});
  const std::string line = to_json_line(event);
  for (const char* secret : {"s3cret", "line one", "line two", "/root", "hunter2", "aHVudGVyMg"}) {
    EXPECT_THAT(line, Not(HasSubstr(secret)));
  }
  for (const char* kept : {"KEY=(hidden)", "HOME=(hidden)", "\\\"Cmd\\\":[\\\"a=b\\\"]", "expires_in", "Host: a",
                           "@host/v2/", "\"count\":3", "X-Registry-Auth: (hidden)"}) {
    EXPECT_THAT(line, HasSubstr(kept));
  }
}

TEST(Redact, CredentialsAreHiddenEvenWhenTheEnvironmentIsShown) {
  Event event = telling_event();
  redact(event, {.show_environment = true});
  const std::string line = to_json_line(event);
  EXPECT_THAT(line, HasSubstr("KEY=s3cret"));
  for (const char* secret : {"hunter2", "aHVudGVyMg"}) EXPECT_THAT(line, Not(HasSubstr(secret)));
}

TEST(Redact, OfALongTextEachPartIsHidden) {
  // As many as a line of a recording can have; text that is moved along for each of them would take minutes.
  constexpr std::size_t most = 250'000;
  for (const auto& [part, shown] : {std::pair{"\"token\":\"a\",", "\"token\":\"(hidden)\","},
                                    {"cookie: a\n", "cookie: (hidden)\n"},
                                    {"a://b@c ", "a://(hidden)@c "},
                                    {"[\"Env\":[\"b\",\"A=b\"]]", "[\"Env\":[\"b\",\"A=(hidden)\"]]"},
                                    {"://", "://"},
                                    {"KEY=b\n", "KEY=(hidden)\n"}}) {
    std::string text, hidden;
    for (std::size_t i = 0; i < most; ++i) {
      text += part;
      hidden += shown;
    }
    Event event;
    event.arguments = {{"env", std::string("KEY=b")}, {"body", text}};
    redact(event, {});
    EXPECT_TRUE(argument_text(event, "body") == hidden) << part;
  }
}

TEST(Redact, AnEventWithoutSecretsStaysAsItIs) {
  Event event;
  event.name = "isolate.clone";
  event.plain_command = "unshare --pid --fork sh -c 'mount -t proc proc /proc'";
  event.evidence = {{"clone3(…) = 4812", "a: b", "{\"a\":[\"b\"],\"c\":\"d", "ls -l '/proc/1/ns'"}};
  Event shown = event;
  redact(shown, {});
  EXPECT_EQ(shown, event);
}

}  // namespace
}  // namespace glassdock::trace
