// Commands that are executed beside a container's first process.
#include <algorithm>

#include "app/model/reduce.h"

namespace glassdock::model {
namespace {

Exec* find_exec(Life& life, std::uint64_t span) {
  const auto found =
      std::find_if(life.execs.rbegin(), life.execs.rend(), [&](const Exec& one) { return one.span == span; });
  return span == 0 || found == life.execs.rend() ? nullptr : &*found;
}

// Those that ended are forgotten, the oldest first.
void keep_execs(Life& life) {
  std::vector<Exec>& execs = life.execs;
  auto ended = static_cast<std::size_t>(std::count_if(execs.begin(), execs.end(), has_ended));
  std::erase_if(execs, [&](const Exec& one) { return ended > most_ended_execs && has_ended(one) && ended-- > 0; });
  keep_newest(execs, most_execs);
}

}  // namespace

// With process 1 the kernel ends all others of its pid namespace (pid_namespaces(7)).
void end_execs(Life& life) {
  for (Exec& exec : life.execs) {
    if (exec.state == State::there || exec.state == State::appearing) exec.state = State::leaving;
  }
  keep_execs(life);
}

void forget_running_execs(Life& life) {
  std::erase_if(life.execs, [](const Exec& one) { return !has_ended(one); });
}

void exec_start(const Change& change) {
  Container& container = touch_container(change);
  Life& life = container.life;
  if (change.begins()) {
    Exec exec{.id = change.text("exec"), .command = change.text("command"), .span = change.event.span};
    exec.begin = exec.event = change.index;
    life.execs.push_back(std::move(exec));
    keep_execs(life);
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
  if (change.event.actor == trace::Actor::monitor) exec->monitor = change.event.pid;
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
  keep_execs(life);
}

}  // namespace glassdock::model
