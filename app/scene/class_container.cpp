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
constexpr float wall_left = 560, wall_right = 1330, thick = 16;
constexpr std::size_t stretch_count = 6;

// Where the container's parts stand: with all of the room the words are below the circles, in a low picture beside.
struct Places {
  std::array<Stretch, stretch_count> stretches;
  Stretch user;  // an ordinary user's: thin, above, round the engine too
  float plate_high, user_plate_high;
  Rect name;
  Align name_align;
  float middle, door;         // of the circles, and where a second process comes through the wall
  float radius, exec_radius;  // of the only process, and of each of two
  float process_x, with_exec_x, exec_x;
};

constexpr std::array<Stretch, stretch_count> stretches_of(float top, float floor, float turn, float uts, float ipc,
                                                          float cgroup) {
  const float beneath = top + thick + 4, middle = top + thick / 2;
  return {{
      {WallKind::pid, {wall_left, top, 257, thick}, {700, middle}},
      {WallKind::mnt, {823, top, 244, thick}, {945, middle}},
      {WallKind::net, {1073, top, wall_right - 1073, thick}, {1190, middle}},
      {WallKind::uts, {wall_left, beneath, thick, turn - 6 - beneath}, {wall_left + thick / 2, uts}},
      {WallKind::ipc, {wall_left, turn, thick, floor - turn}, {wall_left + thick / 2, ipc}},
      {WallKind::cgroup, {wall_right - thick, beneath, thick, floor - beneath}, {wall_right - thick / 2, cgroup}},
  }};
}

constexpr Places whole_places{
    .stretches = stretches_of(284, whole.floor, 491, 410, 566, 490),
    .user = {WallKind::user, {64, 230, wall_right - 64, thick / 2}, {945, 234}},
    .plate_high = 52,
    .user_plate_high = 40,
    .name = {650, 334, 600, 44},
    .name_align = Align::left,
    .middle = 470,
    .door = 508,
    .radius = 84,
    .exec_radius = 64,
    .process_x = 945,
    .with_exec_x = 1110,
    .exec_x = 760,
};
constexpr Places low_places{
    .stretches = stretches_of(230, low.floor, 319, 277, 358, 322),
    .user = {WallKind::user, {64, 208, wall_right - 64, 6}, {300, 228}},
    .plate_high = 44,
    .user_plate_high = 40,
    .name = {900, 262, 330, 42},
    .name_align = Align::right,
    .middle = 322,
    .door = 319,
    .radius = 46,
    .exec_radius = 42,
    .process_x = 700,
    .with_exec_x = 990,
    .exec_x = 690,
};
const Places& places_of(const Form& form) {
  return form.low ? low_places : whole_places;
}

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
             .line = state == State::failed ? Colour::failed_line
                     : is_up(state)         ? Colour::isolate_line
                                            : Colour::edge,
             .stroke = 2.4F,
             .dash = outline_of(state),
             .hatched = leaves});
}

void draw_plate(const Brush& brush, const Stretch& stretch, const model::Wall& wall, float high) {
  const State state = wall.state;
  if (state == State::gone) return;
  const bool leaves = state == State::leaving;
  const std::string_view name = model::to_string(stretch.kind);
  const float wide = brush.width(name, text) + 48;
  const Rect rect{stretch.plate.x - wide / 2, stretch.plate.y - high / 2, wide, high};
  brush.box({.rect = rect,
             .radius = 8,
             .fill = is_up(state) ? Colour::isolate_soft : Colour::panel,
             .line = state == State::failed ? Colour::failed_line
                     : is_up(state)         ? Colour::isolate_line
                                            : Colour::edge,
             .stroke = 2.4F,
             .dash = outline_of(state)});
  brush.text(rect, name, text,
             is_up(state)             ? Colour::ink
             : state == State::failed ? Colour::failed_line
             : leaves                 ? Colour::ink2
                                      : Colour::ink3,
             Align::centre);
  brush.place({rect, Act::select_event, "wall:" + std::string(name), static_cast<std::int64_t>(wall.event), {}});
}

// A wall that was left out, as large as one that stands.
void draw_missing(const Brush& brush, const Stretch& stretch, const model::Wall& wall, float high,
                  trace::Language language) {
  brush.box({.rect = stretch.wall, .radius = 3, .line = Colour::failed_line, .stroke = 2.4F, .dash = Dash::dashed});
  const std::string name(model::to_string(stretch.kind));
  const std::string words = name + " " + std::string(say(Word::left_out, language));
  const float wide = brush.width(words, text) + 32;
  const Rect rect{stretch.plate.x - wide / 2, stretch.plate.y - high / 2, wide, high};
  brush.box({.rect = rect,
             .radius = 8,
             .fill = Colour::panel,
             .line = Colour::failed_line,
             .stroke = 2.4F,
             .dash = Dash::dashed});
  brush.text_of(rect, {words, name}, text, Colour::failed_line, Align::centre);
  brush.place({rect, Act::select_event, "wall:" + name, static_cast<std::int64_t>(wall.event), {}});
}

