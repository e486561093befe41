// The studio's threads against a real engine: events as they come, gates, an engine that goes and comes, a command in
// its terminal. No window.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "app/live/command.h"
#include "app/live/engine_link.h"
#include "app/live/lab.h"
#include "app/live/queue.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "tests/support/program.h"

namespace glassdock::live {
namespace {

using testing::EngineHome;
using testing::Outcome;
using testing::Program;

// As the studio's main loop: sleeps until it is woken, then takes what has come.
class Watched {
 public:
  explicit Watched(const EngineHome& home) {
    // The link would look for the engine's program beside this test's.
    EXPECT_EQ(home.docker({"ps"}).code, 0);
    link_.emplace(client::Place{home.data(), home.data() / "engine.sock"}, false, [this] { wake(); });
  }

  EngineLink& link() { return *link_; }
  void end() { link_.reset(); }
  const std::vector<trace::Event>& events() const { return events_; }

  // Until `done`; false after half a minute.
  template <typename Done>
  bool until(const Done& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done()) {
      {
        std::unique_lock lock(mutex_);
        if (!woken_.wait_until(lock, end, [&] { return std::exchange(news_, false); })) return false;
      }
      News news = link_->take();
      if (news.more) wake();
      for (trace::Event& event : news.events) events_.push_back(std::move(event));
      if (news.connection) connection_ = *news.connection;
      for (RunOpened& run : news.runs) runs_.push_back(std::move(run));
    }
    return true;
  }
  bool until_connection(Connection wanted) {
    return until([&] { return connection_ == wanted; });
  }
  std::string open_run(client::RunMode mode, std::vector<std::string> holds, bool keeps = false) {
    const std::uint64_t ticket = link_->open_run(mode, std::move(holds), false, keeps);
    const auto mine = [&](const RunOpened& run) { return run.ticket == ticket; };
    EXPECT_TRUE(until([&] { return std::any_of(runs_.begin(), runs_.end(), mine); }));
    const auto found = std::find_if(runs_.begin(), runs_.end(), mine);
    return found == runs_.end() ? std::string() : found->id;
  }
  // The first event of the name from `from` on; events().size() where none came.
  std::size_t find(std::string_view name, std::size_t from = 0) const {
    while (from < events_.size() && events_[from].name != name) ++from;
    return from;
  }
  bool until_event(std::string_view name, std::size_t from = 0) {
    return until([&] { return find(name, from) < events_.size(); });
  }

 private:
  void wake() {
    {
      std::lock_guard lock(mutex_);
      news_ = true;
    }
    woken_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable woken_;
  bool news_ = false;
  std::vector<trace::Event> events_;
  std::vector<RunOpened> runs_;
  std::optional<Connection> connection_;
  std::optional<EngineLink> link_;
};

std::vector<std::string> in_run(const EngineHome& home, const std::string& run, std::vector<std::string> words) {
  words.insert(words.begin(), "docker");
  words = home.command(std::move(words));
  words.insert(words.begin(), {"/usr/bin/env", "GLASSDOCK_RUN=" + run});
  return words;
}

std::uint64_t held_number(const trace::Event& event) {
  return static_cast<std::uint64_t>(trace::argument_number(event, "id"));
}

TEST(EngineLink, ARunIsSteppedOnLetGoAndEnds) {
  const EngineHome home;
  Watched watched(home);
  ASSERT_TRUE(watched.until_connection(Connection::there));
  const std::string run = watched.open_run(client::RunMode::step, {});
  ASSERT_FALSE(run.empty());
  Program program(in_run(home, run, {"run", "--rm", "alpine", "true"}));
  ASSERT_TRUE(watched.until_event("gate.held"));
  std::size_t held = watched.find("gate.held");
  EXPECT_EQ(trace::argument_text(watched.events()[held], "gate"), "cache.lookup");
  watched.link().proceed(run, client::RunMode::step, {}, held_number(watched.events()[held]));
  ASSERT_TRUE(watched.until_event("gate.held", held + 1));
  held = watched.find("gate.held", held + 1);
  watched.link().proceed(run, client::RunMode::run, {}, held_number(watched.events()[held]));
  ASSERT_TRUE(watched.until_event("container.exit"));
  EXPECT_EQ(program.finish().code, 0);
  watched.link().finish(run);
}

TEST(EngineLink, ItsEndOpensWhatItHolds) {
  const EngineHome home;
  Watched watched(home);
  ASSERT_TRUE(watched.until_connection(Connection::there));
  const std::string run = watched.open_run(client::RunMode::hold, {"isolate.pivot"});
  Program program(in_run(home, run, {"run", "--rm", "alpine", "echo", "late"}));
  ASSERT_TRUE(watched.until_event("gate.held"));
  watched.end();
  const Outcome outcome = program.finish();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "late\n");
}

// As the studio's window is closed. The engine's answer would come in 10 s.
template <typename End>
void expect_to_end_soon(const EngineHome& home, const End& ask_and_end) {
  std::optional<testing::StoppedEngine> engine(home);
  ASSERT_TRUE(engine->is_there());
  std::mutex mutex;
  std::condition_variable changed;
  bool over = false;
  std::thread waker([&] {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::seconds(10), [&] { return over; });
    engine.reset();
  });
  const auto begin = std::chrono::steady_clock::now();
  ask_and_end();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  {
    std::lock_guard lock(mutex);
    over = true;
  }
  changed.notify_one();
  waker.join();
}

