#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/lessons/condition.h"
#include "app/lessons/question.h"
#include "app/lessons/words.h"
#include "app/lessons/world.h"

namespace glassdock::lessons {

// What does not hold when a step is done.
struct Fault {
  Mark mark;
  Words what;
  Finding finding = {};  // of a condition that does not hold
};

// What the program says in English by the table that has its Korean (app/text/korean.h).
Words in_both(const std::string& english);

// Wanted with -, seen with +, lines of their own below the first.
std::string difference(const Finding& finding, trace::Language language);

// Each of the conditions that does not hold. Throws Error where the engine does not answer.
std::vector<Fault> unmet(const Conditions& conditions, const Observed& observed, World& world);

// Which answers are what happened, and what is wrong with them: exactly one is to be, the one that names no
// misconception. Throws Error as above.
struct JudgedAnswers {
  std::vector<std::size_t> true_ones;
  std::vector<Fault> faults;
};
JudgedAnswers judge_answers(const Prediction& question, const Observed& observed, World& world);

}  // namespace glassdock::lessons
