#include <algorithm>

#include "app/model/reduce.h"
#include "engine/base/saturating.h"

namespace glassdock::model {
namespace {

using trace::Stage;
using Interval = trace::StageClock::Interval;

template <typename Condition>
bool any_open_span(const Run& run, Condition condition) {
  const auto& intervals = run.clock.intervals();
  return std::any_of(intervals.begin(), intervals.end(), [&](const Interval& one) {
    return one.open && one.kind == Interval::Kind::span && condition(one);
  });
}

void note(const Change& change) {
  if (index_of(change.event.stage) >= trace::main_stage_count) return;
  StageState& stage = change.model.run.stages[index_of(change.event.stage)];
  const std::int64_t begin_ns =
      saturating_sub(change.event.time_ns, trace::argument_length(change.event, "duration_ns"));
  if (stage.first == no_event) {
    stage.first = change.index;
    stage.begin_ns = begin_ns;
    stage.end_ns = change.event.time_ns;
  }
  stage.begin_ns = std::min(stage.begin_ns, begin_ns);
  stage.end_ns = std::max(stage.end_ns, change.event.time_ns);
  stage.last = change.index;
  const bool own = change.event.stage != Stage::request && change.event.name != "container.start";
  if (change.failed() && own && !change.model.run.given_up) {
    stage.state = State::failed;
  }
}

// The highest that was seen; a pull that goes on unpacks meanwhile.
std::optional<Stage> current_stage(const Run& run) {
  std::optional<Stage> current;
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    if (run.stages[i].first != no_event) current = static_cast<Stage>(i);
  }
  if (current && *current <= Stage::snapshot &&
      any_open_span(run, [](const Interval& span) { return span.stage == Stage::pull; })) {
    current = Stage::pull;
  }
  return current;
}

// A start that failed: the stage of the operation that did.
Stage failed_stage(const Model& model) {
  const Container* container = model.current();
  if (container) {
    for (const Operation& operation : container->operations) {
      if (operation.state == State::failed) return operation.stage;
    }
  }
  return Stage::isolate;
}

bool goes_on(const Run& run) {
  if (run.executing) return true;
  if (run.ended) return false;
  const bool only_request = run.current == Stage::request;
  return any_open_span(run, [&](const Interval& span) { return only_request || span.stage != Stage::request; });
}

bool has_request(const Run& run, std::uint64_t span) {
  return std::any_of(run.requests.begin(), run.requests.end(),
                     [&](const Request& one) { return span != 0 && one.span == span; });
}

// A command beside the container's own is no part of the run.
bool holds_run(const Model& model, const Held& held) {
  if (is_of_exec(held.gate)) return false;
  const Run& run = model.run;
  const bool of_run = held.any_client ? has_request(run, held.request) : held.run != 0 && held.run == run.root;
  return (of_run && !run.gone) || held.subject == run.container;
}

}  // namespace

bool is_held(const Model& model) {
  return std::any_of(model.held.begin(), model.held.end(), [&](const Held& held) { return holds_run(model, held); });
}

bool in_run(const Change& change) {
  const Run& run = change.model.run;
  const trace::Event& event = change.event;
  if (run.first == no_event) return false;
  const bool of_root = run.root != 0 && !run.gone && (event.parent == run.root || event.span == run.root);
  const bool of_container = !run.container.empty() && event.subject == run.container;
  // A client that opened no run: its request was recognized, by what it asks for.
  const bool recognized = !run.requests.empty() && run.requests.back().begin == change.index;
  // A gate of a client that opened none is told under the run of whoever holds it.
  const bool held_for_it = !run.gone && change.flag("any_client") && has_request(run, request_of_gate(event));
  return of_root || of_container || recognized || held_for_it || run.clock.is_open(event.span) ||
         run.clock.is_open(event.parent);
}

namespace {

// What the stages look like with what is known of the run by now.
void set_states(Model& model) {
  Run& run = model.run;
  run.current = current_stage(run);
  if (!run.current) return;
  const bool held = is_held(model);
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    StageState& stage = run.stages[i];
    const Stage name = static_cast<Stage>(i);
    if (stage.state == State::failed) continue;
    if (name > *run.current) {
      const bool skipped = stage.state == State::gone;  // the cache has it
      stage.state = stage.first != no_event ? State::there : skipped ? State::gone : State::planned;
    } else if (name < *run.current) {
      stage.state = stage.first == no_event ? State::gone : State::there;
    } else {
      stage.state = held ? State::held : run.given_up ? State::leaving : goes_on(run) ? State::appearing : State::there;
    }
  }
  if (!held) return;
  // The gate belongs to the stage that is to come.
  for (const Held& waiting : model.held) {
    if (!holds_run(model, waiting)) continue;
    if (index_of(waiting.stage) >= trace::main_stage_count) continue;
    StageState& stage = run.stages[index_of(waiting.stage)];
    if (stage.state != State::failed) stage.state = State::held;
  }
}

}  // namespace

void settle_stages(const Change& change) {
  Model& model = change.model;
  Run& run = model.run;
  if (!in_run(change) || is_of_exec(change.words("gate"))) return;
  run.clock.add(change.event);
  run.latest_ns = std::max(run.latest_ns, change.event.time_ns);
  note(change);
  if (change.event.name == "container.start" && change.failed() && !run.given_up) {
    run.stages[index_of(failed_stage(model))].state = State::failed;
  }
  // Refused before anything else was done: the request has failed.
  const bool none = std::none_of(run.stages.begin(), run.stages.end(),
                                 [](const StageState& stage) { return stage.state == State::failed; });
  if (run.failed && none && run.container.empty()) run.stages[index_of(Stage::request)].state = State::failed;
  set_states(model);
}

void count_anew(const Change& change) {
  Run& run = change.model.run;
  run.clock.count_anew(change.event.time_ns, Stage::request);
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    if (static_cast<Stage>(i) != Stage::request) run.stages[i] = StageState{};
  }
}

void break_off_run(const Change& change) {
  Model& model = change.model;
  Run& run = model.run;
  if (run.first == no_event) return;
  for (Request& request : run.requests) {
    if (request.end == no_event) request.end = change.index;
  }
  if (model.other.begin != no_event && model.other.end == no_event) model.other.end = change.index;
  run.clock.break_off(change.event.time_ns);
  run.executing = false;
  run.ended = true;
  set_states(model);
}

}  // namespace glassdock::model
