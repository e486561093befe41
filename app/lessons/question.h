#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/lessons/condition.h"
#include "app/lessons/document.h"
#include "app/lessons/words.h"

namespace glassdock::lessons {

// What learners or a class are asked.

struct Answer {
  std::string id;
  Words text;
  Conditions when;            // true where this is what happens; of an opinion: empty
  std::string misconception;  // of a wrong answer: which (misconceptions.h); of an opinion: what it leans on, or empty
  Words look;                 // of a wrong answer: what to look at, to see it
  Mark mark;
};

// Asked before the step's command, decided by it.
struct Prediction {
  Words question;
  std::vector<Answer> answers;
  bool new_case = false;  // of what the lesson has not shown
  Mark mark;
};

// Where the same question was asked before, with the same answers.
struct EarlierQuestion {
  std::string lesson, step;  // their ids
};

// What no run can decide: kept, and not scored.
struct Opinion {
  Words question;
  std::vector<Answer> answers;
  std::optional<EarlierQuestion> again;  // the learner sees the answer of then beside the one of now
};

}  // namespace glassdock::lessons