void draw_class_walls(const Brush& brush, const Subject& subject, const model::Container& container, const Form& form) {
  const Places& places = places_of(form);
  const auto wall_of = [&](const Stretch& one) -> const model::Wall& {
    return container.walls[static_cast<std::size_t>(one.kind)];
  };
  draw_stretch(brush, places.user, wall_of(places.user).state);
  draw_plate(brush, places.user, wall_of(places.user), places.user_plate_high);
  for (const Stretch& one : places.stretches) draw_stretch(brush, one, wall_of(one).state);
  for (const Stretch& one : places.stretches) draw_plate(brush, one, wall_of(one), places.plate_high);
  for (const Stretch& one : places.stretches) {
    if (container.lacks(one.kind)) draw_missing(brush, one, wall_of(one), places.plate_high, subject.view.language);
  }
  // From the back of the room a hatched wall may look like one.
  const auto left = std::count_if(places.stretches.begin(), places.stretches.end(),
                                  [&](const Stretch& one) { return wall_of(one).state == State::leaving; });
  const trace::Language language = subject.view.language;
  const std::string name(say(Word::container, language));
  const std::string gone = say(Word::walls_gone, language, {std::to_string(left)});
  const bool over = left > 0 && !form.low && walls_are_gone(container);  // no room there
  brush.text_of(places.name, {over ? name + ": " + gone : name, over ? gone : name}, {Face::sans_bold, 28},
                over ? Colour::ink2 : Colour::ink, places.name_align);
}

// From outside through the wall, which stands on both sides of it.
void draw_class_door(const Brush& brush, const Subject& subject, const model::Container& container,
                     const model::Exec& exec, const Form& form) {
  const Places& places = places_of(form);
  const float door = places.door;
  const float far = exec.joined ? subject.view.far(exec.join_event, player::Motion::process) : 0;
  const float outside = wall_left - 44, inside = places.exec_x - places.exec_radius - 8;
  brush.line({{outside, door}, {wall_left - 10, door}, 6, Colour::run_line});
  if (exec.joined && !walls_are_gone(container)) {
    const float high = form.low ? 32 : 40;
    brush.box({.rect = {wall_left - 6, door - high / 2, thick + 12, high},
               .radius = 6,
               .fill = Colour::panel,
               .line = Colour::ink,
               .stroke = 4});
    brush.line({{wall_left - 6, door}, {wall_left + (inside - wall_left) * far, door}, 6, Colour::run_line});
  }
}

Rect square(Point centre, float radius) {
  return {centre.x - radius, centre.y - radius, 2 * radius, 2 * radius};
}

// How it ended, or what it is.
void draw_class_exec_words(const Brush& brush, const Subject& subject, const model::Container& container,
                           const model::Exec& exec, const Form& form) {
  const Places& places = places_of(form);
  const Point centre{places.exec_x, places.middle};
  const float radius = places.exec_radius;
  if (form.low && signal_in_picture(container)) return;  // it stands in the words' place
  const Rect below = form.low ? Rect{centre.x + radius + 16, centre.y - 22, 196, 44} : Rect{626, 556, 310, 44};
  const Align align = form.low ? Align::left : Align::centre;
  if (exec.exit_code) {
    const std::string code = std::to_string(*exec.exit_code);
    const std::string ended = say(Word::ended_with, subject.view.language, {code});
    brush.text_of(below, {ended, say(Word::code_brief, subject.view.language, {code})}, least,
                  *exec.exit_code == 0 ? Colour::ink : Colour::failed_line, align);
  } else {
    brush.text(below, exec.command, numbers, Colour::ink, align);
  }
}

