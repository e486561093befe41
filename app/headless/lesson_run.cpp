#include "app/headless/lesson_run.h"

#include <unistd.h>

#include "app/headless/play_text.h"
#include "app/headless/stepper.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/headless/watcher.h"
#include "app/lessons/folders.h"
#include "app/lessons/say.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::headless {
namespace {

using lessons::said;
using lessons::Say;
using lessons::Wants;

constexpr std::string_view command_prompt = "$ ";

lessons::Words words_of(const lessons::Misconception& one) {
  return {std::string(one.english), std::string(one.korean)};
}

}  // namespace

LessonInTerminal::LessonInTerminal(const lessons::Lesson& lesson, Lab& lab, const Options& options,
                                   lessons::Progress& progress, std::filesystem::path file, const std::string& from)
    : lab_(lab),
      options_(options),
      all_(progress),
      file_(std::move(file)),
      player_(lesson, progress[lesson.id], from) {}

bool LessonInTerminal::play() {
  const trace::Language language = options_.language;
  const lessons::Lesson& lesson = player_.lesson();
  print("\n" + said(Say::title, language, lesson.number, lesson.title.in(language), lesson.minutes) + "\n");
  paragraph(lesson.goal);
  print(said(Say::begins, language) + "\n");
  if (player_.index() != 0) print(said(Say::goes_on, language, player_.index() + 1, lesson.steps.size()) + "\n");
  reset();
  begin_step();
  while (player_.wants() != Wants::nothing) {
    switch (take_turn()) {
      case Way::on:
        break;
      case Way::left:
        save();
        print("\n" + said(Say::left, language, glassdock_line(options_, fmt::format("lesson run {}", lesson.number))) +
              "\n");
        return false;
      case Way::again:
        player_.restart();
        reset();
        print(said(Say::restarted, language) + "\n");
        begin_step();
        break;
      case Way::skipped:
        player_.skip();
        save();
        if (player_.wants() == Wants::nothing) break;
        reset();
        begin_step();
        break;
    }
  }
  print_score();
  return true;
}

LessonInTerminal::Way LessonInTerminal::take_turn() {
  const trace::Language language = options_.language;
  switch (player_.wants()) {
    case Wants::answer:
      return turn_for_answer();
    case Wants::run:
      return turn_for_run();
    case Wants::line:
      return turn_for_line();
    case Wants::look:
      return turn_for_enter(said(Say::again, language));
    default:
      return turn_for_enter(said(Say::continue_on, language));
  }
}

void LessonInTerminal::reset() {
  lab_.reset("step " + player_.step().id, player_.step().lab);
}

void LessonInTerminal::begin_step() {
  const trace::Language language = options_.language;
  const lessons::Step& step = player_.step();
  print(step_head(player_.index() + 1, player_.lesson().steps.size(), language));
  paragraph(step.say);
  if (step.opinion) {
    paragraph(step.opinion->question);
    print(said(Say::opinion, language) + "\n");
    print(answers_text(step.opinion->answers, language));
  } else if (step.predict) {
    print(said(step.predict->new_case ? Say::new_case : Say::question, language) + "\n");
    paragraph(step.predict->question);
    print(answers_text(step.predict->answers, language));
  } else {
    say_what_to_type();
  }
}

void LessonInTerminal::say_what_to_type() {
  const trace::Language language = options_.language;
  const lessons::Step& step = player_.step();
  if (step.is_challenge()) return print(said(Say::challenge, language) + "\n");
  if (!step.run.empty()) return print_command(step.run);
  print(said(Say::type_it, language, step.type) + "\n");
  if (!step.inside.empty()) print(said(Say::type_inside, language) + "\n");
  for (const std::string& line : step.inside) print(fmt::format("  # {}\n", line));
  if (!step.accept.empty()) print(said(Say::type_also, language, join(step.accept, ", ")) + "\n");
}

LessonInTerminal::Way LessonInTerminal::turn_for_answer() {
  const trace::Language language = options_.language;
  const std::size_t count = player_.answers();
  Way way = Way::on;
  const auto line = ask(said(Say::choose, language, count), &way);
  if (!line) return way;
  const auto number = parse_number(*line);
  if (!number || *number < 1 || *number > count) {
    print(said(Say::no_such_answer, language, count) + "\n");
    return Way::on;
  }
  player_.choose(*number - 1);
  if (player_.wants() == Wants::on) {
    print(said(Say::thanks, language) + "\n");
    if (!player_.step().then.empty()) paragraph(player_.step().then);
  } else {
    print("\n");
    say_what_to_type();
  }
  return Way::on;
}

LessonInTerminal::Way LessonInTerminal::turn_for_run() {
  Way way = Way::on;
  const auto line = ask(said(Say::enter_runs, options_.language), &way);
  if (!line) return way;
  line->empty() ? run_line(player_.step().run) : lab_.look(*line);
  return Way::on;
}

LessonInTerminal::Way LessonInTerminal::turn_for_line() {
  Way way = Way::on;
  const auto line = ask(command_prompt, &way);
  if (!line) return way;
  if (line->empty()) {
    if (player_.step().is_challenge()) judge();
  } else if (player_.takes(*line)) {
    run_line(*line);
  } else {
    lab_.look(*line);
    print(said(Say::ran_but_waits, options_.language, player_.step().type) + "\n");
  }
  return Way::on;
}

