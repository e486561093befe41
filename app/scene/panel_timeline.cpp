#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "app/scene/breaks.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"
#include "app/scene/timeline.h"
#include "engine/base/saturating.h"

namespace glassdock::scene {
namespace {

using trace::Actor;
using trace::Stage;

constexpr float padding = 12, label_width = 92;

// View time to places along the lanes, so that short things can be seen.
class Axis {
 public:
  Axis(const RunSpan& span, float left, float wide) : span_(span), left_(left), wide_(wide) {}
  std::int64_t begin_ns() const { return span_.begin_ns; }
  model::EventIndex last() const { return span_.end - 1; }  // of the run
  std::int64_t length_ns() const { return span_.end_ns - span_.begin_ns; }
  float at_view(std::int64_t view_ns) const {
    if (length_ns() <= 0) return left_ + wide_;
    const double part = static_cast<double>(view_ns - begin_ns()) / static_cast<double>(length_ns());
    return left_ + wide_ * static_cast<float>(std::clamp(part, 0.0, 1.0));
  }

 private:
  RunSpan span_;
  float left_, wide_;
};

// Closer and wider, and how close it is.
void draw_zoom_buttons(const Brush& brush, Point at, const View& view) {
  const auto button = [&](std::string_view words, Act act, Word tip) {
    at.x +=
        draw_button(brush, {at.x, at.y, 0, 28}, words, "", {.act = act, .tip = std::string(say(tip, view.language))}) +
        6;
  };
  button("−", Act::timeline_wider, Word::tip_wider);
  button("+", Act::timeline_closer, Word::tip_closer);
  if (view.timeline_zoom > 1) {
    brush.text({at.x + 4, at.y, 60, 28}, fmt::format("{}×", view.timeline_zoom), code, Colour::ink2);
  }
}

// From the run's begin to the moment shown; what other clients ask behind its end is no time of it.
std::int64_t time_of_run(const Subject& subject) {
  const model::Run& run = subject.model.run;
  if (run.first == model::no_event || subject.before_run) return 0;
  const bool over = run.ended && subject.model.held.empty();
  return over ? run.latest_ns - run.begin_ns : subject.model.now_ns + subject.view.waited_here_ns() - run.begin_ns;
}

void draw_transport(const Brush& brush, Rect row, bool tabs, const Subject& subject) {
  const View& view = subject.view;
  const float wide = draw_transport_buttons(brush, {row.x, row.y}, view);
  const std::string now = trace::duration_text(time_of_run(subject));
  if (tabs && view.controls) {
    draw_button(brush, {row.x + wide + 16, row.y, 0, 28}, say(Word::terminal, view.language), "F6",
                {.act = Act::switch_tab});
  } else if (view.controls && subject.model.run.first != model::no_event) {
    draw_zoom_buttons(brush, {row.x + wide + 16, row.y}, view);
  }
  constexpr Font figure{Face::mono, 20};
  constexpr float buttons = 430;
  const float figure_wide =
      brush.text({row.x + buttons, row.y - 1, row.w - buttons, 30}, now, figure, Colour::ink, Align::right);
  // A gate's time is in it, and in no stage's.
  const std::int64_t until_ns = saturating_add(subject.model.now_ns, view.waited_here_ns());  // a hold goes on
  const std::int64_t held_ns = subject.model.run.clock.times(until_ns).all_held_ns;
  if (held_ns <= 0) return;
  const std::string held = say(Word::held_of_it, view.language, {trace::duration_text(held_ns)});
  const Rect room{row.x + buttons, row.y, row.w - buttons - figure_wide - 14, 28};
  if (brush.width(held, small) + 1 <= room.w) brush.text(room, held, small, Colour::ink2, Align::right);
}

// The true proportions of the stages of the whole run, in one strip; what comes later than the moment shown is hollow,
// and what belongs to no stage is empty: between two requests, and behind the command.
void draw_true_scale(const Brush& brush, Rect row, const Subject& subject) {
  const std::int64_t waited_ns = subject.view.waited_ns;
  const model::StageTimes by_now = subject.model.stage_times(subject.view.waited_here_ns());
  const model::Model& latest = subject.history.now();
  const model::StageTimes times = latest.run.first == subject.model.run.first ? latest.stage_times(waited_ns) : by_now;
  std::int64_t all = model::sum_of(times);
  if (all <= 0) return;
  if (latest.run.first == subject.model.run.first) {
    const std::int64_t until_ns = saturating_add(latest.run.latest_ns, waited_ns);
    const std::int64_t held_ns = latest.run.clock.times(until_ns).all_held_ns;
    all = std::max(all, saturating_sub(saturating_sub(until_ns, latest.run.begin_ns), held_ns));
  }
  brush.box({.rect = row, .line = Colour::hairline, .stroke = 1});
  const auto width_of = [&](std::int64_t time_ns) {
    return row.w * static_cast<float>(static_cast<double>(time_ns) / static_cast<double>(all));
  };
  float x = row.x;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const float wide = width_of(times[i].value_or(0)), done = std::min(width_of(by_now[i].value_or(0)), wide);
    const StageColours colours = colours_of(static_cast<Stage>(i));
    if (done > 0) brush.box({.rect = {x, row.y, std::max(done, 1.0F), row.h}, .fill = colours.fill});
    if (wide - done >= 1) {
      brush.box(
          {.rect = {x + done, row.y, wide - done, row.h}, .line = colours.line, .stroke = 1, .dash = Dash::dashed});
    }
    x += wide;
  }
}

// What comes later than the moment shown, at `now`, is hollow; what failed has the form of it.
void draw_bar(const Brush& brush, Rect rect, float now, StageColours colours, bool named, bool failed = false) {
  if (failed) colours = {Colour::failed, Colour::failed_line, Colour::failed_soft};
  const float done = std::clamp(now - rect.x, 0.0F, rect.w);
  constexpr float least = 2;  // of a part that can be seen
  if (done > 0) {
    const Rect before{rect.x, rect.y, rect.w - done < least ? rect.w : done, rect.h};
    brush.box({.rect = before,
               .radius = 2,
               .fill = named ? colours.soft : colours.fill,
               .line = named || failed ? colours.line : Colour::none,
               .stroke = 1,
               .dash = failed ? Dash::long_dashes : Dash::solid});
  }
  if (rect.w - done < least && done > 0) return;
  brush.box({.rect = {rect.x + done, rect.y, rect.w - done, rect.h},
             .radius = 2,
             .line = colours.line,
             .stroke = 1,
             .dash = Dash::dashed});
}

Rect rect_of(float from, float to, float y, float high) {
  return {from, y, std::max(to - from - 1, 1.5F), high};
}

// What of a bar has room for its name: up to the mark of a break.
Rect room_for_name(Rect bar, const Lanes& lanes) {
  constexpr float mark = 5;
  for (const Break& one : lanes.breaks) {
    if (one.at > bar.x && one.at < bar.right()) bar.w = one.at - mark - bar.x;
  }
  return bar;
}

void draw_bars(const Brush& brush, float y, float high, const std::vector<Bar>& bars, float now) {
  for (const Bar& bar : bars) {
    draw_bar(brush, rect_of(bar.from, bar.to, y, high), now, colours_of(bar.stage), false, bar.failed);
  }
}

void draw_stage_bars(const Brush& brush, Rect lane, const Lanes& lanes, float now, trace::Language language) {
  for (const Bar& bar : lanes.stages) {
    const Rect rect = rect_of(bar.from, bar.to, lane.y, lane.h);
    draw_bar(brush, rect, now, colours_of(bar.stage), true, bar.failed);
    draw_bar_name(brush, room_for_name(rect, lanes), trace::stage_title(bar.stage, language));
  }
}

// "/bin/sleep 5" as it was typed; where that is too long "sleep".
std::string_view name_for(const Brush& brush, std::string_view command, float room) {
  if (brush.width(command, caption) + 11 <= room) return command;
  command = command.substr(0, command.find(' '));
  return command.substr(command.rfind('/') + 1);  // npos + 1: all of it
}

// What runs in the container, from execve to its end.
void draw_commands(const Brush& brush, Rect lane, const Lanes& lanes, float now, const Subject& subject) {
  const model::Model& latest = subject.history.now();
  const model::Container* container = subject.model.current();
  if (!container && latest.run.first == subject.model.run.first) container = latest.current();
  constexpr float highest = 22;
  const float high = std::min(lane.h - 4, highest);
  for (std::size_t i = 0; i < lanes.commands.size(); ++i) {
    const CommandBar& command = lanes.commands[i];
    const Rect bar = rect_of(command.from, command.to, lane.y + (lane.h - high) / 2, high);
    draw_bar(brush, bar, now, colours_of(Stage::run), true);
    for (const Break& one : lanes.breaks) {
      const bool seen = one.true_ns > 0 || subject.view.waited_ns > 0;
      if (seen && one.at > bar.x && one.at < bar.right()) draw_zigzag(brush, one.at, bar.y - 1, bar.bottom() + 1);
    }
    if (!container) continue;
    // A line of a shell may start several that run on: each is named as far as the next one's begin.
    Rect room = room_for_name(bar, lanes);
    if (i + 1 < lanes.commands.size()) room.w = std::min(room.w, lanes.commands[i + 1].from - room.x);
    draw_bar_name(brush, room, name_for(brush, trace::visible(container->command), room.w));
  }
}

// Of lane_actors.
std::string name_of(Actor actor, const Subject& subject) {
  const model::Model& model = subject.model;
  const model::Container* container = model.current();
  std::int32_t pid = 0;
  if (actor == Actor::daemon) pid = model.run.engine;
  if (actor == Actor::monitor && container) pid = container->monitor;
  if (actor == Actor::child && container) pid = container->process;
  const std::string_view words = trace::actor_title(actor, subject.view.language);
  return pid > 0 ? fmt::format("{} {}", words, pid) : std::string(words);
}

void draw_label(const Brush& brush, float x, float y, float high, std::string_view words) {
  brush.text({x, y, label_width - 6, high}, words, small, Colour::ink2);
}

// True times along the lanes, where nothing is `taken`.
void draw_ruler(const Brush& brush, Rect row, const Axis& axis, const std::vector<Rect>& taken,
                const Subject& subject) {
  // Many places are tried, so that there are some beside the words of the breaks.
  constexpr int marks = 15;
  constexpr float apart = 8, between = 64;
  const bool whole = axis.last() + 1 < subject.history.size();
  const std::int64_t latest =
      whole ? subject.history.row(axis.last()).time_ns : std::numeric_limits<std::int64_t>::max();
  float last = row.x - between;
  const auto true_ns_at = [&](std::int64_t view_ns) {
    const std::int64_t true_ns =
        std::min(subject.times.true_ns_at(subject.history, view_ns), latest) - subject.model.run.begin_ns;
    return std::max<std::int64_t>(true_ns, 0);
  };
  // Moments of a part that is seen from near differ by less than hundredths of a second.
  constexpr std::int64_t second = 1'000'000'000;
  const bool near = true_ns_at(axis.begin_ns() + axis.length_ns()) - true_ns_at(axis.begin_ns()) < second;
  std::string before;
  for (int i = 0; i <= marks; ++i) {
    const std::int64_t view_ns = axis.begin_ns() + axis.length_ns() / marks * i;
    const std::int64_t true_ns = true_ns_at(view_ns);
    const std::string words = near ? trace::milliseconds_text(true_ns) : trace::duration_text(true_ns);
    float wide = brush.width(words, code) + 2;
    float x = std::clamp(axis.at_view(view_ns) - wide / 2, row.x, row.right() - wide);
    // What goes on has no end to tell yet.
    const bool free = std::none_of(taken.begin(), taken.end(), [&](const Rect& one) {
      return x < one.right() + apart && one.x < x + wide + apart;
    });
    if (x < last + between || !free || view_ns > subject.times.end_ns() || words == before) continue;
    brush.line({{axis.at_view(view_ns), row.y}, {axis.at_view(view_ns), row.y + 4}, 1, Colour::edge});
    brush.text({x, row.y + 4, wide, 18}, words, code, Colour::ink2);
    last = x + wide;
    before = words;
  }
}

// Up to where everything has happened: what was shown last has, too.
std::int64_t reached_ns(const Subject& subject) {
  const player::Position& at = subject.view.position;
  if (at.count == 0 || at.count > subject.times.size()) return at.view_ns;
  const std::int64_t stayed = subject.times.begin_of(at.count - 1) + player::least_stay;
  const std::int64_t next = at.count < subject.times.size() ? subject.times.begin_of(at.count) : subject.times.end_ns();
  return std::max(at.view_ns, std::min(stayed, next));
}

}  // namespace

