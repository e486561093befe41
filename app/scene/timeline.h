// The bars of the timeline's lanes. They are made from all events of a run, which may be a million: the session keeps
// them from one scene to the next.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "app/scene/view.h"

namespace glassdock::scene {

// From the first event of the run that is shown to its last one, in events and in view time; while it goes on to the
// newest of all.
struct RunSpan {
  model::EventIndex first = 0, end = 0;
  std::int64_t begin_ns = 0, end_ns = 0;
  bool open = false;  // live: its command runs, or a gate holds it; `end_ns` leaves room for what comes
};

// Neighbouring events of one stage are one bar.
struct Bar {
  trace::Stage stage = trace::Stage::request;
  float from = 0, to = 0;
  bool failed = false;  // the work of the stage that did
};

// The container's command, from execve to its end. No event comes in between, and yet something runs.
struct CommandBar {
  float from = 0, to = 0;
  model::EventIndex execve = model::no_event, exit = model::no_event;  // no exit: it runs on
};

// Where time is drawn shorter than it was.
struct Break {
  enum class Why : std::uint8_t { nothing_told, held, command_runs, paused } why = Why::nothing_told;
  float from = 0, to = 0, at = 0;             // `at`: where its mark stands
  model::EventIndex after = model::no_event;  // the last event before it
  std::int64_t true_ns = 0;                   // 0: it goes on
  std::string gate;                           // that held
};

inline constexpr std::array lane_actors{trace::Actor::daemon, trace::Actor::hub, trace::Actor::monitor,
                                        trace::Actor::child};
struct Lanes {
  RunSpan span;
  std::vector<Bar> stages;
  std::array<std::vector<Bar>, lane_actors.size()> actors;
  std::vector<CommandBar> commands;
  std::vector<Break> breaks;
};

// The same events, run and place on screen give the same bars, kept or made anew.
class TimelineBars {
 public:
  // For lanes from `left`, as wide as `wide`. Where the view zooms, of the part round the moment shown, as far as the
  // run's ends let it be the middle. Valid until the next call.
  const Lanes& of(const Subject& subject, float left, float wide);

 private:
  struct Key {
    const model::History* history = nullptr;
    std::size_t events = 0, timed = 0;
    model::EventIndex run = 0, kept_from = 0;
    bool open = false;
    std::uint32_t failed = 0;  // its stages that have, as bits
    float left = 0, wide = 0;
    bool operator==(const Key&) const = default;
  };
  const Lanes& whole(const Subject& subject, float left, float wide);
  Key key_;
  Lanes lanes_, part_;
};

}  // namespace glassdock::scene
