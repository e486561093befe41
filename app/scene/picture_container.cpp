#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "app/scene/parts.h"
#include "app/scene/picture.h"
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

// The first process is gone, and with it what stood round it.
bool is_over(const Container& container) {
  return std::any_of(container.walls.begin(), container.walls.end(),
                     [](const Wall& wall) { return wall.state == State::leaving; });
}

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
  bool planned = state == State::planned;
  brush.box({.rect = rect,
             .radius = 2,
             .fill = planned || state == State::leaving ? Colour::none : Colour::isolate,
             .line = planned ? Colour::edge : Colour::isolate_line,
             .stroke = 1.2F,
             .dash = dash_of(state),
             .hatched = state == State::leaving});
}

// Only what goes up grows.
float wall_far(const Wall& wall, const View& view) {
  return wall.state == State::there ? view.far(wall.event, Motion::wall) : 1;
}

Rect draw_plate(const Brush& brush, const WallPlace& place, const Wall& wall, trace::Language language) {
  bool planned = wall.state == State::planned, leaving = wall.state == State::leaving;
  std::string name(model::to_string(place.kind));
  std::string below = planned ? std::string(say(Word::to_come, language)) : shown_inode(brush, wall.inode);
  bool flat = place.from.y == place.to.y;
  constexpr float least_two_lines = 0.65F;  // below it they would touch
  if (!flat && brush.scale() < least_two_lines) below.clear();
  float name_width = brush.width(name, strong), below_width = brush.width(below, code);
  float wide = flat ? 40 + name_width + below_width : std::max(name_width + 24, below_width) + 18;
  float high = flat || below.empty() ? 26.0F : 46.0F;
  constexpr float least_named = 0.6F;  // below it the icon alone
  if (brush.scale() < least_named) wide = 29, high = 26;
  Rect plate{place.plate.x - wide / 2, place.plate.y - high / 2, wide, high};
  brush.box({.rect = plate,
             .radius = 5,
             .fill = planned || leaving ? Colour::panel : Colour::isolate_soft,
             .line = planned ? Colour::edge : Colour::isolate_line,
             .stroke = 1.2F,
             .dash = dash_of(wall.state)});
  Colour ink = planned ? Colour::ink3 : leaving ? Colour::ink2 : Colour::ink;
  draw_icon(brush, icon_of(place.kind), {plate.x + 8, plate.y + 6}, 13, planned ? Colour::ink3 : Colour::isolate_line);
  brush.text({plate.x + 26, plate.y + 2, name_width + 1, 22}, name, strong, ink);
  if (flat) {
    brush.text({plate.x + 34 + name_width, plate.y + 2, below_width + 1, 22}, below, code, ink);
  } else {
    brush.text({plate.x + 6, plate.y + 23, plate.w - 12, 20}, below, code, ink, Align::centre);
  }
  brush.place({plate, Act::select_event, "wall:" + name, static_cast<std::int64_t>(wall.event), {}});
  return plate;
}

void draw_walls(const Brush& brush, const Subject& subject, const Container& container) {
  for (const WallPlace& place : wall_places) {
    const Wall& wall = container.walls[static_cast<std::size_t>(place.kind)];
    if (wall.state == State::gone) continue;  // shared with the host: no wall
    draw_stretch(brush, place, wall.state, wall_far(wall, subject.view));
  }
  for (const WallPlace& place : wall_places) {
    const Wall& wall = container.walls[static_cast<std::size_t>(place.kind)];
    if (wall.state != State::gone) draw_plate(brush, place, wall, subject.view.language);
  }
}

