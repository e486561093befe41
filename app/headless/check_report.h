#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/lessons/document.h"
#include "app/text/flags.h"
#include "engine/base/error.h"

namespace glassdock::headless {

// What `lesson check` and `scenario check` have found.

struct CheckedStep {
  std::string id;
  std::vector<std::string> faults = {};  // "FILE:LINE:COLUMN: …", lines of a difference below it; empty: it holds
  double seconds = 0;
  std::string skipped = {};  // why it was not played; empty: it was
  std::string command = {};  // of a scenario: its line, and what came of it
  std::optional<int> exit_code = {};
  std::string output = {};
  std::string answer = {};         // of a lesson that was played: what its learner answered; empty: nothing
  std::optional<bool> right = {};  // nothing: it was not scored
};
struct CheckedFile {
  std::string file, id;
  std::vector<CheckedStep> steps = {};
  std::vector<std::string> warnings = {};  // "FILE:LINE:COLUMN: warning: …": what does not hinder
  bool played = true;                      // false: none of its steps could be; the one that is here says why

  std::size_t failures() const;  // steps that have faults
};

// "FILE:LINE:COLUMN".
std::string place_in_file(const std::string& file, lessons::Mark mark);
// "FILE:LINE:COLUMN: WHAT".
std::string fault_at(const std::string& file, lessons::Mark mark, const std::string& what);
// Of a file that cannot be read, or that could not begin.
CheckedFile unreadable(const std::string& file, const Error& error);
// Whether all of them hold.
bool hold(const std::vector<CheckedFile>& all);

// "ok NAME: 4 of 4 steps hold", and below it each fault and each reason for what was left out.
std::string report_text(const CheckedFile& checked);
// JUnit XML: a test suite a file, a test case a step.
std::string junit_xml(const std::vector<CheckedFile>& all);
std::string report_json(const std::vector<CheckedFile>& all);
// A page that needs nothing else.
std::string report_html(const std::vector<CheckedFile>& all);

// --report of `command`: the file's suffix says the form. Throws usage_error for another one, before anything runs.
void check_report_name(const text::ParsedFlags& flags, std::string_view command);
// Writes it, where it was asked for. Throws Error.
void write_report(const text::ParsedFlags& flags, const std::vector<CheckedFile>& all);

}  // namespace glassdock::headless
