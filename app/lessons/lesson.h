#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/lessons/condition.h"
#include "app/lessons/document.h"
#include "app/lessons/question.h"
#include "app/lessons/words.h"

namespace glassdock::lessons {

// A lesson as its file says it. docs/lessons.md describes the format for authors.

// A gate at which the step's command is held, and the learner looks around.
struct Hold {
  std::string at;  // of docs/gates.md
  Words say;
  std::string point;  // as Step's
  Conditions expect;  // while it is held
};

// One thing that the learner does. Exactly one of opinion, run, type and solution says what.
struct Step {
  std::string id;
  Words say;                     // before it
  std::string point;             // the place of the picture that it is about (places.h); empty: none
  std::vector<std::string> lab;  // lines that bring an empty lab to the step's start; empty: an empty lab is it
  std::optional<Prediction> predict;
  std::optional<Opinion> opinion;
  std::string run;                    // a line that Enter runs
  std::string type;                   // a line that the learner types
  std::vector<std::string> accept;    // lines that do the same
  std::vector<std::string> inside;    // what is typed into that line while it runs; Ctrl-D comes behind it
  std::vector<std::string> solution;  // of a challenge: lines that solve it; the learner may do it otherwise
  std::vector<Hold> holds;
  Conditions expect;  // when it is done
  std::vector<Words> hints;
  Words then;  // what was seen
  Mark mark;

  bool is_challenge() const { return !solution.empty(); }
  // The lines that do it in the author's way; of an opinion none.
  std::vector<std::string> lines() const;
};

struct Lesson {
  int version = 0;  // of the format
  int number = 0;
  std::string id;  // of its file's name: "what-is-a-container"
  Words title, goal;
  int minutes = 0;
  std::vector<int> topics;          // that it is about (topics.h)
  std::vector<std::string> images;  // that are in the local cache at its start
  Mark images_mark;
  bool own_engine = false;  // its lines reach all that an engine has: it is played on one for lessons alone
  std::vector<Step> steps;  // at least one, each with an id of its own
  std::string file;         // as it was opened
};

// Reads a lesson's file. Throws Error(invalid_argument) with FILE:LINE:COLUMN for whatever is wrong with it.
Lesson load_lesson(const std::filesystem::path& file);
Lesson parse_lesson(const Source& source);
// The JSON Schema of the format, as lessons/lesson.schema.json has it.
std::string lesson_schema();

// The lessons of a folder, by their numbers. Throws Error as load_lesson, and where two have the same number.
std::vector<Lesson> load_lessons(const std::filesystem::path& folder);

}  // namespace glassdock::lessons
