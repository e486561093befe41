// The moves of a container, in their order, and what its restart policy wants.
#include <utility>

#include "app/model/reduce.h"
#include "engine/base/saturating.h"

namespace glassdock::model {
namespace {

// Nobody need ask for the removal of what has --rm.
Cause cause_of_removal(const Change& change) {
  Cause cause = cause_of(change);
  const bool asked = cause.asked == "rm" || cause.asked == "rm -f" || cause.asked == "prune";
  if (asked) return cause;
  return {change.flag("auto_remove") ? "--rm" : "", change.index};
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
  Tally& tally = life.tallies[static_cast<std::size_t>(move)];
  ++tally.count;
  tally.last_ns = change.event.time_ns;
  tally.event = change.index;
  Cause cause;
  switch (move) {
    case Move::create:
      life.created_ns = change.event.time_ns;
      cause = cause_of(change);
      break;
    case Move::exit: {
      const Signal* signal = settle_signals(change, container);
      if (signal) cause = signal->cause;
      end_execs(life);
      life.ended_ns = change.event.time_ns;
      life.ended_code = change.number("exit_code");
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
      cause = cause_of_removal(change);
      break;
    default:
      cause = cause_of(change);
  }
  life.moves.push_back({move, change.index, change.event.time_ns, std::move(cause)});
  keep_newest(life.moves, most_moves);
  if (move == Move::pause || move == Move::unpause) look_at(change, container);
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
  life.started_ns = moment("started_ago_ns");
  life.ended_ns = moment("ended_ago_ns");
  life.ended_code = change.number("exit_code");
  life.stop = 0;
  life.policy.reset();
  if (container.phase == Phase::restarting) life.policy = Cause{};  // which one it does not tell
  const std::int64_t process = change.number("pid");
  if (process != 0 && process != container.process) clear_life_of_process(life);
  forget_running_execs(life);
}

void container_restart(const Change& change) {
  look_at(change, touch_container(change));
}

void container_restart_policy(const Change& change) {
  Container& container = touch_container(change);
  container.life.policy = Cause{change.text("policy"), change.index};
  container.phase = Phase::restarting;
  look_at(change, container);
}

void container_restart_cancel(const Change& change) {
  Container& container = touch_container(change);
  container.life.policy.reset();
  if (container.phase == Phase::restarting) container.phase = Phase::exited;
  look_at(change, container);
}

}  // namespace glassdock::model
