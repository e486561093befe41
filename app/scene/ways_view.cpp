#include "app/scene/ways_view.h"

#include <algorithm>
#include <array>

#include "app/scene/class_view.h"
#include "app/scene/picture.h"
#include "app/scene/race_view.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

struct Picture {
  Way way;
  WayWord tab, title, words;
};
constexpr std::array pictures{
    Picture{Way::alone, WayWord::tab_alone, WayWord::title_alone, WayWord::says_alone},
    Picture{Way::together, WayWord::tab_together, WayWord::title_together, WayWord::says_together},
    Picture{Way::machines, WayWord::tab_machines, WayWord::title_machines, WayWord::says_machines},
    Picture{Way::containers, WayWord::tab_containers, WayWord::title_containers, WayWord::says_containers},
    Picture{Way::sizes, WayWord::tab_sizes, WayWord::title_sizes, WayWord::says_sizes}};

// In the order of Way; not of Way::none.
const Picture& picture_of(Way way) {
  return pictures.at(static_cast<std::size_t>(way) - 1);
}

constexpr float tab_high = 28;

// The pictures in their order, and the race that follows them.
void draw_tabs(const Brush& brush, Rect row, const Subject& subject) {
  const View& view = subject.view;
  float x = row.x;
  const auto tab = [&](const std::string& words, Act act, std::int64_t number, bool here, std::string_view tip) {
    const float wide = brush.width(words, strong) + 24;
    if (x + wide > row.right()) return;
    const Rect rect{x, row.y, wide, tab_high};
    brush.box({.rect = rect,
               .radius = 6,
               .fill = here ? Colour::raised : Colour::card,
               .line = here ? Colour::ink : Colour::edge,
               .stroke = here ? 2.0F : 1.0F});
    brush.text({x + 12, row.y, wide - 22, tab_high}, words, strong, here ? Colour::ink : Colour::ink2);
    if (view.controls) brush.place({.rect = rect, .act = act, .number = number, .tip = std::string(tip)});
    x += wide + 6;
  };
  for (const Picture& picture : pictures) {
    const auto number = static_cast<std::int64_t>(picture.way);
    tab(std::to_string(number) + "  " + std::string(say(picture.tab, view.language)), Act::show_way, number,
        picture.way == view.arrangement.way, say(picture.title, view.language));
  }
  tab(std::string(say(WayWord::race_tab, view.language)) + "  F12", Act::show_race, -1, false,
      say(WayWord::race_tab_tip, view.language));
}

// What measures what is missing: a sentence and lines to copy. Returns its height; where there is not room for all of
// it the sentence goes, then it all does.
float draw_to_measure(const Brush& brush, Rect room, const WayToMeasure& measure, const Subject& subject) {
  constexpr float row_high = 26, gap = 4;
  const Font note = note_of(subject);
  const float line = brush.line_height(note);
  const int lines = brush.lines_of(measure.words, note, room.w);
  const float commands = (row_high + gap) * static_cast<float>(measure.commands.size());
  float said = line * static_cast<float>(lines) + gap;
  if (commands + said > room.h) said = 0;
  if (commands > room.h) return 0;
  float y = room.bottom() - commands - said;
  if (said > 0) brush.paragraph({room.x, y, room.w, said}, measure.words, note, Colour::ink2, lines);
  y += said;
  for (const std::string& command : measure.commands) {
    const Rect box{room.x, y, room.w, row_high};
    brush.box({.rect = box, .radius = 4, .fill = Colour::card, .line = Colour::edge, .stroke = 1.2F});
    brush.text({box.x + 10, box.y, box.w - 20, box.h}, "$ " + command, code, Colour::ink);
    brush.place(
        {.rect = box, .act = Act::copy, .name = command, .tip = std::string(say(Word::copy, subject.view.language))});
    y += row_high + gap;
  }
  return commands + said + gap;
}

// How much of each row is shown: all, then without the commands, then fewer and fewer lines, the last ones.
struct Detail {
  bool commands = true;
  std::size_t lines = 6;
};