constexpr std::chrono::milliseconds until_it_is_asked(300);

TEST(EngineLink, EndsThoughTheEngineDoesNotAnswer) {
  const EngineHome home;
  Watched watched(home);
  ASSERT_TRUE(watched.until_connection(Connection::there));
  const std::string run = watched.open_run(client::RunMode::step, {});
  ASSERT_FALSE(run.empty());
  expect_to_end_soon(home, [&] {
    watched.link().proceed(run, client::RunMode::run, {}, 0);
    watched.link().open_run(client::RunMode::run, {});
    std::this_thread::sleep_for(until_it_is_asked);
    watched.end();
  });
  // Before its stream has begun.
  expect_to_end_soon(home, [&] {
    EngineLink link(client::Place{home.data(), home.data() / "engine.sock"}, false, [] {});
    std::this_thread::sleep_for(until_it_is_asked);
  });
}

// As a step of a lesson is judged.
TEST(EngineLink, EndsThoughTheEngineDoesNotFinishARun) {
  const EngineHome home;
  Watched watched(home);
  ASSERT_TRUE(watched.until_connection(Connection::there));
  const std::string run = watched.open_run(client::RunMode::run, {}, true);
  ASSERT_FALSE(run.empty());
  expect_to_end_soon(home, [&] {
    watched.link().finish(run);
    std::this_thread::sleep_for(until_it_is_asked);
    watched.end();
  });
}

TEST(Lab, EndsThoughTheEngineDoesNotAnswer) {
  const EngineHome home;
  ASSERT_EQ(home.docker({"ps"}).code, 0);
  expect_to_end_soon(home, [&] {
    Lab lab(client::Place{home.data(), home.data() / "engine.sock"}, home.path() / "work", [] {});
    lab.reset({}, {}, true);
    std::this_thread::sleep_for(until_it_is_asked);
  });
}

// So that the picture takes none of its looks for a command.
TEST(Lab, LooksAside) {
  const EngineHome home;
  ASSERT_EQ(home.docker({"ps"}).code, 0);
  Watched watched(home);
  ASSERT_TRUE(watched.until_connection(Connection::there));
  const std::size_t before = watched.events().size();
  Lab lab(client::Place{home.data(), home.data() / "engine.sock"}, home.path() / "work", [] {});
  lessons::Step step;
  step.expect.push_back({lessons::ContainerCondition{}, {}});
  lab.judge(step, lessons::Observed());
  ASSERT_TRUE(watched.until_event("request.received", before));
  const trace::Event& asked = watched.events()[watched.find("request.received", before)];
  EXPECT_EQ(asked.subject, "GET /containers/json");
  EXPECT_EQ(std::count(asked.arguments.begin(), asked.arguments.end(), trace::Argument{"aside", true}), 1);
  EXPECT_EQ(asked.parent, 0u);
  watched.end();
}

TEST(EngineLink, WhatARunHoldsIsToldToWhoBeginsToWatchEverythingAndToNoOtherRun) {
  const EngineHome home;
  Watched watched(home);
  ASSERT_TRUE(watched.until_connection(Connection::there));
  const std::string run = watched.open_run(client::RunMode::hold, {"cache.lookup"});
  Program program(in_run(home, run, {"run", "--rm", "alpine", "true"}));
  ASSERT_TRUE(watched.until_event("gate.held"));
  const auto held_in_baseline = [](client::GlassStream stream) {
    std::size_t held = 0;
    while (auto line = stream.next()) {
      const auto* event = std::get_if<trace::Event>(&*line);
      if (event && event->name == "baseline.held") ++held;
      if (std::holds_alternative<client::BaselineEnd>(*line)) break;
    }
    return held;
  };
  client::Glass glass(home.data() / "engine.sock");
  EXPECT_EQ(held_in_baseline(glass.events(false)), 1u);
  EXPECT_EQ(held_in_baseline(glass.open_run({})), 0u);
  watched.end();
  EXPECT_EQ(program.finish().code, 0);
}

