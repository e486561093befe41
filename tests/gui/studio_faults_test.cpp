// What must not harm the studio, its engine or the run: deaths on either side, bad displays, small windows, floods,
// crowds. And what is held in the window is what another terminal finds.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "engine/base/text.h"
#include "engine/client/glass.h"
#include "tests/gui/studio_window.h"
#include "tests/support/places.h"

namespace glassdock::testing {
namespace {

class StudioFaults : public StudioWindow {
 protected:
  void TearDown() override {
    StudioWindow::TearDown();
    remove_containers();  // whatever a test left running, of a failed one too
  }
  void remove_containers() const {
    for (const std::string& id : split(trim(home_.docker({"ps", "-aq"}).out), '\n')) home_.docker({"rm", "-f", id});
  }
  std::filesystem::path socket() const { return home_.data() / "engine.sock"; }
  // What `docker ps` says of the newest container.
  std::string status() const { return home_.docker({"ps", "-a", "-n", "1"}).out; }
  bool comes_to(const std::string& words) const {
    for (int looks = 0; looks < 300; ++looks) {
      if (status().find(words) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }
  std::uint64_t resident_kib() const {
    const std::string status = os::read_file(fmt::format("/proc/{}/status", studio_->pid()));
    return parse_number(trim(status.substr(status.find("VmRSS:") + 6, 16))).value_or(0);
  }
};

TEST_F(StudioFaults, WhatIsHeldInTheWindowIsWhatAnotherTerminalFinds) {
  open_with_engine();
  client::GlassStream events = client::Glass(socket()).events(false);
  step_to("run.exec");
  picture("held");
  pid_t process = 0;
  std::string container;
  while (process == 0) {
    const auto line = events.next();
    ASSERT_TRUE(line);
    const auto* event = std::get_if<trace::Event>(&*line);
    const auto held = event ? client::held_by(*event) : std::nullopt;
    if (!held || held->gate != "run.exec") continue;
    process = held->pid;
    container = held->subject;
  }
  const auto inside = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"/usr/bin/nsenter", "-t", std::to_string(process)});
    // An ordinary user comes in through the user namespace that the container shares with its engine.
    if (::geteuid() != 0) words.insert(words.begin() + 1, {"-U", "--preserve-credentials"});
    return run(words).out;
  };
  EXPECT_EQ(inside({"-u", "uname", "-n"}), container.substr(0, 12) + "\n");
  const std::string interfaces = inside({"-n", "cat", "/proc/self/net/dev"});
  EXPECT_EQ(std::count(interfaces.begin(), interfaces.end(), ':'), 1) << interfaces;
  EXPECT_NE(inside({"-m", "-r", "/hello"}).find("Hello from"), std::string::npos) << "its files are the image's";
  key("F5", ended);
}

TEST_F(StudioFaults, TheStudiosDeathOpensItsGatesAndTheRunFinishes) {
  open_with_engine();
  step_to("isolate.pivot");
  studio_->send_signal(SIGKILL);
  studio_->finish();
  EXPECT_TRUE(comes_to("Exited (0)")) << status();
}

TEST_F(StudioFaults, LeavingOpensItsGatesAndTheRunFinishes) {
  for (const char* gate : {"cache.lookup", "pull.", "run.exec"}) {
    open_with_engine();
    step_to(gate);
    ASSERT_TRUE(screen_->key("ctrl+q"));
    EXPECT_EQ(studio_->finish().code, 0);
    EXPECT_TRUE(comes_to("Exited (0)")) << gate << ": " << status();
    remove_containers();
    home_.docker({"rmi", "hello-world"});
  }
}

TEST_F(StudioFaults, WhatARunThatWasLeftPrintsStillComesToItsFile) {
  open_with_engine();
  ASSERT_TRUE(screen_->key("ctrl+u"));
  const std::filesystem::path file = home_.path() / "said";
  ASSERT_TRUE(screen_->type("docker run --rm alpine echo late > " + file.string()));
  step_to("isolate.pivot");
  ASSERT_TRUE(screen_->key("ctrl+q"));
  EXPECT_EQ(studio_->finish().code, 0);
  for (int looks = 0; looks < 300 && os::try_read_file(file) != "late\n"; ++looks) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_EQ(os::try_read_file(file), "late\n");
}

TEST_F(StudioFaults, TheEnginesDeathAtAGateIsShownAndTheNextOneSettlesIt) {
  open_with_engine();
  step_to("isolate.pivot");
  const pid_t first = home_.engine();
  ASSERT_GT(first, 0);
  ::kill(first, SIGKILL);
  ASSERT_TRUE(studio_->wait_for_out("the engine has gone"));
  settle(scene::lay_out(size).canvas);
  picture("1-gone");
  EXPECT_FALSE(band_is_plate()) << "nothing that the window could let go on is held any more";
  // The next command starts an engine. It adopts the held start, which nobody holds any more.
  key("F5", ": ");
  key("F5", ended);
  picture("2-next");
  EXPECT_NE(home_.engine(), first);
  const std::string all = home_.docker({"ps", "-a"}).out;
  const auto ended_well = all.find("Exited (0)");
  ASSERT_NE(ended_well, std::string::npos) << all;
  EXPECT_NE(all.find("Exited (0)", ended_well + 1), std::string::npos) << all;
}

TEST_F(StudioFaults, WhileTheEngineDoesNotAnswerKeysAreKeptAndTheWindowCanBeClosed) {
  open_with_engine();
  const auto file = [&](const char* name) { return (home_.path() / name).string(); };
  const auto comes = [&](const char* name, const std::string& words) {
    for (int looks = 0; looks < 100 && os::try_read_file(file(name)) != words; ++looks) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return os::try_read_file(file(name)).value_or("");
  };
  std::optional<StoppedEngine> stopped(home_);
  ASSERT_TRUE(stopped->is_there());
  ASSERT_TRUE(screen_->key("ctrl+u"));
  enter("read word; echo $word > " + file("typed"));
  enter("tea");
  stopped.reset();
  EXPECT_EQ(comes("typed", "tea\n"), "tea\n");
  // Ctrl C takes the line back.
  settle(scene::lay_out(size).terminal);
  stopped.emplace(home_);
  enter("echo no > " + file("dropped"));
  ASSERT_TRUE(screen_->key("ctrl+c"));
  enter("echo yes > " + file("next"));
  picture("1-dropped");
  stopped.reset();
  EXPECT_EQ(comes("next", "yes\n"), "yes\n");
  EXPECT_FALSE(std::filesystem::exists(file("dropped")));
  settle(scene::lay_out(size).terminal);
  stopped.emplace(home_);
  ASSERT_TRUE(screen_->type("docker run --rm hello-world"));
  ASSERT_TRUE(screen_->key("F10"));  // the focus leaves the terminal, the run is asked for and does not come
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(screen_->key("ctrl+q"));
  EXPECT_TRUE(studio_->ends());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST_F(StudioFaults, TheEnginesEndIsShownAndTheNextCommandStartsOne) {
  open_with_engine();
  ASSERT_EQ(home_.glassdock({"engine", "stop"}).code, 0);
  ASSERT_TRUE(studio_->wait_for_out("the engine has gone"));
  picture("gone");
  key("Return", ended);
}

// An engine takes its time to come up, and the window takes gates meanwhile.
TEST_F(StudioFaults, AGateThatIsSetWhileTheEngineComesUpHoldsTheRun) {
  open_with_engine();
  const scene::Point badge = first_place(scene::Act::toggle_gate, "isolate");
  ASSERT_EQ(home_.glassdock({"engine", "stop"}).code, 0);
  ASSERT_TRUE(studio_->wait_for_out("the engine has gone"));
  ASSERT_TRUE(screen_->key_and_click("Return", badge.x, badge.y));
  ASSERT_TRUE(studio_->wait_for_out("HELD: before: isolate."));
  key("F5", ended);
}

TEST_F(StudioFaults, WithoutADisplayItSaysSoInOneLine) {
  const Outcome outcome =
      run({"/usr/bin/env", "-u", "DISPLAY", "-u", "WAYLAND_DISPLAY", program_path("glassdock-studio")});
  EXPECT_NE(outcome.code, 0);
  EXPECT_NE(outcome.err.find("there is no display"), std::string::npos) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
}

TEST_F(StudioFaults, AnOldOpenGLIsSaidInOneLine) {
  std::vector<std::string> old = words({"--data", home_.data().string()});
  old.insert(old.begin() + 1, "MESA_GL_VERSION_OVERRIDE=2.1");
  const Outcome outcome = run(old);
  EXPECT_NE(outcome.code, 0);
  EXPECT_NE(outcome.err.find("OpenGL 3.3"), std::string::npos) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
}

TEST_F(StudioFaults, ADisplayThatDiesEndsTheStudioAndNotTheRun) {
  open_with_engine();
  step_to("isolate.pivot");
  screen_->kill();
  EXPECT_NE(studio_->finish().code, 128 + SIGSEGV);
  EXPECT_TRUE(comes_to("Exited (0)")) << status();
}

TEST_F(StudioFaults, AWindowThatIsTooSmallSaysSoAndComesBack) {
  open_with_engine();
  ASSERT_TRUE(screen_->resize("Glassdock", 200, 100));
  settle({0, 0, 200, 100});
  picture("1-small");
  ASSERT_TRUE(screen_->key("Return"));  // it still works
  ASSERT_TRUE(studio_->wait_for_out(ended));
  ASSERT_TRUE(screen_->resize("Glassdock", 1600, 900));
  settle(scene::lay_out(size).canvas);
  picture("2-back");
  key("Left", "PAST: ");
}

// Some megabytes a second, more than a terminal reads; not so many that their log fills the disk of a slow machine.
TEST_F(StudioFaults, AFloodOfOutputFreezesNothing) {
  open_with_engine();
  home_.docker({"pull", "-q", "alpine"});
  const std::uint64_t before = resident_kib();
  ASSERT_TRUE(screen_->key("ctrl+u"));
  ASSERT_TRUE(screen_->type(
      "docker run --name flood alpine sh -c 'while :; do yes $(seq 60) | head -c 400000; sleep 0.1; done'"));
  key("Return", "run.exec");
  std::this_thread::sleep_for(std::chrono::seconds(5));
  picture("1-flood");
  constexpr std::uint64_t most_kib = 128 << 10;
  EXPECT_LT(resident_kib(), before + most_kib);
  // The picture still takes keys.
  key("Left", "PAST: ");
  key("ctrl+Right", "LIVE: ");
  EXPECT_EQ(home_.docker({"ps", "-q"}).code, 0) << "the engine answers meanwhile";
  EXPECT_EQ(home_.docker({"rm", "-f", "flood"}).code, 0);
  ASSERT_TRUE(studio_->wait_for_out(": ended with code 137"));
  picture("2-stopped");
}

// Each is started, watched and removed while the window is looked at.
TEST_F(StudioFaults, ManyContainersAtOnceFreezeNothing) {
  const std::size_t many = std::getenv("GLASSDOCK_LONG_TESTS") ? 500 : 60;
  open_with_engine();
  home_.docker({"pull", "-q", "alpine"});
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < many; ++i) {
    const Outcome started = home_.docker({"run", "-d", "alpine", "sleep", "600"});
    ASSERT_EQ(started.code, 0) << started.err;
    ids.emplace_back(trim(started.out));
  }
  picture("1-many");
  ASSERT_TRUE(screen_->key("Escape"));
  key("Left", "PAST: ");
  key("ctrl+Right", "LIVE: ");
  ids.insert(ids.begin(), {"rm", "-f"});
  EXPECT_EQ(home_.docker(ids).code, 0);
  key("F5", ended);  // the typed command
  picture("2-after");
}

}  // namespace
}  // namespace glassdock::testing
