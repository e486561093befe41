#include "app/scene/play_panel.h"

#include <algorithm>

#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using lessons::said;
using lessons::Say;

constexpr float padding = 14, between = 8;
constexpr float button_high = 30;
constexpr float wide_padding = 10, columns_apart = 24;

// One mark a step: done, the one that is played, and to come.
void draw_steps(const Brush& brush, Rect room, const PlayHead& head) {
  constexpr float apart = 3;
  const float wide = (room.w + apart) / static_cast<float>(head.steps) - apart;
  for (std::size_t i = 0; i < head.steps; ++i) {
    const Rect mark{room.x + static_cast<float>(i) * (wide + apart), room.y, wide, room.h};
    const bool now = i + 1 == head.step, done = i + 1 < head.step;
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

void draw_next(const Brush& brush, Rect room, const Next& next, trace::Language language) {
  const std::string words = said(next.words, language);
  if (next.enter) {
    draw_button(brush, {room.x, room.y, 0, room.h}, words, "Enter", {.act = Act::play_on}, true);
  } else {
    brush.text(room, words, play::text, Colour::ink2);
  }
}

void draw_buttons(const Brush& brush, Rect room, const std::vector<PlayButton>& buttons, trace::Language language) {
  float all = -between;
  for (const PlayButton& one : buttons) all += button_width(brush, said(one.words, language), one.key) + between;
  float x = room.x;
  for (const PlayButton& one : buttons) {
    const std::string_view key = all > room.w ? std::string_view() : one.key;
    x += draw_button(brush, {x, room.y, 0, room.h}, said(one.words, language), key, {.act = one.act}) + between;
  }
}

// Returns how high it is.
float draw_head(const Brush& brush, Rect room, const PlayHead& head, trace::Language language) {
  if (head.steps > 0) {
    const std::string step = said(Say::step, language, std::min(head.step, head.steps), head.steps);
    const float wide = brush.width(step, small) + 2;
    brush.text({room.x, room.y - 4, room.w - wide - between, 18}, head.kind, small, Colour::ink2);
    brush.text({room.right() - wide, room.y - 4, wide, 18}, step, small, Colour::ink2, Align::right);
    draw_steps(brush, {room.x, room.y + 18, room.w, 5}, head);
  } else {
    brush.text({room.x, room.y - 4, room.w, 18}, head.kind, small, Colour::ink2);
  }
  constexpr float below = 32;
  return below + brush.paragraph({room.x, room.y + below, room.w, 60}, head.title, title, Colour::ink, 2) + between;
}

}  // namespace

void PlayText::line(std::string_view words, Font font, Colour colour) {
  column_.keep_together();
  column_.gap(4);
  column_.paragraph(words, font, colour, play::many);
  column_.gap(8);
}

void PlayText::small_line(std::string_view words) {
  if (brief_) return;
  column_.paragraph(words, small, Colour::ink2, play::many);
}

void PlayText::next_command(Say before, const std::string& line, const std::vector<std::string>& inside) {
  small_line(said(before, language_));
  const bool stands_at_foot = column_.brush().width(line, terminal_font) <= column_.wide();
  if (!brief_ || !inside.empty() || !stands_at_foot) command(line, inside);
}

void PlayText::command(const std::string& line, const std::vector<std::string>& inside) {
  column_.keep_together();
  column_.inset(line, play::many);
  if (inside.empty()) return;
  small_line(said(Say::type_inside, language_));
  std::string lines;
  for (const std::string& one : inside) lines += one + "\n";
  column_.inset(lines, play::many);
}

void PlayText::output(const std::string& printed) {
  if (!brief_) return;
  constexpr std::size_t most = 4;
  std::vector<std::string> lines = split(printed, '\n');
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(std::min(lines.size(), most)));
  if (lines.empty()) return;
  // A table's columns need more room than there is: two blanks keep them apart.
  for (std::string& line : lines) {
    for (std::size_t at = 0; (at = line.find("   ", at)) != std::string::npos;) line.erase(at, 1);
  }
  column_.keep_together();
  column_.inset(join(lines, "\n"), play::many);
}

void PlayText::answers(const std::vector<lessons::Answer>& answers, const std::optional<std::size_t>& chosen,
                       bool asks) {
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Place place;
    if (asks) place = {.act = Act::play_answer, .number = static_cast<std::int64_t>(i)};
    column_.choice(std::to_string(i + 1), lessons::plain(answers[i].text, language_), chosen == i, place);
  }
  column_.gap(4);
}

