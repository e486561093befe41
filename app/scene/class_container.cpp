#include <array>
#include <string>

#include "app/scene/class_view.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

using model::State;
using model::WallKind;
using namespace class_grid;

// A stretch of the container's outline and the middle of the plate that it bears.
struct Stretch {
  WallKind kind;
  Rect wall;
  Point plate;
};
constexpr float wall_left = 560, wall_right = 1330, wall_top = 284, thick = 16, beneath_top = wall_top + thick + 4;
constexpr std::array<Stretch, 6> stretches{{
    {WallKind::pid, {wall_left, wall_top, 257, thick}, {700, wall_top + thick / 2}},
    {WallKind::mnt, {823, wall_top, 244, thick}, {945, wall_top + thick / 2}},
    {WallKind::net, {1073, wall_top, wall_right - 1073, thick}, {1190, wall_top + thick / 2}},
    {WallKind::uts, {wall_left, beneath_top, thick, 181}, {wall_left + thick / 2, 410}},
    {WallKind::ipc, {wall_left, 491, thick, floor - 491}, {wall_left + thick / 2, 566}},
    {WallKind::cgroup, {wall_right - thick, beneath_top, thick, floor - beneath_top}, {wall_right - thick / 2, 490}},
}};
// An ordinary user's: thin, above, round the engine too.
constexpr Stretch user_stretch{WallKind::user, {64, 230, wall_right - 64, thick / 2}, {945, 234}};

bool is_up(State state) {
  return state == State::there || state == State::appearing;
}

// What is shared with the host has no wall.
void draw_stretch(const Brush& brush, const Stretch& stretch, State state) {
  if (state == State::gone) return;
  const bool leaves = state == State::leaving;
  brush.box({.rect = stretch.wall,
             .radius = 3,
             .fill = is_up(state) ? Colour::isolate : Colour::none,
             .line = state == State::failed   ? Colour::failed_line
                     : is_up(state) || leaves ? Colour::isolate_line
                                              : Colour::edge,
             .stroke = 2.4F,
             .dash = outline_of(state),
             .hatched = leaves});
}

void draw_plate(const Brush& brush, const Stretch& stretch, State state, float high) {
  if (state == State::gone) return;
  const bool leaves = state == State::leaving;
  const std::string_view name = model::to_string(stretch.kind);
  const float wide = brush.width(name, text) + 48;
  const Rect rect{stretch.plate.x - wide / 2, stretch.plate.y - high / 2, wide, high};
  brush.box({.rect = rect,
             .radius = 8,
             .fill = is_up(state) ? Colour::isolate_soft : Colour::panel,
             .line = state == State::failed   ? Colour::failed_line
                     : is_up(state) || leaves ? Colour::isolate_line
                                              : Colour::edge,
             .stroke = 2.4F,
             .dash = outline_of(state)});
  brush.text(rect, name, text,
             is_up(state)             ? Colour::ink
             : state == State::failed ? Colour::failed_line
             : leaves                 ? Colour::ink2
                                      : Colour::ink3,
             Align::centre);
}

void draw_class_walls(const Brush& brush, const Subject& subject, const model::Container& container) {
  const auto state_of = [&](const Stretch& one) { return container.walls[static_cast<std::size_t>(one.kind)].state; };
  draw_stretch(brush, user_stretch, state_of(user_stretch));
  draw_plate(brush, user_stretch, state_of(user_stretch), 40);
  for (const Stretch& one : stretches) draw_stretch(brush, one, state_of(one));
  for (const Stretch& one : stretches) draw_plate(brush, one, state_of(one), 52);
  const std::string_view name = say(Word::container, subject.view.language);
  brush.text({wall_left + 90, wall_top + 50, 600, 44}, name, {Face::sans_bold, 28}, Colour::ink);
}