// An ordinary user's engine and its containers share one user namespace: a thin line above the container's own walls.
void draw_user_wall(const Brush& brush, const Subject& subject, const Container& container) {
  const Wall& wall = container.walls[static_cast<std::size_t>(WallKind::user)];
  if (wall.state == State::gone) return;
  const WallPlace place{WallKind::user, {wall_left, user_top}, {wall_right, user_top}, user_plate};
  draw_stretch(brush, place, wall.state, wall_far(wall, subject.view), thick / 2);
  const float right = draw_plate(brush, place, wall, subject.view.language).right() + 10;
  if (!second_lines(brush)) return;
  const Rect room{right, user_top - 20, wall_right - right, 16};
  brush.text(room, say(Word::user_wall, subject.view.language), small, Colour::ink2);
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
    if (state == State::gone) continue;
    ++all;
    if (state == State::there) ++up;
    if (state == State::leaving) ++left;
  }
  const std::string words = left > 0 ? say(Word::walls_gone, language, {std::to_string(left)})
                                     : say(Word::walls_up, language, {std::to_string(up), std::to_string(all)});
  float wide = brush.width(words, strong) + 20;
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

void draw_bar(const Brush& brush, Rect bar, Icon icon, std::string_view name, std::string_view beside, bool writable,
              State state) {
  const bool held = state == State::held, there = state != State::planned && !held, gone = state == State::leaving;
  const Colour fill = !there || gone ? Colour::none : writable ? Colour::snapshot : Colour::snapshot_soft;
  const Colour ink = !there ? Colour::ink3 : gone ? Colour::ink2 : writable ? Colour::on_fill : Colour::ink;
  brush.box({.rect = bar,
             .radius = 4,
             .fill = fill,
             .line = held    ? Colour::ink
                     : gone  ? Colour::hairline
                     : there ? Colour::snapshot_line
                             : Colour::edge,
             .stroke = held ? 2.5F : 1.4F,
             .dash = held ? Dash::dashed : dash_of(state),
             .hatched = gone});
  draw_icon(brush, icon, {bar.x + 8, bar.y + 7}, 12, ink);
  float wide = brush.width(beside, small) + 2;
  brush.text({bar.x + 28, bar.y, bar.w - 44 - wide, bar.h}, name, body, ink);
  brush.text({bar.right() - 8 - wide, bar.y, wide, bar.h}, beside, small, ink, Align::right);
}

void draw_files(const Brush& brush, const Subject& subject, const Container& container) {
  trace::Language language = subject.view.language;
  constexpr float x = 398, wide = 218;
  brush.text({x, 286, wide + 20, 18}, say(Word::its_files, language), caption, Colour::ink2);
  std::size_t shown = std::min(container.layers.size(), most_bars);
  std::size_t from = container.layers.size() - shown;
  float writable_y = place::lowest_layer - static_cast<float>(shown) * place::layer_step;
  const bool opens = container.writable == State::appearing || container.writable == State::there;
  const float grown = opens ? subject.view.far(container.writable_event, Motion::writable) : 1;
  const Word of_writable = container.writable == State::leaving ? Word::gone : planned_word(subject.model.run);
  Rect writable{x, writable_y + place::layer_height * (1 - grown), wide, place::layer_height * grown};
  if (grown > 0.9F) {
    draw_bar(brush, writable, Icon::pencil, say(Word::writable, language),
             opens ? std::string_view() : say(of_writable, language), true, container.writable);
    brush.place({writable, Act::select_event, "writable", static_cast<std::int64_t>(container.writable_event), {}});
  } else {
    brush.box({.rect = writable, .radius = 2, .fill = Colour::snapshot});
  }
  const bool was_mounted = container.overlay_event != model::no_event, mounted = was_mounted && !is_over(container);
  const State shared = mounted ? State::there : was_mounted ? State::leaving : State::planned;
  const Word beside = mounted ? Word::read_only : was_mounted ? Word::gone : planned_word(subject.model.run);
  for (std::size_t i = 0; i < shown; ++i) {
    Rect bar{x, place::lowest_layer - static_cast<float>(i) * place::layer_step, wide, place::layer_height};
    draw_bar(brush, bar, Icon::lock, say(Word::layer, language, {std::to_string(from + i + 1)}), say(beside, language),
             false, shared);
    // The same files stand in the cache at the same height: joined, never copied.
    float y = bar.y + bar.h / 2;
    float far = mounted ? subject.view.far(container.overlay_event, Motion::shared_line) : 1;
    float begin = place::cache.right() - 12, end = begin + (x - begin) * far;
    if (shared != State::leaving) {
      brush.line({{begin, y}, {end, y}, 1.8F, mounted ? Colour::snapshot_line : Colour::edge, Dash::dotted});
    }
    brush.place({bar,
                 Act::select_event,
                 "shared:" + container.layers[from + i],
                 static_cast<std::int64_t>(container.overlay_event),
                 {}});
  }
  if (shown > 0 && mounted) {
    float y = place::lowest_layer - 4 - place::layer_step / 2 + place::layer_height / 2;
    brush.text({258, y - 6, 80, 18}, say(Word::same_files, language), small, Colour::ink2);
  }
  if (mounted && second_lines(brush)) {
    brush.text({x, 406, wide + 16, 18}, say(Word::mounted_only_here, language), small, Colour::ink2);
  }
}

