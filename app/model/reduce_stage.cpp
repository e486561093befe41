#include <algorithm>
#include <limits>

#include "app/model/reduce.h"

namespace glassdock::model {
namespace {

using trace::Stage;

constexpr std::int64_t longest = std::int64_t{1} << 60;  // as trace/stages.cpp: no sum of these overflows soon

std::size_t index_of(Stage stage) {
  return static_cast<std::size_t>(stage);
}

std::int64_t length_of(const Change& change, std::string_view name) {
  return std::clamp<std::int64_t>(change.number(name), 0, longest);
}

void add(std::int64_t& sum, std::int64_t length) {
  if (__builtin_add_overflow(sum, length, &sum)) sum = std::numeric_limits<std::int64_t>::max();
}

bool is_open(const Run& run, std::uint64_t span) {
  return span != 0 &&
         std::any_of(run.spans.begin(), run.spans.end(), [&](const OpenSpan& s) { return s.number == span; });
}

bool is_held(const Model& model) {
  return std::any_of(model.held.begin(), model.held.end(), [&](const Held& held) {
    return (held.run != 0 && held.run == model.run.root) || held.subject == model.run.container;
  });
}

// The stages of the innermost spans, as bits (trace/stages.h). `without`: a span in which an operation works instead.
unsigned working(const Run& run, std::uint64_t without) {
  unsigned stages = 0;
  for (const OpenSpan& span : run.spans) {
    if (span.number == without) continue;
    const bool has_child = std::any_of(run.spans.begin(), run.spans.end(), [&](const OpenSpan& child) {
      // A layer is unpacked while its bytes come: the pull goes on meanwhile.
      const bool beside = child.stage == Stage::snapshot && span.stage == Stage::pull;
      return child.parent == span.number && !beside;
    });
    if (!has_child) stages |= 1u << index_of(span.stage);
  }
  if (run.executing) stages |= 1u << index_of(Stage::run);
  return stages;
}

void count_until(Run& run, std::int64_t time_ns, unsigned stages, bool held) {
  // A recording may be damaged: no length is negative or beyond what a machine can have waited.
  const std::int64_t length =
      time_ns <= run.counted_ns ? 0
                                : static_cast<std::int64_t>(std::min<std::uint64_t>(
                                      static_cast<std::uint64_t>(time_ns) - static_cast<std::uint64_t>(run.counted_ns),
                                      static_cast<std::uint64_t>(longest)));
  run.counted_ns = std::max(run.counted_ns, time_ns);
  if (held || length == 0) return;
  const unsigned request = 1u << index_of(Stage::request);
  if ((stages & ~request) != 0) stages &= ~request;  // a client that waits is no work
  for (std::size_t stage = 0; stage < trace::main_stage_count; ++stage) {
    if (stages >> stage & 1) add(run.stages[stage].own_ns, length);
  }
}

// An exit is told with its own time, which may lie before that of events that came first: what was counted as the
// command's since then was not.
void take_back_after_exit(Run& run, std::int64_t time_ns) {
  if (!run.executing || time_ns >= run.counted_ns) return;
  std::int64_t& own_ns = run.stages[index_of(Stage::run)].own_ns;
  std::int64_t over_ns = own_ns;
  if (__builtin_sub_overflow(run.counted_ns, time_ns, &over_ns)) over_ns = own_ns;
  own_ns -= std::min(own_ns, over_ns);
}

void change_spans(const Change& change) {
  std::vector<OpenSpan>& spans = change.model.run.spans;
  if (change.begins() && change.event.span != 0) {
    keep_newest(spans, most_spans - 1);
    spans.push_back({change.event.span, change.event.parent, change.event.stage});
  } else if (change.ends()) {
    std::erase_if(spans, [&](const OpenSpan& span) { return span.number == change.event.span; });
  }
}

void note(const Change& change) {
  if (index_of(change.event.stage) >= trace::main_stage_count) return;
  StageState& stage = change.model.run.stages[index_of(change.event.stage)];
  const std::int64_t evidence = length_of(change, "evidence_ns");
  stage.own_ns = std::max<std::int64_t>(stage.own_ns - evidence, 0);
  std::int64_t begin_ns = change.event.time_ns;
  if (__builtin_sub_overflow(begin_ns, length_of(change, "duration_ns"), &begin_ns)) begin_ns = change.event.time_ns;
  if (stage.first == no_event) {
    stage.first = change.index;
    stage.begin_ns = begin_ns;
    stage.end_ns = change.event.time_ns;
  }
  stage.begin_ns = std::min(stage.begin_ns, begin_ns);
  stage.end_ns = std::max(stage.end_ns, change.event.time_ns);
  stage.last = change.index;
  if (change.failed() && change.event.stage != Stage::request && change.event.name != "container.start") {
    stage.state = State::failed;
  }
}

// The highest that was seen; a pull that goes on unpacks meanwhile.
std::optional<Stage> current_stage(const Run& run) {
  std::optional<Stage> current;
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    if (run.stages[i].first != no_event) current = static_cast<Stage>(i);
  }
  for (const OpenSpan& span : run.spans) {
    if (span.stage == Stage::pull && current && *current <= Stage::snapshot) current = Stage::pull;
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
  return std::any_of(run.spans.begin(), run.spans.end(),
                     [&](const OpenSpan& span) { return only_request || span.stage != Stage::request; });
}

}  // namespace

bool in_run(const Change& change) {
  const Run& run = change.model.run;
  const trace::Event& event = change.event;
  if (run.first == no_event) return false;
  const bool of_root = run.root != 0 && (event.parent == run.root || event.span == run.root);
  const bool of_container = !run.container.empty() && event.subject == run.container;
  // A client that opened no run: its request was recognized, by what it asks for.
  const bool recognized = !run.requests.empty() && run.requests.back().begin == change.index;
  return of_root || of_container || recognized || is_open(run, event.span) || is_open(run, event.parent);
}

void count_stages(const Change& change) {
  Run& run = change.model.run;
  if (!in_run(change)) return;
  const bool held = is_held(change.model);
  const std::int64_t time_ns = change.event.time_ns;
  const std::int64_t duration = change.event.kind == trace::Kind::instant ? length_of(change, "duration_ns") : 0;
  // The exit tells how long the command ran, which is counted while it runs.
  if (duration > 0 && change.event.name != "container.exit") {
    std::int64_t begin_ns = time_ns;
    if (__builtin_sub_overflow(time_ns, duration, &begin_ns)) begin_ns = time_ns;
    count_until(run, begin_ns, working(run, 0), held);
    count_until(run, time_ns, working(run, change.event.span) | 1u << index_of(change.event.stage), held);
  } else {
    count_until(run, time_ns, working(run, 0), held);
  }
  if (change.event.name == "container.exit") take_back_after_exit(run, time_ns);
}

void settle_stages(const Change& change) {
  Model& model = change.model;
  Run& run = model.run;
  if (!in_run(change)) return;
  change_spans(change);
  note(change);
  if (change.event.name == "gate.released") add(run.held_ns, length_of(change, "held_ns"));
  run.current = current_stage(run);
  if (!run.current) return;
  if (change.event.name == "container.start" && change.failed()) {
    run.stages[index_of(failed_stage(model))].state = State::failed;
  }
  const bool held = is_held(model);
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    StageState& stage = run.stages[i];
    const Stage name = static_cast<Stage>(i);
    if (stage.state == State::failed) continue;
    if (name > *run.current) {
      stage.state = stage.first == no_event ? State::planned : State::there;
    } else if (name < *run.current) {
      stage.state = stage.first == no_event ? State::gone : State::there;
    } else {
      stage.state = held ? State::held : goes_on(run) ? State::appearing : State::there;
    }
  }
  if (!held) return;
  // The gate belongs to the stage that is to come.
  for (const Held& waiting : model.held) {
    if (index_of(waiting.stage) >= trace::main_stage_count) continue;
    StageState& stage = run.stages[index_of(waiting.stage)];
    if (stage.state != State::failed) stage.state = State::held;
  }
}

}  // namespace glassdock::model
