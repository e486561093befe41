#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "app/lessons/condition.h"
#include "app/lessons/lesson.h"
#include "app/lessons/progress.h"
#include "app/lessons/recording.h"
#include "app/scenarios/player.h"
#include "app/session/commands.h"
#include "app/terminal/line.h"
#include "engine/client/glass.h"

namespace glassdock::session {

// What the session cannot do itself. Whoever owns the session carries these out, in their order.
struct StartCommand {  // in the engine, as the run that the rest is about
  std::string line;    // "docker run hello-world"
  client::RunMode mode = client::RunMode::run;
  std::vector<std::string> holds;
  bool of_play = false;  // play_told() is to be told what came of it
};
struct Proceed {  // what is held goes on
  client::RunMode mode = client::RunMode::run;
  std::vector<std::string> holds;
  std::uint64_t held = 0;
  bool of_others = false;  // it is a command of another client
};
struct SetHolds {  // the gates of the run that goes on have changed
  client::RunMode mode = client::RunMode::run;
  std::vector<std::string> holds;
};
struct HoldOthers {  // the commands of clients that hold nothing themselves, at these gates; off: they go on
  bool on = true;
  std::vector<std::string> holds;
};
struct GiveUp {};
struct SendInput {  // to the command that runs
  std::string bytes;
  bool answers = false;  // a question that it asked its terminal
};
struct CopyText {
  std::string text;
};
struct ShowPanel {
  // show_events, show_images, show_lessons, show_scenarios, show_recordings, show_palette, show_keys; close: the
  // uppermost
  Action panel;
};
struct Leave {};
// What is played: another lesson or scenario in place of all that is shown, or neither.
struct OpenPlay {
  std::string lesson, scenario;
};
// Of those that came with the program, in place of all that is shown.
struct OpenRecording {
  std::string file;  // empty: the engine again
};
// Before anything else is asked of the engine.
struct TellEngine {
  std::vector<scenarios::Order> orders;
};
// A new file in the folder, next to those that are there.
struct WriteScenario {
  std::string text;
  std::filesystem::path folder;
};
struct ShowNotes {  // the presenter's, in a window of their own, or no longer
};
struct ResetLab {
  std::vector<std::string> images, lines;
  bool asks_info = false;  // what the engine says of itself is to be known, too
};
struct JudgeStep {
  lessons::Step step;
  lessons::Observed observed;
};
struct JudgeScenarioStep {
  scenarios::Step step;
  lessons::Observed observed;
};
struct JudgeGate {
  lessons::Conditions conditions;
  lessons::Observed observed;
};
struct KeepProgress {
  lessons::Progress progress;
};
struct KeepRecording {
  std::string lesson, step;
  lessons::StepRecording recording;
};
// The terminal has another size now; so must the command that runs there.
struct ResizeTerminal {
  terminal::Size size;
};
using Wish = std::variant<StartCommand, Proceed, SetHolds, HoldOthers, GiveUp, SendInput, CopyText, ShowPanel,
                          ResizeTerminal, Leave, OpenPlay, OpenRecording, TellEngine, WriteScenario, ShowNotes,
                          ResetLab, JudgeStep, JudgeScenarioStep, JudgeGate, KeepProgress, KeepRecording>;

}  // namespace glassdock::session
