#include "app/headless/scenario_present.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "app/headless/play_text.h"
#include "app/headless/stepper.h"
#include "app/headless/terminal.h"
#include "app/headless/watcher.h"
#include "app/lessons/player.h"
#include "app/lessons/same_command.h"
#include "app/lessons/say.h"
#include "engine/base/text.h"
#include "engine/trace/columns.h"

namespace glassdock::headless {

using lessons::said;
using lessons::Say;

using scenarios::Step;
using Way = ScenarioAudience::Way;

void Presenter::greet() {
  const trace::Language language = options_.language;
  print("\n" + said(Say::scenario_title, language, scenario_.title.in(language), scenario_.minutes) + "\n");
  print(paragraph_text(scenario_.goal, language) + said(Say::scenario_begins, language) + "\n");
}

void Presenter::say_good_bye() const {
  print("\n" + said(Say::scenario_end, options_.language, scenario_.title.in(options_.language)) + "\n");
}

Way Presenter::before(const Step& step, std::size_t number) {
  if (newer_) return Way::leave;
  introduce(step, number);
  if (step.predict || step.opinion) ask_class(step);
  if (step.line().empty()) return Way::on;
  if (!step.type.empty()) {
    print(said(Say::presenter_types, options_.language, step.type) + "\n");
    return wait("$ ", step.type, true);
  }
  print(said(Say::solution, options_.language, step.line()) + "\n");
  return wait(said(Say::enter_runs, options_.language), {}, true);
}

void Presenter::left_out(const Step& step, std::size_t number, const std::string& why) {
  introduce(step, number);
  print(said(Say::left_out, options_.language, why) + "\n");
}

void Presenter::introduce(const Step& step, std::size_t number) {
  answers_ = 0;
  print(step_head(number, scenario_.steps.size(), options_.language));
  print(paragraph_text(step.say, options_.language));
  notes(step.notes);
}

void Presenter::ask_class(const Step& step) {
  const trace::Language language = options_.language;
  const auto& answers = step.predict ? step.predict->answers : step.opinion->answers;
  print(said(step.predict ? Say::class_question : Say::class_opinion, language) + "\n");
  print(paragraph_text(step.predict ? step.predict->question : step.opinion->question, language));
  print(answers_text(answers, language) + "\n");
  answers_ = answers.size();
}

void Presenter::at_gate(const scenarios::Hold& hold, const trace::Event& event, const client::Held& held) {
  // Typed here, `docker` is the lab's: no word stands before it.
  print(held_text(event, held, text_options(options_, STDOUT_FILENO), ""));
  print(paragraph_text(hold.say, options_.language));
  notes(hold.notes);
  // Whatever is typed but a command lets the run go on: it cannot be left half-way.
  wait(said(Say::held_prompt, options_.language));
}

Way Presenter::after(const Step& step, const StepOutcome& outcome) {
  const trace::Language language = options_.language;
  if (!step.line().empty()) print("\n");
  if (step.predict) tell_answers(step, outcome);
  for (const scenarios::Fault& fault : outcome.faults) {
    as_expected_ = false;
    print(fault.what.in(language) + "\n");
  }
  if (!step.then.empty()) print(paragraph_text(step.then, language));
  return wait(said(Say::continue_on, language));
}

void Presenter::tell_answers(const Step& step, const StepOutcome& outcome) {
  const trace::Language language = options_.language;
  const auto& answers = step.predict->answers;
  for (const std::size_t i : outcome.true_answers) {
    print(said(Say::what_happens, language, answers[i].text.in(language)) + "\n");
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const bool is_true = std::count(outcome.true_answers.begin(), outcome.true_answers.end(), i) != 0;
    const auto* belief = lessons::belief_behind(answers[i]);
    if (is_true || !belief) continue;
    const bool korean = language == trace::Language::korean;
    print(said(Say::often_believed, language, korean ? belief->korean : belief->english) + "\n");
    print(said(Say::look, language, answers[i].look.in(language)) + "\n");
  }
  print("\n");
}

Way Presenter::wait(std::string_view prompt, const std::string& line, bool may_reload) {
  const auto understand = [&](const lessons::Source& source) { newer_ = scenarios::parse_scenario(source); };
  bool prompts = true;
  for (;;) {
    if (prompts) print(prompt);
    const TypedLine typed = read_typed_line(STDIN_FILENO, file_.news());
    prompts = true;
    if (typed.interrupted) {
      const LiveFile::News news = file_.take(understand, options_.language);
      if (news.changes && may_reload) return Way::leave;
      prompts = news.told;
      continue;
    }
    if (!typed.line) return Way::leave;
    const std::string words(trim(*typed.line));
    if (words.empty() || (!line.empty() && lessons::same_command(words, line))) return Way::on;
    if (words == "quit") return Way::leave;
    if (words == "skip") return Way::skip;
    const auto number = parse_number(words);
    if (words == "?") {
      print(said(Say::scenario_help, options_.language) + "\n");
    } else if (number && *number >= 1 && *number <= answers_) {
      print(said(Say::class_answers, options_.language) + "\n");
    } else {
      lab_.look(words);
    }
  }
}

void Presenter::notes(const lessons::Words& words) {
  if (!words.empty()) print(notes_text(words, options_.language));
}

void Presenter::print(std::string_view text) const {
  write_out(STDOUT_FILENO, text);
}

}  // namespace glassdock::headless
