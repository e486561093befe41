#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/live/lesson_lab.h"
#include "app/session/session.h"
#include "app/studio/engine_side.h"
#include "engine/client/place.h"

namespace glassdock::studio {

// Where a lesson is played unless the command line names an engine: an engine for lessons alone, that a reset may
// empty.
client::PlaceWish lesson_engine();
// The lessons that are here, and how far the learner is with each. Throws Error.
std::vector<session::LessonRow> lesson_rows();

// The files and the lab of the lesson that a session plays. One thread. Functions return at once.
class LessonSide {
 public:
  // Both outlive it. Begins the lesson: by its number, name or file. Throws Error.
  LessonSide(session::Session& session, EngineSide& engine, const client::Place& place, const std::string& lesson);

  // What has come; true where anything has.
  bool take_news();

  void carry_out(const session::ResetLab& wish);
  void carry_out(const session::JudgeStep& wish);
  void carry_out(const session::JudgeGate& wish);
  void carry_out(const session::KeepProgress& wish);
  void carry_out(const session::KeepRecording& wish);

 private:
  session::Session& session_;
  EngineSide& engine_;
  const std::filesystem::path file_;  // of the progress
  live::LessonLab lab_;
};

}  // namespace glassdock::studio
