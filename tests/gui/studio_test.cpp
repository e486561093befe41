// The studio's window as its user has it: typed on, clicked on, looked at.
#include "tests/gui/drop_files.h"
#include "tests/gui/studio_window.h"

namespace glassdock::testing {
namespace {

TEST_F(StudioWindow, OneEnterRunsTheCommandAndTheKeysLookBackAndReturn) {
  open_with_engine();
  picture("1-first");
  key("Return", "LIVE: ");
  ASSERT_TRUE(studio_->wait_for_out(ended));
  picture("2-end");
  EXPECT_FALSE(band_is_plate());
  for (int back = 0; back < 3; ++back) key("Left", "PAST: ");
  picture("3-three-back");
  // Along the timeline: early in the run.
  const scene::Rect timeline = scene::lay_out(size).timeline;
  ASSERT_TRUE(screen_->click(timeline.x + 300, timeline.y + 80));
  ASSERT_TRUE(studio_->wait_for_out("PAST: "));
  picture("4-scrubbed");
  key("ctrl+Right", "LIVE: ");
}

TEST_F(StudioWindow, TheEngineIsSteppedThroughAllSixStages) {
  open_with_engine();
  key("F10", "HELD: before: cache.lookup");
  picture("1-cache");
  EXPECT_TRUE(band_is_plate());
  key("F10", "HELD: before: pull.manifest");
  picture("2-pull");
  key("F10", "HELD: before: pull.config");
  key("F10", "HELD: before: pull.blob");
  key("F10", "HELD: before: snapshot.unpack");
  picture("3-snapshot");
  // The image is here now: the client asks again.
  key("F10", "HELD: before: cache.lookup");
  key("F10", "HELD: before: snapshot.prepare");
  key("F10", "HELD: before: isolate.");
  picture("4-isolate");
  step_to("run.exec");
  picture("5-run");
  // Looking back, nothing is stepped; the engine is still held where it was.
  key("Left", "PAST: ");
  key("ctrl+Right", "HELD: before: run.exec");
  key("F5", ended);
  picture("6-end");
}

// The pointer never moves.
TEST_F(StudioWindow, KeysAloneTypeStepLookBackScrubSetAGateAndRunToTheEnd) {
  open_with_engine();
  ASSERT_TRUE(screen_->key("ctrl+u"));
  ASSERT_TRUE(screen_->type("docker run alpine ls"));
  step_to("run.exec");
  for (const char* gate : {"cache.lookup", "pull.blob", "snapshot.unpack", "isolate.clone", "run.exec"}) {
    EXPECT_NE(studio_->out().find(std::string("HELD: before: ") + gate), std::string::npos) << gate;
  }
  for (int back = 0; back < 3; ++back) key("Left", "PAST: ");
  picture("1-three-back");
  for (const char* scrub : {"Home", "Right", "End", "Home"}) {
    ASSERT_TRUE(screen_->key(scrub));
    settle(scene::lay_out(size).canvas);
  }
  picture("2-beginning");
  key("ctrl+Right", "HELD: before: run.exec");
  ASSERT_TRUE(screen_->key("F3"));
  settle(scene::lay_out(size).canvas);
  type_into(scene::lay_out(size).canvas, "isolate.pivot");
  ASSERT_TRUE(screen_->key("F9"));
  ASSERT_TRUE(studio_->wait_for_out("The next run holds before isolate.pivot."));
  ASSERT_TRUE(screen_->key("Escape"));
  key("F5", ended);
  picture("3-end");
  key("F5", "F5 or Enter runs the typed command again.");
  key("F5", "HELD: before: isolate.pivot");
  EXPECT_TRUE(band_is_plate());
  picture("4-gate");
  key("F5", ended);
}

TEST_F(StudioWindow, AClickOnAStageHoldsTheEngineThere) {
  open_with_engine();
  const scene::Point badge = first_place(scene::Act::toggle_gate, "isolate");
  ASSERT_TRUE(screen_->click(badge.x, badge.y));
  key("F5", "HELD: before: isolate.");
  picture("held");
  EXPECT_TRUE(band_is_plate());
  key("F5", ended);
}

TEST_F(StudioWindow, AnEventOfTheListHoldsTheNextRun) {
  open_with_engine();
  key("Return", ended);
  ASSERT_TRUE(screen_->key("F3"));
  settle(scene::lay_out(size).canvas);
  type_into(scene::lay_out(size).canvas, "isolate.hostname");
  picture("1-list");
  ASSERT_TRUE(screen_->key("F9"));
  ASSERT_TRUE(studio_->wait_for_out("The next run holds before isolate.hostname."));
  picture("2-set");
  ASSERT_TRUE(screen_->key("Escape"));
  key("F5", "F5 or Enter runs the typed command again.");
  key("F5", "HELD: before: isolate.hostname");
  picture("3-held");
  key("F5", ended);
}

TEST_F(StudioWindow, TheWheelScrollsTheTerminal) {
  open_with_engine();
  ASSERT_TRUE(screen_->key("ctrl+u"));
  ASSERT_TRUE(screen_->type("docker run --help; docker ps -a"));
  key("Return", "The engine answers");
  const scene::Rect terminal = scene::lay_out(size).terminal;
  const scene::Point middle = terminal.centre();
  ASSERT_TRUE(screen_->wheel(middle.x, middle.y, false));  // the pointer stands there before and after
  const std::string newest = shown(terminal);
  ASSERT_TRUE(screen_->wheel(middle.x, middle.y, true));
  picture("back");
  EXPECT_NE(shown(terminal), newest);
  ASSERT_TRUE(screen_->wheel(middle.x, middle.y, false));
  EXPECT_EQ(shown(terminal), newest);
}

// A click on a thing without an event explains it, and what does not fit is read by the wheel.
TEST_F(StudioWindow, TheKernelIsExplainedAndTheWheelScrollsTheEvidence) {
  open_with_engine();
  const scene::Rect evidence = scene::lay_out(size).evidence;
  const scene::Point kernel = first_place(scene::Act::select_event, "kernel");
  const std::string nothing = shown(evidence);
  ASSERT_TRUE(screen_->click(kernel.x, kernel.y));
  settle(evidence, nothing);
  picture("kernel");
  EXPECT_NE(shown(evidence), nothing);
  ASSERT_TRUE(screen_->key("Escape"));
  key("F10", "HELD: before: ");
  step_to("isolate.descriptors");  // behind clone3, which tells of five walls
  key("Left", "PAST");
  const scene::Point middle = evidence.centre();
  ASSERT_TRUE(screen_->wheel(middle.x, middle.y, true));  // the pointer stands there before and after
  settle(evidence);
  const std::string top = shown(evidence);
  ASSERT_TRUE(screen_->wheel(middle.x, middle.y, false));
  settle(evidence, top);
  picture("scrolled");
  EXPECT_NE(shown(evidence), top);
  ASSERT_TRUE(screen_->key("Prior"));
  settle(evidence);
  EXPECT_EQ(shown(evidence), top);
}

TEST_F(StudioWindow, TheListOfImagesCoversNeitherThePictureNorTheEvidence) {
  open_with_engine();
  key("F10", "HELD: before: ");
  step_to("isolate.clone");
  const scene::Layout layout = scene::lay_out(size);
  settle(layout.evidence);
  scene::Rect picture = layout.canvas;  // the band above it counts seconds
  picture.y += 40;
  picture.h -= 40;
  const std::string canvas = shown(picture), evidence = shown(layout.evidence), below = shown(layout.timeline);
  ASSERT_TRUE(screen_->key("F4"));
  settle(layout.timeline, below);
  this->picture("images");
  EXPECT_NE(shown(layout.timeline), below);
  EXPECT_EQ(shown(picture), canvas);
  EXPECT_EQ(shown(layout.evidence), evidence);
}

TEST_F(StudioWindow, WhatIsTypedRuns) {
  open_with_engine();
  ASSERT_TRUE(screen_->key("ctrl+u"));
  ASSERT_TRUE(screen_->type("docker ps -a"));
  picture("typed");
  key("Return", "The engine answers");
  picture("answer");
}

// A line that cmd.exe would understand is not run, and what is typed next is.
TEST_F(StudioWindow, TheWindowsNameOfTheFolderIsExplained) {
  open_with_engine();
  ASSERT_TRUE(screen_->key("ctrl+u"));
  const std::string before = shown(scene::lay_out(size).terminal);
  enter("echo %cd% > " + (home_.path() / "cup").string());
  EXPECT_NE(shown(scene::lay_out(size).terminal), before);
  picture("explained");
  EXPECT_FALSE(std::filesystem::exists(home_.path() / "cup"));
  enter("echo $(pwd) > " + (home_.path() / "cup").string());
  EXPECT_TRUE(starts_with(os::try_read_file(home_.path() / "cup").value_or(""), "/"));
}

TEST_F(StudioWindow, WhatIsTypedAfterARunLosesNoLetter) {
  open_with_engine();
  key("Return", ended);
  enter("echo tea > " + (home_.path() / "cup").string());
  picture("typed");
  EXPECT_EQ(os::try_read_file(home_.path() / "cup"), "tea\n");
  // `glassdock` is about the engine that is looked at, as `docker` is.
  enter("glassdock engine status > " + (home_.path() / "status").string());
  EXPECT_NE(os::try_read_file(home_.path() / "status").value_or("").find(home_.data().string()), std::string::npos);
  // After Esc the same letters are keys.
  ASSERT_TRUE(screen_->key("Escape"));
  ASSERT_TRUE(screen_->type("t"));
  enter("echo more > " + (home_.path() / "pot").string());
  EXPECT_EQ(os::try_read_file(home_.path() / "pot"), "more\n");
}

TEST_F(StudioWindow, ACommandThatReadsItsInputGetsTheKeys) {
  open_with_engine();
  ASSERT_TRUE(screen_->key("ctrl+u"));
  ASSERT_TRUE(screen_->type("docker run -i --rm alpine sh"));
  key("Return", "run.exec");
  settle(scene::lay_out(size).terminal);
  picture("1-reads");
  // A key that would be the picture's: the terminal's own line editing takes it, and the shell gets "exit 7".
  ASSERT_TRUE(screen_->type("hostname; x"));
  ASSERT_TRUE(screen_->key("BackSpace"));
  ASSERT_TRUE(screen_->type("exit 7"));
  key("Return", ": ended with code 7");
  picture("2-end");
}

TEST_F(StudioWindow, CtrlCStopsTheCommandFromThePictureToo) {
  open_with_engine();
  ASSERT_TRUE(screen_->key("ctrl+u"));
  ASSERT_TRUE(screen_->type("docker run --rm alpine sh -c 'trap \"exit 9\" INT; while sleep 0.1; do :; done'"));
  key("Return", "run.exec");
  // Nothing is selected in the field that has the keys.
  ASSERT_TRUE(screen_->key("F3"));
  settle(scene::lay_out(size).stages);
  key("ctrl+c", ": ended with code 9");
  ASSERT_TRUE(screen_->key("Escape"));
  // A start that is held is given up.
  ASSERT_TRUE(screen_->type("docker run --name tea alpine true"));
  step_to("isolate.");
  key("ctrl+c", "LIVE: ");
  settle(scene::lay_out(size).terminal);
  picture("given-up");
  EXPECT_NE(home_.docker({"ps", "-a"}).out.find("Created"), std::string::npos);
}

TEST_F(StudioWindow, ClassModeTellsOfAFailureAndKeepsLettersFromATerminalThatNobodySees) {
  constexpr const char* waits = "The command waits at the gate.";
  const scene::Rect part{300, 560, 900, 240};  // of the picture, and the words below it
  open_with_engine();
  ASSERT_TRUE(screen_->key("ctrl+u"));
  ASSERT_TRUE(screen_->type("docker run alpine nosuch"));
  step_to("snapshot.overlay");
  ASSERT_TRUE(screen_->type("ls"));
  ASSERT_TRUE(studio_->wait_for_out(waits));
  picture("1-waits");
  ASSERT_TRUE(screen_->key("F11"));
  settle(part);
  ASSERT_TRUE(screen_->type("hi"));
  ASSERT_TRUE(studio_->wait_for_out(waits));
  settle(part);
  picture("2-class");
  key("Left", "PAST: ");
  settle(part);
  picture("3-past");
  key("ctrl+Right", "HELD: ");
  key("F5", "The engine answers");
  settle(part);
  picture("4-failed");
  // What was typed has reached neither the command nor the line; Esc closes the terminal first.
  const std::string failed = shown(part);
  ASSERT_TRUE(screen_->key("t"));
  settle(part, failed);
  picture("5-terminal");
  const std::string terminal = shown(part);
  ASSERT_TRUE(screen_->key("Escape"));
  settle(part, terminal);
  EXPECT_EQ(shown(part), failed);
  ASSERT_TRUE(screen_->key("F11"));
  settle(part, failed);
  picture("6-left");
}

// What a teacher does in front of a room: from stage to stage, then a click on what somebody asks about.
TEST_F(StudioWindow, InClassModeAKeyGoesFromStageToStageAndAClickExplains) {
  const scene::Rect part{300, 560, 900, 240};
  open_with_engine();
  ASSERT_TRUE(screen_->key("ctrl+u"));
  ASSERT_TRUE(screen_->type("docker run alpine ls"));
  ASSERT_TRUE(screen_->key("F10"));
  ASSERT_TRUE(studio_->wait_for_out("HELD: "));
  ASSERT_TRUE(screen_->key("F11"));
  key("shift+F10", "HELD: before: pull.");
  key("shift+F10", "HELD: before: snapshot.");
  key("shift+F10", "HELD: before: isolate.");
  key("shift+F10", "HELD: before: run.");
  settle(part);
  picture("1-run");
  const std::string before = shown(part);
  constexpr scene::Point pid_plate{700, 292};  // on the grid of 1600 x 900, which fills the screen
  const float scale = static_cast<float>(Screen::width) / 1600;
  ASSERT_TRUE(screen_->click(pid_plate.x * scale, pid_plate.y * scale));
  settle(part, before);
  picture("2-wall");
  ASSERT_TRUE(screen_->key("F11"));
  settle(scene::lay_out(size).canvas);
  ASSERT_TRUE(screen_->key("F7"));
  const scene::Rect terminal = scene::lay_out(size, {.terminal_large = true}).terminal;
  settle(terminal);
  picture("3-large-terminal");
  key("F5", "The engine answers");
  settle(terminal);
  picture("4-output");
}

TEST_F(StudioWindow, ARecordingOpensWithoutAnEngine) {
  const std::string recording = home_.path() / "run.gdtrace";
  ASSERT_EQ(home_.glassdock({"--trace", recording, "docker", "run", "--rm", "alpine", "true"}).code, 0);
  home_.glassdock({"engine", "stop"});
  open({recording});
  ASSERT_TRUE(studio_->wait_for_out("RECORDED"));
  key("Right", "RECORDED: ");
  key("End", "RECORDED: ");
  picture("end");
  key("Left", "RECORDED: ");
}

TEST_F(StudioWindow, TwoRecordingsStandSideBySide) {
  const std::string cold = home_.path() / "cold.gdtrace", warm = home_.path() / "warm.gdtrace";
  for (const std::string& file : {cold, warm}) {
    ASSERT_EQ(home_.glassdock({"--trace", file, "docker", "run", "--rm", "alpine", "true"}).code, 0);
  }
  home_.glassdock({"engine", "stop"});
  open({cold, warm});
  ASSERT_TRUE(studio_->wait_for_out("COMPARED: "));
  key("Right", "COMPARED: ");
  picture("1-begin");
  key("End", "COMPARED: ");
  picture("2-end");
  key("Left", "COMPARED: ");
}

TEST_F(StudioWindow, DroppedRecordingsOpen) {
  const std::string cold = home_.path() / "cold.gdtrace", warm = home_.path() / "warm.gdtrace";
  for (const std::string& file : {cold, warm}) {
    ASSERT_EQ(home_.glassdock({"--trace", file, "docker", "run", "--rm", "alpine", "true"}).code, 0);
  }
  open_with_engine();
  EXPECT_EQ(drop_files(screen_->display(), "Glassdock", {"/etc/passwd"}), "");
  ASSERT_TRUE(studio_->wait_for_out("/etc/passwd"));
  picture("1-no-recording");
  EXPECT_EQ(drop_files(screen_->display(), "Glassdock", {cold}), "");
  ASSERT_TRUE(studio_->wait_for_out("RECORDED"));
  ASSERT_TRUE(screen_->focus("Glassdock"));
  picture("2-one");
  EXPECT_EQ(drop_files(screen_->display(), "Glassdock", {warm}), "");
  ASSERT_TRUE(studio_->wait_for_out("COMPARED: "));
  picture("3-beside-it");
}

}  // namespace
}  // namespace glassdock::testing
