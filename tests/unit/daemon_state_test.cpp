#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/base/signals.h"
#include "engine/daemon/container.h"
#include "engine/daemon/container_state.h"
#include "engine/daemon/faults.h"
#include "engine/daemon/names.h"
#include "engine/daemon/status_file.h"
#include "engine/runtime/protocol.h"

namespace glassdock::daemon {
namespace {

constexpr State all_states[] = {State::created,  State::running, State::paused, State::restarting,
                                State::removing, State::exited,  State::dead};

TEST(ContainerState, WordsAreDockersAndComeBack) {
  for (State state : all_states) EXPECT_EQ(parse_state(to_string(state)), state);
  EXPECT_EQ(to_string(State::exited), "exited");
  EXPECT_FALSE(parse_state("stopped"));
}

TEST(ContainerState, StartExitStartAgainRemove) {
  State state = State::created;
  for (Move move : {Move::start, Move::exit, Move::start, Move::pause, Move::unpause, Move::exit, Move::remove}) {
    auto next = next_state(state, move);
    ASSERT_TRUE(next) << to_string(state) << " " << to_string(move);
    state = *next;
  }
  EXPECT_EQ(state, State::removing);
}

TEST(ContainerState, NothingAliveIsRemovedAndNothingGoneStarts) {
  for (State state : all_states) {
    EXPECT_FALSE(is_alive(state) && next_state(state, Move::remove)) << to_string(state);
  }
  EXPECT_FALSE(next_state(State::removing, Move::start));
  EXPECT_FALSE(next_state(State::dead, Move::start));
  EXPECT_FALSE(next_state(State::running, Move::start));
}

TEST(ContainerNames, DockersPattern) {
  for (const char* good : {"ab", "a1", "0a", "A_b.c-d"}) EXPECT_TRUE(is_container_name(good)) << good;
  for (const char* bad : {"", "a", "-ab", "_ab", ".ab", "a/b", "a b", "ä1", "ab\n"})
    EXPECT_FALSE(is_container_name(bad)) << bad;
}

TEST(ContainerNames, MadeUpOnesAreFreeAndValid) {
  int asked = 0;
  std::string name = make_container_name([&](const std::string& tried) {
    EXPECT_TRUE(is_container_name(tried));
    EXPECT_NE(tried, "boring_wozniak");
    return ++asked < 20;  // the first nineteen are taken
  });
  EXPECT_EQ(asked, 20);
  EXPECT_NE(name.find('_'), std::string::npos);
  EXPECT_NE(name.find_first_of("0123456789"), std::string::npos) << "after some tries a digit helps";
}

TEST(Signals, NamesAndNumbersInAnyCase) {
  EXPECT_EQ(parse_signal("KILL"), 9);
  EXPECT_EQ(parse_signal("sigkill"), 9);
  EXPECT_EQ(parse_signal("SIGTERM"), 15);
  EXPECT_EQ(parse_signal("15"), 15);
  EXPECT_EQ(parse_signal("RTMIN+1"), 35);
  EXPECT_EQ(parse_signal("rtmax-1"), 63);
  for (const char* bad : {"", "0", "32", "33", "65", "-1", "FOO", "SIG", "RTMIN+16", "RTMAX-15", "RTMIN+0", "9x"}) {
    EXPECT_FALSE(parse_signal(bad)) << bad;
  }
  for (int number = 1; number <= 64; ++number) {
    if (number == 32 || number == 33) continue;
    EXPECT_EQ(parse_signal(signal_name(number)), number) << signal_name(number);
  }
}

TEST(Signals, AreRefusedInDockersWords) {
  auto refusal = [](const char* word) {
    try {
      return std::to_string(require_signal(word));
    } catch (const Error& fault) {
      return fault.message();
    }
  };
  EXPECT_EQ(refusal("TERM"), "15");
  EXPECT_EQ(refusal("+9"), "9");
  EXPECT_EQ(refusal("0"), "invalid signal: 0");
  EXPECT_EQ(refusal("foo"), "invalid signal: foo");
  EXPECT_EQ(refusal("65"), "the linux daemon does not support signal 65");
  EXPECT_EQ(refusal("-1"), "the linux daemon does not support signal -1");
}

TEST(StatusJson, ComesBackAsItWas) {
  Status status{State::exited, 0, 137, "monitor lost", true, 12, 34};
  std::int64_t created = 0;
  EXPECT_EQ(status_from_json(to_json(status, 7), created), status);
  EXPECT_EQ(created, 7);
  EXPECT_THROW(status_from_json("{\"state\":\"flying\"}", created), Error);
  EXPECT_THROW(status_from_json("{", created), Error);
}

TEST(StatusFile, LinesAreReadAndACutOneLeftOut) {
  EXPECT_FALSE(parse_status_file(""));
  EXPECT_FALSE(parse_status_file("started 12 34"));
  auto started = parse_status_file("started 12 34\nexited 0 0 99");
  ASSERT_TRUE(started);
  EXPECT_EQ(started->pid, 12);
  EXPECT_EQ(started->start_time, 34u);
  EXPECT_FALSE(started->ended);
  auto exited = parse_status_file("started 12 34\n" + exited_line("started 12 34\n", 256, 99));
  ASSERT_TRUE(exited);
  EXPECT_TRUE(exited->ended);
  EXPECT_EQ(exited->wait_status, 256);
  EXPECT_EQ(exited->ended_ns, 99);
  EXPECT_EQ(parse_status_file("exited 9 2 99\n")->oom_kills, 2);
  auto failed = parse_status_file("failed isolate.volume 2 99 /data/my folder\n");
  ASSERT_TRUE(failed);
  EXPECT_TRUE(failed->failed);
  EXPECT_EQ(failed->operation, "isolate.volume");
  EXPECT_EQ(failed->error, 2);
  EXPECT_EQ(failed->ended_ns, 99);
  EXPECT_EQ(failed->object, "/data/my folder");
  auto cancelled = parse_status_file("failed - 125 99 \n");
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->operation, "");
  EXPECT_EQ(cancelled->object, "");
  EXPECT_FALSE(parse_status_file("failed isolate.volume 99\n"));
  EXPECT_FALSE(parse_status_file("nonsense 1 2\nstarted x y\n"));
  EXPECT_FALSE(parse_status_file("\n \n"));
  EXPECT_EQ(parse_status_file("\nstarted 12 34\n\n")->pid, 12);
  EXPECT_FALSE(parse_status_file("started 12 -9223372036854775808\n")) << "beyond what can be negated";
}

TEST(StatusFile, LinesThatAFullDiskCutShortAreSkippedAndTold) {
  std::vector<std::string> told;
  auto tell = [&](std::string_view line) { told.emplace_back(line); };
  const std::string torn = "started 12 34\nexited 0 0 17";  // what is left reads like a whole line
  auto record = parse_status_file(torn + runtime::torn_mark + "exited 256 1 1700\n", tell);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->wait_status, 256);
  EXPECT_EQ(record->ended_ns, 1700);
  EXPECT_EQ(told, std::vector<std::string>{"exited 0 0 17\x18"});
  EXPECT_FALSE(parse_status_file(torn + runtime::torn_mark, tell)->ended);