void draw_class_process(const Brush& brush, const Subject& subject, const model::Container& container) {
  const trace::Language language = subject.view.language;
  constexpr Point centre{945, 470}, mark{centre.x + 66, centre.y - 66};
  const bool there = container.process > 0, failed = start_failed(container);
  const bool ended = container.exit_code.has_value(), runs = !container.program.empty() && !ended;
  const Colour fill = !there || ended ? Colour::panel : runs ? Colour::run : Colour::run_soft;
  brush.circle(centre, 84, fill,
               failed            ? Colour::failed_line
               : there && !ended ? Colour::run_line
                                 : Colour::edge,
               6,
               failed  ? Dash::long_dashes
               : there ? Dash::solid
                       : Dash::dashed);
  brush.text({centre.x - 60, centre.y - 60, 120, 120}, "1", {Face::sans_bold, 72},
             fill == Colour::run ? Colour::on_run_fill
             : there && !ended   ? Colour::ink
                                 : Colour::ink3,
             Align::centre);
  if (ended && !failed) draw_crossed_out(brush, centre, 84, 3);
  const bool held = !subject.model.held.empty() && there && subject.model.held.front().pid == container.process;
  if (held || failed) {
    brush.circle(mark, 34, held ? Colour::plate : Colour::failed_soft, failed ? Colour::failed_line : Colour::none, 4);
    draw_icon(brush, held ? Icon::gate : Icon::cross, {mark.x - 22, mark.y - 22}, 44,
              held ? Colour::on_plate : Colour::failed_line);
  }
  constexpr Rect below{620, 580, 650, 44};
  const Colour ink = failed || container.exit_code.value_or(0) != 0 ? Colour::failed_line : Colour::ink;
  if (ended) {
    const std::string words = say(Word::ended_with, language, {std::to_string(*container.exit_code)});
    return void(brush.text(below, words, text, ink, Align::centre));
  }
  // A start that was given up, or whose engine has gone, has neither failed nor is it to come.
  const Word words = runs && container.phase == model::Phase::paused ? Word::is_paused
                     : runs                                          ? Word::is_now
                     : failed                                        ? Word::not_become
                     : subject.model.run.ended                       ? Word::its_command
                                                                     : Word::will_become;
  draw_named(brush, below, {say(words, language), runs ? container.program : container.command}, text.size, ink,
             Align::centre);
}

void draw_outside(const Brush& brush, const Subject& subject, const model::Container& container) {
  const trace::Language language = subject.view.language;
  struct Outside {
    std::int32_t pid;
    Word name;
    bool inside;
    bool ended = false;
  };
  float y = 300;
  brush.text({64, 243, 440, 40}, say(Word::host, language), {Face::sans_bold, 28}, Colour::ink2);
  for (const Outside& one : {Outside{subject.model.engine.pid, Word::engine, false},
                             Outside{container.monitor, Word::monitor, false, container.exit_code.has_value()},
                             Outside{container.process, Word::its_process, true, container.exit_code.has_value()}}) {
    if (one.pid == 0) continue;
    const Colour fill = one.ended ? Colour::none : one.inside ? Colour::run_soft : Colour::raised;
    const Colour line = one.ended ? Colour::hairline : one.inside ? Colour::run_line : Colour::ink3;
    brush.circle({88, y + 22}, 20, fill, line, 4);
    brush.text({126, y - 14, 380, 40}, std::to_string(one.pid), numbers, Colour::ink);
    std::string name(say(one.inside ? Word::pid_inside : one.name, language));
    if (one.ended) name += ", " + std::string(say(Word::gone, language));
    brush.text({126, y + 26, 380, 40}, name, least, Colour::ink2);
    y += 116;
  }
}

}  // namespace

void draw_class_container(const Brush& brush, const Subject& subject, const model::Container& container) {
  draw_outside(brush, subject, container);
  draw_class_walls(brush, subject, container);
  draw_class_process(brush, subject, container);
}

}  // namespace glassdock::scene
