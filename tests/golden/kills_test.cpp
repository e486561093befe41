// The daemon, a monitor and the launcher killed at every gate of a start, the daemon within a removal, and all at
// random moments: nothing leaks, counted before and after. Without GLASSDOCK_LONG_TESTS=1 each gate once, as this
// process's own user.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/fanotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>

#include "engine/base/text.h"
#include "engine/base/unique_fd.h"
#include "engine/http/client.h"
#include "engine/runtime/launcher_link.h"
#include "engine/trace/gates.h"
#include "tests/golden/processes.h"
#include "tests/support/private_mounts.h"

namespace glassdock::golden {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

bool long_tests() {
  return std::getenv("GLASSDOCK_LONG_TESTS") != nullptr;
}

bool is_gate_of_daemon(const std::string& gate) {
  const trace::Gate* known = trace::find_gate(gate);
  return known && known->waits == trace::Actor::daemon;
}

bool is_of_pull(const std::string& gate) {
  return starts_with(gate, "pull.") || gate == "snapshot.unpack";
}

// How often each gate comes, and how many random moments.
int rounds() {
  return long_tests() ? 3 : 1;
}
constexpr int random_rounds = 60;

// Whoever opens this folder waits until the end of the object (fanotify(7)): a removal has no gates, but empties one
// folder after the other. Needs root.
class HeldFolder {
 public:
  static std::string missing() {
    return group() ? "" : fmt::format("nothing can hold a removal: fanotify_init: {}", ::strerror(errno));
  }
  explicit HeldFolder(const std::filesystem::path& folder) : group_(group()) {
    if (!group_ || ::fanotify_mark(group_.get(), FAN_MARK_ADD | FAN_MARK_ONLYDIR, FAN_OPEN_PERM | FAN_ONDIR, AT_FDCWD,
                                   folder.c_str()) != 0) {
      throw Error::from_errno(errno, "hold", folder.string());
    }
  }
  // Lets others pass until this process waits; false where it does not come.
  bool wait_for(pid_t process) const {
    pollfd source{group_.get(), POLLIN, 0};
    while (::poll(&source, 1, 10'000) == 1) {
      fanotify_event_metadata event{};  // one at a time: there is no room for a second
      if (::read(group_.get(), &event, sizeof event) != sizeof event) return false;
      const UniqueFd opened(event.fd);
      if (event.pid == process) return true;
      const fanotify_response answer{event.fd, FAN_ALLOW};
      if (::write(group_.get(), &answer, sizeof answer) != sizeof answer) return false;
    }
    return false;
  }

 private:
  static UniqueFd group() { return UniqueFd(::fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY | O_CLOEXEC)); }
  UniqueFd group_;
};

// A way to a removal: how the container is run, and what has it removed then.
struct Removal {
  std::vector<std::string> options;
  const char* runs;
  std::vector<std::string> command;  // none: its process's end does
};
const Removal removals[] = {{{}, "true", {"rm", "going"}},
                            {{"-d"}, "exec sleep 1000", {"rm", "-f", "going"}},
                            {{"-d", "--rm"}, "exec sleep 1000", {}}};

class Kills : public ::testing::TestWithParam<Owner> {
 protected:
  void SetUp() override {
    if (GetParam() == Owner::ordinary_user && !long_tests()) GTEST_SKIP() << "GLASSDOCK_LONG_TESTS=1 runs it";
    if (std::string why = RealEngine::missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
    engine_ = std::make_unique<RealEngine>(GetParam());
    std::filesystem::create_directory(engine_->folder() / "shared");
    pull();
    remove_image();
    without_image_ = engine_->traces();
    pull();
  }

  // What a first run leaves for good (the lock files, a spare monitor) is there before anything is counted.
  void pull() {
    ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
    ASSERT_EQ(engine_->docker({"run", "--rm", "alpine", "true"}).code, 0);
    with_image_ = engine_->traces();
  }
  void remove_image() { engine_->docker({"rmi", "-f", "alpine"}); }

  // With an option for each operation that not every start has.
  std::vector<std::string> run_words() const {
    std::vector<std::string> words = {"--rm",      "-v",         engine_->folder().string() + "/shared:/shared",
                                      "--tmpfs",   "/t",         "-w",
                                      "/made/for", "--read-only"};
    if (!engine_->rootless()) words.insert(words.end(), {"-m", "64m", "--cpus", "0.5", "--pids-limit", "50"});
    words.insert(words.end(), {"alpine", "echo", "ran"});
    return words;
  }

  // The gates that a run comes to, each once, in their order.
  std::vector<std::string> gates_of_run() const {
    std::vector<std::string> names;
    std::vector<std::string> words = run_words();
    words.insert(words.begin(), "run");
    step(*engine_, words, {{}, [&](const client::Held& held) {
                             names.push_back(held.gate);
                             return true;
                           }});
    return names;
  }
  // Those of the pull before a run that lacks its image.
  std::vector<std::string> pull_gates() {
    remove_image();
    std::vector<std::string> names;
    for (const std::string& gate : gates_of_run()) {
      if (is_of_pull(gate) && std::find(names.begin(), names.end(), gate) == names.end()) names.push_back(gate);
    }
    return names;
  }

  // A command that has come so far. It has its engine then: before, it would start one of its own in a killed one's
  // place.
  std::unique_ptr<Program> run_until(std::string_view event_name) const {
    client::Glass glass(engine_->socket());
    client::GlassStream events = glass.events(false);
    auto client = std::make_unique<Program>(engine_->command({"docker", "run", "--rm", "alpine", "echo", "ran"}));
    while (auto line = events.next()) {
      const auto* event = std::get_if<trace::Event>(&*line);
      if (event && event->name == event_name) break;
    }
    return client;
  }
  void expect_works() const {
    const Outcome outcome = engine_->docker({"run", "--rm", "alpine", "echo", "works"});
    EXPECT_EQ(outcome.out, "works\n") << outcome.err;
  }
  // It forks no other spare monitor, and keeps its socket open for what is to start. Answers which it is.
  pid_t stop_launcher() const {
    const pid_t launcher = launcher_of(*engine_), spare = spare_of(launcher);
    EXPECT_GT(spare, 1);
    EXPECT_EQ(::kill(launcher, SIGSTOP), 0);
    const ProcessMark spare_mark(spare);
    EXPECT_EQ(::kill(spare, SIGKILL), 0);
    EXPECT_TRUE(comes_true([&] { return !spare_mark.alive(); }));
    return launcher;
  }
  void remove_created() const {
    const auto created = [&] { return std::string(trim(engine_->docker({"ps", "-aq"}).out)); };
    EXPECT_TRUE(comes_true([&] { return !created().empty(); }));
    EXPECT_THAT(engine_->docker({"ps", "-a"}).out, HasSubstr("Created"));
    EXPECT_EQ(engine_->docker({"rm", created()}).code, 0);
  }
  static void expect_ran(const Outcome& outcome) {
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "ran\n");
  }

