// What happened to a container: moves, signals and the commands beside its first process.
#include <algorithm>
#include <utility>

#include "app/model/reduce.h"
#include "engine/base/saturating.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

// "stop" of "POST /containers/tea/stop"; what is deleted has no such word.
std::string last_word(std::string_view request) {
  if (starts_with(request, "DELETE ")) return "rm";
  const std::size_t slash = request.rfind('/');
  return slash == std::string_view::npos ? std::string() : cut(request.substr(slash + 1));
}

std::string word_of(const trace::Event& event) {
  if (event.name == "request.received") return last_word(event.subject);
  if (event.name == "container.stop") return "stop";
  if (event.name == "container.restart") return "restart";
  return event.name == "container.start" ? "start" : "";
}

// The work that the event is part of.
std::uint64_t work_of(const trace::Event& event) {
  return event.kind == trace::Kind::begin || event.kind == trace::Kind::end ? event.parent : event.span;
}

Exec* find_exec(Life& life, std::uint64_t span) {
  const auto found =
      std::find_if(life.execs.rbegin(), life.execs.rend(), [&](const Exec& one) { return one.span == span; });
  return span == 0 || found == life.execs.rend() ? nullptr : &*found;
}

// Another container takes the picture while the run does nothing.
void look_at(const Change& change, const Container& container) {
  Model& model = change.model;
  const bool own = container.id == model.run.container;
  if (!own && !may_take_over(model.run)) return;
  std::string focus = own ? std::string() : container.id;
  if (std::exchange(model.focus, focus) != focus) slim_containers(model);
}

// What the first process did, now that it has ended.
void settle_signals(const Change& change, const Container& container, Life& life) {
  // The last one of the number by which the kernel ended it; where it had none, it ended behind the last of all.
  const auto found = std::find_if(life.signals.rbegin(), life.signals.rend(), [&](const Signal& one) {
    return container.signal == 0 || one.number == container.signal;
  });
  if (found == life.signals.rend()) return;
  found->effect = container.signal == 0 ? Effect::ended : Effect::killed;
  found->effect_ns = change.event.time_ns;
}

}  // namespace

void begin_work(const Change& change) {
  if (!change.begins()) return;
  std::string word = word_of(change.event);
  if (word.empty()) return;
  std::vector<Asked>& asked = change.model.asked;
  asked.push_back({change.event.span, change.event.parent, std::move(word), change.index});
  keep_newest(asked, most_asked);
}

void end_work(const Change& change) {
  if (!change.ends()) return;
  std::erase_if(change.model.asked, [&](const Asked& one) { return one.span == change.event.span; });
}

// The outermost work that is known: what a client asked for.
Cause cause_of(const Change& change) {
  Cause cause;
  std::uint64_t span = work_of(change.event);
  for (std::size_t i = 0; i < most_asked && span != 0; ++i) {
    const auto& asked = change.model.asked;
    const auto found = std::find_if(asked.begin(), asked.end(), [&](const Asked& one) { return one.span == span; });
    if (found == asked.end()) break;
    cause = {found->asked, found->event};
    span = found->parent;
  }
  return cause;
}

void note_move(const Change& change, Container& container, Move move) {
  Life& life = container.life;
  Tally& tally = life.tallies[static_cast<std::size_t>(move)];
  ++tally.count;
  tally.last_ns = change.event.time_ns;
  tally.event = change.index;
  Cause cause = cause_of(change);
  if (move == Move::exit) {
    container.signal = change.number("signal");
    settle_signals(change, container, life);
    const bool by_signal = !life.signals.empty() && life.signals.back().effect_ns == change.event.time_ns;
    cause = by_signal ? life.signals.back().cause : Cause{};
    // With process 1 the kernel ends all others of its pid namespace (pid_namespaces(7)).
    for (Exec& exec : life.execs) {
      if (exec.state == State::there || exec.state == State::appearing) exec.state = State::leaving;
    }
    life.ended_ns = change.event.time_ns;
  }
  if (move == Move::by_policy) cause = life.policy.value_or(Cause{});
  if (move == Move::create) life.created_ns = change.event.time_ns;
  if (move == Move::start || move == Move::again || move == Move::by_policy) life.started_ns = change.event.time_ns;
  life.moves.push_back({move, change.index, change.event.time_ns, std::move(cause)});
  keep_newest(life.moves, most_moves);
  if (move == Move::pause || move == Move::unpause) look_at(change, container);
}

