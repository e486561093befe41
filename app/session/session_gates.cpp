// The gates that are set, by name or where an event was.
#include <algorithm>

#include "app/scene/strings.h"
#include "app/session/session.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::session {
namespace {

using scene::Word;

constexpr std::size_t farthest = 200;  // events that are looked through for a gate

}  // namespace

void Session::toggle_gate(const std::string& name) {
  if (name.empty()) return;
  const auto found = std::find(breakpoints_.begin(), breakpoints_.end(), name);
  const bool set = found == breakpoints_.end();
  if (set) {
    breakpoints_.push_back(name);
  } else {
    breakpoints_.erase(found);
  }
  // A run that goes on will say itself that it is held.
  if (!command_runs_) set_notice(say(set ? Word::holds_before : Word::holds_no_more, settings_.language, {name}));
  tell_gates();
}

// A start that is stepped stops everywhere anyway; what is set now counts from the next "run on".
void Session::tell_gates() {
  if (command_runs_ && !held_by(run_)) wishes_.push_back(SetHolds{mode_with_gates(), gates_of_run()});
  if (others_ != 0 && !held_by(others_)) wishes_.push_back(HoldOthers{true, gates_of_others()});
}

std::string Session::gate_behind(model::EventIndex event) const {
  const std::size_t end = std::min(history_.size(), event + farthest);
  for (model::EventIndex i = event + 1; i < end; ++i) {
    const std::string_view name = history_.name(history_.row(i));
    if (trace::find_gate(name)) return std::string(name);
  }
  return {};
}

std::string Session::gate_at(model::EventIndex event) const {
  if (starts_with(history_.name(history_.row(event)), "gate.")) {
    return trace::argument_text(history_.event(event), "gate");
  }
  for (std::size_t i = 0; i <= farthest && event >= history_.first() + i; ++i) {
    const model::Row& row = history_.row(event - i);
    if ((row.marks & model::row_baseline) != 0) break;
    const std::string_view name = history_.name(row);
    if (trace::find_gate(name)) return std::string(name);
    if ((row.marks & model::row_begins_run) != 0) break;
  }
  return {};
}

void Session::toggle_event_gate(std::int64_t number) {
  const model::EventIndex event = number >= 0 ? static_cast<model::EventIndex>(number) : position().event;
  if (!history_.keeps(event)) return;
  const std::string gate = gate_at(event);
  if (gate.empty()) {
    const std::string next = gate_behind(event);
    return set_notice(say(next.empty() ? Word::no_gate_there : Word::next_gate_is, settings_.language, {next}));
  }
  toggle_gate(gate);
  const bool set = std::find(breakpoints_.begin(), breakpoints_.end(), gate) != breakpoints_.end();
  const std::string_view name = history_.name(history_.row(event));
  const bool own = name == gate || starts_with(name, "gate.");
  set_notice(say(!set  ? Word::holds_no_more
                 : own ? Word::holds_before
                       : Word::holds_instead,
                 settings_.language, {gate}));
}

}  // namespace glassdock::session
