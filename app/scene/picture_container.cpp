#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "app/scene/life_words.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/picture_parts.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

using model::Container;
using model::State;
using place::floor;
using place::wall_left;
using place::wall_right;
using place::wall_top;
using player::Motion;

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
             .dash = outline_of(state),
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
  const Word of_writable = container.writable == State::leaving ? Word::gone : planned_word(subject);
  Rect writable{x, writable_y + place::layer_height * (1 - grown), wide, place::layer_height * grown};
  if (grown > 0.9F) {
    draw_bar(brush, writable, Icon::pencil, say(Word::writable, language),
             opens ? std::string_view() : say(of_writable, language), true, container.writable);
    brush.place({writable, Act::select_event, "writable", static_cast<std::int64_t>(container.writable_event), {}});
  } else {
    brush.box({.rect = writable, .radius = 2, .fill = Colour::snapshot});
  }
  const bool was_mounted = container.overlay_event != model::no_event,
             mounted = was_mounted && !walls_are_gone(container);
  const State shared = mounted ? State::there : was_mounted ? State::leaving : State::planned;
  const Word beside = mounted ? Word::read_only : was_mounted ? Word::gone : planned_word(subject);
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
                 layer_name("shared:", container.layers, from + i),
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

// What the eye should see, at most so many of them: the root, then what was mounted last and what comes next; where
// nothing comes any more, those that carry the container.
std::vector<const model::Mount*> mounts_to_see(const std::vector<const model::Mount*>& all, std::size_t most) {
  if (all.size() <= most) return all;
  std::vector<const model::Mount*> shown;
  const auto next = std::find_if(all.begin(), all.end(), [](const model::Mount* one) {
    return one->state == State::planned || one->state == State::held || one->state == State::failed;
  });
  if (next == all.end()) {
    for (const std::string_view place : {"/", "/proc", "/dev", "/sys"}) {
      const auto found =
          std::find_if(all.begin(), all.end(), [&](const model::Mount* one) { return one->target == place; });
      if (found != all.end() && shown.size() < most) shown.push_back(*found);
    }
  }
  // Those round the next one, or the first of the rest, in their order.
  const auto at = next == all.end() ? std::size_t{0} : static_cast<std::size_t>(next - all.begin());
  if (shown.empty()) shown.push_back(all.front());
  for (std::size_t i = at + 2 > most ? at + 2 - most : 1; i < all.size() && shown.size() < most; ++i) {
    if (std::find(shown.begin(), shown.end(), all[i]) == shown.end()) shown.push_back(all[i]);
  }
  return shown;
}

void draw_mounts(const Brush& brush, const Subject& subject, const Container& container) {
  trace::Language language = subject.view.language;
  constexpr float x = 640, wide = 190, high = 23, step = 26;
  constexpr std::size_t most = 4;
  brush.text({x, 286, wide, 18}, say(Word::mounted_inside, language), caption, Colour::ink2);
  const bool is_over = container.is_ended();
  std::vector<const model::Mount*> named;
  for (const model::Mount& mount : container.mounts) {
    if (!mount.target.empty()) named.push_back(&mount);
  }
  const std::vector<const model::Mount*> shown = mounts_to_see(named, most);
  float y = 304;
  if (named.empty() && (is_over || (container.process > 0 && container.operations.empty()))) {
    brush.paragraph({x, y, wide, 4 * step}, say(is_over ? Word::mounts_went : Word::mounts_not_told, language), small,
                    Colour::ink2, 4);
  }
  for (const model::Mount* one : shown) {
    const model::Mount& mount = *one;
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
    const Word state = gone ? Word::gone : mount.state == State::failed ? Word::failed : planned_word(subject);
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
    brush.place({bar, Act::select_event, "mount:" + mount.name, static_cast<std::int64_t>(mount.event), {}});
    y += step;
  }
  if (named.size() > shown.size()) {
    const Rect row{x, y, wide, 22};
    brush.text({x, y, wide, 18}, say(Word::more, language, {std::to_string(named.size() - shown.size())}), small,
               Colour::ink2);
    brush.place({.rect = row, .act = Act::select_event, .name = "mounts"});
  }
}

