#include <algorithm>

#include "app/model/reduce.h"
#include "engine/base/saturating.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

// What stands behind the gate takes the state `to`, if it is in the state `from`.
void mark_behind(Model& model, std::string_view gate, std::string_view subject, State from, State to,
                 EventIndex index) {
  Container* container = find_container(model, subject);
  if (!container) return;
  container->changed = index;
  const auto mark = [&](State& state) {
    if (state == from) state = to;
  };
  for (Operation& operation : container->operations) {
    if (operation.name == gate) mark(operation.state);
  }
  for (Mount& mount : container->mounts) {
    if (mount.name == gate) mark(mount.state);
  }
  if (gate == "isolate.cgroup-namespace") mark(container->walls[static_cast<std::size_t>(WallKind::cgroup)].state);
  if (gate == "isolate.cgroups") mark(container->cgroup);
  if (gate == "isolate.seccomp") mark(container->seccomp);
  if (gate == "isolate.bounding") mark(container->capabilities);
  if (gate == "snapshot.prepare") mark(container->writable);
}

void release(Model& model, std::vector<Held>::iterator held, EventIndex index) {
  mark_behind(model, held->gate, held->subject, State::held, State::planned, index);
  Container* container = find_container(model, held->subject);
  if (container && container->process_state == State::held) container->process_state = State::there;
  model.held.erase(held);
}

}  // namespace

std::uint64_t request_of_gate(const trace::Event& event) {
  return static_cast<std::uint64_t>(trace::argument_number(event, "request"));
}

bool is_of_exec(std::string_view gate) {
  return starts_with(gate, "exec.");
}

void gate_held(const Change& change) {
  Model& model = change.model;
  const std::string gate = change.text("gate");
  // Who begins to watch may be told twice.
  const std::string id = cut(trace::argument_text(change.event, "id"));
  std::erase_if(model.held, [&](const Held& one) { return one.id == id && one.run == change.event.span; });
  keep_newest(model.held, most_held - 1);
  Held held{.id = id,
            .run = change.event.span,
            .any_client = change.flag("any_client"),
            .request = request_of_gate(change.event),
            .gate = gate,
            .subject = change.subject(),
            .with = change.text("with"),
            .pid = static_cast<std::int32_t>(change.number("pid")),
            .since_ns = change.event.time_ns,
            .event = change.index};
  held.stage = trace::find_stage(change.words("stage")).value_or(held.stage);
  if (is_of_exec(gate)) {
    held.who = held.pid == model.engine.pid ? trace::Actor::daemon : trace::Actor::child;
    model.held.push_back(std::move(held));
    return;
  }
  mark_behind(model, gate, held.subject, State::planned, State::held, change.index);
  if (gate == "cache.lookup") name_image_of_run(change);
  if (Container* container = find_container(model, held.subject)) {
    const bool itself = container->process != 0 && container->process == held.pid;
    const bool monitor = !itself && held.pid != 0 && held.pid != model.engine.pid;
    held.who = itself ? trace::Actor::child : monitor ? trace::Actor::monitor : trace::Actor::daemon;
    if (itself && container->process_state == State::there) container->process_state = State::held;
    if (monitor) container->monitor = held.pid;
  }
  model.held.push_back(std::move(held));
}

void gate_released(const Change& change) {
  Model& model = change.model;
  const std::string id = cut(trace::argument_text(change.event, "id"));
  model.held_ns = saturating_add(model.held_ns, trace::argument_length(change.event, "held_ns"));
  release_race(change);
  if (change.flag("given_up") && in_run(change) && !is_of_exec(change.words("gate"))) model.run.given_up = true;
  const auto found = std::find_if(model.held.begin(), model.held.end(),
                                  [&](const Held& held) { return held.id == id && held.run == change.event.span; });
  if (found != model.held.end()) release(model, found, change.index);
}

void release_all(const Change& change) {
  while (!change.model.held.empty()) release(change.model, change.model.held.begin(), change.index);
}

void forget_held(Model& model, std::string_view gate, std::string_view subject) {
  const auto found = std::find_if(model.held.begin(), model.held.end(),
                                  [&](const Held& held) { return held.gate == gate && held.subject == subject; });
  if (found == model.held.end()) return;
  Container* container = find_container(model, subject);
  if (container && container->process_state == State::held) container->process_state = State::there;
  model.held.erase(found);
}

}  // namespace glassdock::model