class RowsDrawing {
 public:
  RowsDrawing(const Brush& brush, const Subject& subject)
      : brush_(brush),
        subject_(subject),
        class_mode_(subject.view.arrangement.class_mode),
        note_(note_of(subject)),
        mono_{Face::mono, 12} {}

  void draw(Rect room) {
    const Way way = subject_.view.arrangement.way;
    const trace::Language language = subject_.view.language;
    const std::vector<WayRow> rows = way_rows(subject_.model, way, language);
    // What comes later in a recording need not be measured.
    const auto measure = way_to_measure(way_rows(subject_.history.now(), way, language), way, language);
    if (measure && class_mode_) {
      room.h -= draw_for_class(room, way);
    } else if (measure) {
      room.h -= draw_to_measure(brush_, {room.x, room.y + room.h * 0.6F, room.w, room.h * 0.4F}, *measure, subject_);
    }
    Detail detail{.commands = !class_mode_};
    while (height(rows, detail, room.w) > room.h) {
      if (detail.commands) {
        detail.commands = false;
      } else if (detail.lines > 1) {
        --detail.lines;
      } else {
        break;
      }
    }
    const float all = height(rows, detail, room.w), spare = std::max(room.h - all, 0.0F);
    const float between = std::min(spare / static_cast<float>(std::max<std::size_t>(rows.size(), 1)), 10.0F);
    float y = room.y;
    for (const WayRow& row : rows) {
      const float high = height(row, detail, room.w);
      if (y + high > room.bottom() + 1) return;
      draw_row(row, {room.x, y, room.w, high}, detail);
      y += high + between;
    }
  }

 private:
  static constexpr float title_high = 20, line_high = 17, pad = 5;

  // Which key brings what is missing: nobody types a long command in front of a class. Returns its height.
  float draw_for_class(Rect room, Way way) const {
    const std::string_view words =
        say(way == Way::machines ? WayWord::class_race : WayWord::class_scenario, subject_.view.language);
    const int lines = brush_.lines_of(words, strong, room.w);
    const float high = brush_.line_height(strong) * static_cast<float>(lines) + pad;
    brush_.paragraph({room.x, room.bottom() - high + pad, room.w, high - pad}, words, strong, Colour::ink, lines);
    return high;
  }

  std::size_t shown_lines(const WayRow& row, const Detail& detail) const {
    return std::min(row.lines.size(), detail.lines);
  }
  int lines_of_lack(const WayRow& row, float wide) const { return brush_.lines_of(row.lacks, note_, wide); }
  float height(const WayRow& row, const Detail& detail, float wide) const {
    float high = title_high + pad;
    if (!row.lacks.empty()) {
      return high + brush_.line_height(note_) * static_cast<float>(lines_of_lack(row, wide));
    }
    if (detail.commands && !row.command.empty()) high += line_high;
    return high + line_high * static_cast<float>(shown_lines(row, detail));
  }
  float height(const std::vector<WayRow>& rows, const Detail& detail, float wide) const {
    float all = 0;
    for (const WayRow& row : rows) all += height(row, detail, wide);
    return all;
  }

  void draw_row(const WayRow& row, Rect rect, const Detail& detail) {
    const trace::Language language = subject_.view.language;
    const Rect ground{rect.x - 6, rect.y, rect.w + 12, rect.h - 1};
    brush_.box({.rect = ground, .radius = 4, .fill = Colour::panel});
    brush_.place(
        {.rect = ground, .act = Act::select_event, .name = row.place, .number = static_cast<std::int64_t>(row.event)});
    brush_.line({{rect.x, rect.bottom() - 0.5F}, {rect.right(), rect.bottom() - 0.5F}, 1, Colour::hairline});
    float wide = rect.w;
    if (row.exit_code != 0) {
      const std::string code_words = say(Word::exit_code, language, {std::to_string(row.exit_code)});
      const float code_wide = brush_.width(code_words, strong) + 2;
      if (code_wide + brush_.width(row.title, strong) + 12 <= wide) {
        brush_.text({rect.right() - code_wide, rect.y, code_wide, title_high}, code_words, strong, Colour::failed_line,
                    Align::right);
        wide -= code_wide + 10;
      }
    }
    draw_whole(brush_, {rect.x, rect.y, wide, title_high}, {row.title}, strong,
               row.lacks.empty() ? Colour::ink : Colour::ink2);
    float y = rect.y + title_high;
    if (!row.lacks.empty()) {
      brush_.paragraph({rect.x, y, rect.w, rect.bottom() - y}, row.lacks, note_, Colour::ink2);
      return;
    }
    if (detail.commands && !row.command.empty()) {
      brush_.text({rect.x, y, rect.w, line_high}, trace::visible("$ " + row.command), mono_, Colour::ink2);
      y += line_high;
    }
    // What came last decides.
    for (std::size_t i = row.lines.size() - shown_lines(row, detail); i < row.lines.size(); ++i) {
      brush_.text({rect.x, y, rect.w, line_high}, trace::visible(trace::tabs_as_blanks(row.lines[i])), mono_,
                  Colour::ink);
      y += line_high;
    }
  }