  enum class Disk { has_room, is_full };
  // What the daemon writes to a file fails from now on, as it does on a full disk. Asked by its own user: root may lack
  // CAP_SYS_RESOURCE.
  void take_no_byte_more() const {
    const Outcome set =
        testing::run(engine_->as_owner({"/usr/bin/prlimit", "--pid", std::to_string(engine_->pid()), "--fsize=0:0"}));
    ASSERT_EQ(set.code, 0) << set.err;
  }

  // A removal whose daemon is killed just before it empties this folder of the container's. Answers the container's
  // own.
  std::filesystem::path cut_off(const Removal& removal, const std::string& place, Disk disk = Disk::has_room) const {
    std::vector<std::string> words = {"run", "--name", "going"};
    words.insert(words.end(), removal.options.begin(), removal.options.end());
    const std::string script = fmt::format("touch /file && mkdir /kept && touch /kept/file && {}", removal.runs);
    words.insert(words.end(), {"alpine", "sh", "-c", script});
    const Outcome run = engine_->docker(words);
    EXPECT_EQ(run.code, 0) << run.err;
    const std::string id(trim(engine_->docker({"ps", "-aq", "--no-trunc"}).out));
    std::filesystem::path folder = engine_->data() / "containers" / id;
    EXPECT_TRUE(comes_true([&] { return std::filesystem::exists(folder / "upper/kept/file"); }));
    const HeldFolder held(folder / place);
    if (disk == Disk::is_full) take_no_byte_more();
    std::optional<Program> client;
    if (removal.command.empty()) {
      EXPECT_EQ(::kill(first_process(*engine_, id), SIGKILL), 0);
    } else {
      words = removal.command;
      words.insert(words.begin(), "docker");
      client.emplace(engine_->command(words));
    }
    EXPECT_TRUE(held.wait_for(engine_->pid()));
    engine_->kill();
    if (client) client->finish();
    return folder;
  }

