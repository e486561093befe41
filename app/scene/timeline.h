// The bars of the timeline's lanes. They are made from all events of a run, which may be a million: the session keeps
// them from one scene to the next.
#pragma once

#include <array>
#include <vector>

#include "app/scene/view.h"

namespace glassdock::scene {

// From the first event of the run that is shown to the last one before the next run, in events and in view time.
struct RunSpan {
  model::EventIndex first = 0, end = 0;
  std::int64_t begin_ns = 0, end_ns = 0;
};

// Neighbouring events of one stage are one bar.
struct Bar {
  trace::Stage stage = trace::Stage::request;
  float from = 0, to = 0;
};

inline constexpr std::array lane_actors{trace::Actor::daemon, trace::Actor::hub, trace::Actor::monitor,
                                        trace::Actor::child};
struct Lanes {
  RunSpan span;
  std::vector<Bar> stages;
  std::array<std::vector<Bar>, lane_actors.size()> actors;
};

// The same events, run and place on screen give the same bars, kept or made anew.
class TimelineBars {
 public:
  // For lanes from `left`, as wide as `wide`. Valid until the next call.
  const Lanes& of(const Subject& subject, float left, float wide);

 private:
  struct Key {
    const model::History* history = nullptr;
    std::size_t events = 0, timed = 0;
    model::EventIndex run = 0, kept_from = 0;
    float left = 0, wide = 0;
    bool operator==(const Key&) const = default;
  };
  Key key_;
  Lanes lanes_;
};

}  // namespace glassdock::scene
