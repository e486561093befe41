// Signals to a container's first process, the stop that sends them, and what became of it.
#include <algorithm>

#include "app/model/reduce.h"

namespace glassdock::model {

std::vector<Signal> last_request(const std::vector<Signal>& signals) {
  std::vector<Signal> of_it;
  for (const Signal& one : signals) {
    const Signal& last = signals.back();
    if (last.work != 0 ? one.work == last.work : one.event == last.event) of_it.push_back(one);
  }
  return of_it;
}

void container_stop(const Change& change) {
  Container& container = touch_container(change);
  Life& life = container.life;
  if (change.begins()) {
    life.stop = change.event.span;
    life.grace_s = change.number("grace_s");
    look_at(change, container);
  } else if (change.ends() && life.stop == change.event.span) {
    life.stop = 0;
  }
}

void container_signal(const Change& change) {
  Container& container = touch_container(change);
  Life& life = container.life;
  Signal signal{.number = change.number("signal"), .name = change.text("signal_name")};
  signal.time_ns = change.event.time_ns;
  signal.cause = cause_of(change);
  signal.event = change.index;
  if (life.stop != 0 && work_of(change.event) == life.stop) {
    signal.work = life.stop;
    // A stop sends a second one only where the first has not ended it within the grace period.
    for (Signal& before : life.signals) {
      if (before.work != signal.work) continue;
      before.effect = Effect::outlived;
      before.effect_ns = change.event.time_ns;
    }
    const bool first = std::none_of(life.signals.begin(), life.signals.end(),
                                    [&](const Signal& one) { return one.work == signal.work; });
    if (first) signal.grace_s = life.grace_s;
  }
  life.signals.push_back(std::move(signal));
  keep_newest(life.signals, most_signals);
  look_at(change, container);
}

// The kernel says by which signal it ended it, if by one; a code of its own is that of a signal only where a stop waits
// for what its signal brings about. Others may have been handled long ago.
const Signal* settle_signals(const Change& change, Container& container) {
  Life& life = container.life;
  container.signal = change.number("signal");
  const bool by_signal = container.signal != 0;
  const auto found = std::find_if(life.signals.rbegin(), life.signals.rend(), [&](const Signal& one) {
    if (by_signal) return one.number == container.signal;
    return life.stop != 0 && one.work == life.stop && one.effect == Effect::sent;
  });
  if (found == life.signals.rend()) return nullptr;
  found->effect = by_signal ? Effect::killed : Effect::ended;
  found->effect_ns = change.event.time_ns;
  return &*found;
}

}  // namespace glassdock::model
