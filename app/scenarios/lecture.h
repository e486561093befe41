#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/scenarios/scenario.h"

namespace glassdock::scenarios {

// A lecture as its file says it: scenarios one after the other, with words of its own between. docs/scenarios.md
// describes the format for authors.

struct LecturePart {
  std::string scenario;  // its name: that of its file
  Words say;             // before it
  Words notes;           // for the presenter alone
  Mark mark;
};

struct Lecture {
  int version = 0;  // of the format
  std::string id;   // of its file's name
  Words title, goal;
  int minutes = 0;                 // of the whole
  std::vector<LecturePart> chain;  // at least one
  Words then;                      // behind the last; may be empty
  std::string file;                // as it was opened
};

// Whether it is a lecture's file rather than a scenario's: it has a `chain`. Throws Error where it is no YAML.
bool is_lecture(const lessons::Source& source);
// Throw Error(invalid_argument) with FILE:LINE:COLUMN for whatever is wrong with it.
Lecture parse_lecture(const lessons::Source& source);
Lecture load_lecture(const std::filesystem::path& file);
// The JSON Schema of the format, as scenarios/lectures/lecture.schema.json has it.
std::string lecture_schema();

// The scenarios that it chains, in their order: NAME.yaml beside the lecture or, where it is not there, in `folder`.
// Throws Error(invalid_argument) with the lecture's FILE:LINE:COLUMN where there is none of that name, and where
// together they take longer than the lecture; as load_scenario for what is wrong with one.
std::vector<Scenario> scenarios_of(const Lecture& lecture, const std::filesystem::path& folder);

// Where lectures are, of a folder of scenarios.
std::filesystem::path lectures_in(const std::filesystem::path& scenarios);

}  // namespace glassdock::scenarios
