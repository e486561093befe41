#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <sstream>

#include "app/headless/signals.h"
#include "app/headless/stepper.h"
#include "app/headless/terminal.h"
#include "app/headless/watcher.h"
#include "engine/trace/columns.h"
#include "engine/trace/gates.h"

namespace glassdock::headless {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

trace::Event held_event(const client::Held& held, std::string_view waits) {
  trace::Event event;
  event.name = "gate.held";
  event.arguments = {{"gate", held.gate}, {"pid", std::int64_t{held.pid}}, {"waits", std::string(waits)}};
  return event;
}

TEST(HeldText, SaysWhatStandsAndWhatComes) {
  client::Held held{7, "pull.blob", "sha256:0123", 4812};
  std::string text = held_text(held_event(held, "daemon"), held, {});
  EXPECT_THAT(text, HasSubstr("--- Held before pull.blob. The engine itself really waits here (process 4812).\n"));
  EXPECT_THAT(text, HasSubstr("now     "));
  EXPECT_THAT(text, HasSubstr("next    "));
  // A thread of the engine waits there: no container stands yet that could be looked at.
  EXPECT_THAT(text, Not(HasSubstr("readlink")));
}

TEST(HeldText, ReachesTheSameEngineByItsLook) {
  client::Held held{1, "cache.lookup", "alpine", 4711};
  held.look = "glassdock docker images";
  EXPECT_THAT(held_text(held_event(held, "daemon"), held, {}, "glassdock --data /d "),
              HasSubstr("    look    $ glassdock --data /d docker images\n"));
}

TEST(HeldText, TellsNoResultOfWhatHasNotHappened) {
  client::Held held{1, "cache.lookup", "alpine", 0};
  std::string text = held_text(held_event(held, "daemon"), held, {});
  EXPECT_THAT(text, HasSubstr("next    The engine looks for alpine in its local cache.\n"));
}

TEST(HeldText, StandsForGatesOfANewerEngineToo) {
  client::Held held{1, "later.gate", "x", 0};
  EXPECT_THAT(held_text(held_event(held, "child"), held, {}), HasSubstr("Held before later.gate."));
}

TEST(HeldText, ShowsTheContainersProcessAndLeavesTheNextCommandToItsEvent) {
  client::Held held{1, "isolate.cgroup-namespace", "c", 4812};
  trace::Event event = held_event(held, "child");
  held.look = trace::look_of_held(event);
  event.arguments.push_back({"next_command", std::string("hostname box\nhostname")});
  EXPECT_THAT(held_text(event, held, {}),
              ::testing::AllOf(HasSubstr("The container's process really waits here (process 4812).\n"),
                               HasSubstr("    look    $ readlink /proc/4812/ns/cgroup /proc/self/ns/cgroup\n"),
                               Not(HasSubstr("hostname box"))));
}

TEST(HeldText, BreaksLongCommandsSoThatTheyCanBeCopied) {
  client::Held held{1, "isolate.cgroup-namespace", "c", 4812};
  trace::Event event = held_event(held, "child");
  held.look = trace::look_of_held(event);
  EXPECT_THAT(held_text(event, held, {.width = 64}), HasSubstr("    look    $ readlink /proc/4812/ns/cgroup \\\n"
                                                               "                /proc/self/ns/cgroup\n"));
}

TEST(HeldText, FitsTheTerminalInBothLanguages) {
  for (trace::Language language : {trace::Language::english, trace::Language::korean}) {
    for (const trace::Gate& gate : trace::gates()) {
      client::Held held{1, std::string(gate.name), "alpine:latest", 48120};
      std::string text = held_text(held_event(held, to_string(gate.waits)), held, {.width = 60, .language = language});
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) EXPECT_LE(trace::columns(line), 60) << line;
    }
  }
}

TEST(EvidenceText, IsCutAndHarmlessToATerminal) {
  trace::Event event;
  std::string many;
  for (int i = 0; i < 100; ++i) many += "line\n";
  event.evidence.push_back({.source = "/proc/1/mountinfo", .content = many, .command = "cat /proc/1/mountinfo"});
  event.evidence.push_back({.source = "a\x1b[2J", .before = "0", .content = "1"});
  std::string text = evidence_text(event, {});
  EXPECT_THAT(text, HasSubstr("see it: cat /proc/1/mountinfo"));
  EXPECT_THAT(text, HasSubstr("more bytes"));
  EXPECT_THAT(text, HasSubstr("before: 0"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_EQ(evidence_text({}, {}), "");
}

TEST(EvidenceText, SaysACommandThatShowsSeveralPlacesOnce) {
  trace::Event event;
  for (const char* folder : {"/a", "/b"}) event.evidence.push_back({.source = folder, .command = "ls /a /b"});
  const std::string text = evidence_text(event, {});
  EXPECT_EQ(text.find("see it: ls /a /b"), text.rfind("see it: ")) << text;
  EXPECT_LT(text.find("| /b"), text.find("see it: "));
}

struct Pipe {
  Pipe() {
    int ends[2] = {-1, -1};
    if (::pipe(ends) == 0) {
      read_end.reset(ends[0]);
      write_end.reset(ends[1]);
    }
  }
  UniqueFd read_end, write_end;
};

TEST(TypedLines, TakeOneLineAndLeaveTheRest) {
  Pipe input;
  UniqueFd interrupt(::eventfd(0, EFD_CLOEXEC));
  ASSERT_EQ(::write(input.write_end.get(), "one\n\ntwo", 8), 8);
  input.write_end.reset();
  EXPECT_EQ(read_typed_line(input.read_end.get(), interrupt.get()).line, "one");
  EXPECT_EQ(read_typed_line(input.read_end.get(), interrupt.get()).line, "");
  EXPECT_EQ(read_typed_line(input.read_end.get(), interrupt.get()).line, "two");
  TypedLine end = read_typed_line(input.read_end.get(), interrupt.get());
  EXPECT_FALSE(end.line || end.interrupted);
  EXPECT_FALSE(read_typed_line(-1, interrupt.get()).line) << "no terminal to ask";
}

TEST(TypedLines, CanBeInterrupted) {
  Pipe input;
  UniqueFd interrupt(::eventfd(1, EFD_CLOEXEC));
  EXPECT_TRUE(read_typed_line(input.read_end.get(), interrupt.get()).interrupted);
}

TEST(SignalWatch, HandsSignalsToItsHandler) {
  Pipe seen;
  {
    SignalWatch watch([&](int signal) {
      char byte = static_cast<char>(signal);
      EXPECT_EQ(::write(seen.write_end.get(), &byte, 1), 1);
    });
    ::kill(::getpid(), SIGTERM);
    char byte = 0;
    ASSERT_EQ(::read(seen.read_end.get(), &byte, 1), 1);
    EXPECT_EQ(byte, SIGTERM);
  }
  sigset_t blocked;
  pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGTERM), 0);
}

}  // namespace
}  // namespace glassdock::headless
