#include "app/scene/comparison.h"

#include <algorithm>
#include <cmath>

#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/picture.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

using trace::Stage;

constexpr float margin = 8, padding = 12;

std::string time_of(std::optional<std::int64_t> time_ns, trace::Language language) {
  return time_ns ? trace::duration_text(*time_ns) : std::string(say(Word::not_needed, language));
}

std::string difference(std::int64_t first_ns, std::int64_t second_ns, trace::Language language) {
  const std::int64_t more = second_ns - first_ns;
  constexpr std::int64_t alike = 50;  // a fiftieth of the time is noise
  if (std::abs(more) * alike <= std::max(first_ns, second_ns)) return std::string(say(Word::about_as_long, language));
  return say(more < 0 ? Word::less_time : Word::more_time, language, {trace::duration_text(std::abs(more))});
}

struct Columns {
  float name = 0, axis = 0, first = 0, second = 0, difference = 0, end = 0;
  Columns(Rect room, bool narrow) {
    const float times = 88, words = narrow ? 132 : 190;
    name = room.x;
    axis = room.x + (narrow ? 116 : 150);
    end = room.right();
    difference = end - words;
    second = difference - times - 8;
    first = second - times - 8;
  }
  float axis_width() const { return first - axis - 16; }
};

// One stage of both: the first above, the second below it, as long as they took on a scale of the stage's own.
void draw_stage(const Brush& brush, float y, float high, const Columns& at, std::size_t number,
                const Compared& compared, const std::array<model::StageTimes, 2>& times) {
  const auto stage = static_cast<Stage>(number);
  const trace::Language language = compared.runs[0]->view.language;
  const bool here = compared.at_ns >= compared.borders[number] && compared.at_ns < compared.borders[number + 1];
  if (here) {
    brush.box({.rect = {at.name - 6, y, at.end - at.name + 12, high}, .radius = 4, .fill = Colour::raised});
  }
  const float badge = std::min(22.0F, high - 4);
  const std::optional<std::int64_t> first = times[0][number], second = times[1][number];
  const bool any = first || second;
  draw_badge(brush, stage, any ? model::State::there : model::State::planned, {at.name, y + (high - badge) / 2}, badge);
  brush.text({at.name + badge + 8, y, at.axis - at.name - badge - 12, high}, trace::stage_title(stage, language),
             strong, any ? Colour::ink : Colour::ink3);
  const std::int64_t longest = std::max({first.value_or(0), second.value_or(0), std::int64_t{1}});
  const float bar = (high - 8) / 2;
  for (std::size_t run = 0; run < times.size(); ++run) {
    const std::optional<std::int64_t> time_ns = times[run][number];
    const bool failed = compared.runs[run]->history.now().run.stages[number].state == model::State::failed;
    const Colour ink = failed ? Colour::failed_line : time_ns ? Colour::ink : Colour::ink3;
    const float x = run == 0 ? at.first : at.second;
    brush.text({x, y, 88, high}, time_of(time_ns, language), code, ink, Align::right);
    if (!time_ns) continue;
    const float part = static_cast<float>(static_cast<double>(*time_ns) / static_cast<double>(longest));
    const StageColours colours = colours_of(stage);
    // What comes later than the moment shown is hollow, as on the timeline.
    const bool later = compared.runs[run]->model.run.stages[number].first == model::no_event;
    brush.box(
        {.rect = {at.axis, y + 3 + static_cast<float>(run) * (bar + 2), std::max(part * at.axis_width(), 2.0F), bar},
         .radius = 2,
         .fill = later      ? Colour::none
                 : run == 0 ? colours.fill
                            : colours.soft,
         .line = later || run == 1 ? colours.line : Colour::none,
         .stroke = 1,
         .dash = later ? Dash::dashed : Dash::solid});
  }
  brush.text({at.difference, y, at.end - at.difference, high}, difference_words(first, second, language), small,
             any ? Colour::ink2 : Colour::ink3, Align::right);
}

void draw_heads(const Brush& brush, float y, const Columns& at, trace::Language language) {
  brush.text({at.name, y, at.axis - at.name - 8, 18}, say(Word::stages_lane, language), caption, Colour::ink2);
  brush.text({at.axis, y, at.axis_width(), 18}, say(Word::own_scale, language), caption, Colour::ink2);
  brush.text({at.first, y, 88, 18}, say(Word::first_run, language), caption, Colour::ink2, Align::right);
  brush.text({at.second, y, 88, 18}, say(Word::second_run, language), caption, Colour::ink2, Align::right);
  brush.text({at.difference, y, at.end - at.difference, 18}, say(Word::second_beside_first, language), caption,
             Colour::ink2, Align::right);
}