  // Before anybody could look, the next daemon has finished what the killed one had begun.
  void expect_removed_by_the_next_daemon() {
    engine_->start();
    EXPECT_EQ(engine_->docker({"ps", "-aq"}).out, "");
    EXPECT_EQ(engine_->differs_from(with_image_), "");
  }

  // `kill` gets the run held at each gate in turn and ends it. Then everything must be as it was, before anything is
  // cleaned up; with the image where the pull went on in spite of it all.
  using Kill = std::function<void(HeldRun&, const std::string& gate)>;
  enum class Pull { goes_on, is_cut_off };
  void at_each_gate(Pull cut, const Kill& kill) {
    for (const std::string& gate : pull_gates()) {
      SCOPED_TRACE(gate);
      remove_image();
      HeldRun run(*engine_, gate, run_words());
      kill(run, gate);
      if (cut == Pull::goes_on) remove_image();
      ASSERT_EQ(engine_->differs_from(without_image_), "");
      if (HasFailure()) return;
    }
    pull();
    const std::vector<std::string> warm = gates_of_run();
    EXPECT_GT(warm.size(), 30u);
    for (const std::string& gate : warm) {
      SCOPED_TRACE(gate);
      HeldRun run(*engine_, gate, run_words());
      kill(run, gate);
      ASSERT_EQ(engine_->differs_from(with_image_), "");
      if (HasFailure()) return;
    }
  }

