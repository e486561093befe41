// Whole lives of containers, while the daemon, a monitor or the launcher is killed at a random moment of create, start,
// exec, stop or rm: nothing is lost, nothing leaks. 20 rounds; with GLASSDOCK_LONG_TESTS=1 200, and those of an
// ordinary user, too.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "engine/base/stream_frames.h"
#include "tests/golden/processes.h"
#include "tests/support/api_call.h"

namespace glassdock::golden {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;
using testing::ApiAnswer;

enum class Move { create, start, exec, stop, remove };
constexpr std::array moves{Move::create, Move::start, Move::exec, Move::stop, Move::remove};
enum class Victim { daemon, monitor, launcher };

const char* to_string(Move move) {
  constexpr std::array names{"create", "start", "exec", "stop", "rm"};
  return names[static_cast<std::size_t>(move)];
}
const char* to_string(Victim victim) {
  constexpr std::array names{"daemon", "monitor", "launcher"};
  return names[static_cast<std::size_t>(victim)];
}

constexpr int own_code = 7, killed_code = 137;
// Well below the grace period that is asked for: a stop that comes so far was lost.
constexpr std::chrono::seconds longest_stop{15};
// Says what it was asked, and ends in its own time.
const std::string polite =
    fmt::format("trap 'echo asked; exit {}' TERM; echo begun; while :; do sleep 0.01; done", own_code);
// Each line tells its own number: one that is lost leaves a gap. It waits without a process of its own.
constexpr char counting[] = "mkfifo /f; exec 3<>/f; i=0; while :; do i=$((i+1)); echo $i; read -t 0.01 line <&3; done";

std::string create_body(const std::string& script) {
  return nlohmann::json{{"Image", "alpine"}, {"Cmd", {"sh", "-c", script}}}.dump();
}

class Lives : public ::testing::TestWithParam<Owner> {
 protected:
  static bool long_tests() { return std::getenv("GLASSDOCK_LONG_TESTS") != nullptr; }
  void SetUp() override {
    if (GetParam() == Owner::ordinary_user && !long_tests()) GTEST_SKIP() << "GLASSDOCK_LONG_TESTS=1 runs it";
    if (std::string why = RealEngine::missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
    engine_ = std::make_unique<RealEngine>(GetParam());
    ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
    ASSERT_EQ(engine_->docker({"run", "--rm", "alpine", "true"}).code, 0);
    std::printf("seed %u\n", seed_);
  }

  // Status 0 where the connection ended before the answer did.
  ApiAnswer ask(const std::string& method, const std::string& target, const std::string& body = {}) const {
    try {
      return testing::ApiCaller(engine_->socket())(method, target, body);
    } catch (const Error&) {
      return {};
    }
  }
  nlohmann::json state() const {
    const nlohmann::json said = ask("GET", "/containers/" + name_ + "/json").json();
    return said.is_object() ? said.value("State", nlohmann::json::object()) : nlohmann::json::object();
  }
  bool exists() const { return ask("GET", "/containers/" + name_ + "/json").status == 200; }
  bool runs() const { return state().value("Running", false); }
  std::string log_of(const std::string& name) const {
    std::string words;
    FrameReader reader([&](Stream, std::string_view bytes) { words += bytes; });
    const ApiAnswer answer = ask("GET", "/containers/" + name + "/logs?stdout=1");
    if (answer.status == 200) reader.feed(answer.body);
    return words;
  }

  ApiAnswer make(Move move) const {
    const std::string container = "/containers/" + name_;
    switch (move) {
      case Move::create:
        return ask("POST", "/containers/create?name=" + name_, create_body(polite));
      case Move::start:
        return ask("POST", container + "/start");
      case Move::exec: {
        ApiAnswer made =
            ask("POST", container + "/exec", R"({"Cmd":["sh","-c","echo in; exit 3"],"AttachStdout":true})");
        if (made.status != 201) return made;
        return ask("POST", "/exec/" + made.json().value("Id", "") + "/start", R"({"Detach":false})");
      }
      case Move::stop: {
        const auto begin = Clock::now();
        ApiAnswer answer = ask("POST", container + "/stop?t=30");
        EXPECT_LT(Clock::now() - begin, longest_stop) << "nobody heard it: " << state() << log_of(name_);
        return answer;
      }
      case Move::remove:
        break;
    }
    return ask("DELETE", container);
  }
  static bool is_done(const ApiAnswer& answer) { return answer.status >= 200 && answer.status < 300; }

  pid_t find(Victim victim) const {
    const pid_t launcher = launcher_of(*engine_);
    if (victim == Victim::launcher) return launcher;
    const pid_t process = state().value("Pid", 0);
    const pid_t monitor = process > 0 ? parent_of(process) : 0;
    return monitor > 1 && name_of(monitor) == monitor_name ? monitor : spare_of(launcher);
  }

  // Asks for it, and kills meanwhile, in about the time that it took before.
  ApiAnswer cut(Move move, Victim victim) {
    const pid_t pid = victim == Victim::daemon ? 0 : find(victim);
    ApiAnswer answer;
    std::thread client([&] { answer = make(move); });
    const auto longest = took_[move].count() * 5 / 4;
    std::this_thread::sleep_for(microseconds(std::uniform_int_distribution<std::int64_t>(0, longest)(random_)));
    if (victim == Victim::daemon) {
      engine_->kill();
    } else if (pid > 1) {
      ::kill(pid, SIGKILL);
    }
    client.join();
    if (victim == Victim::daemon) engine_->start();
    return answer;
  }

  std::ptrdiff_t begun() const {
    const std::string log = log_of(name_);
    return std::count(log.begin(), log.end(), 'b');
  }
  // It does not hear what it is asked before it says so.
  void expect_begun(std::ptrdiff_t before) const {
    EXPECT_TRUE(comes_true([&] { return begun() > before; })) << state();
    EXPECT_TRUE(runs());
  }
  static void expect_said(const ApiAnswer& exec) {
    EXPECT_NE(exec.body.find("in\n"), std::string::npos) << "it said: " << exec.body;
  }
  void expect_made(Move move) {
    const std::ptrdiff_t before = begun();
    const auto begin = Clock::now();
    const ApiAnswer answer = make(move);
    constexpr int started_already = 304;  // by whom the daemon that was killed had asked
    EXPECT_TRUE(is_done(answer) || (move == Move::start && answer.status == started_already))
        << to_string(move) << ": " << answer.refusal();
    took_[move] = std::chrono::duration_cast<microseconds>(Clock::now() - begin);
    if (move == Move::start) expect_begun(before);
    if (move == Move::exec) expect_said(answer);
    if (move == Move::stop) {
      EXPECT_EQ(state().value("ExitCode", 0), own_code);
    }
  }

  // After a cut: what was begun is done or undone, and what was asked for can be asked for again.
  void settle(Move move, Victim victim) {
    const bool monitor = victim == Victim::monitor;
    switch (move) {
      case Move::create:
        if (!exists()) {
          EXPECT_EQ(make(Move::create).status, 201);
        }
        EXPECT_EQ(state().value("Status", ""), "created");
        break;
      case Move::start:
      case Move::exec:
        // Its monitor's death is its own (exit code 137), or the start's failure.
        if (move == Move::exec && !monitor) {
          EXPECT_TRUE(runs());
        }
        if (monitor) comes_true([&] { return !runs(); }, std::chrono::seconds(1));
        if (runs()) {
          expect_begun(0);
        } else {
          expect_made(Move::start);
        }
        break;
      case Move::stop:
        // Asked it ends by itself; the kill may have come before it was.
        if (!comes_true([&] { return !runs(); }, std::chrono::seconds(1))) {
          EXPECT_EQ(make(Move::stop).status, 204);
        }
        EXPECT_EQ(state().value("Status", ""), "exited");
        if (monitor && state().value("ExitCode", 0) == killed_code) break;
        EXPECT_EQ(state().value("ExitCode", 0), own_code);
        break;
      case Move::remove:
        if (exists()) make(Move::remove);
        EXPECT_TRUE(comes_true([&] { return !exists(); }));
        break;
    }
  }

  std::unique_ptr<RealEngine> engine_;
  std::string name_ = "life";
  std::map<Move, microseconds> took_;
  std::uint32_t seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
};

TEST_P(Lives, LoseAndLeaveNothingWhoeverIsKilled) {
  ASSERT_EQ(ask("POST", "/containers/create?name=steady", create_body(counting)).status, 201);
  ASSERT_EQ(ask("POST", "/containers/steady/start").status, 204);
  const pid_t steady = ask("GET", "/containers/steady/json").json().at("State").value("Pid", 0);
  for (const Move move : moves) expect_made(move);
  const Traces before = engine_->traces();
  const int rounds = long_tests() ? 200 : 20;
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    const Move at = moves[std::uniform_int_distribution<std::size_t>(0, moves.size() - 1)(random_)];
    const auto victim = static_cast<Victim>(std::uniform_int_distribution<>(0, 2)(random_));
    SCOPED_TRACE(fmt::format("round {}: the {} at {}", round, to_string(victim), to_string(at)));
    bool own_end = true;  // not its monitor's
    for (const Move move : moves) {
      if (move != at) {
        expect_made(move);
      } else {
        const ApiAnswer answer = cut(move, victim);
        if (victim == Victim::launcher) {
          EXPECT_TRUE(is_done(answer)) << "it was noticed: " << answer.refusal();
          if (move == Move::exec) expect_said(answer);
        }
        settle(move, victim);
        own_end = victim != Victim::monitor;
      }
      if (move == Move::stop && own_end) {
        EXPECT_THAT(log_of(name_), ::testing::EndsWith("begun\nasked\n"));
      }
      if (HasFailure()) break;
    }
    ASSERT_EQ(engine_->differs_from(before), "");
  }
  EXPECT_EQ(ask("GET", "/containers/steady/json").json().at("State").value("Pid", 0), steady);
  ASSERT_EQ(ask("POST", "/containers/steady/kill").status, 204);
  std::int64_t number = 0;
  for (const std::string& line : split(trim(log_of("steady")), '\n')) {
    ASSERT_EQ(line, std::to_string(++number)) << "a line is lost";
  }
  EXPECT_GT(number, rounds);
}

INSTANTIATE_TEST_SUITE_P(As, Lives, ::testing::Values(Owner::self, Owner::ordinary_user),
                         [](const auto& one) { return to_string(one.param); });

}  // namespace
}  // namespace glassdock::golden