void draw_process(const Brush& brush, const Subject& subject, const Container& container) {
  if (const model::Exec* exec = exec_in_picture(container)) return draw_process_pair(brush, subject, container, *exec);
  trace::Language language = subject.view.language;
  constexpr float x = 398;
  brush.text({x, 432, 240, 18}, say(Word::its_process, language), caption, Colour::ink2);
  constexpr Point centre = place::process;
  const bool there =
      container.process > 0 || container.process_state == State::gone || container.process_state == State::leaving;
  const model::Held* hold = shown_hold(subject);
  const bool held = hold && hold->pid == container.process && there;
  bool ended = container.is_ended();
  const bool failed = start_failed(container);
  const bool left = ended || container.process_state == State::leaving;
  Colour fill = !there                                                                 ? Colour::none
                : left                                                                 ? Colour::panel
                : container.program.empty() || container.phase == model::Phase::paused ? Colour::run_soft
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
  const bool own_numbers = !container.lacks(model::WallKind::pid);
  if (own_numbers) {
    brush.text({centre.x - 20, centre.y - 20, 40, 40}, "1", title,
               fill == Colour::run ? Colour::on_run_fill
               : there && !left    ? Colour::ink
                                   : Colour::ink3,
               Align::centre);
  }
  if (left && !failed) draw_crossed_out(brush, centre, 24, 1.2F);
  const bool paused = container.phase == model::Phase::paused && !left;
  if (paused) {
    brush.circle({centre.x + 20, centre.y - 20}, 11, Colour::card, Colour::run_line, 1.4F);
    draw_icon(brush, Icon::pause, {centre.x + 14, centre.y - 26}, 12, Colour::run_line);
  }
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
  if (own_numbers) {
    brush.text(line, say(Word::pid_inside, language), strong, there ? Colour::ink : Colour::ink3);
    line.y += 20;
  }
  if (container.process > 0) {
    brush.text(line, say(Word::pid_outside, language, {std::to_string(container.process)}), small, Colour::ink2);
    line.y += 19;
  }
  const bool bad = failed || container.exit_code.value_or(0) != 0;
  const Colour ink = bad ? Colour::failed_line : Colour::ink2;
  if (ended) {
    brush.text(line, end_words(container, language), small, ink);
  } else if (const std::string sent = signal_under_way(subject, container); !sent.empty()) {
    brush.text_of(line, {sent, container.life.signals.back().name}, small, ink);
  } else if (!container.program.empty()) {
    draw_named(brush, line, {say(paused ? Word::is_paused : Word::is_now, language), container.program}, small.size,
               ink);
  } else if (!container.command.empty()) {
    // A start that was given up, or whose engine has gone, has neither failed nor is it to come.
    const Word words = failed ? Word::not_become : subject.model.run.ended ? Word::its_command : Word::will_become;
    draw_named(brush, line, {say(words, language), container.command}, small.size, ink);
  }
}

void draw_nothing_yet(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  draw_outline(brush);
  draw_icon(brush, Icon::isolate, {394, 268}, 26, Colour::ink3);
  const model::Run& run = subject.model.run;
  const Word heading = run.is_over()                                               ? Word::no_container
                       : subject.model.had_container || subject.view.is_recorded() ? Word::next_container
                                                                                   : Word::first_container;
  const Word why = !run.is_over()                 ? Word::container_to_come
                   : run.is_pull() && !run.failed ? Word::pull_makes_none
                                                  : Word::ended_before_container;
  brush.text({432, 266, 430, 28}, say(heading, language), title, Colour::ink);
  // What was asked since then is not what ended so.
  const std::string ended = say(Word::ended_without_container, language, {run.command});
  constexpr float wide = 440;
  const bool named =
      why == Word::ended_before_container && !run.command.empty() && brush.lines_of(ended, body, wide) <= 3;
  brush.paragraph({394, 308, wide, 80}, named ? std::string_view(ended) : say(why, language), body, Colour::ink2, 3);
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

void draw_container(const Brush& brush, const Subject& subject) {
  const Container* container = shown_container(subject);
  if (!container) return draw_nothing_yet(brush, subject);
  // What stands in it lies over this.
  const Place whole{.rect = {wall_left, wall_top, wall_right - wall_left, floor - wall_top},
                    .act = Act::select_event,
                    .name = "container",
                    .number = static_cast<std::int64_t>(container->created_event),
                    .ring_beneath = true};
  draw_rings(brush, whole, subject.view);
  brush.place(whole);
  draw_user_wall(brush, subject, *container);
  draw_walls(brush, subject, *container);
  draw_head(brush, subject, *container);
  draw_files(brush, subject, *container);
  draw_mounts(brush, subject, *container);
  draw_process(brush, subject, *container);
  draw_signal(brush, subject, *container);
  draw_gauges(brush, subject, *container);
  draw_filters(brush, subject, *container);
}

}  // namespace glassdock::scene
