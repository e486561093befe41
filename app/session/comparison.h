// Two recordings on one axis: each of the six stages begins in both at the same place of it and has the room of the one
// that takes longer. The other waits at the end of its own; a stage that one does not have, it waits out.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "app/player/player.h"
#include "app/scene/timeline.h"

namespace glassdock::session {

inline constexpr std::size_t stage_borders = trace::main_stage_count + 1;

class Comparison {
 public:
  // `titles`: what the two are called on screen. The first one's history and player belong to the session, the second
  // one's are in here.
  Comparison(const player::Track& first, model::History second, std::array<std::string, 2> titles);

  // Where each stage begins on the common axis, and its end: nanoseconds of view time.
  const std::array<std::int64_t, stage_borders>& borders() const { return borders_; }
  std::int64_t at_ns() const { return at_ns_; }
  std::int64_t end_ns() const { return borders_.back(); }
  const std::array<std::string, 2>& titles() const { return titles_; }

  // Moves both views there: on with easing, back without.
  void move_to(std::int64_t at_ns, player::Player& first, const player::Track& track);
  // The next step of either, or the one before; at the ends the end.
  std::int64_t next_step(const player::Track& first) const;
  std::int64_t step_before(const player::Track& first) const;
  // Where an event of the first one stands.
  std::int64_t place_of(model::EventIndex event, const player::Track& first) const;
  // While it plays, `elapsed_ns` of the wall clock went by. True when the picture may have changed.
  bool advance(std::int64_t elapsed_ns, player::Player& first, const player::Track& track);

  bool playing = false;
  std::int64_t slowness = 1;

  model::History& history() { return second_; }
  const player::ViewTimes& times() const { return times_; }
  const player::Player& player() const { return player_; }
  player::Track track() const { return {second_, times_}; }
  scene::TimelineBars bars;

 private:
  using Begins = std::array<std::int64_t, stage_borders>;
  static Begins begins_of(const player::Track& track);
  std::int64_t view_at(const Begins& begins, std::int64_t at_ns) const;
  std::int64_t axis_at(const Begins& begins, std::int64_t view_ns) const;

  model::History second_;
  player::ViewTimes times_;
  player::Player player_;
  std::array<std::string, 2> titles_;
  std::array<Begins, 2> begins_{};  // in each one's own view time
  std::array<std::int64_t, stage_borders> borders_{};
  std::int64_t at_ns_ = 0;
};

}  // namespace glassdock::session
