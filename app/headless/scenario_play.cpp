#include "app/headless/scenario_play.h"

#include "app/headless/check_report.h"
#include "engine/base/error.h"

namespace glassdock::headless {

using scenarios::Step;
using scenarios::Wants;
using Way = ScenarioAudience::Way;

void ScenarioPlay::set_up() {
  constexpr std::string_view what = "the scenario";
  lab_.reset(what, {});
  try {
    lab_.make(what, scenario_.lab.lines, limit_);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::unavailable) throw;
    throw Error(error.kind(), fault_at(scenario_.file, scenario_.lab.mark, error.message()), error.hint());
  }
}

std::vector<StepOutcome> ScenarioPlay::play(std::size_t first) {
  const std::string info = scenarios::depends_on_engine(scenario_) ? lab_.info() : std::string();
  player_.start(scenarios::left_out_here(scenario_, info), first);
  tell();
  std::vector<StepOutcome> outcomes;
  while (player_.wants() != Wants::nothing) {
    StepOutcome outcome;
    if (play_step(outcome)) {
      outcomes.push_back(std::move(outcome));
    } else {
      player_.leave();
    }
    tell();
  }
  return outcomes;
}

bool ScenarioPlay::play_step(StepOutcome& outcome) {
  const Step& step = player_.step();
  const std::size_t number = player_.index() + 1;
  const auto keep = [&] { static_cast<scenarios::Outcome&>(outcome) = player_.outcome(); };
  if (!player_.outcome().left_out.empty()) {
    audience_.left_out(step, number, player_.outcome().left_out);
    keep();
    return player_.go_on();
  }
  const Way way = audience_.before(step, number);
  if (way == Way::leave) return false;
  if (way == Way::skip) {
    outcome.left_out = "skipped";
    return player_.skip(), true;
  }
  if (player_.wants() != Wants::on) {
    const auto begin = std::chrono::steady_clock::now();
    carry_out();
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  keep();
  if (audience_.after(step, outcome) == Way::leave) return false;
  return player_.go_on();
}

// The command with what is to hold at its gates, then what came of it.
void ScenarioPlay::carry_out() {
  const Step& step = player_.step();
  player_.begin();
  tell();
  try {
    lab_.run(step.line(), player_.gates(),
             {.output = audience_.sees_output(),
              .at_gate = [&](const trace::Event& event, const client::Held& held) { hold_here(event, held); },
              .inside = step.inside,
              .limit = step.limit.count() != 0 ? step.limit : limit_},
             player_.observed());
    lessons::LiveWorld world = lab_.world();
    player_.judged(scenarios::judge_step(step, player_.observed(), world));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::unavailable) throw;
    player_.broke(error.what());
  }
  tell();
}

void ScenarioPlay::hold_here(const trace::Event& event, const client::Held& held) {
  const scenarios::Hold* hold = player_.at_gate(held.gate);
  if (!hold) return;
  tell();
  lessons::LiveWorld world = lab_.world();
  player_.judged_gate(lessons::unmet(hold->expect, player_.observed(), world));
  audience_.at_gate(*hold, event, held);
  player_.leave_gate();
  tell();
}

void ScenarioPlay::tell() {
  const std::vector<scenarios::Order> orders = player_.take_orders();
  if (orders.empty()) return;
  client::Glass glass = lab_.glass();
  scenarios::give(orders, glass);
}

}  // namespace glassdock::headless
