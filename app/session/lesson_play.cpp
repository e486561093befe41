#include "app/session/lesson_play.h"

#include <climits>

#include "app/lessons/say.h"
#include "engine/trace/gates.h"

namespace glassdock::session {

using lessons::plain;
using lessons::said;
using lessons::Say;
using lessons::Wants;

void LessonPlay::reset_lab(Wishes& wishes) {
  observes = judges = false;
  verdict_.reset();
  fault.clear();
  first_row = 0;
  prepares = player.wants() != Wants::nothing;
  if (prepares) wishes.push_back(ResetLab{lesson.images, player.step().lab});
}

std::string LessonPlay::line_of_enter() const {
  return player.wants() == Wants::run ? player.step().run : std::string();
}

const lessons::Hold* LessonPlay::hold_at(const model::Held* held) const {
  if (!held || !observes) return nullptr;
  for (const lessons::Hold& hold : player.step().holds) {
    if (trace::has_held(hold.at, held->gate)) return &hold;
  }
  return nullptr;
}

const lessons::Words* LessonPlay::said_at(const std::string& gate) const {
  const model::Held held{.id = {}, .gate = gate};
  const lessons::Hold* hold = hold_at(&held);
  return hold ? &hold->say : nullptr;
}

bool LessonPlay::begins(const std::string& line, Wishes& /*wishes*/) {
  const bool runs = player.wants() == Wants::run && line == player.step().run;
  if (!runs && !player.takes(line)) return false;
  player.begin();
  not_at_gate_.reset();
  begin_to_observe();
  return true;
}

void LessonPlay::not_begun(Wishes& /*wishes*/) {
  observes = false;
  player.not_begun();
}

void LessonPlay::judge(Wishes& wishes) {
  judges = true;
  fault.clear();
  wishes.push_back(JudgeStep{player.step(), player.observed()});
}

// What the gate expects is looked at while it holds.
bool LessonPlay::at_gate(const model::Held& held, Wishes& wishes) {
  const lessons::Hold* hold = hold_at(&held);
  if (!hold || std::exchange(held_, held.id) == held.id) return true;
  not_at_gate_.reset();
  if (!hold->expect.empty()) wishes.push_back(JudgeGate{hold->expect, observed_so_far(held)});
  return true;
}

void LessonPlay::judged_gate(std::vector<lessons::Fault> faults) {
  if (!faults.empty()) not_at_gate_ = std::move(faults.front().finding);
}

void LessonPlay::take(lessons::Verdict verdict) {
  if (judges) verdict_ = std::move(verdict);
}

void LessonPlay::reveal(Wishes& wishes) {
  const lessons::Verdict verdict = *std::exchange(verdict_, std::nullopt);
  judges = false;
  if (player.judged(verdict)) {
    wishes.push_back(KeepRecording{lesson.id, player.step().id, {player.observed(), verdict.looks}});
  }
  keep(wishes);
  first_row = INT_MAX;  // what came of it stands at the end
}

bool LessonPlay::choose(std::size_t answer, Wishes& wishes) {
  if (answer >= player.answers()) return false;
  player.choose(answer);
  first_row = INT_MAX;
  keep(wishes);
  return true;
}

void LessonPlay::go_on(Wishes& wishes) {
  switch (player.wants()) {
    case Wants::look:
      return judge(wishes);
    case Wants::line:
      if (player.step().is_challenge()) judge(wishes);
      return;
    case Wants::on:
      player.go_on();
      first_row = 0;
      keep(wishes);
      if (player.needs_lab()) reset_lab(wishes);
      return;
    default:
      return;  // an empty line repeats nothing here
  }
}

void LessonPlay::hint(Wishes& wishes) {
  player.hint();
  first_row = INT_MAX;
  keep(wishes);
}

void LessonPlay::restart(Wishes& wishes) {
  player.restart();
  reset_lab(wishes);
}

void LessonPlay::skip(Wishes& wishes) {
  player.skip();
  keep(wishes);
  reset_lab(wishes);
}

void LessonPlay::show(scene::View& view, const model::Held* held) const {
  scene::LessonView& shown = view.lesson;
  fill(shown);
  shown.player = &player;
  shown.hold = hold_at(held);
  if (shown.hold && not_at_gate_) shown.not_at_gate = &*not_at_gate_;
  if (player.wants() == Wants::nothing) return;
  if (player.step().opinion) shown.earlier = lessons::earlier_answer(*player.step().opinion, progress);
  view.point = shown.hold && !shown.hold->point.empty() ? shown.hold->point : player.step().point;
}

std::string LessonPlay::words(trace::Language language, const model::Held* held) const {
  std::string words = said(Say::lesson_number, language, lesson.number) + ": ";
  if (player.wants() == Wants::nothing) {
    return words + said(Say::finished, language, lesson.title.in(language));
  }
  words += said(Say::step, language, player.index() + 1, lesson.steps.size()) + ": ";
  if (!fault.empty()) return words + fault;
  if (prepares) return words + said(Say::lab_is_made, language);
  if (const lessons::Hold* hold = hold_at(held)) return words + plain(hold->say, language);
  return words + step_words(language);
}

std::string LessonPlay::step_words(trace::Language language) const {
  const lessons::Step& step = player.step();
  switch (player.wants()) {
    case Wants::answer:
      return step.opinion ? question_words(step.say, step.opinion->question, step.opinion->answers, language)
                          : question_words(step.say, step.predict->question, step.predict->answers, language);
    case Wants::run:
      return said(Say::enter_runs, language) + step.run;
    case Wants::line:
      return step.is_challenge() ? plain(step.say, language) : said(Say::type_it, language, step.type);
    case Wants::look:
      return said(Say::not_yet, language, player.missing()->wanted.in(language), player.missing()->seen.in(language));
    case Wants::on: {
      std::string words;
      if (player.grade()) {
        const auto& answers = step.predict->answers;
        const lessons::Grade& grade = *player.grade();
        words = (grade.is_right() ? said(Say::right, language, plain(answers[grade.chosen].text, language))
                 : grade.right    ? said(Say::what_happens, language, plain(answers[*grade.right].text, language))
                                  : said(Say::undecided, language)) +
                " ";
      } else if (step.opinion && step.opinion->again && player.chosen()) {
        const lessons::Answer* earlier = lessons::earlier_answer(*step.opinion, progress);
        words = said(Say::answer_then, language) + ": " +
                (earlier ? plain(earlier->text, language) : said(Say::no_answer_then, language)) + ". " +
                said(Say::answer_now, language) + ": " + plain(step.opinion->answers[*player.chosen()].text, language) +
                ". ";
      }
      return words + plain(step.then, language) + " " + said(Say::continue_on, language);
    }
    default:
      return said(Say::command_runs, language);
  }
}

}  // namespace glassdock::session
