#include <algorithm>

#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

// The sixteen named colours are the theme's own, so that each can be read on the panel's ground.
Colour colour_of(const terminal::Colour& colour, Colour standard) {
  if (colour.kind != terminal::Colour::Kind::named) return standard;
  constexpr Colour named[] = {Colour::ink3,     Colour::failed_line, Colour::snapshot_line, Colour::cache_line,
                              Colour::run_line, Colour::pull_line,   Colour::request_line,  Colour::ink};
  return named[colour.name % std::size(named)];
}

class Page {
 public:
  Page(const Brush& brush, Rect room)
      : brush_(brush), room_(room), step_(brush.line_height(terminal_font)), cell_(brush.width("0", terminal_font)) {}

  std::size_t rows() const { return static_cast<std::size_t>(std::max(0.0F, room_.h / step_)); }
  bool full() const { return y_ + step_ > room_.h + 0.5F; }
  float step() const { return step_; }
  Rect next_row() {
    Rect row{room_.x, room_.y + y_, room_.w, step_};
    y_ += step_;
    return row;
  }
  void line(const terminal::Line& line) {
    const Rect row = next_row();
    for (const terminal::Run& run : line.runs) {
      Rect place{row.x + static_cast<float>(run.column) * cell_, row.y, 0, row.h};
      place.w = std::min(static_cast<float>(run.columns()) * cell_ + 1, row.right() - place.x);
      if (place.w <= 0) break;
      Colour ink = colour_of(run.style.text, Colour::ink);
      if (run.style.inverse) {
        brush_.box({.rect = place, .fill = Colour::ink});
        ink = Colour::on_plate;
      }
      const Font font{run.style.bold ? Face::mono_bold : Face::mono, terminal_font.size};
      // A font without the character has another width; the next run stands in its own column all the same.
      place.w = std::max(place.w, std::min(brush_.width(run.text, font) + 1, row.right() - place.x));
      brush_.text(place, run.text, font, ink);
    }
  }
  float cell() const { return cell_; }

 private:
  const Brush& brush_;
  Rect room_;
  float step_, cell_, y_ = 0;
};

void draw_cursor(const Brush& brush, Rect row, float x, float cell, bool filled) {
  const Rect block{row.x + x, row.y + 2, cell, row.h - 4};
  if (block.right() > row.right()) return;
  brush.box({.rect = block, .fill = filled ? Colour::ink : Colour::none, .line = Colour::ink, .stroke = 1});
}

// The line that is typed; what could stand there.
void draw_prompt(const Brush& brush, Page& page, const TerminalText& text) {
  draw_typed_line(brush, page.next_row(), text);
  if (text.candidates.empty() || page.full()) return;
  const Rect below = page.next_row();
  float at = below.x + 2 * page.cell();
  for (std::size_t i = 0; i < text.candidates.size() && at < below.right() - 40; ++i) {
    at += brush.text({at, below.y, below.right() - at, below.h}, text.candidates[i], terminal_font,
                     i == text.chosen ? Colour::ink : Colour::ink3) +
          2 * page.cell();
  }
}

// What one can do before anything has run.
void draw_first_words(const Brush& brush, Page& page, bool first_line, trace::Language language) {
  if (page.rows() < 6) return;
  page.next_row();
  Rect row = page.next_row();
  brush.text(row, say(first_line ? Word::hello_output : Word::any_output, language), body, Colour::ink2);
  page.next_row();
  row = page.next_row();
  struct Hint {
    std::string_view key;
    Word words;
  };
  float x = row.x;
  for (const Hint& hint : {Hint{"Tab", Word::completes}, Hint{"↑", Word::brings_back}, Hint{"F1", Word::all_keys}}) {
    const float key = brush.width(hint.key, code) + 12;
    if (x + key + 80 > row.right()) break;
    brush.box({.rect = {x, row.y, key, row.h}, .radius = 4, .line = Colour::edge, .stroke = 1});
    brush.text({x + 6, row.y, key - 11, row.h}, hint.key, code, Colour::ink);
    x += key + 8;
    x += brush.text({x, row.y, row.right() - x, row.h}, say(hint.words, language), small, Colour::ink2) + 16;
  }
}

}  // namespace

void draw_typed_line(const Brush& brush, Rect row, const TerminalText& text) {
  const float cell = brush.width("0", terminal_font), begin = 2 * cell;
  brush.text({row.x, row.y, begin, row.h}, "$", terminal_font, Colour::ink2);
  std::string_view shown = text.typed;
  std::size_t cursor = std::min(text.cursor, shown.size());
  const float room = row.w - begin - cell;
  while (cursor > 0 && brush.width(shown.substr(0, cursor), terminal_font) > room) {
    std::size_t first = 1;
    while (first < shown.size() && (static_cast<unsigned char>(shown[first]) & 0xC0) == 0x80) ++first;
    shown.remove_prefix(first);
    cursor -= std::min(cursor, first);
  }
  const float x = begin + brush.width(shown.substr(0, cursor), terminal_font);
  draw_cursor(brush, row, x, cell, text.focused);
  const Colour ink = text.suggested ? Colour::ink2 : Colour::ink;
  brush.text({row.x + begin, row.y, row.w - begin, row.h}, shown.substr(0, cursor), terminal_font, ink);
  if (cursor >= shown.size()) return;
  std::size_t end = cursor + 1;
  while (end < shown.size() && (static_cast<unsigned char>(shown[end]) & 0xC0) == 0x80) ++end;
  const std::string_view under = shown.substr(cursor, end - cursor);
  const float wide = brush.width(under, terminal_font);
  brush.text({row.x + x, row.y, wide + 1, row.h}, under, terminal_font, text.focused ? Colour::on_plate : Colour::ink);
  brush.text({row.x + x + wide, row.y, std::max(0.0F, row.w - x - wide), row.h}, shown.substr(end), terminal_font, ink);
}