void draw_mounts(const Brush& brush, const Subject& subject, const Container& container) {
  trace::Language language = subject.view.language;
  constexpr float x = 640, wide = 190, high = 23, step = 26;
  constexpr std::size_t most = 4;
  brush.text({x, 286, wide, 18}, say(Word::mounted_inside, language), caption, Colour::ink2);
  // What the eye should see: the root, what was mounted last, what comes next.
  std::vector<const model::Mount*> named;
  for (const model::Mount& mount : container.mounts) {
    if (!mount.target.empty()) named.push_back(&mount);
  }
  auto next = std::find_if(named.begin(), named.end(), [](const model::Mount* one) {
    return one->state == State::planned || one->state == State::held;
  });
  auto middle = static_cast<std::size_t>(next - named.begin());
  std::size_t from = middle + 1 > most ? middle + 1 - most : 0;
  if (named.size() <= most) from = 0;
  if (from + most > named.size() && named.size() > most) from = named.size() - most;
  float y = 304;
  for (std::size_t i = from; i < named.size() && i < from + most; ++i, y += step) {
    const model::Mount& mount = *named[i];
    const bool there = mount.state == State::there, gone = mount.state == State::leaving;
    Rect bar{x, y, wide, high};
    brush.box({.rect = bar,
               .radius = 4,
               .fill = there ? Colour::snapshot_soft : Colour::none,
               .line = there                        ? Colour::snapshot_line
                       : mount.state == State::held ? Colour::ink
                       : gone                       ? Colour::hairline
                                                    : Colour::edge,
               .stroke = mount.state == State::held ? 2.5F : 1.2F,
               .dash = dash_of(mount.state),
               .hatched = gone});
    const Word state = gone                           ? Word::gone
                       : mount.state == State::failed ? Word::failed
                                                      : planned_word(subject.model.run);
    std::string beside = there ? mount.type : std::string(say(state, language));
    float beside_width = brush.width(beside, small) + 2;
    // Where there is not room for both, the form of the bar tells enough.
    const bool both = brush.width(mount.target, code) + beside_width <= wide - 26;
    brush.text({x + 10, y, both ? wide - 26 - beside_width : wide - 18, high}, mount.target, code,
               there  ? Colour::ink
               : gone ? Colour::ink2
                      : Colour::ink3);
    if (both) {
      brush.text({bar.right() - 8 - beside_width, y, beside_width, high}, beside, small, Colour::ink2, Align::right);
    }
    brush.place({bar, Act::select_event, "mount:" + mount.target, static_cast<std::int64_t>(mount.event), {}});
  }
  if (named.size() > most) {
    const Rect row{x, y, wide, 22};
    brush.text({x, y, wide, 18}, say(Word::more, language, {std::to_string(named.size() - most)}), small, Colour::ink2);
    brush.place({.rect = row, .act = Act::select_event, .name = "mounts"});
  }
}

