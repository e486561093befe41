#include "app/session/comparison.h"

#include <algorithm>

namespace glassdock::session {
namespace {

void move_view(player::Player& player, const player::Track& track, std::int64_t view_ns) {
  if (view_ns < player.view_ns) player::scrub_to_count(player, track, track.times.count_at(view_ns));
  player::play(player, track);
  if (view_ns > player.view_ns) player::advance(player, track, view_ns - player.view_ns);
  player.playing = false;  // the common clock moves it
}

bool steps(const player::Track& track, model::EventIndex event) {
  const model::Row& row = track.history.row(event);
  return (row.marks & (model::row_baseline | model::row_damaged)) == 0 && player::is_step(track.history, row);
}

}  // namespace

Comparison::Comparison(const player::Track& first, model::History second, std::array<std::string, 2> titles)
    : second_(std::move(second)), titles_(std::move(titles)) {
  times_.extend(second_);
  player_ = player::make_recorded_player(track());
  begins_ = {begins_of(first), begins_of(track())};
  for (std::size_t i = 0; i + 1 < stage_borders; ++i) {
    const auto length = [&](const Begins& begins) { return begins[i + 1] - begins[i]; };
    borders_[i + 1] = borders_[i] + std::max(length(begins_[0]), length(begins_[1]));
  }
}

// A stage begins at its first event. One that never came begins, and ends, where the next one does.
Comparison::Begins Comparison::begins_of(const player::Track& track) {
  Begins begins{};
  begins.back() = track.times.end_ns();
  const auto& stages = track.history.now().run.stages;
  for (std::size_t i = trace::main_stage_count; i-- > 0;) {
    const model::EventIndex first = stages[i].first;
    begins[i] = first < track.times.size() ? std::min(track.times.begin_of(first), begins[i + 1]) : begins[i + 1];
  }
  return begins;
}

std::int64_t Comparison::view_at(const Begins& begins, std::int64_t at_ns) const {
  std::size_t stage = 0;
  while (stage + 2 < stage_borders && borders_[stage + 1] <= at_ns) ++stage;
  const std::int64_t view = begins[stage] + at_ns - borders_[stage];
  // What waits does not show the next stage's first event yet.
  const bool last = stage + 2 == stage_borders;
  return std::min(view, last ? begins[stage + 1] : begins[stage + 1] - 1);
}

std::int64_t Comparison::axis_at(const Begins& begins, std::int64_t view_ns) const {
  std::size_t stage = 0;
  while (stage + 2 < stage_borders && begins[stage + 1] <= view_ns) ++stage;
  return borders_[stage] + std::max<std::int64_t>(view_ns - begins[stage], 0);
}

void Comparison::move_to(std::int64_t at_ns, player::Player& first, const player::Track& track) {
  at_ns_ = std::clamp<std::int64_t>(at_ns, 0, end_ns());
  move_view(first, track, view_at(begins_[0], at_ns_));
  move_view(player_, this->track(), view_at(begins_[1], at_ns_));
}

std::int64_t Comparison::next_step(const player::Track& first) const {
  std::int64_t next = end_ns();
  const auto look = [&](const player::Track& track, const Begins& begins) {
    for (std::size_t i = track.times.count_at(view_at(begins, at_ns_)); i < track.times.size(); ++i) {
      const std::int64_t at = axis_at(begins, track.times.begin_of(i));
      if (at > at_ns_ && steps(track, i)) {
        next = std::min(next, at);
        return;
      }
    }
  };
  look(first, begins_[0]);
  look(track(), begins_[1]);
  return next;
}

std::int64_t Comparison::step_before(const player::Track& first) const {
  // What is shown now began before now: its own begin would show the same again.
  std::int64_t shown = 0;
  const auto begin_of_shown = [&](const player::Track& track, const Begins& begins) {
    const std::size_t count = track.times.count_at(view_at(begins, at_ns_));
    if (count > 0) shown = std::max(shown, axis_at(begins, track.times.begin_of(count - 1)));
  };
  begin_of_shown(first, begins_[0]);
  begin_of_shown(track(), begins_[1]);
  std::int64_t before = 0;
  const auto look = [&](const player::Track& track, const Begins& begins) {
    for (std::size_t i = track.times.count_at(view_at(begins, at_ns_)); i > 0; --i) {
      const std::int64_t at = axis_at(begins, track.times.begin_of(i - 1));
      if (at < shown && steps(track, i - 1)) {
        before = std::max(before, at);
        return;
      }
    }
  };
  look(first, begins_[0]);
  look(track(), begins_[1]);
  return before;
}

std::int64_t Comparison::place_of(model::EventIndex event, const player::Track& first) const {
  return axis_at(begins_[0], first.times.begin_of(event));
}

bool Comparison::advance(std::int64_t elapsed_ns, player::Player& first, const player::Track& track) {
  if (!playing) return false;
  move_to(at_ns_ + std::max<std::int64_t>(elapsed_ns, 0) / slowness, first, track);
  playing = at_ns_ < end_ns();
  return true;
}

}  // namespace glassdock::session
