#pragma once

#include <optional>
#include <string>

#include "app/headless/lab.h"
#include "app/headless/options.h"
#include "app/lessons/lesson.h"
#include "app/lessons/player.h"
#include "app/lessons/progress.h"

namespace glassdock::headless {

// A lesson in a terminal, by what is typed to standard input; a pipe will do. What it comes to is the player's
// (app/lessons/player.h); here are its words and its commands. One thread.
class LessonInTerminal {
 public:
  // `progress` is kept in `file` after each step.
  LessonInTerminal(const lessons::Lesson& lesson, Lab& lab, const Options& options, lessons::Progress& progress,
                   std::filesystem::path file, const std::string& from);

  // From the step `from`, or where the learner left, or the first. True when the lesson is finished, false when the
  // learner left before. Throws Error.
  bool play();

 private:
  enum class Way { on, again, skipped, left };

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
  std::filesystem::path file_;
  lessons::Player player_;
};

}  // namespace glassdock::headless
