#include "app/scene/notes.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/lessons/say.h"
#include "app/scene/evidence_column.h"
#include "app/scene/parts.h"
#include "app/scene/play_panel.h"

namespace glassdock::scene {
namespace {

using lessons::plain;
using lessons::said;
using lessons::Say;
using lessons::Wants;
using play::text;
using play::text_strong;

constexpr float scale = 1.3F;  // read from where one stands
constexpr float margin = 16;
constexpr Font time_font{Face::sans_bold, 22};

// "4:07"
std::string clock_text(std::int64_t ns) {
  constexpr std::int64_t second = 1'000'000'000, minute = 60;
  const std::int64_t seconds = std::max<std::int64_t>(ns, 0) / second;
  return fmt::format("{}:{:02}", seconds / minute, seconds % minute);
}

class NotesText : PlayText {
 public:
  NotesText(EvidenceColumn& column, const scenarios::Player& player, trace::Language language)
      : PlayText(column, language), player_(player), steps_(player.scenario().steps) {}

  void add() {
    if (player_.wants() != Wants::nothing) add_now(player_.step());
    const std::size_t next = player_.wants() == Wants::nothing ? player_.index() : player_.index() + 1;
    if (next >= steps_.size()) return small_line(said(Say::notes_last, language_));
    add_next(next);
  }

 private:
  void heading(Say what, std::size_t step) {
    column_.gap(8);
    column_.heading(said(what, language_, step + 1, steps_.size()));
    column_.gap(2);
  }

  void add_now(const scenarios::Step& step) {
    heading(Say::notes_now, player_.index());
    const scenarios::Hold* hold = player_.hold();
    if (hold) words(hold->notes.empty() ? hold->say : hold->notes, text_strong);
    if (step.notes.empty() && !hold) small_line(said(Say::notes_none, language_));
    if (!step.notes.empty()) words(step.notes, hold ? text : text_strong);
    if (!step.line().empty()) {
      small_line(said(Say::notes_command, language_));
      command(step.line(), step.inside);
    }
    if (step.predict) add_answers(*step.predict);
  }

  // The one that names no misconception is what happens; scenario check holds that.
  void add_answers(const lessons::Prediction& question) {
    small_line(said(Say::notes_answers, language_));
    words(question.question, text_strong);
    for (std::size_t i = 0; i < question.answers.size(); ++i) {
      const lessons::Answer& answer = question.answers[i];
      column_.choice(std::to_string(i + 1), plain(answer.text, language_), answer.misconception.empty(), {});
      if (const lessons::Misconception* belief = lessons::belief_behind(answer)) {
        const bool korean = language_ == trace::Language::korean;
        small_line(said(Say::often_believed, language_, korean ? belief->korean : belief->english));
        column_.gap(4);
      }
    }
    column_.gap(4);
  }

  void add_next(std::size_t index) {
    const scenarios::Step& step = steps_[index];
    heading(Say::notes_next, index);
    line(plain(step.say, language_), text, Colour::ink2);
    if (!step.notes.empty()) line(plain(step.notes, language_), text, Colour::ink);
    if (!step.line().empty()) command(step.line(), {});
  }

  const scenarios::Player& player_;
  const std::vector<scenarios::Step>& steps_;
};

}  // namespace

Scene build_notes(const NotesView& view, const Viewport& viewport, const TextMeasure& measure) {
  Scene scene;
  scene.width = viewport.width;
  scene.height = viewport.height;
  const Brush brush = Brush(scene, measure).placed({0, 0}, scale);
  const Rect room = Rect{0, 0, viewport.width / scale, viewport.height / scale}.inset(margin);
  if (!view.player) {
    brush.paragraph(room, say(Word::no_notes, view.language), text, Colour::ink);
    return scene;
  }
  const scenarios::Scenario& scenario = view.player->scenario();
  const std::string time = said(Say::notes_time, view.language, clock_text(view.elapsed_ns),
                                said(Say::minutes, view.language, scenario.minutes));
  constexpr float head = 34, foot = 22, between = 10;
  const float wide = brush.width(time, time_font) + 2;
  const bool late = view.elapsed_ns > std::int64_t{60} * 1'000'000'000 * scenario.minutes;
  brush.text({room.right() - wide, room.y, wide, head}, time, time_font, late ? Colour::failed_line : Colour::ink,
             Align::right);
  brush.paragraph({room.x, room.y, room.w - wide - between, head}, scenario.title.in(view.language), row_title,
                  Colour::ink2, 1);
  EvidenceColumn column(brush, room.w);
  NotesText(column, *view.player, view.language).add();
  const Rect rows{room.x, room.y + head + between, room.w, room.h - head - foot - 2 * between};
  brush.place({.rect = rows, .act = Act::scroll_play, .pages = column.pages(rows.h)});
  column.draw(rows, view.first_row);
  brush.text({room.x, room.bottom() - foot, room.w, foot}, said(Say::notes_keys, view.language), small, Colour::ink2);
  return scene;
}

}  // namespace glassdock::scene
