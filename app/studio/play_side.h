#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/live/lab.h"
#include "app/session/session.h"
#include "app/studio/engine_side.h"
#include "engine/client/place.h"

namespace glassdock::studio {

// The lessons that are here, and how far the learner is with each; the scenarios. Throws Error.
std::vector<session::PickRow> lesson_rows();
std::vector<session::PickRow> scenario_rows();

// What is played: a lesson by its number, name or file, or a scenario by its name or file; both empty: nothing.
struct Played {
  std::string lesson, scenario;
  bool any() const { return !lesson.empty() || !scenario.empty(); }
};

// The files and the lab of what a session plays. One thread. Functions return at once.
class PlaySide {
 public:
  // Both outlive it. Begins what is to be played, with lines in `folder`. Throws Error.
  PlaySide(session::Session& session, EngineSide& engine, const client::Place& place, const Played& played,
           std::filesystem::path folder);

  // What has come; true where anything has.
  bool take_news();
  // The engine is being told something, before which nothing else is to be asked of it.
  bool tells() const { return tells_ > 0; }

  void carry_out(const session::ResetLab& wish);
  void carry_out(const session::JudgeStep& wish);
  void carry_out(const session::JudgeScenarioStep& wish);
  void carry_out(const session::JudgeGate& wish);
  void carry_out(const session::TellEngine& wish);
  void carry_out(const session::KeepProgress& wish);
  void carry_out(const session::KeepRecording& wish);

 private:
  void begin_lesson(const std::string& lesson);

  session::Session& session_;
  EngineSide& engine_;
  std::filesystem::path file_;  // of a learner's progress
  live::Lab lab_;
  int tells_ = 0;
};

}  // namespace glassdock::studio
