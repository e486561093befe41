#include <algorithm>
#include <cmath>

#include "app/scene/race_view.h"
#include "app/text/figures.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Lane;

struct Columns {
  float name = 0, name_wide = 0, container = 0, container_wide = 0, vm = 0, vm_wide = 0, ratio = 0, ratio_wide = 0,
        bars = 0, bars_wide = 0;
  Columns(Rect room, bool class_mode) {
    constexpr float with_bars = 560, gap = 10, narrow = 440;
    const bool has_bars = room.w >= with_bars;
    bars_wide = has_bars ? 92 : 0;
    ratio_wide = class_mode ? 46 : 54;
    container_wide = class_mode ? 66 : room.w < narrow ? 74 : 100;
    vm_wide = class_mode ? 60 : room.w < narrow ? 96 : 134;
    bars = room.right() - bars_wide;
    ratio = bars - (has_bars ? gap : 0) - ratio_wide;
    vm = ratio - gap - vm_wide;
    container = vm - gap - container_wide;
    name = room.x;
    name_wide = container - gap - name;
  }
};

// Powers of ten from 1 to 1000; what is beyond stands at the end.
float bar_part(double times) {
  constexpr double decades = 3;
  return static_cast<float>(std::clamp(std::log10(std::max(times, 1.0)) / decades, 0.0, 1.0));
}

// What the back row of a room is told.
bool is_of_class(std::string_view place) {
  return place == "race:output" || place == "race:memory" || place == "race:cpu" || place == "race:kernels";
}

class Table {
 public:
  Table(const Brush& brush, Rect room, const Subject& subject)
      : brush_(brush),
        room_(room),
        at_(room, subject.view.arrangement.class_mode),
        race_(subject.model.race),
        language_(subject.view.language),
        note_(note_of(subject)),
        class_mode_(subject.view.arrangement.class_mode),
        recorded_(subject.view.is_recorded()),
        offers_recorded_(subject.view.controls && !recorded_ && race_.state == model::State::failed) {}