// Of a circle what hatching is of a bar: it is gone.
void draw_crossed_out(const Brush& brush, Point centre, float radius) {
  for (const float aside : {-0.5F, 0.0F, 0.5F}) {
    const float from = aside * radius, reach = std::sqrt(radius * radius - from * from * 2) * 0.7F;
    brush.line({{centre.x + from - reach, centre.y + from + reach},
                {centre.x + from + reach, centre.y + from - reach},
                1.2F,
                Colour::hairline});
  }
}

void draw_process(const Brush& brush, const Subject& subject, const Container& container) {
  trace::Language language = subject.view.language;
  constexpr float x = 398;
  brush.text({x, 432, 240, 18}, say(Word::its_process, language), caption, Colour::ink2);
  constexpr Point centre = place::process;
  const bool there =
      container.process > 0 || container.process_state == State::gone || container.process_state == State::leaving;
  bool held = !subject.model.held.empty() && subject.model.held.front().pid == container.process && there;
  bool ended = container.exit_code.has_value();
  const bool failed = is_over(container) && container.program.empty() && !container.given_up;
  const bool left = ended || container.process_state == State::leaving;
  Colour fill = !there                      ? Colour::none
                : left                      ? Colour::panel
                : container.program.empty() ? Colour::run_soft
                                            : Colour::run;
  const float grown = there && !left ? subject.view.far(container.process_event, Motion::process) : 1;
  brush.circle(centre, 24 * std::max(grown, 0.2F), fill,
               failed           ? Colour::failed_line
               : there && !left ? Colour::run_line
                                : Colour::edge,
               held ? 3.0F : 2.0F,
               failed  ? Dash::long_dashes
               : there ? Dash::solid
                       : Dash::dashed);
  brush.text({centre.x - 20, centre.y - 20, 40, 40}, "1", title,
             fill == Colour::run ? Colour::on_run_fill
             : there && !left    ? Colour::ink
                                 : Colour::ink3,
             Align::centre);
  if (left && !failed) draw_crossed_out(brush, centre, 24);
  if (held) {
    brush.circle({centre.x + 20, centre.y - 20}, 11, Colour::plate);
    draw_icon(brush, Icon::gate, {centre.x + 13, centre.y - 27}, 14, Colour::on_plate);
  }
  brush.place({{centre.x - 24, centre.y - 26, 232, 58},
               Act::select_event,
               "process",
               static_cast<std::int64_t>(container.process_event),
               {}});
  Rect line{x + 64, 460, 180, 18};
  brush.text(line, say(Word::pid_inside, language), strong, there ? Colour::ink : Colour::ink3);
  line.y += 20;
  if (container.process > 0) {
    brush.text(line, say(Word::pid_outside, language, {std::to_string(container.process)}), small, Colour::ink2);
    line.y += 19;
  }
  const bool bad = failed || (ended && *container.exit_code != 0);
  const Colour ink = bad ? Colour::failed_line : Colour::ink2;
  if (ended) {
    brush.text(line, say(Word::ended_with, language, {std::to_string(*container.exit_code)}), small, ink);
  } else if (!container.program.empty()) {
    draw_named(brush, line, {say(Word::is_now, language), container.program}, small.size, ink);
  } else if (!container.command.empty()) {
    // A start that was given up, or whose engine has gone, has neither failed nor is it to come.
    const Word words = failed ? Word::not_become : subject.model.run.ended ? Word::its_command : Word::will_become;
    draw_named(brush, line, {say(words, language), container.command}, small.size, ink);
  }
}

// What a gauge of the cgroup is called and what it says, the longest words first.
struct GaugeRow {
  std::string_view key;  // of its place, behind "gauge:"
  Word name;
  const model::Gauge& gauge;
  std::string (*use)(std::int64_t);
  std::string (*limit)(std::int64_t);
  std::vector<std::string> words;
};

// As -m has it: "64 MiB", "1.5 GiB".
std::string binary_bytes(std::int64_t bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  auto size = static_cast<double>(bytes);
  for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
  return fmt::format("{:.4g} {}", size, units[unit]);
}