void draw_sum(const Brush& brush, float y, float high, const Columns& at, const Compared& compared,
              const std::array<model::StageTimes, 2>& times) {
  const trace::Language language = compared.runs[0]->view.language;
  // Moments in which several ran side by side are in it once.
  const std::array<std::int64_t, 2> sum{compared.runs[0]->history.now().worked_ns(),
                                        compared.runs[1]->history.now().worked_ns()};
  const bool beside = model::sum_of(times[0]) != sum[0] || model::sum_of(times[1]) != sum[1];
  brush.line({{at.name, y}, {at.end, y}, 1, Colour::hairline});
  const std::string_view brief = say(Word::all_stages, language);
  brush.text_of({at.name, y + 2, at.axis - at.name - 8, high},
                {beside ? say(Word::all_stages_once, language) : brief, brief}, strong, Colour::ink);
  brush.text({at.first, y + 2, 88, high}, trace::duration_text(sum[0]), code_strong, Colour::ink, Align::right);
  brush.text({at.second, y + 2, 88, high}, trace::duration_text(sum[1]), code_strong, Colour::ink, Align::right);
  brush.text({at.difference, y + 2, at.end - at.difference, high}, difference(sum[0], sum[1], language), strong,
             Colour::ink, Align::right);
}

// The stages one after the other, each as long as the longer of both, with the moment that both stand at.
void draw_axis(const Brush& brush, Rect row, const Compared& compared) {
  const std::int64_t end = std::max<std::int64_t>(compared.borders.back(), 1);
  const auto x_at = [&](std::int64_t ns) {
    return row.x + row.w * static_cast<float>(static_cast<double>(ns) / static_cast<double>(end));
  };
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    const float from = x_at(compared.borders[i]), to = x_at(compared.borders[i + 1]);
    if (to - from < 1) continue;
    const StageColours colours = colours_of(static_cast<Stage>(i));
    const Rect bar{from, row.y, std::max(to - from - 1, 1.5F), row.h};
    const bool later = compared.borders[i] > compared.at_ns;
    brush.box({.rect = bar,
               .radius = 2,
               .fill = later ? Colour::none : colours.soft,
               .line = colours.line,
               .stroke = 1,
               .dash = later ? Dash::dashed : Dash::solid});
    draw_bar_name(brush, bar, trace::stage_title(static_cast<Stage>(i), compared.runs[0]->view.language));
  }
  const float now = x_at(compared.at_ns);
  brush.line({{now, row.y - 4}, {now, row.bottom() + 4}, 2, Colour::ink});
  brush.place({.rect = row, .act = Act::seek_time, .number = 0, .length = end});
}

}  // namespace

std::string difference_words(std::optional<std::int64_t> first_ns, std::optional<std::int64_t> second_ns,
                             trace::Language language) {
  if (!first_ns && !second_ns) return std::string(say(Word::neither_needed, language));
  if (!first_ns) return std::string(say(Word::only_second, language));
  if (!second_ns) return std::string(say(Word::only_first, language));
  return difference(*first_ns, *second_ns, language);
}

Scene build_comparison(const Compared& compared, const Viewport& viewport, const TextMeasure& measure) {
  Scene scene;
  scene.width = viewport.width;
  scene.height = viewport.height;
  const Brush brush(scene, measure);
  const Subject& first = *compared.runs[0];
  const trace::Language language = first.view.language;
  const Layout layout = lay_out(viewport);
  if (layout.too_small) {
    brush.paragraph({8, 8, viewport.width - 16, viewport.height - 16}, say(Word::enlarge_window, language), body,
                    Colour::ink);
    return scene;
  }
  const bool narrow = viewport.width < 1000, low = viewport.height < 760;
  const float row = low ? 24 : 30, head = 44 + 24;
  const float table = head + row * static_cast<float>(trace::main_stage_count + 1) + 12;
  const float top = layout.top_bar.bottom() + margin, bottom = viewport.height - margin - table;
  const Rect panel{margin, bottom, viewport.width - 2 * margin, table};
  const float wide = (viewport.width - 3 * margin) / 2;
  // Pictures that would be too small to be read make room.
  constexpr float least = 180;
  if (bottom - margin - top >= least) {
    for (std::size_t run = 0; run < compared.runs.size(); ++run) {
      const Rect canvas{margin + static_cast<float>(run) * (wide + margin), top, wide, bottom - margin - top};
      draw_canvas(brush, canvas, *compared.runs[run]);
    }
  }
  // Events of two recordings have the same numbers: what is in the pictures is looked at, not clicked.
  scene.places.clear();
  draw_top_bar(brush, layout.top_bar, first);
  draw_panel(brush, panel);
  const Rect inner{panel.x + padding, panel.y + 10, panel.w - 2 * padding, panel.h - 20};
  const float buttons = draw_transport_buttons(brush, {inner.x, inner.y}, first.view);
  draw_axis(brush, {inner.x + buttons + 16, inner.y + 4, inner.w - buttons - 16, 20}, compared);
  const Columns at(inner, narrow);
  float y = inner.y + 38;
  draw_heads(brush, y, at, language);
  y += 20;
  const std::array<model::StageTimes, 2> times{first.history.now().stage_times(),
                                               compared.runs[1]->history.now().stage_times()};
  for (std::size_t i = 0; i < trace::main_stage_count; ++i, y += row) draw_stage(brush, y, row, at, i, compared, times);
  draw_sum(brush, y, row - 4, at, compared, times);
  mark_places(scene, measure, first.view);
  return scene;
}

}  // namespace glassdock::scene
