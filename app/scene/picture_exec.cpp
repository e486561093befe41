// A command beside the first process: another process within the same walls. It joins them, none are made.
#include <algorithm>

#include "app/scene/life_words.h"
#include "app/scene/parts.h"
#include "app/scene/picture_parts.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

using model::State;
using player::Motion;

constexpr Point upper{416, 468}, lower{416, 507};
constexpr float words_x = 440, words_wide = 190;

bool is_held(const Subject& subject, const model::Container& container, bool of_exec) {
  return std::any_of(subject.model.held.begin(), subject.model.held.end(), [&](const model::Held& held) {
    return held.subject == container.id && held.gate.starts_with("exec.") == of_exec;
  });
}

struct Drawn {
  Point centre;
  std::string number;
  Colour fill, line, ink;
  Dash dash = Dash::solid;
  bool crossed = false, held = false, paused = false;
};

void draw_circle(const Brush& brush, const Drawn& one, float grown) {
  brush.circle(one.centre, exec_radius * std::max(grown, 0.2F), one.fill, one.line, one.held ? 3.0F : 2.0F, one.dash);
  const float side = 2 * exec_radius - 4;
  const Font font = one.number.size() > 2 ? caption : strong;
  // One that is too long stands in the words beside it.
  if (brush.width(one.number, font) <= side) {
    brush.text({one.centre.x - side / 2, one.centre.y - 12, side, 24}, one.number, font, one.ink, Align::centre);
  }
  if (one.crossed) draw_crossed_out(brush, one.centre, exec_radius, 1.2F);
  if (!one.held && !one.paused) return;
  const Point mark{one.centre.x + 13, one.centre.y - 12};
  brush.circle(mark, 8, one.held ? Colour::plate : Colour::card, one.held ? Colour::none : Colour::run_line, 1.4F);
  draw_icon(brush, one.held ? Icon::gate : Icon::pause, {mark.x - 5, mark.y - 5}, 10,
            one.held ? Colour::on_plate : Colour::run_line);
}

// "31926 outside:" and, in the mono face, the command; above it the pid inside, where there is room for two lines.
void draw_words(const Brush& brush, Point centre, const std::string& above, const Named& below, Colour ink) {
  const bool two = second_lines(brush);
  if (two) brush.text({words_x, centre.y - 18, words_wide, 18}, above, strong, ink == Colour::ink3 ? ink : Colour::ink);
  draw_named(brush, {words_x, two ? centre.y : centre.y - 9, words_wide, 18}, below, small.size, ink);
}

}  // namespace

const model::Exec* exec_in_picture(const model::Container& container) {
  const auto& execs = container.life.execs;
  if (execs.empty()) return nullptr;
  const auto running =
      std::find_if(execs.rbegin(), execs.rend(), [](const model::Exec& one) { return !has_ended(one); });
  if (running != execs.rend()) return &*running;
  const model::Exec& last = execs.back();
  const bool just_ended = last.event == container.told || container.exit_event == container.told;
  return just_ended ? &last : nullptr;
}

Point first_process(const model::Container& container) {
  return exec_in_picture(container) ? upper : place::process;
}

void draw_exec_line(const Brush& brush, const Subject& subject, const model::Exec& exec, Point monitor) {
  if (has_ended(exec) || exec.process == 0) return;
  // Its words are beside the circle: the line begins behind them, and passes beneath the plate of the wall.
  const std::string words =
      std::to_string(exec.monitor) + " " + std::string(say(Word::exec_monitor, subject.view.language));
  const float begin = std::min(monitor.x + 20 + brush.width(words, small), place::processes.right() + 2);
  constexpr float bend = 274;
  const float y = lower.y, wall = place::wall_left;
  brush.line({{begin, monitor.y}, {bend, monitor.y}, 1.6F, Colour::run_line});
  brush.line({{bend, monitor.y}, {bend, y}, 1.6F, Colour::run_line});
  const float far = subject.view.far(exec.process_event, Motion::process);
  brush.line({{bend, y}, {bend + (wall - 6 - bend) * far, y}, 1.6F, Colour::run_line});
}

