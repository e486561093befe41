#include <algorithm>
#include <array>
#include <string>

#include "app/scene/parts.h"
#include "app/scene/picture_parts.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

using model::Container;
using model::State;
using model::Wall;
using model::WallKind;
using player::Motion;

constexpr float thick = 8;

// A stretch of the container's outline, and where its name plate stands on it.
struct WallPlace {
  WallKind kind;
  Point from, to;  // grows from `from`
  Point plate;     // its middle
};
using place::floor;
using place::wall_left;
using place::wall_right;
using place::wall_top;
constexpr float lean = 14;  // the left plates stand a little outside, away from what is within
constexpr std::array<WallPlace, 6> wall_places{{
    {WallKind::pid, {wall_left, wall_top}, {614, wall_top}, {482, wall_top}},
    {WallKind::mnt, {626, wall_top}, {wall_right, wall_top}, {758, wall_top}},
    {WallKind::cgroup, {wall_left, wall_top + 10}, {wall_left, 388}, {wall_left - lean, 316}},
    {WallKind::ipc, {wall_left, 400}, {wall_left, floor}, {wall_left - lean, 470}},
    {WallKind::net, {wall_right, wall_top + 10}, {wall_right, 388}, {wall_right, 316}},
    {WallKind::uts, {wall_right, 400}, {wall_right, floor}, {wall_right, 470}},
}};

constexpr float user_top = 198;  // middle line of the outer wall, which the engine stands in too
constexpr Point user_plate{620, user_top};

// "4026532254" as "…2254" where there is little room.
std::string shown_inode(const Brush& brush, const std::string& inode) {
  constexpr std::size_t kept = 4;
  if (second_lines(brush) || inode.size() <= kept) return inode;
  return "…" + inode.substr(inode.size() - kept);
}

void draw_stretch(const Brush& brush, const WallPlace& place, State state, float far, float stroke = thick) {
  bool flat = place.from.y == place.to.y;
  Point to{place.from.x + (place.to.x - place.from.x) * far, place.from.y + (place.to.y - place.from.y) * far};
  Rect rect = flat ? Rect{place.from.x, place.from.y - stroke / 2, to.x - place.from.x, stroke}
                   : Rect{place.from.x - stroke / 2, place.from.y, stroke, to.y - place.from.y};
  const bool planned = is_to_come(state);
  brush.box({.rect = rect,
             .radius = 2,
             .fill = planned || state == State::leaving ? Colour::none : Colour::isolate,
             .line = planned ? Colour::edge : Colour::isolate_line,
             .stroke = 1.2F,
             .dash = outline_of(state),
             .hatched = state == State::leaving});
}

// Only what goes up grows.
float wall_far(const Wall& wall, const View& view) {
  return wall.state == State::there ? view.far(wall.event, Motion::wall) : 1;
}

// A wall that was left out is no wall, but its place must not look as if it had never been meant to be there.
void draw_missing(const Brush& brush, const WallPlace& place, const Wall& wall, const Subject& subject) {
  brush.line({place.from, place.to, 1.2F, Colour::failed_line, Dash::dashed});
  const std::string name(model::to_string(place.kind));
  const std::string_view below = say(Word::left_out, subject.view.language);
  const bool flat = place.from.y == place.to.y;
  const float name_width = brush.width(name, strong), below_width = brush.width(below, small);
  const float wide = flat ? name_width + below_width + 28 : std::max(name_width, below_width) + 18;
  const float high = flat ? 26 : 46;
  const Rect plate{place.plate.x - wide / 2, place.plate.y - high / 2, wide, high};
  brush.box({.rect = plate,
             .radius = 5,
             .fill = Colour::panel,
             .line = Colour::failed_line,
             .stroke = 1.2F,
             .dash = Dash::dashed});
  const Rect above{plate.x + 8, plate.y + 2, flat ? name_width + 1 : plate.w - 16, 22};
  const Rect beside{plate.x + 18 + name_width, plate.y + 2, below_width + 1, 22},
      beneath{plate.x + 4, plate.y + 23, plate.w - 8, 20};
  brush.text(above, name, strong, Colour::ink, flat ? Align::left : Align::centre);
  brush.text(flat ? beside : beneath, below, small, Colour::failed_line, flat ? Align::left : Align::centre);
  brush.place({plate, Act::select_event, "wall:" + name, static_cast<std::int64_t>(wall.event), {}});
}

Rect draw_plate(const Brush& brush, const WallPlace& place, const Wall& wall, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const bool planned = is_to_come(wall.state), leaving = wall.state == State::leaving;
  std::string name(model::to_string(place.kind));
  std::string below = planned ? std::string(say(planned_word(subject), language)) : shown_inode(brush, wall.inode);
  bool flat = place.from.y == place.to.y;
  constexpr float least_two_lines = 0.65F;  // below it they would touch
  if (!flat && brush.scale() < least_two_lines) below.clear();
  float name_width = brush.width(name, strong), below_width = brush.width(below, code);
  float wide = flat ? 40 + name_width + below_width : std::max(name_width + 24, below_width) + 18;
  float high = flat || below.empty() ? 26.0F : 46.0F;
  constexpr float least_named = 0.6F;  // below it the icon alone
  const bool named = brush.scale() >= least_named;
  if (!named) wide = 29, high = 26;
  Rect plate{place.plate.x - wide / 2, place.plate.y - high / 2, wide, high};
  brush.box({.rect = plate,
             .radius = 5,
             .fill = planned || leaving ? Colour::panel : Colour::isolate_soft,
             .line = planned ? Colour::edge : Colour::isolate_line,
             .stroke = 1.2F,
             .dash = outline_of(wall.state)});
  Colour ink = planned ? Colour::ink3 : leaving ? Colour::ink2 : Colour::ink;
  draw_icon(brush, icon_of(place.kind), {plate.x + 8, plate.y + 6}, 13, planned ? Colour::ink3 : Colour::isolate_line);
  if (named) {  // otherwise its tip says which it is
    brush.text({plate.x + 26, plate.y + 2, name_width + 1, 22}, name, strong, ink);
    const Rect beside{plate.x + 34 + name_width, plate.y + 2, below_width + 1, 22},
        beneath{plate.x + 6, plate.y + 23, plate.w - 12, 20};
    brush.text(flat ? beside : beneath, below, code, ink, flat ? Align::left : Align::centre);
  }
  brush.place({plate, Act::select_event, "wall:" + name, static_cast<std::int64_t>(wall.event), {}});
  return plate;
}

}  // namespace

