// player: the view's clock. A start lasts milliseconds and a picture needs seconds: events are mapped to view time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "app/model/history.h"

namespace glassdock::player {

using model::EventIndex;
using model::no_event;

// Numbers of the visual language, in nanoseconds of view time.
inline constexpr std::int64_t least_stay = 180'000'000;         // of an event that changes the picture
inline constexpr std::int64_t minor_stay = 60'000'000;          // of one that only ticks off a line of the list
inline constexpr std::int64_t longest_wait = 400'000'000;       // longer true waits are squeezed to this
inline constexpr std::int64_t longest_behind = 30'000'000'000;  // a live view that follows
inline constexpr std::int64_t longest_start = 12'000'000'000;   // from a run's first event until its command runs

// A wait that is shown shorter than it was: it bears a zigzag.
struct Squeeze {
  EventIndex after = no_event;  // between this event and the next
  std::int64_t true_ns = 0;
  std::int64_t view_ns = 0;
};

// When each event is shown. Depends on the events up to it and nothing that comes later, so that a live run and its
// recording are shown alike and nothing shown ever shifts. What existed already takes no time.
//
// A start has three purses, together longest_start: for events, for samples (bytes on a wire), for waits. An event
// takes its stay as long as its purse holds three times as much, then a third of what is left; so a start of any number
// of events fits, and a usual one never feels it. What follows the start has the same purses again. Gates that hold are
// the user's own time and cost nothing.
class ViewTimes {
 public:
  // Takes in what the history has more than before.
  void extend(const model::History& history);

  std::size_t size() const noexcept { return begins_.size(); }
  // When the event is shown. `index` < size().
  std::int64_t begin_of(EventIndex index) const { return begins_[index]; }
  // When the last event has had its stay.
  std::int64_t end_ns() const noexcept { return end_ns_; }
  // How many events are shown by then.
  std::size_t count_at(std::int64_t view_ns) const;
  std::span<const Squeeze> squeezes() const noexcept { return squeezes_; }
  // The true time (as the events have it) that belongs to a moment of the view: within a wait, its part.
  std::int64_t true_ns_at(const model::History& history, std::int64_t view_ns) const;

 private:
  struct Purses {
    std::int64_t events = 10'600'000'000;
    std::int64_t samples = 600'000'000;
    std::int64_t waits = 800'000'000;
  };
  std::int64_t stay_of(const model::History& history, const model::Row& row);
  std::int64_t wait_before(const model::Row& row, std::int64_t stay);

  std::vector<std::int64_t> begins_;
  std::vector<Squeeze> squeezes_;
  Purses purses_;
  std::int64_t end_ns_ = 0;
  std::int64_t last_stay_ = 0;
  std::int64_t last_true_ns_ = 0;
  bool any_ = false;   // something else than the baseline was seen
  bool held_ = false;  // a gate holds after the last event
};

// The stay that an event is worth, before the purse is asked: 0 for what the picture does not show.
std::int64_t full_stay(const model::History& history, const model::Row& row);
// Whether stepping stops at it: what has a stay; not each packet of a blob.
bool is_step(const model::History& history, const model::Row& row);

}  // namespace glassdock::player
