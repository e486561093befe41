#include "app/player/player.h"

#include <algorithm>

#include "engine/trace/gates.h"

namespace glassdock::player {
namespace {

// The longest of all motions: after it nothing moves any more.
constexpr std::int64_t longest_motion = longest_wait;

std::size_t first_shown(const Track& track) {
  std::size_t count = track.history.first();
  while (count < track.history.size() && (track.history.row(count).marks & model::row_baseline) != 0) ++count;
  return count;
}

std::size_t count_of(const Player& player, const Track& track) {
  return std::max(std::min(track.times.count_at(player.view_ns), player.limit),
                  std::min<std::size_t>(track.history.first(), track.times.size()));
}

void stop(Player& player, std::size_t count) {
  player.playing = false;
  player.following = false;
  player.limit = count;
  player.settled = count;
  player.rest_ns = 0;
  player.goal = {};
}

// An event of gate.held says where in its arguments.
bool holds_at_goal(const model::History& history, EventIndex index, const Goal& goal) {
  if (history.name(history.row(index)) != "gate.held") return false;
  const trace::Event event = history.event(index);
  if (const auto* stage = std::get_if<StageGoal>(&goal)) {
    return trace::argument_text(event, "stage") == trace::to_string(stage->stage);
  }
  const auto* gate = std::get_if<GateGoal>(&goal);
  return gate && trace::holds_at(gate->gate, trace::argument_text(event, "gate"));
}

// How many events are shown when the goal is reached at `index`; 0: it is not.
std::size_t reached_at(const model::History& history, EventIndex index, const Goal& goal) {
  const model::Row& row = history.row(index);
  if ((row.marks & (model::row_baseline | model::row_damaged)) != 0) return 0;
  if (const auto* event = std::get_if<EventGoal>(&goal)) return event->event <= index ? index + 1 : 0;
  if (holds_at_goal(history, index, goal)) return index + 1;
  if (row.kind == trace::Kind::end || row.kind == trace::Kind::sample) return 0;
  if (const auto* stage = std::get_if<StageGoal>(&goal)) return row.stage == stage->stage ? index : 0;
  const auto* gate = std::get_if<GateGoal>(&goal);
  return gate && trace::holds_at(gate->gate, history.name(row)) ? index : 0;
}

// Looks on for the goal among what has come since; then the view is limited by it.
void look_for_goal(Player& player, const Track& track) {
  if (std::holds_alternative<std::monostate>(player.goal) || player.limit != no_limit) return;
  player.searched = std::max(player.searched, track.history.first());  // the rest is forgotten
  for (; player.searched < track.times.size(); ++player.searched) {
    if (const std::size_t count = reached_at(track.history, player.searched, player.goal); count != 0) {
      player.limit = count;
      return;
    }
  }
}

// When a view that is limited to `count` events has shown the last of them for its stay.
std::int64_t stop_time(const Track& track, std::size_t count) {
  if (count == 0) return 0;
  const std::int64_t begin = track.times.begin_of(count - 1);
  std::size_t next = count;
  while (next < track.times.size() && track.times.begin_of(next) == begin) ++next;
  const std::int64_t after = next < track.times.size() ? track.times.begin_of(next) : begin + longest_motion;
  return std::min(begin + longest_motion, after);
}

void begin_goal(Player& player, const Track& track, Goal goal) {
  const std::size_t count = count_of(player, track);
  player.goal = std::move(goal);
  player.limit = no_limit;
  player.searched = count;
  player.playing = true;
  player.settled = std::min(player.settled, count);
  look_for_goal(player, track);
}

}  // namespace

Player make_live_player() {
  Player player;
  player.following = player.playing = true;
  return player;
}

Player make_recorded_player(const Track& track) {
  Player player;
  player.recorded = true;
  scrub_to_count(player, track, first_shown(track));
  return player;
}

Position position(const Player& player, const Track& track) {
  Position at;
  at.count = count_of(player, track);
  at.event = at.count == 0 ? no_event : at.count - 1;
  at.view_ns = player.view_ns;
  at.end_ns = track.times.end_ns();
  at.behind = track.times.size() - at.count;
  if (at.behind > 0 && at.count > 0) {
    const std::int64_t now = track.history.row(track.times.size() - 1).time_ns;
    const std::int64_t shown = track.history.row(at.event).time_ns;
    at.behind_true_ns = now > shown ? now - shown : 0;
    at.behind_view_ns = std::max<std::int64_t>(at.end_ns - player.view_ns, 0);
  }
  const bool held = at.count > 0 && (track.history.row(at.event).marks & model::row_held) != 0;
  if (player.recorded) {
    at.mode = Mode::recorded;
  } else if (at.behind == 0) {
    at.mode = held ? Mode::held : Mode::live;
  } else {
    at.mode = player.following ? Mode::live : Mode::past;
  }
  return at;
}

void play(Player& player, const Track& track) {
  player.limit = no_limit;
  player.goal = {};
  player.playing = true;
  if (!player.recorded && track.times.count_at(player.view_ns) == track.times.size()) player.following = true;
}

void pause(Player& player, const Track& track) {
  stop(player, count_of(player, track));
}

void set_speed(Player& player, std::int64_t slowness) {
  player.slowness = std::clamp<std::int64_t>(slowness, 1, 1000);
  player.rest_ns = 0;
}

bool step(Player& player, const Track& track) {
  const std::size_t count = count_of(player, track);
  std::size_t next = count;
  while (next < track.times.size() && !is_step(track.history, track.history.row(next))) ++next;
  if (next >= track.times.size()) return false;
  // Straight to the moment at which it begins to show.
  stop(player, count);
  begin_goal(player, track, EventGoal{next});
  player.view_ns = std::max(player.view_ns, track.times.begin_of(next));
  return true;
}

bool step_back(Player& player, const Track& track) {
  const std::size_t first = first_shown(track);
  std::size_t count = count_of(player, track);
  if (count <= first) return false;
  // The step that is undone, then the one that stands before it.
  while (count > first && !is_step(track.history, track.history.row(count - 1))) --count;
  if (count > first) --count;
  while (count > first && !is_step(track.history, track.history.row(count - 1))) --count;
  scrub_to_count(player, track, count);
  return true;
}

void run_to(Player& player, const Track& track, Goal goal) {
  begin_goal(player, track, std::move(goal));
}

std::size_t find_goal(const model::History& history, const Goal& goal) {
  std::size_t count = 0;
  for (EventIndex i = history.first(); i < history.size() && count == 0; ++i) count = reached_at(history, i, goal);
  return count;
}

void scrub_to_count(Player& player, const Track& track, std::size_t count) {
  count = std::clamp(count, std::min(track.history.first(), track.times.size()), track.times.size());
  stop(player, count);
  player.view_ns = count == 0 ? 0 : track.times.begin_of(count - 1);
}

void scrub_to_event(Player& player, const Track& track, EventIndex event) {
  scrub_to_count(player, track, event < track.times.size() ? event + 1 : track.times.size());
}

void scrub_to_fraction(Player& player, const Track& track, double fraction) {
  if (!(fraction > 0)) fraction = 0;  // not a number, too
  fraction = std::min(fraction, 1.0);
  const auto wanted = static_cast<std::int64_t>(fraction * static_cast<double>(track.times.end_ns()));
  scrub_to_count(player, track, std::max(track.times.count_at(wanted), first_shown(track)));
  player.view_ns = std::max(player.view_ns, wanted);
}

void go_live(Player& player, const Track& track) {
  scrub_to_count(player, track, track.times.size());
  if (player.recorded) return;
  player.view_ns = track.times.end_ns() + longest_wait;
  player.limit = no_limit;
  player.following = player.playing = true;
}

namespace {

// Whoever starts many containers from elsewhere would leave the view minutes behind: it goes on with a run that began
// not so long ago. What was left out stands in the timeline. In slow motion one wants to be late.
void keep_up(Player& player, const Track& track) {
  const std::int64_t earliest = track.times.end_ns() - longest_behind;
  if (!player.following || player.slowness > 1 || player.view_ns >= earliest) return;
  std::size_t next = track.times.size();
  for (std::size_t i = next; i-- > track.history.first() && track.times.begin_of(i) >= earliest;) {
    if ((track.history.row(i).marks & model::row_begins_run) != 0) next = i;
  }
  if (next == track.times.size()) return go_live(player, track);
  scrub_to_event(player, track, next);
  player.limit = no_limit;
  player.following = player.playing = true;
}

}  // namespace

bool advance(Player& player, const Track& track, std::int64_t elapsed_ns) {
  if (!player.playing) return false;
  look_for_goal(player, track);
  if (player.limit == no_limit) keep_up(player, track);
  const std::int64_t before = player.view_ns;
  const std::size_t count_before = count_of(player, track);
  // A window that was hidden for hours, a machine that slept.
  const std::int64_t elapsed = std::clamp<std::int64_t>(elapsed_ns, 0, std::int64_t{1} << 50) + player.rest_ns;
  player.rest_ns = elapsed % player.slowness;
  player.view_ns += elapsed / player.slowness;
  if (player.limit != no_limit) {
    const std::int64_t last = stop_time(track, player.limit);
    if (player.view_ns < last) return true;
    player.view_ns = std::max(last, before);
    stop(player, player.limit);
    return true;
  }
  // The view of a live stream waits ahead of its last event, so that the next one is shown at once after a pause.
  const std::int64_t last = track.times.end_ns() + longest_wait;
  if (player.view_ns >= last) {
    player.view_ns = std::max(last, before);
    if (player.recorded) {
      stop(player, track.times.size());
    } else {
      player.following = true;
    }
  }
  return player.view_ns != before || count_of(player, track) != count_before;
}

std::int64_t duration_ns(Motion motion) {
  constexpr std::int64_t millisecond = 1'000'000;
  switch (motion) {
    case Motion::wall:
      return 220 * millisecond;
    case Motion::process:
      return 260 * millisecond;
    case Motion::writable:
      return 180 * millisecond;
    case Motion::shared_line:
      return 200 * millisecond;
    case Motion::packet:
      return 240 * millisecond;
    case Motion::signal:
      return 300 * millisecond;
    case Motion::gate_shuts:
      return 120 * millisecond;
    case Motion::gate_opens:
      return 160 * millisecond;
    case Motion::failure:
      return 120 * millisecond;
    case Motion::leaving:
      return 240 * millisecond;
    case Motion::glow:
      return 400 * millisecond;
  }
  return 0;
}

double progress_of(const Player& player, const Track& track, EventIndex event, Motion motion, bool reduced_motion) {
  const double over = motion == Motion::glow ? 0 : 1;
  if (event == no_event || event >= track.times.size()) return over;
  if (reduced_motion || event < player.settled) return over;
  const std::int64_t since = player.view_ns - track.times.begin_of(event);
  if (since >= duration_ns(motion)) return over;
  const double t = since <= 0 ? 0 : static_cast<double>(since) / static_cast<double>(duration_ns(motion));
  switch (motion) {
    case Motion::packet:
      return t;
    case Motion::leaving:
      return t * t;
    case Motion::glow:
      return 1 - t;
    default:
      return 1 - (1 - t) * (1 - t) * (1 - t);
  }
}

}  // namespace glassdock::player