  void draw() {
    draw_heads();
    std::vector<RaceRow> rows = race_rows(race_, language_);
    if (class_mode_) std::erase_if(rows, [](const RaceRow& row) { return !is_of_class(row.place); });
    const std::vector<std::string> left_out = race_left_out(race_, language_);
    constexpr float heads = 46;
    const float line = brush_.line_height(note_);
    // What was left out must be said; what was ready beforehand takes the room that is left.
    float notes = 0;
    for (const std::string& words : left_out) notes += line * static_cast<float>(lines_of(words));
    const float top = room_.y + heads, room = room_.h - heads - notes - 8;
    constexpr float least = 20, two_lines = 33, most = 36;
    const std::size_t spread = static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [](const RaceRow& row) { return !row.vm_spread.empty(); }));
    const auto count = static_cast<float>(rows.size());
    const bool spreads = !class_mode_ && room >= least * count + (two_lines - least) * static_cast<float>(spread);
    const float low =
        spreads ? (room - two_lines * static_cast<float>(spread)) / std::max(count - static_cast<float>(spread), 1.0F)
                : room / std::max(count, 1.0F);
    const float row_high = std::clamp(low, 18.0F, class_mode_ ? 34.0F : 26.0F);
    float y = top;
    for (const RaceRow& row : rows) {
      const bool two = spreads && !row.vm_spread.empty();
      const float high = two ? std::min(two_lines + 1, most) : row_high;
      draw_row(row, y, high, two);
      y += high;
    }
    y += 6;
    for (const std::string& words : left_out) {
      const int lines = lines_of(words);
      brush_.paragraph({room_.x, y, room_.w, line * static_cast<float>(lines) + 1}, words, note_, Colour::ink2, lines);
      y += line * static_cast<float>(lines);
    }
    Rect rest{room_.x, y + 4, room_.w, room_.bottom() - y - 4};
    if (offers_recorded_) draw_recorded(rest);
    if (!class_mode_) draw_ready(rest);
  }

 private:
  // What one sees where no race gets through; its room is taken from `rest`.
  void draw_recorded(Rect& rest) {
    constexpr float high = 30;
    if (rest.h < high) return;
    draw_button(brush_, {rest.x, rest.bottom() - high, std::min(rest.w, 300.0F), high},
                say(Word::open_recorded, language_), {}, {.act = Act::show_recordings});
    rest.h -= high + 8;
  }
  int lines_of(const std::string& words) const { return brush_.lines_of(words, note_, room_.w); }

  void draw_heads() {
    const float taken =
        brush_.text({room_.x, room_.y, room_.w, 20},
                    say(recorded_ ? Word::race_measured_there : Word::race_measured, language_), strong, Colour::ink);
    const model::RaceSpread* exit = race_.lane(Lane::vm).spread("exit");
    const Rect beside{room_.x + taken + 12, room_.y, room_.w - taken - 12, 20};
    if (race_.held_ns > 0) {
      const std::string time = trace::duration_text(race_.held_ns);
      draw_whole(brush_, beside,
                 {say(Word::race_was_held, language_, {time}), say(Word::race_was_held_brief, language_)}, small,
                 Colour::failed_line);
    } else if (exit) {
      const std::string count = std::to_string(exit->count);
      draw_whole(brush_, beside,
                 {say(Word::race_median, language_, {count}), say(Word::race_median_brief, language_, {count})}, small,
                 Colour::ink2);
    } else if (race_.cold && race_.state == model::State::appearing) {
      draw_whole(brush_, beside, {say(Word::race_cold_first, language_), say(Word::race_cold_first_brief, language_)},
                 small, Colour::ink2);
    }
    const float y = room_.y + 24;
    const auto head = [&](float x, float wide, Word words, Lane lane) {
      const std::string_view name = say(words, language_),
                             brief = lane == Lane::vm ? say(Word::race_lane_vm, language_) : name;
      const bool fits = brush_.width(name, strong) + 20 <= wide;
      const float name_wide = brush_.width(fits ? name : brief, strong) + 2;
      brush_.text({x + wide - name_wide, y, name_wide, 18}, fits ? name : brief, strong, Colour::ink, Align::right);
      if (name_wide + 18 <= wide) draw_lane_mark(brush_, {x + wide - name_wide - 18, y + 3}, 12, lane);
    };
    head(at_.container, at_.container_wide, Word::race_container, Lane::container);
    head(at_.vm, at_.vm_wide, Word::race_machine, Lane::vm);
    draw_whole(brush_, {at_.ratio, y, at_.ratio_wide, 18}, {say(Word::race_ratio, language_)}, strong, Colour::ink,
               Align::right);
    if (at_.bars_wide > 0) {
      draw_whole(brush_, {at_.bars, y, at_.bars_wide, 18}, {say(Word::race_log, language_)}, note_, Colour::ink2,
                 Align::right);
    }
    brush_.line({{room_.x, y + 20}, {room_.right(), y + 20}, 1, Colour::hairline});
  }

  void draw_cell(float x, float wide, const std::string& value, const std::string& spread, float y, float high,
                 bool two, const RaceRow& row) {
    if (value.empty()) {
      brush_.text({x, y, wide, high}, "–", code, Colour::ink3, Align::right);
      return;
    }
    const float first = two ? high / 2 + 1 : high;
    if (row.named) {
      draw_whole(brush_, {x, y, wide, first}, {value}, body, Colour::ink, Align::right);
    } else {
      // A kernel's release may be long.
      const Font font = brush_.width(value, code_strong) <= wide ? code_strong : Font{Face::mono, 11};
      brush_.text({x, y, wide, first}, value, font, Colour::ink, Align::right);
    }
    if (two && !spread.empty()) {
      constexpr Font brief{Face::mono, 11};
      if (brush_.width(spread, brief) + 1 <= wide + 8) {
        brush_.text({x - 8, y + first - 2, wide + 8, high - first}, spread, brief, Colour::ink2, Align::right);
      }
    }
  }

  void draw_row(const RaceRow& row, float y, float high, bool two) {
    const Rect rect{room_.x - 6, y, room_.w + 12, high - 1};
    brush_.box({.rect = rect, .radius = 4, .fill = Colour::panel});
    brush_.place({.rect = rect,
                  .act = Act::select_event,
                  .name = std::string(row.place),
                  .number = static_cast<std::int64_t>(row.event)});
    const std::string_view title_words = say(row.title, language_);
    draw_whole(brush_, {at_.name, y, at_.name_wide, high - 1}, {title_words, say(row.brief, language_)}, body,
               Colour::ink);
    draw_cell(at_.container, at_.container_wide, row.container, row.container_spread, y, high - 1, two, row);
    draw_cell(at_.vm, at_.vm_wide, row.vm, row.vm_spread, y, high - 1, two, row);
    const std::string times = text::times_text(row.less, row.more);
    brush_.line({{room_.x, y + high - 0.5F}, {room_.right(), y + high - 0.5F}, 1, Colour::hairline});
    if (times.empty()) return;
    brush_.text({at_.ratio, y, at_.ratio_wide, high - 1}, times, code_strong, Colour::ink, Align::right);
    if (at_.bars_wide <= 0) return;
    const float part = bar_part(row.more / row.less) * (at_.bars_wide - 10), middle = y + high / 2;
    brush_.box({.rect = {at_.bars, middle - 4, std::max(part, 2.0F), 8}, .radius = 2, .fill = Colour::edge});
    brush_.circle({at_.bars + part + 1, middle}, 4, Colour::pull, Colour::pull_line);
  }

  void draw_ready(Rect room) {
    if (!race_.told() || race_.sides_event == model::no_event) return;
    const float line = brush_.line_height(note_);
    float y = room.y;
    const auto side = [&](Word name, const std::vector<std::string>& had, std::string more) {
      std::string words;
      for (const std::string& one : had) words += (words.empty() ? "" : "; ") + in_language(one, language_);
      if (words.empty()) return;
      words = std::string(say(Word::race_ready_before, language_)) + ", " + std::string(say(name, language_)) + ": " +
              words + more;
      const int lines = lines_of(words);
      const float high = line * static_cast<float>(lines);
      if (y + high > room.bottom()) return;
      brush_.paragraph({room.x, y, room.w, high + 1}, words, note_, Colour::ink2, lines);
      y += high;
    };
    side(Word::race_container, race_.had[0], "");
    side(Word::race_machine, race_.had[1], " (" + text::brief_time(static_cast<double>(race_.ready_ns)) + ")");
  }

  const Brush& brush_;
  const Rect room_;
  const Columns at_;
  const model::Race& race_;
  const trace::Language language_;
  const Font note_;
  const bool class_mode_, recorded_, offers_recorded_;
};

}  // namespace

void draw_race_table(const Brush& brush, Rect room, const Subject& subject) {
  Table(brush, room, subject).draw();
}

}  // namespace glassdock::scene
