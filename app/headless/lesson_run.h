#pragma once

#include <optional>
#include <string>

#include "app/headless/lab.h"
#include "app/headless/options.h"
#include "app/lessons/lesson.h"
#include "app/lessons/progress.h"

namespace glassdock::headless {

// Plays a lesson in a terminal, by what is typed to standard input; a pipe will do. One thread.
class LessonPlayer {
 public:
  // `progress` is kept in `file` after each step.
  LessonPlayer(const lessons::Lesson& lesson, Lab& lab, const Options& options, lessons::Progress& progress,
               std::filesystem::path file);

  // From the step of that id, or where the learner left, or the first. True when the lesson is finished, false when the
  // learner left before. Throws Error.
  bool play(const std::string& from);

 private:
  enum class Way { on, again, skipped, left };

  void reset(const lessons::Step& step);
  Way play_step(const lessons::Step& step);
  Way ask_opinion(const lessons::Step& step);
  Way act(const lessons::Step& step, lessons::Observed& observed);
  Way type_until(const lessons::Step& step, lessons::Observed& observed);
  Way solve(const lessons::Step& step, lessons::Observed& observed);
  void run_line(const lessons::Step& step, const std::string& line, bool holds, lessons::Observed& observed);
  void hold_here(const lessons::Step& step, const lessons::Observed& observed, const trace::Event& event,
                 const client::Held& held);
  void record(const lessons::Step& step, const lessons::Observed& observed, const lessons::Looks& looks);
  void grade(const lessons::Step& step, std::size_t chosen, const lessons::Observed& observed);
  // Until what the step expects is there.
  Way confirm(const lessons::Step& step, const lessons::Observed& observed);

  // A line that was typed; nothing where it was a word of the player's own that says what comes instead (`way`).
  std::optional<std::string> ask(const lessons::Step& step, std::string_view prompt, Way* way);
  Way go_on(const lessons::Step& step);
  std::optional<std::size_t> choose(const lessons::Step& step, std::size_t count, Way* way);
  void hint(const lessons::Step& step);
  void print(std::string_view text);
  void paragraph(const lessons::Words& words);
  void print_command(std::string_view line);
  // False where an earlier answer counts.
  bool keep(const lessons::Step& step, const std::string& answer, bool scored, bool right);
  void save();
  void print_score();

  const lessons::Lesson& lesson_;
  Lab& lab_;
  const Options& options_;
  lessons::Progress& all_;
  lessons::LessonProgress& progress_;
  std::filesystem::path file_;
  std::size_t hints_ = 0;  // of this step, shown so far
};

}  // namespace glassdock::headless
