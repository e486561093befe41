// The lesson that is played: what its step says, asks and waits for; below it what one does next.
#include <algorithm>
#include <utility>

#include "app/lessons/say.h"
#include "app/scene/evidence_column.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"

namespace glassdock::scene {
namespace {

using lessons::plain;
using lessons::said;
using lessons::Say;
using lessons::Wants;

constexpr float padding = 14, between = 8;
constexpr float button_high = 30;
constexpr Font text{Face::sans, 14}, text_strong{Face::sans_bold, 14};
constexpr int many = 60;  // lines: all of them

class LessonText {
 public:
  LessonText(EvidenceColumn& column, const LessonView& lesson, trace::Language language)
      : column_(column), lesson_(lesson), player_(*lesson.player), language_(language) {}

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
    if (lesson_.hold) add_words(lesson_.hold->say, text_strong);
    if (player_.grade()) add_grade(step.predict->answers, *player_.grade());
    if (lesson_.not_at_gate) add_missing(*lesson_.not_at_gate);
    if (player_.missing()) add_missing(*player_.missing());
    if (player_.wants() == Wants::on) {
      if (step.is_challenge()) add_line(said(Say::done, language_), text_strong, Colour::ink);
      if (!step.then.empty()) add_words(step.then, text);
    }
    if (!lesson_.fault.empty()) add_line(lesson_.fault, text, Colour::failed_line);
  }

 private:
  void add_line(std::string_view words, Font font, Colour colour) {
    column_.gap(4);
    column_.paragraph(words, font, colour, many);
    column_.gap(8);
  }
  void add_words(const lessons::Words& words, Font font) { add_line(plain(words, language_), font, Colour::ink); }

  void add_missing(const lessons::Finding& finding) {
    add_line(said(Say::not_yet, language_, finding.wanted.in(language_), finding.seen.in(language_)), text_strong,
             Colour::ink);
  }

  void add_end() {
    const lessons::LessonProgress& progress = player_.progress();
    const lessons::Score score = lessons::score_of(progress);
    add_line(said(Say::finished, language_, player_.lesson().title.in(language_)), text_strong, Colour::ink);
    add_line(said(Say::score, language_, score.right, score.scored), text, Colour::ink);
    add_line(said(Say::hints_taken, language_, progress.hints), text, Colour::ink);
  }

  void add_question(const lessons::Words& question, const std::vector<lessons::Answer>& answers, Say head) {
    const bool asks = player_.wants() == Wants::answer;
    column_.paragraph(said(head, language_), strong, Colour::ink2, many);
    column_.gap(4);
    add_words(question, text_strong);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      Place place;
      if (asks) place = {.act = Act::lesson_answer, .number = static_cast<std::int64_t>(i)};
      column_.choice(std::to_string(i + 1), plain(answers[i].text, language_), player_.chosen() == i, place);
    }
    column_.gap(4);
    if (asks) column_.paragraph(said(Say::key_answers, language_), small, Colour::ink2, many);
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
    if (step.is_challenge()) return add_line(said(Say::challenge, language_), text_strong, Colour::ink);
    column_.paragraph(said(step.run.empty() ? Say::type_in_terminal : Say::line_to_run, language_), small, Colour::ink2,
                      many);
    column_.inset(step.run.empty() ? step.type : step.run, many);
    if (step.inside.empty()) return;
    column_.paragraph(said(Say::type_inside, language_), small, Colour::ink2, many);
    std::string lines;
    for (const std::string& line : step.inside) lines += line + "\n";
    column_.inset(lines, many);
  }

  void add_grade(const std::vector<lessons::Answer>& answers, const lessons::Grade& grade) {
    const lessons::Answer& given = answers[grade.chosen];
    if (!grade.right) return add_line(said(Say::undecided, language_), text_strong, Colour::ink);
    if (grade.is_right()) {
      return add_line(said(Say::right, language_, plain(given.text, language_)), text_strong, Colour::ink);
    }
    add_line(said(Say::wrong, language_, plain(given.text, language_)), text, Colour::ink);
    add_line(said(Say::what_happens, language_, plain(answers[*grade.right].text, language_)), text_strong,
             Colour::ink);
    if (const auto* belief = lessons::belief_behind(given)) {
      const bool korean = language_ == trace::Language::korean;
      add_line(said(Say::often_believed, language_, korean ? belief->korean : belief->english), text, Colour::ink2);
    }
    if (!given.look.empty()) add_line(said(Say::look, language_, plain(given.look, language_)), text, Colour::ink);
  }

  void add_hints(const lessons::Step& step) {
    for (std::size_t i = 0; i < player_.hints(); ++i) {
      add_line(said(Say::hint, language_, i + 1, step.hints.size(), plain(step.hints[i], language_)), text,
               Colour::ink2);
    }
    if (!player_.shows_way() || step.lines().empty()) return;
    column_.paragraph(said(Say::one_way, language_), small, Colour::ink2, many);
    std::string lines;
    for (const std::string& line : step.lines()) lines += line + "\n";
    column_.inset(lines, many);
  }