void draw_terminal(const Brush& brush, Rect panel, bool tabs, const Subject& subject) {
  trace::Language language = subject.view.language;
  const View& view = subject.view;
  const TerminalText& text = view.terminal;
  brush.box({.rect = panel,
             .radius = 8,
             .fill = Colour::inset,
             .line = text.focused ? Colour::ink : Colour::hairline,
             .stroke = text.focused ? 2.0F : 1.0F});
  brush.place({.rect = panel, .act = Act::focus_terminal});
  draw_icon(brush, Icon::terminal, {panel.x + 12, panel.y + 11}, 15, Colour::ink);
  const bool live = view.position.mode == player::Mode::live || view.position.mode == player::Mode::held;
  const bool kept = !view.is_recorded() || !text.empty();
  std::string_view state = say(!kept                                      ? Word::recorded
                               : !live                                    ? Word::output_up_to
                               : view.engine == EngineState::gone         ? Word::no_engine
                               : view.position.mode == player::Mode::held ? Word::held
                               : is_late(view) && text.late               ? Word::late
                                                                          : Word::live,
                               language);
  float state_width = brush.width(state, small) + 2;
  const float name = brush.text({panel.x + 36, panel.y + 9, panel.w - 60 - state_width, 20},
                                say(Word::terminal, language), strong, Colour::ink);
  float right = panel.x + 56 + name;
  if (tabs && view.controls) {
    right +=
        draw_button(brush, {right, panel.y + 6, 0, 26}, say(Word::timeline, language), "F6", {.act = Act::switch_tab}) +
        12;
  }
  float end = panel.right() - 12 - state_width;
  brush.text({end, panel.y + 10, state_width, 20}, state, small, Colour::ink2, Align::right);
  if (view.controls && !view.arrangement.class_mode) {
    const bool large = view.arrangement.terminal_large;
    const std::string_view words = large ? "−" : "+";
    end -= button_width(brush, words, "F7") + 12;
    draw_button(brush, {end, panel.y + 6, 0, 26}, words, "F7",
                {.act = Act::enlarge_terminal,
                 .tip = std::string(say(large ? Word::tip_smaller : Word::tip_larger, language))});
  }
  // Nothing of the container answers at this prompt.
  if (live && text.prompt && view.controls) {
    const Rect room{right, panel.y + 10, end - 12 - right, 20};
    const std::string whole = say(Word::own_shell_in, language, {trace::visible(text.folder)});
    brush.text_of(room,
                  {text.folder.empty() ? say(Word::own_shell, language) : std::string_view(whole),
                   say(Word::own_shell, language), ""},
                  small, Colour::ink3);
  }
  Page page(brush, {panel.x + terminal_padding, panel.y + terminal_head, panel.w - 2 * terminal_padding,
                    panel.h - terminal_head - 8});
  const bool prompt = live && text.prompt && text.below == 0;
  const std::size_t below = text.below > 0 ? 1 : prompt ? (text.candidates.empty() ? 1 : 2) : live ? 0 : 1;
  const std::size_t rows = page.rows() > below ? page.rows() - below : 0;
  const std::size_t from = text.lines.size() > rows ? text.lines.size() - rows : 0;
  for (std::size_t i = from; i < text.lines.size(); ++i) page.line(*text.lines[i]);
  if (text.cell && text.cell->line >= from) {
    Page again(brush, {panel.x + terminal_padding, panel.y + terminal_head, panel.w - 2 * terminal_padding,
                       panel.h - terminal_head - 8});
    for (std::size_t i = from; i < text.cell->line; ++i) again.next_row();
    draw_cursor(brush, again.next_row(), static_cast<float>(text.cell->column) * page.cell(), page.cell(),
                text.focused);
  }
  if (text.below > 0) {
    if (page.full()) return;
    brush.text(page.next_row(), say(Word::lines_below, language, {std::to_string(text.below)}), small, Colour::ink3);
  } else if (!kept) {
    if (subject.model.run.first != model::no_event && !page.full()) {
      brush.text(page.next_row(), command_words(subject.model.run, language), terminal_font, Colour::ink);
    }
    if (!page.full()) brush.text(page.next_row(), say(Word::no_output_kept, language), small, Colour::ink3);
  } else if (prompt) {
    draw_prompt(brush, page, text);
    if (text.empty() && view.controls) draw_first_words(brush, page, text.first_line, language);
  } else if (!live && !page.full()) {
    brush.text(page.next_row(), say(Word::past_prompt, language), small, Colour::ink3);
  }
}

}  // namespace glassdock::scene