bool walls_are_gone(const Container& container) {
  return std::any_of(container.walls.begin(), container.walls.end(),
                     [](const Wall& wall) { return wall.state == State::leaving; });
}

void draw_walls(const Brush& brush, const Subject& subject, const Container& container) {
  for (const WallPlace& place : wall_places) {
    const Wall& wall = container.walls[static_cast<std::size_t>(place.kind)];
    if (wall.state == State::gone) continue;  // shared with the host: no wall
    draw_stretch(brush, place, wall.state, wall_far(wall, subject.view));
  }
  for (const WallPlace& place : wall_places) {
    const Wall& wall = container.walls[static_cast<std::size_t>(place.kind)];
    if (wall.state != State::gone) draw_plate(brush, place, wall, subject);
    if (container.lacks(place.kind)) draw_missing(brush, place, wall, subject);
  }
}

// An ordinary user's engine and its containers share one user namespace: a thin line above the container's own walls.
// A trial has its own.
void draw_user_wall(const Brush& brush, const Subject& subject, const Container& container) {
  const Wall& wall = container.walls[static_cast<std::size_t>(WallKind::user)];
  if (wall.state == State::gone) return;
  const WallPlace place{WallKind::user, {wall_left, user_top}, {wall_right, user_top}, user_plate};
  draw_stretch(brush, place, wall.state, wall_far(wall, subject.view), thick / 2);
  const float right = draw_plate(brush, place, wall, subject).right() + 10;
  if (!second_lines(brush)) return;
  const Rect room{right, user_top - 20, wall_right - right, 16};
  const Word words = container.is_trial() ? Word::trial_user_wall : Word::user_wall;
  brush.text(room, say(words, subject.view.language), small, Colour::ink2);
}

// The place of walls that nobody has asked for yet.
void draw_outline(const Brush& brush) {
  for (float inset : {0.0F, thick}) {
    brush.line({{wall_left + inset, floor}, {wall_left + inset, wall_top + inset}, 1.2F, Colour::edge, Dash::dashed});
    brush.line({{wall_left + inset, wall_top + inset},
                {wall_right - inset, wall_top + inset},
                1.2F,
                Colour::edge,
                Dash::dashed});
    brush.line({{wall_right - inset, wall_top + inset}, {wall_right - inset, floor}, 1.2F, Colour::edge, Dash::dashed});
  }
}

void draw_head(const Brush& brush, const Subject& subject, const Container& container) {
  trace::Language language = subject.view.language;
  constexpr float y = 250;
  float x = 400;
  x += brush.text({x, y, 120, 20}, say(Word::container, language), strong, Colour::ink) + 10;
  std::size_t up = 0, all = 0, left = 0;
  for (const WallPlace& place : wall_places) {  // its own: the user wall stands round the engine, too
    const State state = container.walls[static_cast<std::size_t>(place.kind)].state;
    if (state == State::gone && !container.lacks(place.kind)) continue;
    ++all;
    if (state == State::there) ++up;
    if (state == State::leaving) ++left;
  }
  const std::string words = left > 0 ? say(Word::walls_gone, language, {std::to_string(left)})
                                     : say(Word::walls_up, language, {std::to_string(up), std::to_string(all)});
  float wide = brush.width(words, strong) + 20;
  if (container.is_trial()) {  // who sees it must not take it for docker's
    const std::string& lacks = container.trial.left_out;
    const std::string trial =
        lacks.empty() ? std::string(say(Word::trial_order, language)) : say(Word::trial_lacks, language, {lacks});
    const Rect words_place{x, y, 832 - wide - x, 20};
    brush.text(words_place, trial, strong, Colour::failed_line);
    brush.place({words_place, Act::select_event, "trial", static_cast<std::int64_t>(container.trial.event), {}});
    x = 832 - wide;
  }
  // Where there is not room for both, the name is easier to remember.
  const std::string id = short_id(container.id);
  const float room = 832 - wide - x, id_width = brush.width(id, code_strong), name = brush.width(container.name, body);
  if (id_width + 12 + name <= room) {
    brush.text({x, y, id_width + 1, 20}, id, code_strong, Colour::ink);
    x += id_width + 12;
  }
  brush.text_of({x, y, 832 - wide - x, 20}, {container.name, id}, body, Colour::ink2);
  if (all == 0) return;
  Rect chip{840 - wide, y - 2, wide, 24};
  brush.box(
      {.rect = chip, .radius = 12, .fill = up > 0 ? Colour::isolate_soft : Colour::none, .line = Colour::isolate_line});
  brush.text({chip.x + 10, chip.y, chip.w - 19, chip.h}, words, strong, Colour::ink);
  const Wall& made = container.walls[static_cast<std::size_t>(WallKind::pid)];
  brush.place({chip, Act::select_event, "walls", static_cast<std::int64_t>(made.event), {}});
}

}  // namespace glassdock::scene
