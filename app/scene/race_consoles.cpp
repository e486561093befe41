#include <algorithm>
#include <cmath>

#include "app/scene/race_view.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Lane;

constexpr float row_high = 17;

// The line of the host's ps that is about it, without its titles.
std::string line_of_ps(const model::RaceStanding& standing) {
  return standing.host_lines.size() > 1 ? trace::visible(standing.host_lines.back()) : std::string();
}

// Of two digits: more would say that it was counted.
std::string about(std::int64_t count) {
  std::int64_t step = 1;
  while (count / step >= 100) step *= 10;
  const std::string digits = std::to_string((count + step / 2) / step * step);
  std::string grouped;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

}  // namespace

void draw_race_console(const Brush& brush, Rect room, const Subject& subject, Lane lane) {
  const trace::Language language = subject.view.language;
  const model::Race& race = subject.model.race;
  const model::RaceLane& of = race.lane(lane);
  draw_panel(brush, room);
  const Rect inner = room.inset(10);
  draw_lane_mark(brush, {inner.x, inner.y + 3}, 12, lane);
  const float taken =
      draw_whole(brush, {inner.x + 20, inner.y, inner.w - 20, 18},
                 {say(lane == Lane::vm ? Word::race_machine : Word::race_container, language)}, strong, Colour::ink);
  draw_whole(brush, {inner.x + 32 + taken, inner.y, inner.w - 32 - taken, 18},
             {say(lane == Lane::vm ? Word::race_serial : Word::race_own_output, language)}, small, Colour::ink2,
             Align::right);
  float y = inner.y + 22;
  const std::string ps = line_of_ps(of.standing);
  const float bottom = inner.bottom() - (ps.empty() ? 0 : 2 * row_high + 6);
  const auto line = [&](const std::string& words, Colour ink) {
    if (y + row_high > bottom) return;
    brush.text({inner.x, y, inner.w, row_high}, trace::visible(trace::tabs_as_blanks(words)), code, ink);
    y += row_high;
  };
  if (lane == Lane::container) line("$ docker run --rm " + race.image + " " + race.command, Colour::ink2);
  for (std::size_t i = 0; i < of.run.kernel_log.size() && i < 2; ++i) line(of.run.kernel_log[i], Colour::ink2);
  // A list of short words is one line, as a terminal has it in columns.
  std::string joined;
  for (const std::string& words : of.run.output) joined += (joined.empty() ? "" : "  ") + words;
  constexpr std::size_t short_words = 16;
  const bool all_short = std::all_of(of.run.output.begin(), of.run.output.end(),
                                     [](const std::string& words) { return words.size() <= short_words; });
  if (all_short && of.run.output.size() > 1) {
    line(joined, Colour::ink);
  } else {
    for (const std::string& words : of.run.output) line(words, Colour::ink);
  }
  if (of.run.output.empty() && of.run.kernel_log.empty() && y + row_high <= bottom) {
    const bool comes = race.state == model::State::appearing;
    draw_whole(brush, {inner.x, y, inner.w, row_high},
               {say(comes ? Word::race_nothing_printed : Word::race_printed_nothing, language)}, small, Colour::ink3);
  }
  if (ps.empty()) return;
  brush.line({{inner.x, bottom + 2}, {inner.right(), bottom + 2}, 1, Colour::hairline});
  const Rect heading{inner.x, bottom + 5, inner.w, row_high};
  draw_whole(brush, heading, {say(Word::race_meanwhile, language)}, caption, Colour::ink2);
  const Rect row{inner.x, bottom + 4 + row_high, inner.w, row_high};
  brush.text(row, ps, code, Colour::ink);
  brush.place({.rect = {row.x, heading.y, row.w, 2 * row_high},
               .act = Act::select_event,
               .name = "race:ps",
               .number = static_cast<std::int64_t>(of.standing.event)});
}

void draw_race_density(const Brush& brush, Rect room, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const model::Race& race = subject.model.race;
  draw_panel(brush, room);
  const Rect inner = room.inset(10);
  const float taken =
      draw_whole(brush, {inner.x, inner.y, inner.w, 18}, {say(Word::race_density, language)}, strong, Colour::ink);
  const model::RaceLane &one = race.lane(Lane::container), &other = race.lane(Lane::vm);
  if (one.density.empty() && other.density.empty()) {
    brush.paragraph({inner.x, inner.y + 26, inner.w, inner.h - 26}, say(Word::race_density_none, language), small,
                    Colour::ink2, 3);
    return;
  }
  draw_whole(brush, {inner.x + taken + 10, inner.y, inner.w - taken - 10, 18},
             {say(Word::race_density_words, language)}, note_of(subject), Colour::ink2, Align::right);
  brush.place({.rect = room,
               .act = Act::select_event,
               .name = "race:density",
               .number = static_cast<std::int64_t>(other.density.empty() ? one.density.back().event
                                                                         : other.density.back().event)});
  const float half = (inner.w - 16) / 2, top = inner.y + 24, words_top = inner.bottom() - 2 * row_high;
  // One scale for both: as large as fits what takes more.
  double bytes_of_pixel = 0;
  const auto area = half * std::max(words_top - top - 4, 1.0F) * 0.8F;
  for (const model::RaceLane* lane : {&one, &other}) {
    if (!lane->density.empty()) {
      bytes_of_pixel =
          std::max(bytes_of_pixel, static_cast<double>(lane->density.back().bytes) / static_cast<double>(area));
    }
  }
  float x = inner.x;
  for (const Lane which : {Lane::container, Lane::vm}) {
    const model::RaceLane& lane = race.lane(which);
    if (!lane.density.empty() && bytes_of_pixel > 0 && lane.density.back().count > 0) {
      const model::DensityPoint& point = lane.density.back();
      const double each = static_cast<double>(point.bytes) / static_cast<double>(point.count) / bytes_of_pixel;
      const float side = std::max(static_cast<float>(std::sqrt(each)), 1.0F), gap = side < 4 ? 1.0F : 3.0F;
      const int per_row = std::max(static_cast<int>((half + gap) / (side + gap)), 1);
      constexpr std::int64_t most = 400;  // squares that one can still see as such
      for (std::int64_t i = 0; i < std::min(point.count, most); ++i) {
        const Rect square{x + static_cast<float>(i % per_row) * (side + gap),
                          top + static_cast<float>(i / per_row) * (side + gap), side, side};
        if (square.bottom() > words_top) break;
        brush.box({.rect = square,
                   .radius = side < 8 ? 0.0F : 3.0F,
                   .fill = which == Lane::vm ? Colour::pull_soft : Colour::snapshot,
                   .line = which == Lane::vm ? Colour::pull_line : Colour::none,
                   .stroke = 1});
      }
      draw_whole(brush, {x, words_top, half, row_high},
                 {say(which == Lane::vm ? Word::race_density_vms : Word::race_density_containers, language,
                      {std::to_string(point.count), trace::bytes_text(point.bytes)})},
                 strong, Colour::ink);
      if (lane.extrapolated_fit) {
        draw_whole(brush, {x, words_top + row_high, half, row_high},
                   {say(Word::race_extrapolated, language,
                        {trace::bytes_text(race.machine_memory_bytes), about(*lane.extrapolated_fit)}),
                    say(Word::race_extrapolated_brief, language, {about(*lane.extrapolated_fit)})},
                   note_of(subject), Colour::ink2);
      }
    }
    x += half + 16;
  }
}

}  // namespace glassdock::scene
