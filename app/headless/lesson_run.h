#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/headless/check_report.h"
#include "app/headless/lab.h"
#include "app/headless/live_file.h"
#include "app/headless/options.h"
#include "app/lessons/lesson.h"
#include "app/lessons/player.h"
#include "app/lessons/progress.h"

namespace glassdock::headless {

// A lesson in a terminal, by what is typed to standard input; a pipe will do. What it comes to is the player's
// (app/lessons/player.h); here are its words and its commands. One thread.
class LessonInTerminal {
 public:
  // What is there besides the lesson; all of it outlives the lesson in the terminal.
  struct Surroundings {
    Lab& lab;
    const Options& options;
    lessons::Progress& progress;  // kept in its file after each step
    std::filesystem::path progress_file;
    LiveFile& file;       // the lesson's
    CheckedFile& report;  // how the steps went that were come to
  };
  // From the step `from`, or where the learner left, or the first.
  LessonInTerminal(const lessons::Lesson& lesson, Surroundings surroundings, const std::string& from);

  // How it begins: with its title; or in the middle, since its file was saved: with the step anew, or between steps.
  enum class Begin { lesson, step_anew, next_step };
  enum class End { finished, left, saved };
  // Left where the learner left before the end. Saved: there is a newer version, to begin as begin_of_newer() says at
  // the step `step()`. Throws Error.
  End play(Begin begin);
  lessons::Lesson& newer() { return *newer_; }
  Begin begin_of_newer() const { return begin_of_newer_; }
  std::size_t step() const { return player_.index(); }

 private:
  enum class Way { on, again, skipped, left, saved };

  // One input to the player.
  Way take_turn();
  Way turn_for_answer();
  Way turn_for_run();
  Way turn_for_line();
  Way turn_for_enter(std::string_view prompt);
  void reset();
  void begin_step();
  void run_line(const std::string& line);
  void hold_here(const trace::Event& event, const client::Held& held);
  void judge();
  void show_grade(const lessons::Grade& grade);
  void show_both_answers(const lessons::Opinion& opinion);
  // The file has news. True: the step itself differs.
  bool take_saved(bool* told);
  CheckedStep& report_step();
  void report_judged(const std::string& unmet);
  void show_missing(const lessons::Finding& finding);
  void show_done();
  void say_what_to_type();

  // A line that was typed; nothing where it was a word of the lesson's own that says what comes instead (`way`).
  std::optional<std::string> ask(std::string_view prompt, Way* way);
  void hint();
  void print(std::string_view text);
  void paragraph(const lessons::Words& words);
  void print_command(std::string_view line);
  void save();
  void print_score();

  Lab& lab_;
  const Options& options_;
  lessons::Progress& all_;
  std::filesystem::path progress_file_;
  LiveFile& file_;
  CheckedFile& report_;
  lessons::Player player_;
  std::chrono::steady_clock::time_point step_began_;
  bool at_gate_ = false;  // a command is held: it is not left half-way
  std::optional<lessons::Lesson> newer_;
  Begin begin_of_newer_ = Begin::next_step;
};

}  // namespace glassdock::headless