void draw_bar_name(const Brush& brush, Rect bar, std::string_view name) {
  if (brush.width(name, caption) + 11 > bar.w) return;
  brush.text({bar.x + 6, bar.y, bar.w - 10, bar.h}, name, caption, Colour::ink);
}

float draw_transport_buttons(const Brush& brush, Point at, const View& view) {
  struct Button {
    Icon icon;
    Act act;
    Word tip;
  };
  const std::array<Button, 5> buttons{{{Icon::to_begin, Act::to_begin, Word::tip_begin},
                                       {Icon::step_back, Act::step_back, Word::tip_step_back},
                                       {view.playing ? Icon::pause : Icon::play, Act::toggle_play, Word::tip_play},
                                       {Icon::step, Act::step, Word::tip_step},
                                       {Icon::to_end, Act::to_end, Word::tip_end}}};
  float x = at.x;
  for (const Button& button : buttons) {
    Rect rect{x, at.y, 32, 28};
    brush.box({.rect = rect, .radius = 6, .fill = Colour::raised, .line = Colour::edge, .stroke = 1});
    draw_icon(brush, button.icon, {rect.x + 9, rect.y + 7}, 14, Colour::ink);
    brush.place({.rect = rect, .act = button.act, .tip = std::string(say(button.tip, view.language))});
    x += 38;
  }
  std::string speed = view.slowness <= 1 ? "1×" : fmt::format("1/{}×", view.slowness);
  x += 8;
  x += draw_button(brush, {x, at.y, 60, 28}, speed, "",
                   {.act = Act::set_speed, .tip = std::string(say(Word::tip_speed, view.language))});
  return x - at.x;
}

