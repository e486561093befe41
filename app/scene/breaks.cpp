#include "app/scene/breaks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/scene/parts.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

std::string words_of(const Break& one, trace::Language language) {
  std::string time = seconds_text(one.true_ns, language);
  switch (one.why) {
    case Break::Why::held:
      return say(Word::break_held, language, {time});
    case Break::Why::command_runs:
      return say(Word::break_runs, language, {time});
    case Break::Why::paused:
      return say(Word::break_paused, language, {time});
    case Break::Why::nothing_told:
      break;
  }
  return time;
}

std::string tip_of(const Break& one, trace::Language language) {
  const std::string time = trace::duration_text(one.true_ns);
  switch (one.why) {
    case Break::Why::held:
      return say(Word::tip_break_held, language, {one.gate, time});
    case Break::Why::command_runs:
      return say(Word::tip_break_runs, language, {time});
    case Break::Why::paused:
      return say(Word::tip_break_paused, language, {time});
    case Break::Why::nothing_told:
      break;
  }
  return say(Word::tip_break, language, {time});
}

// What can be seen: of what goes on by now, only when it is long enough. The longest come first to their words.
std::vector<Break> breaks_of(const Lanes& lanes, std::int64_t waited_ns) {
  std::vector<Break> breaks = lanes.breaks;
  for (Break& one : breaks) {
    if (one.true_ns == 0) one.true_ns = waited_ns;
  }
  std::erase_if(breaks, [](const Break& one) { return one.true_ns <= player::longest_wait; });
  std::stable_sort(breaks.begin(), breaks.end(), [](const Break& a, const Break& b) { return a.true_ns > b.true_ns; });
  return breaks;
}

bool meets(const std::vector<Rect>& taken, Rect rect, float apart) {
  return std::any_of(taken.begin(), taken.end(),
                     [&](const Rect& one) { return rect.x < one.right() + apart && one.x < rect.right() + apart; });
}

}  // namespace

std::string seconds_text(std::int64_t nanoseconds, trace::Language language) {
  constexpr std::int64_t second = 1'000'000'000;
  const std::int64_t whole = nanoseconds / second;
  constexpr std::int64_t minute = 60, from_minutes = 100;
  if (whole >= from_minutes) {
    return say(Word::minutes, language, {std::to_string(whole / minute), std::to_string(whole % minute)});
  }
  const bool even = nanoseconds % second == 0;
  return say(Word::seconds, language,
             {even ? std::to_string(whole) : fmt::format("{:.2f}", static_cast<double>(nanoseconds) / second)});
}

void draw_zigzag(const Brush& brush, float x, float top, float bottom) {
  constexpr float apart = 5, reach = 2, least_steps = 2;
  const float steps = std::max(least_steps, std::round((bottom - top) / 5)), step = (bottom - top) / steps;
  brush.box({.rect = {x - apart / 2, top, apart, bottom - top}, .fill = Colour::panel});
  for (float side : {x - apart / 2, x + apart / 2}) {
    for (int i = 0; i < static_cast<int>(steps); ++i) {
      const float from = i % 2 == 0 ? -reach : reach, y = top + static_cast<float>(i) * step;
      brush.line({{side + from, y}, {side - from, y + step}, 1.2F, Colour::ink2});
    }
  }
}

std::vector<Rect> draw_breaks(const Brush& brush, const Lanes& lanes, const BreakRooms& rooms, const Subject& subject) {
  const trace::Language language = subject.view.language;
  constexpr float mark = 14, apart = 8;
  std::vector<Rect> marks, taken;
  for (const Break& one : breaks_of(lanes, subject.view.waited_ns)) {
    const Rect seen{one.at - mark / 2, rooms.stages.y, mark, rooms.stages.h + rooms.lanes.h};
    // Many short ones beside each other: the longest are marked, and each can be pointed at.
    if (meets(marks, seen, 0)) continue;
    marks.push_back(seen);
    draw_zigzag(brush, one.at, rooms.stages.y - 1, rooms.stages.bottom() + 1);
    if (rooms.lanes.h > 0) {
      brush.line({{one.at, rooms.stages.bottom() + 3}, {one.at, rooms.lanes.bottom()}, 1, Colour::edge, Dash::dotted});
    }
    brush.place({.rect = seen,
                 .act = Act::seek_event,
                 .name = "break",
                 .number = static_cast<std::int64_t>(one.after),
                 .tip = tip_of(one, language)});
    const std::string words = words_of(one, language);
    const float wide = brush.width(words, caption) + 2;
    const Rect row = rooms.words;
    const Rect label{std::clamp(one.at - wide / 2, row.x, std::max(row.x, row.right() - wide)), row.y, wide, row.h};
    if (row.h <= 0 || meets(taken, label, apart)) continue;
    brush.text(label, words, caption, Colour::ink);
    taken.push_back(label);
  }
  return taken;
}

}  // namespace glassdock::scene