  const Brush& brush_;
  const Subject& subject_;
  const bool class_mode_;
  const Font note_, mono_;
};

// The drawing, and beside it what was measured; or the sizes alone.
void draw_body(const Brush& brush, Rect room, const Subject& subject) {
  constexpr float gap = 8;
  if (subject.view.arrangement.way == Way::sizes) {
    draw_panel(brush, room);
    return draw_way_sizes(brush, room.inset(12), subject);
  }
  const float half = (room.w - gap) * 0.5F;
  const Rect left{room.x, room.y, half, room.h}, right{room.x + half + gap, room.y, half, room.h};
  for (const Rect& panel : {left, right}) draw_panel(brush, panel);
  draw_way_stack(brush, left.inset(10), subject);
  draw_way_rows(brush, right.inset(12), subject);
}

}  // namespace

std::string_view way_title(Way way, trace::Language language) {
  return say(picture_of(way).title, language);
}

std::string_view way_words(Way way, trace::Language language) {
  return say(picture_of(way).words, language);
}

void draw_way_rows(const Brush& brush, Rect room, const Subject& subject) {
  RowsDrawing(brush, subject).draw(room);
}

void draw_way_head_for_class(const Brush& brush, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const Way way = subject.view.arrangement.way;
  constexpr Rect row{32, 108, 1536, 84};
  draw_whole(brush, {row.x, row.y, row.w, 44}, {way_title(way, language)}, class_grid::words_font, Colour::ink);
  draw_whole(brush, {row.x, row.y + 44, row.w, 40}, {way_words(way, language)}, class_grid::least, Colour::ink2);
}

void draw_way_for_class(const Brush& brush, Rect room, const Subject& subject) {
  draw_body(brush, room, subject);
}

void draw_ways(const Brush& brush, Rect canvas, const Subject& subject, bool tells_gate) {
  const Rect room = draw_canvas_frame(brush, canvas, subject, tells_gate).inset(8);
  const trace::Language language = subject.view.language;
  const Way way = subject.view.arrangement.way;
  draw_tabs(brush, {room.x, room.y, room.w, tab_high}, subject);
  constexpr float title_high = 26, words_high = 20, roomy = 400;
  float y = room.y + tab_high + 6;
  const float taken =
      draw_whole(brush, {room.x + 4, y, room.w - 4, title_high}, {way_title(way, language)}, title, Colour::ink);
  const std::string_view words = way_words(way, language);
  // Beside the title where there is room, below it in a high window.
  const Rect beside{room.x + 4 + taken + 16, y, room.w - taken - 20, title_high};
  if (brush.width(words, body) + 1 <= beside.w) {
    brush.text(beside, words, body, Colour::ink2);
  } else if (room.h >= roomy) {
    y += title_high - 2;
    draw_whole(brush, {room.x + 4, y, room.w - 4, words_high}, {words}, body, Colour::ink2);
    y += words_high - title_high;
  }
  y += title_high + 6;
  draw_body(brush, {room.x, y, room.w, room.bottom() - y}, subject);
}

}  // namespace glassdock::scene
