#include <algorithm>

#include "app/model/reduce.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::model {
namespace {

constexpr WallKind made_by_clone[] = {WallKind::pid, WallKind::mnt, WallKind::ipc, WallKind::net, WallKind::uts};

Wall& wall(Container& container, WallKind kind) {
  return container.walls[static_cast<std::size_t>(kind)];
}

// "/proc/4812/ns/pid": which wall the evidence is about.
std::optional<WallKind> wall_of(const trace::Evidence& evidence) {
  const std::size_t at = evidence.source.find("/ns/");
  if (at == std::string::npos || !starts_with(evidence.source, "/proc/")) return std::nullopt;
  const std::string_view kind = std::string_view(evidence.source).substr(at + 4);
  for (std::size_t i = 0; i < wall_count; ++i) {
    if (to_string(static_cast<WallKind>(i)) == kind) return static_cast<WallKind>(i);
  }
  return std::nullopt;
}

// As clone's event calls them.
std::string_view clone_name(WallKind kind) {
  constexpr std::pair<WallKind, std::string_view> others[] = {
      {WallKind::mnt, "mount"}, {WallKind::net, "network"}, {WallKind::uts, "UTS"}, {WallKind::ipc, "IPC"}};
  for (const auto& [one, name] : others) {
    if (one == kind) return name;
  }
  return to_string(kind);
}

// Whether the words of clone's event ("pid, mount, UTS") have it. An old recording has none: then all were made.
bool was_made(std::string_view made, WallKind kind) {
  if (made.empty()) return kind != WallKind::user;
  for (const std::string& name : split(made, ',')) {
    if (trim(name) == clone_name(kind)) return true;
  }
  return false;
}

// What the kernel says goes before what the operation's name says: the engine's own namespace is no wall.
void read_walls(const Change& change, Container& container) {
  for (const trace::Evidence& evidence : change.event.evidence) {
    const std::optional<WallKind> kind = wall_of(evidence);
    if (!kind) continue;
    const std::string& own = change.model.engine.namespaces[static_cast<std::size_t>(*kind)];
    Wall& read = wall(container, *kind);
    read.inode = inode_of(evidence.content);
    read.host_inode = !own.empty() ? own : inode_of(evidence.before);
    if (read.state == State::there && !read.inode.empty() && read.inode == own && *kind != WallKind::user) {
      read.state = State::gone;
    }
  }
}

}  // namespace

bool Container::lacks(WallKind kind) const {
  if (kind == WallKind::cgroup && trial.left_out == "isolate.cgroup-namespace") return true;
  constexpr std::string_view prefix = "namespace.";
  return starts_with(trial.left_out, prefix) &&
         trial.left_out.substr(prefix.size()) == (kind == WallKind::net ? "network" : to_string(kind));
}

void plan_operations(const Engine& engine, Container& container, std::string_view names) {
  for (std::string& name : words_of(names, most_operations)) {
    const trace::Gate* gate = trace::find_gate(name);
    plan_mount(container, name);
    const std::string_view base = trace::base_name(name);
    if (base == "isolate.clone") {
      for (const WallKind kind : made_by_clone) wall(container, kind).state = State::planned;
      if (engine.rootless) wall(container, WallKind::user).state = State::planned;
    } else if (base == "isolate.cgroup-namespace") {
      wall(container, WallKind::cgroup).state = State::planned;
    }
    container.operations.push_back({.name = std::move(name), .stage = gate ? gate->stage : trace::Stage::isolate});
  }
}

void mark_operation(const Change& change) {
  Container& container = touch_container(change);
  std::vector<Operation>& list = container.operations;
  auto found = std::find_if(list.begin(), list.end(), [&](const Operation& o) { return o.name == change.event.name; });
  if (found == list.end()) {
    if (list.size() >= most_operations) return;
    list.push_back({.name = cut(change.event.name)});
    found = list.end() - 1;
  }
  const bool failed = change.error_number() != 0;
  // The start goes on, so an earlier failure was one that it may have (a path to mask that is not there).
  if (!failed) {
    for (Operation& before : list) {
      if (before.state == State::failed && change.event.stage != trace::Stage::lifecycle) before.state = State::there;
    }
  }
  found->stage = change.event.stage;
  found->state = failed ? State::failed : State::there;
  found->duration_ns = change.number("duration_ns");
  found->error_number = change.error_number();
  found->event = change.index;
  // It ends with the container, and what it did last may be told after that.
  if (change.event.actor == trace::Actor::monitor && change.event.pid != 0 && !is_over(container)) {
    container.monitor = change.event.pid;
  }
  forget_held(change.model, change.event.name, change.event.subject);
  read_gauges(container, change);
}

void operation_only(const Change&) {
  // The list of operations says it all.
}

void isolate_clone(const Change& change) {
  Container& container = touch_container(change);
  const bool failed = change.error_number() != 0;
  const std::string_view made = change.words("walls");
  for (const WallKind kind : made_by_clone) {
    const State done = failed ? State::failed : State::there;
    wall(container, kind).state = was_made(made, kind) ? done : State::gone;
    if (!container.lacks(kind)) wall(container, kind).event = change.index;
  }
  if (was_made(made, WallKind::user)) {  // a trial's own
    wall(container, WallKind::user).state = failed ? State::failed : State::there;
    wall(container, WallKind::user).event = change.index;
  } else if (const Engine& engine = change.model.engine; engine.rootless) {
    Wall& user = wall(container, WallKind::user);
    user.state = failed ? State::failed : State::there;
    user.inode = user.host_inode = engine.namespaces[static_cast<std::size_t>(WallKind::user)];  // it is the engine's
    user.event = change.index;
  }
  container.process_event = change.index;
  container.process_state = failed ? State::failed : State::there;
  if (failed) return;
  container.process = static_cast<std::int32_t>(change.number("pid"));
  read_walls(change, container);
}

// Told before anything of the start is done: what is drawn as planned must not be what will never come.
void isolate_trial_asked(const Change& change) {
  Container& container = touch_container(change);
  container.trial = {change.text("operation"), change.text("operations"), change.text("layers"), change.index};
  wall(container, WallKind::user).state = State::planned;
  for (std::size_t i = 0; i < wall_count; ++i) {
    if (container.lacks(static_cast<WallKind>(i))) container.walls[i] = {State::gone, {}, {}, change.index};
  }
  if (container.trial.left_out == "isolate.seccomp") container.seccomp = State::gone;
  if (container.trial.left_out == "isolate.bounding") container.capabilities = State::gone;
}

void isolate_cgroup_namespace(const Change& change) {
  Container& container = touch_container(change);
  Wall& cgroup = wall(container, WallKind::cgroup);
  cgroup.state = change.error_number() != 0 ? State::failed : State::there;
  cgroup.event = change.index;
  read_walls(change, container);
}

void run_exec(const Change& change) {
  Container& container = touch_container(change);
  container.program_event = change.index;
  if (change.error_number() != 0) return;
  container.program = first_word(container.command);
  const Life& life = container.life;
  note_move(change, container, life.policy ? Move::by_policy : life.ended_ns ? Move::again : Move::start);
  if (container.id == change.model.run.container) change.model.run.executing = true;
}

}  // namespace glassdock::model