  std::unique_ptr<RealEngine> engine_;
  Traces without_image_, with_image_;
};

// Its gates open: a pull that nobody waits for is given up, and a start goes on.
TEST_P(Kills, OfTheClientAtEachGateLeaveNothing) {
  for (int round = 0; round < rounds() && !HasFailure(); ++round) {
    at_each_gate(Pull::is_cut_off, [&](HeldRun& run, const std::string& gate) {
      run.client().send_signal(SIGKILL);
      run.client().finish();
      // At the gates of `create` nobody is left to ask for the start: the container stays, as docker's does.
      if (is_gate_of_daemon(gate) && !is_of_pull(gate)) remove_created();
    });
    expect_works();
  }
}

TEST_P(Kills, OfTheDaemonAtEachGateLeaveNothing) {
  for (int round = 0; round < rounds() && !HasFailure(); ++round) {
    at_each_gate(Pull::is_cut_off, [&](HeldRun& run, const std::string&) {
      engine_->kill();
      EXPECT_NE(run.client().finish().code, 0) << "its engine went away";
      engine_->start();
    });
    expect_works();
  }
}

TEST_P(Kills, OfTheMonitorAtEachGateLeaveNothing) {
  for (int round = 0; round < rounds() && !HasFailure(); ++round) {
    at_each_gate(Pull::goes_on, [&](HeldRun& run, const std::string& gate) {
      const bool is_spare = is_gate_of_daemon(gate);
      const pid_t monitor = is_spare ? spare_of(launcher_of(*engine_)) : monitor_of(run.pid());
      ASSERT_GT(monitor, 1);
      ASSERT_EQ(::kill(monitor, SIGKILL), 0);
      if (is_spare) {
        expect_ran(run.release());
        return;
      }
      const Outcome outcome = run.client().finish();
      EXPECT_EQ(outcome.code, 125);
      EXPECT_EQ(outcome.out, "");
      EXPECT_THAT(outcome.err, HasSubstr("monitor died during the start"));
    });
    expect_works();
  }
}

TEST_P(Kills, OfTheLauncherAtEachGateAreNotNoticed) {
  for (int round = 0; round < rounds() && !HasFailure(); ++round) {
    at_each_gate(Pull::goes_on, [&](HeldRun& run, const std::string& gate) {
      const pid_t launcher = launcher_of(*engine_);
      ASSERT_GT(launcher, 1);
      ASSERT_EQ(::kill(launcher, SIGKILL), 0);
      if (!is_gate_of_daemon(gate)) expect_works();  // the next start brings a new one
      expect_ran(run.release());
    });
  }
}

TEST_P(Kills, OfTheDaemonWithinARemovalLeaveItToTheNextOne) {
  if (std::string why = HeldFolder::missing(); !why.empty()) GTEST_SKIP() << why;
  for (const Removal& removal : removals) {
    for (const char* place : {"upper", "upper/kept", "work", "", "nothing is left"}) {
      SCOPED_TRACE(fmt::format("run {} at \"{}\"", join(removal.options, " "), place));
      const bool is_rest = place == std::string("nothing is left");
      const std::filesystem::path folder = cut_off(removal, is_rest ? "" : place);
      if (is_rest) std::filesystem::remove_all(folder);
      expect_removed_by_the_next_daemon();
      if (HasFailure()) return;
    }
  }
}

TEST_P(Kills, OfTheDaemonWithinTheRemovalOfAFailedStartLeaveItToTheNextOne) {
  if (std::string why = HeldFolder::missing(); !why.empty()) GTEST_SKIP() << why;
  HeldRun run(*engine_, "run.exec", {"--rm", "alpine", "no-such-program"});
  const std::string id(trim(engine_->docker({"ps", "-aq", "--no-trunc"}).out));
  {
    const HeldFolder held(engine_->data() / "containers" / id / "upper");
    run.client().type("c\n");
    EXPECT_TRUE(held.wait_for(engine_->pid()));
    engine_->kill();
    run.client().finish();
  }
  expect_removed_by_the_next_daemon();
}

TEST_P(Kills, OfTheDaemonWithinARemovalThatAFullDiskKeptFromBeingStoredLeaveItToTheNextOne) {
  if (std::string why = HeldFolder::missing(); !why.empty()) GTEST_SKIP() << why;
  for (const char* place : {"upper", "upper/kept", "work", ""}) {
    SCOPED_TRACE(place);
    cut_off(removals[0], place, Disk::is_full);
    expect_removed_by_the_next_daemon();
    if (HasFailure()) return;
  }
}

// What cannot be removed is dead: neither exited, nor to be started.
TEST_P(Kills, OfTheDaemonWithinARemovalThatFailsThenLeaveNoExitedContainer) {
  if (std::string why = HeldFolder::missing(); !why.empty()) GTEST_SKIP() << why;
  if (engine_->rootless()) GTEST_SKIP() << "the keeper's mount namespace sees no mount of this process";
  for (const Removal& removal : removals) {
    SCOPED_TRACE("run " + join(removal.options, " "));
    const std::filesystem::path folder = cut_off(removal, "upper/kept");
    EXPECT_FALSE(std::filesystem::exists(folder / "going/file"));
    {
      const auto in_the_way = tests::MountedOver::tmpfs(folder / "going/kept", 4096);
      for (int i = 0; i < 2; ++i) {
        engine_->start();
        EXPECT_THAT(engine_->docker({"ps", "-a"}).out, HasSubstr("Dead"));
        http::Client client = http::Client::connect_unix(engine_->socket());
        EXPECT_EQ(client.request("POST", "/containers/going/start").status(), 409);
        engine_->kill();
      }
    }
    engine_->start();
    ASSERT_EQ(engine_->differs_from(with_image_), "");
  }
}

// What the launcher was to hand on goes down with it, unread: it is told to the next one.
TEST_P(Kills, OfTheLauncherLoseNoStartThatWaitsForIt) {
  const pid_t launcher = stop_launcher();
  const std::unique_ptr<Program> client = run_until("container.start");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // the message follows its event
  ASSERT_EQ(::kill(launcher, SIGKILL), 0);
  expect_ran(client->finish());
  EXPECT_EQ(engine_->differs_from(with_image_), "");
}

TEST_P(Kills, OfTheLauncherLoseNoCommandThatWaitsForIt) {
  ASSERT_EQ(engine_->docker({"run", "-d", "--name", "runs", "alpine", "sleep", "1000"}).code, 0);
  const pid_t launcher = stop_launcher();
  Program client(engine_->command({"docker", "exec", "runs", "echo", "ran"}));
  const std::filesystem::path waits =
      engine_->data() / "containers" / std::string(trim(engine_->docker({"ps", "-q", "--no-trunc"}).out)) / "execs";
  ASSERT_TRUE(comes_true([&] { return std::filesystem::exists(waits) && !std::filesystem::is_empty(waits); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // the message follows its folder
  ASSERT_EQ(::kill(launcher, SIGKILL), 0);
  expect_ran(client.finish());
  EXPECT_EQ(engine_->docker({"rm", "-f", "runs"}).code, 0);
  EXPECT_EQ(engine_->differs_from(with_image_), "");
}

// As a spare monitor does that was forked in the last moment and does not know yet: this process keeps the socket open,
// and whatever came in would be lost.
TEST_P(Kills, OfTheLauncherAreSeenThoughItsSocketIsKeptOpen) {
  const pid_t launcher = launcher_of(*engine_);
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, launcher, 0)));
  constexpr int launcher_socket = 3;
  const UniqueFd kept(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), launcher_socket, 0)));
  ASSERT_TRUE(kept) << ::strerror(errno);
  ASSERT_EQ(::kill(launcher, SIGKILL), 0);
  pollfd end{process.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&end, 1, 10'000), 1);
  const auto begin = std::chrono::steady_clock::now();
  expect_works();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, runtime::LauncherLink::usual_patience);
}

