// The lesson that is played: what its step says, asks and waits for; below it what one does next.
#include <algorithm>
#include <utility>

#include "app/lessons/say.h"
#include "app/scene/evidence_column.h"
#include "app/scene/gate_words.h"
#include "app/scene/parts.h"
#include "app/scene/play_panel.h"
#include "app/scene/strings.h"
#include "app/scene/thing.h"

namespace glassdock::scene {
namespace {

using lessons::plain;
using lessons::said;
using lessons::Say;
using lessons::Wants;
using play::many;
using play::text;
using play::text_strong;

class LessonText : PlayText {
 public:
  LessonText(EvidenceColumn& column, const Subject& subject, bool brief)
      : PlayText(column, subject.view.language, brief),
        subject_(subject),
        lesson_(subject.view.lesson),
        player_(*lesson_.player) {}

  void add() {
    if (player_.wants() == Wants::nothing) return add_end();
    const lessons::Step& step = player_.step();
    if (player_.index() == 0) column_.paragraph(plain(player_.lesson().goal, language_), small, Colour::ink2, many);
    column_.gap(4);
    column_.paragraph(plain(step.say, language_), text, Colour::ink, many);
    column_.gap(12);
    if (step.opinion) {
      add_question(step.opinion->question, step.opinion->answers, Say::opinion);
      if (step.opinion->again && player_.chosen()) add_both_answers(*step.opinion);
    } else if (step.predict) {
      add_question(step.predict->question, step.predict->answers,
                   step.predict->new_case ? Say::new_case : Say::question);
    }
    if (player_.wants() != Wants::answer && !step.opinion) add_command(step);
    add_hints(step);
    if (lesson_.hold) add_hold(*lesson_.hold);
    if (player_.grade()) add_grade(step.predict->answers, *player_.grade());
    if (lesson_.not_at_gate) add_missing(*lesson_.not_at_gate);
    if (player_.missing()) add_missing(*player_.missing());
    if (player_.wants() == Wants::on) {
      if (step.is_challenge()) line(said(Say::done, language_), text_strong, Colour::ink);
      if (!step.then.empty()) words(step.then, text);
    }
    const bool is_done = player_.wants() == Wants::on || player_.wants() == Wants::look;
    if (is_done) output(player_.observed().output);
    if (!lesson_.fault.empty()) line(lesson_.fault, text, Colour::failed_line);
  }

 private:
  // What is held, and the command that shows it, which the evidence has where no lesson stands.
  void add_hold(const lessons::Hold& hold) {
    words(hold.say, text_strong);
    const model::Held* held = shown_hold(subject_.history.now(), subject_.view.own_runs);
    if (!held || !subject_.history.keeps(held->event)) return;
    const std::string look = look_at(subject_.model.engine, told_event(subject_.history, held->event));
    if (!look.empty()) column_.command(say(Word::see_it_yourself, language_), say(Word::copy, language_), look);
  }

  void add_missing(const lessons::Finding& finding) {
    line(said(Say::not_yet, language_, finding.wanted.in(language_), finding.seen.in(language_)), text_strong,
         Colour::ink);
  }

  void add_end() {
    const lessons::LessonProgress& progress = player_.progress();
    const lessons::Score score = lessons::score_of(progress);
    line(said(Say::finished, language_, player_.lesson().title.in(language_)), text_strong, Colour::ink);
    line(said(Say::score, language_, score.right, score.scored), text, Colour::ink);
    line(said(Say::hints_taken, language_, progress.hints), text, Colour::ink);
  }

  void add_question(const lessons::Words& question, const std::vector<lessons::Answer>& answers, Say head) {
    const bool asks = player_.wants() == Wants::answer;
    if (!brief_) column_.paragraph(said(head, language_), strong, Colour::ink2, many);
    column_.gap(4);
    words(question, text_strong);
    this->answers(answers, player_.chosen(), asks);
    if (asks) small_line(said(Say::key_answers, language_));
    column_.gap(8);
  }

  void add_both_answers(const lessons::Opinion& opinion) {
    column_.gap(4);
    column_.pair(said(Say::answer_then, language_),
                 lesson_.earlier ? plain(lesson_.earlier->text, language_) : said(Say::no_answer_then, language_),
                 said(Say::answer_now, language_), plain(opinion.answers[*player_.chosen()].text, language_));
    column_.gap(8);
  }