// A second process within the same walls: it came through them.
void draw_class_exec(const Brush& brush, const Subject& subject, const model::Container& container,
                     const model::Exec& exec, const Form& form) {
  const Places& places = places_of(form);
  const Point centre{places.exec_x, places.middle};
  const float radius = places.exec_radius;
  const bool over = has_ended(exec), made = exec.process != 0, runs = exec.executed && !over;
  const Colour fill = !made || over ? Colour::panel : runs ? Colour::run : Colour::run_soft;
  if (made && !over) draw_class_door(brush, subject, container, exec, form);
  brush.circle(centre, radius, fill,
               exec.state == State::failed ? Colour::failed_line
               : made && !over             ? Colour::run_line
                                           : Colour::edge,
               6,
               exec.state == State::failed ? Dash::long_dashes
               : made                      ? Dash::solid
                                           : Dash::dashed);
  if (exec.inside > 0) {
    const Font number{Face::sans_bold, radius * (exec.inside > 999 ? 0.47F : 0.8F)};
    brush.text({centre.x - 56, centre.y - 44, 112, 88}, std::to_string(exec.inside), number,
               runs            ? Colour::on_run_fill
               : made && !over ? Colour::ink
                               : Colour::ink3,
               Align::centre);
  }
  if (over && exec.state != State::failed) draw_crossed_out(brush, centre, radius, 3);
  brush.place(
      {square(centre, radius), Act::select_event, "exec:" + exec.id, static_cast<std::int64_t>(exec.event), {}});
  draw_class_exec_words(brush, subject, container, exec, form);
}

// Nothing will come of what is planned in it.
bool nothing_comes(const Subject& subject, const model::Container& container) {
  if (&container == subject.model.current()) return subject.model.run.ended;
  return container.phase != model::Phase::starting;
}

// At its edge: held, failed or paused.
void draw_class_mark(const Brush& brush, Point mark, bool held, bool failed, const Form& form) {
  const float badge = form.low ? 24 : 34, icon = badge * 1.3F;
  brush.circle(mark, badge,
               held     ? Colour::plate
               : failed ? Colour::failed_soft
                        : Colour::run_soft,
               failed ? Colour::failed_line
               : held ? Colour::none
                      : Colour::run_line,
               4);
  draw_icon(brush,
            held     ? Icon::gate
            : failed ? Icon::cross
                     : Icon::pause,
            {mark.x - icon / 2, mark.y - icon / 2}, icon,
            held     ? Colour::on_plate
            : failed ? Colour::failed_line
                     : Colour::run_line);
}

// What process 1 is, or is to become, or how it ended.
void draw_class_process_words(const Brush& brush, const Subject& subject, const model::Container& container,
                              Point centre, float radius, const Form& form) {
  const trace::Language language = subject.view.language;
  const model::Exec* exec = exec_in_picture(container);
  const bool failed = start_failed(container), ended = container.is_ended();
  const bool runs = !container.program.empty() && !ended;
  const bool paused = runs && container.phase == model::Phase::paused;
  const Rect beside{centre.x + radius + 34, centre.y - 18, 1228 - centre.x - radius - 34, 44};
  const Rect below = form.low ? beside : exec ? Rect{956, 556, 310, 44} : Rect{620, 580, 650, 44};
  const Align align = form.low ? Align::left : Align::centre;
  const Colour ink = failed || container.exit_code.value_or(0) != 0 ? Colour::failed_line : Colour::ink;
  if (ended) {
    const std::string code = std::to_string(container.exit_code.value_or(0));
    const std::string words = end_words(container, language);
    const std::string brief =
        container.unseen_end ? std::string(say(Word::gone, language)) : say(Word::code_brief, language, {code});
    return void(brush.text_of(below, {words, brief}, text, ink, align));
  }
  if (const std::string sent = signal_under_way(subject, container); !sent.empty()) {
    return void(brush.text_of(below, {sent, container.life.signals.back().name}, text, ink, align));
  }
  if (exec) return void(brush.text(below, container.program, numbers, ink, align));
  // A start that was given up, or whose engine has gone, has neither failed nor is it to come.
  const Word words = paused                              ? Word::is_paused
                     : runs                              ? Word::is_now
                     : failed                            ? Word::not_become
                     : nothing_comes(subject, container) ? Word::its_command
                                                         : Word::will_become;
  draw_named(brush, below, {say(words, language), runs ? container.program : container.command}, text.size, ink, align);
}

