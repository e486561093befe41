#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/lessons/condition.h"
#include "app/lessons/lesson.h"
#include "app/lessons/misconceptions.h"
#include "app/lessons/progress.h"
#include "app/lessons/world.h"

namespace glassdock::lessons {

// What the lesson waits for.
enum class Wants {
  answer,   // to the step's prediction or opinion
  run,      // that Enter runs the step's line
  line,     // that the step's command is typed; of a challenge any
  end,      // that the command which runs has ended
  look,     // what the step expects is not there yet: Enter looks again
  on,       // the step is done: Enter goes on
  nothing,  // the lesson is finished
};

// What the world says of a step once its commands have ended.
struct Verdict {
  std::vector<std::size_t> holding;  // the answers of its prediction that are true
  Judgement expected;
  Looks looks;  // all that was looked at for that
};
// Throws Error where the engine does not answer.
Verdict judge_step(const Step& step, const Observed& observed, World& world);

// How a prediction came out, of a run that came to what the step expects: another one proves nothing.
struct Grade {
  std::size_t chosen = 0;
  std::optional<std::size_t> right;  // nothing: the run does not decide the question, and it is not scored
  bool is_right() const { return right == chosen; }
};

// How many predictions were scored, and how many of these were right.
struct Score {
  std::size_t right = 0, scored = 0;
};
Score score_of(const LessonProgress& progress);

// The misconception that an answer leans on; nullptr: none.
const Misconception* belief_behind(const Answer& answer);

// The answer to the same question that the learner gave before (Opinion::again); nullptr: they gave none.
const Answer* earlier_answer(const Opinion& opinion, const Progress& progress);

// The course of a lesson, for every place where one is played: it is told what the learner did and what came of it, and
// says what is to be shown. It asks no engine and writes no file. Inputs that it does not wait for change nothing. One
// thread.
class Player {
 public:
  // Both outlive it. Begins at the step of that id, or where the learner left, or at the first.
  Player(const Lesson& lesson, LessonProgress& progress, const std::string& from);

  const Lesson& lesson() const { return lesson_; }
  const LessonProgress& progress() const { return progress_; }
  std::size_t index() const { return index_; }  // of the step; lesson().steps.size(): finished
  const Step& step() const { return lesson_.steps[index_]; }
  Wants wants() const { return wants_; }
  std::size_t answers() const;  // that can be chosen; 0: nothing is asked

  // Of this step, so far.
  const std::optional<std::size_t>& chosen() const { return chosen_; }
  const std::optional<Grade>& grade() const { return grade_; }
  // What it expects and is not there; of a challenge nothing, it would tell how it is done.
  const std::optional<Finding>& missing() const { return missing_; }
  std::size_t hints() const { return hints_; }   // that are shown
  bool shows_way() const { return shows_way_; }  // the author's lines, behind the last hint
  const Observed& observed() const { return observed_; }
  Observed& observed() { return observed_; }

  void choose(std::size_t answer);
  // Whether the line is what the step waits for: its command, in whatever spelling, or anything of a challenge. What is
  // not is run as a look around.
  bool takes(const std::string& line) const;
  // The step's command begins: what takes() said yes to, or the line that Enter runs.
  void begin();
  // It could not be started after all.
  void not_begun();
  // The gates at which that command is held.
  std::vector<std::string> gates() const;
  // Its command has ended, or Enter looks again. True: the learner's first answer, or a challenge that is done, and
  // what was observed and looked at is to be recorded.
  bool judged(const Verdict& verdict);
  // Enter, where it waits for that. True: the next step has begun.
  bool go_on();
  // After go_on(): the lab was brought to an earlier step's start, which makes less than this step begins with. It is
  // to be brought to this one's.
  bool needs_lab() const { return needs_lab_; }
  // The next hint; behind the last one the way. None of a step that is done.
  bool has_hints() const { return wants_ != Wants::nothing && wants_ != Wants::on; }
  void hint();
  // The lab is to be as at the step's start, as after skip() where another step follows.
  void restart();
  void skip();

 private:
  void enter_step();
  void next_step();
  // The lab is brought to the step's start by its own lines.
  void begin_lab();
  bool was_made_by(std::vector<std::string> lines) const;
  // False where an earlier answer counts.
  bool keep(const std::string& answer, bool scored, bool right);

  const Lesson& lesson_;
  LessonProgress& progress_;
  std::size_t index_ = 0;
  Wants wants_ = Wants::nothing;
  bool skipped_ = false;
  // The lines that made what is in the lab, in no order; nothing: all that the lesson's steps did is there.
  std::optional<std::vector<std::string>> made_by_;
  bool needs_lab_ = false;
  std::optional<std::size_t> chosen_;
  std::optional<Grade> grade_;
  std::optional<Finding> missing_;
  std::size_t hints_ = 0;
  bool shows_way_ = false;
  Observed observed_;
};

}  // namespace glassdock::lessons
