// A signal on its way from the engine to the first process.
#include <signal.h>

#include <algorithm>
#include <array>

#include "app/scene/parts.h"
#include "app/scene/picture_parts.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

using model::Effect;

// Round the cache and between the plates of the left wall: no word stands on it.
constexpr float corridor = place::signal_corridor, lane = 428;

std::string seconds(std::int64_t nanoseconds) {
  return std::to_string(std::max<std::int64_t>(nanoseconds, 0) / 1'000'000'000);
}

}  // namespace

const model::Signal* signal_in_picture(const model::Container& container) {
  if (container.life.signals.empty()) return nullptr;
  const model::Signal& last = container.life.signals.back();
  const bool waits = container.life.stop != 0 && last.effect == Effect::sent;
  const bool newest = last.event == container.told || (container.exit_event != model::no_event &&
                                                       last.event < container.exit_event && last.effect_ns != 0);
  return waits || newest ? &last : nullptr;
}

// Soft: it asks; full: it cannot be refused (signal(7)).
void draw_signal_tag(const Brush& brush, Rect rect, const model::Signal& signal, Font font) {
  const bool full = signal.number == SIGKILL || signal.number == SIGSTOP;
  const float point = rect.h / 2, edge = rect.h / 16;
  const auto outline = [&](Rect r, Colour colour) {
    const float neck = r.right() - r.h / 2;
    brush.box({.rect = {r.x, r.y, neck - r.x, r.h}, .fill = colour});
    brush.polygon({{neck, r.y}, {r.right(), r.y + r.h / 2}, {neck, r.bottom()}}, colour);
  };
  outline(rect, full ? Colour::failed : Colour::failed_line);
  if (!full) outline(rect.inset(edge), Colour::failed_soft);
  const Rect room{rect.x + edge, rect.y, rect.w - point - edge, rect.h};
  brush.text(room, signal.name.empty() ? std::to_string(signal.number) : signal.name, font,
             full ? Colour::on_fill : Colour::ink, Align::centre);
}

void draw_signal(const Brush& brush, const Subject& subject, const model::Container& container) {
  const model::Signal* signal = signal_in_picture(container);
  if (!signal) return;
  const Point first = first_process(container);
  const std::string_view name = signal->name;
  constexpr float high = 22, rest = 344;  // outside of the wall: it is the engine that sends it
  const float wide = std::min(brush.width(name, code_strong) + 28, rest - corridor - 2);
  const bool over = container.is_ended();
  const float radius = exec_in_picture(container) ? exec_radius : 24;
  const std::array<Point, 6> way{{{340, place::engine.bottom()},
                                  {340, 159},
                                  {corridor, 159},
                                  {corridor, lane},
                                  {386, lane},
                                  {386, first.y - (over ? radius : 0)}}};
  for (std::size_t i = 0; i + 1 < way.size(); ++i) {
    brush.line({way[i], way[i + 1], 1.6F, Colour::failed_line, Dash::dotted});
  }
  const float far = subject.view.far(signal->event, player::Motion::signal);
  // Down the corridor, then to the wall: what the tag shows of its way.
  const float down = std::min(far * 2, 1.0F), on = std::max(far * 2 - 1, 0.0F);
  const float y = 172 + (lane - 172) * down;
  const float x = corridor + 3 + (rest - wide - corridor - 3) * on;
  draw_signal_tag(brush, {x, y - high / 2, wide, high}, *signal, code_strong);
  brush.place({{rest - wide, lane - high / 2, wide, high},
               Act::select_event,
               "signal:" + std::to_string(signal->event),
               static_cast<std::int64_t>(signal->event),
               {}});
}

std::string signal_under_way(const Subject& subject, const model::Container& container) {
  const trace::Language language = subject.view.language;
  const model::Signal* signal = signal_in_picture(container);
  if (!signal || container.is_ended()) return {};
  const model::Life& life = container.life;
  // The last signal of a stop is followed by no other.
  const bool waits = life.stop != 0 && signal->work == life.stop && signal->grace_s;
  if (!waits) return say(Word::signal_sent, language, {signal->name});
  if (*signal->grace_s < 0) return say(Word::signal_waits, language, {signal->name});
  const std::int64_t since = subject.model.now_ns + subject.view.waited_here_ns() - signal->time_ns;
  return say(Word::grace_runs, language, {signal->name, seconds(since), std::to_string(*signal->grace_s)});
}

}  // namespace glassdock::scene
