#include <algorithm>
#include <utility>

#include "app/model/reduce.h"

namespace glassdock::model {
namespace {

// The one that is missed least: the oldest that is over, otherwise the oldest; never the run's own.
void make_room(Model& model) {
  if (model.containers.size() < most_containers) return;
  const auto others = [&](const Container& c) { return !is_kept(model, c); };
  auto victim = std::find_if(model.containers.begin(), model.containers.end(),
                             [&](const Container& c) { return others(c) && is_over(c); });
  if (victim == model.containers.end()) {
    victim = std::find_if(model.containers.begin(), model.containers.end(), others);
  }
  model.containers.erase(victim);
}

Phase phase_of(std::string_view state) {
  if (state == "running") return Phase::running;
  if (state == "paused") return Phase::paused;
  if (state == "restarting") return Phase::restarting;
  if (state == "exited" || state == "dead") return Phase::exited;
  return state == "removing" ? Phase::removed : Phase::created;
}

// What a gate held was not there yet.
void leave(State& state) {
  if (state == State::there || state == State::appearing) {
    state = State::leaving;
  } else if (state == State::planned || state == State::held) {
    state = State::gone;
  }
}

// With the last process go its namespaces, and the mounts that stood in them. The user namespace stays: the engine
// stands in it; a trial's is its own.
void take_walls_down(Container& container, EventIndex index) {
  for (std::size_t i = 0; i < wall_count; ++i) {
    Wall& wall = container.walls[i];
    const bool of_engine = static_cast<WallKind>(i) == WallKind::user && !container.is_trial();
    if (of_engine && wall.state == State::there) continue;
    if (wall.state == State::there) wall.event = index;
    // One that never stood is not one that is shared with the host.
    if (wall.state == State::held) wall.state = State::planned;
    if (wall.state != State::planned) leave(wall.state);
  }
  for (Mount& mount : container.mounts) {
    if (mount.state == State::there) mount.event = index;
    leave(mount.state);
  }
  leave(container.seccomp);
  leave(container.capabilities);
}

// What ended with a code of its own has run; an engine that died meanwhile did not tell all that came before.
void take_as_done(Container& container) {
  for (Operation& operation : container.operations) {
    if (operation.stage == trace::Stage::lifecycle) continue;
    if (operation.state != State::planned && operation.state != State::held) continue;
    operation.state = State::there;
    operation.duration_ns = -1;
  }
}

void slim(Container& container) {
  container.mounts.clear();
  container.mounts.shrink_to_fit();
  container.operations.clear();
  container.operations.shrink_to_fit();
}

void start_failed(const Change& change, Container& container) {
  // A policy restarts what has run, not what cannot be started.
  if (container.phase != Phase::removed) container.phase = container.life.ended_ns ? Phase::exited : Phase::created;
  container.life.ended_code = change.number("exit_code");
  container.error = change.text("error");
  container.given_up = change.flag("given_up");
  if (!container.given_up && change.number("exit_code") != 0) container.failed_code = change.number("exit_code");
  container.process_state = container.process == 0 ? State::planned
                            : container.given_up   ? State::leaving
                                                   : State::failed;
  container.told = container.process_event = container.exit_event = change.index;
  take_walls_down(container, change.index);
  container.process = container.monitor = 0;
  std::erase_if(change.model.held, [&](const Held& held) { return held.subject == container.id; });
}

// A start again begins from nothing.
void clear_start(Container& container) {
  slim(container);
  container.process = container.monitor = 0;
  container.process_state = State::planned;
  container.program.clear();
  container.trial = {};
  container.cgroup = container.seccomp = container.capabilities = State::planned;
  container.capability_count = container.capability_count_before = -1;
  for (Gauge* gauge : {&container.memory, &container.cpu, &container.pids}) *gauge = {.dropped = gauge->dropped};
  container.io.set.clear();
  container.io.event = no_event;
  clear_life_of_process(container.life);
  container.exit_code.reset();
  container.failed_code.reset();
  container.signal = 0;
  container.out_of_memory = container.given_up = container.unseen_end = false;
  container.error.clear();
  container.overlay_event = container.cgroup_event = container.process_event = container.program_event =
      container.seccomp_event = container.capabilities_event = container.exit_event = no_event;
}

// As the engine read them of the process that runs: what is not its own is a wall.
void baseline_walls(const Change& change, Container& container) {
  const std::array<std::string, wall_count> inodes = inodes_of(change.words("namespaces"));
  for (std::size_t i = 0; i < wall_count; ++i) {
    const std::string& own = change.model.engine.namespaces[i];
    if (inodes[i].empty() || own.empty() || inodes[i] == own) continue;
    container.walls[i] = {State::there, inodes[i], own, change.index};
  }
}

void fill_names(const Change& change, Container& container) {
  if (std::string name = change.text("name"); !name.empty()) container.name = std::move(name);
  if (std::string image = change.text("image"); !image.empty()) container.image = std::move(image);
  if (std::string id = change.text("image_id"); !id.empty()) container.image_id = std::move(id);
  if (std::string command = change.text("command"); !command.empty()) container.command = std::move(command);
}

// Not counted among what the run has taken so far: an earlier start of the same container, and its command.
void forget_earlier_start(const Change& change) {
  Run& run = change.model.run;
  const Container* container = find_container(change.model, change.event.subject);
  if (!container || !in_run(change)) return;
  const auto of_run = [&](EventIndex event) { return event != no_event && event >= run.first; };
  // A restart that nobody asked for just now has no request to begin with.
  if (of_run(container->start_event)) return begin_run_again(change);
  if (of_run(container->exit_event)) count_anew(change);
}

}  // namespace

bool is_over(const Container& container) {
  return container.phase == Phase::exited || container.phase == Phase::removed || container.phase == Phase::created ||
         container.phase == Phase::restarting;
}

bool is_kept(const Model& model, const Container& container) {
  return container.id == model.run.container || container.id == model.focus;
}

Container* find_container(Model& model, std::string_view id) {
  return const_cast<Container*>(std::as_const(model).container(id));
}

Container& touch_container(const Change& change) {
  Container* container = find_container(change.model, change.event.subject);
  if (!container) {
    make_room(change.model);
    change.model.containers.push_back({.id = change.subject()});
    container = &change.model.containers.back();
    change.model.had_container = true;
  }
  container->changed = change.index;
  container->stale = false;
  return *container;
}

void baseline_container(const Change& change) {
  Container& container = touch_container(change);
  fill_names(change, container);
  container.phase = phase_of(change.words("state"));
  container.writable = State::there;
  baseline_life(change, container);
  const bool runs = container.phase == Phase::running || container.phase == Phase::paused;
  container.process = static_cast<std::int32_t>(change.number("pid"));
  container.process_state = runs ? State::there : container.phase == Phase::created ? State::planned : State::gone;
  if (runs) container.program = first_word(container.command);
  if (container.phase == Phase::exited || container.phase == Phase::restarting) {
    container.exit_code = change.number("exit_code");
  }
  const Image* image = change.model.image_of(container);
  if (image) container.layers = image->layers;
  baseline_walls(change, container);
  if (!container.created_event || container.created_event == no_event) container.created_event = change.index;
  if (container.told == no_event) container.told = change.index;
}

void container_create(const Change& change) {
  Container& container = touch_container(change);
  if (change.begins()) {
    container.created_event = change.index;
    container.phase = Phase::creating;
    fill_names(change, container);
    const Lookup& lookup = change.model.lookup;
    if (container.image_id.empty() && lookup.reference == with_tag(container.image)) container.image_id = lookup.image;
    if (const Image* image = change.model.image_of(container)) container.layers = image->layers;
    if (in_run(change)) change.model.run.container = container.id;
    return;
  }
  drop_limits(change, container);
  if (change.failed()) {
    container.phase = Phase::removed;
    container.error = change.text("error");
    // None was made, so none is drawn.
    if (change.model.run.container == container.id) change.model.run.container.clear();
    return;
  }
  fill_names(change, container);
  container.phase = Phase::created;
  note_move(change, container, Move::create);
}

void container_start(const Change& change) {
  if (change.begins()) forget_earlier_start(change);
  Container& container = touch_container(change);
  Run& run = change.model.run;
  if (change.begins()) {
    clear_start(container);
    container.phase = Phase::starting;
    container.start_event = change.index;
    fill_names(change, container);
    plan_operations(change.model.engine, container, change.words("operations"));
    plan_limits(container);
    if (in_run(change)) run.container = container.id;
    if (container.id == run.container) run.ended = false;  // a restart: it goes on
    return;
  }
  forget_policy(container.life);
  if (change.failed()) {
    start_failed(change, container);
    if (container.id == run.container) {
      run.ended = true;
      (container.given_up ? run.given_up : run.failed) = true;
    }
    return;
  }
  if (container.phase == Phase::starting) container.phase = Phase::running;
  if (change.number("pid") != 0) container.process = static_cast<std::int32_t>(change.number("pid"));
}

void container_exit(const Change& change) {
  Container& container = touch_container(change);
  Model& model = change.model;
  container.phase = Phase::exited;
  container.exit_code = change.number("exit_code");
  container.signal = change.number("signal");
  note_move(change, container, Move::exit);
  container.out_of_memory = change.flag("oom_killed");
  container.error = change.text("error");
  container.exit_event = container.process_event = change.index;
  if (container.signal == 0 && container.error.empty()) take_as_done(container);
  container.process_state = container.signal != 0 || !container.error.empty() ? State::failed : State::leaving;
  take_walls_down(container, change.index);
  std::erase_if(model.held, [&](const Held& held) { return held.subject == container.id; });
  if (container.id == model.run.container) {
    model.run.ended = !goes_on_to_restart(model.run);
    model.run.executing = false;
  } else if (!is_kept(model, container)) {
    slim(container);
  }
}

void lose_container(Container& container, EventIndex index) {
  if (container.phase == Phase::removed) return;
  container.unseen_end = !container.exit_code && container.process != 0;
  container.phase = Phase::removed;
  container.removed_event = container.writable_event = container.process_event = container.changed = index;
  leave(container.process_state);
  leave(container.writable);
  leave(container.cgroup);
  take_walls_down(container, index);
}

void container_pause(const Change& change) {
  Container& container = touch_container(change);
  container.phase = Phase::paused;
  note_move(change, container, Move::pause);
}

void container_unpause(const Change& change) {
  Container& container = touch_container(change);
  container.phase = Phase::running;
  note_move(change, container, Move::unpause);
}

void container_rename(const Change& change) {
  fill_names(change, touch_container(change));
}

void container_remove(const Change& change) {
  Model& model = change.model;
  if (change.failed() || !find_container(model, change.event.subject)) return;
  Container& container = touch_container(change);
  if (change.begins()) {
    container.life.auto_remove = change.flag("auto_remove");
    return;
  }
  container.phase = Phase::removed;
  note_move(change, container, Move::remove);
  container.removed_event = container.writable_event = change.index;
  container.writable = State::leaving;
  std::erase_if(model.held, [&](const Held& held) { return held.subject == container.id; });
  if (!is_kept(model, container)) {
    std::erase_if(model.containers, [&](const Container& c) { return &c == &container; });
  }
}

void slim_containers(Model& model) {
  std::erase_if(model.containers, [&](const Container& container) {
    return container.phase == Phase::removed && !is_kept(model, container);
  });
  for (Container& container : model.containers) {
    if (!is_over(container) || is_kept(model, container) || container.operations.empty()) continue;
    slim(container);
    container.changed = model.last;
  }
}

}  // namespace glassdock::model
