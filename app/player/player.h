#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "app/player/view_times.h"

namespace glassdock::player {

// What is played: the events, and when each is shown. Extend `times` whenever the history has grown.
struct Track {
  const model::History& history;
  const ViewTimes& times;
};

// Where a run of the view stops. A stage or a gate: where the engine would be held, so that nothing of it has been
// done.
struct StageGoal {
  trace::Stage stage;
};
struct GateGoal {
  std::string gate;  // numbered names only themselves, "isolate.volume" every volume
};
struct EventGoal {
  EventIndex event;  // shown, then stop
};
using Goal = std::variant<std::monostate, StageGoal, GateGoal, EventGoal>;

enum class Mode : std::uint8_t { live, held, past, recorded };

inline constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

// Where the view is and where it goes. Plain data; only the functions below change it, none reads a clock.
struct Player {
  bool recorded = false;   // there is no engine behind it
  bool following = false;  // of a live stream: goes on as events come
  bool playing = false;
  std::int64_t slowness = 1;  // 1 … 1000: the view is stretched, never the engine
  std::int64_t view_ns = 0;
  std::int64_t rest_ns = 0;      // elapsed time that was too short for a nanosecond of the view
  std::size_t limit = no_limit;  // no more events than this are shown, whatever the view time
  std::size_t settled = 0;       // the first events, which are shown without easing: one jumped there
  Goal goal;
  std::size_t searched = 0;  // up to where the goal was looked for
};

struct Position {
  Mode mode = Mode::live;
  std::size_t count = 0;        // events shown
  EventIndex event = no_event;  // the last of them
  std::int64_t view_ns = 0;
  std::int64_t end_ns = 0;          // of the view
  std::size_t behind = 0;           // events that came later
  std::int64_t behind_true_ns = 0;  // true time from the event shown to the last one
  std::int64_t behind_view_ns = 0;  // what a live view needs to catch up at 1x
};

// A live view follows from the start; a recording stands at its first event that is no baseline.
Player make_live_player();
Player make_recorded_player(const Track& track);

Position position(const Player& player, const Track& track);

void play(Player& player, const Track& track);
void pause(Player& player, const Track& track);
void set_speed(Player& player, std::int64_t slowness);
// To the next event that changes the picture, with its easing; false where there is none yet.
bool step(Player& player, const Track& track);
// To the event before, without easing; false at the beginning.
bool step_back(Player& player, const Track& track);
// Plays until there; where a live stream has not come to it yet, until it comes.
void run_to(Player& player, const Track& track, Goal goal);
// How many events are shown where the goal is first reached; 0: nowhere.
std::size_t find_goal(const model::History& history, const Goal& goal);
// At once and without easing. `count` events are shown.
void scrub_to_count(Player& player, const Track& track, std::size_t count);
void scrub_to_event(Player& player, const Track& track, EventIndex event);
// 0 … 1 of the view's time.
void scrub_to_fraction(Player& player, const Track& track, double fraction);
// To the last event, following from there on; in a recording, to its end.
void go_live(Player& player, const Track& track);

// `elapsed_ns` of the wall clock went by. A live view that falls more than longest_behind behind leaves runs out. True
// when the picture may have changed; false: idle, nothing to draw.
bool advance(Player& player, const Track& track, std::int64_t elapsed_ns);

// How things arrive, move and leave: durations and easing of the visual language.
enum class Motion : std::uint8_t {
  wall,
  process,
  writable,
  shared_line,
  packet,
  signal,
  gate_shuts,
  gate_opens,
  failure,
  leaving,
  glow,  // 1 at once, then decays to 0
};
std::int64_t duration_ns(Motion motion);
// 0 … 1, eased: how far what the event made has come. 1 where one jumped there, and always with reduced motion (glow:
// 0).
double progress_of(const Player& player, const Track& track, EventIndex event, Motion motion,
                   bool reduced_motion = false);

}  // namespace glassdock::player