namespace {

// Through the wall, which stands on both sides of the door.
void draw_door(const Brush& brush, const Subject& subject, const model::Container& container, const model::Exec& exec) {
  if (has_ended(exec) || !exec.joined || walls_are_gone(container)) return;
  constexpr float y = lower.y, wall = place::wall_left, end = lower.x - exec_radius - 2;
  const float far = subject.view.far(exec.join_event, Motion::process);
  brush.box(
      {.rect = {wall - 6, y - 11, 12, 22}, .radius = 3, .fill = Colour::panel, .line = Colour::ink, .stroke = 1.6F});
  brush.line({{wall - 6, y}, {wall - 6 + (end + 2 - wall) * far, y}, 1.6F, Colour::run_line});
  if (far >= 1) brush.polygon({{end - 6, y - 5}, {end, y}, {end - 6, y + 5}}, Colour::run_line);
}

}  // namespace

void draw_process_pair(const Brush& brush, const Subject& subject, const model::Container& container,
                       const model::Exec& exec) {
  const trace::Language language = subject.view.language;
  const auto& execs = container.life.execs;
  const auto running =
      std::count_if(execs.begin(), execs.end(), [](const model::Exec& one) { return !has_ended(one); });
  const std::string heading = running > 1 ? say(Word::its_processes_of, language, {std::to_string(running + 1)})
                                          : std::string(say(Word::its_processes, language));
  brush.text({398, 432, 240, 18}, heading, caption, Colour::ink2);
  const bool ended = container.exit_code.has_value(), paused = container.phase == model::Phase::paused && !ended;
  Drawn first{upper, "1", paused ? Colour::run_soft : Colour::run, Colour::run_line,
              paused ? Colour::ink : Colour::on_run_fill};
  if (ended) first.fill = Colour::panel, first.line = Colour::edge, first.ink = Colour::ink3, first.crossed = true;
  first.paused = paused;
  first.held = is_held(subject, container, false);
  draw_circle(brush, first, 1);
  const std::string outside = say(Word::pid_outside_brief, language, {std::to_string(container.process)});
  if (ended) {
    const std::string words = end_words(container, language);
    draw_words(brush, upper, std::string(say(Word::pid_inside, language)), {words, ""}, Colour::ink2);
  } else if (const std::string sent = signal_under_way(subject, container); !sent.empty()) {
    draw_words(brush, upper, std::string(say(Word::pid_inside, language)), {sent, ""}, Colour::ink2);
  } else {
    draw_words(brush, upper, std::string(say(Word::pid_inside, language)), {outside, container.program}, Colour::ink2);
  }
  brush.place({{upper.x - 18, upper.y - 18, words_x + words_wide - upper.x + 16, 36},
               Act::select_event,
               "process",
               static_cast<std::int64_t>(container.process_event),
               {}});

  const bool over = has_ended(exec), failed = exec.state == State::failed, made = exec.process != 0;
  Drawn second{lower, exec.inside > 0 ? std::to_string(exec.inside) : "", Colour::run, Colour::run_line,
               Colour::on_run_fill};
  if (!exec.executed || paused) second.fill = Colour::run_soft, second.ink = Colour::ink;
  if (!made)
    second.fill = Colour::none, second.line = Colour::edge, second.dash = Dash::dashed, second.ink = Colour::ink3;
  if (over) second.fill = Colour::panel, second.line = Colour::edge, second.ink = Colour::ink3;
  if (failed) second.line = Colour::failed_line, second.dash = Dash::long_dashes;
  second.crossed = over && !failed;
  second.paused = paused && made && !over;
  second.held = is_held(subject, container, true);
  draw_door(brush, subject, container, exec);
  draw_circle(brush, second, over ? 1 : subject.view.far(exec.process_event, Motion::process));
  const std::string above = exec.inside > 0 ? say(Word::exec_inside, language, {std::to_string(exec.inside)})
                                            : std::string(say(Word::exec_beside, language));
  const bool bad = failed || exec.exit_code.value_or(0) != 0;
  const Colour ink = bad ? Colour::failed_line : made ? Colour::ink2 : Colour::ink3;
  std::string below;
  if (failed) {
    below = say(Word::not_become, language);
  } else if (exec.exit_code) {
    below = say(Word::ended_with, language, {std::to_string(*exec.exit_code)});
  } else if (over) {
    below = say(Word::gone, language);
  } else if (made) {
    below = say(Word::pid_outside_brief, language, {std::to_string(exec.process)});
  } else {
    below = say(Word::will_become, language);
  }
  draw_words(brush, lower, above, {below, exec.exit_code || (over && !failed) ? std::string() : exec.command}, ink);
  brush.place({{lower.x - 18, lower.y - 18, words_x + words_wide - lower.x + 16, 36},
               Act::select_event,
               "exec:" + exec.id,
               static_cast<std::int64_t>(exec.event),
               {}});
}

}  // namespace glassdock::scene
