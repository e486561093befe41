#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/headless/lab.h"
#include "app/lessons/condition.h"
#include "app/lessons/question.h"

namespace glassdock::headless {

// What does not hold when a step is done.
struct Fault {
  lessons::Mark mark;
  std::string what;
};

// Wanted with -, seen with +, lines of their own below the first.
std::string difference(const lessons::Finding& finding, trace::Language language);

// Each of the conditions that does not hold.
std::vector<Fault> unmet(const lessons::Conditions& conditions, const lessons::Observed& observed, Lab& lab,
                         trace::Language language = trace::Language::english);

// Which answers are what happened, and what is wrong with them: exactly one is to be, the one that names no
// misconception.
struct Answered {
  std::vector<std::size_t> true_ones;
  std::vector<Fault> faults;
};
Answered judge_answers(const lessons::Prediction& question, const lessons::Observed& observed, Lab& lab);

}  // namespace glassdock::headless