void draw_class_process(const Brush& brush, const Subject& subject, const model::Container& container,
                        const Form& form) {
  const Places& places = places_of(form);
  const model::Exec* exec = exec_in_picture(container);
  const model::Signal* signal = signal_in_picture(container);
  Point centre{exec ? places.with_exec_x : places.process_x, places.middle};
  constexpr float tag_room = 150;
  if (form.low && signal && !exec) centre.x += tag_room;
  const float radius = exec ? places.exec_radius : places.radius;
  const Point mark{centre.x + radius * 0.8F, centre.y - radius * 0.8F};
  if (exec) draw_class_exec(brush, subject, container, *exec, form);
  if (signal) {
    const float wide = std::min(brush.width(signal->name, numbers) + 60, 176.0F);
    const Rect tag{centre.x - radius - 10 - wide, centre.y - 26, wide, 52};
    draw_signal_tag(brush, tag, *signal, numbers);
    brush.place({tag,
                 Act::select_event,
                 "signal:" + std::to_string(signal->event),
                 static_cast<std::int64_t>(signal->event),
                 {}});
  }
  const bool there = container.process > 0, failed = start_failed(container);
  const bool ended = container.is_ended(), runs = !container.program.empty() && !ended;
  const bool paused = runs && container.phase == model::Phase::paused;
  const Colour fill = !there || ended ? Colour::panel : runs && !paused ? Colour::run : Colour::run_soft;
  brush.circle(centre, radius, fill,
               failed            ? Colour::failed_line
               : there && !ended ? Colour::run_line
                                 : Colour::edge,
               6,
               failed  ? Dash::long_dashes
               : there ? Dash::solid
                       : Dash::dashed);
  if (!container.lacks(WallKind::pid)) {
    brush.text({centre.x - 60, centre.y - 60, 120, 120}, "1", {Face::sans_bold, form.low ? 48.0F : 72.0F},
               fill == Colour::run ? Colour::on_run_fill
               : there && !ended   ? Colour::ink
                                   : Colour::ink3,
               Align::centre);
  }
  if (ended && !failed) draw_crossed_out(brush, centre, radius, 3);
  brush.place(
      {square(centre, radius), Act::select_event, "process", static_cast<std::int64_t>(container.process_event), {}});
  const model::Held* hold = shown_hold(subject);
  const bool held = hold && there && hold->pid == container.process;
  if (held || failed || paused) draw_class_mark(brush, mark, held, failed, form);
  draw_class_process_words(brush, subject, container, centre, radius, form);
}

void draw_outside(const Brush& brush, const Subject& subject, const model::Container& container, const Form& form) {
  const trace::Language language = subject.view.language;
  struct Outside {
    std::int32_t pid;
    Word name;
    bool ended;
    std::string place;  // empty: it is the one that stands within, and is explained there
    model::EventIndex event = model::no_event;
  };
  float y = form.low ? 250 : 300;
  brush.text({64, form.low ? 212.0F : 243.0F, 140, 40}, say(Word::host, language), {Face::sans_bold, 28}, Colour::ink2);
  const model::Exec* exec = exec_in_picture(container);
  const model::Engine& engine = subject.model.engine;
  const bool ended = container.is_ended(), two = exec && exec->process != 0;
  // At most three: the engine makes room for the command beside the first process.
  const Outside above{engine.pid, Word::engine, shows_dead_engine(subject.view), "engine", engine.event},
      monitor{container.monitor, Word::monitor, ended, "monitor", container.start_event},
      process{container.process, container.lacks(WallKind::pid) ? Word::its_process : Word::pid_inside, ended, {}};
  const auto all = two ? std::array{monitor, process, Outside{exec->process, Word::exec_beside, has_ended(*exec), {}}}
                       : std::array{above, monitor, process};
  for (const Outside& one : all) {
    if (one.pid == 0) continue;
    const bool inside = one.place.empty();
    const Colour fill = one.ended ? Colour::none : inside ? Colour::run_soft : Colour::raised;
    const Colour line = one.ended ? Colour::hairline : inside ? Colour::run_line : Colour::ink3;
    const Rect row = form.low ? Rect{64, y, 438, 40} : Rect{64, y - 14, 442, 80};
    if (!inside) {
      brush.place({row, Act::select_event, one.place, static_cast<std::int64_t>(one.event), {}});
    }
    const std::string name = name_of_process(one.name, one.ended, language);
    if (form.low) {
      brush.circle({84, y + 20}, 14, fill, line, 4);
      const float pid = brush.text({112, y, 120, 40}, std::to_string(one.pid), numbers, Colour::ink);
      brush.text_of({126 + pid, y, 376 - pid, 40}, {name, say(one.name, language)}, least, Colour::ink2);
      y += 44;
      continue;
    }
    brush.circle({88, y + 22}, 20, fill, line, 4);
    brush.text({126, y - 14, 380, 40}, std::to_string(one.pid), numbers, Colour::ink);
    brush.text({126, y + 26, 380, 40}, name, least, Colour::ink2);
    y += 116;
  }
}

}  // namespace

void draw_class_container(const Brush& brush, const Subject& subject, const model::Container& container,
                          const Form& form) {
  draw_outside(brush, subject, container, form);
  draw_class_walls(brush, subject, container, form);
  draw_class_process(brush, subject, container, form);
}

}  // namespace glassdock::scene