TEST(EngineLink, AnEngineThatGoesIsToldAndTheNextOneIsFound) {
  const EngineHome home;
  Watched watched(home);
  ASSERT_TRUE(watched.until_connection(Connection::there));
  for (int round = 0; round < 2; ++round) {
    const std::size_t from = watched.events().size();
    ASSERT_EQ(home.glassdock({"engine", "stop"}).code, 0);
    ASSERT_TRUE(watched.until_event("trace.ended", from));
    ASSERT_TRUE(watched.until_connection(Connection::gone));
    ASSERT_EQ(home.docker({"ps"}).code, 0);  // starts one
    ASSERT_TRUE(watched.until_connection(Connection::there));
    ASSERT_TRUE(watched.until_event("baseline.engine", watched.find("trace.ended", from)));
  }
}

TEST(EngineLink, ManyOrdersInARowAreAllCarriedOut) {
  const EngineHome home;
  Watched watched(home);
  std::vector<std::string> runs;
  for (int i = 0; i < 8; ++i) runs.push_back(watched.open_run(client::RunMode::run, {}));
  std::sort(runs.begin(), runs.end());
  EXPECT_EQ(std::unique(runs.begin(), runs.end()), runs.end());
  for (const std::string& run : runs) watched.link().finish(run);
}

TEST(EventQueue, WhoPutsMoreThanFitsWaitsAndNothingIsLost) {
  EventQueue queue;
  constexpr std::size_t events = 400;
  const std::string large(100'000, 'x');
  std::thread writer([&] {
    for (std::size_t i = 0; i < events; ++i) {
      trace::Event event;
      event.sequence = i + 1;
      event.subject = large;
      ASSERT_TRUE(queue.put(std::move(event)));
    }
  });
  std::uint64_t last = 0;
  std::size_t largest = 0;
  while (last < events) {
    bool more = false;
    const std::vector<trace::Event> taken = queue.take(1000, more);
    largest = std::max(largest, taken.size());
    for (const trace::Event& event : taken) {
      ASSERT_EQ(event.sequence, last + 1);
      last = event.sequence;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  writer.join();
  EXPECT_LE(largest, EventQueue::most_bytes / large.size() + 1);
}

TEST(EventQueue, ClosingItLetsAWriterGo) {
  EventQueue queue;
  std::thread writer([&] {
    trace::Event event;
    event.subject.assign(EventQueue::most_bytes, 'x');
    while (queue.put(event)) {
    }
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  queue.close();
  writer.join();
}

TEST(Command, PrintsAsksAndEnds) {
  std::mutex mutex;
  std::condition_variable woken;
  int wakes = 0;
  terminal::Launch launch;
  launch.arguments = {"/bin/sh", "-c", "echo first; read word; echo got $word; exit 3"};
  launch.size = {24, 80};
  Command command(launch, [&] {
    {
      std::lock_guard lock(mutex);
      ++wakes;
    }
    woken.notify_one();
  });
  std::string out;
  bool asked = false;
  std::optional<terminal::Exit> end;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!end && std::chrono::steady_clock::now() < give_up) {
    {
      std::unique_lock lock(mutex);
      woken.wait_until(lock, give_up, [&] { return std::exchange(wakes, 0) > 0; });
    }
    for (const Printed& printed : command.take_output()) out += printed.bytes;
    if (!asked && command.asks_for_input()) {
      asked = true;
      command.resize({30, 100});
      command.send("tea\n");
    }
    end = command.ended();
  }
  ASSERT_TRUE(end);
  EXPECT_EQ(end->code, 3);
  EXPECT_TRUE(asked);
  EXPECT_NE(out.find("first"), std::string::npos);
  EXPECT_NE(out.find("got tea"), std::string::npos);
}

terminal::Launch shell(const std::string& line) {
  terminal::Launch launch;
  launch.arguments = {"/bin/sh", "-c", line};
  launch.size = {24, 80};
  return launch;
}

// What it prints until it has ended; "?" at the end where it has not within half a minute.
std::string all_of(Command& command) {
  std::string out;
  for (int looks = 0; looks < 3000; ++looks) {
    for (const Printed& printed : command.take_output()) out += printed.bytes;
    if (command.ended()) return out;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return out + "?";
}

// It has ended before anybody reads: its last line waits in the terminal, since there is no room beside the rest.
TEST(Command, WhatItPrintedLastIsReadHoweverLate) {
  constexpr std::size_t room = 512 * 1024;
  Command command(shell("head -c " + std::to_string(room) + " /dev/zero | tr '\\0' x; sleep 0.3; echo the last line"),
                  [] {});
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  const std::string out = all_of(command);
  EXPECT_EQ(out.substr(std::min(out.size(), room)), "the last line\r\n");
}

TEST(Command, WhatStaysInTheBackgroundKeepsNoLineWaiting) {
  for (const char* background : {"sleep 5", "yes"}) {
    std::atomic<int> wakes = 0;
    const auto begin = std::chrono::steady_clock::now();
    Command command(shell(std::string("trap '' HUP; ") + background + " & echo the line"), [&] { ++wakes; });
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    EXPECT_LT(wakes, 2000) << background;  // one for each piece of output
    EXPECT_NE(all_of(command).find("the line\r\n"), std::string::npos) << background;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3)) << background;
  }
}

TEST(Command, GetsAllOfALargePaste) {
  constexpr std::size_t bytes = 300'000;
  Command command(shell("stty raw -echo; head -c " + std::to_string(bytes) + " | wc -c"), [] {});
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // it reads by then, as it is asked to
  for (int part = 0; part < 3; ++part) {
    command.send(std::string(bytes / 3, 'x'));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_NE(all_of(command).find(std::to_string(bytes)), std::string::npos);
}

// As one does that asks its terminal without end and reads no answer.
TEST(Command, GetsItsKeysAndNoMoreAnswersThanItReads) {
  const os::TempDir folder(std::filesystem::temp_directory_path(), "glassdock-test.");
  const std::filesystem::path reads = folder.path() / "reads";
  Command command(
      shell("stty raw -echo; echo ready; while [ ! -e " + reads.string() + " ]; do sleep 0.1; done; head -n 1 | wc -c"),
      [] {});
  while (command.take_output().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  constexpr std::size_t answers = 100'000, most = 64 * 1024;
  for (std::size_t i = 0; i < answers; ++i) command.answer("\x1b[24;80R");
  command.send("key\n");
  std::ofstream(reads).flush();
  const std::string out = all_of(command);
  const std::size_t bytes = parse_number(trim(out)).value_or(0);
  EXPECT_GT(bytes, 0u) << out;
  EXPECT_LT(bytes, most);
}

TEST(Command, WithoutADescriptorToBeHadItSaysSo) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = ::dup(STDIN_FILENO);
  ASSERT_GE(next, 0);
  ::close(next);
  const rlimit full{static_cast<rlim_t>(next), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &full), 0);
  EXPECT_THROW(Command(shell("true"), [] {}), Error);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(Command, ThatFloodsWaitsForItsReaderAndCanBeEndedAtAnyMoment) {
  terminal::Launch launch;
  launch.arguments = {"/usr/bin/yes", "glass walls"};
  launch.size = {24, 80};
  for (int round = 0; round < 5; ++round) {
    Command command(launch, [] {});
    std::size_t bytes = 0;
    for (int i = 0; i < 20; ++i) {
      std::size_t at_once = 0;
      for (const Printed& printed : command.take_output()) at_once += printed.bytes.size();
      EXPECT_LT(at_once, 1u << 20);
      bytes += at_once;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    EXPECT_GT(bytes, 0u);
  }
}

// A window that is closed while an engine comes up does not wait for it.
TEST(EngineLinkStart, EndsWhileAnotherStartsTheEngine) {
  const EngineHome home;
  const std::filesystem::path socket = home.data() / "engine.sock";
  std::filesystem::create_directories(home.data());
  const UniqueFd lock(::open((socket.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(::flock(lock.get(), LOCK_EX), 0);  // as one that starts an engine, and takes its time
  std::atomic<int> woken = 0;
  {
    EngineLink link(client::Place{home.data(), socket}, false, [&] { ++woken; });
    link.open_run(client::RunMode::run, {});
    while (woken == 0) std::this_thread::yield();  // it has begun
  }
}

}  // namespace
}  // namespace glassdock::live
