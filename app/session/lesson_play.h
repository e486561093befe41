// A lesson as it is played in the studio: its course (app/lessons/player.h), and what it waits for besides its learner.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "app/lessons/lesson.h"
#include "app/lessons/player.h"
#include "app/lessons/progress.h"

namespace glassdock::session {

// Stays where it was made: its player points into it. One thread.
struct LessonPlay {
  LessonPlay(lessons::Lesson of, lessons::Progress kept, const std::string& from)
      : lesson(std::move(of)), progress(std::move(kept)), player(lesson, progress[lesson.id], from) {}
  LessonPlay(const LessonPlay&) = delete;
  LessonPlay& operator=(const LessonPlay&) = delete;

  const lessons::Lesson lesson;
  lessons::Progress progress;
  lessons::Player player;
  bool prepares = false;                    // the lab is being made as at the step's start
  bool observes = false;                    // the step's command runs: what it prints is kept
  bool judges = false;                      // what is there is being looked at
  std::optional<lessons::Verdict> verdict;  // that waits until the picture has shown what it is about
  std::string held;                         // the id of what was held last; its gate's conditions are looked at once
  std::optional<lessons::Finding> not_at_gate;  // what the gate expects and is not there
  std::string output;                           // of the command
  std::string fault;                            // why the lab could not be made or looked at; empty: it could
  int first_row = 0;                            // of the panel's text, that is seen

  bool waits_for_learner() const { return !prepares && !judges; }
};

}  // namespace glassdock::session
