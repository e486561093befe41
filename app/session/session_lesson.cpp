// The lesson that is played: what its learner does with keys and clicks, and what comes of it.
#include <algorithm>
#include <climits>
#include <utility>

#include "app/lessons/condition.h"
#include "app/session/session.h"
#include "engine/trace/gates.h"

namespace glassdock::session {

using lessons::Wants;

void Session::begin_lesson(lessons::Lesson lesson, lessons::Progress progress, const std::string& from) {
  lesson_ = std::make_unique<LessonPlay>(std::move(lesson), std::move(progress), from);
  settings_.arrangement.lesson = true;
  line_.set_text("");
  gives_way_ = false;
  reset_lab();
}

void Session::set_lessons(std::vector<LessonRow> rows) {
  lessons_ = std::move(rows);
}

void Session::reset_lab() {
  lesson_->prepares = true;
  lesson_->observes = lesson_->judges = false;
  lesson_->verdict.reset();
  lesson_->fault.clear();
  lesson_->first_row = 0;
  if (lesson_->player.wants() == Wants::nothing) {
    lesson_->prepares = false;
    return;
  }
  wishes_.push_back(ResetLab{lesson_->lesson.images, lesson_->player.step().lab});
}

void Session::lab_is_ready() {
  if (!lesson_) return;
  lesson_->prepares = false;
}

void Session::lab_failed(std::string fault) {
  if (!lesson_) return;
  lesson_->prepares = lesson_->judges = false;
  lesson_->fault = std::move(fault);
}

bool Session::lesson_holds() const {
  if (!lesson_ || !lesson_->observes) return false;
  return shown_hold_of_lesson() != nullptr;
}

const lessons::Hold* Session::shown_hold_of_lesson() const {
  const model::Held* held = lesson_ && lesson_->observes ? held_by(run_) : nullptr;
  if (!held) return nullptr;
  for (const lessons::Hold& hold : lesson_->player.step().holds) {
    if (trace::has_held(hold.at, held->gate)) return &hold;
  }
  return nullptr;
}

// The line begins: whether it is the step's own, and what comes of it is looked at.
bool Session::lesson_begins(const std::string& line) {
  if (!lesson_ || !lesson_->waits_for_learner()) return false;
  lessons::Player& player = lesson_->player;
  const bool runs = player.wants() == Wants::run && line == player.step().run;
  if (!runs && !player.takes(line)) return false;
  player.begin();
  lesson_->observes = true;
  lesson_->held.clear();
  lesson_->not_at_gate.reset();
  lesson_->output.clear();
  return true;
}

void Session::lesson_told(int exit_code, std::vector<trace::Event> events) {
  if (!lesson_ || !lesson_->observes) return;
  lesson_->observes = false;
  lessons::Observed& observed = lesson_->player.observed();
  observed.exit_code = exit_code;
  observed.output += lessons::readable(std::exchange(lesson_->output, {}));
  std::move(events.begin(), events.end(), std::back_inserter(observed.events));
  judge_step();
}

void Session::lesson_line_dropped() {
  if (!lesson_ || !lesson_->observes) return;
  lesson_->observes = false;
  lesson_->player.not_begun();
}

void Session::judge_step() {
  lesson_->judges = true;
  lesson_->fault.clear();
  wishes_.push_back(JudgeStep{lesson_->player.step(), lesson_->player.observed()});
}

// What the lesson's gate expects is looked at while it holds.
void Session::judge_gate() {
  const lessons::Hold* hold = shown_hold_of_lesson();
  if (!hold) return;
  const model::Held& held = *held_by(run_);
  if (std::exchange(lesson_->held, held.id) == held.id) return;
  lesson_->not_at_gate.reset();
  if (hold->expect.empty()) return;
  lessons::Observed observed = lesson_->player.observed();
  observed.held = held.pid;
  wishes_.push_back(JudgeGate{hold->expect, std::move(observed)});
}

void Session::take_gate_judgement(const lessons::Judgement& judgement) {
  if (lesson_ && lesson_->observes && !judgement.holds) lesson_->not_at_gate = judgement.finding;
}

// What came of it is told when the picture has shown it: a start lasts milliseconds, a picture needs seconds.
void Session::take_verdict(lessons::Verdict verdict) {
  if (!lesson_ || !lesson_->judges) return;
  lesson_->verdict = std::move(verdict);
  reveal();
}

void Session::reveal() {
  if (!lesson_ || !lesson_->verdict || (at_now() && position().behind > 0)) return;
  const lessons::Verdict verdict = *std::exchange(lesson_->verdict, std::nullopt);
  lesson_->judges = false;
  lessons::Player& player = lesson_->player;
  if (player.judged(verdict)) {
    wishes_.push_back(KeepRecording{lesson_->lesson.id, player.step().id, {player.observed(), verdict.looks}});
  }
  keep_progress();
  lesson_->first_row = INT_MAX;  // what came of it stands at the end
}

void Session::keep_progress() {
  wishes_.push_back(KeepProgress{lesson_->progress});
}

// An empty line: what Enter means to the lesson.
bool Session::lesson_goes_on() {
  if (!lesson_) return false;
  if (command_runs_) {
    if (!lesson_holds()) return false;
    proceed(mode_with_gates());
    return true;
  }
  if (!line_.text().empty()) return false;
  if (lesson_->verdict) {
    player::go_live(player_, track());
    reveal();
    return true;
  }
  if (!lesson_->waits_for_learner()) return true;
  lessons::Player& player = lesson_->player;
  switch (player.wants()) {
    case Wants::run:
      line_.set_text(player.step().run);
      start_typed(mode_with_gates());
      break;
    case Wants::look:
      judge_step();
      break;
    case Wants::line:
      if (player.step().is_challenge()) judge_step();
      break;
    case Wants::on:
      player.go_on();
      lesson_->first_row = 0;
      keep_progress();
      break;
    default:
      break;  // an empty line repeats nothing here
  }
  return true;
}

bool Session::lesson_answers(std::size_t answer) {
  if (!lesson_ || !lesson_->waits_for_learner() || answer >= lesson_->player.answers()) return false;
  lesson_->player.choose(answer);
  lesson_->first_row = INT_MAX;
  keep_progress();
  return true;
}

// A digit that answers is no text.
bool Session::lesson_takes_text(std::string_view text) {
  if (!lesson_ || command_runs_ || !line_.text().empty() || text.size() != 1) return false;
  return text[0] >= '1' && text[0] <= '9' && lesson_answers(static_cast<std::size_t>(text[0] - '1'));
}

void Session::change_lesson(const Command& command) {
  if (command.action == Action::open_lesson) {
    wishes_.push_back(OpenLesson{command.name});
    return;
  }
  if (!lesson_) {
    if (command.action == Action::show_lesson) wishes_.push_back(ShowPanel{Action::show_lessons});
    return;
  }
  switch (command.action) {
    case Action::show_lesson:
      settings_.arrangement.lesson = !settings_.arrangement.lesson;
      return;
    case Action::leave_lesson:
      keep_progress();
      wishes_.push_back(OpenLesson{});
      return;
    case Action::lesson_on:
      lesson_goes_on();
      return;
    case Action::lesson_answer:
      if (command.number >= 0) lesson_answers(static_cast<std::size_t>(command.number));
      return;
    case Action::lesson_hint:
      lesson_->player.hint();
      lesson_->first_row = INT_MAX;
      keep_progress();
      return;
    default:
      break;
  }
  // What runs is of the step that is left.
  if (command_runs_ || !lesson_->waits_for_learner())
    return set_notice(std::string(say(scene::Word::lab_is_busy, settings_.language)));
  if (command.action == Action::lesson_restart) {
    lesson_->player.restart();
  } else {
    lesson_->player.skip();
    keep_progress();
  }
  reset_lab();
}

scene::LessonView Session::lesson_view() const {
  scene::LessonView view;
  if (!lesson_) return view;
  view.player = &lesson_->player;
  if (lesson_->player.wants() != Wants::nothing && lesson_->player.step().opinion) {
    view.earlier = lessons::earlier_answer(*lesson_->player.step().opinion, lesson_->progress);
  }
  view.hold = shown_hold_of_lesson();
  if (view.hold && lesson_->not_at_gate) view.not_at_gate = &*lesson_->not_at_gate;
  view.prepares = lesson_->prepares;
  view.judges = lesson_->judges;
  view.follows = lesson_->verdict.has_value();
  view.fault = lesson_->fault;
  view.first_row = lesson_->first_row;
  if (lesson_->player.wants() != Wants::nothing) {
    view.point = view.hold && !view.hold->point.empty() ? view.hold->point : lesson_->player.step().point;
  }
  return view;
}

}  // namespace glassdock::session
