#include "app/player/places.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/player/player.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::player {
namespace {

using trace::Kind;
using trace::Stage;

bool is_told(const model::Row& row) {
  return (row.marks & (model::row_baseline | model::row_damaged)) == 0;
}

// The first event that `fits`; history.size() where there is none.
template <typename Fits>
std::size_t first_event(const model::History& history, Fits fits) {
  std::size_t i = history.first();
  while (i < history.size() && !(is_told(history.row(i)) && fits(history.row(i)))) ++i;
  return i;
}

std::size_t first_named(const model::History& history, std::string_view name, Kind kind) {
  return first_event(history, [&](const model::Row& row) { return row.kind == kind && history.name(row) == name; });
}

// The first operation of the start that belongs to no stage before `run`.
std::size_t first_of_command(const model::History& history) {
  return first_event(history, [&](const model::Row& row) {
    return row.stage == Stage::run && trace::find_gate(history.name(row)) != nullptr;
  });
}

std::size_t behind(const model::History& history, std::size_t index) {
  return index < history.size() ? index + 1 : 0;
}

// Behind the last event of the stage before `end`; 0 where it has none.
std::size_t behind_last(const model::History& history, Stage stage, std::size_t end) {
  for (std::size_t i = end; i > history.first(); --i) {
    if (history.row(i - 1).stage == stage && is_told(history.row(i - 1))) return i;
  }
  return 0;
}

// Where the run first came through the stage; 0 where it did not.
std::size_t finished_passage(const model::History& history, Stage stage) {
  switch (stage) {
    case Stage::request:
      return behind(history, first_named(history, "request.received", Kind::begin));
    case Stage::cache:
      return behind(history, first_named(history, "cache.lookup", Kind::end));
    case Stage::pull:
      return behind_last(history, stage, first_named(history, "pull.done", Kind::instant));
    case Stage::snapshot:
      return behind(history, first_named(history, "snapshot.overlay", Kind::instant));
    case Stage::isolate:
      return behind_last(history, stage, first_of_command(history));
    case Stage::run:
      return behind(history, first_named(history, "run.exec", Kind::instant));
    default:
      return 0;
  }
}

// Work that was cut short ends with its last event.
std::size_t end_of_stage(const model::History& history, Stage stage) {
  const std::size_t count = finished_passage(history, stage);
  return count > 0 ? count : behind_last(history, stage, history.size());
}

// Behind the first operation of the gate: its one event, or the end of its span.
std::size_t behind_operation(const model::History& history, std::string_view gate) {
  const std::size_t operation = first_event(history, [&](const model::Row& row) {
    return row.kind != Kind::sample && trace::holds_at(gate, history.name(row));
  });
  if (operation == history.size() || history.row(operation).kind != Kind::begin) return behind(history, operation);
  const std::uint64_t span = history.event(operation).span;
  for (std::size_t i = operation + 1; i < history.size(); ++i) {
    const model::Row& row = history.row(i);
    if (is_told(row) && row.kind == Kind::end && history.event(i).span == span) return i + 1;
  }
  return 0;
}

std::size_t behind_number(const model::History& history, std::uint64_t number) {
  std::size_t shown = 0;
  std::uint64_t last = 0;
  for (std::size_t i = history.first(); i < history.size(); ++i) {
    if ((history.row(i).marks & model::row_damaged) != 0) continue;
    last = history.event(i).sequence;
    if (last <= number) shown = i + 1;
  }
  if (number <= last) return shown;
  throw Error(ErrorKind::invalid_argument,
              fmt::format("there is no event {}: the recording has {}, and the last is number {}", number,
                          history.size() - history.first(), last),
              "glassdock replay FILE shows their numbers");
}

}  // namespace

std::size_t find_place(const model::History& history, const std::string& at) {
  if (at.empty()) return history.size();
  std::size_t count = 0;
  if (auto stage = trace::find_stage(at, trace::main_stage_count)) {
    count = end_of_stage(history, *stage);
  } else if (auto number = parse_number(at)) {
    count = behind_number(history, *number);
  } else {
    trace::check_hold(at);  // names the nearest where there is no such gate
    const auto passed = trace::gate_before(at);
    count = passed ? behind_operation(history, *passed) : find_goal(history, GateGoal{at});
  }
  if (count > 0) return count;
  throw Error(ErrorKind::invalid_argument, fmt::format("the recording never comes to \"{}\"", at),
              "glassdock replay FILE shows what is in it");
}

}  // namespace glassdock::player
