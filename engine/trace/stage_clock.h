#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/trace/event.h"

namespace glassdock::trace {

// Moments in which just these stages ran at once: each of them counts the length in its own time.
struct SideBySide {
  std::uint32_t stages = 0;  // bit i: the stage of that index
  std::int64_t length_ns = 0;
  bool has(Stage stage) const { return (stages >> index_of(stage) & 1) != 0; }

  template <typename Walk>
  friend void fields(Walk& walk, const SideBySide& one) {
    walk(one.stages, one.length_ns);
  }
};

// How long each stage has really taken, counted while the events come: the one formula for reports and for the picture.
// A moment belongs to the stage of the innermost span that is open then; when several are (blobs that come at once,
// unpacking within a pull) it counts once for each of their stages, and for `request` only when nothing else is going
// on (a client that waits is no work). An event with `duration_ns` and no span of its own (one operation of the child)
// counts as a span that ends at its time; the command as one from its execve to its exit. Time at a gate counts for no
// stage, and once where several gates were held side by side; it is told for the stage of the gate. `evidence_ns` is
// taken off the stage of the event that carries it. A copy goes on by itself. Not thread-safe.
class StageClock {
 public:
  struct Times {
    std::array<std::int64_t, stage_count> own_ns{};
    std::array<std::int64_t, stage_count> held_ns{};
    std::int64_t all_held_ns = 0;
    std::vector<SideBySide> beside;  // each group of stages once
  };

  // Something that takes time. Public for the walk over a model's fields.
  struct Interval {
    enum class Kind : std::uint8_t { span, operation, command, gate };
    std::uint64_t number = 0;  // of the span; of a command the start's span; of a gate its id within the run
    std::uint64_t parent = 0;  // the span around it, 0 at the top; of a gate the run's
    std::int64_t begin_ns = 0;
    std::int64_t end_ns = 0;  // means nothing while it is open
    Stage stage = Stage::request;
    Kind kind = Kind::span;
    bool open = false;

    bool is_open(Kind of, std::uint64_t with) const { return open && kind == of && number == with; }
  };

  // In the order of the stream. What existed before (is_baseline) takes no time.
  void add(const Event& event);
  // Nothing that is open goes on: who would tell its end has gone.
  void break_off(std::int64_t time_ns);
  // What was counted up to now is forgotten, but for the time of one stage; what is open goes on.
  void count_anew(std::int64_t now_ns, Stage kept);
  // What is open counts up to now_ns.
  Times times(std::int64_t now_ns) const;

  bool is_open(std::uint64_t span) const;  // 0, no span, never is
  const std::vector<Interval>& intervals() const { return intervals_; }

  template <typename Walk>
  friend void fields(Walk& walk, const StageClock& clock) {
    walk(clock.intervals_, clock.settled_.own_ns, clock.settled_.held_ns, clock.settled_.all_held_ns,
         clock.settled_.beside, clock.settled_until_ns_, clock.evidence_ns_, clock.begun_);
  }
  template <typename Walk>
  friend void fields(Walk& walk, const Interval& one) {
    walk(one.number, one.parent, one.begin_ns, one.end_ns, one.stage, one.kind, one.open);
  }

 private:
  void add_work(const Event& event, std::int64_t begin_ns);
  void add_gate(const Event& event);
  bool end_command(const Event& event);
  Interval* find_open(Interval::Kind kind, std::uint64_t number);
  static void close(Interval& interval, std::int64_t time_ns);
  void keep(Interval interval);
  void settle();
  void settle_until(std::int64_t time_ns);

  std::vector<Interval> intervals_;  // those that are not settled, in the order of their coming; bounded
  Times settled_;                    // what lies before settled_until_ns_
  std::int64_t settled_until_ns_ = 0;
  std::array<std::int64_t, stage_count> evidence_ns_{};
  bool begun_ = false;
};

}  // namespace glassdock::trace