std::string whole(std::int64_t number) {
  return std::to_string(number);
}

std::string cpu_time(std::int64_t microseconds) {
  return trace::duration_text(std::min(microseconds, INT64_MAX / 1000) * 1000);
}

// As --cpus has it; the limit is in microseconds of each 100 ms.
std::string cpu_count(std::int64_t microseconds) {
  return fmt::format("{:.5g} cpu", static_cast<double>(microseconds) / 100'000);
}

// An ordinary user has none that was not delegated.
bool has_cgroup(const Subject& subject, const Container& container) {
  if (container.operations.empty()) return subject.model.engine.cgroups != "none" || container.cgroup != State::planned;
  return std::any_of(container.operations.begin(), container.operations.end(),
                     [](const model::Operation& one) { return one.name == "isolate.cgroups"; });
}

// What is not known is said to be so: a cgroup has no limit only where none was set.
std::vector<std::string> gauge_words(const Subject& subject, const Container& container, const GaugeRow& row) {
  const trace::Language language = subject.view.language;
  const model::Gauge& gauge = row.gauge;
  std::vector<std::string> words;
  if (gauge.dropped > 0 && !has_cgroup(subject, container)) {
    words = {say(Word::not_set, language, {row.limit(gauge.dropped)})};
  } else if (!has_cgroup(subject, container)) {
    words = {std::string(say(Word::not_measured, language))};
  } else if (gauge.limit.value_or(0) > 0) {
    const std::string limit = row.limit(*gauge.limit);
    words = {say(Word::limit, language, {limit}), limit};
    if (gauge.measured) words[0] = say(Word::used_of_limit, language, {row.use(gauge.used), limit});
  } else if (gauge.measured) {
    words = {row.use(gauge.used)};
  } else if (gauge.limit) {
    words = {std::string(say(Word::no_limit, language))};
  } else {
    const auto limits = std::find_if(container.operations.begin(), container.operations.end(),
                                     [](const model::Operation& one) { return one.name == "isolate.limits"; });
    const bool to_come = limits == container.operations.end()
                             ? container.cgroup == State::planned
                             : limits->state == State::planned || limits->state == State::held;
    words = {std::string(say(to_come ? planned_word(subject.model.run) : Word::not_read, language))};
  }
  return words;
}

std::array<GaugeRow, 3> gauges_of(const Container& container) {
  return {{{"memory", Word::memory, container.memory, trace::bytes_text, binary_bytes, {}},
           {"cpu", Word::cpu, container.cpu, cpu_time, cpu_count, {}},
           {"pids", Word::pids, container.pids, whole, whole, {}}}};
}

// Solid with a mark: there is a limit; dashed: there is none.
void draw_meter(const Brush& brush, Rect meter, const model::Gauge& gauge, bool made) {
  const bool limited = gauge.limit.value_or(0) > 0;
  brush.box({.rect = meter,
             .radius = 5,
             .line = made ? Colour::ink3 : Colour::edge,
             .stroke = 1.2F,
             .dash = limited ? Dash::solid : Dash::dashed});
  if (!limited) return;
  brush.line({{meter.right(), meter.y - 3}, {meter.right(), meter.bottom() + 3}, 2, Colour::ink});
  if (!gauge.measured) return;
  const float part = std::min(1.0F, static_cast<float>(gauge.used) / static_cast<float>(*gauge.limit));
  brush.box({.rect = {meter.x, meter.y, std::max(meter.w * part, 4.0F), meter.h}, .radius = 5, .fill = Colour::ink2});
}

void draw_gauges(const Brush& brush, const Subject& subject, const Container& container) {
  trace::Language language = subject.view.language;
  constexpr float x = 640, wide = 198;  // up to the plate of the uts wall
  const bool any = has_cgroup(subject, container);
  const Word heading = !any                                 ? Word::no_cgroup
                       : container.cgroup == State::leaving ? Word::peak_and_limits
                                                            : Word::usage_and_limits;
  const std::string_view words = say(heading, language);
  brush.text_of({x, 432, wide, 18}, {words, any ? words : say(Word::no_cgroup_brief, language)}, caption, Colour::ink2);
  std::array<GaugeRow, 3> gauge_rows = gauges_of(container);
  bool made = container.cgroup != State::planned && container.cgroup != State::gone;
  constexpr float gap = 8, shortest_meter = 18, longest_meter = 34;
  // Numbers go before pictures of them: the meters take what the longest words leave.
  float names = 0, values = 0, brief = 0;
  for (GaugeRow& row : gauge_rows) {
    row.words = gauge_words(subject, container, row);
    names = std::max(names, brush.width(say(row.name, language), small) + 1);
    values = std::max(values, brush.width(row.words.front(), code) + 1);
    brief = std::max(brief, brush.width(row.words.back(), code) + 1);
  }
  // All words, and a meter where there is room for one; otherwise short words.
  const float whole = wide - names - gap;
  if (values > whole) values = brief;
  const float rest = whole - gap - values;
  const float meter = rest >= shortest_meter ? std::min(rest, longest_meter) : 0;
  brush.place({{x, 432, wide, 78}, Act::select_event, "cgroup", static_cast<std::int64_t>(container.cgroup_event), {}});
  float y = 452;
  for (const GaugeRow& row : gauge_rows) {
    brush.place({{x, y - 1, wide, 20},
                 Act::select_event,
                 "gauge:" + std::string(row.key),
                 static_cast<std::int64_t>(gauge_event(container, row.key)),
                 {}});
    brush.text({x, y, names, 18}, say(row.name, language), small, made ? Colour::ink : Colour::ink3);
    const bool known = any && (row.gauge.limit || row.gauge.measured);
    if (meter >= shortest_meter && known) draw_meter(brush, {x + names + gap, y + 4, meter, 10}, row.gauge, made);
    const float right = meter >= shortest_meter ? names + meter + 2 * gap : names + gap;
    std::string_view shown = row.words.front();
    if (brush.width(shown, code) + 1 > wide - right) shown = row.words.back();
    if (brush.width(shown, code) + 1 <= wide - right) {
      brush.text({x + right, y, wide - right, 18}, shown, code, made ? Colour::ink2 : Colour::ink3);
    }
    y += 20;
  }
}

// Between process and kernel: flat boxes on the floor.
void draw_filters(const Brush& brush, const Subject& subject, const Container& container) {
  trace::Language language = subject.view.language;
  struct Filter {
    Word name;
    State state;
    model::EventIndex event;
    std::string beside;
    Rect rect;
  };
  // How many is known only where evidence was read.
  std::string count = container.capabilities == State::leaving   ? std::string(say(Word::gone, language))
                      : container.capability_count >= 0          ? std::to_string(container.capability_count)
                      : container.capabilities == State::planned ? std::string(say(Word::to_come, language))
                                                                 : std::string(say(Word::reduced, language));
  const Filter filters[] = {
      {Word::seccomp,
       container.seccomp,
       container.seccomp_event,
       std::string(say(container.seccomp == State::there     ? Word::loaded
                       : container.seccomp == State::planned ? Word::to_come
                                                             : Word::gone,
                       language)),
       {438, place::filters - 11, 192, 22}},
      {Word::capabilities,
       container.capabilities,
       container.capabilities_event,
       count,
       {640, place::filters - 11, 230, 22}},
  };
  for (const Filter& filter : filters) {
    if (filter.state == State::gone) continue;
    const bool there = filter.state == State::there, gone = filter.state == State::leaving;
    const Colour ink = there ? Colour::ink : gone ? Colour::ink2 : Colour::ink3;
    brush.box({.rect = filter.rect,
               .radius = 4,
               .fill = there ? Colour::isolate_soft : Colour::none,
               .line = there  ? Colour::isolate_line
                       : gone ? Colour::hairline
                              : Colour::edge,
               .stroke = 1.2F,
               .dash = dash_of(filter.state),
               .hatched = gone});
    float wide = brush.width(filter.beside, small) + 2;
    const std::string_view name = say(filter.name, language);
    brush.text_of({filter.rect.x + 10, filter.rect.y, filter.rect.w - 26 - wide, filter.rect.h},
                  {name, name.substr(0, name.find(' '))}, small, ink);
    brush.text({filter.rect.right() - 10 - wide, filter.rect.y, wide, filter.rect.h}, filter.beside, small, ink,
               Align::right);
    brush.place({filter.rect,
                 Act::select_event,
                 "filter:" + std::string(say(filter.name, trace::Language::english)),
                 static_cast<std::int64_t>(filter.event),
                 {}});
  }
}

void draw_nothing_yet(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  draw_outline(brush);
  draw_icon(brush, Icon::isolate, {394, 268}, 26, Colour::ink3);
  const model::Run& run = subject.model.run;
  const Word heading = run.ended                     ? Word::no_container
                       : subject.model.had_container ? Word::next_container
                                                     : Word::first_container;
  const Word why = !run.ended                     ? Word::container_to_come
                   : run.is_pull() && !run.failed ? Word::pull_makes_none
                                                  : Word::ended_before_container;
  brush.text({432, 266, 430, 28}, say(heading, language), title, Colour::ink);
  brush.paragraph({394, 308, 440, 80}, say(why, language), body, Colour::ink2, 3);
  const View& view = subject.view;
  if (!view.controls || view.position.mode != player::Mode::live || view.engine != EngineState::there ||
      !view.terminal.prompt || view.terminal.typed.empty()) {
    return;
  }
  // The one thing to do next.
  constexpr Rect plate{394, 452, 452, 76};
  brush.box({.rect = plate, .radius = 6, .fill = Colour::plate});
  brush.text({plate.x + 20, plate.y + 10, 300, 30}, say(Word::press_enter, language), {Face::sans_bold, 20},
             Colour::on_plate);
  brush.text({plate.x + 20, plate.y + 42, plate.w - 40, 22}, say(Word::typed_already, language), body,
             Colour::on_plate);
  const Rect cap{plate.right() - 76, plate.y + 14, 58, 26};
  brush.box({.rect = cap, .radius = 4, .line = Colour::on_plate, .stroke = 1.2F});
  brush.text(cap, "Enter", strong, Colour::on_plate, Align::centre);
  brush.place({.rect = plate, .act = Act::start_typed});
}

}  // namespace

