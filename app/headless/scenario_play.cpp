#include "app/headless/scenario_play.h"

#include <fmt/format.h>

#include "app/headless/check_report.h"
#include "app/headless/doctor.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::headless {
namespace {

using scenarios::Step;
using Way = ScenarioAudience::Way;

}  // namespace

void ScenarioPlay::set_up() {
  try {
    lab_.reset("the scenario", scenario_.lab.lines, limit_);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::unavailable) throw;
    throw Error(error.kind(), fault_at(scenario_.file, scenario_.lab.mark, error.message()), error.hint());
  }
}

std::vector<StepOutcome> ScenarioPlay::play(std::size_t first) {
  tell(nullptr, "title", scenario_.title);
  tell(nullptr, "title", scenario_.goal);
  std::vector<StepOutcome> outcomes;
  for (std::size_t i = first; i < scenario_.steps.size(); ++i) {
    std::optional<StepOutcome> outcome = play_step(scenario_.steps[i], i + 1);
    if (!outcome) break;
    outcomes.push_back(std::move(*outcome));
  }
  tell(nullptr, "end", scenario_.title);
  return outcomes;
}

std::optional<StepOutcome> ScenarioPlay::play_step(const Step& step, std::size_t number) {
  StepOutcome outcome;
  tell(&step, "say", step.say);
  outcome.left_out = missing_for(step);
  if (!outcome.left_out.empty()) {
    tell(&step, "left-out", {outcome.left_out, outcome.left_out});
    audience_.left_out(step, number, outcome.left_out);
    return outcome;
  }
  if (step.predict) tell(&step, "ask", step.predict->question);
  if (step.opinion) tell(&step, "ask", step.opinion->question);
  const Way way = audience_.before(step, number);
  if (way == Way::leave) return std::nullopt;
  if (way == Way::skip) {
    outcome.left_out = "skipped";
    return outcome;
  }
  if (!step.line().empty()) {
    const auto begin = std::chrono::steady_clock::now();
    carry_out(step, outcome);
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  for (const std::size_t i : outcome.true_answers) tell(&step, "answer", step.predict->answers[i].text);
  if (!step.then.empty()) tell(&step, "then", step.then);
  if (audience_.after(step, outcome) == Way::leave) return std::nullopt;
  return outcome;
}

std::string ScenarioPlay::missing_for(const Step& step) {
  if (step.race) {
    const Finding vm = examine_virtual_machines();
    if (vm.health != Health::good) return fmt::format("{} ({})", vm.says, vm.mend);
  }
  for (const scenarios::Need need : step.needs) {
    if (std::string reason = scenarios::missing(need, lab_.info()); !reason.empty()) return reason;
  }
  return {};
}

// The command with what is to hold at its gates, then what came of it.
void ScenarioPlay::carry_out(const Step& step, StepOutcome& outcome) {
  if (step.hub) set_hub(*step.hub);
  tell(&step, "command", {step.line(), step.line()});
  std::vector<std::string> gates;
  gates.reserve(step.holds.size());
  for (const scenarios::Hold& hold : step.holds) gates.push_back(hold.at);
  std::vector<bool> reached(step.holds.size());
  const auto at_gate = [&](const trace::Event& event, const client::Held& held) {
    hold_here(step, event, held, outcome, reached);
  };
  try {
    lab_.run(step.line(), gates,
             {.output = audience_.sees_output(),
              .at_gate = at_gate,
              .inside = step.inside,
              .limit = step.limit.count() != 0 ? step.limit : limit_},
             outcome.observed);
    show(step, outcome.observed);
    for (std::size_t i = 0; i < reached.size(); ++i) {
      if (!reached[i]) outcome.faults.push_back({step.mark, "nothing was held at " + step.holds[i].at});
    }
    judge(step, outcome);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::unavailable) throw;
    outcome.faults.push_back({step.mark, error.what()});
  }
  if (hub_is_set_) set_hub({});
}

void ScenarioPlay::hold_here(const Step& step, const trace::Event& event, const client::Held& held,
                             StepOutcome& outcome, std::vector<bool>& reached) {
  for (std::size_t i = 0; i < step.holds.size(); ++i) {
    const scenarios::Hold& hold = step.holds[i];
    if (reached[i] || !trace::has_held(hold.at, held.gate)) continue;
    reached[i] = true;
    tell(&step, "gate", hold.say);
    for (Fault& fault : unmet(hold.expect, outcome.observed, lab_, audience_.language()))
      outcome.faults.push_back(std::move(fault));
    audience_.at_gate(hold, event, held);
    if (hold.hub) set_hub(*hold.hub);
  }
}

void ScenarioPlay::judge(const Step& step, StepOutcome& outcome) {
  if (step.predict) {
    Answered answered = judge_answers(*step.predict, outcome.observed, lab_);
    outcome.true_answers = std::move(answered.true_ones);
    for (Fault& fault : answered.faults) outcome.faults.push_back(std::move(fault));
  }
  for (Fault& fault : unmet(step.expect, outcome.observed, lab_, audience_.language()))
    outcome.faults.push_back(std::move(fault));
}

void ScenarioPlay::set_hub(const client::HubConditions& conditions) {
  lab_.glass().set_hub(conditions);
  hub_is_set_ = conditions.latency_ms != 0 || conditions.bytes_per_second != 0 || conditions.fault != "none";
}

// Before it is judged: what was seen is told whatever was expected.
void ScenarioPlay::show(const Step& step, const lessons::Observed& observed) {
  if (step.sight.empty()) return;
  lab_.glass().show({.scenario = scenario_.id,
                     .step = step.id,
                     .sight = step.sight,
                     .command = step.line(),
                     .output = observed.output,
                     .exit_code = observed.exit_code.value_or(0)});
}

void ScenarioPlay::tell(const Step* step, const char* part, const lessons::Words& words) {
  lab_.glass().say({.scenario = scenario_.id,
                    .step = step ? step->id : std::string(),
                    .part = part,
                    .english = words.english,
                    .korean = words.korean});
}

}  // namespace glassdock::headless