void draw_timeline(const Brush& brush, Rect panel, const Layout& layout, const Subject& subject) {
  trace::Language language = subject.view.language;
  draw_panel(brush, panel);
  float y = panel.y + 10;
  draw_transport(brush, {panel.x + padding, y, panel.w - 2 * padding, 28}, layout.tabs, subject);
  y += 38;
  float left = panel.x + padding + label_width, wide = panel.w - 2 * padding - label_width;
  if (subject.model.run.first == model::no_event) {
    if (layout.one_lane) return;
    if (subject.view.is_recorded()) {
      brush.text({left, y + 30, wide, 22}, say(Word::no_run_recorded, language), strong, Colour::ink2, Align::centre);
      return;
    }
    brush.text({left, y + 30, wide, 22}, say(Word::every_event_here, language), strong, Colour::ink2, Align::centre);
    brush.text({left, y + 54, wide, 22}, say(Word::drag_to_look_back, language), small, Colour::ink2, Align::centre);
    return;
  }
  TimelineBars own;
  const Lanes& lanes = (subject.bars ? *subject.bars : own).of(subject, left, wide);
  const Axis axis(lanes.span, left, wide);
  const float now = axis.at_view(subject.view.position.view_ns);
  const float reached = axis.at_view(reached_ns(subject));
  if (!layout.no_process_lanes) {
    draw_label(brush, panel.x + padding, y - 3, 18, say(Word::true_scale, language));
    draw_true_scale(brush, {left, y + 3, wide, 6}, subject);
    y += 18;
  }
  const Rect stages{left, y, wide, 20};
  draw_label(brush, panel.x + padding, y, stages.h, say(Word::stages_lane, language));
  draw_stage_bars(brush, stages, lanes, reached, language);
  y += 26;
  const float processes = y;
  if (!layout.no_process_lanes) {
    // Where there is room for one, it is the container's process.
    const std::size_t first = layout.one_lane ? lane_actors.size() - 1 : 0;
    constexpr float ruler = 28, least = 19, most = 64;
    const float room = panel.bottom() - ruler - y;
    const float high = std::clamp(room / static_cast<float>(lane_actors.size() - first), least, most);
    for (std::size_t i = first; i < lane_actors.size(); ++i) {
      if (y + least > panel.bottom() - ruler + 4) break;
      draw_label(brush, panel.x + padding, y, high - 3, name_of(lane_actors[i], subject));
      brush.line({{left, y + high - 2}, {left + wide, y + high - 2}, 1, Colour::hairline});
      draw_bars(brush, y + high / 4, high / 2 - 1, lanes.actors[i], reached);
      if (lane_actors[i] == Actor::child) draw_commands(brush, {left, y, wide, high - 3}, lanes, reached, subject);
      y += high;
    }
  }
  brush.place({.rect = {left, stages.y, wide, y - stages.y},
               .act = Act::seek_time,
               .number = axis.begin_ns(),
               .length = axis.length_ns()});
  // The lowest window has no room for the ruler, only for how long the breaks took.
  constexpr float words_high = 18, ruler_high = 22;
  const bool has_ruler = y + ruler_high <= panel.bottom() - 2;
  const Rect ruler{left, y, wide, ruler_high};
  const Rect words{left, y + (has_ruler ? ruler_high - words_high : 0), wide, words_high};
  const std::vector<Rect> taken =
      draw_breaks(brush, lanes, {stages, {left, processes, wide, y - processes}, words}, subject);
  if (has_ruler) {
    // What is short has room to be seen, what is long is shortened: true are the strip above and the times.
    draw_label(brush, panel.x + padding, y + 4, 18, say(Word::not_to_scale, language));
    draw_ruler(brush, ruler, axis, taken, subject);
  }
  brush.line({{now, stages.y - 4}, {now, std::min(y + 2, panel.bottom() - 4)}, 2, Colour::ink});
}

}  // namespace glassdock::scene