std::string_view gauge_name(std::string_view gauge, trace::Language language) {
  return say(gauge == "memory" ? Word::memory : gauge == "cpu" ? Word::cpu : Word::pids, language);
}

std::string gauge_text(const Subject& subject, const Container& container, std::string_view gauge) {
  for (const GaugeRow& row : gauges_of(container)) {
    if (row.key == gauge) return gauge_words(subject, container, row).front();
  }
  return {};
}

// What has not been read or limited came with its group.
model::EventIndex gauge_event(const Container& container, std::string_view gauge) {
  const model::Gauge& one = gauge == "memory" ? container.memory : gauge == "cpu" ? container.cpu : container.pids;
  return one.event != model::no_event ? one.event : container.cgroup_event;
}

void draw_container(const Brush& brush, const Subject& subject) {
  const Container* container = subject.model.current();
  if (!container) return draw_nothing_yet(brush, subject);
  // What stands in it lies over this.
  brush.place({{wall_left, wall_top, wall_right - wall_left, floor - wall_top},
               Act::select_event,
               "container",
               static_cast<std::int64_t>(container->created_event),
               {}});
  draw_user_wall(brush, subject, *container);
  draw_walls(brush, subject, *container);
  draw_head(brush, subject, *container);
  draw_files(brush, subject, *container);
  draw_mounts(brush, subject, *container);
  draw_process(brush, subject, *container);
  draw_gauges(brush, subject, *container);
  draw_filters(brush, subject, *container);
}

}  // namespace glassdock::scene
