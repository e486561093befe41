#include <algorithm>
#include <array>
#include <string>

#include "app/scene/class_view.h"
#include "app/scene/life_words.h"
#include "app/scene/parts.h"
#include "app/scene/picture_parts.h"
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

// A second process within the same walls: it came through them.
void draw_class_exec(const Brush& brush, const Subject& subject, const model::Container& container,
                     const model::Exec& exec) {
  constexpr Point centre{760, 470};
  constexpr float radius = 64, door = 508;
  const bool over = has_ended(exec), made = exec.process != 0, runs = exec.executed && !over;
  const Colour fill = !made || over ? Colour::panel : runs ? Colour::run : Colour::run_soft;
  if (made && !over) {
    const float far = exec.joined ? subject.view.far(exec.join_event, player::Motion::process) : 0;
    const float outside = wall_left - 44, inside = centre.x - radius - 8;
    brush.line({{outside, door}, {wall_left - 10, door}, 6, Colour::run_line});
    if (exec.joined && !walls_are_gone(container)) {
      brush.box({.rect = {wall_left - 6, door - 20, thick + 12, 40},
                 .radius = 6,
                 .fill = Colour::panel,
                 .line = Colour::ink,
                 .stroke = 4});
      brush.line({{wall_left - 6, door}, {wall_left + (inside - wall_left) * far, door}, 6, Colour::run_line});
    }
  }
  brush.circle(centre, radius, fill,
               exec.state == State::failed ? Colour::failed_line
               : made && !over             ? Colour::run_line
                                           : Colour::edge,
               6,
               exec.state == State::failed ? Dash::long_dashes
               : made                      ? Dash::solid
                                           : Dash::dashed);
  if (exec.inside > 0) {
    const Font number{Face::sans_bold, exec.inside > 999 ? 30.0F : 52.0F};
    brush.text({centre.x - 56, centre.y - 44, 112, 88}, std::to_string(exec.inside), number,
               runs            ? Colour::on_run_fill
               : made && !over ? Colour::ink
                               : Colour::ink3,
               Align::centre);
  }
  if (over && exec.state != State::failed) draw_crossed_out(brush, centre, radius, 3);
  const Rect below{626, 556, 310, 44};
  if (exec.exit_code) {
    const std::string ended = say(Word::ended_with, subject.view.language, {std::to_string(*exec.exit_code)});
    brush.text(below, ended, least, *exec.exit_code == 0 ? Colour::ink : Colour::failed_line, Align::centre);
  } else {
    brush.text(below, exec.command, numbers, Colour::ink, Align::centre);
  }
}

void draw_class_process(const Brush& brush, const Subject& subject, const model::Container& container) {
  const trace::Language language = subject.view.language;
  const model::Exec* exec = exec_in_picture(container);
  const Point centre = exec ? Point{1110, 470} : Point{945, 470};
  const float radius = exec ? 64 : 84;
  const Point mark{centre.x + radius * 0.8F, centre.y - radius * 0.8F};
  if (exec) draw_class_exec(brush, subject, container, *exec);
  if (const model::Signal* signal = signal_in_picture(container)) {
    const float wide = std::min(brush.width(signal->name, numbers) + 60, 176.0F);
    draw_signal_tag(brush, {centre.x - radius - 10 - wide, centre.y - 26, wide, 52}, *signal, numbers);
  }
  const bool there = container.process > 0, failed = start_failed(container);
  const bool ended = container.exit_code.has_value(), runs = !container.program.empty() && !ended;
  const Colour fill = !there || ended ? Colour::panel : runs ? Colour::run : Colour::run_soft;
  brush.circle(centre, radius, fill,
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
  if (ended && !failed) draw_crossed_out(brush, centre, radius, 3);
  const bool held = !subject.model.held.empty() && there && subject.model.held.front().pid == container.process;
  if (held || failed) {
    brush.circle(mark, 34, held ? Colour::plate : Colour::failed_soft, failed ? Colour::failed_line : Colour::none, 4);
    draw_icon(brush, held ? Icon::gate : Icon::cross, {mark.x - 22, mark.y - 22}, 44,
              held ? Colour::on_plate : Colour::failed_line);
  }
  const Rect below = exec ? Rect{956, 556, 310, 44} : Rect{620, 580, 650, 44};
  const Colour ink = failed || container.exit_code.value_or(0) != 0 ? Colour::failed_line : Colour::ink;
  if (ended) {
    const std::string words = end_words(container, language);
    return void(brush.text(below, words, text, ink, Align::centre));
  }
  if (const std::string sent = signal_words(subject, container); !sent.empty()) {
    return void(brush.text_of(below, {sent, container.life.signals.back().name}, text, ink, Align::centre));
  }
  if (exec) return void(brush.text(below, container.program, numbers, ink, Align::centre));
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
  const model::Exec* exec = exec_in_picture(container);
  // At most three: the engine makes room for the command beside the first process.
  const bool ended = container.exit_code.has_value();
  const Outside command{exec ? exec->process : 0, Word::exec_beside, true, exec && has_ended(*exec)};
  for (const Outside& one : {Outside{command.pid != 0 ? 0 : subject.model.engine.pid, Word::engine, false},
                             Outside{container.monitor, Word::monitor, false, ended},
                             Outside{container.process, Word::pid_inside, true, ended}, command}) {
    if (one.pid == 0) continue;
    const Colour fill = one.ended ? Colour::none : one.inside ? Colour::run_soft : Colour::raised;
    const Colour line = one.ended ? Colour::hairline : one.inside ? Colour::run_line : Colour::ink3;
    brush.circle({88, y + 22}, 20, fill, line, 4);
    brush.text({126, y - 14, 380, 40}, std::to_string(one.pid), numbers, Colour::ink);
    std::string name(say(one.name, language));
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
