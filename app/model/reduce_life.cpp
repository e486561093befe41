// The moves of a container, in their order, and what its restart policy wants.
#include <algorithm>
#include <utility>

#include "app/model/reduce.h"
#include "engine/base/saturating.h"

namespace glassdock::model {
namespace {

constexpr std::int64_t longest_delay_ms = 86'400'000;  // a recording may be damaged: no policy waits for a day

// Nobody need ask for the removal of what has --rm.
Cause cause_of_removal(const Change& change, const Life& life) {
  Cause cause = cause_of(change);
  const bool asked = cause.asked == "rm" || cause.asked == "rm -f" || cause.asked == "prune";
  if (asked) return cause;
  return {life.auto_remove ? "--rm" : "", change.index};
}

// Whether a baseline tells of the start, and the end of that, which were told as they happened.
bool is_known_start(const Container& container, std::int64_t process, std::optional<std::int64_t> told_start_ns) {
  const Life& life = container.life;
  if (!life.started_ns || !told_start_ns) return false;
  if (process != 0) return process == container.process;
  // A start that was missed came behind the end that is known.
  return life.ended_ns && *life.ended_ns >= *life.started_ns && *told_start_ns <= *life.ended_ns;
}

}  // namespace

void look_at(const Change& change, const Container& container) {
  Model& model = change.model;
  const bool own = container.id == model.run.container;
  if (!own && !may_take_over(model.run)) return;
  std::string focus = own ? std::string() : container.id;
  if (std::exchange(model.focus, focus) != focus) slim_containers(model);
}

void note_move(const Change& change, Container& container, Move move) {
  Life& life = container.life;
  container.told = change.index;
  Tally& tally = life.tallies[static_cast<std::size_t>(move)];
  ++tally.count;
  tally.last_ns = change.event.time_ns;
  tally.event = change.index;
  Cause cause;
  End end;
  switch (move) {
    case Move::create:
      life.created_ns = change.event.time_ns;
      cause = cause_of(change);
      break;
    case Move::exit: {
      const Signal* signal = settle_signals(change, container);
      if (signal) cause = signal->cause;
      end = {change.number("exit_code"), container.signal, signal ? signal->number : 0, change.flag("oom_killed"),
             change.text("error").empty()};
      end_execs(life);
      life.ended_ns = change.event.time_ns;
      life.ended_code = end.code;
      break;
    }
    case Move::by_policy:
      life.started_ns = change.event.time_ns;
      cause = life.policy.value_or(Cause{});
      break;
    case Move::start:
    case Move::again:
      life.started_ns = change.event.time_ns;
      cause = cause_of(change);
      break;
    case Move::remove:
      cause = cause_of_removal(change, life);
      break;
    default:
      cause = cause_of(change);
  }
  life.moves.push_back({move, change.index, change.event.time_ns, std::move(cause), end});
  if (move == Move::exit) life.exit = life.moves.back();
  keep_newest(life.moves, most_moves);
  if (move == Move::pause || move == Move::unpause) look_at(change, container);
}

void forget_policy(Life& life) {
  life.policy.reset();
  life.next_start_ns.reset();
}

// Another process 1 is to come: what was sent to the one before, and what ran beside it, is over.
void clear_life_of_process(Life& life) {
  if (!life.signals.empty() && life.ended_ns && *life.ended_ns >= life.signals.back().time_ns) {
    life.stories.push_back({last_request(life.signals), *life.ended_ns, life.ended_code});
    keep_newest(life.stories, most_stories);
  }
  life.signals.clear();
  life.execs.clear();
}

void baseline_life(const Change& change, Container& container) {
  Life& life = container.life;
  const auto moment = [&](std::string_view name) -> std::optional<std::int64_t> {
    const trace::Value* told = trace::find_argument(change.event, name);
    if (!told) return std::nullopt;
    return saturating_sub(change.event.time_ns, change.number(name));
  };
  // It was told as it happened: the baseline counts by another clock.
  if (life.tally(Move::create).count == 0) life.created_ns = moment("created_ago_ns");
  const std::int64_t process = change.number("pid");
  const std::optional<std::int64_t> started_ns = moment("started_ago_ns");
  if (!is_known_start(container, process, started_ns)) {
    life.started_ns = started_ns;
    life.ended_ns = moment("ended_ago_ns");
    life.ended_code = change.number("exit_code");
    life.exit.reset();
  }
  // A stop goes on that is not known to have ended, of a process that still runs.
  const bool goes_on = process != 0 && process == container.process && is_asked(change.model, life.stop);
  if (!goes_on) life.stop = 0;
  forget_policy(life);
  if (container.phase == Phase::restarting) {
    life.policy = Cause{change.text("policy"), change.index};
    if (trace::find_argument(change.event, "restart_in_ns")) {
      life.next_start_ns = saturating_add(change.event.time_ns, change.number("restart_in_ns"));
    }
  }
  if (process != 0 && process != container.process) clear_life_of_process(life);
  forget_running_execs(life);
}

void container_restart(const Change& change) {
  look_at(change, touch_container(change));
}

void container_restart_policy(const Change& change) {
  Container& container = touch_container(change);
  container.life.policy = Cause{change.text("policy"), change.index};
  container.life.next_start_ns.reset();
  if (trace::find_argument(change.event, "delay_ms")) {
    constexpr std::int64_t millisecond_ns = 1'000'000;
    const std::int64_t delay_ms = std::clamp<std::int64_t>(change.number("delay_ms"), 0, longest_delay_ms);
    container.life.next_start_ns = saturating_add(change.event.time_ns, delay_ms * millisecond_ns);
  }
  container.told = change.index;
  container.phase = Phase::restarting;
  look_at(change, container);
}

void container_restart_cancel(const Change& change) {
  Container& container = touch_container(change);
  container.told = change.index;
  forget_policy(container.life);
  if (container.phase == Phase::restarting) container.phase = Phase::exited;
  look_at(change, container);
}

}  // namespace glassdock::model
