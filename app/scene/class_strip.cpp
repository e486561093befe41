// Class mode's strip: the six stages of the run with their times; or, where the picture is of another container, that
// one's life with how long each part of it took.
#include <algorithm>
#include <vector>

#include "app/scene/class_view.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

using model::Move;
using model::State;
using trace::Stage;
using namespace class_grid;

constexpr float top = 118, step = 258, badge = 60;

// A name and what is said below it, beside the badge that stands at `x`.
void draw_names(const Brush& brush, float x, std::string_view name, std::string_view below, bool empty) {
  const Rect room{x + badge + 14, 108, step - badge - 24, below.empty() ? badge + 20 : 42};
  brush.text(room, name, {Face::sans_bold, 28}, empty ? Colour::ink3 : Colour::ink);
  brush.text({room.x, room.bottom(), room.w, 40}, below, least, empty ? Colour::ink3 : Colour::ink2);
}

void draw_run(const Brush& brush, const Subject& subject) {
  const auto& stages = subject.model.run.stages;
  const model::StageTimes times = subject.model.stage_times(subject.view.waited_here_ns());
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const auto stage = static_cast<Stage>(i);
    const float x = 32 + static_cast<float>(i) * step;
    const bool empty = stages[i].state == State::planned || stages[i].state == State::gone;
    draw_badge(brush, stage, stages[i].state, {x, top}, badge);
    const std::string below = stage_words(subject.model.run, stage, times[i], subject.view.language);
    draw_names(brush, x, trace::stage_title(stage, subject.view.language), below, empty);
    const bool seen = stages[i].first != model::no_event;
    brush.place({.rect = {x, top, step - 20, badge},
                 .act = seen ? Act::seek_event : Act::toggle_gate,
                 .name = seen ? std::string() : std::string(trace::to_string(stage)),
                 .number = seen ? static_cast<std::int64_t>(stages[i].first) : -1});
  }
}

// What a container is from a move on.
struct Part {
  Word name;
  Icon icon;
  bool up;  // it has a process
};
Part part_from(Move move) {
  switch (move) {
    case Move::create:
      return {Word::phase_created, Icon::pencil, false};
    case Move::pause:
      return {Word::phase_paused, Icon::pause, true};
    case Move::exit:
      return {Word::phase_exited, Icon::cross, false};
    case Move::remove:
      return {Word::phase_removed, Icon::cross, false};
    default:
      return {Word::phase_running, Icon::play, true};
  }
}

Move last_move(model::Phase phase) {
  switch (phase) {
    case model::Phase::running:
      return Move::start;
    case model::Phase::paused:
      return Move::pause;
    case model::Phase::exited:
    case model::Phase::restarting:
      return Move::exit;
    case model::Phase::removed:
      return Move::remove;
    default:
      return Move::create;
  }
}

// What it was before, where that is not told.
Move move_before(Move move) {
  switch (move) {
    case Move::unpause:
      return Move::pause;
    case Move::pause:
    case Move::exit:
      return Move::start;
    case Move::start:
      return Move::create;
    default:
      return Move::exit;
  }
}

void draw_other(const Brush& brush, const Subject& subject, const model::Container& container) {
  constexpr std::size_t most = 6;
  const std::vector<model::Moved>& all = container.life.moves;
  // Of one that was there before nothing but its state may be told.
  std::vector<model::Moved> moves(all.end() - static_cast<std::ptrdiff_t>(std::min(all.size(), most)), all.end());
  if (moves.empty()) moves.push_back({.move = last_move(container.standing()), .event = container.created_event});
  if (moves.size() < most && moves.front().move != Move::create && moves.front().time_ns > 0) {
    moves.insert(moves.begin(), {.move = move_before(moves.front().move)});
  }
  const std::int64_t now_ns = subject.model.now_ns + subject.view.waited_here_ns();
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const model::Moved& moved = moves[i];
    const bool last = i + 1 == moves.size();
    const bool waits = last && container.standing() == model::Phase::restarting;
    const Part part = waits ? Part{Word::phase_restarting, Icon::clock, false} : part_from(moved.move);
    const float x = 32 + static_cast<float>(i) * step;
    brush.box({.rect = {x, top, badge, badge},
               .radius = 6,
               .fill = part.up ? Colour::run_soft : Colour::card,
               .line = part.up ? Colour::run_line : Colour::edge,
               .stroke = last ? 4.0F : 1.4F});
    constexpr float icon = badge * 0.56F;
    draw_icon(brush, part.icon, {x + (badge - icon) / 2, top + (badge - icon) / 2}, icon,
              part.up ? Colour::run_line : Colour::ink2);
    const std::int64_t until_ns = last ? now_ns : moves[i + 1].time_ns;
    const bool timed = moved.time_ns > 0 && (!last || part.up);
    draw_names(brush, x, say(part.name, subject.view.language),
               timed ? trace::duration_text(until_ns - moved.time_ns) : std::string(), false);
    if (moved.event == model::no_event) continue;
    brush.place(
        {.rect = {x, top, step - 20, badge}, .act = Act::seek_event, .number = static_cast<std::int64_t>(moved.event)});
  }
}

}  // namespace

void draw_class_strip(const Brush& brush, const Subject& subject) {
  const model::Container* other = other_in_class(subject);
  other ? draw_other(brush, subject, *other) : draw_run(brush, subject);
}

}  // namespace glassdock::scene