  void add_command(const lessons::Step& step) {
    if (step.is_challenge()) return line(said(Say::challenge, language_), text_strong, Colour::ink);
    if (!step.run.empty()) return next_command(Say::line_to_run, step.run, step.inside);
    small_line(said(Say::type_in_terminal, language_));
    command(step.type, step.inside);
  }

  void add_grade(const std::vector<lessons::Answer>& answers, const lessons::Grade& grade) {
    const lessons::Answer& given = answers[grade.chosen];
    if (!grade.right) return line(said(Say::undecided, language_), text_strong, Colour::ink);
    if (grade.is_right()) {
      return line(said(Say::right, language_, plain(given.text, language_)), text_strong, Colour::ink);
    }
    line(said(Say::wrong, language_, plain(given.text, language_)), text, Colour::ink);
    line(said(Say::what_happens, language_, plain(answers[*grade.right].text, language_)), text_strong, Colour::ink);
    if (const auto* belief = lessons::belief_behind(given)) {
      const bool korean = language_ == trace::Language::korean;
      line(said(Say::often_believed, language_, korean ? belief->korean : belief->english), text, Colour::ink2);
    }
    if (!given.look.empty()) line(said(Say::look, language_, plain(given.look, language_)), text, Colour::ink);
  }

  void add_hints(const lessons::Step& step) {
    for (std::size_t i = 0; i < player_.hints(); ++i) {
      line(said(Say::hint, language_, i + 1, step.hints.size(), plain(step.hints[i], language_)), text, Colour::ink2);
    }
    if (!player_.shows_way() || step.lines().empty()) return;
    column_.paragraph(said(Say::one_way, language_), small, Colour::ink2, many);
    std::string lines;
    for (const std::string& line : step.lines()) lines += line + "\n";
    column_.inset(lines, many);
  }

  const Subject& subject_;
  const LessonView& lesson_;
  const lessons::Player& player_;
};

// Nothing where an answer or a line is waited for.
std::optional<Next> next_of(const LessonView& lesson) {
  if (lesson.prepares) return Next{Say::lab_is_made, false};
  if (lesson.follows) return Next{Say::button_to_end};
  if (lesson.judges) return Next{Say::looking, false};
  if (lesson.hold) return Next{Say::button_go_on_held};
  switch (lesson.player->wants()) {
    case Wants::run:
      return Next{Say::button_run};
    case Wants::look:
      return Next{Say::button_look};
    case Wants::on:
      return Next{Say::button_on};
    case Wants::end:
      return Next{Say::command_runs, false};
    case Wants::line:
      if (lesson.player->step().is_challenge()) return Next{Say::button_look};
      return {};
    default:
      return {};
  }
}

std::vector<PlayButton> buttons_of(const lessons::Player& player) {
  if (player.wants() == Wants::nothing) return {{Say::button_lessons, "", Act::show_lessons}};
  std::vector<PlayButton> buttons{{Say::button_restart, "Alt R", Act::play_restart},
                                  {Say::button_skip, "Alt S", Act::play_skip}};
  if (player.has_hints()) buttons.insert(buttons.begin(), {Say::button_hint, "Alt H", Act::play_hint});
  return buttons;
}

}  // namespace

void draw_lesson(const Brush& brush, Rect panel, const Subject& subject) {
  const LessonView& lesson = subject.view.lesson;
  const trace::Language language = subject.view.language;
  const lessons::Player& player = *lesson.player;
  EvidenceColumn column(brush, play_text_width(panel));
  LessonText(column, subject, is_wide(panel)).add();
  draw_play_panel(brush, panel,
                  {.head = {said(Say::lesson_number, language, player.lesson().number),
                            player.lesson().title.in(language), player.index() + 1, player.lesson().steps.size()},
                   .warning = {},
                   .next = next_of(lesson),
                   .buttons = buttons_of(player),
                   .line = player.wants() == Wants::run && !lesson.prepares ? player.step().run : std::string(),
                   .first_row = lesson.first_row},
                  column, subject.view);
}

}  // namespace glassdock::scene
