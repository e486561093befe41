#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/lessons/lesson.h"
#include "app/lessons/progress.h"
#include "app/lessons/recording.h"

namespace glassdock::lessons {

// What a learner hands in: one file with all that was answered, and how each of the steps went that decide about it.
struct HandedIn {
  std::string learner;  // the name that they gave
  Progress progress;
  std::map<std::string, std::map<std::string, StepRecording>> recordings;  // by lesson and step
};
std::string to_json(const HandedIn& handed_in);
// Throws Error(corrupt) for a text that is none.
HandedIn handed_in_from_json(const std::string& text);

// One learner's lesson, graded by the recordings: what the file itself says about right and wrong counts for nothing.
struct GradedLesson {
  std::string learner;
  int number = 0;
  std::string lesson;
  bool finished = false;  // to its end, and its challenges hold in their recordings
  int right = 0;
  int scored = 0;  // predictions that their recordings decide
  int hints = 0;
  std::vector<std::string> misconceptions;  // of wrong answers, in the order of the steps
  std::vector<std::string> remarks;         // what cannot be graded, and what the file says otherwise
};
// The lessons that were begun, by their numbers. One that is not among `lessons` has number 0 and a remark.
std::vector<GradedLesson> grade(const HandedIn& handed_in, std::span<const Lesson> lessons);

struct MisconceptionCount {
  std::string id;
  int learners = 0;  // who gave an answer that comes from it
};
// Of a class: each learner's lessons are an element. The commonest first.
std::vector<MisconceptionCount> commonest(std::span<const std::vector<GradedLesson>> all);

// As CSV (RFC 4180, with line feeds): a row for each learner's lesson, an empty line, a row for each misconception.
std::string to_csv(std::span<const std::vector<GradedLesson>> all);

}  // namespace glassdock::lessons
