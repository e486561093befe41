#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace glassdock::lessons {

// What a learner has done so far, as it is kept from one day to the next.
struct Answered {
  std::string answer;  // its id
  bool scored = true;  // false: an opinion
  bool right = false;
};
struct LessonProgress {
  std::string step;  // the one to go on with; empty: from the first
  bool finished = false;
  std::map<std::string, Answered> answers;  // the first one given to each step's question
  int hints = 0;                            // how many were asked for
};
using Progress = std::map<std::string, LessonProgress>;  // by lesson

// $XDG_STATE_HOME/glassdock, or ~/.local/state/glassdock (XDG base directory specification); empty where there is no
// HOME either.
std::filesystem::path state_folder(const std::string& state_home, const std::string& home);

std::string to_json(const Progress& progress);
// Throws Error(corrupt) for a text that is none.
Progress progress_from_json(const std::string& text);

// What is there; nothing yet where there is no file. A file that cannot be understood is put aside, and `fault` says
// so.
Progress load_progress(const std::filesystem::path& file, std::string* fault);
// Throws Error.
void save_progress(const std::filesystem::path& file, const Progress& progress);

}  // namespace glassdock::lessons