LessonInTerminal::Way LessonInTerminal::turn_for_enter(std::string_view prompt) {
  Way way = Way::on;
  const auto line = ask(prompt, &way);
  if (!line) return way;
  if (!line->empty()) {
    lab_.look(*line);
  } else if (player_.wants() == Wants::look) {
    judge();
  } else if (player_.go_on()) {
    save();
    if (player_.wants() != Wants::nothing) begin_step();
  }
  return Way::on;
}

void LessonInTerminal::run_line(const std::string& line) {
  player_.begin();
  const auto at_gate = [&](const trace::Event& event, const client::Held& held) { hold_here(event, held); };
  lab_.run(line, player_.gates(), {.output = true, .at_gate = at_gate, .inside = {}, .limit = {}}, player_.observed());
  judge();
}

void LessonInTerminal::hold_here(const trace::Event& event, const client::Held& held) {
  // Typed here, `docker` is the lab's: no word stands before it.
  print(held_text(event, held, text_options(options_, STDOUT_FILENO), ""));
  for (const lessons::Hold& hold : player_.step().holds) {
    if (!trace::has_held(hold.at, held.gate)) continue;
    paragraph(hold.say);
    const lessons::Judgement judgement = lab_.judge(hold.expect, player_.observed());
    if (!judgement.holds) show_missing(judgement.finding);
  }
  for (;;) {
    // Whatever is typed but a command lets the run go on: it can neither begin anew nor be left half-way.
    Way way = Way::on;
    const auto line = ask(said(Say::held_prompt, options_.language), &way);
    if (!line || line->empty()) return;
    lab_.look(*line);
  }
}

void LessonInTerminal::judge() {
  const bool was_graded = player_.grade().has_value();
  const bool ended = player_.wants() == Wants::end;
  const lessons::Verdict verdict = lab_.judge_step(player_.step(), player_.observed());
  if (player_.judged(verdict)) {
    lessons::record_step(file_, player_.lesson().id, player_.step().id, {player_.observed(), verdict.looks});
  }
  if (ended && !player_.step().is_challenge()) print("\n");
  if (player_.grade() && !was_graded) show_grade(*player_.grade());
  if (player_.missing()) show_missing(*player_.missing());
  if (player_.wants() == Wants::on) show_done();
}

void LessonInTerminal::show_done() {
  const lessons::Step& step = player_.step();
  if (step.is_challenge()) print("\n" + said(Say::done, options_.language) + "\n");
  if (!step.then.empty()) paragraph(step.then);
}

void LessonInTerminal::show_grade(const lessons::Grade& grade) {
  const trace::Language language = options_.language;
  const auto& answers = player_.step().predict->answers;
  const lessons::Answer& given = answers[grade.chosen];
  if (!grade.right) return print(said(Say::undecided, language) + "\n");
  if (grade.is_right()) return print(said(Say::right, language, given.text.in(language)) + "\n");
  print(said(Say::wrong, language, given.text.in(language)) + "\n");
  print(said(Say::what_happens, language, answers[*grade.right].text.in(language)) + "\n");
  if (const auto* belief = lessons::belief_behind(given)) {
    print(said(Say::often_believed, language, words_of(*belief).in(language)) + "\n");
  }
  if (!given.look.empty()) print(said(Say::look, language, given.look.in(language)) + "\n");
}

void LessonInTerminal::show_missing(const lessons::Finding& finding) {
  const trace::Language language = options_.language;
  print(said(Say::not_yet, language, finding.wanted.in(language), finding.seen.in(language)) + "\n");
}

std::optional<std::string> LessonInTerminal::ask(std::string_view prompt, Way* way) {
  for (;;) {
    print(prompt);
    const TypedLine typed = read_typed_line(STDIN_FILENO, -1);
    if (!typed.line || *typed.line == "quit") {
      *way = Way::left;
      return std::nullopt;
    }
    const std::string line(trim(*typed.line));
    if (line == "restart") {
      *way = Way::again;
      return std::nullopt;
    }
    if (line == "skip") {
      *way = Way::skipped;
      return std::nullopt;
    }
    if (line == "hint") {
      hint();
    } else if (line == "?") {
      print(said(Say::help, options_.language) + "\n");
    } else {
      return line;
    }
  }
}

void LessonInTerminal::hint() {
  const trace::Language language = options_.language;
  const lessons::Step& step = player_.step();
  player_.hint();
  if (!player_.shows_way()) {
    const std::string& words = step.hints[player_.hints() - 1].in(language);
    return print(said(Say::hint, language, player_.hints(), step.hints.size(), words) + "\n");
  }
  print(said(Say::no_more_hints, language) + "\n");
  for (const std::string& line : step.lines()) print_command(line);
}

void LessonInTerminal::print(std::string_view text) {
  write_out(STDOUT_FILENO, text);
}

void LessonInTerminal::paragraph(const lessons::Words& words) {
  print(paragraph_text(words, options_.language));
}

void LessonInTerminal::print_command(std::string_view line) {
  print(said(Say::solution, options_.language, line) + "\n");
}

void LessonInTerminal::save() {
  lessons::save_progress(file_, all_);
}

void LessonInTerminal::print_score() {
  const trace::Language language = options_.language;
  const lessons::Score score = lessons::score_of(player_.progress());
  print("\n" + said(Say::finished, language, player_.lesson().title.in(language)) + " " +
        said(Say::score, language, score.right, score.scored) + " " +
        said(Say::hints_taken, language, player_.progress().hints) + "\n");
}

}  // namespace glassdock::headless