namespace {

// Class mode's: one line of head, the text in two columns, one line of what is typed and of what comes next.
void draw_wide_panel(const Brush& brush, Rect panel, const PlayPanel& what, const EvidenceColumn& column,
                     const View& view) {
  const trace::Language language = view.language;
  const Rect room = panel.inset(wide_padding);
  float right = room.right();
  if (what.head.steps > 0) {
    const std::string step = said(Say::step, language, std::min(what.head.step, what.head.steps), what.head.steps);
    const float wide = brush.width(step, small) + 2;
    brush.text({right - wide, room.y - 2, wide, 20}, step, small, Colour::ink2, Align::right);
    draw_steps(brush, {room.x, room.y + 20, room.w, 4}, what.head);
    right -= wide + between;
  }
  const float named = brush.width(what.head.title, play::text_strong) + 2;
  const float warned = what.warning.empty() ? 0 : brush.width(what.warning, small) + 22;
  brush.text({room.x, room.y - 2, std::min(named, right - room.x - warned), 20}, what.head.title, play::text_strong,
             Colour::ink);
  if (warned > 0) {
    const Rect plate{right - warned, room.y - 3, warned, 20};
    brush.box({.rect = plate, .radius = 4, .fill = Colour::pull_soft, .line = Colour::pull_line, .stroke = 1});
    brush.text({plate.x + 10, plate.y, plate.w - 20, plate.h}, what.warning, small, Colour::ink);
  }
  constexpr float head = 30, foot = 26;
  const Rect rows{room.x, room.y + head, room.w, room.h - head - foot - 12};
  brush.place({.rect = panel.inset(1), .act = Act::scroll_play, .pages = column.pages(rows.h, 2)});
  column.draw(rows, what.first_row, 2);
  float x = room.x;
  const float y = room.bottom() - foot;
  if (what.next) {
    const std::string words = said(what.next->words, language);
    if (what.next->enter) {
      x += draw_button(brush, {x, y, 0, foot}, words, "Enter", {.act = Act::play_on}, true) + 2 * between;
    } else {
      x += brush.text({x, y, room.w, foot}, words, play::text, Colour::ink2) + 2 * between;
    }
  }
  if (!view.controls || !view.terminal.prompt || view.is_recorded()) return;
  TerminalText typed;
  typed.typed = view.terminal.typed;
  typed.cursor = view.terminal.cursor;
  typed.focused = view.terminal.focused;
  typed.suggested = view.terminal.suggested;
  // What Enter types stands there until somebody else does.
  if (typed.typed.empty()) typed.typed = what.line, typed.suggested = true, typed.cursor = 0;
  draw_typed_line(brush, {x, y, room.right() - x, foot}, typed);
}

}  // namespace

bool is_wide(Rect panel) {
  return panel.w > 2 * panel.h;
}

float play_text_width(Rect panel) {
  return is_wide(panel) ? (panel.w - 2 * wide_padding - columns_apart) / 2 : panel.w - 2 * padding;
}

void draw_play_panel(const Brush& brush, Rect panel, const PlayPanel& what, const EvidenceColumn& column,
                     const View& view) {
  const trace::Language language = view.language;
  draw_panel(brush, panel);
  if (is_wide(panel)) return draw_wide_panel(brush, panel, what, column, view);
  const Rect room = panel.inset(padding);
  float y = room.y + draw_head(brush, room, what.head, language);
  if (!what.warning.empty()) {
    constexpr float side = 10, above = 4;
    const auto lines = static_cast<float>(brush.lines_of(what.warning, strong, room.w - 2 * side));
    const Rect plate{room.x, y, room.w, lines * brush.line_height(strong) + 2 * above};
    brush.box({.rect = plate, .radius = 4, .fill = Colour::pull_soft, .line = Colour::pull_line, .stroke = 2});
    brush.paragraph({plate.x + side, plate.y + above, plate.w - 2 * side, plate.h - 2 * above}, what.warning, strong,
                    Colour::ink);
    y += plate.h + between;
  }
  // A recording has nothing to go on with.
  const float foot = (what.next ? button_high + between : 0) + (what.buttons.empty() ? 0 : button_high + padding);
  const Rect rows{room.x, y, room.w, panel.bottom() - foot - between - 10 - y};
  brush.place({.rect = panel.inset(1), .act = Act::scroll_play, .pages = column.pages(rows.h)});
  column.draw(rows, what.first_row);
  if (what.next) draw_next(brush, {room.x, panel.bottom() - foot, room.w, button_high}, *what.next, language);
  draw_buttons(brush, {room.x, panel.bottom() - padding - button_high, room.w, button_high}, what.buttons, language);
}

bool has_play(const Subject& subject) {
  const bool told = subject.view.is_recorded() && !subject.model.narration.scenario.empty();
  return subject.view.lesson.player || subject.view.scenario.player || told;
}

void draw_play(const Brush& brush, Rect panel, const Subject& subject) {
  subject.view.lesson.player ? draw_lesson(brush, panel, subject) : draw_scenario(brush, panel, subject);
}

}  // namespace glassdock::scene
