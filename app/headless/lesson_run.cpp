#include "app/headless/lesson_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "app/headless/play_text.h"
#include "app/headless/stepper.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/headless/watcher.h"
#include "app/lessons/faults.h"
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

LessonInTerminal::LessonInTerminal(const lessons::Lesson& lesson, Surroundings surroundings, const std::string& from)
    : lab_(surroundings.lab),
      options_(surroundings.options),
      all_(surroundings.progress),
      progress_file_(std::move(surroundings.progress_file)),
      file_(surroundings.file),
      report_(surroundings.report),
      player_(lesson, surroundings.progress[lesson.id], from) {}

LessonInTerminal::End LessonInTerminal::play(Begin begin) {
  const trace::Language language = options_.language;
  const lessons::Lesson& lesson = player_.lesson();
  if (begin == Begin::lesson) {
    print("\n" + said(Say::title, language, lesson.number, lesson.title.in(language), lesson.minutes) + "\n");
    paragraph(lesson.goal);
    print(said(Say::begins, language) + "\n");
    if (player_.index() != 0) print(said(Say::goes_on, language, player_.index() + 1, lesson.steps.size()) + "\n");
  }
  if (begin != Begin::next_step) reset();
  begin_step();
  while (player_.wants() != Wants::nothing) {
    switch (take_turn()) {
      case Way::on:
        break;
      case Way::saved:
        return End::saved;
      case Way::left:
        save();
        print("\n" + said(Say::left, language, glassdock_line(options_, fmt::format("lesson run {}", lesson.number))) +
              "\n");
        return End::left;
      case Way::again:
        player_.restart();
        reset();
        print(said(Say::restarted, language) + "\n");
        begin_step();
        break;
      case Way::skipped:
        report_step().skipped = "skipped";
        player_.skip();
        save();
        if (player_.wants() == Wants::nothing) break;
        reset();
        begin_step();
        break;
    }
  }
  print_score();
  return End::finished;
}

bool LessonInTerminal::take_saved(bool* told) {
  std::optional<lessons::Lesson> read;
  const LiveFile::News news =
      file_.take([&](const lessons::Source& source) { read = lessons::parse_lesson(source); }, options_.language);
  *told = news.told;
  if (!news.changes) return false;
  newer_ = std::move(read);
  const std::string& id = player_.step().id;
  const auto& removed = news.changes->removed;
  return news.changes->has(id) || std::find(removed.begin(), removed.end(), id) != removed.end();
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
  step_began_ = std::chrono::steady_clock::now();
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
    report_judged({});
    if (player_.step().opinion->again) show_both_answers(*player_.step().opinion);
    if (!player_.step().then.empty()) paragraph(player_.step().then);
  } else {
    print("\n");
    say_what_to_type();
  }
  return Way::on;
}

void LessonInTerminal::show_both_answers(const lessons::Opinion& opinion) {
  const trace::Language language = options_.language;
  const lessons::Answer* earlier = lessons::earlier_answer(opinion, all_);
  print("\n" +
        side_by_side(said(Say::answer_then, language),
                     earlier ? earlier->text.in(language) : said(Say::no_answer_then, language),
                     said(Say::answer_now, language), opinion.answers[*player_.chosen()].text.in(language)) +
        "\n");
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
    if (player_.wants() == Wants::nothing) return Way::on;
    if (newer_) return Way::saved;
    if (player_.needs_lab()) {
      reset();
      print(said(Say::restarted, options_.language) + "\n");
    }
    begin_step();
  }
  return Way::on;
}

void LessonInTerminal::run_line(const std::string& line) {
  player_.begin();
  CheckedStep& report = report_step();
  report.command += (report.command.empty() ? "" : "\n") + line;
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
  at_gate_ = true;
  for (;;) {
    // Whatever is typed but a command lets the run go on: it can neither begin anew nor be left half-way.
    Way way = Way::on;
    const auto line = ask(said(Say::held_prompt, options_.language), &way);
    if (!line || line->empty()) break;
    lab_.look(*line);
  }
  at_gate_ = false;
}

void LessonInTerminal::judge() {
  const bool was_graded = player_.grade().has_value();
  const bool ended = player_.wants() == Wants::end;
  const lessons::Verdict verdict = lab_.judge_step(player_.step(), player_.observed());
  const bool records = player_.judged(verdict);
  report_judged(verdict.expected.holds ? std::string()
                                       : fault_at(player_.lesson().file, verdict.expected.mark,
                                                  difference(verdict.expected.finding, trace::Language::english)));
  if (records) {
    lessons::record_step(progress_file_, player_.lesson().id, player_.step().id, {player_.observed(), verdict.looks});
  }
  if (ended && !player_.step().is_challenge()) print("\n");
  if (player_.grade() && !was_graded) show_grade(*player_.grade());
  if (player_.missing()) show_missing(*player_.missing());
  if (player_.wants() == Wants::on) show_done();
}

// Of the step that is played.
CheckedStep& LessonInTerminal::report_step() {
  const std::string& id = player_.step().id;
  const auto found =
      std::find_if(report_.steps.begin(), report_.steps.end(), [&](const CheckedStep& step) { return step.id == id; });
  if (found != report_.steps.end()) return *found;
  report_.steps.push_back({.id = id});
  return report_.steps.back();
}

void LessonInTerminal::report_judged(const std::string& unmet) {
  CheckedStep& step = report_step();
  step.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - step_began_).count();
  step.exit_code = player_.observed().exit_code;
  step.output = player_.observed().output;
  step.faults.clear();
  if (!unmet.empty()) step.faults.push_back(unmet);
  if (player_.grade()) {
    step.answer = player_.step().predict->answers[player_.grade()->chosen].id;
    if (player_.grade()->right) step.right = player_.grade()->is_right();
  } else if (player_.chosen() && player_.step().opinion) {
    step.answer = player_.step().opinion->answers[*player_.chosen()].id;
  }
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
    TypedLine typed = read_typed_line(STDIN_FILENO, file_.news());
    for (bool told = false; typed.interrupted; typed = read_typed_line(STDIN_FILENO, file_.news())) {
      if (take_saved(&told) && !at_gate_) {
        begin_of_newer_ = Begin::step_anew;
        *way = Way::saved;
        return std::nullopt;
      }
      if (told) print(prompt);
    }
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
  lessons::save_progress(progress_file_, all_);
}

void LessonInTerminal::print_score() {
  const trace::Language language = options_.language;
  const lessons::Score score = lessons::score_of(player_.progress());
  print("\n" + said(Say::finished, language, player_.lesson().title.in(language)) + " " +
        said(Say::score, language, score.right, score.scored) + " " +
        said(Say::hints_taken, language, player_.progress().hints) + "\n");
}

}  // namespace glassdock::headless