// Another process 1 is to come: what was sent to the one before, and what ran beside it, is over.
void clear_life_of_process(Life& life) {
  life.signals.clear();
  life.execs.clear();
}

void baseline_life(const Change& change, Life& life) {
  const auto moment = [&](std::string_view name) -> std::optional<std::int64_t> {
    const trace::Value* told = trace::find_argument(change.event, name);
    if (!told) return std::nullopt;
    return saturating_sub(change.event.time_ns, change.number(name));
  };
  life.created_ns = moment("created_ago_ns");
  life.started_ns = moment("started_ago_ns");
  life.ended_ns = moment("ended_ago_ns");
  life.stop = 0;
  life.policy.reset();
}

void forget_work(Model& model) {
  model.asked.clear();
  for (Container& container : model.containers) {
    if (container.life.stop == 0 && !container.life.policy) continue;
    container.life.stop = 0;
    container.life.policy.reset();  // the next engine tells of it anew
    container.changed = model.last;
  }
}

void container_stop(const Change& change) {
  Container& container = touch_container(change);
  Life& life = container.life;
  if (change.begins()) {
    life.stop = change.event.span;
    life.stop_ns = change.event.time_ns;
    life.grace_s = change.number("grace_s");
    look_at(change, container);
  } else if (change.ends() && life.stop == change.event.span) {
    life.stop = 0;
  }
}

void container_restart(const Change& change) {
  look_at(change, touch_container(change));
}

void container_restart_policy(const Change& change) {
  Container& container = touch_container(change);
  container.life.policy = Cause{change.text("policy"), change.index};
  look_at(change, container);
}

void container_restart_cancel(const Change& change) {
  Container& container = touch_container(change);
  container.life.policy.reset();
  look_at(change, container);
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

void exec_start(const Change& change) {
  Container& container = touch_container(change);
  Life& life = container.life;
  if (change.begins()) {
    Exec exec{.id = change.text("exec"), .command = change.text("command"), .span = change.event.span};
    exec.begin = exec.event = change.index;
    life.execs.push_back(std::move(exec));
    keep_newest(life.execs, most_execs);
    look_at(change, container);
    return;
  }
  Exec* exec = find_exec(life, change.event.span);
  if (!exec) return;
  exec->event = change.index;
  exec->error = change.text("error");
  if (!exec->error.empty()) {
    exec->state = State::failed;
  } else if (change.number("pid") != 0) {
    exec->process = static_cast<std::int32_t>(change.number("pid"));
  }
}

void mark_exec_operation(const Change& change) {
  Exec* exec = find_exec(touch_container(change).life, change.event.span);
  if (!exec) return;
  exec->event = change.index;
  exec->operation = cut(change.event.name);
  if (change.event.actor == trace::Actor::monitor) exec->monitor = change.event.pid;
  if (change.error_number() == 0) ++exec->done;
}

void exec_clone(const Change& change) {
  Exec* exec = find_exec(touch_container(change).life, change.event.span);
  if (!exec || change.error_number() != 0) return;
  exec->state = State::appearing;
  exec->process = static_cast<std::int32_t>(change.number("pid"));
  exec->inside = static_cast<std::int32_t>(change.number("pid_inside"));
  exec->process_event = change.index;
}

void exec_namespaces(const Change& change) {
  Exec* exec = find_exec(touch_container(change).life, change.event.span);
  if (!exec || change.error_number() != 0) return;
  exec->joined = true;
  exec->join_event = change.index;
}

void exec_exec(const Change& change) {
  Exec* exec = find_exec(touch_container(change).life, change.event.span);
  if (!exec || change.error_number() != 0) return;
  exec->executed = true;
  exec->state = State::there;
}

void exec_exit(const Change& change) {
  Life& life = touch_container(change).life;
  const std::string id = change.text("exec");
  const auto found =
      std::find_if(life.execs.rbegin(), life.execs.rend(), [&](const Exec& one) { return one.id == id; });
  if (found == life.execs.rend()) return;
  found->state = State::leaving;
  found->exit_code = change.number("exit_code");
  found->event = change.index;
}

}  // namespace glassdock::model