// Moments between the gates, drawn from a seed that is printed.
class RandomKills : public Kills {
 protected:
  void SetUp() override {
    if (!long_tests()) GTEST_SKIP() << "GLASSDOCK_LONG_TESTS=1 runs it";
    Kills::SetUp();
    std::printf("seed %u\n", seed_);
  }
  // Around the time that a whole run takes.
  void wait_a_random_while() {
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<>(0, 40'000)(random_)));
  }
  std::uint32_t seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
};

TEST_P(RandomKills, OfTheDaemonLeaveNothing) {
  for (int i = 0; i < random_rounds; ++i) {
    const std::unique_ptr<Program> client = run_until("cache.lookup");
    wait_a_random_while();
    engine_->kill();
    engine_->start();
    client->finish();
    ASSERT_EQ(engine_->differs_from(with_image_), "") << "round " << i;
  }
  expect_works();
}

TEST_P(RandomKills, OfTheMonitorLeaveNothing) {
  for (int i = 0; i < random_rounds; ++i) {
    Program client(engine_->command({"docker", "run", "--rm", "alpine", "sleep", "0.02"}));
    wait_a_random_while();
    const pid_t launcher = launcher_of(*engine_);
    pid_t monitor = child_named(launcher, monitor_name);
    if (monitor == 0) monitor = spare_of(launcher);
    if (monitor > 1) ::kill(monitor, SIGKILL);
    EXPECT_THAT(client.finish().code, AnyOf(0, 125, 137));
    ASSERT_EQ(engine_->differs_from(with_image_), "") << "round " << i;
  }
  expect_works();
}

TEST_P(RandomKills, OfTheLauncherAreNotNoticed) {
  for (int i = 0; i < random_rounds; ++i) {
    Program client(engine_->command({"docker", "run", "--rm", "alpine", "echo", "ran"}));
    wait_a_random_while();
    if (const pid_t launcher = launcher_of(*engine_); launcher > 1) ::kill(launcher, SIGKILL);
    expect_ran(client.finish());
    expect_works();
    ASSERT_EQ(engine_->differs_from(with_image_), "") << "round " << i;
  }
}

constexpr Owner owners[] = {Owner::self, Owner::ordinary_user};
INSTANTIATE_TEST_SUITE_P(As, Kills, ::testing::ValuesIn(owners), [](const auto& one) { return to_string(one.param); });
INSTANTIATE_TEST_SUITE_P(As, RandomKills, ::testing::ValuesIn(owners),
                         [](const auto& one) { return to_string(one.param); });

}  // namespace
}  // namespace glassdock::golden