  told.clear();
  EXPECT_FALSE(parse_status_file(torn, tell)->ended) << "cut short by the file's end";
  EXPECT_EQ(told, std::vector<std::string>{"exited 0 0 17"});
  told.clear();
  record = parse_status_file(torn + exited_line(torn, 9, 99), tell);
  EXPECT_EQ(record->wait_status, 9) << "the daemon's own line does not glue itself to it either";
  EXPECT_EQ(told.size(), 1u);
  told.clear();
  EXPECT_FALSE(parse_status_file("nonsense 1 2\nstarted x y\n", tell));
  EXPECT_EQ(told.size(), 2u);
}

TEST(StatusFile, TellsWhenTheCommandBegan) {
  auto record = parse_status_file("started 7 99\nexecuted 1700000000000000001\n");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->pid, 7);
  EXPECT_EQ(record->executed_ns, 1700000000000000001);
  EXPECT_FALSE(record->ended);
}

TEST(StatusFile, AProcessOfAnotherBootIsForgotten) {
  for (const std::string before : {"started 12 34\nexecuted 1700\n", "started 12 34\nexecuted 1700\nexited 0 0 1"}) {
    auto record = parse_status_file(before + forgotten_lines(before, *parse_status_file(before)));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->pid, 0);
    EXPECT_EQ(record->executed_ns, 1700);
    EXPECT_FALSE(record->ended);
    EXPECT_FALSE(open_process(record->pid, record->start_time));
  }
  const std::string unborn = "started 12 34\n";
  EXPECT_EQ(parse_status_file(unborn + forgotten_lines(unborn, *parse_status_file(unborn)))->executed_ns, 0);
  EXPECT_EQ(boot_id().size(), 36u);
}

TEST(StatusFile, AProcessIsKnownByItsStartTime) {
  EXPECT_FALSE(is_same_process(::getpid(), 1));
  EXPECT_FALSE(is_same_process(0x7ffffff0, 1));
}

TEST(Faults, AreTakenAsOftenAsAsked) {
  Faults faults;
  EXPECT_TRUE(faults.take().empty());
  faults.set("isolate.pivot", "EIO", 2);
  faults.set("isolate.clone", "11", 1);
  EXPECT_EQ(faults.take(), (std::map<std::string, int>{{"isolate.pivot", 5}, {"isolate.clone", 11}}));
  EXPECT_EQ(faults.take(), (std::map<std::string, int>{{"isolate.pivot", 5}}));
  EXPECT_TRUE(faults.take().empty());
  EXPECT_THROW(faults.set("isolate.pivot", "EWHAT", 1), Error);
  EXPECT_THROW(faults.set("pivot", "EIO", 1), Error);
  EXPECT_THROW(faults.set("isolate.pivot", "EIO", 0), Error);
}

}  // namespace
}  // namespace glassdock::daemon