  EvidenceColumn& column_;
  const LessonView& lesson_;
  const lessons::Player& player_;
  trace::Language language_;
};

// One mark a step: done, the one that is played, and to come.
void draw_steps(const Brush& brush, Rect room, const lessons::Player& player) {
  const std::size_t count = player.lesson().steps.size();
  constexpr float apart = 3;
  const float wide = (room.w + apart) / static_cast<float>(count) - apart;
  for (std::size_t i = 0; i < count; ++i) {
    const Rect mark{room.x + static_cast<float>(i) * (wide + apart), room.y, wide, room.h};
    const bool now = i == player.index(), done = i < player.index();
    brush.box({.rect = now ? mark.inset(-1) : mark,
               .radius = 2,
               .fill = now    ? Colour::ink
                       : done ? Colour::ink3
                              : Colour::none,
               .line = Colour::ink3,
               .stroke = 1,
               .dash = now || done ? Dash::solid : Dash::dashed});
  }
}

// Whether Enter does something now, or something else is waited for: not where an answer or a line is.
bool has_next(const LessonView& lesson) {
  const Wants wants = lesson.player->wants();
  const bool learner = wants == Wants::answer || wants == Wants::nothing ||
                       (wants == Wants::line && !lesson.player->step().is_challenge());
  return lesson.prepares || lesson.judges || !learner;
}

// What Enter does now, or what is waited for.
void draw_next(const Brush& brush, Rect room, const LessonView& lesson, trace::Language language) {
  const auto enter = [&](Say words) {
    draw_button(brush, {room.x, room.y, 0, room.h}, said(words, language), "Enter", {.act = Act::lesson_on}, true);
  };
  const auto waits = [&](Say words) { brush.text(room, said(words, language), text, Colour::ink2); };
  if (lesson.prepares) return waits(Say::lab_is_made);
  if (lesson.follows) return enter(Say::button_to_end);
  if (lesson.judges) return waits(Say::looking);
  if (lesson.hold) return enter(Say::button_go_on_held);
  switch (lesson.player->wants()) {
    case Wants::run:
      return enter(Say::button_run);
    case Wants::look:
      return enter(Say::button_look);
    case Wants::on:
      return enter(Say::button_on);
    case Wants::end:
      return waits(Say::command_runs);
    case Wants::line:
      if (lesson.player->step().is_challenge()) return enter(Say::button_look);
      return;
    default:
      return;
  }
}

void draw_buttons(const Brush& brush, Rect room, const LessonView& lesson, trace::Language language) {
  struct Button {
    Say words;
    std::string_view key;
    Act act;
  };
  std::vector<Button> buttons;
  if (lesson.player->wants() != Wants::nothing) {
    buttons = {{Say::button_hint, "Alt H", Act::lesson_hint},
               {Say::button_restart, "Alt R", Act::lesson_restart},
               {Say::button_skip, "Alt S", Act::lesson_skip}};
  } else {
    buttons = {{Say::button_lessons, "", Act::show_lessons}};
  }
  float all = -between;
  for (const Button& one : buttons) all += button_width(brush, said(one.words, language), one.key) + between;
  float x = room.x;
  for (const Button& one : buttons) {
    const std::string_view key = all > room.w ? std::string_view() : one.key;
    x += draw_button(brush, {x, room.y, 0, room.h}, said(one.words, language), key, {.act = one.act}) + between;
  }
}

}  // namespace

void draw_lesson(const Brush& brush, Rect panel, const Subject& subject) {
  const LessonView& lesson = subject.view.lesson;
  const trace::Language language = subject.view.language;
  const lessons::Player& player = *lesson.player;
  draw_panel(brush, panel);
  const Rect room = panel.inset(padding);
  const std::size_t steps = player.lesson().steps.size();
  const std::string step = said(Say::step, language, std::min(player.index() + 1, steps), steps);
  const float wide = brush.width(step, small) + 2;
  brush.text({room.x, room.y - 4, room.w - wide - between, 18},
             said(Say::lesson_number, language, player.lesson().number), small, Colour::ink2);
  brush.text({room.right() - wide, room.y - 4, wide, 18}, step, small, Colour::ink2, Align::right);
  draw_steps(brush, {room.x, room.y + 18, room.w, 5}, player);
  float y = room.y + 32;
  y += brush.paragraph({room.x, y, room.w, 60}, player.lesson().title.in(language), title, Colour::ink, 2) + between;
  EvidenceColumn column(brush, room.w);
  LessonText(column, lesson, language).add();
  const bool next = has_next(lesson);
  const float foot = (next ? 2 * button_high + between : button_high) + padding;
  const Rect rows{room.x, y, room.w, panel.bottom() - foot - between - 10 - y};
  brush.place({.rect = panel.inset(1), .act = Act::scroll_lesson, .pages = column.pages(rows.h)});
  column.draw(rows, lesson.first_row);
  if (next) draw_next(brush, {room.x, panel.bottom() - foot, room.w, button_high}, lesson, language);
  draw_buttons(brush, {room.x, panel.bottom() - padding - button_high, room.w, button_high}, lesson, language);
}

}  // namespace glassdock::scene
